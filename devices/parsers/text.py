"""What a text must be before any platform's parser reads it."""

import re
from collections.abc import Mapping
from typing import Final, get_args

from devices.models import JudgedPlatform, Platform
from devices.parsers.errors import BinaryText, EmptyText, TerminalCapture, WrongPlatform

MAX_LINES: Final = 200_000

# What no configuration holds; ETX delimits banners in files that IOS writes, form feed separates pages.
_CONTROL: Final = bytes((*range(3), *range(4, 9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F))
_ESCAPE: Final = "\x1b"
_PAGER = re.compile(r"^\s*(?:-{1,4}|<-+)\s*\(?more\b", re.IGNORECASE | re.MULTILINE)

# What only a configuration of that kind holds: the first word of a line, and how the line goes on.
_SIGNS: Final[Mapping[str, Mapping[str, str]]] = {
    "eos": {
        "!": r"! device: .*\bEOS-",
        "transceiver": "transceiver qsfp ",
        "management": r"management api http-commands\b",
    },
    "ios": {
        "current": r"current configuration : \d+ bytes",
        "version": r"version 1[0-9]\.\d+(?:\.\d+)?\s*$",
        "line": r"line vty \d",
        "boot-start-marker": "boot-start-marker",
    },
    "junos": {
        **dict.fromkeys(
            ("set", "delete", "deactivate"),
            r"\w+ (?:version|system|interfaces|security|protocols|snmp|vlans)\b",
        ),
        **dict.fromkeys(
            ("system", "interfaces", "security", "protocols", "snmp", "vlans", "groups"),
            r"\w+ \{\s*(?:#.*)?$",
        ),
        "version": r"version [0-9.]+[RXI-][^ ]*;",
    },
    "nxos": {"!command:": "!Command: show ", "feature": r"feature [a-z-]+\s*$", "vdc": r"vdc \S+ id \d"},
    "fortios": {
        "#config-version": "#config-version=",
        "config": r"config (?:system|firewall|switch) \S+\s*$",
    },
    "aoscx": {"!version": "!Version (?:ArubaOS|AOS)-CX "},
    "linux": {"@samdrift-server-collection": r"@samdrift-server-collection \d"},
    "iosxr": {"!!": "!! (?:IOS XR|Last configuration change)"},
    "panos": {"set": "set (?:deviceconfig|mgt-config|rulebase) "},
}
_KNOWN: Final[tuple[JudgedPlatform, ...]] = (*get_args(Platform), "linux")
# Signs in which upper and lower case are the same.
_ANY_CASE: Final = frozenset({"ios"})
_XML_SIGN: Final = re.compile(r"^\s*(?:<response.*>)?<config (?:version|urldb)=", re.MULTILINE)


def _by_first_word() -> Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    """Return the signs by the word that their lines begin with, lower case."""
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for platform, signs in _SIGNS.items():
        flags = re.IGNORECASE if platform in _ANY_CASE else 0
        for word, pattern in signs.items():
            found.setdefault(word, []).append((platform, re.compile(pattern, flags)))
    return {word: tuple(signs) for word, signs in found.items()}


_SIGNS_BY_WORD: Final = _by_first_word()


def decode_text(data: bytes, *, device: str) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or the Western European code page.

    Raises:
        BinaryText: it is none of them.
    """
    encodings = ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise BinaryText(device, "the file holds no text; collect the configuration as text")


def check_text(platform: JudgedPlatform, text: str, *, device: str) -> None:
    """Refuse a text that cannot be a configuration of the platform.

    Raises:
        ConfigurationTextError: the child that names what is wrong.
    """
    if not text.strip():
        raise EmptyText(device, "the configuration is empty; collect it again")
    data = text.encode("utf-8", "surrogatepass")
    if len(data.translate(None, _CONTROL)) != len(data):
        line = next(
            number
            for number, line in enumerate(data.split(b"\n"), start=1)
            if len(line.translate(None, _CONTROL)) != len(line)
        )
        raise BinaryText(device, f"line {line} holds binary data; collect the configuration as text")
    lines = text.split("\n")
    if len(lines) > MAX_LINES + 1:
        raise BinaryText(device, f"more than {MAX_LINES} lines are no configuration; collect it again")
    pager = _PAGER.search(text) if b"more" in data.lower() else None
    if _ESCAPE in text or pager:
        start = text.index(_ESCAPE) if _ESCAPE in text else pager.start() if pager else 0
        line = text.count("\n", 0, start) + 1
        raise TerminalCapture(
            device, f"line {line} holds a terminal's pager or escape codes; collect without a pager"
        )
    _check_platform(platform, detected_signs(text, lines), device=device)


def detect_platform(text: str) -> JudgedPlatform | None:
    """Return the platform whose configuration a text looks like most, None where like none."""
    signs = detected_signs(text, text.split("\n"))
    best = max(signs, key=lambda name: signs[name])
    return next((name for name in _KNOWN if name == best and signs[best]), None)


def detected_signs(text: str, lines: list[str]) -> dict[str, int]:
    """Return how many lines only a configuration of each platform holds."""
    seen = dict.fromkeys(_SIGNS, 0)
    for line in lines:
        if not line or line[0] in " }\t":
            continue
        head = line[: line.find(" ")] if " " in line else line
        signs = _SIGNS_BY_WORD.get(head.lower().partition("=")[0].rstrip())
        for platform, pattern in signs or ():
            if pattern.match(line):
                seen[platform] += 1
    if "<config " in text:
        seen["panos"] += len(_XML_SIGN.findall(text))
    return seen


def _check_platform(platform: JudgedPlatform, seen: dict[str, int], *, device: str) -> None:
    own = seen.pop(platform)
    other = max(seen, key=lambda name: seen[name])
    if seen[other] > own:
        raise WrongPlatform(
            device, f"this is a configuration of {other}, not of {platform}; name the right platform"
        )
