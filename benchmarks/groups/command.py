"""Search forms of groups: `python -m benchmarks.groups`.

Every form of `forms.csv` (half of the Class benchmark of PhySO, Tenachi et al., arXiv 2312.01816, with its ranges) is
sampled on 5 groups of 60 rows; the constants of a group are drawn uniformly, and noise is added in standard deviations
of each group's y. A form counts as right if, with its own and shared constants, refitted to the rows without noise, its
loss is below 1e-8, and it has no more own constants than the truth. Budgets are CPU seconds of one core.

With --many the cost of many small groups: CPU seconds of equally many steps on 50 groups of 20 rows, and on one table
of the same 1,000 rows.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.options import measurement_parser
from benchmarks.output import CsvFile
from xnet.engine import Budget, FrontEntry, Groups, Problem, SearchState, advance, start
from xnet.engine.fitting.group_fitting import GroupRows, fit_shared, form_of
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text

FORMS = Path(__file__).with_name("forms.csv")
GROUPS, ROWS, RIGHT = 5, 60, 1e-8
#: Steps of the comparison of many groups with one table.
_STEPS = 40


class Form(NamedTuple):
    """A form of the list: its formula, and the variables with range and role ("input", or a constant of a group)."""

    name: str
    formula: str
    variables: tuple[tuple[str, float, float, str], ...]

    @property
    def inputs(self) -> list[str]:
        """The names of the inputs."""
        return [name for name, _, _, role in self.variables if role == "input"]


class Sample(NamedTuple):
    """Rows of a form: X (n, d + 1) with the groups' numbers last, y with noise, and y without."""

    X: np.ndarray
    y: np.ndarray
    clean: np.ndarray


def read_forms(path: Path = FORMS) -> list[Form]:
    """The forms of a list."""
    with path.open(newline="", encoding="utf-8") as file:
        return [Form(row["name"], row["formula"], tuple(
            (name, float(low), float(high), role) for name, low, high, role in
            zip(row["variables"].split(), row["low"].split(), row["high"].split(), row["role"].split(), strict=True)))
            for row in csv.DictReader(file)]


def sampled(form: Form, noise: float, seed: int, n_groups: int = GROUPS, rows: int = ROWS) -> Sample:
    """Rows of a form; equal seeds give equal rows."""
    rng, codes = np.random.default_rng(seed), np.repeat(np.arange(n_groups), rows)
    columns = {name: rng.uniform(low, high, len(codes)) if role == "input" else rng.uniform(low, high, n_groups)[codes]
               for name, low, high, role in form.variables}
    network = read_formula(form.formula, list(columns))
    clean = network.evaluate(np.stack(list(columns.values()), axis=1))
    spread = np.array([clean[codes == g].std() for g in range(n_groups)])[codes]
    y = clean + noise * spread * rng.normal(size=len(codes))
    return Sample(np.stack([*(columns[name] for name in form.inputs), codes.astype(float)], axis=1), y, clean)


def searched(form: Form, sample: Sample, seconds: float, seed: int) -> tuple[Problem, SearchState, float]:
    """The search of a sample: problem, last state and CPU seconds."""
    labels = tuple(str(g) for g in range(int(sample.X[:, -1].max()) + 1))
    problem = Problem.from_arrays(sample.X, sample.y, names=(*form.inputs, "group"), seed=seed,
                                  groups=Groups(len(form.inputs), labels))
    begun = time.process_time()
    state = start(problem)
    while state.stop_reason is None and time.process_time() - begun < seconds:
        state, _ = advance(state, problem, Budget(steps=1))
    return problem, state, time.process_time() - begun


def is_right(entry: FrontEntry, form: Form, sample: Sample) -> bool:
    """Whether a formula is the form of the sample, see the module."""
    own = entry.network.own
    if own is None or len(own.values) > len(form.variables) - len(form.inputs):
        return False
    rows = GroupRows.of(Rows(np.ascontiguousarray(sample.X.T), sample.clean, float(sample.clean.var())),
                        own.column, own.n_groups)
    fit = fit_shared(*form_of(entry.network, own.n_groups), rows, 200)
    return fit.total(rows) / rows.rows.scale < RIGHT


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = measurement_parser("groups", __doc__, 12.0, "CPU seconds of every search")
    parser.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.05, 0.1], help="default 0 0.05 0.1")
    parser.add_argument("--list", type=Path, default=FORMS, metavar="FILE", help="another list of forms")
    parser.add_argument("--many", action="store_true", help="measure the cost of 50 groups instead")
    options = parser.parse_args(arguments)
    if options.many:
        _many(options.seed)
        return
    file, forms = CsvFile(options.csv), read_forms(options.list)
    for noise in options.noise:
        right = 0
        for form in forms:
            sample = sampled(form, noise, options.seed)
            problem, state, seconds = searched(form, sample, options.seconds, options.seed)
            found = is_right(state.best, form, sample)
            right += found
            text = to_text(state.best.network, problem.names)
            file.write({"form": form.name, "noise": noise, "right": found, "seconds": round(seconds, 2),
                        "steps": state.step, "formula": text})
            print(f"{noise:>5.0%}  {form.name:<36} {'right' if found else '-':<6} {seconds:5.1f} s  {text}", flush=True)
        print(f"{noise:>5.0%}  {right} of {len(forms)}", flush=True)


def _many(seed: int) -> None:
    """Print the CPU seconds of equally many steps on 50 groups and on one table of the same rows."""
    form = read_forms()[-1]
    sample = sampled(form, 0.05, seed, n_groups=50, rows=20)
    names = (*form.inputs, "group")
    whole = Problem.from_arrays(sample.X[:, :-1], sample.y, names=names[:-1], seed=seed)
    grouped = Problem.from_arrays(sample.X, sample.y, names=names, seed=seed,
                                  groups=Groups(len(form.inputs), tuple(map(str, range(50)))))
    for name, problem in (("one table of 1,000 rows", whole), ("50 groups of 20 rows", grouped)):
        begun = time.process_time()
        state, _ = advance(start(problem), problem, Budget(steps=_STEPS))
        print(f"{name:<24} {time.process_time() - begun:6.1f} s for {state.step} steps: "
              f"{to_text(state.best.network, problem.names)}", flush=True)
