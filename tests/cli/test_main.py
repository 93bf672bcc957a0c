"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from xnet.cli.main import main
from xnet.tables.limits import MAX_COLUMNS

ROOT = Path(__file__).resolve().parents[2]
RESULT_KEYS = {"formula", "latex", "r2_train", "r2_holdout", "parameters", "complexity", "seconds", "stop_reason"}


@pytest.fixture
def sums(tmp_path: Path) -> Path:
    """A table with z = x + y, which is found at once."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 40))
    path = tmp_path / "sums.csv"
    path.write_text("Width,height,z\n" + "".join(f"{a!r},{b!r},{a + b!r}\n" for a, b in zip(x.tolist(), y.tolist(),
                                                                                            strict=True)))
    return path


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    """A table in which there is nothing to find, so that a search goes on."""
    rows = np.random.default_rng(2).normal(size=(150, 4)).tolist()
    path = tmp_path / "noise.csv"
    path.write_text("a,b,c,y\n" + "".join(",".join(map(repr, row)) + "\n" for row in rows))
    return path


def test_json_is_one_object_on_standard_output(sums: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["discover", str(sums), "--target", "z", "--seconds", "20", "--json"])
    out, err = capsys.readouterr()

    found = json.loads(out)
    assert code == 0
    assert found.keys() >= RESULT_KEYS
    assert found["r2_train"] > 1 - 1e-12
    assert (found["stop_reason"], found["parameters"]) == ("exact", 0)
    assert found["formula"].startswith("z = ")
    assert "Width" in found["formula"]
    assert "s left" in err


def test_without_json_the_output_is_readable_text(sums: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(sums), "--target", "z", "--seconds", "20"]) == 0
    out, _ = capsys.readouterr()

    assert out.startswith("z = ")
    assert "training rows" in out
    assert "complexity  parameters" in out


def test_out_takes_the_files(sums: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "result"
    assert main(["discover", str(sums), "--target", "z", "--seconds", "20", "--out", str(folder)]) == 0

    names = {path.name for path in folder.iterdir() if path.is_file()}
    assert names == {"formula.txt", "formula.tex", "formula.ipynb", "formula.py", "formula_sympy.py",
                     "formula_jax.py", "formula.js", "formula_excel.txt",
                     "formula.json", "network.svg", "network.graphml", "loss.svg", "front.svg", "parity.svg",
                     "residuals.svg", "network.png", "loss.png", "front.png", "parity.png", "residuals.png",
                     "front.csv", "predictions.csv", "plots.html", "report.html"}
    assert capsys.readouterr().out.startswith((folder / "formula.txt").read_text().strip())
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 1


def test_there_are_no_more_processes_than_cores(sums: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("xnet.engine.islands.jobs.core_count", lambda: 1)
    assert main(["discover", str(sums), "--target", "z", "--jobs", "64", "--steps", "1", "--out", str(tmp_path)]) == 0
    sentence = "xnet: 64 processes were asked for, but X-Net can use 1 core here, so it uses 1."
    assert capsys.readouterr().err.count(sentence) == 1
    run, = (folder for folder in tmp_path.iterdir() if (folder / "config.json").exists())
    assert json.loads((run / "config.json").read_text())["n_jobs"] == 1

    assert main(["discover", str(sums), "--target", "z", "--jobs", "0"]) == 2
    assert "--jobs is 0" in capsys.readouterr().err


def test_without_out_nothing_is_left(sums: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = sorted(tmp_path.iterdir())

    assert main(["discover", str(sums), "--target", "z", "--seconds", "20", "--json"]) == 0
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.slow
def test_inputs_and_library_are_taken_as_asked(sums: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["discover", str(sums), "--target", "z", "--inputs", "height", "--activations", "polynomial",
                 "--no-parameters", "--seed", "5", "--seconds", "1", "--out", str(tmp_path / "out"), "--json"])

    assert code == 0
    asked = json.loads((tmp_path / "out" / "formula.json").read_text())["run"]
    assert (asked["inputs"], asked["activations"], asked["parameters"], asked["seed"]) == (
        ["height"], "polynomial", False, 5)
    assert json.loads(capsys.readouterr().out)["parameters"] == 0


@pytest.mark.parametrize(("arguments", "words"), [
    (["--target", "Z"], "no column 'Z'. Did you mean 'z'? The columns are: Width, height, z."),
    (["--target", "hieght"], "Did you mean 'height'?"),
    (["--target", "z", "--inputs", "width"], "Did you mean 'Width'?"),
    (["--target", "z", "--inputs", "z"], "both target and input"),
    (["--target", "z", "--activations", "sine"], "'sine', which is not known"),
    (["--target", "z", "--seconds", "-1"], "seconds is -1"),
    (["--target", "z", "--max-complexity", "0"], "max_complexity is 0"),
    ([], "Name the column to explain with --target"),
])
def test_unanswerable_questions_are_refused(arguments: list[str], words: str, sums: Path,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(sums), *arguments]) == 2
    out, err = capsys.readouterr()

    assert out == ""
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize(("content", "words"), [
    pytest.param(b"", "is empty", id="empty"),
    pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is a picture", id="picture"),
    pytest.param(b"a,b\n", "no rows", id="header only"),
    pytest.param(b"a\n1\n2\n3\n", "one column only", id="one column"),
    pytest.param(b"a,b\n" + b"1,7\n2,7\n" * 10, "'b' is 7 in every row", id="constant target"),
    pytest.param(b"a,b\n" + b"".join(b"%d,x%d\n" % (k, k) for k in range(20)), "only 'a' holds numbers",
                 id="text target"),
])
def test_files_that_are_no_tables(content: bytes, words: str, tmp_path: Path,
                                  capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)

    assert main(["discover", str(path), "--target", "b"]) == 2
    sentence = capsys.readouterr().err.strip().splitlines()[-1]
    assert sentence.startswith("xnet: ")
    assert words in sentence
    assert "Traceback" not in sentence


def test_a_missing_file_suggests_a_sample(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", "solar_sistem_orbits"]) == 2
    assert "Did you mean the sample solar_system_orbits?" in capsys.readouterr().err


def test_a_folder_is_no_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(tmp_path), "--target", "z"]) == 2
    assert "is a folder" in capsys.readouterr().err


def test_export_to_a_folder_without_permission_is_refused(sums: Path, tmp_path: Path,
                                                          capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")

    assert main(["discover", str(sums), "--target", "z", "--out", str(tmp_path / "file")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_column_name_is_never_executed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "evil.csv"
    name = "__import__('os').system('touch executed')"
    path.write_text(f'"{name}",z\n' + "".join(f"{k},{2 * k}\n" for k in range(1, 20)))

    assert main(["discover", str(path), "--target", "z", "--seconds", "5", "--json",
                 "--out", str(tmp_path / "out")]) == 0
    subprocess.run([sys.executable, str(tmp_path / "out" / "formula.py"), str(path)], check=True, capture_output=True,
                   timeout=60, cwd=tmp_path)
    assert not list(tmp_path.rglob("executed"))
    assert not Path("executed").exists()


@pytest.mark.slow
def test_ctrl_c_prints_the_best_so_far(noise: Path) -> None:
    command = [sys.executable, "-m", "xnet", "discover", str(noise), "--target", "y", "--seconds", "90", "--json"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if "s left" in line:
            break
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 0
    assert json.loads(out)["stop_reason"] == "stopped"
    assert "Traceback" not in err
    assert time.monotonic() - began < 10


def test_samples_are_listed_and_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["samples"]) == 0
    listed = capsys.readouterr().out
    assert main(["samples", "--json"]) == 0
    samples = json.loads(capsys.readouterr().out)

    assert len(samples) >= 8
    assert all(sample["name"] in listed for sample in samples)
    assert main(["discover", "solar_system_orbits", "--seconds", "0.5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["target"] == "orbital_period_days"


def test_help_comes_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["discover", "--help"])
    assert "--target" in capsys.readouterr().out
    script = "import sys, xnet.cli.main; print(*{'numpy', 'pandas', 'scipy'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert not loaded.strip(), "help does not wait for numerical libraries"


@pytest.fixture
def fruit(tmp_path: Path) -> Path:
    """A table of two kinds that a product of the columns separates; the kind of one row is missing."""
    rng = np.random.default_rng(3)
    rows = [f"{a!r},{b!r},{'apple' if a * b > 1 else 'pear'},{int(a * b > 1)}" for a, b in
            rng.uniform(-2, 2, (120, 2)).tolist()]
    path = tmp_path / "fruit.csv"
    path.write_text("a,b,kind,code\n" + "\n".join([*rows, "0.5,0.5,,0"]) + "\n")
    return path


def test_a_column_of_text_is_searched_for_its_classes(fruit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["discover", str(fruit), "--target", "kind", "--inputs", "a,b", "--seconds", "2", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert code == 0
    assert found["classes"] == ["apple", "pear"]
    assert found["rows"] == 120
    assert [score["class"] for score in found["scores"]] == ["pear"]
    assert {"a", "b"} <= set(re.findall(r"[a-z]+", found["scores"][0]["formula"]))
    assert found["accuracy_held_out"] > 0.9
    assert found["log_loss"] < found["log_loss_of_shares"]


@pytest.mark.slow
def test_numbers_are_classes_where_asked_for(fruit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(fruit), "--target", "code", "--inputs", "a,b", "--seconds", "1", "--classify"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("log-odds of 1 = ")
    assert "Accuracy" in out
    assert "Rows by actual class (lines) and most probable class (columns):" in out
    assert out.count("All rows have chosen the form of the formulas, so these scores can be too good for") == 1


@pytest.mark.parametrize(("arguments", "words"), [
    (["--target", "a", "--classify"], "121 values"), (["--target", "kind", "--loss", "huber"], "--loss cannot be used"),
    (["--target", "kind", "--constant", "g=9.81"], "--constant cannot be used"),
    (["--target", "kind", "--output-range", "0:"], "--output-range cannot be used"),
    (["--target", "kind", "--enforce-units"], "--enforce-units cannot be used"),
])
def test_options_that_classes_do_not_allow_are_refused(fruit: Path, arguments: list[str], words: str,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(fruit), *arguments]) == 2
    assert words in capsys.readouterr().err


def test_the_robust_loss_is_an_option(sums: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = sums.read_text().splitlines()
    sums.write_text("\n".join([*lines, "1.0,1.0,1e6", "2.0,1.0,-500"]) + "\n")
    assert main(["discover", str(sums), "--target", "z", "--seconds", "20", "--loss", "huber", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["stop_reason"], found["formula"]) == ("exact", "z = Width + height")


@pytest.mark.parametrize("percent", ["99", "-1", "nan"])
def test_more_than_half_cannot_be_held_out(sums: Path, percent: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(sums), "--target", "z", f"--holdout={percent}"]) == 2
    assert f"--holdout is {percent}. Expected the share" in capsys.readouterr().err


@pytest.mark.slow
def test_a_column_beyond_those_read_is_explained_before_it_is_missed(tmp_path: Path,
                                                                     capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wide.csv"
    names = [*(f"c{k}" for k in range(MAX_COLUMNS)), "y"]
    path.write_text(",".join(names) + "\n" + (",".join(["1.5"] * len(names)) + "\n") * 3)
    assert main(["discover", str(path), "--target", "y"]) == 2
    errors = capsys.readouterr().err
    assert errors.index(f"the first {MAX_COLUMNS} were kept") < errors.index("There is no column 'y'")


def test_a_cluster_needs_its_extra(sums: Path, monkeypatch: pytest.MonkeyPatch,
                                   capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["discover", str(sums), "--target", "z", "--cluster", "tcp://127.0.0.1:9"]) == 2
    assert "pip install 'xnet-discovery[cluster]'" in capsys.readouterr().err
