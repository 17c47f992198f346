"""eAPI: what is answered to a request over HTTPS."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from lab.eos.command_runner import Command, CommandRunner, Format
from lab.eos.device import EOSDevice
from lab.eos.errors import CommandRefused, LoginRefused
from lab.eos.show_commands import ShowCommands
from lab.faults import FaultSwitch
from lab.https_twin import HTTPAnswer, HTTPRequest

_PATH: Final = "/command-api"
_BAD_LOGIN: Final = "Unable to authenticate user: Bad username/password combination\n"
_PARSE_ERROR: Final = -32700
_INVALID_REQUEST: Final = -32600
_METHOD_NOT_FOUND: Final = -32601
_INVALID_PARAMS: Final = -32602


@dataclass(frozen=True, slots=True)
class EAPIService:
    """What every connection of one device shares."""

    accepts: Callable[[str, str], bool]
    device: EOSDevice
    shows: ShowCommands
    faults: FaultSwitch
    receive: Callable[[str], None]

    def serve(self, request: HTTPRequest) -> HTTPAnswer:
        """Return the answer to a request.

        Raises:
            ConnectionDropped: A fault ends the connection instead.
        """
        if request.path != _PATH:
            return HTTPAnswer(HTTPStatus.NOT_FOUND, b"Not found\n")
        try:
            user = self.check_login(request.authorization)
        except LoginRefused:
            realm = {"WWW-Authenticate": 'Basic realm="COMMAND_API_AUTH"'}
            return HTTPAnswer(HTTPStatus.UNAUTHORIZED, _BAD_LOGIN.encode(), headers=realm)
        content = json.dumps(self.answer(request.body, user)).encode()
        return HTTPAnswer(HTTPStatus.OK, content, "application/json-rpc")

    def check_login(self, header: str) -> str:
        """Return the user of a Basic authorisation.

        Raises:
            LoginRefused: It is missing or wrong, or a fault refuses every login.
        """
        kind, _, encoded = header.partition(" ")
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as malformed:
            raise LoginRefused("the authorisation cannot be read") from malformed
        if not self.accepts(user, password) or kind.lower() != "basic":
            raise LoginRefused("the credential is wrong, or a fault refuses every login")
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
            self.receive(
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
