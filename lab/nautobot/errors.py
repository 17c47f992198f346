"""What goes wrong around the Nautobot server of the lab.

LabError
└── NautobotLabError       the server cannot be set up, does not start or did not take its content
"""

from pathlib import Path

from lab.errors import LabError


class NautobotLabError(LabError):
    """The server cannot be set up, does not start or did not take its content."""

    def __init__(self, doing: str, reason: str, action: str) -> None:
        self.doing = doing
        super().__init__(f"Nautobot server: {doing}: {reason}; {action}")


def log_tail(log: Path, *, lines: int = 12) -> str:
    """Return the last lines of a log, for an error message."""
    try:
        text = log.read_text(errors="replace")
    except FileNotFoundError:
        return "(nothing)"
    return "\n".join(f"  {line}" for line in text.splitlines()[-lines:])
