"""eAPI over HTTPS: the server side of one connection."""

from __future__ import annotations

import base64
import binascii
import json
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

from lab.eos.command_runner import Command, CommandRunner, Format
from lab.eos.device import EOSDevice
from lab.eos.errors import CommandRefused, ConnectionDropped, LoginRefused
from lab.eos.show_commands import ShowCommands
from lab.faults import FaultSwitch
from lab.management_path import ManagementPath
from lab.twin import TwinCredential

_PATH: Final = "/command-api"
_BAD_LOGIN: Final = "Unable to authenticate user: Bad username/password combination\n"
_LARGEST_BODY_BYTES: Final = 8 * 1024 * 1024
_IDLE_SECONDS: Final = 30.0
_PARSE_ERROR: Final = -32700
_INVALID_REQUEST: Final = -32600
_METHOD_NOT_FOUND: Final = -32601
_INVALID_PARAMS: Final = -32602


@dataclass(frozen=True, slots=True)
class EAPIService:
    """What every connection of one device shares."""

    credential: TwinCredential
    device: EOSDevice
    shows: ShowCommands
    faults: FaultSwitch
    path: ManagementPath
    record: Callable[[str], None]

    def check_login(self, header: str | None) -> str:
        """Return the user of a Basic authorisation.

        Raises:
            LoginRefused: It is missing or wrong, or a fault refuses every login.
        """
        kind, _, encoded = (header or "").partition(" ")
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as malformed:
            raise LoginRefused("the authorisation cannot be read") from malformed
        if self.faults.use("refuse-login") is not None:
            raise LoginRefused("a fault refuses every login")
        if kind.lower() != "basic" or not self.credential.matches(user, password):
            raise LoginRefused("the credential is wrong")
        return user

    def answer(self, body: bytes, user: str) -> dict[str, Any]:
        """Return the JSON-RPC response to a request.

        Raises:
            ConnectionDropped: A fault ends the connection instead.
        """
        try:
            request = json.loads(body)
        except ValueError:
            return _error(None, _PARSE_ERROR, "Parse error")
        if not isinstance(request, dict):
            return _error(None, _INVALID_REQUEST, "Invalid request")
        number = request.get("id")
        if request.get("method") != "runCmds":
            return _error(number, _METHOD_NOT_FOUND, f"Method not found: {request.get('method')}")
        params = request.get("params")
        commands = _commands(params)
        form = params.get("format", "json") if isinstance(params, dict) else None
        if commands is None or form not in {"json", "text"}:
            return _error(number, _INVALID_PARAMS, "Invalid params")
        return self._run(number, commands, form, user)

    def _run(self, number: object, commands: list[Command], form: Format, user: str) -> dict[str, Any]:
        runner = CommandRunner(self.device, self.shows, self.faults, user)
        results: list[dict[str, Any]] = []
        for position, command in enumerate(commands, start=1):
            self.record(
                command.text if command.input is None else f"{command.text} <{len(command.input)} letters>"
            )
            try:
                results.append(runner.run(command, form))
            except CommandRefused as refusal:
                runner.finish()
                message = (
                    f"CLI command {position} of {len(commands)} '{command.text}' failed: {refusal.reason}"
                )
                return _error(number, refusal.code, message, [*results, _entry(refusal, form)])
        runner.finish()
        return {"jsonrpc": "2.0", "id": number, "result": results}


def _entry(refusal: CommandRefused, form: Format) -> dict[str, Any]:
    errors = list(refusal.errors)
    if form == "json":
        return {"errors": errors}
    return {"output": "".join(f"% {error}\n" for error in errors), "errors": errors}


def _error(
    number: object, code: int, message: str, data: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    error: dict[str, Any] = {"code": code, "message": message}
    if data is not None:
        error["data"] = data
    return {"jsonrpc": "2.0", "id": number, "error": error}


def _commands(params: object) -> list[Command] | None:
    listed = params.get("cmds") if isinstance(params, dict) else None
    if not isinstance(listed, list):
        return None
    commands: list[Command] = []
    for item in listed:
        if isinstance(item, str):
            commands.append(Command(item))
        elif isinstance(item, dict) and isinstance(item.get("cmd"), str):
            commands.append(Command(item["cmd"], str(item["input"]) if "input" in item else None))
        else:
            return None
    return commands


def serve_connection(service: EAPIService, tls: ssl.SSLContext, connection: socket.socket) -> None:
    """Serve the requests of one accepted connection until it ends."""
    connection.settimeout(_IDLE_SECONDS)
    try:
        # Wrapping takes the socket over; the path must keep its own to be able to end the connection.
        with tls.wrap_socket(connection.dup(), server_side=True) as secured:
            _Handler(service, secured)
    except (OSError, ConnectionDropped) as ended:
        service.record(f"! connection ended: {type(ended).__name__}")


class _Handler(BaseHTTPRequestHandler):
    """Reads HTTP requests and answers those for the command API."""

    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""

    def __init__(self, service: EAPIService, secured: ssl.SSLSocket) -> None:
        self._service = service
        # The base class serves from its constructor; it wants an address and a server only to log them.
        super().__init__(secured, ("127.0.0.1", 0), None)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Write nothing: the transcript has every command."""

    def do_POST(self) -> None:
        """Answer one request."""
        service = self._service
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > _LARGEST_BODY_BYTES:
            self._send(HTTPStatus.LENGTH_REQUIRED, b"", "text/plain")
            return
        body = self.rfile.read(int(length))
        if not service.path.pass_gate():
            raise ConnectionDropped("the twin stops")
        if self.path != _PATH:
            self._send(HTTPStatus.NOT_FOUND, b"Not found\n", "text/plain")
            return
        try:
            user = service.check_login(self.headers.get("Authorization"))
        except LoginRefused:
            self._send(HTTPStatus.UNAUTHORIZED, _BAD_LOGIN.encode(), "text/plain")
            return
        response = json.dumps(service.answer(body, user)).encode()
        delay = service.faults.use("delay")
        if delay is not None and service.path.wait_stopped(delay.seconds):
            raise ConnectionDropped("the twin stops")
        if not service.path.pass_gate():
            raise ConnectionDropped("the twin stops")
        self._send(HTTPStatus.OK, response, "application/json-rpc")

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status is HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", 'Basic realm="COMMAND_API_AUTH"')
        self.end_headers()
        self.wfile.write(body)
