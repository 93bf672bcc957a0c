"""Search the unknown parts of forms: `python -m benchmarks.templates`.

Five forms of 200 rows, without noise and with 2 % of it (in standard deviations of the target). Each is searched with
its template and, in the same run, as a whole formula with as much time as the template took (the *free* search). A
result counts as right if its structure, the constants refitted to the rows without noise, has a loss below 1e-8.
Budgets are CPU seconds of one core.

`--short` searches without noise and for 8 s. `--laws FOLDER` adds two measured tables that are no part of X-Net:
`emps.csv` (the friction of a robot arm, R² on the second half of the record) and `nikuradse_1_full.csv` (friction
factors of rough pipes that fall onto one curve; the form in logarithms and as it is written).
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.options import measurement_parser
from benchmarks.output import CsvFile
from xnet.engine import Budget, FrontEntry, Problem, SearchState, advance, hole_texts, start
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text

ROWS, RIGHT, SHORT_S = 200, 1e-8, 8.0
#: One curve for all rough pipes, in logarithms and as it is written.
PIPES_IN_LOGS, PIPES = "f(log_Re + a*log_r) + b*log_Re", "f(Re*r**a) + b*log(Re)"


class Form(NamedTuple):
    """A form: the template, the law, and the range of every column."""

    template: str
    law: str
    ranges: dict[str, tuple[float, float]]


FORMS = (
    Form("9.81*h + f(v)", "9.81*h + v**2/2 + exp(-v)", {"h": (0, 5), "v": (0, 3)}),
    Form("f(x1, x2) + a*g(x3)", "x1*exp(-0.7*x2) + 2.5*sin(1.3*x3)", {"x1": (0.5, 3), "x2": (0, 3), "x3": (0, 4)}),
    Form("tanh(f(x1, x2))", "tanh(0.8*x1 - x2/x1)", {"x1": (0.5, 3), "x2": (0, 3)}),
    Form("exp(-f(x1))*x3 + g(x2)", "exp(-0.4*x1**2)*x3 + log(x2 + 1.7)", {"x1": (0, 2), "x2": (0, 3), "x3": (0.5, 3)}),
    Form("2*cos(f(x2)) + g(x1)", "2*cos(0.6*x2**1.5) + 1/x1", {"x1": (0.5, 3), "x2": (0, 3)}))


class Sample(NamedTuple):
    """Rows of a form: X (n, d), y (n,) with noise, and y without."""

    X: np.ndarray
    y: np.ndarray
    clean: np.ndarray


def sampled(form: Form, noise: float, seed: int) -> Sample:
    """Rows of a form; equal seeds give equal rows."""
    rng = np.random.default_rng(seed)
    X = np.stack([rng.uniform(low, high, ROWS) for low, high in form.ranges.values()], axis=1)
    clean = read_formula(form.law, list(form.ranges)).evaluate(X)
    return Sample(X, clean + noise * clean.std() * rng.normal(size=ROWS), clean)


def searched(problem: Problem, seconds: float) -> tuple[SearchState, float]:
    """The last state of a search, and its CPU seconds."""
    begun, state = time.process_time(), start(problem)
    while state.stop_reason is None and time.process_time() - begun < seconds:
        state, _ = advance(state, problem, Budget(steps=1))
    return state, time.process_time() - begun


def is_right(entry: FrontEntry, sample: Sample) -> bool:
    """Whether the structure of a formula is the law, see the module."""
    rows = Rows(np.ascontiguousarray(sample.X.T), sample.clean, float(sample.clean.var()))
    with np.errstate(all="ignore"):
        return fit_parameters(entry.network, rows, 200).loss < RIGHT


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = measurement_parser("templates", __doc__, 20.0, "CPU seconds of every search")
    parser.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.02], help="default 0 0.02")
    parser.add_argument("--short", action="store_true", help=f"without noise, {SHORT_S:g} s a search")
    parser.add_argument("--laws", type=Path, metavar="FOLDER", help="also search the measured tables of this folder")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    options = build_parser().parse_args(arguments)
    seconds, noises = (SHORT_S, [0.0]) if options.short else (options.seconds, options.noise)
    file = CsvFile(options.csv)
    for noise in noises:
        right = np.zeros(2, dtype=int)
        for form in FORMS:
            right += _measure(form, noise, seconds, options.seed, file)
        print(f"{noise:>5.0%}  right: {right[0]} of {len(FORMS)} with the template, {right[1]} without", flush=True)
    if options.laws is not None:
        _robot_arm(options.laws / "emps.csv", seconds, options.seed)
        _rough_pipes(options.laws / "nikuradse_1_full.csv", seconds, options.seed)


def _measure(form: Form, noise: float, seconds: float, seed: int, file: CsvFile) -> tuple[bool, bool]:
    """Search a form with and without its template; returns whether each is right."""
    sample, names = sampled(form, noise, seed), tuple(form.ranges)
    problem = Problem.from_arrays(sample.X, sample.y, names=names, seed=seed, template=form.template)
    state, taken = searched(problem, seconds)
    free, _ = searched(Problem.from_arrays(sample.X, sample.y, names=names, seed=seed), taken)
    found, alone = is_right(state.best, sample), is_right(free.best, sample)
    texts = [to_text(s.best.network, names) for s in (state, free)]
    file.write({"form": form.template, "noise": noise, "right": found, "free": alone, "seconds": round(taken, 2),
                "formula": texts[0], "free_formula": texts[1]})
    print(f"{noise:>5.0%}  {form.template:<24} {'right' if found else '-':<6} {taken:5.1f} s  {texts[0]}\n"
          f"{'':<32}free {'right' if alone else '-':<6}      {texts[1]}", flush=True)
    return found, alone


def _columns(path: Path, kept: Callable[[dict[str, str]], bool], names: Sequence[str]) -> np.ndarray:
    """Columns (n, k) of the rows of a CSV file that are kept."""
    with path.open(newline="", encoding="utf-8") as file:
        return np.array([[float(row[name]) for name in names] for row in csv.DictReader(file) if kept(row)])


def _robot_arm(path: Path, seconds: float, seed: int) -> None:
    """Search the friction of an arm in the first half of its record, and score it on the second half."""
    names = ("qdot", "qddot")
    train, test = (_columns(path, lambda row, p=part: (row["split"] == "train") is p, (*names, "tau"))
                   for part in (True, False))
    problem = Problem.from_arrays(train[:, :2], train[:, 2], names=names, seed=seed, template="m*qddot + f(qdot)",
                                  activations=["default", "kinks"])
    state, taken = searched(problem, seconds)
    left = test[:, 2] - state.best.network.evaluate(test[:, :2])
    _print_law("robot arm", state, problem, taken, f"R² {1 - left.var() / test[:, 2].var():.5f} on the second half")


def _rough_pipes(path: Path, seconds: float, seed: int) -> None:
    """Search the one curve of all pipes: the logarithm of the friction factor is f(Re r^a) + b log(Re)."""
    table = _columns(path, lambda row: True, ("r_k", "log_Re", "target"))
    r, log_Re, y = table.T
    for names, X, form in ((("log_r", "log_Re"), np.stack([np.log10(r), log_Re], axis=1), PIPES_IN_LOGS),
                           (("r", "Re"), np.stack([r, 10.0**log_Re], axis=1), PIPES)):
        problem = Problem.from_arrays(X, y, names=names, seed=seed, template=form)
        state, taken = searched(problem, seconds)
        left = y - state.best.network.evaluate(X)
        _print_law("rough pipes", state, problem, taken, f"R² {1 - left.var() / y.var():.5f}")


def _print_law(name: str, state: SearchState, problem: Problem, seconds: float, score: str) -> None:
    parts, form = state.best.parts, problem.template
    assert parts is not None
    assert form is not None
    letters = ", ".join(f"{a} = {v:g}" for a, v in zip(form.letters, parts.letters, strict=True))
    print(f"{name}: {form.text}, {hole_texts(form, parts)}, {letters}; {score}, {seconds:.1f} s", flush=True)
