"""Values of cells: numbers as Danes and machines write them, yes and no, addresses."""

import math
import re
from datetime import date, datetime, time, timedelta
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Literal

Decimal = Literal["comma", "point"] | None

_DIGITS = re.compile(r"[+-]?\d+\Z")
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+\Z|[+-]?\d{1,3}(\.\d{3}){2,}\Z")
_POINT = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)\.\d+\Z|[+-]?\d{1,3}(,\d{3}){2,}\Z")
_EITHER = re.compile(r"[+-]?\d{1,3}([.,])\d{3}\Z")
_SPACES = str.maketrans("", "", " \u00a0\u202f")
_YES = frozenset({"true", "sand", "yes", "ja", "1"})
_NO = frozenset({"false", "falsk", "no", "nej", "0", ""})


def as_text(cell: object) -> str:
    """Return a cell as the text of its value; a whole number has no decimals."""
    if isinstance(cell, bool):
        return "True" if cell else "False"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell.total_seconds()) if isinstance(cell, timedelta) else str(cell)


def parse_number(text: str | float, decimal: Decimal = None) -> float:
    """Return a number that may have a decimal comma or point, and marks between thousands.

    A number that is one already stands as it is.

    Raises:
        ValueError: it is no number, or may be read in two ways and nobody said which.

    """
    if isinstance(text, float):
        return text
    text = text.translate(_SPACES).replace("'", "")
    if _DIGITS.match(text):
        return float(text)
    if decimal is None and (either := _EITHER.match(text)):
        # A leading zero leaves one reading: nobody writes thousands as 0.512.
        if text.lstrip("+-").startswith("0"):
            return float(text.replace(",", "."))
        msg = (
            f"'{text}' may be {text.replace(either[1], '')} or {text.replace(',', '.')}; "
            "write decimal: comma or decimal: point in the mapping"
        )
        raise ValueError(msg)
    comma, point = _COMMA.match(text), _POINT.match(text)
    if decimal == "comma":
        comma, point = re.match(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?\Z", text), None
    elif decimal == "point":
        comma, point = None, re.match(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?\Z", text)
    if comma:
        return float(text.replace(".", "").replace(",", "."))
    if point:
        return float(text.replace(",", ""))
    msg = f"'{text}' is no number"
    raise ValueError(msg)


def parse_whole(text: str | float, decimal: Decimal = None) -> int:
    """Return a whole number.

    Raises:
        ValueError: it is no number, or has decimals.

    """
    number = parse_number(text, decimal)
    if not number.is_integer():
        msg = f"'{text}' is no whole number"
        raise ValueError(msg)
    return int(number)


def parse_size_mib(text: str | float, decimal: Decimal = None) -> int:
    """Return a size in MiB, rounded up: a disk that is made must never be smaller than the one it replaces.

    Raises:
        ValueError: it is no number.

    """
    return math.ceil(parse_number(text, decimal))


def parse_yes(text: str) -> bool:
    """Return whether a cell says yes.

    Raises:
        ValueError: it says neither yes nor no.

    """
    word = text.strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    msg = f"'{text}' is neither True nor False"
    raise ValueError(msg)


def parse_addresses(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IPv4 addresses of a cell, and what else stands there and is an IPv6 address.

    Raises:
        ValueError: something is no address.

    """
    four: list[str] = []
    six: list[str] = []
    for word in re.split(r"[\s,;]+", text.strip()):
        if not word:
            continue
        try:
            four.append(str(IPv4Address(word)))
        except AddressValueError:
            try:
                six.append(str(IPv6Address(word)))
            except AddressValueError as error:
                msg = f"'{word}' is no address"
                raise ValueError(msg) from error
    return tuple(four), tuple(six)
