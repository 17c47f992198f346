"""Read a Junos configuration, in curly or set form, into paths of words that are in force.

Known limits:
    Of an ``apply-groups`` that names ``${node}`` every group called node0, node1 and so on is taken.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from sys import intern
from typing import Final

from devices.parsers.errors import MalformedText, TerminalCapture, TruncatedText
from devices.parsers.junos.paths import Leaf, Path, Trail, Tree

__all__ = ["Leaf", "Path", "Tree", "read_tree"]

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
_DEEPEST: Final = 60
_MARKS: Final = frozenset("{};[]")
_PROMPT = re.compile(r"[\w.-]+@[\w.-]+[>#%].*")


def read_tree(text: str, *, device: str) -> Tree:
    """Return the tree of a configuration.

    Raises:
        TruncatedText: a brace, a quotation mark or a statement is not closed.
        MalformedText: a line is no configuration, or cannot be understood.
        TerminalCapture: a line is the prompt of a terminal.
    """
    lines = [line.strip() for line in text.split("\n")]
    first = next((line for line in lines if line and line[0] not in "#/"), "")
    if "@" in text and (
        number := next((at for at, line in enumerate(lines, start=1) if _PROMPT.fullmatch(line)), None)
    ):
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
    """The state while the curly form is read; of every open block its path, its lines, whether it is off."""

    lines: list[str]
    device: str
    tree: Tree = field(default_factory=Tree)
    blocks: list[tuple[Path, Trail, bool]] = field(default_factory=lambda: [((), (), False)])
    words: list[str] = field(default_factory=list)
    options: list[str] | None = None
    begun_at: int = 1

    def take(self, token: str, number: int) -> None:
        """Take in what opens, closes or ends a statement, or one word."""
        if token == "[":  # noqa: S105 - a mark of the language
            self.options = []
        elif token not in _MARKS:
            word = _unquote(token)
            if self.options is not None:
                self.options.append(word)
                return
            if not self.words:
                self.begun_at = number
            self.words.append(word)
        elif token == "{":  # noqa: S105 - as above
            if not self.words:
                raise MalformedText(self.device, f"line {number} opens a block without a name")
            self.open(tuple(self.words), self.begun_at)
            self.words = []
        elif token == "}":  # noqa: S105 - as above
            if self.words:
                raise MalformedText(self.device, f"line {number} closes a block in the middle of a statement")
            self.close(number)
        elif token == ";" and self.words:  # noqa: S105 - as above
            self.leaf(tuple(self.words), self.options or (), self.begun_at)
            self.words, self.options = [], None

    def open(self, words: Path, number: int) -> None:
        """Open the block that a line names."""
        words, is_off = _without_marks(words)
        above, trail, is_above_off = self.blocks[-1]
        path = above + words
        trail = (*trail, (len(path), number, self.lines[number - 1]))
        if is_off:
            self.tree.inactive.append(Leaf(path, trail))
        self.blocks.append((path, trail, is_off or is_above_off))
        if len(self.blocks) > _DEEPEST:
            raise MalformedText(
                self.device, f"line {number} is deeper than any configuration goes; collect it again"
            )

    def close(self, number: int) -> None:
        """Close the innermost block; one that holds nothing is a leaf itself."""
        if len(self.blocks) == 1:
            raise MalformedText(self.device, f"line {number} closes a block that was never opened")
        path, trail, is_off = self.blocks.pop()
        leaves = self.tree.leaves
        if not is_off and not (leaves and leaves[-1].path[: len(path)] == path):
            leaves.append(Leaf(path, trail))

    def leaf(self, words: Path, options: Sequence[str], number: int) -> None:
        """Add a statement, once for each of its values in brackets."""
        words, is_off = _without_marks(words)
        above, trail, is_above_off = self.blocks[-1]
        path = above + words
        for full in [(*path, one) for one in options] if options else (path,):
            leaf = Leaf(full, (*trail, (len(full), number, self.lines[number - 1])))
            if is_off:
                self.tree.inactive.append(leaf)
            elif not is_above_off:
                self.tree.leaves.append(leaf)


def _without_marks(words: Path) -> tuple[Path, bool]:
    """Return the words of a statement, and whether a mark before them makes it inactive."""
    is_off = False
    while words and words[0] in {"inactive:", "protect:", "replace:"}:
        is_off = is_off or words[0] == "inactive:"
        words = words[1:]
    return words, is_off


@lru_cache(maxsize=65_536)
def _tokens_of(line: str) -> tuple[str, ...] | None:
    """Return the words and marks of a line without its comment, None where it opens what it does not close.

    Remembered, because the lines of a country repeat.
    """
    if not line or line[0] == "#" or _ROLE_LINE.fullmatch(line):
        return ()
    tokens: list[str] = []
    for found in _TOKEN.finditer(line):
        if found["open"]:
            return None
        if not (found["annotation"] or found["comment"]):
            tokens.append(found.group())
    return tuple(tokens)


@lru_cache(maxsize=65_536)
def _whole_statement(line: str) -> tuple[str, Path] | None:
    """Return the last mark of a line and its words, where that is all it is; None for any other line."""
    tokens = _tokens_of(line)
    if not tokens or tokens[-1] not in _MARKS or any(token in _MARKS for token in tokens[:-1]):
        return None
    words = tuple([intern(_unquote(token)) for token in tokens[:-1]])
    mark = tokens[-1]
    return (mark, words) if (mark == "}" and not words) or (mark in {"{", ";"} and words) else None


def _read_curly_form(text: str, lines: list[str], *, device: str) -> Tree:
    reader = _Reader(lines, device)
    for number, line in enumerate(lines, start=1):
        whole = None if reader.words or reader.options is not None else _whole_statement(line)
        if whole is not None:
            mark, words = whole
            if mark == ";":
                reader.leaf(words, (), number)
            elif mark == "{":
                reader.open(words, number)
            else:
                reader.close(number)
            continue
        tokens = _tokens_of(line)
        if tokens is None:
            return _read_letter_by_letter(text, lines, device=device)
        for token in tokens:
            reader.take(token, number)
    return _closed(reader)


def _read_letter_by_letter(text: str, lines: list[str], *, device: str) -> Tree:
    """Read a text in which a string or an annotation goes over several lines."""
    reader = _Reader(lines, device)
    number, position = 1, 0
    for found in _TOKEN.finditer(text):
        number += text.count("\n", position, found.start())
        position = found.start()
        if found["open"]:
            raise TruncatedText(device, _NO_END.format(number))
        if found["annotation"] or found["comment"] or _ROLE_LINE.fullmatch(lines[number - 1]):
            continue
        reader.take(found.group(), number)
    return _closed(reader)


def _closed(reader: _Reader) -> Tree:
    if len(reader.blocks) > 1 or reader.words:
        _, trail, _ = reader.blocks[-1]
        opened = trail[-1][1] if trail else reader.begun_at
        raise TruncatedText(reader.device, _NO_END.format(opened))
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
            if deleted and any(path[:length] in deleted for length in range(1, len(path) + 1)):
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
        if not off or not any(leaf.path[:length] in off for length in range(1, len(leaf.path) + 1))
    ]
    return tree


def _read_set_line(line: str, number: int, *, device: str) -> tuple[str, list[Path]]:
    tokens = _tokens_of(line)
    if tokens is None:
        raise TruncatedText(device, _NO_END.format(number))
    words: list[str] = []
    options: list[str] | None = None
    for token in tokens:
        if token == "[":  # noqa: S105 - a mark of the language
            options = []
        elif token not in _MARKS:
            (words if options is None else options).append(_unquote(token))
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
    applied = [
        leaf
        for leaf in tree.leaves
        if "apply-groups" in leaf.path and "apply-groups" in leaf.path[:-1] and leaf.path[0] != "groups"
    ]
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
