"""Recorded configurations of real and virtual devices are read, or refused for the right reason."""

from pathlib import Path

import pytest

from devices.models import Platform
from devices.parsers import parse, read_outline
from devices.parsers.errors import WrongPlatform

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
LABS = CORPORA / "lab-validation"
OTHERS: tuple[str, ...] = ("nxos", "fortios")

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not LABS.is_dir(), reason="the recorded device data is not beside the checkout"),
]


def recorded(platform: str) -> list[Path]:
    return sorted((LABS / platform).glob("*/*/running-config.txt"))


@pytest.mark.parametrize(
    ("platform", "count", "refused"),
    [("ios", 80, 3), ("eos", 67, 0), ("junos", 35, 0), ("fortios", 1, 0), ("nxos", 16, 0)],
)
def test_recorded_configurations_are_read(platform: Platform, count: int, refused: int) -> None:
    wrong = []
    for path in recorded(platform):
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            facts = parse(platform, text, device=path.parent.name)
        except WrongPlatform as error:
            wrong.append(str(error))
            continue
        lines = text.split("\n")
        assert facts.hostname
        assert f"{facts.hostname}" in text
        for access in facts.remote_access:
            for line in access.lines:
                assert line.text == lines[line.number - 1].strip()
        assert read_outline(platform, text, device=path.parent.name)
    assert len(recorded(platform)) == count
    # Three of the folder for IOS come from IOS XR.
    assert len(wrong) == refused
    assert all("iosxr" in message for message in wrong)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
def test_recorded_configurations_of_other_platforms_are_refused(platform: Platform, name: str) -> None:
    paths = recorded(name)

    assert paths
    for path in paths:
        with pytest.raises(WrongPlatform):
            parse(platform, path.read_text(encoding="utf-8", errors="replace"), device=path.parent.name)


@pytest.mark.parametrize("name", ["ios", "eos", "junos", "nxos"])
def test_recorded_configurations_of_others_are_none_of_fortios(name: str) -> None:
    paths = recorded(name)

    assert paths
    for path in paths:
        with pytest.raises(WrongPlatform):
            parse("fortios", path.read_text(encoding="utf-8", errors="replace"), device=path.parent.name)


def test_terminal_lines_of_a_recorded_device_are_read_as_they_are() -> None:
    path = LABS / "ios" / "cisco_private_asn" / "R-PublicASN111" / "running-config.txt"
    text = path.read_text(encoding="utf-8")
    facts = parse("ios", text, device="recorded")

    sections = [line for line in text.split("\n") if line.startswith("line vty")]
    assert [access.name for access in facts.remote_access if access.kind == "vty"] == [
        section.strip() for section in sections
    ]
