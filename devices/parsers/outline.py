"""Every line of a configuration with the section that it stands in, to compare two of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from devices.models import Platform
from devices.parsers.aoscx.tree import read_aoscx
from devices.parsers.cisco import eos, ios, nxos
from devices.parsers.fortios.tree import Section, is_volatile
from devices.parsers.fortios.tree import read_tree as read_fortios
from devices.parsers.junos.tree import read_tree
from devices.parsers.panos.tree import read_panos
from devices.parsers.statements import Statement, TextBlock, read_as_written
from devices.parsers.text import check_text


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line, its number and its section. The text is as written: mask it before anybody sees it."""

    number: int
    section: tuple[str, ...]
    text: str


def read_outline(platform: Platform, text: str, *, device: str) -> tuple[PlacedLine, ...]:
    """Return the lines of a configuration without comments, headers and what changes by itself.

    Junos and PAN-OS come as one ``set`` line per value, whatever form the text has.

    Raises:
        ConfigurationTextError: the text cannot be read as a configuration of the platform.
    """
    check_text(platform, text, device=device)
    if platform == "junos":
        return tuple(_junos(text, device))
    if platform == "fortios":
        return tuple(_fortios(read_fortios(text, device=device), ()))
    if platform == "panos":
        return tuple(_panos(text, device))
    if platform == "aoscx":
        return tuple(_placed(read_aoscx(text, device=device), ()))
    if platform == "nxos":
        return tuple(_placed(nxos.read_nxos(text, device=device), ()))
    text_block: TextBlock = ios.read_free_text if platform == "ios" else eos.read_free_text
    statements = read_as_written(text, device=device, text_block=text_block)
    return tuple(line for line in _placed(statements, ()) if not line.text.startswith("ntp clock-period "))


def _placed(statements: Iterable[Statement], section: tuple[str, ...]) -> Iterator[PlacedLine]:
    for statement in statements:
        yield PlacedLine(statement.number, section, statement.text)
        inside = (*section, statement.text)
        for offset, line in enumerate(statement.body.split("\n") if statement.body else ()):
            yield PlacedLine(statement.number + offset, inside, line)
        yield from _placed(statement.children, inside)


def _junos(text: str, device: str) -> Iterator[PlacedLine]:
    tree = read_tree(text, device=device)
    for leaf in tree.own:
        yield PlacedLine(leaf.line.number, leaf.path[:-1], f"set {_words(leaf.path)}")
    for leaf in tree.inactive:
        yield PlacedLine(
            leaf.line_of(len(leaf.path)).number, leaf.path[:-1], f"deactivate {_words(leaf.path)}"
        )


def _panos(text: str, device: str) -> Iterator[PlacedLine]:
    for path, word in read_panos(text, device=device).ends():
        yield PlacedLine(word.line.number, path[:-1], f"set {_words(path)}")


def _fortios(section: Section, at: tuple[str, ...]) -> Iterator[PlacedLine]:
    """Yield what a section holds; a value that is encrypted anew for every reading counts as set."""
    for name, setting in section.settings.items():
        text = setting.written.replace("\n", "\\n")
        yield PlacedLine(setting.number, at, f"set {name} ENC" if is_volatile(setting) else text)
    for below in (*section.sections.values(), *section.entries.values()):
        inside = (*at, below.written)
        lines = tuple(_fortios(below, inside))
        if lines or below.written.startswith("edit "):
            yield PlacedLine(below.number, at, below.written)
        yield from lines


def _words(path: tuple[str, ...]) -> str:
    return " ".join(f'"{word}"' if " " in word or not word else word for word in path)
