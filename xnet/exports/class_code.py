"""The formulas of all classes as one Python file: scores, probabilities, and the most probable class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xnet.engine.formulas.python_code import python_names, to_python
from xnet.engine.networks.network import Network

from .program import program_fields
from .table_code import CLASS_SCRIPT

_END = '''

def probabilities({arguments}):
    """(n, K) the probabilities of the classes, in the order of CLASSES."""
    scores = {scores}
    F = np.stack(np.broadcast_arrays(*[np.where(np.isfinite(f), f, 0.0) for f in scores]), axis=-1)
    p = np.exp(F - F.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def predict({arguments}):
    """(n,) the most probable classes."""
    return np.array(CLASSES)[probabilities({arguments}).argmax(axis=-1)]
'''


def classes_python(networks: Sequence[Network], inputs: Sequence[str], labels: Sequence[str], *,
                   target: str = "class", config: Mapping[str, Any] | None = None) -> str:
    """The source text of `probabilities(...)` and `predict(...)` of the columns that the scores read, and a program.

    The program writes the most probable class of every row of a CSV file, and the probability of every class.

    Args:
        networks: the scores of the classes; of the last ones where there are fewer scores than classes: the score of
            the first class is then 0.
        inputs: names of the columns.
        labels: the classes.
        target: the column of the classes.
        config: the recipes of derived columns and the changes of the table, as in the config of a run.
    """
    identifiers = python_names(inputs)
    used = sorted({i for network in networks for i in network.variables})
    arguments = ", ".join(identifiers[i] for i in used)
    calls, parts = ["0.0"] * (len(labels) - len(networks)), []
    for k, (network, label) in enumerate(zip(networks, labels[-len(networks):], strict=True), 1):
        body = to_python(network, inputs, f"the score of {label}").partition("\n\n\n")[2]
        parts.append(body.replace("def predict(", f"def score_{k}(", 1))
        calls.append(f"score_{k}({', '.join(identifiers[i] for i in network.variables)})")
    helper = "from scipy.special import erf\n" * any("erf(" in part for part in parts)
    head = f"import numpy as np\n{helper}\nCLASSES = {list(labels)!a}\n\n\n"
    return head + "\n\n".join(parts) + _END.format(arguments=arguments, scores="[" + ", ".join(calls) + "]") + (
        "\n" + CLASS_SCRIPT.format(**program_fields(config or {}, [inputs[i] for i in used], target)))
