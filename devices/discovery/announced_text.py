"""Texts that a device announces are somebody else's: they are made harmless before anybody sees them."""

import re
from typing import Final

LONGEST_TEXT: Final = 255
"""What an LLDP value can hold; whatever is longer was not told by a device that keeps to the standard."""

_HEX: Final = re.compile(r"[0-9a-f]{12}")


def one_line(text: str) -> str:
    """Return a text on one line, without control characters, and no longer than LLDP allows.

    Control and direction characters become a replacement sign, so that nothing that a terminal would obey
    is printed, and nobody mistakes a forged name for the real one.
    """
    joined = " ".join(text.split())
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in joined)
    return shown if len(shown) <= LONGEST_TEXT else f"{shown[: LONGEST_TEXT - 1]}…"


def plain_chassis_id(text: str) -> str:
    """Return a chassis id such that all spellings of one hardware address are equal."""
    digits = re.sub(r"[.:\-\s]", "", text).lower()
    return digits if _HEX.fullmatch(digits) else one_line(text)


def host_label(name: str) -> str:
    """Return what is compared of a host name: its first label in lower case, without CDP's serial number."""
    return name.partition("(")[0].strip().partition(".")[0].lower()
