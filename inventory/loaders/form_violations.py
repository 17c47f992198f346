"""From a pydantic error about one file to what a person needs: where, what, allowed values, what to do."""

import types
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from inventory.field_forms import form_of
from inventory.loaders.yaml_source import YAMLSource
from inventory.violations import Violation, suggest

_NEVER_SHOWN = frozenset({"credential", "hypervisor", "uri"})
"""Keys where a person may have put a password by mistake."""

_KINDS = {
    "int_type": "a whole number",
    "string_type": "text (put it in quotes)",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "dict_type": "a mapping of keys",
    "literal_error": "one of the allowed values",
    "date_type": "a date such as 2027-06-30",
    "date_parsing": "a date such as 2027-06-30",
    "date_from_datetime_inexact": "a date such as 2027-06-30",
    "date_from_datetime_parsing": "a date such as 2027-06-30",
    "datetime_type": "a time such as 2027-03-01T22:00",
    "datetime_from_date_parsing": "a time such as 2027-03-01T22:00",
    "datetime_parsing": "a time such as 2027-03-01T22:00",
}

_ADDRESSES: dict[object, str] = {
    IPv4Address: "an IPv4 address such as 10.70.10.21",
    IPv4Network: "an IPv4 prefix without host bits, such as 10.70.10.0/24",
    IPv4Interface: "an IPv4 address with its prefix length, such as 10.70.10.1/24",
}

_LIMITS = {"le": "at most", "lt": "less than", "ge": "at least", "gt": "more than"}


def form_violations(
    source: YAMLSource, model: type[BaseModel], error: ValidationError
) -> tuple[Violation, ...]:
    """Return one violation for each error in the form of a file."""
    every = error.errors(include_url=False)
    return tuple(_violation(source, model, details) for details in every if not _follows(details, every))


def _follows(details: ErrorDetails, every: Sequence[ErrorDetails]) -> bool:
    """Return whether a list is only too short because its items are wrong, which is told at the items."""
    path = details["loc"]
    return details["type"] == "too_short" and any(
        len(one["loc"]) > len(path) and one["loc"][: len(path)] == path for one in every
    )


def _violation(source: YAMLSource, model: type[BaseModel], details: ErrorDetails) -> Violation:
    path = details["loc"]
    kind = details["type"]
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    if kind == "extra_forbidden":
        allowed = _keys_of(_model_at(model, path[:-1]))
        return Violation(
            rule="unknown-key",
            location=source.locate(path, at_key=True),
            message=f"unknown key '{path[-1]}'",
            action=suggest(str(path[-1]), allowed, most=30),
        )
    if kind == "missing":
        field = _field_at(model, path)
        hint = f" ({field.description})" if field is not None and field.description else ""
        return Violation(
            rule="missing-key",
            location=source.locate(path[:-1]),
            message=f"the key '{key}' is missing",
            action=f"add '{key}'{hint}",
        )
    return _value_violation(source, model, details, key)


def _value_violation(
    source: YAMLSource, model: type[BaseModel], details: ErrorDetails, key: str
) -> Violation:
    path, kind = details["loc"], details["type"]
    written = "the value" if key in _NEVER_SHOWN else _show(details["input"])
    field = _field_at(model, path)
    location = source.locate(path)
    if kind == "literal_error" and field is not None:
        allowed = _literal_values(field.annotation)
        return Violation(
            rule="value-not-allowed",
            location=location,
            message=f"'{key}': {written} is not allowed",
            action=suggest(str(details["input"]), allowed),
        )
    wanted = _wanted(details, field, _form_at(model, path))
    if kind == "value_error":
        reason = str(details["ctx"]["error"])
        where = f"'{key}': " if isinstance(path[-1] if path else 0, str) else ""
        action = f"write {wanted}" if wanted else "correct the value"
        return Violation(rule="value", location=location, message=f"{where}{reason}", action=action)
    wrong_type = kind.endswith("_type")
    problem = "has the wrong type" if wrong_type else "does not fit"
    return Violation(
        rule="wrong-type" if wrong_type else "value",
        location=location,
        message=f"'{key}': {written} {problem}",
        action=f"write {wanted}" if wanted else details["msg"][0].lower() + details["msg"][1:],
    )


def _wanted(details: ErrorDetails, field: FieldInfo | None, form: str | None) -> str | None:
    """Return what should be written instead, in words."""
    named = _KINDS.get(details["type"])
    if named is not None:
        return named
    if field is None:
        return None
    described = next(
        (words for kind, words in _ADDRESSES.items() if kind in _types_in(field.annotation)), None
    )
    described = described or form
    for limit, words in _LIMITS.items():
        if limit in details.get("ctx", {}):
            number = f"a number of {words} {details['ctx'][limit]}"
            return f"{number} ({described or field.description})"
    if details["type"] == "string_pattern_mismatch":
        return described or field.description
    return described


def _show(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"  # noqa: PLR2004  (a line of a terminal)


def _keys_of(model: type[BaseModel] | None) -> tuple[str, ...]:
    if model is None:
        return ()
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _model_at(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel] | None:
    current: type[BaseModel] | None = model
    steps = iter([step for step in path if isinstance(step, str)])
    for step in steps:
        field = _field_of(current, step)
        if field is None:
            return None
        current = _model_in(field.annotation)
        if get_origin(field.annotation) is dict:
            # The next step is a name that the writer chose.
            next(steps, None)
    return current


def _field_at(model: type[BaseModel], path: tuple[int | str, ...]) -> FieldInfo | None:
    names = [step for step in path if isinstance(step, str)]
    if not names:
        return None
    parent = _model_at(model, tuple(names[:-1]))
    return _field_of(parent, names[-1])


def _form_at(model: type[BaseModel], path: tuple[int | str, ...]) -> str | None:
    names = [step for step in path if isinstance(step, str)]
    parent = _model_at(model, tuple(names[:-1])) if names else None
    return None if parent is None else form_of(parent, names[-1])


def _field_of(model: type[BaseModel] | None, key: str) -> FieldInfo | None:
    if model is None:
        return None
    return next((f for name, f in model.model_fields.items() if key in (name, f.alias)), None)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None


def _types_in(annotation: Any) -> frozenset[object]:
    parts = get_args(annotation)
    return frozenset(kind for part in parts for kind in _types_in(part)) if parts else frozenset({annotation})


def _literal_values(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) in (Union, types.UnionType, tuple):
        return tuple(value for part in get_args(annotation) for value in _literal_values(part))
    return tuple(str(value) for value in get_args(annotation) if isinstance(value, str | int))
