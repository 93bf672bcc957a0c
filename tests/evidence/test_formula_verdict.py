"""What is said about a formula of a search is the same everywhere: plain models, required inputs, held constants."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xnet import XNetRegressor
from xnet.engine.networks.network import Network, Neuron
from xnet.evidence.comparison import compare
from xnet.evidence.formula_verdict import formula_verdict, suggestion_sentence
from xnet.evidence.recommendations import recommendations
from xnet.evidence.verdict import verdict
from xnet.exports.export import Export
from xnet.prediction.user_formula import rows_of, score_network
from xnet.runs import create_run, execute
from xnet.wording.plain_text import LOGISTIC, plain_sentence

RNG = np.random.default_rng(3)
X = RNG.normal(size=(60, 3))
NOISY = pd.DataFrame(X, columns=["a", "b", "c"]).assign(y=X @ [1.0, 0.7, 0.5] + RNG.normal(0, 1.5, 60))
PLAIN = "The search found no formula that the rows support clearly better than this linear one."
#: 2 * 3 * a: the rows determine the product of the constants, not each of them.
PRODUCT = Network((Neuron("constant", (), 0), Neuron("constant", (), 1), Neuron("mul", (0, 1)), Neuron("variable"),
                   Neuron("mul", (2, 3))), (2.0, 3.0), 3)


def test_a_plain_model_that_is_suggested_is_called_one_everywhere(tmp_path: Path) -> None:
    run = create_run(NOISY, target="y", inputs=["a", "b", "c"], source="made", steps=2, root=tmp_path)
    snapshot = execute(run, commands=lambda: None)
    assert snapshot is not None
    assert snapshot["best"]["plain"] == "linear"
    problem, front = run.problem(), snapshot["front"]
    assert formula_verdict(snapshot["best"], snapshot, problem).sentence.startswith(PLAIN)
    assert PLAIN in Export.from_run(run).texts()["report.html"]()
    position = next(i for i, row in enumerate(front) if row["network"] == snapshot["best"]["network"])
    said = suggestion_sentence(snapshot, problem)
    assert PLAIN in [reason for card in recommendations(front, position, said) for reason in card.reasons]
    others = [row for i, row in enumerate(front) if i != position]
    assert all(PLAIN not in formula_verdict(row, snapshot, problem).sentence for row in others), "only the suggestion"
    model = XNetRegressor(budget_steps=2, budget_seconds=None, random_state=0).fit(NOISY[["a", "b", "c"]], NOISY.y)
    assert model.plain_kind_ == "linear"
    assert model.select(index=0).plain_kind_ is None


def test_an_exact_linear_law_is_a_law(tmp_path: Path) -> None:
    table = NOISY.assign(y=2.5 * NOISY.a - 1.25 * NOISY.b)
    run = create_run(table, target="y", inputs=["a", "b", "c"], source="made", steps=2, root=tmp_path)
    snapshot = execute(run, commands=lambda: None)
    assert snapshot is not None
    assert Export.from_run(run).verdict.level == "exact"
    assert "no formula that the rows" not in Export.from_run(run).verdict.sentence
    assert suggestion_sentence(snapshot, run.problem()) == ""


def test_plain_formulas_of_the_required_inputs_are_called_so_in_verdict_and_report(tmp_path: Path) -> None:
    run = create_run(NOISY.assign(y=RNG.normal(size=60)), target="y", inputs=["a", "b"], source="made", steps=1,
                     prior={"required_inputs": ["a", "b"]}, activations=["add", "mul"], root=tmp_path)
    execute(run, commands=lambda: None)
    export = Export.from_run(run)
    assert any("inputs 'a', 'b': the search found no better" in caution for caution in export.verdict.cautions)
    assert export.verdict.cautions[-1].partition("'")[0] in export.texts()["report.html"]()


@pytest.mark.parametrize("counted", [1, 2])
def test_the_verdict_counts_the_constants_that_the_rows_determine(counted: int) -> None:
    found = verdict(compare(PRODUCT, (X[:7], 6 * X[:7, 0]), (X[7:], 6 * X[7:, 0]), counted))
    numbers = "1 fitted number." if counted == 1 else "2 fitted numbers."
    assert f"only 7 training rows for {numbers}" in found.cautions[0]


def test_held_constants_are_no_fitted_numbers_of_a_formula_that_a_user_typed(tmp_path: Path) -> None:
    run = create_run(NOISY, target="y", inputs=["a", "b", "c"], source="made", root=tmp_path)
    assert PRODUCT.n_parameters == 2
    assert score_network(PRODUCT, rows_of(run)).n_parameters == 1


#: Words that limit a formula or call it enough, and the levels of verdicts that they contradict.
CONTRADICTIONS = {"no formula that the rows": ("exact", "strong"), "is enough": ("mean", "share")}


@pytest.mark.parametrize("level", ["exact", "strong", "plausible", "line", "mean", "logistic", "share"])
@pytest.mark.parametrize("kind", ["linear", "log-linear", "power-law", "quadratic", LOGISTIC, None])
@pytest.mark.parametrize("loss", [0.5, 0.02, 1e-20, None])
def test_the_sentence_on_a_plain_model_never_contradicts_the_badge(kind: str | None, level: str,
                                                                   loss: float | None) -> None:
    said = plain_sentence(kind, loss, level)
    for words, levels in CONTRADICTIONS.items():
        assert not (words in said and level in levels), (said, level)
    if level in ("line", "logistic") and kind != "linear":
        assert "is enough" not in said, "a simpler formula would be enough"
    assert plain_sentence("constant", loss, "mean").startswith("No law found")
    assert "No law" not in said, "an interval may exclude 0 where few held-out rows show nothing"
    assert (said == "") == (kind is None or level == "exact" or loss == 1e-20)


def test_badge_sentence_and_card_say_the_same_where_a_curve_is_hardly_better_than_a_line(tmp_path: Path) -> None:
    x = np.random.default_rng(1).uniform(1, 5, 120)
    table = pd.DataFrame({"x": x, "y": 40 * x + 0.35 * x**2 + np.random.default_rng(2).normal(0, 1.5, 120)})
    run = create_run(table, target="y", inputs=["x"], source="made", steps=1, root=tmp_path)
    snapshot = execute(run, commands=lambda: None)
    assert snapshot is not None
    problem = run.problem()
    for row in snapshot["front"]:
        for kind in ("linear", "quadratic", "power-law"):
            claimed = {**snapshot, "best": {**row, "plain": kind}}
            found, card = formula_verdict(row, claimed, problem), suggestion_sentence(claimed, problem)
            assert found.sentence.startswith(card)
            said = kind if Network.from_json(row["network"]).variables else "constant"
            assert card == plain_sentence(said, row["loss"], found.level)
