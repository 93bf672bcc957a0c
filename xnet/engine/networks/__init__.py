"""The formula as data: networks, their activations, values and derivatives.

Modules:
    activation_record: `Activation`, everything there is to know about one function.
    activation_table: the entries, one per function.
    own_functions, expansion: functions that a person defines; networks with their bodies written out.
    activations: `ACTIVATIONS`, groups, ready-made libraries, and `register` for further functions.
    notation: precedence, brackets and templates, by which records write formulas.
    network: `Neuron` and `Network`, immutable and in topological order.
    forward_pass: the outputs of all neurons.
    backpropagation: sensitivities of the output, and the Jacobian of the constants.
    poles: poles between rows, distances from the ends of domains, waves that the rows do not resolve.
    torch_module: a network as a `torch.nn.Module`.
"""
