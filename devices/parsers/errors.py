"""What can be wrong with a configuration text.

::

    DeviceError (devices.errors)
    └── ConfigurationTextError   the text cannot be read as a configuration of its platform
        ├── EmptyText            there is nothing in it
        ├── BinaryText           it holds bytes that no configuration holds
        ├── TruncatedText        its end is missing
        ├── WrongPlatform        it is the configuration of another platform
        ├── TerminalCapture      it holds prompts, pagers or escape codes of a terminal
        └── MalformedText        a line cannot be read

Every message names the line where there is one and says what to do next; it never quotes a secret.
"""

from devices.errors import DeviceError


class ConfigurationTextError(DeviceError):
    """A text cannot be read as a configuration; nothing can be judged from it."""


class EmptyText(ConfigurationTextError):
    """There is nothing in the text."""


class BinaryText(ConfigurationTextError):
    """The text holds bytes that no configuration holds."""


class TruncatedText(ConfigurationTextError):
    """The end of the configuration is missing."""


class WrongPlatform(ConfigurationTextError):
    """The text is the configuration of another platform."""


class TerminalCapture(ConfigurationTextError):
    """The text was copied from a terminal and holds its prompts, pager or escape codes."""


class MalformedText(ConfigurationTextError):
    """A line cannot be read."""
