"""The options of the command line for prior knowledge and units."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xnet.runs.schema import FormulaRecord, Snapshot


def add_prior_options(discover: argparse.ArgumentParser) -> None:
    """Add the options to the parser of `discover`."""
    prior = discover.add_argument_group("prior knowledge")
    prior.add_argument("--forbid", metavar="A,B", help="columns that no formula may use")
    prior.add_argument("--require", metavar="A,B", help="columns that every formula must use")
    prior.add_argument("--forbid-nesting", metavar="OUTER:INNER,...",
                       help="activations or groups that must not occur inside others, e.g. sin:sin,waves:exp")
    prior.add_argument("--max-parameters", type=int, metavar="N", help="the largest number of fitted numbers")
    prior.add_argument("--increasing", metavar="A,B", help="columns in which the output never falls")
    prior.add_argument("--decreasing", metavar="A,B", help="columns in which the output never rises")
    prior.add_argument("--output-range", metavar="LOW:HIGH",
                       help="bounds of the output, e.g. 0: for an output that is never negative")
    prior.add_argument("--units", nargs="?", const="", metavar="COLUMN=UNIT,...",
                       help="check the units of the formulas; without a list, with the units of the table")
    prior.add_argument("--enforce-units", nargs="?", const=2, type=int, metavar="N",
                       help="let the units steer the search: formulas whose units cannot fit are not tried, and at "
                            "most N of their numbers may have a unit (2 without a number)")
    prior.add_argument("--initial-formula", metavar="FORMULA",
                       help="a formula to start from; free letters are fitted, e.g. 'a*exp(b*x) + c'")
    prior.add_argument("--template", metavar="FORM",
                       help="a form with unknown parts, which are searched, e.g. 'f(x1, x2) + a*g(x3)'; free letters "
                            "are fitted, numbers stay")
    prior.add_argument("--constant", metavar="TEXT", action="append", default=[],
                       help="a named constant, repeatable: g=9.81 is fixed and recognised in formulas, 'k=0.3[0:1]' "
                            "is fitted within bounds from 0.3 on, 'n[1:6] whole' is a whole number (both in the "
                            "initial formula or the template, and in formulas of its structure), k_B has the value of "
                            "the table of physical constants (SI units)")


def prior_from_options(options: argparse.Namespace, inputs: Sequence[str]) -> dict[str, Any]:
    """The prior knowledge that the options give, for the config of a run.

    Raises:
        ConstraintError: an option cannot be read, or names an unknown input.
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
        raise ConstraintError(f"--output-range is {options.output_range!r}. Write LOW:HIGH with two numbers, and leave "
                              "one out for an open end, such as 0: or -1:1.")
    return Prior(names(options.forbid), names(options.require),
                 tuple(tuple(pair.split(":")) for pair in names(options.forbid_nesting)), options.max_parameters,
                 names(options.increasing), names(options.decreasing), lowest, highest,
                 options.initial_formula, tuple(options.constant), options.enforce_units,
                 options.template).to_config(inputs)


def units_from_options(options: argparse.Namespace, own: Mapping[str, str], inputs: Sequence[str],
             target: str) -> dict[str, str] | None:
    """The units to check: those of the table and of the option; None without an option on units.

    Raises:
        UnitsError: the option cannot be read, or names an unknown column.
    """
    from xnet.evidence.units import UnitsError, check_columns

    if options.units is None and options.enforce_units is None:
        return None
    given: dict[str, str] = {}
    for item in next(csv.reader([options.units or ""], skipinitialspace=True), []):
        column, equals, unit = item.rpartition("=")
        if not equals:
            raise UnitsError(f"--units has {item!r}. Write COLUMN=UNIT,... such as mass=kg,speed=m/s.")
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
