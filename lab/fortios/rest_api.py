"""The REST API of a FortiOS device: which request is answered with what."""

from __future__ import annotations

import base64
import binascii
import itertools
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from lab.errors import ConnectionDropped
from lab.faults import FaultSwitch
from lab.fortios.cmdb import CMDB
from lab.fortios.device import FortiOSDevice
from lab.fortios.errors import RESTRefused
from lab.fortios.management import heard_neighbours, is_up
from lab.fortios.rights import Rights
from lab.https_twin import HTTPAnswer, HTTPRequest

_ROOT: Final = "/api/v2/"
_JSON: Final = "application/json"


class RESTService:
    """What every connection of one device shares."""

    def __init__(
        self,
        device: FortiOSDevice,
        accepts: Callable[[str, str], bool],
        user: str,
        faults: FaultSwitch,
        receive: Callable[[str], None],
    ) -> None:
        self._device = device
        self._accepts = accepts
        self._user = user
        self._faults = faults
        self._receive = receive
        self._rights = Rights(device)
        self._cmdb = CMDB(device)
        self._salts = itertools.count(1)
        self._gets: dict[str, Callable[[], Any]] = {
            "system/status": self._status,
            "system/interface": self._interfaces,
            "system/config-revision": self._revisions,
            "system/automation-stitch/stats": self._stitches,
            "network/lldp/neighbors": self._neighbours,
            "system/ha-peer": self._members,
        }
        self._posts: dict[str, Callable[[dict[str, Any]], Any]] = {
            "system/config-revision/save": self._take_revision,
            "system/config-script/upload": self._run_script,
            "system/config/save": self._save,
            "system/config/restore": self._restore,
        }

    def date(self) -> str:
        """Return the device's time as the ``Date`` header tells it."""
        return f"{self._device.clock.now():%a, %d %b %Y %H:%M:%S} GMT"

    def answer(self, request: HTTPRequest) -> HTTPAnswer:
        """Return the answer to a request.

        Raises:
            ConnectionDropped: A fault ends the connection instead.
        """
        parts = urlsplit(request.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        self._receive(f"{request.method} {request.path}{self._told(request)}")
        if self._rights.is_blocked():
            return HTTPAnswer(HTTPStatus.TOO_MANY_REQUESTS, b"<h1>429 Too Many Requests</h1>", "text/html")
        if not self._may_log_in(request.authorization):
            return HTTPAnswer(HTTPStatus.UNAUTHORIZED, b"<h1>401 Unauthorized</h1>", "text/html")
        tree, _, place = path.removeprefix(_ROOT).partition("/")
        try:
            _check_place(path, tree, query)
            if (request.method, tree, place) == ("GET", "monitor", "system/config/backup"):
                self._rights.check_may_back_up()
                salt = next(self._salts).to_bytes(8, "big")
                text = self._device.backup(self._user, salt)
                return HTTPAnswer(HTTPStatus.OK, text.encode(), "application/octet-stream")
            content = (
                self._monitor(request, place) if tree == "monitor" else self._on_cmdb(request, place, query)
            )
        except RESTRefused as refusal:
            return self._error(request.method, place, refusal)
        return self._envelope(HTTPStatus.OK, {"http_method": request.method, "status": "success", **content})

    def _told(self, request: HTTPRequest) -> str:
        """Return what a request carries, in a form that can be read in a transcript."""
        body = _content(request.body)
        if "file_content" in body:
            return f"\n{_script(body)}"
        return f" {json.dumps(body)}" if body else ""

    def _may_log_in(self, authorisation: str) -> bool:
        kind, _, token = authorisation.partition(" ")
        refusing = any(fault.name == "refuse-login" for fault in self._faults.active())
        right = self._accepts(self._user, token) and kind == "Bearer"
        if not refusing:
            self._rights.note_login(right=right)
        return right

    def _envelope(self, status: HTTPStatus, content: dict[str, Any]) -> HTTPAnswer:
        firmware = self._device.firmware
        envelope = {
            **content,
            "http_status": status.value,
            "vdom": "root",
            "serial": self._device.serial,
            "version": f"v{firmware.release}",
            "build": int(firmware.build),
        }
        return HTTPAnswer(status, json.dumps(envelope).encode(), _JSON)

    def _error(self, method: str, place: str, refusal: RESTRefused) -> HTTPAnswer:
        content: dict[str, Any] = {"http_method": method, "status": "error", "path": place}
        if refusal.error is not None:
            content["error"] = refusal.error
        if refusal.cli_error:
            content["cli_error"] = refusal.cli_error
        return self._envelope(refusal.status, content)

    # cmdb.

    def _on_cmdb(self, request: HTTPRequest, place: str, query: dict[str, list[str]]) -> dict[str, Any]:
        user, body = self._user, _content(request.body)
        if request.method == "GET":
            asked = query.get("action") == ["schema"]
            results = self._cmdb.schema(place) if asked else self._cmdb.get(place)
            return {"results": results, **({"size": len(results)} if isinstance(results, list) else {})}
        if request.method == "POST":
            key = self._cmdb.create(place, body, user)
        elif request.method == "PUT":
            self._cmdb.update(place, body, user)
            key = place.rpartition("/")[2]
        elif request.method == "DELETE":
            self._cmdb.delete(place, user)
            key = place.rpartition("/")[2]
            if "automation-stitch" in place and not key.startswith("napalm-clock"):
                self._drop_if_asked()
        else:
            raise RESTRefused(HTTPStatus.METHOD_NOT_ALLOWED)
        return {"mkey": key, "revision_changed": True}

    def _drop_if_asked(self) -> None:
        if self._faults.use("drop-after-commit") is not None:
            raise ConnectionDropped("a fault drops the connection after the change")

    # monitor.

    def _monitor(self, request: HTTPRequest, place: str) -> dict[str, Any]:
        if place not in self._gets and place not in self._posts:
            raise RESTRefused(HTTPStatus.NOT_FOUND)
        if request.method == "GET" and place in self._gets:
            with self._device.lock:
                return {"results": self._gets[place]()}
        if request.method == "POST" and place in self._posts:
            return {"results": self._posts[place](_content(request.body))}
        raise RESTRefused(HTTPStatus.METHOD_NOT_ALLOWED)

    def _status(self) -> dict[str, Any]:
        model = self._device.spec.model
        return {
            "model_name": "FortiGate",
            "model_number": model.removeprefix("FortiGate-"),
            "model": self._device.firmware.model,
            "hostname": self._device.hostname,
            "log_disk_status": "not_available",
        }

    def _interfaces(self) -> dict[str, Any]:
        interfaces = self._device.running.section("system interface").entries
        return {
            name: {
                "id": name,
                "name": name,
                "alias": block.text_of("alias"),
                "link": is_up(block),
                "ip": block.text_of("ip", "0.0.0.0 0.0.0.0").split()[0],
            }
            for name, block in interfaces.items()
        }

    def _revisions(self) -> dict[str, Any]:
        return {
            "revisions": [
                {"id": one.number, "comment": one.comment, "time": int(one.taken_at.timestamp())}
                for one in reversed(self._device.revisions)
            ]
        }

    def _stitches(self) -> list[dict[str, Any]]:
        stats = []
        for name in self._device.running.section("system automation-stitch").entries:
            due, fired = self._device.next_trigger(name), self._device.fired.get(name)
            stats.append(
                {
                    "name": name,
                    "next_trigger_time": 0 if due is None else int(due.timestamp()),
                    "last_trigger_time": 0 if fired is None else int(fired.timestamp()),
                }
            )
        return stats

    def _neighbours(self) -> list[dict[str, Any]]:
        return [
            {"port_name": one.local_interface, "system_name": one.device, "port_id": one.remote_interface}
            for one in heard_neighbours(self._device.running, self._device.spec.neighbours)
        ]

    def _members(self) -> list[dict[str, Any]]:
        if self._device.running.section("system ha").text_of("mode", "standalone") == "standalone":
            return []
        return [{"serial_no": self._device.serial, "hostname": self._device.hostname, "primary": True}]

    def _take_revision(self, body: dict[str, Any]) -> dict[str, Any]:
        self._device.take_revision(str(body.get("comments", "")))
        return {"file_count": len(self._device.revisions)}

    def _run_script(self, body: dict[str, Any]) -> dict[str, Any]:
        said = self._device.run_script(_script(body), self._user)
        if said:
            raise RESTRefused(HTTPStatus.INTERNAL_SERVER_ERROR, -1, said)
        self._drop_if_asked()
        return {}

    def _save(self, _body: dict[str, Any]) -> dict[str, Any]:
        self._device.save()
        return {}

    def _restore(self, body: dict[str, Any]) -> dict[str, Any]:
        self._rights.check_may_restore()
        number = body.get("config_id")
        if body.get("source") != "revision" or not isinstance(number, int):
            raise RESTRefused(HTTPStatus.METHOD_NOT_ALLOWED)
        if not self._device.restore(number):
            raise RESTRefused(HTTPStatus.INTERNAL_SERVER_ERROR, -3)
        return {"restore_started": True, "config_restored": True}


def _check_place(path: str, tree: str, query: dict[str, list[str]]) -> None:
    if not path.startswith(_ROOT) or tree not in {"cmdb", "monitor"}:
        raise RESTRefused(HTTPStatus.NOT_FOUND)
    if query.get("vdom", ["root"]) != ["root"]:
        raise RESTRefused(HTTPStatus.FAILED_DEPENDENCY)


def _content(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body) if body else {}
    except ValueError:
        raise RESTRefused(HTTPStatus.BAD_REQUEST) from None
    if not isinstance(content, dict):
        raise RESTRefused(HTTPStatus.BAD_REQUEST)
    return content


def _script(body: dict[str, Any]) -> str:
    try:
        return base64.b64decode(str(body.get("file_content", "")), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise RESTRefused(HTTPStatus.BAD_REQUEST) from None
