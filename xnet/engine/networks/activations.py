"""The activations that neurons can have, by name, and the groups and ready-made libraries made of them.

`ACTIVATIONS` holds one `Activation` record for each function (`activation_record`), so that the printed formula *is*
the computed one: value, derivatives, inverse branches, domain and printed forms come from the same record. The entries
stand in `activation_table`; `register` adds further ones.

Arrays are NumPy float64 (float32 while candidates are screened). Values outside a domain are NaN, never "protected":
a protected logarithm would no longer be the function that is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, TypeVar

from xnet.errors import ActivationError

from .activation_record import Activation, Function
from .activation_table import TABLE
from .own_functions import check_own_functions, is_definition, own_activation
from .short_functions import SHORT_FUNCTIONS

F = TypeVar("F")


class _Fields(dict[str, F], Generic[F]):
    """A field of every record by name; that of an own function (`own_functions`) is looked up by its definition.

    `log10`, `log2`, `exp10` and `exp2` are found too (`short_functions`), for networks that are printed.
    """

    def __init__(self, field: Callable[[Activation], F]) -> None:
        super().__init__()
        self._field = field

    def __missing__(self, name: str) -> F:
        if name in SHORT_FUNCTIONS:
            return self._field(SHORT_FUNCTIONS[name])
        if not is_definition(name):
            raise KeyError(name)
        return self._field(own_activation(name))

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in SHORT_FUNCTIONS or (isinstance(name, str) and is_definition(name))


_RECORDS: _Fields[Activation] = _Fields(lambda record: record)
_NAME_OF_ALIAS: dict[str, str] = {}
_PRESETS: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("default", "polynomial", "rational", "periodic", "growth", "everything"), ())

#: Every activation of arity 1 and 2 by name; own functions are found in it by their definitions, and not listed. The
#: activations of arity 0 (an input variable, a fitted constant, an exact number) carry an index of their own;
#: `xnet.engine.networks.network.LEAVES` lists them.
ACTIVATIONS: MappingProxyType[str, Activation] = MappingProxyType(_RECORDS)
#: Libraries of activations to choose by name.
PRESETS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(_PRESETS)

#: Single fields of the records, looked up for every neuron in the innermost loops of the search.
VALUES: dict[str, Function] = _Fields(lambda record: record.value)
DERIVATIVES: dict[str, tuple[Function, ...]] = _Fields(lambda record: record.derivatives)
ARITIES: dict[str, int] = _Fields(lambda record: record.arity)


@dataclass(frozen=True)
class Group:
    """Activations that belong together, described for people who choose a library.

    Attributes:
        key: the key in `GROUPS`.
        title, description: for people.
        rarity: how far from arithmetic the group is. It settles ties, and counts in description lengths.
    """

    key: str
    title: str
    description: str
    rarity: int

    @property
    def names(self) -> tuple[str, ...]:
        """The activations of the group, in the order of `ACTIVATIONS`."""
        return tuple(name for name, activation in _RECORDS.items() if activation.group == self.key)


GROUPS: MappingProxyType[str, Group] = MappingProxyType({group.key: group for group in (
    Group("arithmetic", "Arithmetic", "Add, subtract, multiply and divide.", 0),
    Group("powers", "Powers and roots", "Squares, cubes, square roots and any other power.", 1),
    Group("growth", "Growth and decay",
          "Exponentials and logarithms: compound growth, cooling, diminishing returns.", 2),
    Group("waves", "Waves", "Sine and cosine: seasons, tides, rotations.", 3),
    Group("saturation", "Saturation", "A smooth step that levels off on both sides.", 4),
    Group("inverse_trigonometric", "Angles", "Inverse sine and tangent: angles from lengths.", 5),
    Group("hyperbolic", "Hyperbolic", "Hanging chains and their inverses: half sums of growth and decay.", 4),
    Group("absolute", "Absolute value", "The size of a number without its sign, and its sign.", 4),
    Group("kinks", "Kinks and steps",
          "Lines with a corner, thresholds, rounding: tariffs, limits, hours of the day.", 4),
    Group("curves", "S-curves and bells", "Sigmoid, error function and bell curve as one neuron each.", 4),
    Group("rare", "Rare", "Tangent and inverse cosine: seldom needed, slow the search a little.", 7),
)})


def register(activation: Activation) -> None:
    """Add an activation: networks, the search, the printers, the reader and the pages know it from now on.

    Worker processes import X-Net afresh, so a search with several processes needs the registration in a module that
    they import too.

    Raises:
        ActivationError: its name or an alias is taken, or it names an unknown group or preset.
    """
    for name in (activation.name, *activation.aliases):
        if name in _RECORDS or name in _NAME_OF_ALIAS:
            raise ActivationError(f"The name {name!r} of the activation {activation.name!r} is taken; choose another.")
    unknown = [p for p in activation.presets if p not in _PRESETS]
    if activation.group not in GROUPS or unknown:
        raise ActivationError(f"The activation {activation.name!r} names the group {activation.group!r} and the "
                              f"presets {activation.presets}; use groups ({', '.join(GROUPS)}) and presets "
                              f"({', '.join(_PRESETS)}).")
    _RECORDS[activation.name] = activation
    VALUES[activation.name] = activation.value
    DERIVATIVES[activation.name] = activation.derivatives
    ARITIES[activation.name] = activation.arity
    _NAME_OF_ALIAS.update(dict.fromkeys(activation.aliases, activation.name))
    for preset in (*activation.presets, "everything"):
        _PRESETS[preset] += (activation.name,)


def unregister(name: str) -> None:
    """Take an activation that was registered out again.

    Raises:
        KeyError: there is no activation of that name.
    """
    activation = _RECORDS.pop(name)
    for table in (VALUES, DERIVATIVES, ARITIES):
        del table[name]
    for alias in activation.aliases:
        del _NAME_OF_ALIAS[alias]
    for preset in (*activation.presets, "everything"):
        _PRESETS[preset] = tuple(n for n in _PRESETS[preset] if n != name)


for _activation in TABLE:
    register(_activation)


def find_activation(name: str) -> Activation | None:
    """The activation of a name or alias; None for an unknown one."""
    return _RECORDS.get(_NAME_OF_ALIAS.get(name, name))


def rarity(name: str) -> int:
    """How far an activation is from arithmetic: the rarity of its group; an own function is as near as a power."""
    return 1 if is_definition(name) else GROUPS[_RECORDS[name].group].rarity


def resolve_activations(choice: str | Iterable[str]) -> tuple[str, ...]:
    """The names of an activation library: definitions of own functions, then the others as in `ACTIVATIONS`.

    Args:
        choice: a preset (`"default"`), or names of activations, groups and presets in any mixture, and definitions of
            own functions such as "hill(x, y) = x/(x + y)".

    Raises:
        FormulaError: a definition cannot be used.
        ActivationError: a name is unknown, or no activation of arity 2 is left to join two neurons.
    """
    wanted: set[str] = set()
    own: dict[str, None] = {}
    for name in [choice] if isinstance(choice, str) else list(choice):
        if not isinstance(name, str):
            raise ActivationError(f"The activation library has {name!r}; give activations by their names, such as "
                                  "'sin', and own functions by their definitions, such as 'hill(x, y) = x/(x + y)'.")
        if name in PRESETS:
            wanted.update(PRESETS[name])
        elif name in GROUPS:
            wanted.update(GROUPS[name].names)
        elif is_definition(name):
            own[own_activation(name).name] = None
        elif name in tuple(ACTIVATIONS):
            wanted.add(name)
        else:
            raise ActivationError(f"The activation library names {name!r}, which is not known; use activations "
                                  f"({', '.join(ACTIVATIONS)}), groups ({', '.join(GROUPS)}) or presets "
                                  f"({', '.join(PRESETS)}).")
    if not wanted & {"add", "mul", "sub", "div"}:
        raise ActivationError("The activation library has no way to join two neurons; include at least one of "
                              "add, sub, mul, div.")
    check_own_functions(tuple(own))
    return (*own, *(n for n in ACTIVATIONS if n in wanted))
