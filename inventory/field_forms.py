"""What the value of a field looks like, in words: the part of its description that belongs to its type.

``site: Slug`` is described by what it means ("Where it stands") and by its form ("Lower case name: letters,
digits and hyphens"). The form is the description inside the named type.
"""

from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def form_of(model: type[BaseModel], name: str) -> str | None:
    """Return the form of a field's values in words, or None where its type has no words of its own."""
    return _described(_hints(model).get(name))


@lru_cache(maxsize=256)
def _hints(model: type[BaseModel]) -> dict[str, Any]:
    return get_type_hints(model, include_extras=True)


def _described(annotation: Any) -> str | None:
    if get_origin(annotation) is Annotated:
        told = (one.description for one in annotation.__metadata__ if isinstance(one, FieldInfo))
        found = next((words for words in told if words), None)
        if found is not None:
            return found
    return next((found for part in get_args(annotation) if (found := _described(part)) is not None), None)
