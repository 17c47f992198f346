"""NETCONF over SSH: the device's side of one session."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import paramiko
from lxml import etree

from lab.device_clock import DeviceClock
from lab.faults import FaultSwitch
from lab.junos.database import ConfigurationDatabase, SessionIdentity
from lab.junos.errors import FramingError
from lab.junos.framing import FrameReader, frame
from lab.junos.operational import JUNOS_NAMESPACE
from lab.junos.rpc import Answer, RPCService, rpc_error
from lab.junos.xml_form import local_name
from lab.path_connection import PathConnection

BASE_1_1: Final = "urn:ietf:params:netconf:base:1.1"
_BASE_NAMESPACE: Final = "urn:ietf:params:xml:ns:netconf:base:1.0"
_CAPABILITIES: Final = (
    "urn:ietf:params:netconf:base:1.0",
    "urn:ietf:params:netconf:capability:candidate:1.0",
    "urn:ietf:params:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:netconf:capability:validate:1.0",
    "urn:ietf:params:netconf:capability:url:1.0?scheme=http,ftp,file",
    "urn:ietf:params:xml:ns:netconf:base:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:candidate:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:validate:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:url:1.0?protocol=http,ftp,file",
    "http://xml.juniper.net/netconf/junos/1.0",
    "http://xml.juniper.net/dmi/system/1.0",
)
XML_MODE: Final = "xml-mode netconf need-trailer"
_READ_BYTES: Final = 65536
_READ_SECONDS: Final = 0.2
_CHANNEL_SECONDS: Final = 30.0

_MASKED_WORDS: Final = (
    r"encrypted-password|plain-text-password-value|secret|ascii-text|hexadecimal|simple-password|community-name"
    r"|authentication-key|authentication-password|privacy-key|privacy-password|value|snmp community"
)
_MASKED_IN_TEXT: Final = re.compile(rf'((?:{_MASKED_WORDS})\s+)(&quot;.*?&quot;|"[^"]*"|[^\s;<]+)')
_MASKED_IN_XML: Final = re.compile(rf"<({_MASKED_WORDS})>[^<]*<")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def mask_secrets(text: str) -> str:
    """Return a request with its passwords, keys and communities blotted out."""
    return _MASKED_IN_XML.sub(r"<\1>***<", _MASKED_IN_TEXT.sub(r"\1***", text))


@dataclass(frozen=True, slots=True)
class NetconfDevice:
    """What every connection of one device shares."""

    database: ConfigurationDatabase
    service: RPCService
    clock: DeviceClock
    faults: FaultSwitch
    receive: Callable[[str], None]
    session_numbers: itertools.count[int]
    chunked: bool


class NetconfSession:
    """One NETCONF session on one channel."""

    def __init__(
        self, device: NetconfDevice, connection: PathConnection, channel: paramiko.Channel, user: str
    ) -> None:
        self._device = device
        self._connection = connection
        self._channel = channel
        self._reader = FrameReader()
        self._who = SessionIdentity(
            os.getpid() * 1000 + next(device.session_numbers) % 1000,
            user,
            device.clock.now(),
        )

    def run(self) -> None:
        """Greet, then answer until the session ends."""
        self._channel.settimeout(_READ_SECONDS)
        try:
            self._send(self._hello(), chunked=False)
            while (message := self._receive()) is not None:
                if not self._connection.pass_gate() or not self._handle(message):
                    break
        except FramingError as broken:
            self._device.receive(f"! {broken}")
        finally:
            self._device.database.end_session(self._who)
            self._channel.close()

    def _hello(self) -> str:
        offered = (*_CAPABILITIES, *((BASE_1_1,) if self._device.chunked else ()))
        inside = "\n".join(f"    <capability>{name}</capability>" for name in offered)
        user = self._who.user
        return (
            "<!-- No zombies were killed during the creation of this user interface -->\n"
            f"<!-- user {user}, class j-super-user -->\n"
            f'<hello xmlns="{_BASE_NAMESPACE}">\n  <capabilities>\n{inside}\n  </capabilities>\n'
            f"  <session-id>{self._who.session_id}</session-id>\n</hello>\n"
        )

    def _receive(self) -> str | None:
        while True:
            message = self._reader.next()
            if message is not None:
                return message.decode("utf-8", errors="replace")
            try:
                data = self._channel.recv(_READ_BYTES)
            except TimeoutError:
                if self._connection.has_ended:
                    return None
                continue
            if not data:
                return None
            self._reader.feed(data)

    def _send(self, message: str, *, chunked: bool) -> None:
        self._channel.settimeout(_CHANNEL_SECONDS)
        self._channel.sendall(frame(message.encode(), chunked=chunked))
        self._channel.settimeout(_READ_SECONDS)

    def _handle(self, message: str) -> bool:
        """Answer one message; False ends the session."""
        if not message.strip():
            return True
        self._device.receive(mask_secrets(message.strip()))
        try:
            element = etree.fromstring(message.strip().encode(), _parser())
        except etree.XMLSyntaxError:
            return self._reply(
                Answer(rpc_error("rpc", "malformed-message", "could not parse the message")), {}
            )
        if local_name(element) == "hello":
            offered = {(child.text or "").strip() for child in element.iter() if isinstance(child.tag, str)}
            self._reader.chunked = self._device.chunked and BASE_1_1 in offered
            return True
        operations = [child for child in element if isinstance(child.tag, str)]
        if local_name(element) != "rpc" or not operations:
            return self._reply(Answer(rpc_error("rpc", "missing-element", "no operation in the message")), {})
        answer = self._device.service.answer(self._who, operations[0])
        if answer.committed and self._device.faults.use("drop-after-commit"):
            return False
        return self._reply(answer, {str(name): str(value) for name, value in element.attrib.items()})

    def _reply(self, answer: Answer, attributes: dict[str, str]) -> bool:
        delay = self._device.faults.use("delay")
        if delay is not None and self._connection.wait_ended(delay.seconds):
            return False
        if not self._connection.pass_gate():
            return False
        given = "".join(
            f' {name}="{_attribute(value)}"' for name, value in attributes.items() if "{" not in name
        )
        self._send(
            f'<rpc-reply xmlns="{_BASE_NAMESPACE}" xmlns:junos="{JUNOS_NAMESPACE}"{given}>\n'
            f"{answer.body}\n</rpc-reply>\n",
            chunked=self._reader.chunked,
        )
        return not answer.closes


def _attribute(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
