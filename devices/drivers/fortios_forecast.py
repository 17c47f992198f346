"""What configuration lines will make of a FortiOS configuration, in the platform's own rules.

The firmware tells its own schema, so that a line it would refuse, or a default that it hides, is known before
anything is sent. A line whose effect cannot be foreseen is refused here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from devices.fortios_difference import CHOSEN_BY_DEVICE, difference
from devices.parsers.fortios.tree import Command, Section, Setting, read_commands

_SECRET_NAMES: Final = frozenset({"passwd", "password", "psksecret", "secret", "passphrase"})
_SCHEDULES: Final = ("system automation-action", "system automation-trigger", "system automation-stitch")
_FORBIDDEN: Final = {
    "system ha": "a change of the cluster may end the way back",
    "system central-management": "a manager takes the device over",
    **dict.fromkeys(_SCHEDULES, "the way back is an automation stitch of its own"),
}
_FORBIDDEN_SETTINGS: Final = {
    ("system global", "cfg-save"),
    ("system global", "vdom-mode"),
    ("system global", "reboot-upon-config-restore"),
    ("system global", "timezone"),
}
_MOVE_WORDS: Final = 3

SchemaOf = Callable[[str], Mapping[str, Any] | None]
"""Returns the attributes of a top section as the firmware tells them; None where it has no such section."""


class Unforeseeable(Exception):
    """A line that the device would refuse, or whose effect cannot be foreseen."""

    def __init__(self, command: Command, reason: str) -> None:
        """Keep the line and the reason."""
        super().__init__(f"line {command.number}: '{' '.join(command.words[:2])}': {reason}")


@dataclass(slots=True)
class _Place:
    kind: str
    header: str
    section: Section
    schema: Mapping[str, Any]


@dataclass(slots=True)
class Forecast:
    """Applies lines to a copy of what runs and keeps what it would then be."""

    before: Section
    schema_of: SchemaOf
    after: Section = field(init=False)
    _places: list[_Place] = field(init=False)
    _absent: list[Command] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.after = self.before.copy()
        self._places = [_Place("root", "", self.after, {})]

    def apply(self, lines: str, *, device: str) -> str:
        """Return the difference that lines will make.

        Raises:
            Unforeseeable: a line would be refused, or its effect cannot be foreseen.
            TruncatedText: the lines end inside a string.
        """
        command = None
        for command in read_commands(lines, device=device):
            self._apply(command)
        if command is not None and len(self._places) > 1:
            raise Unforeseeable(command, "the lines end inside a section; add what is missing")
        told = difference(self.before, self.after)
        if told and self._absent:
            raise Unforeseeable(self._absent[0], "it is not there, and the device would stop at this line")
        return told

    def _apply(self, command: Command) -> None:
        actions: dict[str, tuple[Callable[[Command], None], tuple[str, ...]]] = {
            "config": (self._config, ("root", "object", "entry")),
            "edit": (self._edit, ("table",)),
            "set": (self._set, ("object", "entry")),
            "unset": (self._unset, ("object", "entry")),
            "append": (self._append, ("object", "entry")),
            "delete": (self._delete, ("table",)),
            "move": (self._move, ("table",)),
            "next": (self._next, ("entry",)),
            "end": (self._end, ("table", "object", "entry")),
        }
        if command.verb not in actions:
            raise Unforeseeable(command, "its effect cannot be foreseen; write whole configuration commands")
        action, kinds = actions[command.verb]
        if self._places[-1].kind not in kinds:
            raise Unforeseeable(command, "it has no meaning at this place")
        action(command)

    # Sections and entries.

    def _config(self, command: Command) -> None:
        here, header = self._places[-1], " ".join(command.words[1:])
        if here.kind == "root" and header in _FORBIDDEN:
            raise Unforeseeable(command, _FORBIDDEN[header])
        told = self.schema_of(header) if here.kind == "root" else here.schema.get(header)
        if told is None or "children" not in told:
            raise Unforeseeable(command, f"the device has no 'config {header}'")
        kind = "table" if told.get("category") == "table" else "object"
        section = here.section.sections.setdefault(header, Section(is_table=kind == "table"))
        path = f"{here.header} > {header}" if here.header else header
        self._places.append(_Place(kind, path, section, told["children"]))

    def _edit(self, command: Command) -> None:
        here = self._places[-1]
        if len(command.words) != 2 or command.words[1] in {"", "0"}:  # noqa: PLR2004 - edit and a name
            raise Unforeseeable(command, "name the entry; the device would choose a number of its own")
        entry = here.section.entries.setdefault(command.words[1], Section())
        self._places.append(_Place("entry", here.header, entry, here.schema))

    def _next(self, _command: Command) -> None:
        self._places.pop()

    def _end(self, _command: Command) -> None:
        if self._places.pop().kind == "entry":
            self._places.pop()

    def _delete(self, command: Command) -> None:
        entries = self._places[-1].section.entries
        for key in command.words[1:]:
            if key not in entries:
                self._absent.append(command)
            entries.pop(key, None)

    def _move(self, command: Command) -> None:
        section, words = self._places[-1].section, command.words[1:]
        if len(words) != _MOVE_WORDS or words[1] not in {"before", "after"} or words[0] == words[2]:
            raise Unforeseeable(command, "write move X before Y, or move X after Y")
        if words[0] not in section.entries or words[2] not in section.entries:
            raise Unforeseeable(command, "one of them is not there")
        order = [key for key in section.entries if key != words[0]]
        order.insert(order.index(words[2]) + (words[1] == "after"), words[0])
        section.entries = {key: section.entries[key] for key in order}

    # Attributes.

    def _attribute(self, command: Command) -> Mapping[str, Any]:
        here = self._places[-1]
        name = command.words[1] if len(command.words) > 1 else ""
        told = here.schema.get(name)
        if told is None:
            raise Unforeseeable(command, "the device has no such attribute; write it out in full")
        if name in CHOSEN_BY_DEVICE:
            raise Unforeseeable(command, "the device chooses it itself")
        if (here.header, name) in _FORBIDDEN_SETTINGS:
            raise Unforeseeable(command, "it may end the way back; change it by hand")
        return told  # type: ignore[no-any-return]  # what the firmware said

    def _set(self, command: Command) -> None:
        told = self._attribute(command)
        if len(command.words) < 3:  # noqa: PLR2004 - set, a name and a value
            raise Unforeseeable(command, "it has no value")
        name, settings = command.words[1], self._places[-1].section.settings
        if told.get("type") == "password" or name in _SECRET_NAMES:
            if name in settings:
                raise Unforeseeable(
                    command,
                    "it is set already, and what is shown encrypted cannot be compared; do it by hand",
                )
            settings[name] = Setting(0, ("ENC", ""), "")
            return
        self._keep(command, told, command.words[2:])

    def _append(self, command: Command) -> None:
        told = self._attribute(command)
        settings, name = self._places[-1].section.settings, command.words[1]
        kept = settings[name].words if name in settings else _default_words(told)
        self._keep(command, told, (*kept, *(word for word in command.words[2:] if word not in kept)))

    def _keep(self, command: Command, told: Mapping[str, Any], words: tuple[str, ...]) -> None:
        name, settings = command.words[1], self._places[-1].section.settings
        words = _as_shown(command, told, words)
        default = told.get("default")
        hidden = default is not None and " ".join(words) == " ".join(
            _as_shown(command, told, _default_words(told))
        )
        if hidden:
            settings.pop(name, None)
        else:
            settings[name] = Setting(0, words, "")

    def _unset(self, command: Command) -> None:
        told = self._attribute(command)
        settings = self._places[-1].section.settings
        setting = settings.get(command.words[1])
        if setting is not None and not setting.words and told.get("default") not in {None, ""}:
            raise Unforeseeable(
                command, "it is shown as unset already, and what unset does then is not known"
            )
        settings.pop(command.words[1], None)


def _default_words(told: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(told.get("default") or "").split())


def _as_shown(command: Command, told: Mapping[str, Any], words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a value as the device will show it: options in its order, a prefix as address and mask."""
    options = [str(one["name"]) for one in told.get("options", ())]
    if told.get("type") == "option" and options:
        strange = next((word for word in words if word not in options), None)
        if strange is not None:
            raise Unforeseeable(command, f"'{strange}' is none of {', '.join(options)}")
        return tuple(option for option in options if option in words)
    if str(told.get("type", "")).startswith("ipv4-classnet") and len(words) == 1 and "/" in words[0]:
        try:
            prefix = ipaddress.IPv4Interface(words[0])
        except ValueError:
            raise Unforeseeable(command, f"'{words[0]}' is no prefix") from None
        return (str(prefix.ip), str(prefix.netmask))
    if told.get("type") == "integer" and len(words) == 1 and words[0].isdigit():
        return (str(int(words[0])),)
    return words
