"""The cores of a process: those of its affinity, of its container and of the service that started it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xnet import processes
from xnet.processes import core_count
from xnet.run_queue import most_running


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of control groups in which this process belongs to the service xnet; it has eight cores."""
    monkeypatch.delenv("LOKY_MAX_CPU_COUNT", raising=False)
    monkeypatch.delenv("XNET_MAX_RUNNING", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    (tmp_path / "cgroup").write_text("12:cpu:/\n0::/system.slice/xnet.service\n")
    (tmp_path / "fs/system.slice/xnet.service").mkdir(parents=True)
    monkeypatch.setattr(processes, "_GROUP_OF_PROCESS", tmp_path / "cgroup")
    monkeypatch.setattr(processes, "_GROUPS", tmp_path / "fs")
    return tmp_path / "fs"


def test_a_process_has_the_cores_of_its_affinity(groups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert core_count() == 8
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {3}, raising=False)
    assert core_count() == 1


@pytest.mark.parametrize(("path", "text", "cores"), [
    ("system.slice/xnet.service/cpu.max", "250000 100000", 3), ("system.slice/cpu.max", "100000 100000", 1),
    ("cpu.max", "50000 100000", 1), ("cpu.max", "max 100000", 8), ("cpu.max", "1600000 100000", 8),
    ("cpu.max", "", 8), ("cpu.max", "5 0", 8), ("cpu/cpu.cfs_quota_us", "200000", 2),
    ("cpu/cpu.cfs_quota_us", "-1", 8)])
def test_a_quota_of_time_counts_as_cores(path: str, text: str, cores: int, groups: Path) -> None:
    (groups / "cpu").mkdir()
    (groups / "cpu/cpu.cfs_period_us").write_text("100000\n")
    (groups / path).write_text(text + "\n")
    assert core_count() == cores
    assert most_running() == max(1, cores - 1)


def test_a_variable_lowers_the_number_and_never_raises_it(groups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text, cores in (("2", 2), ("64", 8), ("0", 1), ("many", 8)):
        monkeypatch.setenv("LOKY_MAX_CPU_COUNT", text)
        assert core_count() == cores


def test_without_control_groups_the_affinity_counts(groups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_GROUP_OF_PROCESS", groups / "nowhere")
    assert core_count() == 8
