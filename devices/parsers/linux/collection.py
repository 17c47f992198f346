"""Read the document that the collector of servers writes: marked sections, closed by a count and a sum.

::

    @samdrift-server-collection 1
    @host srv-01
    @collected-at 2026-11-22T04:15:00Z
    @section sshd -T
    @ok                                (or @absent: not on the server; or @failed CODE: nothing is known)
    |port 22
    @section chrony
    @ok
    @file /etc/chrony/chrony.conf
    |server 10.0.0.11 iburst
    @end 9 SHA256                      (how many lines stand above, and their sum)
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from devices.facts import ConfigLine
from devices.parsers.errors import MalformedText, TruncatedText, WrongPlatform
from devices.parsers.text import check_text

MAGIC: Final = "@samdrift-server-collection"
VERSION: Final = "1"
_AGAIN: Final = "collect the server again"
_HEAD_LINES: Final = 3


class Content(NamedTuple):
    """A line of content: where it stands, and what it says as it was collected."""

    line: ConfigLine
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: its heading, whether it is there, and what its files say; an output has no name."""

    heading: ConfigLine
    present: bool
    files: tuple[tuple[str, tuple[Content, ...]], ...]

    @property
    def content(self) -> tuple[Content, ...]:
        """Return what all its files say."""
        return tuple(line for _, lines in self.files for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCollection:
    """The sections that were collected; those that failed are not among them."""

    host: str
    collected_at: datetime
    sections: dict[str, Section]
    extent: tuple[ConfigLine, ...]


def read_collection(text: str, *, device: str) -> ServerCollection:
    """Return the sections of a document.

    Raises:
        ConfigurationTextError: it is empty, cut off, altered, or none of the collector's.
    """
    check_text("linux", text, device=device)
    lines = text.removesuffix("\n").split("\n")
    if lines[0].split(" ")[0] != MAGIC:
        raise WrongPlatform(device, f"this is no collection of a server; {_AGAIN} with collect_server.sh")
    if lines[0] != f"{MAGIC} {VERSION}":
        raise WrongPlatform(device, f"its format is not version {VERSION}; {_AGAIN} with this release")
    _check_whole(lines, device)
    host, collected_at = _read_head(lines, device)
    return ServerCollection(
        host=host,
        collected_at=collected_at,
        sections=_read_sections(lines, device),
        extent=(ConfigLine(1, lines[0]), ConfigLine(len(lines), lines[-1].rsplit(" ", 1)[0])),
    )


def _check_whole(lines: list[str], device: str) -> None:
    words = lines[-1].split(" ")
    if words[0] != "@end":
        raise TruncatedText(
            device, f"the collection ends in line {len(lines)} without its end mark; {_AGAIN}"
        )
    body = "".join(f"{line}\n" for line in lines[:-1])
    if words[1:] != [str(len(lines) - 1), hashlib.sha256(body.encode(errors="surrogatepass")).hexdigest()]:
        raise MalformedText(device, f"the collection was altered: its lines do not fit its sum; {_AGAIN}")


def _read_head(lines: list[str], device: str) -> tuple[str, datetime]:
    """Return the host and the moment that the head names."""
    try:
        host = lines[1].removeprefix("@host ")
        written = lines[2].removeprefix("@collected-at ")
        collected_at = datetime.fromisoformat(written)
        named = host != lines[1] and written != lines[2]
    except (IndexError, ValueError):
        named = False
    if not named or collected_at.tzinfo is None:
        raise MalformedText(device, f"its head names no host and no time of collection in UTC; {_AGAIN}")
    return host, collected_at


def _read_sections(lines: list[str], device: str) -> dict[str, Section]:
    found: dict[str, Section] = {}
    starts = [n for n, line in enumerate(lines) if line.startswith("@section ")]
    if starts[:1] != [_HEAD_LINES]:
        raise MalformedText(device, f"no section follows its head; {_AGAIN}")
    for start, end in zip(starts, [*starts[1:], len(lines) - 1], strict=True):
        name = lines[start].removeprefix("@section ")
        if name in found:
            raise MalformedText(device, f"line {start + 1} begins the section '{name}' again; {_AGAIN}")
        status = lines[start + 1].split(" ")[0]
        if status not in {"@ok", "@absent", "@failed"}:
            raise MalformedText(device, f"line {start + 2} does not tell how '{name}' ended; {_AGAIN}")
        files = _read_files(lines, range(start + 2, end), device)
        if status != "@failed":
            heading = ConfigLine(start + 1, lines[start])
            found[name] = Section(heading=heading, present=status == "@ok", files=files)
    return found


def _read_files(
    lines: list[str], numbers: Iterable[int], device: str
) -> tuple[tuple[str, tuple[Content, ...]], ...]:
    files: list[tuple[str, list[Content]]] = []
    for number in numbers:
        line = lines[number]
        if line.startswith("@file "):
            files.append((line.removeprefix("@file "), []))
        elif line.startswith("|"):
            if not files:
                files.append(("", []))
            files[-1][1].append(Content(ConfigLine(number + 1, line[1:]), line[1:]))
        else:
            raise MalformedText(device, f"line {number + 1} is neither content nor a mark; {_AGAIN}")
    return tuple((name, tuple(content)) for name, content in files)
