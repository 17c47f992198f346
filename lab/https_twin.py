"""A device twin that is reached over HTTPS: its certificate, and one request after the other."""

from __future__ import annotations

import ssl
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar, Final

from lab.certificate import make_certificate
from lab.device_twin import DeviceTwin
from lab.errors import ConnectionDropped
from lab.models import TwinSpec
from lab.path_connection import PathConnection
from lab.twin import Clock, TwinCredential

_LARGEST_BODY_BYTES: Final = 8 * 1024 * 1024
_IDLE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class HTTPRequest:
    """One request as it arrived; the path has its query."""

    method: str
    path: str
    headers: Message
    body: bytes

    @property
    def authorization(self) -> str:
        """Return the authorisation, '' where there is none."""
        return str(self.headers.get("Authorization", ""))


@dataclass(frozen=True, slots=True)
class HTTPAnswer:
    """One answer."""

    status: HTTPStatus
    body: bytes = b""
    kind: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


class HTTPSTwin(DeviceTwin):
    """The part of a twin that every platform over HTTPS does the same way.

    Args:
        spec: Name, model, management interface and neighbours.
        credential: The one login that it accepts.
        folder: Where it writes its certificate.
        clock: The lab's time.
    """

    server_name: ClassVar[str] = ""
    """What the device's web server calls itself."""
    methods: ClassVar[frozenset[str]] = frozenset({"GET", "POST", "PUT", "DELETE"})
    """The methods that its web server knows."""
    without_length: ClassVar[HTTPStatus] = HTTPStatus.LENGTH_REQUIRED
    """What it says about a body of which it does not know, or does not like, the length."""

    def __init__(self, spec: TwinSpec, credential: TwinCredential, folder: Path, clock: Clock) -> None:
        super().__init__(spec, credential, clock)
        self._certificate, key = make_certificate(folder, spec.name)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self._certificate, key)

    @property
    def ca_file(self) -> Path:
        """Return the certificate that a client must trust to verify the twin as 127.0.0.1."""
        return self._certificate

    @abstractmethod
    def _answer(self, request: HTTPRequest) -> HTTPAnswer:
        """Return the answer to a request.

        Raises:
            ConnectionDropped: A fault ends the connection instead.
        """

    def _date(self) -> str | None:
        """Return what the device says in the ``Date`` of its answers, None for the true time."""
        return None

    def _serve(self, connection: PathConnection) -> None:
        connection.socket.settimeout(_IDLE_SECONDS)
        try:
            # Wrapping takes the socket over; the path must keep its own to be able to end the connection.
            with self._tls.wrap_socket(connection.socket.dup(), server_side=True) as secured:
                connection.is_logged_in = True
                _Handler(self, connection, secured)
        except (OSError, ConnectionDropped) as ended:
            self._write_down(f"! connection ended: {type(ended).__name__}")

    def answer_over(self, connection: PathConnection, request: HTTPRequest) -> HTTPAnswer:
        """Return the answer to a request once the path lets it through.

        Raises:
            ConnectionDropped: The connection ends instead of an answer.
        """
        self._pass_gate(connection)
        answer = self._answer(request)
        delay = self._faults.use("delay")
        if delay is not None:
            connection.wait_ended(delay.seconds)
        self._pass_gate(connection)
        return answer

    @staticmethod
    def _pass_gate(connection: PathConnection) -> None:
        if not connection.pass_gate():
            raise ConnectionDropped("the connection ended")

    def date(self) -> str | None:
        """Return the device's time for an answer's header."""
        return self._date()


class _Handler(BaseHTTPRequestHandler):
    """Reads HTTP requests and hands them to the twin."""

    protocol_version = "HTTP/1.1"
    # Headers and body leave together; apart, the second would wait for the client's acknowledgement.
    wbufsize = -1
    sys_version = ""

    def __init__(self, twin: HTTPSTwin, connection: PathConnection, secured: ssl.SSLSocket) -> None:
        self._twin = twin
        self._connection = connection
        self.server_version = twin.server_name
        # The base class serves from its constructor; it wants an address and a server only to log them.
        super().__init__(secured, ("127.0.0.1", 0), None)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Write nothing: the transcript has every request."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the device's own time where drivers read its clock from it."""
        return self._twin.date() or super().date_time_string(timestamp)

    def do_GET(self) -> None:
        """Answer a request."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a request."""
        self._answer()

    def do_PUT(self) -> None:
        """Answer a request."""
        self._answer()

    def do_DELETE(self) -> None:
        """Answer a request."""
        self._answer()

    def _answer(self) -> None:
        if self.command not in self._twin.methods:
            self.send_error(HTTPStatus.NOT_IMPLEMENTED, f"Unsupported method ({self.command!r})")
            return
        length = self.headers.get("Content-Length", "" if self.command in {"POST", "PUT"} else "0")
        if not length.isascii() or not length.isdigit() or int(length) > _LARGEST_BODY_BYTES:
            self._send(HTTPAnswer(self._twin.without_length))
            return
        body = self.rfile.read(int(length))
        request = HTTPRequest(self.command, self.path, self.headers, body)
        self._send(self._twin.answer_over(self._connection, request))

    def _send(self, answer: HTTPAnswer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()
