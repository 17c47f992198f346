"""What can go wrong while judging.

::

    ComplianceError
    ├── MissingContext       a control needs a site value that the context does not give
    ├── MissingOutput        a control needs the output of a command that was not collected
    ├── UnreadableOutput     a control needs the output of a command that came in a form nobody knows
    ├── SecretRemoved        somebody took a password out of the text, and its form with it
    ├── NotYetJudged         a control has lines for a platform and is not proven there yet
    ├── ContextInvalid       a context cannot be read
    ├── UnknownDevice        the inventory does not hold the device
    ├── ControlTableInvalid  the table of controls and the functions do not fit each other
    ├── ReportIncomplete     a report does not hold every control of every device exactly once
    ├── EvidenceIncomplete   a pack of evidence does not either
    ├── EvidenceNotWritten   the folder of a pack is taken or cannot be written
    ├── EvidenceUnreadable   a folder holds no pack of evidence
    └── AdvisoryInvalid      a document is no CSAF 2.0 advisory
"""


class ComplianceError(Exception):
    """Something could not be judged."""


class MissingContext(ComplianceError):
    """A control needs a site value that the context does not give; exactly that control is an ERROR."""

    def __init__(self, field: str) -> None:
        """Keep the name of the value."""
        super().__init__(f"the context gives no {field}; add it and evaluate again")
        self.field = field


class MissingOutput(ComplianceError):
    """A control needs the output of a command that was not collected; exactly that control is an ERROR."""

    def __init__(self, command: str) -> None:
        """Keep the command."""
        super().__init__(f"the output of '{command}' is needed; collect it and evaluate again")
        self.command = command


class UnreadableOutput(ComplianceError):
    """A control needs the output of a command that came in a form nobody knows."""

    def __init__(self, command: str) -> None:
        """Keep the command."""
        super().__init__(f"the output of '{command}' is in a form that cannot be read; look at it by hand")
        self.command = command


class SecretRemoved(ComplianceError):
    """Somebody took a password out of the text, and with it the form in which it is kept."""

    def __init__(self, owner: str) -> None:
        """Keep whose it is."""
        super().__init__(
            f"the password of '{owner}' was removed from the text, so how it is kept cannot be told; "
            "evaluate what the device itself shows"
        )
        self.owner = owner


class NotYetJudged(ComplianceError):
    """A control has lines for a platform and is not proven there yet."""

    def __init__(self, control: str, platform: str) -> None:
        """Keep the control and the platform."""
        super().__init__(f"{control} is not judged on {platform} yet; judge it by hand")
        self.control = control
        self.platform = platform


class ContextInvalid(ComplianceError):
    """A context cannot be read."""


class UnknownDevice(ComplianceError):
    """The inventory does not hold the device."""


class ControlTableInvalid(ComplianceError):
    """The table of controls and the functions do not fit each other."""


class ReportIncomplete(ComplianceError):
    """A report does not hold every control of every device exactly once."""


class EvidenceIncomplete(ComplianceError):
    """A pack of evidence does not hold every control of every device exactly once."""


class EvidenceNotWritten(ComplianceError):
    """The folder of a pack of evidence is taken or cannot be written."""


class EvidenceUnreadable(ComplianceError):
    """A folder holds no pack of evidence."""


class AdvisoryInvalid(ComplianceError):
    """A document is no CSAF 2.0 advisory."""
