"""What goes wrong in the lab.

LabError
├── LabFileError       the lab file or a configuration that it names cannot be used
├── LabRunError        the lab does not run, runs already or did not become ready
├── FaultUnknown       a twin of that platform cannot fail in that way
├── ConnectionDropped  a connection ends instead of an answer
└── LineRefused        a device's command line does not take a line
"""

from typing import Literal


class LabError(Exception):
    """The base of every error that the lab raises on purpose."""


class LabFileError(LabError):
    """The lab file or a configuration that it names cannot be used."""


class LabRunError(LabError):
    """The lab does not run, runs already or did not become ready."""


class FaultUnknown(LabError):
    """A twin of that platform cannot fail in that way."""


class ConnectionDropped(LabError):
    """A fault, a reboot or the end of the twin closes a connection without an answer."""


class LineRefused(LabError):
    """A device's command line does not take a line."""

    def __init__(
        self,
        line: str,
        kind: Literal["invalid", "incomplete", "ambiguous", "refused"],
        column: int,
        text: str = "",
    ) -> None:
        """Keep what was refused.

        Args:
            line: The line as it was entered.
            kind: In which of the platform's ways it was refused.
            column: Where, counted from 0.
            text: The platform's own words for a line that is well formed and still refused.

        """
        super().__init__(text or f"{kind} at column {column}: {line}")
        self.line = line
        self.kind = kind
        self.column = column
        self.text = text
