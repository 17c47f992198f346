"""From the text of a cell or variable to the value of a field, by the type that the field's model has."""

import json
import re
import types
from datetime import date
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from inventory.imports.errors import MappingError
from inventory.imports.mapping import ImportMapping
from inventory.imports.models import KINDS, FieldPath, ObjectKind
from inventory.imports.table_values import parse_number, parse_size_mib, parse_whole
from inventory.violations import suggest

_GIB_SUFFIX = "_gib"
_MIB_SUFFIX = "_mib"
_MIB_PER_GIB = 1024
_DANISH_DATE = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})\Z")
_SEPARATORS = re.compile(r"\s*[,;|\n]\s*|\s+")


class Target:
    """A field that a column or variable goes to, such as ``cpus`` or ``disks.vda.size_gib``."""

    def __init__(self, kind: ObjectKind, text: str, mapping: ImportMapping) -> None:
        """Find the field.

        Raises:
            MappingError: the kind has no such field; the message names the near miss.

        """
        self.text = text
        self._mapping = mapping
        self._in_gib = text.endswith(_GIB_SUFFIX)
        written = text.removesuffix(_GIB_SUFFIX) + _MIB_SUFFIX if self._in_gib else text
        self.path: FieldPath = tuple(written.split("."))
        self._field = self._find(kind)

    def value(self, text: str | float) -> JsonValue:
        """Return the value that a text means.

        Raises:
            ValueError: it does not fit the field; the message says why.

        """
        value = self._converted(text)
        annotation: Any = self._field.annotation
        if self._field.metadata:
            annotation = Annotated[(annotation, *self._field.metadata)]
        try:
            TypeAdapter(annotation).validate_json(json.dumps(value), strict=True)
        except ValidationError as error:
            if self.path[-1] == "credential":
                # What stands there may be the password itself.
                msg = "the credential is no reference such as env:NAME or vault:NAME"
                raise ValueError(msg) from None
            reason = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
            raise ValueError(f"'{text}': {reason}") from error
        return value

    def _find(self, kind: ObjectKind) -> FieldInfo:
        model: type[BaseModel] | None = KINDS[kind].model
        steps = list(self.path)
        if steps[0] in KINDS[kind].item_lists and len(steps) > 1:
            model, steps = _model_in(_fields(model)[steps[0]].annotation), steps[2:]
        found: FieldInfo | None = None
        for step in steps:
            found = _fields(model).get(step)
            if found is None:
                reason = f"columns: {kind} have no field '{self.text}'"
                raise MappingError(self._mapping.label, reason, suggest(step, tuple(_fields(model))))
            model = _model_in(found.annotation)
        if found is None:
            reason = f"columns: '{self.text}' names no field"
            raise MappingError(self._mapping.label, reason, "write such as disks.vda.size_gib")
        return found

    def _converted(self, text: str | float) -> JsonValue:
        kinds = _types_in(self._field.annotation)
        name = self.path[-1]
        if self._in_gib:
            return parse_size_mib(parse_number(text, self._mapping.decimal) * _MIB_PER_GIB)
        if int in kinds and str not in kinds:
            if name == "vlan" and not str(text).replace(".", "").isdecimal():
                return self._vlan(str(text))
            size = name.endswith(_MIB_SUFFIX)
            return (parse_size_mib if size else parse_whole)(text, self._mapping.decimal)
        written = str(int(text)) if isinstance(text, float) and text.is_integer() else str(text).strip()
        if get_origin(self._field.annotation) is tuple:
            return [self._word(name, word) for word in _SEPARATORS.split(written) if word]
        return _iso_date(written) if date in kinds else self._word(name, written)

    def _vlan(self, text: str) -> int:
        vlan = self._mapping.vlan_of(text)
        if vlan is None:
            msg = f"the VLAN of '{text}' is not known; add it under networks in the mapping"
            raise ValueError(msg)
        return vlan

    def _word(self, name: str, word: str) -> str:
        if name in ("name", "depends_on"):
            return self._mapping.host_name(word)
        return self._mapping.translate(name, word)


def _iso_date(text: str) -> str:
    """Return a date as ISO 8601; Danes write the day first."""
    match = _DANISH_DATE.match(text)
    if match is None:
        return text.removesuffix("T00:00:00")
    day, month, year = (int(part) for part in match.groups())
    return date(year, month, day).isoformat()


def _fields(model: type[BaseModel] | None) -> dict[str, FieldInfo]:
    return {} if model is None else dict(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)


def _types_in(annotation: Any) -> frozenset[object]:
    if get_origin(annotation) in (Union, types.UnionType, Annotated, tuple):
        return frozenset(kind for part in get_args(annotation) for kind in _types_in(part))
    return frozenset({annotation})
