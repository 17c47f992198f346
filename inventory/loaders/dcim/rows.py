"""Take values out of the rows of a REST interface; a row of another shape is an error that names the key."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import ValidationError

from inventory.imports.errors import SourceReadError
from inventory.loaders.dcim.connection import Row

T = TypeVar("T")


class RowShapeError(Exception):
    """A row lacks a key or holds something else there."""


def text(row: Row, key: str) -> str:
    """Return a text; null is an empty one."""
    value = _value(row, key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RowShapeError(f"'{key}' is no text")
    return value


def whole(row: Row, key: str) -> int | None:
    """Return a whole number, or None where there is none; 2.0 is one and 1.5 is not."""
    value = _value(row, key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise RowShapeError(f"'{key}' is no number")
    try:
        number = float(value)
    except ValueError as error:
        raise RowShapeError(f"'{key}' is no number") from error
    if not number.is_integer():
        raise RowShapeError(f"'{key}' is {value}, and an inventory counts whole ones")
    return int(number)


def flag(row: Row, key: str) -> bool:
    """Return yes or no."""
    value = _value(row, key)
    if not isinstance(value, bool):
        raise RowShapeError(f"'{key}' is neither true nor false")
    return value


def reference(row: Row, key: str) -> Row | None:
    """Return the object that a row refers to, as far as the row tells of it."""
    value = _value(row, key)
    if value is not None and (not isinstance(value, dict) or "id" not in value):
        raise RowShapeError(f"'{key}' is no reference")
    return value


def reference_id(row: Row, key: str) -> str | None:
    """Return the id of the object that a row refers to."""
    found = reference(row, key)
    return None if found is None else str(found["id"])


def reference_ids(row: Row, key: str) -> tuple[str, ...]:
    """Return the ids of the objects that a row refers to."""
    value = _value(row, key)
    if not isinstance(value, list) or not all(isinstance(one, dict) and "id" in one for one in value):
        raise RowShapeError(f"'{key}' is no list of references")
    return tuple(str(one["id"]) for one in value)


def choice(row: Row, key: str) -> str | None:
    """Return the value of a choice such as the mode of a port."""
    value = _value(row, key)
    if isinstance(value, dict):
        value = value.get("value")
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise RowShapeError(f"'{key}' is no choice")
    return value


def build_all(server: str, path: str, rows: Iterable[Row], build: Callable[[Row], T]) -> tuple[T, ...]:
    """Return what is built of each row.

    Raises:
        SourceReadError: A row is not what this version of the server should tell.

    """
    built = []
    for row in rows:
        try:
            built.append(build(row))
        except (RowShapeError, ValidationError) as error:
            said = _said(error)
            reason = f"{path} {row.get('id')}: {said}"
            raise SourceReadError(
                server, reason, "correct that object, or check the server's version"
            ) from error
    return tuple(built)


def _said(error: RowShapeError | ValidationError) -> str:
    if isinstance(error, RowShapeError):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _value(row: Row, key: str) -> Any:
    if key not in row:
        raise RowShapeError(f"'{key}' is missing")
    return row[key]
