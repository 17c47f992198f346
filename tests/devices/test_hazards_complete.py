"""Every hazard that the references tell of has a test of its own, and every test of a hazard has its row."""

from __future__ import annotations

import ast
import csv
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TABLE = HERE / "hazards.csv"
PLATFORMS = {"all", "ios", "eos", "junos", "fortios", "aoscx", "nxos", "panos"}
# References and sections of them that tell of hazards; the rest of them are formats and timings.
REFERENCES = ("napalm_drivers", "aoscx", "fortios", "transcripts")


# The files that hold nothing but tests of hazards; those of NX-OS and PAN-OS tell of ordinary outcomes too.
HAZARDS_ONLY = (
    "test_aoscx_hazards.py",
    "test_driver_hazards.py",
    "test_eos_hazards.py",
    "test_fortios_hazards.py",
    "test_ios_hazards.py",
    "test_junos_hazards.py",
)


class Hazard(NamedTuple):
    """A thing that a device or its driver does to a change, and the test that shows what we do about it."""

    id: str
    platform: str
    reference: str
    hazard: str
    test: str

    @property
    def file(self) -> str:
        return self.test.partition("::")[0]

    @property
    def function(self) -> str:
        return self.test.partition("::")[2].partition("[")[0]


def hazards() -> tuple[Hazard, ...]:
    with TABLE.open(encoding="utf-8", newline="") as text:
        return tuple(Hazard(**row) for row in csv.DictReader(text))


HAZARDS = hazards()


def test_every_hazard_is_said_in_one_sentence_with_where_it_comes_from() -> None:
    assert len(HAZARDS) >= 150
    for hazard in HAZARDS:
        assert hazard.platform in PLATFORMS, hazard
        assert hazard.reference.startswith(REFERENCES), hazard
        assert re.fullmatch(r"[^.].*[^.]\.", hazard.hazard), hazard
        assert re.fullmatch(r"[a-z]+-\d\d", hazard.id), hazard
    assert [one for one, count in Counter(hazard.id for hazard in HAZARDS).items() if count > 1] == []


def test_no_test_stands_for_two_hazards() -> None:
    assert [one for one, count in Counter(hazard.test for hazard in HAZARDS).items() if count > 1] == []


def test_every_hazard_names_a_test_that_is_collected() -> None:
    files = sorted({hazard.file for hazard in HAZARDS})
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--collect-only",
            "-q",
            "-p",
            "no:cacheprovider",
            "--no-header",
            *files,
        ],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    collected = {line.rpartition("/")[2] for line in ran.stdout.splitlines() if "::" in line}
    found = collected | {one.partition("[")[0] for one in collected}
    assert [hazard.test for hazard in HAZARDS if hazard.test not in found] == []


@pytest.mark.parametrize("file", HAZARDS_ONLY)
def test_every_test_of_a_hazard_has_its_row(file: str) -> None:
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    written = {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:5] == "test_"
    }
    named = {hazard.function for hazard in HAZARDS if hazard.file == file}
    assert written - named == set()


@pytest.mark.parametrize("platform", sorted(PLATFORMS - {"all"}))
def test_every_platform_has_hazards_of_its_own(platform: str) -> None:
    assert [hazard for hazard in HAZARDS if hazard.platform == platform]
