"""The words of LLDP and CDP in every platform's spelling."""

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address
from typing import Final

from devices.discovery.models import Capability

_LETTERS: Final[dict[str, Capability]] = {
    "B": "bridge",
    "R": "router",
    "P": "repeater",
    "T": "telephone",
    "W": "wlan-access-point",
    "C": "docsis",
    "S": "station",
    "O": "other",
}
_WORDS: Final[tuple[tuple[str, Capability], ...]] = (
    ("bridge", "bridge"),
    ("switch", "bridge"),
    ("router", "router"),
    ("telephone", "telephone"),
    ("phone", "telephone"),
    ("wlan", "wlan-access-point"),
    ("docsis", "docsis"),
    ("station", "station"),
    ("host", "station"),
    ("repeater", "repeater"),
)


def lldp_letters(text: str) -> frozenset[Capability]:
    """Return capabilities written as ``B,R``."""
    letters = re.split(r"[,\s]+", text.strip().upper())
    return frozenset(_LETTERS[letter] for letter in letters if letter in _LETTERS)


def capability_words(words: Iterable[str]) -> frozenset[Capability]:
    """Return capabilities written in words, such as ``wlanAccessPoint`` or ``Trans-Bridge``."""
    text = " ".join(words).lower().replace("access point", "")
    return frozenset(capability for word, capability in _WORDS if word in text)


def addresses(*written: object) -> tuple[IPv4Address, ...]:
    """Return the IPv4 addresses among what was announced, each once; others are not inventoried."""
    found: dict[IPv4Address, None] = {}
    for one in written:
        try:
            address = IPv4Address(str(one).strip())
        except AddressValueError:
            continue
        if int(address) and not address.is_loopback and not address.is_multicast:
            found[address] = None
    return tuple(found)
