"""What the controls are evidence for: items of NIS2 Article 21(2) and the 29 minimum requirements (R17)."""

import csv
import re
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from pydantic import Field

from compliance.controls.registry import Control, all_controls
from compliance.errors import ControlTableInvalid
from compliance.models import Model

ITEMS: Final = "abcdefghij"
_REQUIREMENT: Final = re.compile(r"^\s*(?P<number>\d{1,2})\b\s*(?:\((?P<note>[^)]*)\))?\s*$")


class Item(Model):
    """One item of Article 21(2), in short words."""

    item: str = Field(pattern=r"^[a-j]$")
    title_da: str = Field(min_length=1)
    evidence_da: str = Field(min_length=1, description="What configurations can show of it")


class MinimumRequirement(Model):
    """One of the state's technical minimum requirements; municipalities are not bound by them."""

    nr: int = Field(ge=1, le=29)
    area: str = Field(min_length=1)
    title_da: str = Field(min_length=1)
    product_can_evidence: Literal["yes", "partial", "no"]
    how: str = Field(min_length=1)


class Served(Model):
    """That a control is evidence for a minimum requirement, and how far."""

    number: int
    note: str


@cache
def nis2_items() -> tuple[Item, ...]:
    """Return the items a to j."""
    return tuple(Item.model_validate(row) for row in _rows("nis2_items.csv"))


@cache
def minimum_requirements() -> tuple[MinimumRequirement, ...]:
    """Return the 29 requirements."""
    return tuple(
        MinimumRequirement.model_validate({**row, "nr": int(row["nr"])})
        for row in _rows("minimum_requirements.csv")
    )


def items_of(control: Control) -> tuple[str, ...]:
    """Return the items of Article 21(2) that a control is evidence for.

    Raises:
        ControlTableInvalid: the table names something that is no item.
    """
    items = tuple(part.strip() for part in control.references.nis2_21_2.split(",") if part.strip())
    if not items or any(item not in ITEMS or len(item) != 1 for item in items):
        raise ControlTableInvalid(f"{control.id} names '{control.references.nis2_21_2}' of Article 21(2)")
    return items


def requirements_of(control: Control) -> tuple[Served, ...]:
    """Return the minimum requirements that a control is evidence for; a remark in brackets alone is none.

    Raises:
        ControlTableInvalid: the table names something that is no requirement.
    """
    served = []
    for part in control.references.minimum_requirements.split(";"):
        if not part.strip() or part.strip().startswith("("):
            continue
        match = _REQUIREMENT.match(part)
        if match is None or not 1 <= int(match["number"]) <= len(minimum_requirements()):
            raise ControlTableInvalid(f"{control.id} names the minimum requirement '{part.strip()}'")
        served.append(Served(number=int(match["number"]), note=match["note"] or ""))
    return tuple(served)


def controls_for_item(item: str) -> tuple[Control, ...]:
    """Return the controls that are evidence for an item, in the order of the table."""
    return tuple(control for control in all_controls() if item in items_of(control))


def controls_for_requirement(number: int) -> tuple[tuple[Control, str], ...]:
    """Return the controls that are evidence for a minimum requirement, each with the remark beside it."""
    return tuple(
        (control, served.note)
        for control in all_controls()
        for served in requirements_of(control)
        if served.number == number
    )


def data_text(name: str) -> str:
    """Return a table as it lies in the package."""
    return files("compliance").joinpath(f"data/{name}").read_text(encoding="utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(data_text(name).splitlines()))
