"""Read a Junos configuration, in curly or set form, into paths of words that are in force.

Known limits:
    Of an ``apply-groups`` that names ``${node}`` every group called node0, node1 and so on is taken.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from devices.facts import ConfigLine
from devices.parsers.errors import MalformedText, TerminalCapture, TruncatedText

Path = tuple[str, ...]

_TOP_WORDS: Final = frozenset(
    """
    version groups apply-groups system chassis security interfaces snmp forwarding-options event-options
    routing-options protocols policy-options firewall vlans access access-profile applications
    class-of-service routing-instances ethernet-switching-options switch-options virtual-chassis poe services
    schedulers bridge-domains logical-systems tenants dynamic-profiles multi-chassis
    """.split()  # noqa: SIM905 - a list of quoted words would be three times as long
)
_TOKEN = re.compile(
    r"(?P<annotation>/\*.*?\*/)|(?P<comment>#[^\n]*)|(?P<quoted>\"(?:[^\"\\]|\\.)*\")|(?P<mark>[{};\[\]])"
    r"|(?P<open>\"|/\*)|(?P<word>[^\s{};\[\]\"#]+)",
    re.DOTALL,
)
_ROLE_LINE = re.compile(r"\{\w+(?::\w+)*\}")
_SET_VERBS: Final = frozenset({"set", "delete", "deactivate", "activate"})
_HARMLESS_VERBS: Final = frozenset({"insert", "annotate", "protect", "unprotect"})
_NO_END: Final = "what line {} opens has no end; collect the configuration again"
_INDEXED: Final = 4
_PROMPT = re.compile(r"[\w.-]+@[\w.-]+[>#%].*")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A statement with all the words that lead to it, and the lines in which they stand."""

    path: Path
    trail: tuple[tuple[int, int, str], ...]

    def line_of(self, length: int) -> ConfigLine:
        """Return the line in which the first words of the path are complete."""
        for depth, number, text in self.trail:
            if depth >= length:
                return ConfigLine(number=number, text=text)
        _, number, text = self.trail[-1]
        return ConfigLine(number=number, text=text)

    @property
    def line(self) -> ConfigLine:
        """Return its own line."""
        return self.line_of(len(self.path))


@dataclass(slots=True)
class Tree:
    """What is in force, what of it is not inherited from a group, and which paths are deactivated."""

    leaves: list[Leaf] = field(default_factory=list)
    own: list[Leaf] = field(default_factory=list)
    inactive: list[Leaf] = field(default_factory=list)
    _index: dict[Path, list[Leaf]] = field(default_factory=dict)
    _sorted: int = 0

    def under(self, *path: str) -> Iterator[Leaf]:
        """Return the leaves whose path begins so."""
        if self._sorted != len(self.leaves):
            self._index = {}
            for leaf in self.leaves:
                for length in range(1, min(len(leaf.path), _INDEXED) + 1):
                    self._index.setdefault(leaf.path[:length], []).append(leaf)
            self._sorted = len(self.leaves)
        near = self._index.get(path[:_INDEXED], [])
        return (leaf for leaf in near if leaf.path[: len(path)] == path)

    def values(self, *path: str) -> tuple[str, ...]:
        """Return the distinct words that follow a path, in order."""
        found = (leaf.path[len(path)] for leaf in self.under(*path) if len(leaf.path) > len(path))
        return tuple(dict.fromkeys(found))

    def last(self, *path: str) -> Leaf | None:
        """Return the last leaf whose path begins so."""
        found = None
        for leaf in self.under(*path):
            found = leaf
        return found

    def lines(self, *path: str) -> tuple[ConfigLine, ...]:
        """Return the lines of the leaves whose path begins so, each once."""
        lines = {leaf.line.number: leaf.line for leaf in self.under(*path)}
        return tuple(lines[number] for number in sorted(lines))


def read_tree(text: str, *, device: str) -> Tree:
    """Return the tree of a configuration.

    Raises:
        TruncatedText: a brace, a quotation mark or a statement is not closed.
        MalformedText: a line is no configuration, or cannot be understood.
        TerminalCapture: a line is the prompt of a terminal.
    """
    first = next(
        (line.strip() for line in text.splitlines() if line.strip() and line.strip()[0] not in "#/"), ""
    )
    lines = [line.strip() for line in text.splitlines()]
    if number := next((at for at, line in enumerate(lines, start=1) if _PROMPT.fullmatch(line)), None):
        raise TerminalCapture(device, f"line {number} is a prompt of a terminal; collect without one")
    set_form = first.split(maxsplit=1)[0] in _SET_VERBS if first else False
    tree = _read_set_form(lines, device=device) if set_form else _read_curly_form(text, lines, device=device)
    known = sum(leaf.path[0] in _TOP_WORDS for leaf in tree.leaves)
    if known * 2 <= len(tree.leaves):
        raise MalformedText(device, "most statements are no Junos configuration; name the right file")
    tree.own = list(tree.leaves)
    tree.leaves[:0] = list(_inherited(tree))
    return tree


def _unquote(word: str) -> str:
    if word.startswith('"') and word.endswith('"') and len(word) > 1:
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], word[1:-1])
    return word


@dataclass(slots=True)
class _Reader:
    """The state while the curly form is read."""

    lines: list[str]
    device: str
    tree: Tree = field(default_factory=Tree)
    path: list[Path] = field(default_factory=list)
    trail: list[tuple[int, int, str]] = field(default_factory=list)
    off: list[bool] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    options: list[str] | None = None
    begun_at: int = 1

    def take_mark(self, mark: str, number: int) -> None:
        """Take in what opens, closes or ends a statement."""
        if mark == "{":
            self._open()
        elif mark == "}":
            self._close(number)
        elif mark == ";":
            self._leaf()
        elif mark == "[":
            self.options = []

    def take_word(self, word: str, number: int) -> None:
        """Take in one word."""
        if self.options is not None:
            self.options.append(_unquote(word))
            return
        if not self.words:
            self.begun_at = number
        self.words.append(_unquote(word))

    def _statement(self) -> tuple[Path, bool]:
        words = self.words
        off = False
        while words and words[0] in {"inactive:", "protect:", "replace:"}:
            off = off or words[0] == "inactive:"
            words = words[1:]
        path = (*(self.path[-1] if self.path else ()), *words)
        self.words = []
        return path, off

    def _open(self) -> None:
        path, off = self._statement()
        self.trail.append((len(path), self.begun_at, self.lines[self.begun_at - 1]))
        if off:
            self.tree.inactive.append(Leaf(path, tuple(self.trail)))
        self.path.append(path)
        self.off.append(off or any(self.off[-1:]))

    def _close(self, number: int) -> None:
        if self.words:
            raise MalformedText(self.device, f"line {number} closes a block in the middle of a statement")
        if not self.path:
            raise MalformedText(self.device, f"line {number} closes a block that was never opened")
        path, off = self.path.pop(), self.off.pop()
        if not off and not any(leaf.path[: len(path)] == path for leaf in self.tree.leaves[-1:]):
            self.tree.leaves.append(Leaf(path, tuple(self.trail)))
        self.trail.pop()

    def _leaf(self) -> None:
        if not self.words:
            return
        path, off = self._statement()
        options, self.options = self.options, None
        for full in [(*path, one) for one in options] if options else [path]:
            leaf = Leaf(full, (*self.trail, (len(full), self.begun_at, self.lines[self.begun_at - 1])))
            if off:
                self.tree.inactive.append(leaf)
            elif not any(self.off[-1:]):
                self.tree.leaves.append(leaf)


def _read_curly_form(text: str, lines: list[str], *, device: str) -> Tree:
    reader = _Reader(lines, device)
    number, position = 1, 0
    for found in _TOKEN.finditer(text):
        number += text.count("\n", position, found.start())
        position = found.start()
        if found["open"]:
            raise TruncatedText(
                device, f"what line {number} opens has no end; collect the configuration again"
            )
        if found["annotation"] or found["comment"] or _ROLE_LINE.fullmatch(lines[number - 1]):
            continue
        if found["mark"]:
            reader.take_mark(found.group(), number)
        else:
            reader.take_word(found.group(), number)
    if reader.path or reader.words:
        opened = reader.trail[-1][1] if reader.trail else reader.begun_at
        raise TruncatedText(device, _NO_END.format(opened))
    return reader.tree


def _read_set_form(lines: list[str], *, device: str) -> Tree:
    """Read from the end, so that what is deleted later is known before what it deletes."""
    tree = Tree()
    deleted: set[Path] = set()
    switched: dict[Path, tuple[bool, Leaf]] = {}
    for number in range(len(lines), 0, -1):
        line = lines[number - 1]
        if not line or line.startswith("#") or _ROLE_LINE.fullmatch(line):
            continue
        verb, paths = _read_set_line(line, number, device=device)
        if verb == "delete":
            deleted.update(paths)
        for path in paths:
            if any(path[:length] in deleted for length in range(1, len(path) + 1)):
                continue
            leaf = Leaf(path, ((len(path), number, line),))
            if verb == "set":
                tree.leaves.append(leaf)
            elif verb in {"activate", "deactivate"} and path not in switched:
                switched[path] = (verb == "deactivate", leaf)
    off = {path: leaf for path, (is_off, leaf) in switched.items() if is_off}
    tree.inactive = sorted(off.values(), key=lambda leaf: leaf.line.number)
    tree.leaves = [
        leaf
        for leaf in reversed(tree.leaves)
        if not any(leaf.path[:length] in off for length in range(1, len(leaf.path) + 1))
    ]
    return tree


def _read_set_line(line: str, number: int, *, device: str) -> tuple[str, list[Path]]:
    words: list[str] = []
    options: list[str] | None = None
    for found in _TOKEN.finditer(line):
        part = found.group()
        if found["open"]:
            raise TruncatedText(device, _NO_END.format(number))
        if found["comment"]:
            break
        if part == "[":
            options = []
        elif found["mark"] is None:
            (words if options is None else options).append(_unquote(part))
    verb = words[0] if words else ""
    if verb in _HARMLESS_VERBS:
        return verb, []
    if verb not in _SET_VERBS or len(words) == 1:
        raise MalformedText(device, f"line {number} is no statement of a Junos configuration")
    path = tuple(words[1:])
    return verb, [(*path, one) for one in options] if options else [path]


def _inherited(tree: Tree) -> Iterator[Leaf]:
    """Return what the applied groups add; it stands before the statements that override it."""
    groups = tree.values("groups")
    applied = [leaf for leaf in tree.leaves if "apply-groups" in leaf.path[:-1] and leaf.path[0] != "groups"]
    # The group that is named first wins, so it is read last.
    for leaf in reversed(applied):
        at = leaf.path.index("apply-groups")
        named = leaf.path[-1]
        wanted = [named]
        if named == "${node}":
            wanted = [one for one in groups if re.fullmatch(r"node\d+", one)]
        for group in wanted:
            yield from _from_group(tree, group, leaf.path[:at])


def _from_group(tree: Tree, group: str, place: Path) -> Iterator[Leaf]:
    for leaf in tree.under("groups", group):
        rest = leaf.path[2:]
        for path in _instances(rest, tree):
            if path[: len(place)] == place:
                trail = tuple((depth - 2, number, text) for depth, number, text in leaf.trail)
                yield Leaf(path, trail)


def _instances(path: Path, tree: Tree) -> Iterable[Path]:
    """Return the paths that a group's path with wildcards such as ``<ge-*>`` stands for."""
    marked = [at for at, word in enumerate(path) if word.startswith("<") and word.endswith(">")]
    if not marked:
        return (path,)
    length = marked[-1] + 1
    pattern = tuple(word.strip("<>") for word in path[:length])
    heads = {leaf.path[:length] for leaf in tree.leaves if len(leaf.path) >= length}
    return tuple(
        (*head, *path[length:])
        for head in sorted(heads)
        if all(fnmatchcase(word, one) for word, one in zip(head, pattern, strict=True))
    )
