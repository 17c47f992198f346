"""What the answers and failures of a Palo Alto firewall mean, in the errors of this room."""

import http.client
import re
from collections.abc import Callable
from typing import Final
from xml.etree import ElementTree as ET

from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    ReadException,
    ReadTimeout,
    WriteException,
)
from pan.xapi import PanXapiError
from paramiko.ssh_exception import AuthenticationException, SSHException

from devices.drivers.host_keys import host_key_error
from devices.errors import (
    CommandRefused,
    ConnectionLost,
    DeviceError,
    LockHeld,
    LoginRefused,
    TLSRefused,
    UnexpectedAnswer,
)
from devices.models import DeviceTarget

_REFUSED_LOGINS: Final = (NetmikoAuthenticationException, AuthenticationException)
_LOST: Final = (
    NetmikoTimeoutException,
    ReadException,
    ReadTimeout,
    WriteException,
    SSHException,
    http.client.HTTPException,
)
_LOCKED: Final = re.compile(r"\block(?:s|ed)?\b", re.IGNORECASE)
_UNTRUSTED: Final = re.compile(r"CERTIFICATE_VERIFY_FAILED|^ssl\.CertificateError")
_CUT: Final = ("URLError", "no content-type")


def translated(
    target: DeviceTarget, operation: str, error: Exception, told: Callable[[object], str]
) -> DeviceError | None:
    """Return what a library's exception means, None where the rules of all platforms decide.

    Args:
        target: the firewall.
        operation: what was tried.
        error: what a library raised.
        told: masks what a device said.
    """
    about_key = host_key_error(target.device, error)
    if about_key is not None:
        return about_key
    if isinstance(error, _REFUSED_LOGINS):
        return _login_refused(target)
    if isinstance(error, _LOST):
        return ConnectionLost(target.device, f"the connection died during '{operation}'")
    if isinstance(error, ET.ParseError):
        return _not_whole(target, operation)
    return _api_error(target, operation, str(error), told) if isinstance(error, PanXapiError) else None


def _api_error(target: DeviceTarget, operation: str, said: str, told: Callable[[object], str]) -> DeviceError:
    if "code: 403" in said:
        return _login_refused(target)
    if _UNTRUSTED.search(said):
        return TLSRefused(
            target.device,
            "its TLS certificate is not trusted; give the device's ca_file in the endpoints file",
        )
    if said.startswith(_CUT):
        return ConnectionLost(target.device, f"the connection died during '{operation}'")
    if "ParseError" in said:
        return _not_whole(target, operation)
    if _LOCKED.search(said):
        return LockHeld(target.device, f"'{operation}': {told(said)}; wait and run again")
    return CommandRefused(target.device, f"'{operation}' was refused: {told(said)}")


def _login_refused(target: DeviceTarget) -> LoginRefused:
    return LoginRefused(
        target.device,
        f"the login '{target.credential.username}' was refused; check the credential it refers to",
    )


def _not_whole(target: DeviceTarget, operation: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(target.device, f"the answer to '{operation}' is not whole; ask again")


def without_progress(said: str) -> str:
    """Return an answer to a commit without its dots and percents."""
    kept = [line for line in said.splitlines() if re.fullmatch(r"[.\d% ]*", line) is None]
    return "\n".join(line for line in kept if "is in progress" not in line)
