"""Models as the YAML that people write: small things on one line, large ones one key per line.

The form is made for review: an interface, a VLAN or a disk is one line, a device is a paragraph, what equals
its default is left out. PyYAML's emitter chooses one form for everything and knows no blank lines.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from inventory.models import (
    VLAN,
    Application,
    ChangeTime,
    Contact,
    Device,
    Disk,
    Interface,
    NetworkAdapter,
    Server,
    ServiceCheck,
)
from inventory.writers.yaml_scalar import literal_lines, render_scalar

WIDTH = 120
"""The longest line on which a whole object is written."""

_ONE_LINE: tuple[type[BaseModel], ...] = (
    VLAN,
    Application,
    ChangeTime,
    Contact,
    Disk,
    Interface,
    NetworkAdapter,
    ServiceCheck,
)
_BESIDE_KEY: tuple[type[BaseModel], ...] = (Disk, NetworkAdapter)
_PARAGRAPHS: tuple[type[BaseModel], ...] = (Device, Server)


class _Field(NamedTuple):
    name: str
    key: str
    default: object


def render_mapping(model: BaseModel, indent: int = 0) -> str:
    """Return a model as the lines of a mapping, without what equals its default."""
    pairs = _present(model)
    return "".join(f"{line}\n" for line in _mapping(pairs, indent))


def render_sections(model: BaseModel) -> str:
    """Return a model as the mapping of a file; a blank line stands between its lists."""
    return "\n".join("".join(f"{line}\n" for line in _entry(key, value, 0)) for key, value in _present(model))


def render_item(model: BaseModel, indent: int = 2) -> str:
    """Return a model as one item of a list, such as a device to add to ``devices.yaml``."""
    return "".join(f"{line}\n" for line in _item(model, indent))


@cache
def _fields(model: type[BaseModel]) -> tuple[_Field, ...]:
    return tuple(
        _Field(name, field.alias or name, field.get_default(call_default_factory=True))
        if not field.is_required()
        else _Field(name, field.alias or name, PydanticUndefined)
        for name, field in model.model_fields.items()
    )


def _present(model: BaseModel) -> Iterator[tuple[str, object]]:
    values = model.__dict__
    for name, key, default in _fields(type(model)):
        value = values[name]
        if value != default:
            yield key, value


def _mapping(pairs: Iterable[tuple[str, object]], indent: int) -> Iterator[str]:
    for key, value in pairs:
        yield from _entry(key, value, indent)


def _entry(key: str, value: object, indent: int) -> Iterator[str]:
    """Yield ``key: value``, on one line where a person would."""
    start = f"{' ' * indent}{key}:"
    if isinstance(value, BaseModel):
        yield from _model_entry(start, value, indent)
    elif isinstance(value, tuple):
        yield from _list_entry(start, value, indent)
    elif isinstance(value, str) and "\n" in value and (lines := literal_lines(value)) is not None:
        yield f"{start} {lines[0]}"
        yield from (f"{' ' * (indent + 2)}{line}" if line else "" for line in lines[1:])
    else:
        yield f"{start} {render_scalar(value, in_flow=False)}"


def _model_entry(start: str, value: BaseModel, indent: int) -> Iterator[str]:
    line = f"{start} {_flow(value)}" if isinstance(value, _ONE_LINE) else None
    if line is not None and len(line) <= WIDTH:
        yield line
        return
    pairs = tuple(_present(value))
    if not pairs:
        yield f"{start} {{}}"
        return
    yield start
    yield from _mapping(pairs, indent + 2)


def _list_entry(start: str, items: tuple[object, ...], indent: int) -> Iterator[str]:
    models = bool(items) and isinstance(items[0], BaseModel)
    if not models or isinstance(items[0], _BESIDE_KEY):
        line = f"{start} {_flow(items)}"
        if len(line) <= WIDTH or not items:
            yield line
            return
    yield start
    paragraphs = isinstance(items[0], _PARAGRAPHS)
    for number, item in enumerate(items):
        if paragraphs and number:
            yield ""
        yield from _item(item, indent + 2)


def _item(item: object, indent: int) -> Iterator[str]:
    bullet = f"{' ' * indent}- "
    if not isinstance(item, BaseModel):
        yield f"{bullet}{render_scalar(item, in_flow=False)}"
        return
    if isinstance(item, _ONE_LINE):
        line = f"{bullet}{_flow(item)}"
        if len(line) <= WIDTH:
            yield line
            return
    lines = _mapping(_present(item), indent + 2)
    first = next(lines, None)
    if first is None:
        yield f"{bullet}{{}}"
        return
    yield f"{bullet}{first.lstrip()}"
    yield from lines


def _flow(value: object) -> str:
    if isinstance(value, BaseModel):
        return "{" + ", ".join([f"{key}: {_flow(item)}" for key, item in _present(value)]) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join([_flow(item) for item in value]) + "]"
    return render_scalar(value, in_flow=True)
