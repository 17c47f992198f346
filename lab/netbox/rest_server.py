"""An HTTP server that lists rows like a DCIM server: token, limit and offset, filters, and faults on demand.

Known limits: no writing, no permissions per object, no sorting but by id, and filters only on what a row says
of itself when it is put in.
"""

import json
import ssl
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lab.netbox.errors import StandInError

_LARGEST_PAGE = 1000
_PAGING = frozenset({"limit", "offset", "ordering", "sort", "exclude", "exclude_m2m", "depth"})


@dataclass(frozen=True)
class Answer:
    """An answer other than the right one, given once."""

    status: int
    body: str = "{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    """How long it waits first."""
    cut: bool = False
    """Whether the connection ends without an answer."""


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    query: Mapping[str, tuple[str, ...]]
    authorization: str


@dataclass
class _Held:
    row: dict[str, Any]
    fits: dict[str, frozenset[str]]


class RESTServer:
    """The stand-in; ``with`` starts and stops it."""

    def __init__(
        self, *, token: str, status: Mapping[str, Any], certificate: tuple[Path, Path] | None = None
    ) -> None:
        """Prepare an empty server.

        Args:
            token: What a client has to show.
            status: What ``/api/status/`` answers with.
            certificate: Certificate and key; without them it speaks plain HTTP.

        """
        self.asked: list[Asked] = []
        self.faults: deque[Answer] = deque()
        """Answers for the next requests, in their order."""
        self.largest_page = _LARGEST_PAGE
        self._token = token
        self._status = dict(status)
        self._rows: dict[str, list[_Held]] = {}
        self._grow: dict[str, int] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
            self._scheme = "https"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="stand-in")

    @property
    def url(self) -> str:
        """Return its address."""
        return f"{self._scheme}://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> "RESTServer":  # noqa: PYI034  # nothing inherits from it
        """Start it."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it and close every socket."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def page(self, path: str, row_id: int | str) -> str:
        """Return the address of an object."""
        return f"{self.url}/api/{path}/{row_id}/"

    def lists(self, *paths: str) -> None:
        """Make lists, empty for now; a path that was never made is not found."""
        for path in paths:
            self._rows.setdefault(path, [])

    def rows(self, path: str) -> tuple[dict[str, Any], ...]:
        """Return the rows of a list."""
        return tuple(one.row for one in self._rows[path])

    def put(
        self, path: str, row: Mapping[str, Any], **fits: str | int | tuple[str | int, ...]
    ) -> dict[str, Any]:
        """Hold a row, and say for which values of which filters it is listed; return it as it is listed."""
        if "id" not in row:
            raise StandInError(f"a row of {path} needs an id")
        whole = {**row, "url": self.page(path, row["id"])}
        index = {
            name: frozenset(str(one) for one in (value if isinstance(value, tuple) else (value,)))
            for name, value in fits.items()
        }
        index["id"] = frozenset({str(row["id"])})
        index.setdefault("name", frozenset({str(row.get("name", ""))}))
        self.lists(path)
        self._rows[path] = [one for one in self._rows[path] if one.row["id"] != row["id"]]
        self._rows[path].append(_Held(whole, index))
        return whole

    def grow_after_first_page(self, path: str, count: int) -> None:
        """Let a list seem longer from its second page on, as if somebody added objects meanwhile."""
        self._grow[path] = count

    def answer(self, target: str, authorization: str) -> Answer:
        """Return the answer to a request."""
        parts = urlsplit(target)
        path = parts.path.removeprefix("/api/").strip("/")
        query = {name: tuple(values) for name, values in parse_qs(parts.query).items()}
        self.asked.append(Asked(path, query, authorization))
        if self.faults:
            return self.faults.popleft()
        if authorization not in (f"Token {self._token}", f"Bearer {self._token}"):
            return _json(403, {"detail": "Invalid token"})
        if path == "status":
            return _json(200, self._status)
        if path not in self._rows:
            return _json(404, {"detail": "Not found."})
        return self._list(path, query)

    def _list(self, path: str, query: Mapping[str, tuple[str, ...]]) -> Answer:
        wanted = {name: frozenset(values) for name, values in query.items() if name not in _PAGING}
        known = {name for one in self._rows[path] for name in one.fits}
        unknown = sorted(set(wanted) - known) if self._rows[path] else []
        if unknown:
            return _json(400, {name: ["Unknown filter field"] for name in unknown})
        rows = [
            one.row
            for one in self._rows[path]
            if all(one.fits.get(name, frozenset()) & values for name, values in wanted.items())
        ]
        rows.sort(key=lambda row: str(row["id"]).zfill(12))
        limit = min(int(query.get("limit", ("50",))[0]), self.largest_page)
        offset = int(query.get("offset", ("0",))[0])
        count = len(rows) + (self._grow.get(path, 0) if offset else 0)
        results = rows[offset : offset + limit]
        # As the real ones do, it names the page that follows; a careful client counts by itself.
        following = f"{self.url}/api/{path}/?limit={limit}&offset={offset + limit}"
        more = offset + limit < count
        return _json(
            200, {"count": count, "next": following if more else None, "previous": None, "results": results}
        )


def _json(status: int, content: object) -> Answer:
    return Answer(status, json.dumps(content), {"Content-Type": "application/json"})


def _handler(server: RESTServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are written apart; the second would wait for the client's acknowledgement.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            answer = server.answer(self.path, self.headers.get("Authorization", ""))
            time.sleep(answer.seconds)
            if answer.cut:
                self.close_connection = True
                self.connection.close()
                return
            body = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay quiet; ``asked`` has what was asked."""

    return Handler
