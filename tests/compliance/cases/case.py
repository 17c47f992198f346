"""One case of one control: what a device holds and shows, what its site is, and the verdict that follows."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from devices.models import JudgedPlatform

Expected = Literal["PASS", "FAIL", "ERROR", "NOT_APPLICABLE"]


class Case(NamedTuple):
    """What a device holds (``text`` goes into a frame of its platform) and what must be said of it.

    ``lines`` are the texts of exactly the lines that decide, in order; None where the case is about something
    else. ``context`` changes the site, and a value of None takes it away. ``by_hand`` begins the reason for
    which no lines mend a case of a cell whose other cases are mended. ``also``
    are other controls that the same lines mend, ``nothing_left``
    those that then have nothing to judge.
    """

    control: str
    platform: JudgedPlatform
    expected: Expected
    text: str
    lines: tuple[str, ...] | None = None
    shows: Mapping[str, str] = {}
    context: Mapping[str, object] = {}
    says: str = ""
    by_hand: str = ""
    also: tuple[str, ...] = ()
    nothing_left: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return what a test report calls it."""
        short = " ".join(self.text.split())[:60]
        return f"{self.control}-{self.platform}-{self.expected}-{short}"
