"""Interface ranges as devices write them."""

import re
from functools import lru_cache
from typing import Final

_LONGEST_RANGE: Final = 512


@lru_cache(maxsize=16_384)
def read_interfaces(text: str) -> tuple[str, ...]:
    """Return the names of a list such as ``Gi1/0/1 - 3 , Te1/1/1`` or ``Ethernet1-3,7``."""
    names: list[str] = []
    stem = ""
    for part in re.sub(r"\s*([-,])\s*", r"\1", text.strip()).split(","):
        matched = re.fullmatch(
            r"(?P<stem>[A-Za-z][A-Za-z-]*?\s*(?:\d+/)*)?(?P<first>\d+(?:\.\d+)?)(?:-(?P<last>\S+))?", part
        )
        if matched is None or (matched["stem"] is None and not stem):
            names.append(part)
            continue
        stem = (matched["stem"] or stem).replace(" ", "")
        last = re.search(r"(\d+)$", matched["last"] or "")
        if last is None or not matched["first"].isdigit():
            names.append(stem + matched["first"])
            continue
        low, high = int(matched["first"]), min(int(last[1]), int(matched["first"]) + _LONGEST_RANGE)
        names.extend(f"{stem}{number}" for number in range(low, high + 1))
    return tuple(names)
