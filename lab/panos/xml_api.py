"""The XML API: keys, operational commands, configurations to read, and files to send."""

from __future__ import annotations

import email.parser
import email.policy
import re
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

from lab.https_twin import HTTPAnswer, HTTPRequest
from lab.panos.commands import command_words, message, run_command
from lab.panos.device import VERSION, PANOSDevice
from lab.panos.errors import PANOSRefused
from lab.panos.xml_form import to_element

_XML: Final = "application/xml; charset=UTF-8"
_PATH: Final = re.compile(r"(/[\w.-]+(\[@name='[^'\[\]]+'\])?)+")
_MALFORMED: Final = 400
_FORBIDDEN: Final = 403


def request_fields(request: HTTPRequest) -> Mapping[str, str]:
    """Return what was asked, from the address and from a form."""
    found = parse_qs(urlsplit(request.path).query, keep_blank_values=True)
    if _kind(request).startswith("application/x-www-form-urlencoded"):
        found |= parse_qs(request.body.decode(errors="replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in found.items()}


def _kind(request: HTTPRequest) -> str:
    return request.headers.get("Content-Type", "")


class XMLAPI:
    """Answers requests; whoever has no key is told nothing but that."""

    def __init__(
        self,
        device: PANOSDevice,
        accepts: Callable[[str, str], bool],
        admin: str,
        record: Callable[[str], None],
    ) -> None:
        self._device = device
        self._accepts = accepts
        self._admin = admin
        self._record = record
        self._key = secrets.token_urlsafe(48)

    def answer(self, request: HTTPRequest) -> HTTPAnswer:
        """Answer one request."""
        if urlsplit(request.path).path not in {"/api/", "/api"}:
            return HTTPAnswer(HTTPStatus.NOT_FOUND)
        fields = request_fields(request)
        told = {name: value for name, value in fields.items() if name not in {"key", "password"}}
        self._record(f"API {' '.join(f'{name}={value}' for name, value in told.items())}")
        if fields.get("type") == "keygen":
            return self._keygen(fields)
        key = fields.get("key") or request.headers.get("X-PAN-KEY") or ""
        if not secrets.compare_digest(key.encode(), self._key.encode()):
            return _error("Invalid Credential", _FORBIDDEN)
        try:
            return _success(self._result(request, fields))
        except PANOSRefused as refusal:
            return _error(refusal.text, refusal.code)

    def _keygen(self, fields: Mapping[str, str]) -> HTTPAnswer:
        user, password = fields.get("user", ""), fields.get("password", "")
        if not self._accepts(user, password):
            return _error("Invalid Credential", _FORBIDDEN)
        result = ET.Element("result")
        ET.SubElement(result, "key").text = self._key
        return _success(result)

    def _result(self, request: HTTPRequest, fields: Mapping[str, str]) -> ET.Element:
        kind = fields.get("type", "")
        if kind == "op":
            return run_command(self._device, self._admin, command_words(fields.get("cmd", "")))
        if kind == "config" and fields.get("action") in {"show", "get"}:
            return self._configuration(fields.get("xpath", "/config"), candidate=fields["action"] == "get")
        if kind == "import" and fields.get("category") == "configuration":
            name, text = _sent_file(request)
            self._device.keep(name, text)
            return message(f"{name} saved")
        raise PANOSRefused(f"Illegal value for parameter type [{kind}]", code=_MALFORMED)

    def _configuration(self, path: str, *, candidate: bool) -> ET.Element:
        device = self._device
        with device.lock:
            root = device.candidate if candidate else device.running
            config = to_element(root, VERSION, dirty=device.dirty() if candidate else None)
        whole = ET.Element("top")
        whole.append(config)
        if _PATH.fullmatch(path) is None:
            raise PANOSRefused(f"xpath {path} is invalid", code=6)
        found = whole.findall(f".{path}")
        if not found:
            raise PANOSRefused("No such node", code=7)
        result = ET.Element("result")
        result.extend(found)
        return result


def _sent_file(request: HTTPRequest) -> tuple[str, str]:
    """Return the file of a form with parts (RFC 7578)."""
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    whole = parser.parsebytes(f"Content-Type: {_kind(request)}\r\n\r\n".encode() + request.body)
    for part in whole.iter_parts() if whole.is_multipart() else ():
        name = part.get_filename()
        if name is not None:
            content = part.get_payload(decode=True)
            return name, content.decode(errors="replace") if isinstance(content, bytes) else ""
    raise PANOSRefused("Missing value for parameter file", code=_MALFORMED)


def _success(result: ET.Element) -> HTTPAnswer:
    response = ET.Element("response", {"status": "success"})
    response.append(result)
    ET.indent(response)
    return HTTPAnswer(HTTPStatus.OK, ET.tostring(response, encoding="utf-8"), _XML)


def _error(text: str, code: int) -> HTTPAnswer:
    response = ET.Element("response", {"status": "error", "code": str(code)})
    if code == _FORBIDDEN:
        ET.SubElement(ET.SubElement(response, "result"), "msg").text = text
        return HTTPAnswer(HTTPStatus.FORBIDDEN, ET.tostring(response, encoding="utf-8"), _XML)
    lines = ET.SubElement(response, "msg")
    for line in text.splitlines():
        ET.SubElement(lines, "line").text = line
    return HTTPAnswer(HTTPStatus.OK, ET.tostring(response, encoding="utf-8"), _XML)
