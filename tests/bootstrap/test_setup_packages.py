"""Which Debian packages are missing, and what is said about them."""

import json
import os
import stat
import time
from pathlib import Path

import pytest

from bootstrap.debian import Group, ensure_packages, groups, installed, missing_groups
from bootstrap.progress import Progress

LISTING = "gcc installed\ncpio not-installed\nqemu-utils config-files\niproute2 installed\n"


def _tool(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_only_packages_that_are_wholly_installed_count() -> None:
    assert installed(LISTING) == frozenset({"gcc", "iproute2"})


def test_a_group_keeps_only_what_it_lacks_and_a_whole_group_is_left_out() -> None:
    wanted = (Group("a", ("gcc", "cpio"), "x"), Group("b", ("iproute2",), "y"))
    assert missing_groups(wanted, installed(LISTING)) == (Group("a", ("cpio",), "x"),)


def test_every_package_belongs_to_one_group_that_says_what_works_without_it() -> None:
    names = [package for group in groups() for package in group.packages]
    assert len(names) == len(set(names)) >= 17
    assert all(group.without for group in groups())


def test_without_apt_the_packages_are_named_once_with_what_works_and_the_setup_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    ensure_packages(tmp_path, Progress(tmp_path / "log"))
    said = capsys.readouterr().err
    assert "this is not a Debian system" in said
    assert "missing for test browser: chromium chromium-driver (everything works" in said
    remembered = json.loads((tmp_path / ".samdrift" / "debian.json").read_text())
    assert "qemu-utils" in remembered["missing"]


def test_an_attempt_that_failed_is_not_repeated_at_every_start_but_after_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    _tool(tools, "dpkg", "exit 0")
    _tool(tools, "dpkg-query", "exit 1")
    _tool(tools, "sudo", 'shift; exec "$@"')
    _tool(tools, "apt-get", f'echo "$@" >> {tmp_path}/calls; echo E: no such package; exit 100')
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}/usr/bin{os.pathsep}/bin")
    calls = tmp_path / "calls"
    ensure_packages(tmp_path, Progress(tmp_path / "log"))
    first = calls.read_text().splitlines()
    assert "update" in first[0]
    assert any("--no-install-recommends chromium chromium-driver" in call for call in first)
    assert "E: no such package" in capsys.readouterr().err
    ensure_packages(tmp_path, Progress(tmp_path / "log"))
    assert calls.read_text().splitlines() == first
    assert "missing for" in capsys.readouterr().err
    memory = tmp_path / ".samdrift" / "debian.json"
    remembered = json.loads(memory.read_text())
    memory.write_text(json.dumps({**remembered, "tried_at": time.time() - 90_000}))
    ensure_packages(tmp_path, Progress(tmp_path / "log"))
    assert len(calls.read_text().splitlines()) == 2 * len(first)


def test_everything_installed_is_silent_and_starts_no_apt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    _tool(tools, "dpkg-query", 'shift 3; for name in "$@"; do echo "$name installed"; done')
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}/usr/bin{os.pathsep}/bin")
    ensure_packages(tmp_path, Progress(tmp_path / "log"))
    assert capsys.readouterr() == ("", "")
    assert not (tmp_path / ".samdrift").exists()
