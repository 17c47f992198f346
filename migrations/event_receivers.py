"""Who is told of events: a file of receivers, and how each is spoken to."""

import hashlib
import hmac
import json
import socket
from collections.abc import Callable, Mapping
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final, Literal, Protocol
from urllib.parse import urlsplit

import httpx2
import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from inventory.credentials import resolve_secret
from inventory.errors import CredentialError
from migrations.errors import EventNotDelivered, ReceiversInvalid
from migrations.event_texts import render_event, render_json_line, render_syslog
from records.models import EventRow

_TIMEOUT_SECONDS: Final = 5.0
_LEAST_SECRET_BYTES: Final = 16


class Model(BaseModel):
    """The common shape: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", description="How it is called")]
Port = Annotated[int, Field(ge=1, le=65535)]


class WebhookReceiver(Model):
    """An address that takes events by POST, signed with a secret that both sides know."""

    kind: Literal["webhook"]
    name: Name
    url: str = Field(description="https, or http on this machine only")
    secret: str = Field(pattern=r"^(env|file):\S+$", description="env:PREFIX reads PREFIX_PASSWORD")

    @model_validator(mode="after")
    def _is_private(self) -> "WebhookReceiver":
        parts = urlsplit(self.url)
        if parts.username or parts.password:
            msg = "the URL holds a credential; the secret is given by reference"
            raise ValueError(msg)
        if parts.scheme == "https" and parts.hostname:
            return self
        if parts.scheme == "http" and parts.hostname and _is_loopback(parts.hostname):
            return self
        msg = "an event travels by https; http is for this machine only"
        raise ValueError(msg)


class SyslogReceiver(Model):
    """A collector of RFC 5424 messages."""

    kind: Literal["syslog"]
    name: Name
    transport: Literal["udp", "tcp"]
    address: str = Field(min_length=1)
    port: Port


class JSONLinesReceiver(Model):
    """A collector of one JSON object in each line, over TCP."""

    kind: Literal["json-lines"]
    name: Name
    address: str = Field(min_length=1)
    port: Port


class JSONFileReceiver(Model):
    """A file that a forwarder of the SOC reads; lines are appended."""

    kind: Literal["json-file"]
    name: Name
    path: str = Field(min_length=1)


Receiver = Annotated[
    WebhookReceiver | SyslogReceiver | JSONLinesReceiver | JSONFileReceiver, Field(discriminator="kind")
]


class ReceiversDocument(Model):
    """The file of receivers."""

    receivers: tuple[Receiver, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> "ReceiversDocument":
        names = [one.name for one in self.receivers]
        if len(set(names)) != len(names):
            msg = "two receivers have the same name"
            raise ValueError(msg)
        return self


class Sender(Protocol):
    """Speaks to one receiver."""

    @property
    def name(self) -> str:
        """Return what the receiver is called."""

    def send(self, event: EventRow) -> None:
        """Deliver an event.

        Raises:
            EventNotDelivered: it was not taken; it is tried again.
        """


class WebhookSender:
    """Posts events; the signature covers the moment and every byte of the body."""

    def __init__(self, receiver: WebhookReceiver, secret: SecretStr, clock: Callable[[], datetime]) -> None:
        """Keep the address and the secret."""
        self.name = receiver.name
        self._url = receiver.url
        self._secret = secret
        self._clock = clock

    def send(self, event: EventRow) -> None:
        """Post an event; any answer but 2xx is a refusal."""
        body = render_event(event)
        moment = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Samdrift-Event": event.key,
            "Samdrift-Timestamp": moment,
            "Samdrift-Signature": sign_body(self._secret, moment, body),
        }
        try:
            with httpx2.stream(
                "POST",
                self._url,
                content=body,
                headers=headers,
                timeout=_TIMEOUT_SECONDS,
                follow_redirects=False,
                trust_env=False,
            ) as answer:
                status = answer.status_code
        except httpx2.HTTPError as error:
            raise EventNotDelivered(f"{self.name}: {type(error).__name__}; it is tried again") from error
        if not httpx2.codes.is_success(status):
            raise EventNotDelivered(f"{self.name}: it answered {status}; it is tried again")


class SyslogSender:
    """Sends RFC 5424 messages, over UDP (RFC 5426) or counted over TCP (RFC 6587)."""

    def __init__(self, receiver: SyslogReceiver, host: str) -> None:
        """Keep the address and the name of this machine."""
        self.name = receiver.name
        self._receiver = receiver
        self._host = host

    def send(self, event: EventRow) -> None:
        """Send an event; over UDP nobody says whether it arrived."""
        message = render_syslog(event, host=self._host)
        place = (self._receiver.address, self._receiver.port)
        if self._receiver.transport == "tcp":
            _send_over_tcp(self.name, place, f"{len(message)} ".encode() + message)
            return
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(*place, type=socket.SOCK_DGRAM)[0]
            with socket.socket(family, kind, protocol) as line:
                line.settimeout(_TIMEOUT_SECONDS)
                line.sendto(message, address)
        except OSError as error:
            raise EventNotDelivered(f"{self.name}: {error.strerror or error}; it is tried again") from error


class JSONLinesSender:
    """Sends one line of JSON for each event over TCP."""

    def __init__(self, receiver: JSONLinesReceiver) -> None:
        """Keep the address."""
        self.name = receiver.name
        self._place = (receiver.address, receiver.port)

    def send(self, event: EventRow) -> None:
        """Send an event."""
        _send_over_tcp(self.name, self._place, render_json_line(event))


class JSONFileSender:
    """Appends one line of JSON for each event to a file."""

    def __init__(self, receiver: JSONFileReceiver) -> None:
        """Keep the path."""
        self.name = receiver.name
        self._path = Path(receiver.path)

    def send(self, event: EventRow) -> None:
        """Append an event in one write, so that no reader sees half a line of another."""
        try:
            with self._path.open("ab", buffering=0) as file:
                file.write(render_json_line(event))
        except OSError as error:
            raise EventNotDelivered(f"{self.name}: {error.strerror}; it is tried again") from error


def sign_body(secret: SecretStr, moment: str, body: bytes) -> str:
    """Return the signature of a webhook: HMAC-SHA256 over the moment, a full stop and the body."""
    signed = moment.encode() + b"." + body
    return "sha256=" + hmac.new(secret.get_secret_value().encode(), signed, hashlib.sha256).hexdigest()


def load_receivers(path: Path) -> tuple[Receiver, ...]:
    """Return the receivers of a YAML file.

    Raises:
        ReceiversInvalid: it cannot be read, or a receiver in it is not right.
    """
    try:
        text = json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")))
        return ReceiversDocument.model_validate_json(text).receivers
    except (OSError, UnicodeDecodeError, TypeError, yaml.YAMLError) as error:
        raise ReceiversInvalid(f"{path} cannot be read ({type(error).__name__}); name a YAML file") from error
    except ValidationError as error:
        # What was read may hold a secret where a reference belongs, so it is not repeated.
        details = "; ".join(
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
            for one in error.errors(include_input=False, include_url=False)
        )
        raise ReceiversInvalid(f"{path}: {details}") from None


def senders_for(
    receivers: tuple[Receiver, ...],
    *,
    environment: Mapping[str, str],
    folder: Path,
    host: str,
    clock: Callable[[], datetime],
) -> tuple[Sender, ...]:
    """Return who speaks to these receivers; every secret is read now, so that a missing one is told at once.

    Raises:
        CredentialError: a secret leads nowhere, is too short, or lies in a file that others can read.
    """

    def sender(receiver: Receiver) -> Sender:
        if isinstance(receiver, WebhookReceiver):
            return WebhookSender(receiver, _secret(receiver.secret, environment, folder), clock)
        if isinstance(receiver, SyslogReceiver):
            return SyslogSender(receiver, host)
        return (
            JSONLinesSender(receiver) if isinstance(receiver, JSONLinesReceiver) else JSONFileSender(receiver)
        )

    return tuple(sender(one) for one in receivers)


def _secret(reference: str, environment: Mapping[str, str], folder: Path) -> SecretStr:
    secret = resolve_secret(reference, environment=environment, folder=folder)
    if len(secret.get_secret_value().encode()) < _LEAST_SECRET_BYTES:
        reason = f"the secret of a webhook is missing or shorter than {_LEAST_SECRET_BYTES} bytes"
        raise CredentialError(reference, reason, "write a long random one on both sides")
    return secret


def _send_over_tcp(name: str, place: tuple[str, int], content: bytes) -> None:
    """Send and wait until the other side has closed: a reset tells that it did not take everything."""
    try:
        with socket.create_connection(place, timeout=_TIMEOUT_SECONDS) as line:
            line.sendall(content)
            line.shutdown(socket.SHUT_WR)
            try:
                while line.recv(4096):
                    pass
            except TimeoutError:
                # Some collectors keep the connection; nothing said that the message was lost.
                return
    except OSError as error:
        raise EventNotDelivered(f"{name}: {error.strerror or error}; it is tried again") from error


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
