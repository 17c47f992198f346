"""Recorded IOS configurations go into the twin's language and come back as they were."""

from pathlib import Path

import pytest

from lab.cli_tree import ConfigTree
from lab.ios.dialect import BOOT_DIALECT

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
RECORDED = sorted((CORPORA / "lab-validation" / "ios").glob("*/*/running-config.txt"))
SWITCH = CORPORA / "oxidized" / "ios#C9200L-24P-4G_17.09.04a#output.txt"

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not RECORDED, reason="the recorded device data is not there"),
]

REORDERED_BEFORE_16 = (
    "enable secret",  # stands behind the boot markers; later releases draw it before the users
)
REORDERED_15_2 = (
    *REORDERED_BEFORE_16,
    # This release draws all of these in another order than every later one.
    "ip cef",
    "ip vrf ",
    " rd ",
    "no ip domain lookup",
    "ip ssh version",
    " duplex full",
    " speed 1000",
    " media-type gbic",
)


def reordered_in(lines: list[str]) -> tuple[str, ...]:
    """Return the beginnings of the lines that a release draws elsewhere: the accepted differences."""
    if "version 15.2" in lines:
        return REORDERED_15_2
    return REORDERED_BEFORE_16 if any(line.startswith("version 15.") for line in lines) else ()


def lines_of(text: str) -> list[str]:
    """Return the lines that say something: neither comment and blank line nor what stands around them.

    The padding of ``deny   tcp`` is drawn for the eye, and a certificate's ``quit`` stands behind a tab.
    """
    lines = text.replace("\r", "").replace("Building configuration...", "").splitlines()
    kept = (line.rstrip() for line in lines)
    drawn = (line.replace("deny   ", "deny ") for line in kept)
    return [
        line
        for line in drawn
        if line.strip()
        and not line.lstrip().startswith("!")
        and line != "end"
        and "Current configuration" not in line
    ]


def is_ios(path: Path) -> bool:
    return "IOS XR Configuration" not in path.read_text(errors="replace")


def test_the_recordings_are_there() -> None:
    assert len([path for path in RECORDED if is_ios(path)]) == 77


@pytest.mark.parametrize(
    "path", [path for path in RECORDED if is_ios(path)], ids=lambda path: "/".join(path.parts[-3:-1])
)
def test_a_recorded_configuration_comes_back_as_it_was(path: Path) -> None:
    text = path.read_text(errors="replace").replace("\r", "").replace("Building configuration...", "")
    text = "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith("Current configuration")
    )
    tree, refused = ConfigTree.parse(BOOT_DIALECT, text)
    assert refused == ()
    recorded, rendered = lines_of(text), lines_of(tree.render())
    reordered = reordered_in(recorded)
    assert sorted(rendered) == sorted(recorded)
    kept = [line for line in rendered if not line.startswith(reordered)]
    assert kept == [line for line in recorded if not line.startswith(reordered)]
    again, refused = ConfigTree.parse(BOOT_DIALECT, tree.render())
    assert (again.render(), refused) == (tree.render(), ())


def test_a_recorded_switch_comes_back_as_it_was() -> None:
    text = SWITCH.read_text()
    tree, refused = ConfigTree.parse(BOOT_DIALECT, text)
    assert refused == ()
    recorded = [line.replace("deny   any", "deny any") for line in lines_of(text)]
    rendered = lines_of(tree.render())
    assert rendered == recorded
