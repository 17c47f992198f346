"""What the firmware takes: nodes, tables, lists and values, and what a value may be."""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final, Literal

import yaml

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\- ]*")
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.\-:]*[A-Za-z0-9])?")
_LONGEST_NAME: Final = 63
_SECRET: Final = "-AQ=="  # noqa: S105 - the mark of what the firewall has encrypted, not a secret


@dataclass(frozen=True, slots=True)
class ValueKind:
    """What one value may be."""

    name: str
    limits: tuple[str, ...] = ()

    @property
    def is_secret(self) -> bool:
        """Return whether it is kept encrypted or as a hash."""
        return self.name in {"secret", "hash"}

    def takes(self, value: str) -> bool:
        """Return whether a value is one of this kind."""
        return bool(value) and _CHECKS[self.name](value, self.limits)


Shape = Literal["container", "table", "list", "leaf"]


@dataclass(slots=True)
class NodeType:
    """A node of the language; a table has ``entry``, a list and a leaf have ``value``."""

    shape: Shape
    children: dict[str, NodeType] = field(default_factory=dict)
    exclusive: tuple[str, ...] = ()
    entry: NodeType | None = None
    value: ValueKind | None = None


def _in_range(value: str, limits: tuple[str, ...]) -> bool:
    return value.isascii() and value.isdecimal() and int(limits[0]) <= int(value) <= int(limits[1])


def _is_text(value: str, limits: tuple[str, ...]) -> bool:
    return len(value) <= int(limits[0])


def _is_name(value: str, limits: tuple[str, ...]) -> bool:
    return len(value) <= int(limits[0]) and _NAME.fullmatch(value) is not None


def _is_ipv4(value: str, _limits: tuple[str, ...]) -> bool:
    try:
        ipaddress.IPv4Address(value)
    except ValueError:
        return False
    return True


def _is_prefix(value: str, _limits: tuple[str, ...]) -> bool:
    try:
        ipaddress.ip_interface(value)
    except ValueError:
        return False
    return True


def _is_host(value: str, _limits: tuple[str, ...]) -> bool:
    return len(value) <= 255 and _HOST.fullmatch(value) is not None  # noqa: PLR2004 - RFC 1035


_CHECKS: Final[Mapping[str, Callable[[str, tuple[str, ...]], bool]]] = {
    "yesno": lambda value, _limits: value in {"yes", "no"},
    "enum": lambda value, limits: value in limits,
    "int": _in_range,
    "text": _is_text,
    "name": _is_name,
    "ipv4": _is_ipv4,
    "prefix": _is_prefix,
    "host": _is_host,
    "hash": lambda value, _limits: len(value) <= 255,  # noqa: PLR2004 - longer than any crypt(3) hash
    "secret": lambda _value, _limits: True,
    "ref": lambda value, _limits: len(value) <= _LONGEST_NAME,
}


@functools.cache
def load_schema() -> NodeType:
    """Return the language; its top holds what a line may begin with behind ``set``."""
    text = files(__package__).joinpath("schema.yaml").read_text(encoding="utf-8")
    return _read(yaml.safe_load(text))


def is_encrypted(value: str) -> bool:
    """Return whether a value is one that a firewall has encrypted."""
    return value.startswith(_SECRET)


def _read(written: Any) -> NodeType:
    if isinstance(written, str):
        name, *limits = written.split()
        return NodeType("leaf", value=ValueKind(name, tuple(limits)))
    if isinstance(written, list):
        name, *limits = written[0].split()
        return NodeType("list", value=ValueKind(name, tuple(limits)))
    if set(written) == {"*"}:
        return NodeType("table", entry=_read(written["*"]))
    children = {str(name): _read(one) for name, one in written.items() if name != "^"}
    return NodeType("container", children=children, exclusive=tuple(written.get("^", ())))
