"""Own functions through the command line, a run's files, its bundle, and the estimator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xnet import XNetClassifier, XNetRegressor
from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.reproduce import reproduce
from xnet.cli.main import main
from xnet.config.settings import Settings
from xnet.engine import FormulaError, Network, resolve_activations
from xnet.exports.class_code import classes_python
from xnet.runs.run import Run

HILL = "hill(x, y) = x/(x + y)"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2.5 hill(conc, 1.7) on 60 rows."""
    conc = np.random.default_rng(0).uniform(0.1, 3, 60)
    path = tmp_path_factory.mktemp("rates") / "rates.csv"
    pd.DataFrame({"conc": conc, "rate": 2.5 * conc / (conc + 1.7)}).to_csv(path, index=False)
    return path


def discover(table: Path, *options: str) -> int:
    return main(["discover", str(table), "--target", "rate", "--steps", "3", *options])


@pytest.mark.slow
def test_a_function_reaches_the_run_its_files_and_its_bundle(table: Path, tmp_path: Path,
                                                            capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "functions.txt"
    file.write_text(f"# kinetics\n{HILL}\n", encoding="utf-8")
    out = tmp_path / "out"
    assert discover(table, "--function", str(file), "--json", "--out", str(out)) == 0
    printed: dict[str, Any] = json.loads(capsys.readouterr().out)
    run = Run(next(path for path in out.iterdir() if path.is_dir()))

    assert printed["formula"] == "rate = 2.5*hill(conc, 1.7)"
    assert printed["functions"] == [HILL]
    assert (out / "formula.txt").read_text(encoding="utf-8").splitlines()[1] == f"where {HILL}"
    assert f"where {HILL}" in (out / "report.html").read_text(encoding="utf-8")
    assert run.config["activations"] == ["default", HILL]
    assert reproduce(read_bundle(make_bundle(run))).outcome == "identical"
    kept = json.loads((out / "formula.json").read_text(encoding="utf-8"))
    rows = pd.read_csv(table)
    network = Network.from_json(kept["formula"]["network"])
    np.testing.assert_allclose(network.evaluate(rows[["conc"]].to_numpy()), rows["rate"])


@pytest.fixture(scope="module")
def switches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows that are on or off, by a share conc/(conc + rival), over two decades of both."""
    rng = np.random.default_rng(0)
    conc, rival = np.exp(rng.uniform(-3, 3, (2, 150)))
    odds = 14 * conc / (conc + rival) - 9
    path = tmp_path_factory.mktemp("switches") / "switches.csv"
    pd.DataFrame({"conc": conc, "rival": rival, "state": np.where(rng.uniform(size=150) < 1 / (1 + np.exp(-odds)),
                                                                 "on", "off")}).to_csv(path, index=False)
    return path


def test_a_classifier_takes_functions_and_its_exports_agree(switches: Path) -> None:
    rows = pd.read_csv(switches)
    model = XNetClassifier(["arithmetic"], functions={"hill(x, y)": "x/(x + y)"}, budget_steps=4, random_state=0)
    model.fit(rows[["conc", "rival"]], rows["state"])
    assert model.definitions_ == [HILL]
    assert "hill(" in model.formulas_[0]
    space: dict[str, Any] = {}
    exec(classes_python(model.networks_, model.names_, ["off", "on"]), space)  # noqa: S102 - our own text
    np.testing.assert_allclose(space["probabilities"](rows["conc"].to_numpy(), rows["rival"].to_numpy()),
                               model.predict_proba(rows[["conc", "rival"]]), atol=1e-12)
    with pytest.raises(FormulaError, match="'k'"):
        XNetClassifier(functions={"hill(x)": "x/(x + k)"}).fit(rows[["conc", "rival"]], rows["state"])


@pytest.mark.slow
def test_a_function_reaches_the_searches_for_classes(switches: Path, tmp_path: Path,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    options = ["discover", str(switches), "--target", "state", "--activations", "arithmetic", "--function", HILL]
    assert main([*options, "--seconds", "1"]) == 0
    assert f"  where {HILL}" in capsys.readouterr().out.splitlines()

    out = tmp_path / "out"
    assert main([*options, "--class", "on", "--steps", "4", "--json", "--out", str(out)]) == 0
    printed = json.loads(capsys.readouterr().out)
    run = Run(next(path for path in out.iterdir() if path.is_dir()))
    assert printed["functions"] == [HILL]
    assert "1 + exp(-(" in printed["formula"]
    assert run.config["activations"] == ["arithmetic", HILL]
    assert reproduce(read_bundle(make_bundle(run))).outcome == "identical"


@pytest.mark.parametrize(("function", "sentence"), [
    ("hill(x, y) = x/(x + k)", "names 'k', which is no argument; it has: x, y"), ("conc(x) = x**2", "name of a column"),
    ("nofile", "neither a definition nor a file"), ("sin(x) = x**2", "'sin'")])
def test_a_bad_function_is_refused_in_a_sentence(table: Path, function: str, sentence: str,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    assert discover(table, "--function", function) == 2
    assert sentence in capsys.readouterr().err


def test_the_estimator_takes_functions_and_keeps_their_definitions(table: Path) -> None:
    rows = pd.read_csv(table)
    model = XNetRegressor(functions={"hill(x, y)": "x/(x + y)"}, budget_steps=3, random_state=0)
    model.fit(rows[["conc"]], rows["rate"])

    assert (model.formula_, model.definitions_) == ("2.5*hill(conc, 1.7)", [HILL])
    with pytest.raises(FormulaError, match="refers to itself"):
        XNetRegressor(functions={"f(x)": "f(x) + 1"}).fit(rows[["conc"]], rows["rate"])


def test_settings_keep_own_functions() -> None:
    chosen = Settings(activations=(HILL, *resolve_activations("default")))
    options = chosen.to_options(["conc"])

    assert options["activations"] == ["default", HILL]
    assert (chosen.library, chosen.functions) == ("Standard", (HILL,))
    assert resolve_activations(options["activations"]) == chosen.activations
