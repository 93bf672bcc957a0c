"""The output of `discover`: the progress line, and the result as text or JSON."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from xnet.counts import counted
from xnet.ways import for_terminal
from xnet.wording.constant_text import (
    OF_STEPS,
    SMOOTHED_LABELS,
    constant_line,
    interval_text,
    outside_sentence,
    white_sentence,
)
from xnet.wording.definition_text import definitions_text
from xnet.wording.front_text import front_heading
from xnet.wording.given_text import given_text
from xnet.wording.known_text import known_text
from xnet.wording.parts_text import PART_KEYS, parts_lines
from xnet.wording.score_text import (
    LOSS_SCORE_KEYS,
    accuracy_text,
    capitalized,
    distinct,
    loss_score,
    percent,
    r2,
    r2_name,
)

if TYPE_CHECKING:
    from xnet.evidence.permutation_check import PermutationCheck
    from xnet.evidence.verdict import Verdict
    from xnet.exports.all_rows import OfAllRows
    from xnet.runs.schema import GivenRecord, Snapshot

#: Digits of R².
R2_DIGITS = 6
_CLASS_KEYS = ("accuracy_train", "accuracy_holdout", "log_loss_train", "log_loss_holdout")
_FRONT_KEYS = ("text", "complexity", "n_parameters", "plain", "weighted", "r2_train", "r2_holdout", *LOSS_SCORE_KEYS,
               "units", *PART_KEYS, *_CLASS_KEYS)


class Progress:
    """The progress line: a terminal shows one line that is rewritten, a file gets a line for every new best formula.

    Args:
        stream: where to write.
        steps: the budget in steps; None shows the seconds that are left.
    """

    def __init__(self, stream: TextIO, steps: int | None = None) -> None:
        self._stream, self._live, self._steps = stream, stream.isatty(), steps
        self._last, self._offered = "", False

    def show(self, snapshot: Snapshot) -> None:
        """Show a snapshot."""
        best = snapshot["best"]
        left = max(0.0, snapshot["seconds_total"] - snapshot["seconds"])
        result = f"{accuracy_text(best, digits=R2_DIGITS)}  complexity {best['complexity']}  {printable(best['text'])}"
        ahead = f"{left:6.1f} s left" if self._steps is None else f"step {snapshot['step']} of {self._steps}"
        if snapshot.get("noise_is_left") and not self._offered:
            self._offer()
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write("\r" + f"{ahead}  {result}"[:width].ljust(width))
        elif result != self._last:
            self._stream.write(f"{ahead}  {result}\n")
        self._last = result
        self._stream.flush()

    def _offer(self) -> None:
        """Say, once, that what is left looks like noise."""
        from xnet.engine import NOISE_OFFER  # slow to import, and a search runs already

        sentence, width = f"xnet: {NOISE_OFFER}", shutil.get_terminal_size().columns - 1
        self._stream.write("\r" + sentence.ljust(width) + "\n" if self._live else f"{sentence}\n")
        self._offered = True

    def end(self) -> None:
        """Clear the line."""
        if self._live and self._last:
            self._stream.write("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
            self._stream.flush()


def print_result(snapshot: Snapshot, target: str, constraints_met: bool, found: Verdict, *, as_json: bool,
                 constants: Sequence[Mapping[str, Any]] = (), check: PermutationCheck | None = None,
                 groups: Mapping[str, Any] | None = None, group_lines: Sequence[str] = (),
                 derived: Mapping[str, Any] | None = None, of_all_rows: OfAllRows | None = None,
                 refit: bool = False) -> None:
    """Print the best formula, its scores, the verdict, its constants and the front to standard output.

    Args:
        snapshot: the snapshot of the finished run.
        target: name of the target.
        constraints_met: whether the formula satisfies all constraints.
        found: the verdict on the formula.
        as_json: print JSON instead of text.
        constants: estimates of the constants (`xnet.evidence.constants`) as plain data.
        check: the permutation check; None without one.
        groups, group_lines: the constants of every group, as plain data and as lines of text; none without groups.
        derived: how columns were derived, as the config of the run holds it; a JSON reader needs the day from which
            days are counted.
        of_all_rows: the formula with constants of all rows, where it is known and another one.
        refit: whether it was asked for.
    """
    from xnet.atomic_files import to_json

    if not as_json:
        lines = _lines_of_all_rows(snapshot, constants, of_all_rows, refit)
        print("\n".join([_text_result(snapshot, found, constants, lines), *map(printable, group_lines)]), flush=True)
        return
    checked = {} if check is None else {"permutation_check": check.to_json()}
    fitted = of_all_rows and {"formula": of_all_rows.text, "latex": of_all_rows.latex,
                              "parameters": of_all_rows.n_parameters, "complexity": of_all_rows.complexity}
    print(to_json({**_json_result(snapshot, target, constraints_met), "constants": list(constants), **checked,
                   **({"refitted": fitted} if refit else {}),
                   **(groups or {}), **({"derived": derived} if derived else {}),
                   "verdict": {"level": found.level, "sentence": for_terminal(found.sentence),
                               "cautions": [for_terminal(caution) for caution in found.cautions]}}),
          flush=True)


def _json_result(snapshot: Snapshot, target: str, constraints_met: bool) -> dict[str, Any]:
    best: dict[str, Any] = dict(snapshot["best"])
    front: list[dict[str, Any]] = [dict(formula) for formula in snapshot["front"]]
    return {
        "target": target, "formula": best["text"], "latex": best["latex"], "r2_train": best["r2_train"],
        "r2_holdout": best["r2_holdout"], "parameters": best["n_parameters"], "complexity": best["complexity"],
        "seconds": snapshot["seconds"], "stop_reason": snapshot["stop_reason"],
        "rows_train": snapshot["rows_train"], "rows_holdout": snapshot["rows_holdout"],
        "constraints_met": constraints_met, "plain": best.get("plain"),
        **({"functions": definitions_text(best, "").split("; ")} if definitions_text(best) else {}),
        **{key: best[key] for key in ("weighted", *LOSS_SCORE_KEYS, "units", *PART_KEYS, *_CLASS_KEYS) if key in best},
        **({"known": best["network"]["known"]} if "known" in best["network"] else {}),
        **({"second_look": _front_json(snapshot["second_look"])} if "second_look" in snapshot else {}),
        **({"given": _given_json(snapshot["given"])} if "given" in snapshot else {}),
        "front": [_front_json(formula) for formula in front]}


def _front_json(formula: Mapping[str, Any]) -> dict[str, Any]:
    return {key: formula[key] for key in _FRONT_KEYS if key in formula}


def _text_result(snapshot: Snapshot, found: Verdict, constants: Sequence[Mapping[str, Any]],
                 of_all_rows: Sequence[str]) -> str:
    best = snapshot["best"]
    held_out = f", {accuracy_text(best, 'holdout', R2_DIGITS)} on {snapshot['rows_holdout']} held-out rows" if snapshot[
        "rows_holdout"] else ""
    lines = [printable(best["text"]), *filter(None, [printable(definitions_text(best))]), "",
             (f"{capitalized(accuracy_text(best, digits=R2_DIGITS))} on {snapshot['rows_train']} training rows"
              f"{held_out}; "
              f"{counted(best['n_parameters'], 'parameter')}, complexity {best['complexity']}, "
              f"{snapshot['seconds']:.1f} s."),
             *(printable(for_terminal(sentence)) for sentence in (found.sentence, *found.cautions))]
    if (score_of_loss := loss_score(best)) is not None:
        name, train, held = score_of_loss
        lines.append(f"{name}: {train} on training rows"
                     + (f", {held} on held-out rows." if snapshot["rows_holdout"] else "."))
    if sentence := known_text(best):
        lines.insert(1, f"  {sentence}")
    lines[1:1] = [f"  {printable(line)}" for line in parts_lines(best)]
    if "units" in best:
        lines.append(f"Units: {printable(best['units'])}.")
    if "given" in snapshot:
        lines.append(printable(given_text(snapshot["given"])))
    key, score = r2_name(best)
    as_text: Callable[[float | None, int], str] = r2
    if "accuracy_train" in best:
        key, score, as_text = "accuracy", "right", percent
    elif snapshot["rows_holdout"] and best["r2_holdout"] is None:
        lines.append("The target does not vary in the held-out rows, so there is no R² there.")
    if constants:
        from xnet.evidence.wild_rows import is_of_second_look

        by = " by Huber's scale" if is_of_second_look(best, snapshot) else ""
        smoothed = f"; {SMOOTHED_LABELS}" if "accuracy_train" in best else ""
        lines += ["", f"Constants, fitted to all rows{by} (95 % interval{smoothed}):", *map(constant_item, constants)]
        methods = {c["method"] for c in constants}
        lines += [f"  {OF_STEPS}"] if "threshold" in methods else []
        white = white_sentence(methods, weighted=bool(best.get("weighted")))
        lines += [f"  {white}"] if white else []
    lines += of_all_rows
    width = max(14, len(f"{score} held out"))
    lines += ["", f"{front_heading(snapshot)}:", "",
              f"complexity  parameters  {f'{score} train':>{width}}  {f'{score} held out':>{width}}  formula"]
    front: list[dict[str, Any]] = [dict(formula) for formula in snapshot["front"]]
    texts = [distinct([formula[f"{key}_{rows}"] for formula in front], as_text) for rows in ("train", "holdout")]
    for formula, train, holdout in zip(snapshot["front"], *texts, strict=True):
        lines.append(f"{formula['complexity']:>10}  {formula['n_parameters']:>10}  "
                     f"{train:>{width}}  {holdout:>{width}}  "
                     f"{printable(formula['text'])}"
                     + (f"  ({printable(formula['units'])})" if "units" in formula else ""))
    return "\n".join(lines)


def _lines_of_all_rows(snapshot: Snapshot, constants: Sequence[Mapping[str, Any]], of_all_rows: OfAllRows | None,
                       refit: bool) -> list[str]:
    """The sentence on printed numbers outside their intervals, and the formula with numbers of all rows."""
    sentence = outside_sentence(constants, held_out=bool(snapshot["rows_holdout"]))
    lines = [sentence] if sentence else []
    if of_all_rows is not None:
        other = "" if of_all_rows.complexity == snapshot["best"]["complexity"] else (
            f"; {counted(of_all_rows.n_parameters, 'parameter')}, complexity {of_all_rows.complexity}")
        return [*lines, "", f"With numbers fitted to all rows (no rows are left to score it{other}):",
                printable(of_all_rows.text)]
    return [*lines, "A fit to all rows does not change the printed numbers."] if refit else lines


def _given_json(given: GivenRecord) -> dict[str, Any]:
    return {"given": given["given"], "constants": given["constants"], "constraints_met": given["constraints_met"],
            **({"parameters": given["parameters"]} if "parameters" in given else {}), **_front_json(given)}


def constant_item(estimate: Mapping[str, Any]) -> str:
    """A constant as printed and as fitted, with its interval, as an indented line."""
    interval = interval_text(estimate)
    return f"  {constant_line(estimate)}" + (f" ({interval})" if interval != "–" else "")


def printable(text: str) -> str:
    """Text from a file without control characters, which a terminal could interpret as commands."""
    return "".join(c if c.isprintable() else " " for c in text)


def refuse_to_replace(option: str, path: Path | None, tables: Iterable[str | Path]) -> None:
    """Refuse to write results into a file that the command reads.

    Args:
        option: that names the file of results.
        path: this file; None for standard output.
        tables: the files that are read, or names of samples.

    Raises:
        RunError: it is one of them.
    """
    from xnet.config.run_options import RunError

    for table in map(Path, tables):
        if path is not None and path.exists() and table.exists() and path.samefile(table):
            raise RunError(f"{option} is {str(path)!r}, the table that is read: it would be replaced. Choose another "
                           "file.")


def make_folder(path: Path | None) -> None:
    """Make the folder of --out before a search, whose result would be lost if it could not be written.

    Raises:
        RunError: it cannot be made.
    """
    from xnet.config.run_options import RunError

    try:
        if path is not None:
            path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"The results cannot be written to {str(path)!r} ({error.strerror}). Choose another folder with "
                       "--out.") from error
