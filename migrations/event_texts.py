"""How an event is written: as JSON for a webhook and a stream, and as an RFC 5424 message for syslog."""

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Final

from pydantic import JsonValue

from records.canonical_json import render_canonical
from records.models import EventRow

LARGEST_SYSLOG_BYTES: Final = 2048
"""RFC 5424, 6.1: what every receiver should be able to take."""

_FACILITY_AUDIT: Final = 13
_SEVERITY_WARNING: Final = 4
# RFC 5612 gives this number to everybody for examples; samdrift has none of its own.
_ELEMENT: Final = "samdrift@32473"
_NOT_PRINTABLE: Final = re.compile(r"[^\x21-\x7e]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_LARGEST_HOST, _LARGEST_MESSAGE_ID = 255, 32


def render_event(event: EventRow) -> bytes:
    """Return an event as JSON in its one form; ``key`` tells a repeated delivery from a new event."""
    value: JsonValue = {
        "key": event.key,
        "number": event.number,
        "kind": event.kind,
        "subject": event.subject,
        "at": event.at.isoformat(),
        "body": event.body,
    }
    return render_canonical(value)


def render_json_line(event: EventRow) -> bytes:
    """Return an event as one line of JSON."""
    return render_event(event) + b"\n"


def render_syslog(event: EventRow, *, host: str) -> bytes:
    """Return an event as an RFC 5424 message of at most 2,048 bytes; its text is cut to fit."""
    priority = _FACILITY_AUDIT * 8 + _SEVERITY_WARNING
    at = event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    name = _NOT_PRINTABLE.sub("", host)[:_LARGEST_HOST] or "-"
    kind = _NOT_PRINTABLE.sub("", event.kind)[:_LARGEST_MESSAGE_ID] or "-"
    told = {"number": str(event.number), "key": event.key, "device": event.subject}
    body = event.body if isinstance(event.body, dict) else {}
    for field in ("municipality", "platform", "role", "run", "lines_total"):
        if field in body:
            told[field] = str(body[field])
    data = "".join(f' {field}="{_escape(value)}"' for field, value in told.items())
    header = f"<{priority}>1 {at} {name} samdrift - {kind} [{_ELEMENT}{data}] ".encode()
    # The byte order mark says that the text is UTF-8.
    text = b"\xef\xbb\xbf" + _CONTROL.sub(" ", _sentence(event.subject, event.kind, body)).encode()
    room = LARGEST_SYSLOG_BYTES - len(header)
    return header + text[:room].decode(errors="ignore").encode()


def _sentence(subject: str, kind: str, body: Mapping[str, JsonValue]) -> str:
    lines = body.get("lines")
    told = []
    for line in lines if isinstance(lines, list) else []:
        if isinstance(line, dict):
            where = f" [{line.get('section')}]" if line.get("section") else ""
            told.append(f"{line.get('change')}{where}: {line.get('text')}")
    return f"{kind} on {subject}; " + "; ".join(told)


def _escape(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")
    return _CONTROL.sub(" ", escaped)
