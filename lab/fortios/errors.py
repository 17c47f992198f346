"""What a FortiOS device answers to what it does not take.

RESTRefused and CommandRefused carry the platform's own words.
"""

from http import HTTPStatus

UNKNOWN = -61
BAD_VALUE = -3
EXISTS = -5
IN_USE = -23
INCOMPLETE = -160
BAD_NAME = -651
NOT_SET = 1


class CommandRefused(Exception):
    """The command line does not take a line; ``text`` is everything it prints."""

    def __init__(self, text: str, code: int | None = None) -> None:
        """Keep the words; a code is printed behind them and an unknown verb has none."""
        super().__init__(text if code is None else f"{text}\nCommand fail. Return code {code}")
        self.code = code

    @property
    def text(self) -> str:
        """Return everything that is printed."""
        return str(self)


class RESTRefused(Exception):
    """A request that the API answers with an error."""

    def __init__(self, status: HTTPStatus, error: int | None = None, cli_error: str = "") -> None:
        """Keep the status, FortiOS's own number and what the command line said."""
        super().__init__(f"{status.value} {error} {cli_error}")
        self.status = status
        self.error = error
        self.cli_error = cli_error


def unknown_word(word: str) -> CommandRefused:
    """Return what is said of a table or attribute that does not exist."""
    return CommandRefused(f"command parse error before '{word}'", UNKNOWN)


def bad_value(word: str) -> CommandRefused:
    """Return what is said of a value that cannot be."""
    return CommandRefused(f"value parse error before '{word}'", BAD_VALUE)


def not_in_datasource(word: str) -> CommandRefused:
    """Return what is said of a name that nothing has."""
    return CommandRefused(f"entry not found in datasource\n\nvalue parse error before '{word}'", BAD_VALUE)


def bad_name(name: str) -> CommandRefused:
    """Return what is said of a name that an entry cannot have."""
    return CommandRefused(
        f"node_check_object fail! for name {name}\n\nvalue parse error before '{name}'", BAD_NAME
    )
