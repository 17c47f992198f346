"""The JSON Schema of every file of an inventory, for editors: completion and checking while writing.

The schemas follow draft-07, which every release of the YAML language server of VS Code and other editors
understands whole. They say of a value what the loader says of it alone. What takes a look at several values,
at bits or at a calendar (host bits of a prefix, an end before its beginning) stays with
``samdrift inventory check``.
"""

from typing import Any

from pydantic import BaseModel, JsonValue
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from inventory.errors import InventoryError
from inventory.field_forms import form_of
from inventory.loaders.documents import MUNICIPALITY_FILES, CentreDocument, RootDocument
from inventory.models import RANGE_ROLES
from inventory.violations import suggest

DIALECT = "http://json-schema.org/draft-07/schema#"

FILES: dict[str, type[BaseModel]] = {
    "samdrift.yaml": RootDocument,
    "centres/NAME.yaml": CentreDocument,
    **{f"municipalities/NAME/{name}": model for name, model in MUNICIPALITY_FILES.items()},
}
"""Every file of an inventory folder, with the model of its form."""

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_ADDRESS = rf"{_OCTET}(\.{_OCTET}){{3}}"
_MASK = rf"/(0*(3[0-2]|[12]?[0-9])|{_ADDRESS})"
_DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
_PATTERNS = {
    "ipv4": (f"^{_ADDRESS}$", "an IPv4 address such as 10.70.10.21"),
    "ipv4network": (f"^{_ADDRESS}({_MASK})?$", "an IPv4 prefix without host bits, such as 10.70.10.0/24"),
    "ipv4interface": (
        f"^{_ADDRESS}({_MASK})?$",
        "an IPv4 address with its prefix length, such as 10.70.10.1/24",
    ),
    "date": (f"^{_DATE}$", "a date such as 2027-06-30"),
    "time": (f"^{_TIME}$", "a local time such as 22:00"),
    "date-time": (
        f"^{_DATE}[Tt _]{_TIME}([Zz]|[+-][0-9]{{2}}:?[0-9]{{2}})?$",
        "a time such as 2027-03-01T22:00",
    ),
}
"""Editors check a format by its RFC, which asks times for an offset and knows no prefix; these are ours."""

_SAID = "patternErrorMessage"
"""What editors of the VS Code family say instead of the pattern; everybody else passes it over."""

_ABSENT: JsonValue = {"type": "null"}
_WRITTEN: JsonValue = {"not": {"type": "null"}}


def _when(condition: JsonValue, then: JsonValue) -> JsonValue:
    return {"if": condition, "then": then}


def _role(*roles: str) -> JsonValue:
    return {"required": ["role"], "properties": {"role": {"enum": list(roles)}}}


_CONDITIONS: dict[str, JsonValue] = {
    "Interface": [
        _when(_role("access"), {"required": ["vlan"], "properties": {"vlan": _WRITTEN}}),
        _when(_role("trunk"), {"required": ["vlans"], "properties": {"vlans": _WRITTEN}}),
        _when(
            _role("unused"),
            {"properties": {"vlan": _ABSENT, "vlans": _ABSENT, "address": _ABSENT}},
        ),
        _when(
            {"required": ["name"], "properties": {"name": {"pattern": "^([A-Za-z]+|.*/)[0-9]+-[0-9]+$"}}},
            {"properties": {"role": {"enum": list(RANGE_ROLES)}, "address": _ABSENT}},
        ),
    ],
    "Link": [
        {
            "if": {"required": ["ends"], "properties": {"ends": _WRITTEN}},
            "then": {"properties": {"end": _ABSENT, "provider": _ABSENT}},
            "else": {
                "required": ["end", "provider"],
                "properties": {"end": _WRITTEN, "provider": _WRITTEN},
            },
        }
    ],
}
"""What the validators of one object ask of two of its keys; a test holds both against each other."""


class _DraftSeven(GenerateJsonSchema):
    """Pydantic's schema in draft-07, with patterns for what has no format and a description at each key."""

    def generate(
        self, schema: core_schema.CoreSchema, mode: JsonSchemaMode = "validation"
    ) -> JsonSchemaValue:
        """Return the schema with its definitions where draft-07 has them."""
        made = super().generate(schema, mode)
        if "$defs" in made:
            made["definitions"] = made.pop("$defs")
        return made

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Add what each key means, and what one key asks of another."""
        made = super().model_schema(schema)
        model = schema["cls"]
        for name, field in model.model_fields.items():
            described = made["properties"].get(field.alias or name)
            if described is not None:
                described["description"] = describe(model, name, field)
                described.pop("title", None)
                _say_form(described, form_of(model, name) or field.description)
                if described.get("default") in (None, []):
                    described.pop("default", None)
        if model.__name__ in _CONDITIONS:
            made["allOf"] = _CONDITIONS[model.__name__]
        return made

    def tuple_schema(self, schema: core_schema.TupleSchema) -> JsonSchemaValue:
        """Write a tuple of a fixed length as draft-07 does."""
        made = super().tuple_schema(schema)
        if "prefixItems" in made:
            made["items"] = made.pop("prefixItems")
            made["additionalItems"] = False
        return made

    def get_flattened_anyof(self, schemas: list[JsonSchemaValue]) -> JsonSchemaValue:
        """Keep the alternatives of a key that may be null; their words stand at the key."""
        for one in schemas:
            one.pop("description", None)
        return super().get_flattened_anyof(schemas)

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        """Return the pattern of a date."""
        return _with_pattern(super().date_schema(schema))

    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:
        """Return the pattern of a local time."""
        return _with_pattern(super().time_schema(schema))

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        """Return the pattern of a time that may have an offset."""
        return _with_pattern(super().datetime_schema(schema))


def render_json_schema(file: str) -> dict[str, JsonValue]:
    """Return the JSON Schema of one of ``FILES``.

    Raises:
        InventoryError: there is no such file in an inventory.

    """
    model = FILES.get(file)
    if model is None:
        raise InventoryError(f"an inventory has no file '{file}'; {suggest(file, tuple(FILES), most=30)}")
    made = model.model_json_schema(
        by_alias=True, schema_generator=_DraftSeven, ref_template="#/definitions/{model}"
    )
    schema = _addresses_as_patterns(made)
    assert isinstance(schema, dict)  # noqa: S101  (it was one before)
    return {"$schema": DIALECT, **schema, "title": file}


def describe(model: type[BaseModel], name: str, field: FieldInfo) -> str:
    """Return what a key means, and what its value looks like where its type has words for that."""
    form = form_of(model, name)
    meaning = field.description or form or ""
    return meaning if form is None or form == meaning else f"{meaning}. {form}"


def _say_form(made: JsonSchemaValue, words: str | None) -> None:
    """Let an editor tell the form of a text in words, where the key, an item or an alternative has one."""
    for part in (made, made.get("items"), *made.get("anyOf", ())):
        if isinstance(part, dict) and "pattern" in part and words is not None:
            part.setdefault(_SAID, words)


def _with_pattern(made: JsonSchemaValue) -> JsonSchemaValue:
    kind = made.pop("format", None)
    if kind is None:
        return made
    pattern, words = _PATTERNS[kind]
    return {**made, "pattern": pattern, _SAID: words}


def _addresses_as_patterns(value: Any) -> Any:
    """Return the schema with the formats of addresses, which pydantic adds by a hook, as patterns."""
    if isinstance(value, list):
        return [_addresses_as_patterns(item) for item in value]
    if not isinstance(value, dict):
        return value
    told = {key: _addresses_as_patterns(item) for key, item in value.items()}
    return _with_pattern(told) if isinstance(told.get("format"), str) else told
