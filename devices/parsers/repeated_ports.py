"""Read a port whose lines were read before: the same facts, with the numbers of its own lines.

The ports of a country say a few thousand different things, so what a section says is read once and remembered
by its lines. Its name and its description are its own, and so are its lines.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, Final, NamedTuple

from devices.facts import ConfigLine, Port, PortGuard
from devices.parsers.statements import Statement

Read = Callable[[Statement, tuple[ConfigLine, ...]], Port]
"""Reads the lines of a port; the lines that stand outside of it and guard it are handed in."""

# Numbers that no line of a configuration has: they mark lines of the port, and lines outside of it.
_INSIDE: Final = 10_000_000
_OUTSIDE: Final = 20_000_000
_MOST: Final = 20_000
_OWN: Final = frozenset({"name", "description", "lines", "guards"})


class _Said(NamedTuple):
    """What the lines of a port say, whatever it is called and wherever it stands."""

    values: Mapping[str, Any]
    places: Mapping[str, tuple[int, ...]]
    guards: tuple[tuple[PortGuard, tuple[int, ...]], ...]


class RepeatedPorts:
    """Remembers what the ports of one language say."""

    def __init__(self) -> None:
        self._said: dict[tuple[object, ...], _Said] = {}

    def port(
        self,
        name: str,
        body: Statement,
        *,
        kind: tuple[object, ...],
        outside: tuple[ConfigLine, ...],
        read: Read,
    ) -> Port:
        """Return the facts of a port.

        Args:
            name: What the port is called.
            body: Its header with its lines.
            kind: Whatever else decides how its lines are read.
            outside: Lines that stand outside of it and decide too.
            read: Reads the lines of a port that says something new.
        """
        texts: list[object] = [*kind, len(outside)]
        description: str | None = None
        for child in body.children:
            if child.children:
                return read(body, outside)
            if child.words[0] == "description" and not child.negated and not child.defaulted:
                description = " ".join(child.raw[1:])
                texts.append(None)
            else:
                texts.append(child.text)
        key = tuple(texts)
        said = self._said.get(key)
        if said is None:
            if len(self._said) >= _MOST:
                self._said.clear()
            said = self._said[key] = _say(read(_numbered(body), _marked(outside)))
        lines = body.section
        return _port(name, description, said, lines, outside)


def _numbered(body: Statement) -> Statement:
    """Return a section whose lines are numbered from its header."""
    children = [
        Statement(_INSIDE + at, one.text, one.words, one.raw, one.negated, one.defaulted, one.body)
        for at, one in enumerate(body.children, start=1)
    ]
    return Statement(_INSIDE, body.text, body.words, body.raw, children=children)


def _marked(outside: tuple[ConfigLine, ...]) -> tuple[ConfigLine, ...]:
    return tuple(ConfigLine(_OUTSIDE + at, "") for at in range(len(outside)))


def _say(port: Port) -> _Said:
    values = {one.name: getattr(port, one.name) for one in fields(port) if one.name not in _OWN}
    # Whatever else of a port are lines: their numbers are those of the port that was read first.
    placed = {name: _places(value) for name, value in values.items() if _are_lines(value)}
    return _Said(
        values={name: value for name, value in values.items() if name not in placed},
        places=placed,
        guards=tuple((guard, _places(lines)) for guard, lines in port.guards.items()),
    )


def _are_lines(value: object) -> bool:
    return isinstance(value, tuple) and any(isinstance(one, ConfigLine) for one in value)


def _places(lines: Iterable[ConfigLine]) -> tuple[int, ...]:
    """Return the places of lines in the section, and of those outside of it as numbers below zero."""
    return tuple(
        _OUTSIDE - line.number - 1 if line.number >= _OUTSIDE else line.number - _INSIDE for line in lines
    )


def _port(
    name: str,
    description: str | None,
    said: _Said,
    lines: tuple[ConfigLine, ...],
    outside: tuple[ConfigLine, ...],
) -> Port:
    def found(places: tuple[int, ...]) -> tuple[ConfigLine, ...]:
        return tuple([lines[at] if at >= 0 else outside[-at - 1] for at in places])

    own: dict[str, Any] = {field: found(places) for field, places in said.places.items()}
    return Port(
        name=name,
        description=description,
        lines=lines,
        guards={guard: found(places) for guard, places in said.guards},
        **own,
        **said.values,
    )
