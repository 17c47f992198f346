"""Read the ``line`` sections of IOS: console, auxiliary, serial and virtual terminals."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from devices.facts import ConfigLine, IdleTimeout, LoginUse, RemoteAccess
from devices.parsers.statements import Statement, settle

_DEFAULT_IDLE_SECONDS: Final = 600
_HIGHEST_VTY: Final = 1023


@dataclass(frozen=True, slots=True)
class TerminalLine:
    """A line, or a range of virtual terminals that are configured alike."""

    kind: Literal["console", "vty", "line"]
    name: str
    body: Statement
    headers: tuple[ConfigLine, ...]

    def shown(self, statement: Statement | None) -> tuple[ConfigLine, ...]:
        """Return the line that decides with the header it stands under, or the whole that was searched."""
        if statement is not None:
            above = [header for header in self.headers if header.number < statement.number]
            return (*(above[-1:] or self.headers), statement.line)
        return (*self.headers, *(line for child in self.body.children for line in child.section))


def read_terminal_lines(root: Statement) -> tuple[TerminalLine, ...]:
    """Return the terminal lines; virtual terminals grouped by the sections that configure them."""
    sections = [statement for statement in root.under("line") if len(statement.words) > 1]
    others = tuple(
        TerminalLine(
            kind="console" if section.words[1].startswith("con") else "line",
            name=" ".join(section.words),
            body=section,
            headers=(section.line,),
        )
        for section in sections
        if section.words[1] != "vty"
    )
    return (*others, *_virtual_terminals([section for section in sections if section.words[1] == "vty"]))


def _numbers(section: Statement) -> range:
    digits = [int(word) for word in section.words[2:4] if word.isdigit()]
    if not digits:
        return range(0)
    return range(digits[0], min(digits[-1], _HIGHEST_VTY) + 1)


def _virtual_terminals(sections: list[Statement]) -> Iterator[TerminalLine]:
    covering: dict[int, list[int]] = {}
    for index, section in enumerate(sections):
        for number in _numbers(section):
            covering.setdefault(number, []).append(index)
    runs: list[tuple[int, int, list[int]]] = []
    for number in sorted(covering):
        if runs and runs[-1][1] == number - 1 and runs[-1][2] == covering[number]:
            runs[-1] = (runs[-1][0], number, covering[number])
        else:
            runs.append((number, number, covering[number]))
    for first, last, indexes in runs:
        own = [sections[index] for index in indexes]
        children = sorted(
            (child for section in own for child in section.children), key=lambda child: child.number
        )
        name = f"line vty {first}" if first == last else f"line vty {first} {last}"
        body = Statement(
            number=own[0].number, text=name, words=own[0].words, raw=own[0].raw, children=settle(children)
        )
        yield TerminalLine(kind="vty", name=name, body=body, headers=tuple(section.line for section in own))


def read_remote_access(
    lines: tuple[TerminalLine, ...], extent: tuple[ConfigLine, ...]
) -> tuple[RemoteAccess, ...]:
    """Return what each line lets in; a virtual terminal that states nothing is told as such."""
    found: list[RemoteAccess] = []
    for line in lines:
        stated = line.body.last("transport", "input")
        if line.kind == "console" or (line.kind == "line" and stated is None):
            continue
        protocols = None if stated is None else tuple(word for word in stated.words[2:] if word != "none")
        found.append(
            RemoteAccess(
                kind="vty" if line.kind == "vty" else "line",
                name=line.name,
                protocols=protocols,
                lines=line.shown(stated),
            )
        )
    if not any(line.kind == "vty" for line in lines):
        found.append(RemoteAccess(kind="vty", name="line vty 0 4", protocols=None, lines=extent))
    return tuple(found)


def read_idle_timeouts(
    lines: tuple[TerminalLine, ...], extent: tuple[ConfigLine, ...]
) -> tuple[IdleTimeout, ...]:
    """Return when idle sessions end on the console and the virtual terminals."""
    found = [
        _idle_timeout(line.name, "console" if line.kind == "console" else "vty", line)
        for line in lines
        if line.kind != "line"
    ]
    for kind, name in (("console", "line con 0"), ("vty", "line vty 0 4")):
        if not any(line.kind == kind for line in lines):
            found.append(_absent_idle_timeout(name, "console" if kind == "console" else "vty", extent))
    return tuple(found)


def _absent_idle_timeout(
    name: str, kind: Literal["console", "vty"], lines: tuple[ConfigLine, ...]
) -> IdleTimeout:
    return IdleTimeout(name=name, kind=kind, seconds=_DEFAULT_IDLE_SECONDS, by_default=True, lines=lines)


def _idle_timeout(name: str, kind: Literal["console", "vty"], line: TerminalLine) -> IdleTimeout:
    stated = line.body.last("exec-timeout")
    denied = line.body.denied("exec-timeout")
    if stated is None and denied is not None:
        return IdleTimeout(name=name, kind=kind, seconds=0, lines=line.shown(denied))
    if stated is None:
        return _absent_idle_timeout(name, kind, line.shown(None))
    digits = [int(word) for word in stated.words[1:3] if word.isdigit()]
    seconds = None if not digits else digits[0] * 60 + (digits[1] if len(digits) > 1 else 0)
    return IdleTimeout(name=name, kind=kind, seconds=seconds, lines=line.shown(stated))


def read_login_uses(lines: tuple[TerminalLine, ...], extent: tuple[ConfigLine, ...]) -> tuple[LoginUse, ...]:
    """Return the authentication list of each range of virtual terminals."""
    uses: list[LoginUse] = []
    for line in lines:
        if line.kind == "vty":
            stated = line.body.last("login", "authentication")
            named = stated is not None and len(stated.raw) > 2  # noqa: PLR2004
            name = stated.raw[2] if stated is not None and named else "default"
            uses.append(
                LoginUse(place=line.name, method_list=name, by_default=not named, lines=line.shown(stated))
            )
    return tuple(uses) or (
        LoginUse(place="line vty 0 4", method_list="default", by_default=True, lines=extent),
    )
