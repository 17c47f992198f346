"""What can go wrong in the set-up.

SetupError
├── StepFailedError        a command of the set-up failed
└── PulumiUnavailableError no way led to a Pulumi CLI
"""


class SetupError(Exception):
    """The set-up cannot go on."""


class StepFailedError(SetupError):
    """A command of the set-up failed."""

    def __init__(self, doing: str, reason: str) -> None:
        super().__init__(f"{doing}: {reason}")
        self.doing = doing
        self.reason = reason


class PulumiUnavailableError(SetupError):
    """No way led to a Pulumi CLI."""
