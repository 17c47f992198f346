"""Recorded show outputs and those of the twins are read by the same templates and have the same rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from ntc_templates.parse import parse_output

from devices.discovery.readers.ios import _VERSION
from lab.aoscx.device import AOSCXDevice
from lab.aoscx.show_commands import SHOW_COMMANDS
from lab.clock import ManualClock
from lab.faults import FaultSwitch
from tests.lab.aoscx_room import SPEC, TEXT
from tests.lab.test_aoscx_fidelity import SIMULATIONS, session_of
from tests.lab.twin_bench import EOS, IOS, TwinBench, twin_bench

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
RECORDED = {
    platform: sorted((CORPORA / "lab-validation" / platform).rglob("show_version.txt"))
    for platform in ("ios", "eos")
}

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not RECORDED["ios"], reason="the recorded device data is not there"),
]

OTHER_SYSTEM = "Cisco IOS XR Software"
"""Recordings of IOS XR lie among those of IOS; neither template nor reader takes them for IOS."""
NOT_IN_EVERY_RECORDING = {
    "uptime_days": "four recorded routers ran for days",
    "uptime_hours": "half of them ran for less than an hour",
}
"""Fields of the template that not every recording fills, with why."""


def filled(row: dict[str, object]) -> set[str]:
    return {name for name, value in row.items() if value not in ("", [], [""])}


def twin_says(bench: TwinBench, command: str) -> str:
    driver = bench.connect()
    if bench.platform == "ios":
        return str(driver.device.send_command(command))
    return str(driver._run_commands([command], encoding="text")[0]["output"])


@pytest.fixture
def ask(tmp_path: Path, manual_clock: ManualClock) -> Callable[[str, str], str]:
    def answer(platform: str, command: str) -> str:
        with twin_bench({"ios": IOS, "eos": EOS}[platform], tmp_path, manual_clock) as bench:
            return twin_says(bench, command)

    return answer


def test_every_recorded_version_of_ios_and_the_twin_s_fill_the_same_fields(
    ask: Callable[[str, str], str],
) -> None:
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in RECORDED["ios"]]
    ours = [text for text in texts if OTHER_SYSTEM not in text]
    assert (len(texts), len(ours)) == (62, 59)
    rows = [parse_output(platform="cisco_ios", command="show version", data=text) for text in ours]
    assert {len(row) for row in rows} == {1}
    always = set.intersection(*(filled(row) for [row] in rows))
    [twin] = parse_output(platform="cisco_ios", command="show version", data=ask("ios", "show version"))
    assert always - filled(twin) == set()
    assert filled(twin) - always <= set(NOT_IN_EVERY_RECORDING)
    assert {name for [row] in rows for name in filled(row)} - always == set(NOT_IN_EVERY_RECORDING)


def test_every_recorded_version_of_ios_is_recognised_by_discovery_and_no_other_system() -> None:
    for path in RECORDED["ios"]:
        text = path.read_text(encoding="utf-8", errors="replace")
        found = _VERSION.search(text)
        if OTHER_SYSTEM in text:
            assert found is None, path
        else:
            assert found is not None, path
            assert re.match(r"\d+\.\d+", found[1]), path


def test_every_recorded_version_of_eos_has_the_rows_of_the_twin_s(ask: Callable[[str, str], str]) -> None:
    def rows(text: str) -> list[str]:
        return [line.partition(":")[0].strip() if ":" in line else "" for line in text.splitlines()]

    recorded = [rows(path.read_text(encoding="utf-8")) for path in RECORDED["eos"]]
    assert len(recorded) == 14
    twin = rows(ask("eos", "show version"))
    assert [one for one in recorded if one != twin] == []


@pytest.mark.parametrize("release", ["FL.10.13.1000", "FL.10.15.1020"])
def test_every_recorded_version_of_aoscx_has_the_rows_of_the_twin_s(
    manual_clock: ManualClock, release: str
) -> None:
    def rows(text: str) -> list[str]:
        return [line.partition(":")[0].strip() for line in text.splitlines() if " : " in f"{line} "]

    device = AOSCXDevice(SPEC, TEXT.replace("FL.10.13.1000", release), manual_clock, FaultSwitch())
    twin = rows(SHOW_COMMANDS["show-version"](device, ("show", "version")))
    shown = [session_of(path)["show version"] for path in SIMULATIONS]
    told = [text for text in shown if "output stripped" not in text]
    assert len(told) == 3
    since = "Hot Patches" in twin
    assert [rows(text) for text in told if ("Hot Patches" in text) is since] == [twin] * (2 if since else 1)
