"""What the Junos twin refuses.

JunosTwinError
├── SchemaError          the twin's own data schema is malformed
├── ConfigurationRefused a statement that Junos would answer with an rpc-error
├── DatabaseRefused      a lock, a commit check or a rollback that it would answer with an rpc-error
└── FramingError         bytes that are no NETCONF message
"""

from lab.errors import LabError


class JunosTwinError(LabError):
    """The base of everything the Junos twin refuses."""


class SchemaError(JunosTwinError):
    """The data schema of the twin itself cannot be read."""


class ConfigurationRefused(JunosTwinError):
    """A configuration line that the device refuses.

    Args:
        message: The device's own words, such as ``syntax error``.
        bad_element: The word that was refused.
        line: The whole line or statement.
        warning: Whether the device only warns.
    """

    def __init__(self, message: str, bad_element: str, line: str = "", *, warning: bool = False) -> None:
        self.message = message
        self.bad_element = bad_element
        self.line = line
        self.warning = warning
        super().__init__(f"{message}: {bad_element!r} in {line!r}" if line else f"{message}: {bad_element!r}")


class DatabaseRefused(JunosTwinError):
    """An operation on the configuration database that the device refuses.

    Args:
        tag: The NETCONF error tag.
        message: The device's own words.
        session_id: The session that holds the lock, where that is the reason.
        bad_element: The statement that is missing or wrong, where that is the reason.
    """

    def __init__(
        self, tag: str, message: str, *, session_id: int | None = None, bad_element: str = ""
    ) -> None:
        self.tag = tag
        self.message = message
        self.session_id = session_id
        self.bad_element = bad_element
        super().__init__(message)


class FramingError(JunosTwinError):
    """Received bytes are no NETCONF message."""
