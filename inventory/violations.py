"""What is wrong in an inventory, where, and what to do about it."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from inventory.natural_order import natural_key


def _printable(text: str) -> str:
    """Return the text without control characters, which a file could smuggle to a terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


OneLine = Annotated[str, Field(min_length=1), AfterValidator(_printable)]

ModelPath = tuple[str | int, ...]
"""The way to a value through the models, such as ("municipalities", 0, "devices", 2, "site")."""


class Location(BaseModel):
    """A place in a file of the inventory; lines and columns count from 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    file: str = Field(min_length=1, description="Path relative to the inventory's folder")
    line: int = Field(ge=1)
    column: int = Field(ge=1)

    def render(self) -> str:
        """Return the place as ``file:line:column``."""
        return f"{self.file}:{self.line}:{self.column}"


class Violation(BaseModel):
    """One broken rule at one place."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    rule: str = Field(min_length=1, description="Short stable name of the rule")
    location: Location
    message: OneLine = Field(description="What is wrong")
    action: OneLine = Field(description="What to do")
    related: tuple[Location, ...] = Field(default=(), description="The other places that are part of it")

    def render(self) -> str:
        """Return one line for people."""
        also = f" (see also {', '.join(place.render() for place in self.related)})" if self.related else ""
        return f"{self.location.render()}: {self.message}{also}; {self.action} [{self.rule}]"


def in_order_of_files(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Return violations by file, line and column, each once."""
    return tuple(
        sorted(
            set(violations),
            key=lambda one: (
                one.location.file,
                one.location.line,
                one.location.column,
                one.rule,
                one.message,
            ),
        )
    )


class Finding(NamedTuple):
    """A broken cross-object rule, told over the models and not yet over files."""

    rule: str
    path: ModelPath
    message: str
    action: str
    related: tuple[ModelPath, ...] = ()


def near_miss(wrong: str, allowed: tuple[str, ...]) -> str | None:
    """Return the allowed word that is closest to the wrong one, if any is close."""
    close = get_close_matches(wrong.lower(), [word.lower() for word in allowed], n=1, cutoff=0.6)
    if not close:
        return None
    return next(word for word in allowed if word.lower() == close[0])


@lru_cache(maxsize=16)
def _in_order(names: frozenset[str]) -> tuple[str, ...]:
    """Return names as people list them; the last lists are kept, since violations come in bunches."""
    return tuple(sorted(names, key=natural_key))


def suggest(wrong: str, allowed: tuple[str, ...], *, most: int = 12) -> str:
    """Return what to do about a wrong word: the near miss, and the allowed words."""
    names = _in_order(frozenset(allowed))
    listed = ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
    close = near_miss(wrong, names)
    if close is not None:
        return f"did you mean '{close}'? allowed: {listed}"
    return f"allowed: {listed}" if names else "nothing is defined that it could be"
