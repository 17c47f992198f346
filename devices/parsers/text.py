"""What a text must be before any platform's parser reads it."""

import re
from typing import Final

from devices.models import Platform
from devices.parsers.errors import BinaryText, EmptyText, TerminalCapture, WrongPlatform

MAX_LINES: Final = 200_000

# ETX delimits banners in files that IOS writes, form feed separates pages.
_CONTROL = re.compile(r"[\x00-\x02\x04-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_ESCAPE = "\x1b"
_PAGER = re.compile(r"^\s*(?:-{1,4}|<-+)\s*\(?more\b", re.IGNORECASE | re.MULTILINE)

# What only a configuration of that kind holds, at the beginning of a line.
_SIGNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "eos",
        re.compile(r"^! device: .*\bEOS-|^transceiver qsfp |^management api http-commands\b", re.MULTILINE),
    ),
    (
        "ios",
        re.compile(
            r"^Current configuration : \d+ bytes|^version 1[0-9]\.\d+(?:\.\d+)?\s*$"
            r"|^line vty \d|^boot-start-marker\b",
            re.MULTILINE | re.IGNORECASE,
        ),
    ),
    (
        "junos",
        re.compile(
            r"^(?:set|delete|deactivate) (?:version|system|interfaces|security|protocols|snmp|vlans)\b"
            r"|^(?:system|interfaces|security|protocols|snmp|vlans|groups) \{\s*(?:#.*)?$"
            r"|^version [0-9.]+[RXI-][^ ]*;",
            re.MULTILINE,
        ),
    ),
    ("nxos", re.compile(r"^!Command: show |^feature [a-z-]+\s*$|^vdc \S+ id \d", re.MULTILINE)),
    ("fortios", re.compile(r"^#config-version=|^config (?:system|firewall|switch) \S+\s*$", re.MULTILINE)),
    ("aoscx", re.compile(r"^!Version (?:ArubaOS|AOS)-CX ", re.MULTILINE)),
    ("iosxr", re.compile(r"^!! (?:IOS XR|Last configuration change)", re.MULTILINE)),
    (
        "panos",
        re.compile(
            r"^\s*(?:<response.*>)?<config (?:version|urldb)=|^set (?:deviceconfig|mgt-config|rulebase) ",
            re.MULTILINE,
        ),
    ),
)


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


def check_text(platform: Platform, text: str, *, device: str) -> None:
    """Refuse a text that cannot be a configuration of the platform.

    Raises:
        ConfigurationTextError: the child that names what is wrong.
    """
    if not text.strip():
        raise EmptyText(device, "the configuration is empty; collect it again")
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise BinaryText(device, f"line {line} holds binary data; collect the configuration as text")
    if text.count("\n") > MAX_LINES:
        raise BinaryText(device, f"more than {MAX_LINES} lines are no configuration; collect it again")
    pager = _PAGER.search(text)
    if _ESCAPE in text or pager:
        start = text.index(_ESCAPE) if _ESCAPE in text else pager.start() if pager else 0
        line = text.count("\n", 0, start) + 1
        raise TerminalCapture(
            device, f"line {line} holds a terminal's pager or escape codes; collect without a pager"
        )
    _check_platform(platform, text, device=device)


def _check_platform(platform: Platform, text: str, *, device: str) -> None:
    seen = {name: len(pattern.findall(text)) for name, pattern in _SIGNS}
    own = seen.pop(platform)
    other = max(seen, key=lambda name: seen[name])
    if seen[other] > own:
        raise WrongPlatform(
            device, f"this is a configuration of {other}, not of {platform}; name the right platform"
        )
