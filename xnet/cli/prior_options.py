"""The command line's options for a user's prior knowledge, and what they say."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xnet.runs.schema import FormulaRecord, Snapshot


def add_prior_options(discover: argparse.ArgumentParser) -> None:
    """Add the options to the parser of `discover`."""
    prior = discover.add_argument_group("what is known beforehand")
    prior.add_argument("--forbid", metavar="A,B", help="columns that no formula may use")
    prior.add_argument("--require", metavar="A,B", help="columns that every formula has to use")
    prior.add_argument("--forbid-nesting", metavar="OUTER:INNER,...",
                       help="activations or groups that do not stand inside others, e.g. sin:sin,waves:exp")
    prior.add_argument("--max-parameters", type=int, metavar="N", help="the most fitted numbers")
    prior.add_argument("--increasing", metavar="A,B", help="columns in which the output never falls")
    prior.add_argument("--decreasing", metavar="A,B", help="columns in which the output never rises")
    prior.add_argument("--output-range", metavar="LOW:HIGH", help="bounds of the output; 0: for never negative")
    prior.add_argument("--units", nargs="?", const="", metavar="COLUMN=UNIT,...",
                       help="check the units of the formulas found; without a list, by the units of the table")
    prior.add_argument("--initial-formula", metavar="FORMULA",
                       help="a formula to start from; free letters are fitted, e.g. 'a*exp(b*x) + c'")


def prior_of(options: argparse.Namespace, inputs: Sequence[str]) -> dict[str, Any]:
    """The prior knowledge of the options, only what was given.

    Raises:
        ConstraintError: an option is not written as it should be, or names an unknown input.
    """
    from xnet.config.prior import Prior
    from xnet.engine import ConstraintError

    def names(text: str | None) -> tuple[str, ...]:
        return () if text is None else tuple(next(csv.reader([text], skipinitialspace=True), []))

    low, colon, high = (options.output_range or ":").partition(":")
    try:
        lowest, highest = (float(end) if end.strip() else None for end in (low, high))
    except ValueError:
        colon = ""
    if not colon:
        raise ConstraintError(f"--output-range is {options.output_range!r}; write LOW:HIGH with two numbers, either of "
                              "them left out for an open end, such as 0: or -1:1.")
    return Prior(names(options.forbid), names(options.require),
                 tuple(tuple(pair.split(":")) for pair in names(options.forbid_nesting)), options.max_parameters,
                 names(options.increasing), names(options.decreasing), lowest, highest,
                 options.initial_formula).to_config(inputs)


def units_of(options: argparse.Namespace, own: Mapping[str, str], inputs: Sequence[str],
             target: str) -> dict[str, str] | None:
    """The units to check by: the table's own and those of the option; None when no check is asked for.

    Raises:
        UnitsError: the option is not written as it should be, or names an unknown column.
    """
    from xnet.evidence.units import UnitsError, check_columns

    if options.units is None:
        return None
    given: dict[str, str] = {}
    for item in next(csv.reader([options.units], skipinitialspace=True), []):
        column, equals, unit = item.rpartition("=")
        if not equals:
            raise UnitsError(f"--units has {item!r}; write COLUMN=UNIT,... such as mass=kg,speed=m/s.")
        given[column.strip()] = unit
    check_columns(inputs, target, given)
    return {c: u for c, u in own.items() if c in (*inputs, target)} | given


def add_units(snapshot: Snapshot, inputs: Sequence[str], target: str, units: Mapping[str, str]) -> None:
    """Add the result of the check of units to every formula of a snapshot."""
    from xnet.engine.networks.network import Network
    from xnet.evidence.units import units_report

    formulas: list[FormulaRecord] = [snapshot["best"], *snapshot["front"]]
    networks = [Network.from_json(formula["network"]) for formula in formulas]
    for formula, sentence in zip(formulas, units_report(networks, inputs, target, units), strict=True):
        formula["units"] = sentence
