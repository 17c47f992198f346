"""The second door: the true state of every twin over HTTP on loopback, and the switch for their faults.

It shares nothing with the protocols that the twins speak to the world, so that what went in over one of them
is never judged by the code that took it in.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import ValidationError

from lab.errors import FaultUnknown, LineRefused
from lab.models import Fault, Model
from lab.twin import Twin

_TWIN = re.compile(r"/twins/(?P<name>[^/]+)(?:/(?P<part>transcript|faults|console))?$")
_MAXIMUM_BODY_BYTES = 1_000_000


class ConsoleLines(Model):
    """What a person types at the console."""

    lines: tuple[str, ...]


class DoorRefusal(Exception):
    """A request that the door answers with an error."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class Door:
    """The HTTP server of the second door."""

    def __init__(self, twins: Mapping[str, Twin]) -> None:
        self._server = _Server(twins)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="door", daemon=True
        )

    @property
    def address(self) -> str:
        """Return the address that requests go to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Close the server and its threads."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    def __init__(self, twins: Mapping[str, Twin]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.twins = twins


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        """Show the twins, one of them, or what it was sent."""
        self._respond(self._show)

    def do_POST(self) -> None:
        """Switch a fault on or type at the console."""
        self._respond(self._change)

    def do_DELETE(self) -> None:
        """Switch the faults off."""
        self._respond(self._clear)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Log nothing; the transcripts are what is looked at."""

    def _respond(self, route: Callable[[], Any]) -> None:
        try:
            status, answer = HTTPStatus.OK, route()
        except DoorRefusal as refusal:
            status, answer = refusal.status, {"error": str(refusal)}
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _find(self) -> tuple[Twin, str | None]:
        found = _TWIN.match(self.path)
        if found is None:
            raise DoorRefusal(HTTPStatus.NOT_FOUND, f"there is no {self.path}")
        twin = self.server.twins.get(found["name"])
        if twin is None:
            known = ", ".join(self.server.twins)
            raise DoorRefusal(HTTPStatus.NOT_FOUND, f"no twin is called {found['name']}; there are {known}")
        return twin, found["part"]

    def _show(self) -> Any:
        if self.path == "/twins":
            return {"twins": [twin.state().model_dump(mode="json") for twin in self.server.twins.values()]}
        if self.path == "/summary":
            return {"twins": [twin.summary().model_dump(mode="json") for twin in self.server.twins.values()]}
        twin, part = self._find()
        if part == "transcript":
            return {"lines": twin.transcript()}
        if part is None:
            return twin.state().model_dump(mode="json")
        raise DoorRefusal(HTTPStatus.METHOD_NOT_ALLOWED, f"{part} is changed with POST and DELETE")

    def _change(self) -> Any:
        twin, part = self._find()
        body = self._body()
        try:
            if part == "faults":
                fault = Fault.model_validate_json(body)
                re.compile(fault.argument)
                twin.switch_fault(fault)
            elif part == "console":
                twin.console(ConsoleLines.model_validate_json(body).lines)
            else:
                raise DoorRefusal(HTTPStatus.METHOD_NOT_ALLOWED, "POST goes to faults and console")
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            raise DoorRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, problems) from error
        except re.error as error:
            raise DoorRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"argument: {error}") from error
        except FaultUnknown as unknown:
            raise DoorRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(unknown)) from unknown
        except LineRefused as refusal:
            raise DoorRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"{twin.name} refuses: {refusal}") from refusal
        return twin.state().model_dump(mode="json")

    def _clear(self) -> Any:
        twin, part = self._find()
        if part != "faults":
            raise DoorRefusal(HTTPStatus.METHOD_NOT_ALLOWED, "DELETE goes to faults")
        twin.clear_faults()
        return twin.state().model_dump(mode="json")

    def _body(self) -> bytes:
        length = int(self.headers.get("Content-Length", "0"))
        if length > _MAXIMUM_BODY_BYTES:
            raise DoorRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too long")
        return self.rfile.read(length)
