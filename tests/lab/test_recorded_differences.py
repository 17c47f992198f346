"""How recorded configurations differ from what the twins make of them: each kind with its reason, counted.

The fidelity tests of each platform show that nothing else differs; here none of the accepted kinds is unused.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
LABS = CORPORA / "lab-validation"

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not LABS.is_dir(), reason="the recorded device data is not there"),
]


class Accepted(NamedTuple):
    """Lines of recordings that do not come back, why, and how many there are."""

    platform: str
    pattern: str
    reason: str
    times: int


ACCEPTED = (
    Accepted("ios", r"Building configuration\.\.\.\s*", "said while the configuration is put together", 62),
    Accepted("ios", r"Current configuration *: \d+ bytes\s*", "the size, said before the configuration", 59),
    Accepted("ios", r"deny   .*|.*\bdeny   \S.*", "padding that is drawn for the eye", 4),
    Accepted("eos", r"! boot system.*", "tells the image beside the header", 53),
    Accepted("eos", r".*\S +", "blanks at the end of a line carry no meaning", 2),
    Accepted("junos", r"\{.*\}\s*", "the role of the routing engine, said by the prompt", 25),
    Accepted("junos", r"\s*", "blank lines of the recording session", 25),
    Accepted("fortios", r"#.*", "the first lines name firmware and checksums", 4),
)


def recorded(platform: str) -> list[Path]:
    return sorted((LABS / platform).glob("*/*/running-config.txt"))


@pytest.mark.parametrize("kind", ACCEPTED, ids=lambda kind: f"{kind.platform}: {kind.reason}")
def test_every_accepted_difference_is_found_as_often_as_it_is_said(kind: Accepted) -> None:
    lines = [
        line
        for path in recorded(kind.platform)
        for line in path.read_text(encoding="utf-8", errors="replace").replace("\r", "").split("\n")[:-1]
    ]
    found = [line for line in lines if re.fullmatch(kind.pattern, line)]
    assert len(found) == kind.times
