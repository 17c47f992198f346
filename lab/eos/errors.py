"""What the EOS twin refuses.

EOSTwinError
├── CommandRefused   a command that EOS answers with an error entry
└── LoginRefused     a request without the right credential, answered with 401
"""

from lab.errors import LabError


class EOSTwinError(LabError):
    """The base of everything the EOS twin refuses."""


class CommandRefused(EOSTwinError):
    """A command that EOS answers with an error entry.

    Args:
        reason: What stands in the error's message, such as ``invalid command``.
        errors: What stands in the entry's list of errors.
        code: The code of the JSON-RPC error.
    """

    def __init__(self, reason: str, errors: tuple[str, ...], code: int = 1002) -> None:
        self.reason = reason
        self.errors = errors
        self.code = code
        super().__init__(f"{reason}: {'; '.join(errors)}")


class LoginRefused(EOSTwinError):
    """A request came without the right credential."""
