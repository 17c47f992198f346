"""The XML API of a Palo Alto firewall, as its driver uses it.

What napalm-panos and pan-python leave open, and what is done about it here:

- They look at no certificate at all. Here it is verified, and its sockets can be closed under a call.
- They know one port. Here the API's is the endpoint's; the command line has one of its own.
- pan-python takes a serial number from a file in the home directory, and then talks to another firewall
  through a Panorama. Here nothing of that file is used.
- A firewall that hears no LLDP neighbour makes napalm-panos fail. Here it has none.
"""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pan.xapi
from napalm_panos.panos import PANOSDriver

from devices.errors import TLSRefused
from devices.models import DeviceTarget

_MARKS: Final = ("admin", "dirtyId", "time")


class WatchedContext(ssl.SSLContext):
    """Verifies certificates, and remembers its sockets so that a call which hangs can be ended."""

    _open: list[ssl.SSLSocket]
    _given_up: threading.Event

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        """Secure a connection, unless the session was given up."""
        if self._given_up.is_set():
            msg = "the session was given up"
            raise OSError(msg)
        wrapped = super().wrap_socket(*arguments, **options)
        self._open = [one for one in self._open if one.fileno() >= 0]
        self._open.append(wrapped)
        return wrapped

    def close(self) -> None:
        """Close every connection, whatever hangs on it, and secure none any more."""
        self._given_up.set()
        while self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)


def watched_context(target: DeviceTarget) -> WatchedContext:
    """Return what a device's certificate is verified with.

    Raises:
        TLSRefused: the certificates to trust cannot be read.
    """
    context = WatchedContext(ssl.PROTOCOL_TLS_CLIENT)
    context._open, context._given_up = [], threading.Event()  # noqa: SLF001 - a context takes no constructor
    if target.ca_file is None:
        context.load_default_certs()
        return context
    if not Path(target.ca_file).is_file():
        raise TLSRefused(
            target.device,
            f"its ca_file '{target.ca_file}' cannot be read as certificates; correct the endpoint",
        )
    context.load_verify_locations(cafile=target.ca_file)
    return context


class CarefulPANOS(PANOSDriver):  # type: ignore[misc]  # NAPALM's drivers have no types
    """The library's driver over a verified connection, with the endpoint's port."""

    def __init__(self, target: DeviceTarget, context: WatchedContext) -> None:
        password = target.credential.password.get_secret_value()
        super().__init__(target.address, target.credential.username, password, timeout=target.timeout_seconds)
        self._port = target.port
        self._context = context

    def open(self) -> None:
        """Log in to the API; the command line is opened by who needs it."""
        client = pan.xapi.PanXapi(
            hostname=self.hostname,
            port=self._port,
            api_username=self.username,
            api_password=self.password,
            timeout=max(1, round(self.timeout)),
            ssl_context=self._context,
        )
        client.serial = None
        client.keygen()
        self.device = client

    def abort(self) -> None:
        """Close every socket, whatever hangs on it."""
        self._context.close()

    def command(self, command: str) -> ET.Element:
        """Return the whole answer to an operational command that is written as elements."""
        self.device.op(cmd=command)
        root: ET.Element = self.device.element_root
        return root

    def configuration(self, source: str) -> ET.Element:
        """Return the running, the candidate or, by its name, a kept configuration.

        Raises:
            ET.ParseError: the answer holds none.
        """
        if source == "running":
            self.device.show(xpath="/config")
            root: ET.Element = self.device.element_root
        elif source == "candidate":
            root = self.command("<show><config><candidate></candidate></config></show>")
        else:
            root = self.command(f"<show><config><saved>{source}</saved></config></show>")
        config = root.find("result/config")
        if config is None or config.find("devices/entry") is None:
            msg = f"the answer holds no whole {source} configuration"
            raise ET.ParseError(msg)
        return config

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """Return the LLDP neighbours by local port."""
        found: dict[str, list[dict[str, str]]] = {}
        for local, row in self.lldp_rows():
            told = {"hostname": _text(row, "system-name"), "port": _text(row, "port-id")}
            found.setdefault(local, []).append(told)
        return found

    def _extract_interface_list(self) -> list[str]:
        root = self.command("<show><interface>all</interface></show>")
        names = {
            str(one.findtext("name"))
            for kind in ("ifnet", "hw")
            for one in root.iterfind(f"result/{kind}/entry")
        }
        return sorted(names)

    def lldp_rows(self) -> Iterator[tuple[str, ET.Element]]:
        """Yield every neighbour with the port that hears it."""
        root = self.command("<show><lldp><neighbors>all</neighbors></lldp></show>")
        for port in root.findall("result/entry"):
            for row in port.findall("neighbors/entry"):
                yield str(port.get("name")), row


def written(config: ET.Element) -> str:
    """Return a configuration as indented text."""
    ET.indent(config)
    return ET.tostring(config, encoding="unicode") + "\n"


def meaning(config: ET.Element) -> str:
    """Return a configuration without how it is indented and who touched what, to be compared as a whole."""
    copy = ET.fromstring(ET.tostring(config))  # noqa: S314 - of our own session, read already
    for element in copy.iter():
        for name in _MARKS:
            element.attrib.pop(name, None)
        if len(element) or not (element.text or "").strip():
            element.text = None
        element.tail = None
    copy.attrib.clear()
    return re.sub(r"\s+/>", "/>", ET.tostring(copy, encoding="unicode"))


def _text(row: ET.Element, name: str) -> str:
    return (row.findtext(name) or "").strip()
