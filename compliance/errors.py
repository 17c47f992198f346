"""What can go wrong while judging.

::

    ComplianceError
    ├── MissingContext       a control needs a site value that the context does not give
    ├── ContextInvalid       a context cannot be read
    ├── UnknownDevice        the inventory does not hold the device
    ├── ControlTableInvalid  the table of controls and the functions do not fit each other
    └── ReportIncomplete     a report does not hold every control of every device exactly once
"""


class ComplianceError(Exception):
    """Something could not be judged."""


class MissingContext(ComplianceError):
    """A control needs a site value that the context does not give; exactly that control is an ERROR."""

    def __init__(self, field: str) -> None:
        """Keep the name of the value."""
        super().__init__(f"the context gives no {field}; add it and evaluate again")
        self.field = field


class ContextInvalid(ComplianceError):
    """A context cannot be read."""


class UnknownDevice(ComplianceError):
    """The inventory does not hold the device."""


class ControlTableInvalid(ComplianceError):
    """The table of controls and the functions do not fit each other."""


class ReportIncomplete(ComplianceError):
    """A report does not hold every control of every device exactly once."""
