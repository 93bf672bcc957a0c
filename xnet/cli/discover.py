"""`python -m xnet discover`: from a table to a formula."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnet.ways import for_terminal

from .all_rows import discover_all_rows
from .columns import target_and_inputs
from .derive_options import derived
from .discover_targets import discover_targets, targets_of
from .exit_codes import EXIT_FAULT, EXIT_FOUND, EXIT_INTERRUPTED
from .groups import group_lines, group_option, grouped, groups_json, open_tables, refuse_groups
from .jobs import counted_jobs
from .library_options import activation_names
from .loss_option import chosen_loss
from .output import Progress, print_result, printable
from .permutation import check_number_of_shuffles, checked_by_shuffling
from .prior_options import add_units, prior_from_options, units_from_options
from .table_options import changed, check_row_name, converted, data_options, not_inputs, refuse_for_classes

if TYPE_CHECKING:
    from xnet.exports.all_rows import OfAllRows
    from xnet.runs import Run
    from xnet.runs.schema import Snapshot

DEFAULT_SECONDS = 30.0


def run_discover(options: argparse.Namespace) -> int:
    """Search a formula, print it, and return the exit code."""
    from xnet.config.run_options import LIMITS
    from xnet.tables.roles import siblings

    from .discover_classes import is_classes, one_class_target

    if options.seconds is None:
        options.seconds = DEFAULT_SECONDS if options.steps is None else LIMITS["seconds"][1]
    if options.cluster is None:
        options.jobs = counted_jobs(options.jobs)
    if options.all_rows:
        return discover_all_rows(options, activation_names(options))
    table = open_tables(options)
    for sentence in table.report:  # first, because a later error may follow from it
        print(f"xnet: {for_terminal(sentence)}", file=sys.stderr)
    read = len(table.report)
    table = derived(converted(changed(table, options), options), options)
    check_row_name(table, options)
    for sentence in (*(change.describe() for change in table.changes), *table.report[read:]):
        print(f"xnet: {for_terminal(sentence)}", file=sys.stderr)
    targets = targets_of(options.target, table.frame.columns)
    if len(targets) > 1:
        refuse_groups(options)
        return discover_targets(options, table, [str(name) for name in targets], _discover_number, not_inputs(options))
    table, group = grouped(table, options, str(targets[0]))
    target, inputs = target_and_inputs(table, targets[0], options.inputs, {*not_inputs(options), options.group, group})
    if group is not None:
        return _discover_number(options, table, target, [*(c for c in inputs if c != group), group])
    if options.one_class is not None:
        table, target, loss = one_class_target(options, table, target)
        return _discover_formula(options, table, target, [c for c in inputs if c not in siblings(table, target)], loss)
    if is_classes(table, target, options.classify):
        return _discover_classes(options, table, target, inputs)
    return _discover_number(options, table, target, inputs)


def _discover_number(options: argparse.Namespace, table: Any, target: str, inputs: list[str],
                     series: dict[str, Any] | None = None) -> int:
    """Search a formula for a column of numbers."""
    return _discover_formula(options, table, target, inputs, chosen_loss(options), series)


def _discover_classes(options: argparse.Namespace, table: Any, target: str, inputs: list[str]) -> int:
    from xnet.atomic_files import to_json, write_text
    from xnet.runs import RunError

    from .discover_classes import class_lines, discover_classes

    refuse_for_classes(options)
    if options.steps is not None:
        raise RunError("A search for several classes has a budget in seconds only. Leave out --steps.")
    result, code = discover_classes(options, table, target, inputs, activation_names(options))
    if table.derived:
        result = {**result, "derived": {name: recipe.to_config() for name, recipe in table.derived.items()}}
    print(to_json(result) if options.json else "\n".join(map(printable, class_lines(result))), flush=True)
    if options.out:
        write_text(options.out / "classes.py", code)
    return EXIT_FOUND


def _discover_formula(options: argparse.Namespace, table: Any, target: str, inputs: list[str], loss: str,
                      series: dict[str, Any] | None = None) -> int:
    from xnet.config.run_options import table_options
    from xnet.engine import connect
    from xnet.engine.formulas.eulers_number import eulers_number_sentence
    from xnet.runs import create_run, execute
    from xnet.tables.usable_rows import filled_sentence

    check_number_of_shuffles(options.permutation_check)
    prior = prior_from_options(options, inputs)
    units = units_from_options(options, table.units, inputs, target)
    of_table: dict[str, Any] = {**table_options(table), "units": {**table.units, **(units or {})}}
    root = options.out or Path(tempfile.mkdtemp(prefix="xnet-"))
    with ExitStack() as stack:
        if not options.out:
            stack.callback(shutil.rmtree, root, ignore_errors=True)
        with nullcontext() if options.cluster is None else connect(options.cluster) as cluster:
            run = create_run(table.frame, target=target, inputs=inputs, source=table.name,
                             activations=activation_names(options), parameters=not options.no_parameters,
                             max_complexity=40 if options.max_complexity is None else options.max_complexity,
                             seconds=options.seconds, steps=options.steps, seed=options.seed, loss=loss,
                             n_jobs=options.jobs if cluster is None else cluster.n_islands, prior=prior,
                             device=options.device, root=root, series=series,
                             group=group_option(options, inputs), **of_table, **data_options(options))
            if sentence := filled_sentence(run.config.get("filled", {})):
                print(f"xnet: {sentence}", file=sys.stderr)
            given = options.initial_formula or options.template
            if given and (sentence := eulers_number_sentence(given, inputs)):
                print(f"xnet: {sentence}", file=sys.stderr)
            progress = Progress(sys.stderr, options.steps)
            snapshot = execute(run, commands=lambda: None, on_snapshot=progress.show, cluster=cluster)
            progress.end()
        status = run.status()
        options.interrupted = status["state"] == "stopped"
        if snapshot is None:
            print(f"xnet: {status['message']}", file=sys.stderr)
            return EXIT_INTERRUPTED if options.interrupted else EXIT_FAULT
        return _report(options, run, snapshot, prior, units)


def _report(options: argparse.Namespace, run: Run, snapshot: Snapshot, prior: dict[str, Any],
            units: dict[str, str] | None) -> int:
    """Print and export the result of a run; returns the exit code."""
    from xnet.engine import Network
    from xnet.engine.networks.parts import Parts
    from xnet.engine.problem.restrictions import fixed_constants
    from xnet.evidence.class_probability import to_search_form
    from xnet.evidence.formula_verdict import formula_verdict
    from xnet.evidence.printed_estimates import printed_estimates
    from xnet.evidence.required_inputs import unmet_sentence
    from xnet.evidence.wild_rows import is_of_second_look
    from xnet.exports.export import export_run

    problem, status = run.problem(), run.status()
    network = to_search_form(Network.from_json(snapshot["best"]["network"]), problem)
    parts = snapshot["best"].get("parts")
    fixed = fixed_constants(network, problem, Parts.from_json(parts) if parts else None) if prior else ()
    met = not prior or problem.admits(network, fixed)
    if not met:
        print(f"xnet: {unmet_sentence(network, problem)}", file=sys.stderr)
    wanted = options.permutation_check is not None and status["state"] == "finished"  # not after Ctrl-C
    check = checked_by_shuffling(run, options.permutation_check) if wanted else None
    if units is not None:
        add_units(snapshot, run.config["inputs"], problem.target_name, units)
    found = formula_verdict(snapshot["best"], snapshot, problem, check, run.row_labels())
    robust = is_of_second_look(snapshot["best"], snapshot)
    constants = [e.to_json() for e in printed_estimates(network, problem, of_second_look=robust, parts=parts)]
    of_all_rows = _of_all_rows(options, run, constants)
    print_result(snapshot, problem.target_name, met, found, as_json=options.json, check=check,
                 groups=groups_json(network, problem, of_second_look=robust, parts=parts),
                 derived=run.config.get("derived"), group_lines=group_lines(network, problem),
                 constants=constants, of_all_rows=of_all_rows, refit=options.refit)
    if options.out:  # last: a disk that is full costs the files, and not what is printed
        export_run(run, options.out)
        if of_all_rows is not None and options.refit:
            of_all_rows.write(options.out)
    if status["state"] == "failed":
        print(f"xnet: {status['message']}", file=sys.stderr)
        return EXIT_FAULT
    return EXIT_FOUND


def _of_all_rows(options: argparse.Namespace, run: Run, constants: Sequence[Mapping[str, Any]]) -> OfAllRows | None:
    """The formula with constants of all rows, where it is wanted or printed constants lie outside their intervals."""
    from xnet.exports.all_rows import OfAllRows
    from xnet.exports.export import Export
    from xnet.wording.constant_text import outside

    return OfAllRows.of(Export.from_run(run)) if options.refit or any(map(outside, constants)) else None
