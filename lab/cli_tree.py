"""The configuration of a Cisco-like device as a tree: entered line by line, rendered in the device's order.

An ``Editor`` applies lines to a ``ConfigTree`` as the configuration mode of the tree's dialect does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from lab.cli_dialect import Dialect, Mode, Node
from lab.cli_grammar import Match
from lab.cli_render import Renderer, paths
from lab.errors import LineRefused


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line of a text that the device did not take."""

    number: int
    refusal: LineRefused


class ConfigTree:
    """A configuration that its dialect accepts."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.root = Node(text="", identity=(), mode="global")

    @classmethod
    def parse(cls, dialect: Dialect, text: str) -> tuple[Self, tuple[RefusedLine, ...]]:
        """Return the tree that a text makes from nothing, and the lines that were refused."""
        tree = cls(dialect)
        return tree, Editor(tree).apply_text(text)

    def bare(self, is_hardware: Callable[[str], bool]) -> "ConfigTree":
        """Return a configuration that says nothing about the same hardware.

        Args:
            is_hardware: Whether an interface of that name cannot be removed.
        """
        tree = ConfigTree(self.dialect)
        tree.root.children.extend(
            Node(node.text, node.identity, node.command, mode=node.mode)
            for node in self.root.children
            if node.identity[:1] == ("interface",) and is_hardware(node.identity[-1])
        )
        return tree

    def copy(self) -> "ConfigTree":
        """Return a deep copy."""
        tree = ConfigTree(self.dialect)
        tree.root = self.root.copy()
        return tree

    def replace_with(self, other: "ConfigTree") -> None:
        """Take over the content of another tree."""
        self.root = other.root.copy()

    def find(self, *path: str) -> tuple[Node, ...]:
        """Return the nodes at a path of beginnings, as ``find("interface Vlan1", "ip address")``."""
        nodes: tuple[Node, ...] = (self.root,)
        for beginning in path:
            nodes = tuple(found for node in nodes for found in node.find(beginning))
        return nodes

    def render(self, *, defaults: bool = False) -> str:
        """Return the configuration without header and ``end``, each line ended."""
        return "".join(f"{line}\n" for line in Renderer(self.dialect, defaults=defaults).lines(self.root))

    def lines(self) -> tuple[tuple[str, ...], ...]:
        """Return the path of every line, in the device's order."""
        return tuple(paths(self.dialect, self.root))


@dataclass(frozen=True, slots=True)
class AppliedLine:
    """A line as the device understood it.

    ``sections`` are the lines that led to it, ``text`` its words written out, ``places`` the paths at which a
    configuration holds it: several after a range.
    """

    sections: tuple[str, ...]
    text: str
    places: tuple[tuple[str, ...], ...]
    enters: bool


class Editor:
    """Configuration mode on a tree: it stands in one section (or in several, after a range)."""

    def __init__(self, tree: ConfigTree) -> None:
        self.tree = tree
        self._stack: list[list[Node]] = [[tree.root]]
        self._margins = [-1]
        self._titles: list[str] = []
        self._banner: _BannerEntry | None = None
        self.ended = False
        self.applied: AppliedLine | None = None

    @property
    def mode(self) -> Mode:
        """Return the mode that the next line is read in."""
        return self.tree.dialect.modes[self._stack[-1][0].mode]

    @property
    def path(self) -> tuple[str, ...]:
        """Return the lines of the sections that the editor stands in."""
        return tuple(level[0].text for level in self._stack[1:])

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the lines that led to where the editor stands, as they were entered."""
        return tuple(self._titles)

    @property
    def reads_text(self) -> bool:
        """Return whether the next line belongs to a text such as a banner."""
        return self._banner is not None

    def apply_text(self, text: str) -> tuple[RefusedLine, ...]:
        """Apply every line up to ``end`` and return those that were refused."""
        refused = []
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                self.apply(line)
            except LineRefused as refusal:
                refused.append(RefusedLine(number, refusal))
            if self.ended:
                break
        return tuple(refused)

    def apply(self, line: str) -> None:
        """Apply one line.

        Raises:
            LineRefused: The device does not take the line; nothing was changed.

        """
        self.applied = None
        if self._banner is not None:
            self._read_banner(line)
            return
        words = line.split()
        if not words or words[0].startswith("!"):
            return
        if not self._leave(words):
            self._apply_command(line, words[0].lower())

    def set_banner(self, command: str, text: str) -> None:
        """Store a text whose end is known, as an API delivers it."""
        match = self.tree.dialect.modes["global"].table.match(command, negated=True)
        if not isinstance(match, Match) or match.command.flag("banner") is None:
            raise LineRefused(command, "invalid", 0)
        self._stack = [[self.tree.root]]
        self._store(self.tree.root, _node(self.tree.dialect, match, body=text))

    def _leave(self, words: list[str]) -> bool:
        if words == ["end"]:
            self._stack = self._stack[:1]
            self.ended = True
        elif words == ["exit"]:
            self.ended = len(self._stack) == 1
            self._stack = self._stack[:-1] or self._stack
        elif len(words) == 1 and words[0] in self._closings():
            self._stack = self._stack[: self._closings()[words[0]]]
        else:
            return False
        self._titles = self._titles[: len(self._stack) - 1]
        return True

    def _closings(self) -> dict[str, int]:
        """Return the closing words of the modes that the editor stands in, with the depth they lead to."""
        modes = self.tree.dialect.modes
        return {
            modes[level[0].mode].closing.strip(): depth for depth, level in enumerate(self._stack) if depth
        }

    def _apply_command(self, line: str, first: str) -> None:
        start = len(line) - len(line.lstrip())
        negated = first in ("no", "default")
        if negated:
            start = line.lower().index(first) + len(first)
        depth, match = self._match(line, start, negated=negated)
        for section in self._stack[depth]:
            self._refuse(line, section, match, negative=first == "no")
        self._stack = self._stack[: depth + 1]
        prefix = f"{first} " if negated else ""
        text = prefix + self.tree.dialect.rewrite(match.text)
        self._titles = self._titles[:depth]
        sections, places = tuple(self._titles), self._paths(text)
        self._margins = [*self._margins[: depth + 1], len(line) - len(line.lstrip())]
        if first == "default":
            self._reset(match)
        elif negated:
            self._negate(match)
        else:
            self._enter(match)
        enters = len(self._stack) > depth + 1
        if enters:
            self._titles.append(text)
            places = self._paths()
        if match.command.flag("banner") is None or negated:
            self.applied = AppliedLine(sections, text, places, enters)

    def _match(self, line: str, start: int, *, negated: bool) -> tuple[int, Match]:
        """Match in the innermost mode that takes the line; keywords written out go before abbreviated ones.

        Of several refusals the furthest is the one to tell.
        """
        worst = LineRefused(line, "invalid", -1)
        tables = [
            (depth, self.tree.dialect.modes[self._stack[depth][0].mode].table, exact)
            for exact in (True, False)
            for depth in self._depths(line)
        ]
        for depth, table, exact in tables:
            found = table.match(line, start=start, negated=negated, exact=exact)
            if isinstance(found, Match):
                return depth, found
            if not exact and found.column > worst.column:
                worst = LineRefused(line, found.kind, found.column)
        raise worst

    def _paths(self, *below: str) -> tuple[tuple[str, ...], ...]:
        """Return the path of every section that the editor stands in."""
        above = tuple(level[0].text for level in self._stack[1:-1])
        own = [(node.text,) if node.text else () for node in self._stack[-1]]
        return tuple((*above, *name, *below) for name in own)

    def _depths(self, line: str) -> list[int]:
        """Return the depths to try: from the innermost out, but a free mode last for what is not below it."""
        depths = list(range(len(self._stack) - 1, -1, -1))
        margin = len(line) - len(line.lstrip())
        if self.mode.free and margin <= self._margins[len(self._stack) - 1]:
            depths = [*depths[1:], depths[0]]
        return depths

    def _refuse(self, line: str, section: Node, match: Match, *, negative: bool) -> None:
        guard = self.tree.dialect.guard
        words = guard(self.tree.root, section, match, negative) if guard is not None else None
        if words == "":
            raise LineRefused(line, "invalid", line.rstrip().rindex(line.rsplit(maxsplit=1)[-1]))
        if words is not None:
            raise LineRefused(line, "refused", 0, words)

    def _enter(self, match: Match) -> None:
        command, dialect = match.command, self.tree.dialect
        entered: list[Node] = []
        for section in self._stack[-1]:
            if (action := command.flag("do")) is not None:
                dialect.actions[action](self.tree.root, section, match, False)  # noqa: FBT003 - actions are called positionally
            elif (selector := command.flag("select")) is not None:
                entered.extend(dialect.selectors[selector](section, match))
            elif command.flag("banner") is not None:
                self._begin_banner(match)
            else:
                entered.extend(self._set(section, match))
        if entered:
            self._stack.append(entered)

    def _set(self, section: Node, match: Match) -> list[Node]:
        """Store a line; return its node where it is a section to stand in."""
        node = _node(self.tree.dialect, match)
        if match.command.enters:
            existing = section.child(node.identity)
            if existing is None:
                section.children.append(node)
            return [existing or node]
        if _is_default(match):
            _drop(section, node.identity)
        else:
            self._store(section, node)
        return []

    @staticmethod
    def _store(section: Node, node: Node) -> None:
        for position, other in enumerate(section.children):
            if other.identity == node.identity:
                section.children[position] = node
                return
        section.children.append(node)

    def _negate(self, match: Match) -> None:
        command, dialect = match.command, self.tree.dialect
        for section in self._stack[-1]:
            if (action := command.flag("do")) is not None:
                dialect.actions[action](self.tree.root, section, match, True)  # noqa: FBT003 - actions are called positionally
            elif (selector := command.flag("select")) is not None:
                for node in dialect.selectors[selector](section, match):
                    section.children.remove(node)
            elif (line := command.flag("negative")) is not None:
                stored = dialect.modes[section.mode].table.match(line)
                if isinstance(stored, Match):
                    self._store(section, _node(dialect, stored))
            elif command.flag("on") is not None or command.flag("shown") is not None:
                text = dialect.rewrite(" ".join(match.identity))
                self._store(section, Node(f"no {text}", _identity(match, text), command, negative=True))
            else:
                _remove(dialect, section, match)

    def _reset(self, match: Match) -> None:
        dialect = self.tree.dialect
        selector = match.command.flag("select")
        for section in self._stack[-1]:
            existing = section.child(match.identity)
            if selector is not None:
                for node in dialect.selectors[selector](section, match):
                    node.children.clear()
            elif existing is not None and existing.mode:
                existing.children.clear()
            else:
                _drop(section, _identity(match, dialect.rewrite(match.text)))
                _remove(dialect, section, match)

    def _begin_banner(self, match: Match) -> None:
        if self.tree.dialect.banner == "eof":
            self._banner = _BannerEntry(match, "EOF", [])
            return
        rest = " ".join(match.words[len(match.identity) :])
        delimiter = "^C" if rest.startswith("^C") else rest[:1]
        self._banner = _BannerEntry(match, delimiter, [])
        self._read_banner(rest[len(delimiter) :])

    def _read_banner(self, line: str) -> None:
        entry = self._banner
        if entry is None:
            return
        if self.tree.dialect.banner == "eof":
            ends, text = line.strip() == "EOF", line
        else:
            text, delimiter, _ = line.partition(entry.delimiter)
            ends = bool(delimiter)
        if not ends or self.tree.dialect.banner == "delimited":
            entry.lines.append(text)
        if ends:
            self._banner = None
            node = _node(self.tree.dialect, entry.match, body="\n".join(entry.lines))
            text = f"{node.text}\n{node.body}"
            self.applied = AppliedLine((), text, ((text,),), enters=False)
            self._store(self.tree.root, node)


@dataclass(frozen=True, slots=True)
class _BannerEntry:
    match: Match
    delimiter: str
    lines: list[str]


def _identity(match: Match, text: str) -> tuple[str, ...]:
    return tuple(text.split()) if match.command.identity_length is None else match.identity


def _node(dialect: Dialect, match: Match, *, body: str | None = None) -> Node:
    text = dialect.rewrite(match.text)
    identity = _identity(match, text)
    if body is not None:
        text = " ".join(identity)
    return Node(text, identity, match.command, mode=match.command.enters, body=body)


def _is_default(match: Match) -> bool:
    values = " ".join(match.words[len(match.identity) :])
    return match.command.flag("on") is not None or match.command.flag("hide") == values


def _drop(section: Node, identity: tuple[str, ...]) -> None:
    section.children[:] = [node for node in section.children if node.identity != identity]


def _remove(dialect: Dialect, section: Node, match: Match) -> None:
    """Remove what ``no`` and these words name: one identity, or every line that begins so."""
    if match.command.identity_length is not None:
        _drop(section, match.identity)
        return
    words = dialect.rewrite(match.text).split()
    section.children[:] = [node for node in section.children if node.text.split()[: len(words)] != words]
