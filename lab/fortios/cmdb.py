"""The configuration as the API shows and changes it: ``/api/v2/cmdb``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from lab.fortios.automation import zone_of
from lab.fortios.device import FortiOSDevice
from lab.fortios.editor import Editor
from lab.fortios.errors import BAD_NAME, EXISTS, CommandRefused, RESTRefused
from lab.fortios.schema import Attribute, SectionType
from lab.fortios.statements import Statement, Token
from lab.fortios.tree import Block, Value

_KEYS: Final = {"firewall policy": "policyid", "router static": "seq-num"}
_TYPES: Final = {
    "one": "option",
    "many": "option",
    "int": "integer",
    "secret": "password",
    "hash": "password",
    "subnet": "ipv4-classnet",
}
_TRIGGER: Final = "system automation-trigger"


class CMDB:
    """Reads and writes objects, tables and entries by their path."""

    def __init__(self, device: FortiOSDevice) -> None:
        self._device = device

    def find(self, path: str) -> tuple[SectionType, str]:
        """Return the section of a path and the key of the entry behind it, '' where there is none.

        Raises:
            RESTRefused: There is no such section.
        """
        parts = [part for part in path.split("/") if part]
        headers = self._device.types.children
        if len(parts) >= 2:  # noqa: PLR2004 - a group and a name
            header = f"{parts[0].replace('.', ' ')} {parts[1]}"
            if header in headers:
                return headers[header], "/".join(parts[2:])
            if any(known.startswith(f"{header} ") for known in headers):
                raise RESTRefused(HTTPStatus.BAD_REQUEST)
        raise RESTRefused(HTTPStatus.NOT_FOUND, BAD_NAME)

    def get(self, path: str) -> Any:
        """Return an object, a table or one entry of it, with what is set by default."""
        types, key = self.find(path)
        with self._device.lock:
            block = self._device.running.section(types.header)
            if not types.is_table:
                return _shown(block, types)
            if not key:
                return [_entry(types, name, entry) for name, entry in block.entries.items()]
            if key not in block.entries:
                raise RESTRefused(HTTPStatus.NOT_FOUND, -3)
            return [_entry(types, key, block.entries[key])]

    def schema(self, path: str) -> dict[str, Any]:
        """Return what the firmware says of a section: its attributes and their defaults."""
        types, _ = self.find(path)
        return {
            "name": types.header.rpartition(" ")[2],
            "category": "table" if types.is_table else "complex",
            **({"mkey": _key_name(types), "mkey_type": _key_type(types)} if types.is_table else {}),
            "children": _children(types),
        }

    def create(self, path: str, body: dict[str, Any], user: str) -> str:
        """Create an entry and return its key."""
        types, _ = self.find(path)
        if not types.is_table or _key_name(types) not in body:
            raise RESTRefused(HTTPStatus.FAILED_DEPENDENCY, -1)
        # A longer name is cut, and nothing is said of it.
        key = str(body[_key_name(types)])[: types.longest_name]
        if key in self._device.running.section(types.header).entries:
            raise RESTRefused(HTTPStatus.FAILED_DEPENDENCY, EXISTS)
        if types.header == _TRIGGER:
            self._refuse_past(body)
        self._change(lambda editor: _write(editor, types, key, body), user)
        return key

    def update(self, path: str, body: dict[str, Any], user: str) -> None:
        """Change an object or an entry."""
        types, key = self.find(path)
        if types.is_table and key not in self._device.running.section(types.header).entries:
            raise RESTRefused(HTTPStatus.NOT_FOUND, -3)
        self._change(lambda editor: _write(editor, types, key, body), user)

    def delete(self, path: str, user: str) -> None:
        """Delete an entry."""
        types, key = self.find(path)
        if key not in self._device.running.section(types.header).entries:
            raise RESTRefused(HTTPStatus.NOT_FOUND, -3)

        def change(editor: Editor) -> None:
            _config(editor, types)
            _take(editor, "delete", Token(key, quoted=True))
            _take(editor, "end")

        self._change(change, user)

    def _refuse_past(self, body: dict[str, Any]) -> None:
        written = str(body.get("trigger-datetime", ""))
        if body.get("trigger-frequency") != "once":
            return
        zone = zone_of(self._device.running)
        try:
            due = datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            raise RESTRefused(HTTPStatus.INTERNAL_SERVER_ERROR, BAD_NAME) from None
        if due <= self._device.clock.now():
            raise RESTRefused(HTTPStatus.INTERNAL_SERVER_ERROR, BAD_NAME)

    def _change(self, change: Callable[[Editor], None], user: str) -> None:
        try:
            self._device.edit(change, user)
        except CommandRefused as refusal:
            raise RESTRefused(
                HTTPStatus.INTERNAL_SERVER_ERROR, refusal.code, f"{refusal.text}\n"
            ) from refusal


def _take(editor: Editor, *words: str | Token) -> None:
    tokens = tuple(word if isinstance(word, Token) else Token(word) for word in words)
    editor.take(Statement(0, tokens, " ".join(str(token) for token in tokens)))


def _config(editor: Editor, types: SectionType) -> None:
    _take(editor, "config", *types.header.split())


def _write(editor: Editor, types: SectionType, key: str, body: dict[str, Any]) -> None:
    _config(editor, types)
    if types.is_table:
        _take(editor, "edit", Token(key, quoted=types.key_quoted))
    _write_members(editor, types, body)
    _take(editor, "end")


def _write_members(editor: Editor, types: SectionType, body: dict[str, Any]) -> None:
    for name, value in body.items():
        if types.is_table and name == _key_name(types):
            continue
        if name in types.children:
            below = types.children[name]
            _config(editor, below)
            for row in value:
                _take(editor, "edit", Token(str(row[_key_name(below)]), quoted=below.key_quoted))
                _write_members(editor, below, row)
                _take(editor, "next")
            _take(editor, "end")
        elif value in ("", []):
            _take(editor, "unset", name)
        else:
            _take(editor, "set", name, *_words(value, types.attributes.get(name)))


def _words(value: Any, attribute: Attribute | None) -> tuple[Token, ...]:
    if isinstance(value, list):
        return tuple(Token(str(next(iter(row.values()))), quoted=True) for row in value)
    if attribute is not None and attribute.kind in {"many", "subnet", "moment"}:
        return tuple(Token(word) for word in str(value).split())
    return (Token(str(value), quoted=True),)


def _key_name(types: SectionType) -> str:
    return _KEYS.get(types.header, "name" if types.kind == "name" else "id")


def _key_type(types: SectionType) -> str:
    return "string" if types.kind == "name" else "integer"


def _entry(types: SectionType, key: str, block: Block) -> dict[str, Any]:
    shown: str | int = int(key) if types.kind == "id" else key
    return {_key_name(types): shown, "q_origin_key": shown, **_shown(block, types)}


def _shown(block: Block, types: SectionType) -> dict[str, Any]:
    shown: dict[str, Any] = {
        name: _value(block.settings.get(name), attribute) for name, attribute in types.attributes.items()
    }
    for header, below in types.children.items():
        if below.is_table:
            entries = block.section(header).entries
            shown[header] = [_entry(below, key, entry) for key, entry in entries.items()]
        else:
            shown[header] = _shown(block.section(header), below)
    return shown


def _value(value: Value | None, attribute: Attribute) -> Any:
    if attribute.is_secret:
        return "ENC XXXX" if value else ""
    words = attribute.default.split(" ") if value is None else [token.text for token in value]
    if attribute.kind == "refs":
        return [{"name": word, "q_origin_key": word} for word in words if word]
    text = " ".join(words)
    return int(text) if attribute.kind == "int" and text else text


def _children(types: SectionType) -> dict[str, Any]:
    children: dict[str, Any] = {}
    if types.is_table:
        name = _key_name(types)
        children[name] = {"name": name, "category": "unitary", "type": _key_type(types)}
    for name, attribute in types.attributes.items():
        kind = _TYPES.get(attribute.kind, "string")
        children[name] = {
            "name": name,
            "category": "table" if attribute.kind == "refs" else "unitary",
            "type": kind,
            **({"options": [{"name": one} for one in attribute.limits]} if kind == "option" else {}),
            **({} if attribute.kind in {"refs", "learned"} else {"default": attribute.default}),
        }
    for header, below in types.children.items():
        children[header] = {
            "name": header,
            "category": "table" if below.is_table else "complex",
            "children": _children(below),
        }
    return children
