"""The SSH login of a firewall: the password is asked for as a question (RFC 4256)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)
from paramiko.server import InteractiveQuery

from lab.path_connection import PathConnection

GREETING: Final = "SSH-2.0-OpenSSH_8.0"


class LoginServer(paramiko.ServerInterface):
    """What paramiko asks about a connection."""

    def __init__(self, accepts: Callable[[str, str], bool], connection: PathConnection) -> None:
        self._accepts = accepts
        self._connection = connection
        self._opened = False
        self.user = ""
        self.shell_wanted = threading.Event()

    def get_allowed_auths(self, username: str) -> str:
        """Offer a password, with and without a question."""
        return "password,keyboard-interactive" if username else ""

    def check_auth_password(self, username: str, password: str) -> int:
        """Check a login."""
        self.user = username
        self._connection.is_logged_in = self._accepts(username, password)
        return AUTH_SUCCESSFUL if self._connection.is_logged_in else AUTH_FAILED

    def check_auth_interactive(self, username: str, submethods: str) -> InteractiveQuery:  # noqa: ARG002
        """Ask for the password."""
        self.user = username
        return InteractiveQuery("", "", ("Password: ", False))

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        """Check the answer."""
        return self.check_auth_password(self.user, responses[0] if responses else "")

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Open one session and no other on the same connection."""
        if kind == "session" and chanid >= 0 and not self._opened:
            self._opened = True
            return OPEN_SUCCEEDED
        return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_pty_request(self, *_arguments: object) -> bool:
        """Take any terminal."""
        return True

    def check_channel_window_change_request(self, *_arguments: object) -> bool:
        """Take any size."""
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        """Start a shell."""
        self.shell_wanted.set()
        return channel is not None


def host_key(folder: Path) -> paramiko.ECDSAKey:
    """Return the host key of the folder, made where there is none yet."""
    path = folder / "ssh_host_key"
    if path.exists():
        return paramiko.ECDSAKey.from_private_key_file(str(path))
    key = paramiko.ECDSAKey.generate()
    key.write_private_key_file(str(path))
    return key
