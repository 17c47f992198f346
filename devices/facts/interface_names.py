"""Names of interfaces, in whichever spelling a configuration has them."""

import re
from functools import lru_cache
from typing import Final

_INTERFACE_TYPES: Final = (
    "gigabitethernet", "tengigabitethernet", "fastethernet", "ethernet", "port-channel", "vlan", "loopback",
    "management", "twogigabitethernet", "twentyfivegige", "fivegigabitethernet", "fortygigabitethernet",
    "hundredgige", "appgigabitethernet", "tunnel", "serial",
)  # fmt: skip
_NAME = re.compile(r"([A-Za-z-]+?)\s*(\d.*)")


@lru_cache(maxsize=16_384)
def interface_key(name: str) -> str:
    """Return what two spellings of one interface have in common: ``Gi1/0/1`` and ``GigabitEthernet1/0/1``."""
    matched = _NAME.fullmatch(name.strip())
    if matched is None:
        return name.strip().lower()
    kind, number = matched[1].lower(), matched[2].replace(" ", "").lower()
    if kind == "twe":
        return f"twentyfivegige{number}"
    full = next((one for one in _INTERFACE_TYPES if one.startswith(kind)), kind)
    return full + number
