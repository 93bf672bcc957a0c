"""Checks of the options of the estimators: a value of the wrong kind is refused in a sentence that names the option.

Without this check a wrong kind would be a `TypeError` from the middle of a search, or would be taken for another value:
the text "no" counts as true. Options that are one of several words (losses, activations, devices) are checked where
the words are defined.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np

from xnet.errors import ConstraintError, DataError

Kind = Callable[[Any], bool]
_LARGEST_SEED = 2**32 - 1
#: Options that state prior knowledge; their values are checked by `xnet.engine.problem.constraints`.
_CONSTRAINTS = frozenset(["forbidden_inputs", "required_inputs", "forbidden_nesting", "max_parameters", "monotonic",
                          "output_range", "constants"])


def check_options(options: Mapping[str, Any]) -> None:
    """Check the kind of every option.

    Args:
        options: name -> value, as `get_params` of an estimator gives them; names that are not in the table are passed
            over.

    Raises:
        DataError: a value is not of the kind that its option needs; the message names both and the kind. Of an option
            that states prior knowledge it is a `ConstraintError`.
    """
    for name, value in options.items():
        fits, expected = _KINDS.get(name, (_anything, ""))
        if not fits(value):
            raise (ConstraintError if name in _CONSTRAINTS else DataError)(f"{name} is {value!r}; expected {expected}.")


def _anything(value: Any) -> bool:
    return True


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool | np.bool_) or (isinstance(value, Integral) and value in (0, 1))


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def _is_whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_list(value: Any) -> bool:
    """Whether a value holds several others one after another; a text does not."""
    return isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0.0 <= value < 1.0


def _is_seed(value: Any) -> bool:
    known = value is None or value is np.random or isinstance(value, np.random.RandomState)
    return known or (_is_whole(value) and 0 <= value <= _LARGEST_SEED)


def _from(least: float, kind: Kind) -> Kind:
    return lambda value: kind(value) and bool(value >= least)


def _or_none(*kinds: Kind) -> Kind:
    return lambda value: value is None or any(kind(value) for kind in kinds)


def _either(*kinds: Kind) -> Kind:
    return lambda value: any(kind(value) for kind in kinds)


def _is_pair(value: Any) -> bool:
    return isinstance(value, Sequence) and len(value) == 2 and not isinstance(value, str)


def _is_one_of(*words: str) -> Kind:
    return lambda value: isinstance(value, str) and value in words


_FLAG = (_is_flag, "True or False")
_INPUT_LIST = "a list of names or positions of inputs, such as ['x0'], or None for none"

#: Option -> whether a value is of its kind, and the kind in words.
_KINDS: dict[str, tuple[Kind, str]] = {
    "activations": (_either(_is_text, _is_list),
                    "a preset, such as 'default', or a list of activations, groups and presets"),
    "parameters": _FLAG,
    "refit": _FLAG,
    "warm_start": _FLAG,
    "verbose": (_either(_is_flag, _from(0, _is_whole)), "True or False"),
    "budget_seconds": (_or_none(_from(0, _is_number)), "a number that is not negative, or None for no limit"),
    "budget_steps": (_or_none(_from(0, _is_whole)), "a whole number that is not negative, or None for no limit"),
    "random_state": (_is_seed, f"a whole number from 0 to {_LARGEST_SEED}, a numpy.random.RandomState, or None"),
    "holdout_fraction": (_is_share, "a share from 0 up to, but not including, 1"),
    # Laws of motion take a dict, too: state -> inputs that its right-hand side may not read.
    "forbidden_inputs": (_or_none(_is_list, _is_text, _is_whole, _is_mapping), _INPUT_LIST),
    "required_inputs": (_or_none(_is_list, _is_text, _is_whole), _INPUT_LIST),
    "forbidden_nesting": (_or_none(_is_list, _is_text),
                          "a list of pairs of an outer and an inner activation or group, such as [('sin', 'exp')]"),
    "max_parameters": (_or_none(_from(0, _is_whole)), "a whole number from 0, or None for no limit"),
    "monotonic": (_or_none(_is_mapping), "a dict of inputs and directions, such as {'x0': 'increasing'}, or None"),
    "output_range": (_or_none(_is_pair), "(low, high) with low below high, None for an open end"),
    "units": (_or_none(_is_mapping), "a dict of columns and units, such as {'speed': 'm/s'}, or None"),
    "max_unit_constants": (_from(0, _is_whole), "a whole number from 0"),
    "functions": (_or_none(_is_mapping, _is_list, _is_text),
                  "a dict such as {'hill(x, y)': 'x/(x + y)'}, a list of definitions, or None"),
    "constants": (_or_none(_is_mapping, _is_list, _is_text),
                  "a dict such as {'g': 9.81}, a list of texts such as ['g=9.81'], or None"),
    "own_constants": (_either(_is_one_of("auto", "all"), _from(0, _is_whole)),
                      "'auto', 'all' or the most own constants, a whole number from 0"),
    "cluster": (lambda value: value is None or isinstance(value, str) or hasattr(value, "submit"),
                "the address of a Dask scheduler, such as 'tcp://host:8786', a Client of Dask, or None"),
    "callback": (_or_none(callable), "a function that is called after every step, or None"),
    "timer": (_or_none(callable), "a function without arguments that gives seconds, or None"),
    "stop_at_loss": (_or_none(_from(0, _is_number)), "a number of at least 0, such as 0.01, or None"),
    "second_order": (_is_list, "a list of states, such as ['x']"),
}
