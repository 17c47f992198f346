"""The REST API over HTTPS: the server side of one connection."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Final

from lab.faults import FaultSwitch
from lab.fortios.errors import ConnectionDropped, RESTRefused
from lab.fortios.rest_api import Answer, Request, RESTService
from lab.management_path import ManagementPath

_LARGEST_BODY_BYTES: Final = 8 * 1024 * 1024
_IDLE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Listener:
    """What a connection needs to be served."""

    service: RESTService
    faults: FaultSwitch
    path: ManagementPath
    record: Callable[[str], None]


def serve_connection(listener: Listener, tls: ssl.SSLContext, connection: socket.socket) -> None:
    """Serve the requests of one accepted connection until it ends."""
    connection.settimeout(_IDLE_SECONDS)
    try:
        # Wrapping takes the socket over; the path must keep its own to be able to end the connection.
        with tls.wrap_socket(connection.dup(), server_side=True) as secured:
            _Handler(listener, secured)
    except (OSError, ConnectionDropped) as ended:
        listener.record(f"! connection ended: {type(ended).__name__}")


class _Handler(BaseHTTPRequestHandler):
    """Reads HTTP requests and hands them to the service."""

    protocol_version = "HTTP/1.1"
    # Headers and body leave together; apart, the second would wait for the client's acknowledgement.
    wbufsize = -1
    server_version = ""
    sys_version = ""

    def __init__(self, listener: Listener, secured: ssl.SSLSocket) -> None:
        self._listener = listener
        # The base class serves from its constructor; it wants an address and a server only to log them.
        super().__init__(secured, ("127.0.0.1", 0), None)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Write nothing: the transcript has every request."""

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 - the base class's
        """Return the device's own time, which drivers read its clock from."""
        return self._listener.service.date()

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
        listener = self._listener
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > _LARGEST_BODY_BYTES:
            self._send(Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"", "text/plain"))
            return
        body = self.rfile.read(int(length))
        if not listener.path.pass_gate():
            raise ConnectionDropped("the twin stops")
        request = Request(self.command, self.path, self.headers.get("Authorization", ""), body)
        try:
            answer = listener.service.answer(request)
        except RESTRefused as malformed:
            answer = Answer(malformed.status, b"", "text/plain")
        delay = listener.faults.use("delay")
        if delay is not None and listener.path.wait_stopped(delay.seconds):
            raise ConnectionDropped("the twin stops")
        if not listener.path.pass_gate():
            raise ConnectionDropped("the twin stops")
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()
