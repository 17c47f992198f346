"""Three looks that the controller had no hand in: the twins' second doors, the disks, and the probe.

The rules over configurations are plain patterns, written apart from the controls that judged them, and read
the configuration that the twin itself tells through its second door.
"""

import hashlib
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.place import Place

_CHUNK_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Look:
    """What one oracle saw: in words, and what does not agree with the summary."""

    name: str
    seen: str
    disagreements: tuple[str, ...]


# What must never, and what must, stand in a hardened configuration: control, pattern, wanted.
_PATTERNS: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "ios": (
        ("MGT-01", r"^ transport input .*\b(telnet|all)\b", False),
        ("MGT-02", r"^ip ssh version 2$", True),
        ("MGT-04", r"^ exec-timeout 0 0$", False),
        ("MGT-06", r"^banner login ", True),
        ("AAA-01", r"^aaa new-model$", True),
        ("SNMP-01", r"^snmp-server community ", False),
        ("NTP-01", r"^ntp server .*\n(?:.*\n)*?ntp server ", True),
        ("LOG-01", r"^logging host .*\n(?:.*\n)*?logging host ", True),
    ),
    "eos": (
        ("MGT-06", r"^banner login$", True),
        ("SNMP-01", r"^snmp-server community ", False),
        ("NTP-01", r"^ntp server .*\n(?:.*\n)*?ntp server ", True),
        ("LOG-01", r"^logging (vrf \S+ )?host .*\n(?:.*\n)*?logging (vrf \S+ )?host ", True),
        ("SEN-01", r"^monitor session \S+ destination Ethernet48$", True),
    ),
    "junos": (
        ("MGT-01", r"^ +telnet;", False),
        ("MGT-06", r"^ +message ", True),
        ("SNMP-01", r"^snmp \{\n(?:    .*\n)*?    community ", False),
        (
            "NTP-01",
            r"^    ntp \{\n(?:        .*\n)*?        server .*\n(?:        .*\n)*?        server ",
            True,
        ),
    ),
}


def look_at_twins(
    states: dict[str, dict[str, Any]],
    devices: list[dict[str, Any]],
    *,
    drifted: dict[str, str],
    reverted: tuple[str, ...],
) -> Look:
    """Compare what the second doors tell with what the summary says of every device.

    Args:
        states: by device, what its second door tells.
        devices: the summary's devices.
        drifted: by device, the line that somebody put there behind our back.
        reverted: the devices that took a change back by themselves.
    """
    wrong: list[str] = []
    checked = 0
    for device in devices:
        name, state = device["name"], states[device["name"]]
        met = {row["control"] for row in device["controls"] if row["verdict"] == "PASS"}
        for control, pattern, wanted in _PATTERNS[state["platform"]]:
            if control not in met:
                continue
            checked += 1
            if bool(re.search(pattern, state["running"], re.MULTILINE)) != wanted:
                wrong.append(f"{name}: {control} is told to pass, its configuration says otherwise")
        wrong += _look_at_changes(device, state, drifted.get(name), expect_revert=name in reverted)
    return Look("second doors", f"{checked} passed controls looked up on {len(devices)} twins", tuple(wrong))


def _look_at_changes(
    device: dict[str, Any],
    state: dict[str, Any],
    drifted: str | None,
    *,
    expect_revert: bool,
) -> list[str]:
    name, wrong = device["name"], []
    if state["pending"] is not None:
        wrong.append(f"{name}: an unconfirmed commit is still pending")
    if not state["management_reachable"]:
        wrong.append(f"{name}: it cannot be managed any more")
    if state["reverts"] != int(expect_revert):
        wrong.append(f"{name}: it took {state['reverts']} changes back, {int(expect_revert)} expected")
    found = [] if device["drift"] is None else device["drift"]["lines"]
    lines = [line["text"].strip() for line in found if line["change"] == "added"]
    if lines != ([] if drifted is None else [drifted]):
        wrong.append(f"{name}: the summary tells of drift {lines}, {drifted} was put there")
    if drifted is not None and drifted not in state["running"]:
        wrong.append(f"{name}: '{drifted}' is not in its configuration")
    if (
        drifted is None
        and state["platform"] != "junos"
        and _body(state["startup"]) != _body(state["running"])
    ):
        wrong.append(f"{name}: it would start with another configuration than it runs")
    return wrong


def _body(text: str) -> list[str]:
    """Return a configuration without its header of comments."""
    return [line for line in text.splitlines() if line.strip() and not line.startswith("!")]


def look_at_disks(place: Place, servers: list[dict[str, Any]], *, moved: tuple[str, ...]) -> Look:
    """Compare the checksums in the summary with the fenced source disks as qemu-img reads them."""
    endpoints = json.loads(place.endpoints.read_text())
    folder = Path(endpoints["hypervisors"]["norddjurs"]["storage_folder"])
    wrong: list[str] = []
    for server in servers:
        name, figures = server["name"], server["figures"]
        if name not in moved:
            continue
        disks = sorted(path for path in folder.iterdir() if path.name.startswith(name) and _is_image(path))
        if len(disks) != 1:
            wrong.append(f"{name}: {len(disks)} disks in the municipality's storage, 1 expected")
            continue
        found = _checksum(disks[0], place.work / f"{name}.raw")
        if not found == figures["source_checksum"] == figures["target_checksum"]:
            wrong.append(f"{name}: qemu-img reads {found[:12]}, the summary says otherwise")
    return Look("qemu-img", f"whole-disk checksums of {len(moved)} moved servers", tuple(wrong))


def _is_image(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"QFI\xfb"


def _checksum(image: Path, raw: Path) -> str:
    subprocess.run(
        ["qemu-img", "convert", "-f", "qcow2", "-O", "raw", str(image), str(raw)],
        check=True,
        timeout=120,
        capture_output=True,
    )
    digest = hashlib.sha256()
    with raw.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    raw.unlink()
    return digest.hexdigest()


def look_at_probe(
    summary: dict[str, Any],
    problems: list[str],
    servers: list[dict[str, Any]],
    *,
    moved: tuple[str, ...],
) -> Look:
    """Compare what the probe saw with where the summary says that every server serves."""
    wrong = list(problems)
    for server in servers:
        seen = summary["servers"][server["name"]]
        if seen["both"]:
            wrong.append(f"{server['name']}: both sides served {seen['both']} times")
        if bool(seen["centre"]) != (server["name"] in moved):
            wrong.append(f"{server['name']}: the centre answered {seen['centre']} times")
        told = server["figures"]["downtime_milliseconds"]
        if told is None or seen["neither_longest_seconds"] > told / 1000 + 2:
            wrong.append(
                f"{server['name']}: it was away {seen['neither_longest_seconds']:.1f} s, told are {told} ms",
            )
    asked = sum(seen["asked"] for seen in summary["servers"].values())
    return Look("probe", f"{asked} questions to both sides, never both served", tuple(wrong))
