"""Own functions: functions that a person defines by a formula, such as hill(x, y) = x/(x + y).

The name of such an activation is its definition, in canonical spelling. So a network says by itself what it computes:
in a file, in another process, in another session of a server that knows another function of the same short name.
`xnet.engine.formulas.definitions` reads the definition and makes the record; it registers itself here, because this
package cannot import the reader of formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xnet.errors import ActivationError

from .activation_record import Activation

#: Most own functions of a library.
MOST_FUNCTIONS = 12

_makers: list[Callable[[str], Activation]] = []


def use_maker(maker: Callable[[str], Activation]) -> None:
    """Register the function that makes the record of a definition."""
    _makers[:] = [maker]


def is_definition(name: str) -> bool:
    """Whether the name of an activation is the definition of an own function."""
    return "=" in name


def short_name(definition: str) -> str:
    """The name of an own function without arguments and body."""
    return definition.partition("(")[0].strip()


def own_activation(definition: str) -> Activation:
    """The record of an own function.

    Raises:
        FormulaError: the definition cannot be used.
    """
    return _makers[0](definition)


def check_own_names(activations: Sequence[str], columns: Sequence[str]) -> None:
    """Check that no own function has the name of a column.

    Raises:
        ActivationError: one has.
    """
    taken = next((short_name(a) for a in activations if is_definition(a) and short_name(a) in columns), None)
    if taken is not None:
        raise ActivationError(f"The own function {taken!r} has the name of a column; give it another name.")


def check_own_functions(definitions: Sequence[str]) -> None:
    """Check the own functions of a library.

    Raises:
        ActivationError: there are more than `MOST_FUNCTIONS`, or two of them have the same name.
    """
    if len(definitions) > MOST_FUNCTIONS:
        raise ActivationError(f"There are {len(definitions)} own functions; define at most {MOST_FUNCTIONS}.")
    names = [short_name(d) for d in definitions]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise ActivationError(f"Two own functions have the name {twice!r}; give one of them another name.")
