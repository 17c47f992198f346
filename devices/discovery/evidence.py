"""What an address shows before anybody logs in, and which platform that proves.

A password is sent only where the protocol itself, or the protocol together with what the neighbours heard,
shows a device that a driver can talk to. An SSH server alone proves nothing: that may be anybody's.
"""

import re
import socket
import ssl
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from ipaddress import IPv4Address
from typing import Final, Protocol

from pydantic import Field

from devices.drivers.deadline import DeadlineExceeded, run_with_deadline
from devices.models import Model, Platform

SSH_PORT: Final = 22
HTTPS_PORT: Final = 443
NETCONF_PORT: Final = 830

_OWN_GREETING: Final = b"SSH-2.0-samdrift\r\n"
_LONGEST_GREETING_BYTES: Final = 1024
_ANNOUNCED: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"NX-OS|Nexus", re.IGNORECASE), "nxos"),
    (re.compile(r"Adaptive Security Appliance", re.IGNORECASE), "asa"),
    (re.compile(r"IOS.?XR", re.IGNORECASE), "iosxr"),
    (re.compile(r"Cisco IOS|IOS.?XE", re.IGNORECASE), "ios"),
    (re.compile(r"\bArista\b.*\bEOS\b", re.IGNORECASE), "eos"),
    (re.compile(r"\bJuniper\b|\bJunos\b", re.IGNORECASE), "junos"),
    (re.compile(r"\bForti(?:Gate|OS)\b|\bFortinet\b.*\bFGT", re.IGNORECASE), "fortios"),
    (re.compile(r"\bA(?:ruba)?OS-CX\b|\bAruba\b.*\b(?:JL|R8|R9|S0)\w+", re.IGNORECASE), "aoscx"),
    (re.compile(r"Palo Alto", re.IGNORECASE), "panos"),
)


class Door(Model):
    """Where one port of an address is reached."""

    address: str
    port: int


class Evidence(Model):
    """What an address answered to somebody who has not logged in."""

    ssh: str | None = Field(default=None, description="Greeting on port 22")
    netconf: str | None = Field(default=None, description="Greeting on port 830")
    speaks_eapi: bool = False
    refuses_fortios_api: bool = Field(
        default=False, description="The API's path is refused without a token, as FortiOS does"
    )
    refuses_panos_api: bool = Field(
        default=False, description="The API's path is refused without a key, as PAN-OS does"
    )
    answers_https: bool = False

    def is_silent(self) -> bool:
        """Return whether nothing answered at all."""
        return self.ssh is None and self.netconf is None and not self.answers_https

    def render(self) -> str:
        """Return in a few words what answered."""
        told = [f"SSH on port 22 greets with '{self.ssh}'"] if self.ssh is not None else []
        told += [f"port 830 greets with '{self.netconf}'"] if self.netconf is not None else []
        told += ["HTTPS on port 443 answers"] if self.answers_https else []
        return ", ".join(told) or "nothing answers on ports 22, 443 and 830"


class Doors(Protocol):
    """Where the ports of an address are reached."""

    def __call__(self, address: IPv4Address, port: int, /) -> Door | None:
        """Return where; None where it is known that nothing is there."""


def announced_platform(descriptions: tuple[str, ...]) -> str | None:
    """Return the platform that all descriptions which name one agree on."""
    found = {
        next((name for pattern, name in _ANNOUNCED if pattern.search(text)), None) for text in descriptions
    } - {None}
    return found.pop() if len(found) == 1 else None


def proven_platform(evidence: Evidence, announced: str | None) -> Platform | None:
    """Return the platform that may be logged in to; None where nothing proves one.

    IOS, EOS and Junos prove themselves. What FortiOS, PAN-OS, AOS-CX and NX-OS show others may show too, so
    somebody has to have said what they are. What is announced as a platform without a driver is left alone.
    """
    shown: list[Platform] = []
    if evidence.ssh is not None and re.match(r"SSH-(?:2\.0|1\.99)-Cisco-", evidence.ssh):
        shown.append("ios")
    if evidence.speaks_eapi:
        shown.append("eos")
    if evidence.netconf is not None and evidence.netconf.startswith("SSH-2.0-"):
        shown.append("junos")
    if announced == "fortios" and evidence.refuses_fortios_api:
        shown.append("fortios")
    if announced == "panos" and evidence.refuses_panos_api:
        shown.append("panos")
    if announced == "aoscx" and evidence.ssh is not None:
        shown.append("aoscx")
    if announced == "nxos" and evidence.ssh is not None:
        return "nxos"
    if announced in {"nxos", "asa", "iosxr"}:
        return None
    return next((one for one in shown if one == announced), next(iter(shown), None))


def gather_evidence(address: IPv4Address, doors: Doors, *, seconds: float) -> Evidence:
    """Look at the ports of an address without logging in; each takes at most ``seconds``."""
    web = _web(doors(address, HTTPS_PORT), seconds)
    return web.model_copy(
        update={
            "ssh": _greeting(doors(address, SSH_PORT), seconds),
            "netconf": _greeting(doors(address, NETCONF_PORT), seconds),
        }
    )


def _greeting(door: Door | None, seconds: float) -> str | None:
    """Return the line with which an SSH server identifies itself (RFC 4253, section 4.2)."""
    if door is None:
        return None
    try:
        connection = socket.create_connection((door.address, door.port), timeout=seconds)
    except OSError:
        return None
    with closing(connection):
        try:
            return run_with_deadline(
                lambda: _first_ssh_line(connection),
                seconds=seconds,
                abort=lambda: _shut(connection),
            )
        except (OSError, DeadlineExceeded):
            return ""


def _first_ssh_line(connection: socket.socket) -> str:
    received = b""
    while len(received) < _LONGEST_GREETING_BYTES:
        chunk = connection.recv(256)
        if not chunk:
            break
        received += chunk
        # Other lines may come before; the last one may still be on its way.
        for line in received.split(b"\n")[:-1]:
            if line.startswith(b"SSH-"):
                # A client that leaves without a word is noted as an error by some devices.
                connection.sendall(_OWN_GREETING)
                shown = line.decode("ascii", errors="replace").strip()
                return "".join(letter for letter in shown if letter.isprintable())[:80]
    return ""


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is gone already


def _web(door: Door | None, seconds: float) -> Evidence:
    if door is None:
        return Evidence()
    eapi = _request(door, "POST", "/command-api", seconds)
    if eapi is None:
        return Evidence()
    if eapi[0] == HTTPStatus.UNAUTHORIZED and "COMMAND_API_AUTH" in eapi[1]:
        return Evidence(answers_https=True, speaks_eapi=True)
    status = _request(door, "GET", "/api/v2/monitor/system/status", seconds)
    # FortiOS names no way to log in with its refusal; servers that ask for a password do.
    refuses = status == (HTTPStatus.UNAUTHORIZED, "")
    if refuses:
        return Evidence(answers_https=True, refuses_fortios_api=True)
    forbids = _request(door, "GET", "/api/?type=version", seconds) == (HTTPStatus.FORBIDDEN, "")
    return Evidence(answers_https=True, refuses_panos_api=forbids)


def _request(door: Door, method: str, path: str, seconds: float) -> tuple[int, str] | None:
    """Return status and challenge of an answer without any login; None where HTTPS is not spoken.

    Nothing secret is sent, so the certificate is not looked at; the driver verifies it before it logs in.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = HTTPSConnection(door.address, door.port, timeout=seconds, context=context)

    def ask() -> tuple[int, str]:
        connection.request(method, path, body=b"" if method == "POST" else None)
        answer = connection.getresponse()
        return answer.status, answer.getheader("WWW-Authenticate", "")

    def abort() -> None:
        if connection.sock is not None:
            _shut(connection.sock)

    with closing(connection):
        try:
            return run_with_deadline(ask, seconds=seconds, abort=abort)
        except (OSError, HTTPException, DeadlineExceeded):
            return None
