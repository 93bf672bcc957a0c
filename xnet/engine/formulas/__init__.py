"""The formula as text: one printer per module, and a safe reader.

Modules:
    precedence: the pass over a network that the printers share, and closed forms of constants.
    text: plain text, which the reader reads back.
    latex: LaTeX.
    python_code: a NumPy function.
    sympy_form: SymPy expressions.
    parser: formulas and templates with free constants, read without evaluating code.
"""
