"""The command line of a Palo Alto firewall as its driver uses it: a line, and everything that was said to it.

netmiko reads what comes until a pattern is seen and looks at nothing of it; here every answer is taken
apart, and whatever a firewall says to a line of configuration counts as a refusal, for it says nothing to one
that it takes.
"""

import re
from typing import Any, Final

from devices.drivers.host_keys import open_known_connection, require_host_key
from devices.drivers.live_channel import LiveChannel
from devices.models import DeviceTarget

SSH_PORT: Final = 22
_ECHO_LETTERS: Final = 40
_EDIT: Final = re.compile(r"\[edit[^\]]*\]")
_QUESTION: Final = r"(?:\n|^)[^\n]*(?:[Pp]assword\s*:|\(y or n\))\s*\Z"
_CONTROL_C: Final = "\x03"


class LineAsks(Exception):
    """A line makes the firewall ask for something more, which nobody is there to answer."""


class PANOSTerminal:
    """One session on the command line, in operational or in configuration mode."""

    def __init__(self, connection: Any, user: str, *, timeout_seconds: float) -> None:
        self._connection = connection
        self._timeout_seconds = timeout_seconds
        self._prompt = rf"(?:^|\n){re.escape(user)}@[^\s>#]+[>#]\s*\Z"
        self._configures = False

    def operate(self, command: str) -> str:
        """Return the answer to an operational command."""
        self._switch(to_configuration=False)
        return self._ask(command, self._timeout_seconds)

    def configure(self, line: str) -> str:
        """Return what is said to a line of configuration; '' where it was taken.

        Raises:
            LineAsks: the line asks for more than it holds; it was given up.
        """
        self._switch(to_configuration=True)
        return _EDIT.sub("", self._ask(line, self._timeout_seconds)).strip()

    def commit(self, description: str, *, seconds: float) -> str:
        """Return everything that is said to a commit, to its very end."""
        self._switch(to_configuration=True)
        return _EDIT.sub("", self._ask(f'commit description "{description}"', seconds)).strip()

    def close(self) -> None:
        """Hang up; what was not committed stays in the candidate."""
        client = self._connection.remote_conn_pre
        if client is not None:
            client.close()

    def _switch(self, *, to_configuration: bool) -> None:
        if self._configures != to_configuration:
            self._ask("configure" if to_configuration else "exit", self._timeout_seconds)
            self._configures = to_configuration

    def _ask(self, line: str, seconds: float) -> str:
        self._connection.clear_buffer()
        self._connection.write_channel(f"{line}\n")
        echo = re.escape(line[:_ECHO_LETTERS])
        said = self._connection.read_until_pattern(pattern=echo, read_timeout=self._timeout_seconds)
        said = re.split(echo, said, maxsplit=1)[1]
        ends = f"(?:{self._prompt}|{_QUESTION})"
        if re.search(ends, said) is None:
            # What stands before the prompt may have come together with the echo already.
            said += self._connection.read_until_pattern(pattern=ends, read_timeout=seconds)
        if re.search(self._prompt, said) is None:
            self._connection.write_channel(_CONTROL_C + "\n")
            raise LineAsks(line)
        said = said.replace("\r", "")
        return re.sub(self._prompt, "", said[len(line[_ECHO_LETTERS:]) :])


def open_terminal(target: DeviceTarget) -> PANOSTerminal:
    """Log in to the command line of a firewall that shows the recorded host key.

    Raises:
        HostKeyUnknown: no host key is recorded; it tells which one the firewall shows.
    """
    at = target.model_copy(update={"port": target.ssh_port or SSH_PORT})
    connection = open_known_connection(
        require_host_key(at),
        device_type="paloalto_panos",
        host=at.address,
        port=at.port,
        username=at.credential.username,
        password=at.credential.password.get_secret_value(),
        use_keys=False,
        allow_agent=False,
        conn_timeout=at.timeout_seconds,
        banner_timeout=at.timeout_seconds,
        auth_timeout=at.timeout_seconds,
        read_timeout_override=None,
    )
    connection.channel = LiveChannel(connection.remote_conn, connection.encoding)
    return PANOSTerminal(connection, at.credential.username, timeout_seconds=at.timeout_seconds)
