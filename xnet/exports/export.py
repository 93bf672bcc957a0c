"""The files of a formula: code in several languages, drawings, tables and a report.

Every file is self-contained: the Python file imports only NumPy, the drawings load no other file. Column names are
data; they appear in files only quoted or escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xnet.atomic_files import write_bytes
from xnet.config.class_runs import class_event, is_class
from xnet.config.run_options import RunError
from xnet.drawings.charts import front_svg, loss_svg, parity_svg, probabilities_svg, residuals_svg
from xnet.drawings.graphml import network_graphml
from xnet.drawings.layout import drawn
from xnet.drawings.png import to_png
from xnet.drawings.svg import network_svg
from xnet.engine.formulas.jax_code import to_jax
from xnet.engine.formulas.python_code import to_python
from xnet.engine.networks.network import Network
from xnet.evidence.class_probability import to_search_form
from xnet.evidence.formula_of_all_rows import text_where_outside
from xnet.evidence.formula_verdict import formula_verdict
from xnet.evidence.group_estimates import GroupEstimates, group_estimates
from xnet.evidence.permutation_check import PermutationCheck
from xnet.evidence.printed_estimates import printed_estimates
from xnet.evidence.residuals import PLAIN, residual_title, residuals, table_weights
from xnet.evidence.typical_error import TypicalError, typical_error_of
from xnet.evidence.verdict import Verdict
from xnet.evidence.wild_rows import is_of_second_look
from xnet.runs.permutation import finished_check
from xnet.runs.run import Run
from xnet.tables.column_recipes import ColumnRecipe, recipes_from_config
from xnet.tables.row_names import RowNames
from xnet.wording.formula_notation import typeset_text
from xnet.wording.score_text import unexplained_name

from .animation import discovery_gif
from .column_code import derived_lines, derived_recipes, readable
from .languages import to_excel, to_javascript, to_sympy_code
from .notebook import notebook
from .plots import plots_html
from .program import program_fields
from .records import formula_json, front_csv, named_lines, predictions_csv
from .report import report_html
from .table_code import SCRIPT

if TYPE_CHECKING:
    from xnet.engine import Problem

__all__ = ["ANIMATION", "FILES", "Export", "export_files", "export_run", "formula_json", "formula_python", "front_csv",
           "predictions_csv"]

#: All files of a formula, in the order of the downloads. Only classes have probabilities; only amounts have parity and
#: residuals.
FILES = (
    "formula.txt", "formula.tex", "formula.ipynb", "formula.py", "formula_sympy.py", "formula_jax.py", "formula.js",
    "formula_excel.txt", "formula.json", "network.svg", "network.png", "network.graphml", "loss.svg", "loss.png",
    "front.svg", "front.png", "parity.svg", "parity.png", "residuals.svg", "residuals.png", "probabilities.svg",
    "probabilities.png", "front.csv", "predictions.csv", "plots.html", "report.html")
#: The drawings in the order of the report.
_PAGES = ("network", "front", "parity", "residuals", "probabilities", "loss")

#: The search as an animation; a file of a run, not of one of its formulas.
ANIMATION = "discovery.gif"


@dataclass(frozen=True)
class Export:
    """All files of one formula. Each is created on request; shared results are computed once.

    Args:
        run: the run.
        snapshot: its snapshot.
        row: the formula, a row of the snapshot's front.
    """

    run: Run
    snapshot: Mapping[str, Any]
    row: Mapping[str, Any]

    @classmethod
    def from_run(cls, run: Run, row: Mapping[str, Any] | None = None) -> Export:
        """The files of a row of the run's front, by default of the best network.

        Raises:
            RunError: the run has found nothing yet.
        """
        snapshot = run.snapshot()
        if snapshot is None:
            raise RunError(f"Run {run.id!r} has no network yet; wait for the first one, then export.")
        return cls(run, snapshot, row or snapshot["best"])

    @cached_property
    def config(self) -> dict[str, Any]:
        """The settings of the run."""
        return self.run.config

    @cached_property
    def network(self) -> Network:
        """The formula's network."""
        return Network.from_json(self.row["network"])

    @cached_property
    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        """Actual and predicted values, (n,) each."""
        data = self.run.data()
        return data[self.config["target"]].to_numpy(), self.network.evaluate(data[self.config["inputs"]].to_numpy())

    @cached_property
    def problem(self) -> Problem:
        """The search problem, with its training and held-out rows."""
        return self.run.problem()

    @cached_property
    def ranges(self) -> dict[str, list[float]]:
        """Input -> its lowest and highest value in all rows of the search."""
        columns = self.run.data()[self.config["inputs"]]
        return {name: [float(values.min()), float(values.max())] for name, values in columns.items()}

    @cached_property
    def constants(self) -> list[dict[str, Any]]:
        """Estimates of the formula's constants on all rows, as plain data."""
        network = to_search_form(self.network, self.problem)
        of_second_look = is_of_second_look(self.row, self.snapshot)
        return [e.to_json() for e in printed_estimates(network, self.problem, of_second_look=of_second_look,
                                                       parts=self.row.get("parts"))]

    @cached_property
    def groups(self) -> GroupEstimates:
        """The same of a formula with groups, for every group; empty without groups."""
        return group_estimates(self.network, self.problem, of_second_look=is_of_second_look(self.row, self.snapshot),
                               parts=self.row.get("parts"))

    @property
    def typical_error(self) -> TypicalError | None:
        """The typical error of the formula's values; None for the probability of a class."""
        return None if is_class(self.config) else typical_error_of(self.network, self.problem)

    @cached_property
    def derived(self) -> dict[str, ColumnRecipe]:
        """The recipes of the derived columns that the formula reads, by name."""
        return derived_recipes(self.network, self.config["inputs"], recipes_from_config(self.config))

    @cached_property
    def check(self) -> PermutationCheck | None:
        """The permutation check of the run; None without one."""
        return finished_check(self.run)

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the formula."""
        return formula_verdict(self.row, self.snapshot, self.problem, self.check, self.run.row_labels())

    def makers(self) -> dict[str, Callable[[], str | bytes]]:
        """The function that creates each file, by the name of the file."""
        drawings = self.drawings()
        pictures = {f"{name}.png": partial(_as_png, draw) for name, draw in drawings.items()}
        files = {f"{name}.svg": draw for name, draw in drawings.items()} | self.texts()
        return {name: (files | pictures)[name] for name in FILES if name in files | pictures}

    @property
    def tips(self) -> list[str]:
        """A text for every row, shown under the pointer: its name and the values of the inputs used."""
        names, data = self.config["inputs"], self.run.data()
        used = [names[i] for i in self.network.variables[:6]]
        rows = RowNames.from_config(self.config, len(data)).labelled(self.run.row_labels())
        return [rows.name(k) + "".join(f", {name}: {x:.5g}" for name, x in zip(used, values, strict=True))
                for k, values in enumerate(data[used].to_numpy())]

    def residuals_drawing(self, tips: Sequence[str]) -> str:
        """The residuals of all rows in the words of the loss, as SVG."""
        actual, predicted = (np.asarray(values, dtype=np.float64) for values in self.rows)
        loss, held = self.problem.train.loss_function, self.problem.holdout_index
        title = residual_title(loss)
        words = {} if title == PLAIN else {
            "axis": title, "residuals": residuals(actual, predicted, table_weights(self.problem), loss).tolist()}
        target = self.config["target"]
        return residuals_svg(actual, predicted, target=target, unit=self.config["units"].get(target, ""),
                             held_out=held, tips=tips, **words)

    def drawings(self, tips: Sequence[str] = ()) -> dict[str, Callable[[], str]]:
        """The function that creates each drawing as SVG, by its name; `tips` are texts for the rows."""
        config, row = self.config, self.row
        target, unit = config["target"], config["units"].get(config["target"], "")
        held = self.problem.holdout_index
        fit: dict[str, Callable[[], str]] = {
            "parity": lambda: parity_svg(*self.rows, target=target, unit=unit, held_out=held, tips=tips),
            "residuals": lambda: self.residuals_drawing(tips)}
        if is_class(config):
            fit = {"probabilities": lambda: probabilities_svg(*self.rows, target=target, held_out=held, tips=tips)}
        return {
            "network": lambda: network_svg(drawn(row, config["inputs"]), target=target,
                                           formula=typeset_text(row["text"])),
            "loss": lambda: loss_svg(self.snapshot["loss"], unexplained_name(row)),
            "front": lambda: front_svg(self.snapshot["front"], chosen=row), **fit}

    def texts(self) -> dict[str, Callable[[], str]]:
        """The function that creates each text file other than the drawings, by its name."""
        config, row, network = self.config, self.row, self.network
        names, target, derived = config["inputs"], config["target"], self.derived
        return {
            "formula.txt": lambda: row["text"] + "\n" + named_lines(row, names) + derived_lines(derived, "", readable),
            "formula.tex": lambda: "".join((derived_lines(derived, "% ", readable),
                                            named_lines(row, names, "% "), row["latex"], "\n")),
            "formula.py": lambda: formula_python(network, config),
            "formula.ipynb": lambda: notebook(network, config, row, self.run.data()),
            "formula_sympy.py": lambda: derived_lines(self.derived, "# ") + to_sympy_code(network, names, target),
            "formula_jax.py": lambda: derived_lines(self.derived, "# ") + to_jax(network, names, target),
            "formula.js": lambda: derived_lines(self.derived, "// ") + to_javascript(network, names, target),
            "formula_excel.txt": lambda: to_excel(network, names, target, self.derived, config.get("columns", ()),
                                                  RowNames.from_config(config, self.problem.n_rows).first_in_sheet),
            "formula.json": lambda: formula_json(row, config, self.snapshot, self.ranges, self.constants, self.check,
                                                 self.typical_error),
            "network.graphml": lambda: network_graphml(network, names, target=target),
            "front.csv": lambda: front_csv(self.snapshot["front"]),
            "predictions.csv": lambda: predictions_csv(self.run, self.rows[1], self.problem.holdout_index),
            "plots.html": lambda: plots_html(config["target"], typeset_text(row["text"]), [
                draw() for name, draw in _in_order(self.drawings(self.tips)) if name != "network"]),
            "report.html": lambda: report_html(config, self.snapshot, row, self.verdict, [
                draw() for _, draw in _in_order(self.drawings())],
                self.constants, self.check, *self.groups, error=self.typical_error,
                of_all_rows=text_where_outside(self.constants, row, self.snapshot, self.problem)),
        }


def _in_order(drawings: Mapping[str, Callable[[], str]]) -> list[tuple[str, Callable[[], str]]]:
    """The drawings by name, in the order of the report."""
    return sorted(drawings.items(), key=lambda entry: _PAGES.index(entry[0]))


def _as_png(draw: Callable[[], str]) -> bytes:
    return to_png(draw())


def export_files(run: Run, row: Mapping[str, Any] | None = None) -> dict[str, str | bytes]:
    """The contents of all files, by name.

    Args:
        run: a run that has a snapshot.
        row: a row of its front; by default the best network.

    Raises:
        RunError: the run has found nothing yet.
    """
    return {name: make() for name, make in Export.from_run(run, row).makers().items()}


def export_run(run: Run, folder: Path, row: Mapping[str, Any] | None = None, *, animation: bool = False) -> list[Path]:
    """Write all files of `export_files` into a folder, and the animation if wanted; returns their paths.

    Raises:
        RunError: the run has found nothing yet, or the folder cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = export_files(run, row) | ({ANIMATION: discovery_gif(run)} if animation else {})
        for name, content in files.items():
            write_bytes(folder / name, content.encode("utf-8") if isinstance(content, str) else content)
            written.append(folder / name)
    except OSError as error:
        raise RunError(f"The files cannot be written to {str(folder)!r} ({error.strerror}); choose a folder that you "
                       "may write to.") from error
    return written


def formula_python(network: Network, config: Mapping[str, Any]) -> str:
    """The formula as a Python file: a function `predict`, and a program that applies it to a CSV file."""
    names, target = config["inputs"], config["target"]
    used = [names[i] for i in network.variables]
    head = f"# A formula for {target!a}, found by X-Net in {config['source']!a}.\n"
    if is_class(config):
        head += f"# It gives the probability that {class_event(config)!a}, from 0 to 1; above 0.5 means yes.\n"
    return head + to_python(network, names, target_name=target) + "\n" + SCRIPT.format(
        **program_fields(config, used, target))
