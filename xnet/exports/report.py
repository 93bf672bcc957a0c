"""A report of one formula as a single HTML file, without scripts or external files; all user text is escaped.

A report may be shared, so it omits the run's id: anyone who has the id can control the search.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from threadpoolctl import threadpool_info

from xnet.config.class_runs import class_event, is_class
from xnet.data_rules import FEWEST_ROWS_TO_SPLIT
from xnet.drawings.svg import escape
from xnet.engine.formulas.text import constant_text
from xnet.evidence.permutation_check import PermutationCheck
from xnet.evidence.typical_error import TypicalError
from xnet.evidence.verdict import Verdict
from xnet.evidence.wild_rows import is_of_second_look
from xnet.runs.setting_words import setting_name, setting_value
from xnet.tables.changes import changes_from_json
from xnet.tables.column_recipes import recipes_from_config
from xnet.tables.holdout import Split
from xnet.tables.weights import Weight
from xnet.version import __version__
from xnet.wording.constant_text import (
    METHODS,
    assumed_by,
    constants_caption,
    fitted_text,
    interval_text,
    outside_sentence,
    printed_text,
)
from xnet.wording.definition_text import definitions_text
from xnet.wording.formula_notation import typeset_text
from xnet.wording.formula_words import says_unit
from xnet.wording.front_text import front_heading
from xnet.wording.known_text import known_text
from xnet.wording.parts_text import parts_lines
from xnet.wording.score_text import capitalized, distinct, explained, loss_score, percent, r2, r2_name

from .column_code import derived_description

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --paper: #fcfbf8; --shade: #f1eee6; --rule: #ddd7ca; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebee; --paper: #0c1117; --shade: #18202a; --rule: #2e3945; } }
@media print { :root { --ink: #000; --paper: #fff; --shade: #f3f4f6; --rule: #bbb; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink);
       background: var(--paper); }
h1, h2 { font-family: Georgia, serif; font-weight: 600; }
.formula { font-size: 1.35rem; overflow-wrap: anywhere; }
h1, h2 { overflow-wrap: anywhere; break-after: avoid; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--shade); padding: 1rem; border-radius: .5rem; }
svg { max-width: 100%; height: auto; border-radius: .5rem; } figure { margin: 1.5rem 0; break-inside: avoid; }
table { border-collapse: collapse; width: 100%; } tr { break-inside: avoid; }
td, th { border-bottom: 1px solid var(--rule); padding: .3rem .6rem; text-align: left; vertical-align: top;
       overflow-wrap: anywhere; }
th[scope=row] { min-width: 9rem; }
.front :is(td, th):not(:last-child) { white-space: nowrap; width: 1%; }
@media (max-width: 640px) { .front th:not(:last-child) { white-space: normal; overflow-wrap: normal; }
                            td, th { padding: .3rem; } }
@page { margin: 18mm; }
"""
_SETTINGS = ("activations", "parameters", "max_complexity", "holdout_fraction", "seed", "seconds", "steps", "n_jobs",
             "loss")


def report_html(config: Mapping[str, Any], snapshot: Mapping[str, Any], row: Mapping[str, Any],
                found: Verdict, drawings: Sequence[str], constants: Sequence[Mapping[str, Any]] = (),
                check: PermutationCheck | None = None, groups: Sequence[Mapping[str, Any]] = (),
                noise: str = "", of_all_rows: str = "", error: TypicalError | None = None) -> str:
    """A report of one formula as an HTML page.

    Args:
        config: the run's config.
        snapshot: the run's snapshot.
        row: the formula, a row of the front.
        found: the verdict on the formula.
        drawings: SVG files, in the order in which they are shown.
        constants: estimates of the constants (`xnet.evidence.constants`) as plain data.
        check: the permutation check of the run; None without one.
        groups: estimates of the constants of a formula with groups (`xnet.evidence.group_constants`).
        noise: the rule of the noise of these groups (`noise_of_groups`).
        of_all_rows: the formula with constants of all rows, where printed constants lie outside their intervals.
        error: the typical error of the formula's values; None where there is none.
    """
    target, as_class = escape(config["target"]), is_class(config)
    heading = f"the probability that {escape(class_event(config))}" if as_class else target
    settings = {setting_name(key): setting_value(key, config[key]) for key in _SETTINGS
                if config.get(key) is not None} | {"Steps done": snapshot["step"]}
    robust = is_of_second_look(row, snapshot)
    caption = constants_caption(config, of_second_look=robust, noise=noise, methods={e["method"] for e in constants})
    outside = outside_sentence(constants, held_out=bool(snapshot["rows_holdout"]), of_all_rows=of_all_rows)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>A formula for {target}</title><style>{_STYLE}</style></head><body>
<h1>A formula for {heading}</h1>
<p class="formula">{escape(typeset_text(row["text"]))}</p>
{f"<p>{escape(sentence)}</p>" if (sentence := definitions_text(row)) else ""}
{f"<p>{escape(sentence)}</p>" if (sentence := known_text(row)) else ""}
{"".join(f"<p>{escape(typeset_text(line))}</p>" for line in parts_lines(row))}
<p>{escape(" ".join((found.sentence, *found.cautions)))}</p>
<p>{escape(snapshot["message"])}</p>
<h2>Scores</h2>
{_table(_scores(config, snapshot, row, error))}
{_constants(constants, f"{outside} {caption}".strip(), robust)}
{_group_constants(groups, assumed_by(config, of_second_look=robust, noise=noise), bool(snapshot["rows_holdout"]))}
{_permutation(check, as_class)}
<h2>Charts</h2>
{"".join(f"<figure>{drawing}</figure>" for drawing in drawings)}
<h2>The formula as text, to copy</h2>
<pre>{escape(row["text"])}</pre>
<h2>All formulas found</h2>
<p>{escape(front_heading(snapshot))}.</p>
{_front(snapshot, row, as_class)}
<h2>Data</h2>
{_table(_data(config, snapshot))}
<h2>Settings</h2>
{_table(settings)}
<h2>Versions</h2>
{_table(versions())}
</body></html>
"""


def _front(snapshot: Mapping[str, Any], row: Mapping[str, Any], as_class: bool) -> str:
    """The table of all formulas with their accuracies, in the held-out rows too where there are any."""
    key, name = ("accuracy", "right") if as_class else r2_name(row)
    parts = {"train": "training", "holdout": "held-out"} if snapshot["rows_holdout"] else {"train": "training"}
    heads = "".join(f"<th>{capitalized(name)}, {part} rows</th>" for part in parts.values())
    rows = snapshot["front"]
    accuracies = [distinct([row[f"{key}_{part}"] for row in rows], percent if as_class else r2) for part in parts]
    lines = "".join(f"<tr><td>{row['complexity']}</td>{''.join(f'<td>{text}</td>' for text in texts)}"
                    f"<td>{escape(typeset_text(row['text']))}</td></tr>"
                    for row, *texts in zip(rows, *accuracies, strict=True))
    return (f'<table class="front"><thead><tr><th>Complexity</th>{heads}<th>Formula</th></tr></thead>\n'
            f"<tbody>{lines}</tbody></table>")


def _scores(config: Mapping[str, Any], snapshot: Mapping[str, Any], row: Mapping[str, Any],
            error: TypicalError | None) -> dict[str, Any]:
    """The entries of the section of scores."""
    unit = config["units"].get(config["target"])
    typical = {} if error is None else dict([error.describe(f" {unit}" if unit else "").split(": ", 1)])
    return {**_accuracy(row, Weight.from_config(config.get("weight")), is_class(config), snapshot), **typical,
            "Complexity": row["complexity"], "Fitted numbers": row["n_parameters"],
            "Training rows": snapshot["rows_train"], "Held-out rows": snapshot["rows_holdout"]}


def _data(config: Mapping[str, Any], snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of the section of data: the table, the columns and the rows."""
    weight = Weight.from_config(config.get("weight"))
    data = {"Table": config["source"], "Target": _with_unit(config, config["target"]),
            "Inputs": ", ".join(_with_unit(config, name) for name in config["inputs"]),
            "Rows held out": held_out_words(snapshot, config),
            "Weights": weight.describe() or "all rows count equally",
            "Missing input values": "filled with the column's median" if config.get("fill_gaps") else
            "rows with missing values are left out"}
    data |= {name: derived_description(recipe, str) for name, recipe in recipes_from_config(config).items()}
    if changes := changes_from_json(config.get("changes")):
        data["Changes to the table"] = " ".join(change.describe() for change in changes)
    if is_class(config):
        data["Explained"] = f"the probability that {class_event(config)}"
    return data


def _r2_or_reason(row: Mapping[str, Any], key: str, snapshot: Mapping[str, Any]) -> str:
    """R², or the reason why it is undefined."""
    if row[key] is not None:
        return r2(row[key])
    held_out = key.endswith("holdout")
    return "none: no rows were held out" if held_out and not snapshot["rows_holdout"] else \
        "none: the target does not vary in these rows"


def _accuracy(row: Mapping[str, Any], weight: Weight, as_class: bool, snapshot: Mapping[str, Any]) -> dict[str, str]:
    """Accuracy of a formula on the training rows and on the held-out rows, with the names shown in the report."""
    weighted = f", {weight.describe()}" if weight.column else ""
    parts = (("training", "train"), ("held-out", "holdout"))
    if as_class:
        return {f"{name} on the {where} rows{weighted}": write(row[f"{key}_{rows}"])
                for name, key, write in (("Right", "accuracy", percent), ("Log loss", "log_loss", _three))
                for where, rows in parts}
    key, name = r2_name(row)
    kinds = {key: name} if key == "r2" else {key: name, "r2": "R²"}
    scores = {f"{capitalized(kind)} on the {where} rows{weighted}": _r2_or_reason(row, f"{prefix}_{rows}", snapshot)
              for prefix, kind in kinds.items() for where, rows in parts}
    if (of_loss := loss_score(row)) is not None:
        scores |= {f"{of_loss[0]} on the {where} rows{weighted}": value
                   for (where, _), value in zip(parts, of_loss[1:], strict=True)}
    return scores


def _constants(estimates: Sequence[Mapping[str, Any]], caption: str, robust: bool) -> str:
    """The section of fitted numbers; "" for a formula without fitted numbers."""
    if not estimates:
        return ""
    lines = "".join(f"<tr><td>{escape(printed_text(e))}</td><td>{escape(fitted_text(e))}</td>"
                    f"<td>{escape(interval_text(e))}</td><td>{METHODS[e['method']]}</td></tr>" for e in estimates)
    by = ", by Huber's scale" if robust else ""
    return (f"<h2>Fitted numbers{by}</h2>\n<table><thead><tr><th>Printed</th><th>Fitted</th><th>95 % interval</th>"
            f"<th>Method</th></tr></thead>\n<tbody>{lines}</tbody></table>\n<p>{escape(caption)}</p>")


def _group_constants(records: Sequence[Mapping[str, Any]], assumed: str, held_out: bool) -> str:
    """The section of the constants of every group, and of those that all share; "" for a formula without any."""
    if not records:
        return ""
    lines = "".join(f'<tr><th scope="row">{escape(e["group"] or "all groups")}</th>'
                    f"<td>{e['name'] if e['group'] else ''}</td>"
                    f"<td>{escape(constant_text(float(e['value']))[0])}</td><td>{escape(fitted_text(e))}</td>"
                    f"<td>{escape(interval_text(e))}</td></tr>" for e in records)
    return ("<h2>Constants of every group</h2>\n<table><thead><tr><th>Group</th><th>Constant</th><th>Printed</th>"
            f"<th>Fitted</th><th>95 % interval</th></tr></thead>\n<tbody>{lines}</tbody></table>\n"
            f"<p>{escape(outside_sentence(records, held_out=held_out))} "
            "Fitted numbers, their standard errors and intervals are those of a fit of all groups together to all "
            f"rows, training and held-out. They are valid if the formula is right and {escape(assumed)}.</p>")


def _permutation(check: PermutationCheck | None, as_class: bool) -> str:
    """The section of the permutation check; "" without one."""
    if check is None:
        return ""
    share = "share of the leave-one-out log loss" if as_class else "share of the squared leave-one-out errors"
    entries = {"p-value": f"{check.p_value:.3g}", "Shuffled tables": check.n_shuffled,
               "Shuffled tables with as good a formula": check.n_as_good,
               f"Explained in the table as it is ({share} of the best constant)": explained(check.explained),
               "Explained in the shuffled tables, at most": explained(max(check.shuffled)),
               "Steps of every search": check.steps, "Seed of the shuffles": check.seed}
    return f"<h2>Permutation check</h2>\n{_table(entries)}"


def _three(value: float | None) -> str:
    return "none" if value is None else f"{value:.3g}"


def held_out_words(snapshot: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """How rows were held out, in words, or that none were, whatever the setting was."""
    held, split = snapshot["rows_holdout"], Split.from_config(config.get("split"))
    rows = snapshot["rows_train"] + held
    if not held:
        few = config["holdout_fraction"] and rows < FEWEST_ROWS_TO_SPLIT
        return "no rows held out" + (f" (fewer than {FEWEST_ROWS_TO_SPLIT})" if few else "")
    # Groups are not divided, so the share differs from the setting.
    return split.describe(round(100 * (held / rows if split.kind == "group" else config["holdout_fraction"])))


def versions() -> dict[str, str]:
    """Versions of X-Net, Python and the numerical libraries, and the type of the machine."""
    found = {"X-Net": __version__, "Python": platform.python_version(), "Machine": platform.machine()}
    for package in ("numpy", "scipy", "torch"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    # NumPy's BLAS has different kernels for different processors, so the last digits of sums may differ.
    kernels = (library for library in threadpool_info() if library["user_api"] == "blas")
    ours: Mapping[str, Any] = next((k for k in kernels if "numpy" in k["filepath"]), {})
    return found | {"BLAS": " ".join(str(ours[key]) for key in ("internal_api", "version", "architecture")
                                     if ours.get(key)) or "unknown"}


def _table(entries: Mapping[str, Any]) -> str:
    lines = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(_words(value))}</td></tr>'
                    for name, value in entries.items())
    return f"<table><tbody>{lines}</tbody></table>"


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _with_unit(config: Mapping[str, Any], name: str) -> str:
    unit = config["units"].get(name)
    return f"{name} [{unit}]" if unit and not says_unit(name, unit) else name
