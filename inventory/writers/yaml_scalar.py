"""One value as YAML text, quoted where a reader of any YAML version could take it for something else.

``no`` is a word and not false, ``0123`` and ``2.4`` are text and not numbers, and ``22:00`` is not 1320 as it
is for readers of YAML 1.1 such as Ansible. What a person would write without quotes stays without quotes.
"""

import json
import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from inventory.local_time import LOCAL_ZONE, as_utc

_PLAIN_TYPES = (int, IPv4Address, IPv4Interface, IPv4Network)
_JSON_WORDS: dict[bool | None, str] = {True: "true", False: "false", None: "null"}
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
# A plain text starts with a letter or a slash and holds nothing that ends it or starts a comment.
_PLAIN_IN_FLOW = re.compile(r"[^\W\d_][\w ./()+%&'–@=~:-]*\Z|/[\w./~=-]*\Z")
_PLAIN_IN_BLOCK = re.compile(r"[^\W\d_][\w ./()+%&'–@=~:,;?\[\]{}\"-]*\Z|/[\w./~=-]*\Z")
# Names of ports such as 1/1/1 or 1/1/1-24, which no reader takes for a number.
_PORT = re.compile(r"\d+(/\d+)+(-\d+)?\Z")
_ENDS_PLAIN = re.compile(r":(\s|\Z|[\[\]{},?])|\s\Z")
_NOT_PRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_MULTILINE = re.compile(
    r"[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff])*\Z"
)


def render_scalar(value: object, *, in_flow: bool) -> str:
    """Return a value of a model as it stands after ``key:``, or inside brackets.

    Raises:
        TypeError: a model has a kind of value that has no form in these files yet.

    """
    if isinstance(value, str):
        return render_text(value, in_flow=in_flow)
    if value is None or isinstance(value, bool):
        return _JSON_WORDS[value]
    if isinstance(value, _PLAIN_TYPES):
        return str(value)
    return _time(value)


@lru_cache(maxsize=65536)
def render_text(text: str, *, in_flow: bool) -> str:
    """Return a text plain where that is safe, in double quotes otherwise."""
    plain = _PLAIN_IN_FLOW if in_flow else _PLAIN_IN_BLOCK
    if _PORT.match(text):
        return text
    if plain.match(text) and not _ENDS_PLAIN.search(text) and text.lower() not in _WORDS:
        return text
    return _NOT_PRINTABLE.sub(_escape, json.dumps(text, ensure_ascii=False))


def literal_lines(text: str) -> tuple[str, ...] | None:
    """Return the header and the lines of a text of several lines (``|``); None where quotes are needed."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) == 1 or not _MULTILINE.match(text) or any(line != line.rstrip() for line in lines):
        return None
    if not lines[-1]:
        return None
    return ("|" if text.endswith("\n") else "|-", *lines)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f'"{value.isoformat("auto" if value.second or value.microsecond else "minutes")}"'
    msg = f"a {type(value).__name__} has no form in the files of an inventory; give it one here"
    raise TypeError(msg)


def _moment(moment: datetime) -> str:
    """Return a moment in Danish local time, with its offset only where the local time exists twice."""
    local = moment.astimezone(LOCAL_ZONE)
    precision = "auto" if local.second or local.microsecond else "minutes"
    try:
        if as_utc(local.replace(tzinfo=None)) == moment:
            return local.replace(tzinfo=None).isoformat(timespec=precision)
    except ValueError:
        return local.isoformat(timespec=precision)
    return moment.astimezone(UTC).isoformat(timespec=precision)
