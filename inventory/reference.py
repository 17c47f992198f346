"""The reference of the inventory's files, made from the models and the catalogue of rules.

``docs/reference/inventory.md`` is this text; a test holds the file against it.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from inventory.rules.catalogue import FORM_RULES, INVENTORY_RULES, MUNICIPALITY_RULES
from inventory.schema import FILES, describe

COMMAND = "samdrift inventory reference --write docs/reference/inventory.md"

_INTRODUCTION = f"""\
# The inventory's files

Written by `{COMMAND}`
from the models; change those, not this page. The files are plain YAML: UTF-8, one document, no anchors, no
tags. Only `true` and `false` are truth values; `yes`, `no` and `on` are text. Text that looks like a whole
number stands in quotes. A time without an offset is Danish local time. A key that is not written has its
default value, and one that is not named here is refused.

The same facts serve an editor: `samdrift inventory schema --write FOLDER` makes VS Code complete and check
the files of a folder that it opens.
"""

_RULES = """\
## Rules

`samdrift inventory check` names every broken rule with file, line, column and what to do. The name of the
rule stands in brackets behind each violation and never changes.
"""

_WORDS: Mapping[object, str] = {
    str: "text",
    int: "whole number",
    bool: "`true` or `false`",
    date: "date",
    time: "local time",
    datetime: "time",
    IPv4Address: "IPv4 address",
    IPv4Network: "IPv4 prefix",
    IPv4Interface: "IPv4 address with prefix length",
}


def render_reference() -> str:
    """Return the reference as Markdown."""
    parts = [_INTRODUCTION, "## Files\n", *_file_table(), ""]
    told: set[type[BaseModel]] = set()
    for file, model in FILES.items():
        parts += [f"## {file}\n", f"{_summary(model)}\n", *_key_table(model), ""]
        for part in _parts(model, told):
            parts += [f"### {part.__name__}\n", f"{_summary(part)}\n", *_key_table(part), ""]
    parts += [_RULES]
    for title, rules in (
        ("Form of a file", FORM_RULES),
        ("Inside a municipality", MUNICIPALITY_RULES),
        ("Over the whole inventory", INVENTORY_RULES),
    ):
        parts += [f"### {title}\n", "| rule | broken when |", "|---|---|"]
        parts += [*(f"| `{name}` | {_cell(meaning)} |" for name, meaning in rules.items()), ""]
    return "\n".join(parts)


def _file_table() -> Iterator[str]:
    yield "| file | what it holds |"
    yield "|---|---|"
    for file, model in FILES.items():
        yield f"| [{file}](#{_anchor(file)}) | {_cell(_summary(model))} |"


def _key_table(model: type[BaseModel]) -> Iterator[str]:
    yield "| key | type | default | meaning |"
    yield "|---|---|---|---|"
    for name, field in model.model_fields.items():
        key = field.alias or name
        words = _cell(describe(model, name, field))
        yield f"| `{key}` | {_cell(_type(field.annotation, field))} | {_default(field)} | {words} |"


def _parts(model: type[BaseModel], told: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Yield the models that a file's model is made of, each where it is met first."""
    for field in model.model_fields.values():
        for part in _models_in(field.annotation):
            if part not in told:
                told.add(part)
                yield part
                yield from _parts(part, told)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _type(annotation: Any, field: FieldInfo | None = None) -> str:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return "one of " + ", ".join(f"`{part}`" for part in parts) if len(parts) > 1 else f"`{parts[0]}`"
    if origin in (Union, UnionType):
        return _type(next(part for part in parts if part is not type(None)), field)
    if origin is tuple:
        return _list_type(parts)
    if hasattr(annotation, "__metadata__"):
        return _type(
            parts[0], next((one for one in annotation.__metadata__ if isinstance(one, FieldInfo)), None)
        )
    return _one_type(annotation, field)


def _one_type(annotation: Any, field: FieldInfo | None) -> str:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{_anchor(annotation.__name__)})"
    return _number(field) if annotation is int and field is not None else _WORDS[annotation]


def _list_type(parts: tuple[Any, ...]) -> str:
    if parts[-1] is ...:
        return f"list of {_type(parts[0])}".replace("list of one of", "list out of")
    return f"list of {len(parts)}: {_type(parts[0])}"


def _number(field: FieldInfo) -> str:
    limits = {
        name: getattr(limit, name)
        for limit in field.metadata
        for name in ("ge", "le")
        if hasattr(limit, name)
    }
    low, high = limits.get("ge"), limits.get("le")
    if low is not None and high is not None:
        return f"whole number from {low} to {high}"
    return _WORDS[int] if low is None else f"whole number of at least {low}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default is None or field.default == () or isinstance(field.default, BaseModel):
        return "–"
    told = {True: "true", False: "false"}.get(field.default, field.default)
    return f"`{told}`" if told != "" else "–"


def _summary(model: type[BaseModel]) -> str:
    told = " ".join((model.__doc__ or "").split("\n\n", 1)[0].split())
    name, colon, rest = told.partition(": ")
    return rest[0].upper() + rest[1:] if colon and name.endswith(".yaml") else told


def _anchor(title: str) -> str:
    """Return the link that Markdown renderers give a heading."""
    kept = (letter for letter in title.lower() if letter.isalnum() or letter in "- ")
    return "".join(kept).replace(" ", "-")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
