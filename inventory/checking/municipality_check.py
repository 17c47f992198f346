"""Check one municipality by itself: what its files break, and its outline for the rules over all."""

from pydantic import Field

from inventory.cycle_collection import cycle_collection_paused
from inventory.loaders.municipality_folder import MunicipalityFiles, read_municipality
from inventory.loaders.yaml_directory import Places
from inventory.models import Model, MunicipalityInventory
from inventory.outline import MunicipalityOutline, outline_of
from inventory.rules import municipality_findings
from inventory.violations import Violation


class ObjectCounts(Model):
    """How many objects were looked at; a check of nothing is never clean."""

    sites: int = Field(default=0, ge=0)
    vlans: int = Field(default=0, ge=0)
    devices: int = Field(default=0, ge=0)
    links: int = Field(default=0, ge=0)
    servers: int = Field(default=0, ge=0)
    sensors: int = Field(default=0, ge=0)

    def plus(self, other: "ObjectCounts") -> "ObjectCounts":
        """Return the sum of two counts."""
        both = {name: getattr(self, name) + getattr(other, name) for name in ObjectCounts.model_fields}
        return ObjectCounts(**both)


class MunicipalityResult(Model):
    """What the files of one municipality gave.

    The outline is there when every file has the right form; without it no rule over all can run.
    """

    judged: bool = Field(description="Whether the rules over this municipality ran")
    counts: ObjectCounts
    violations: tuple[Violation, ...]
    outline: MunicipalityOutline | None


def check_municipality(files: MunicipalityFiles) -> MunicipalityResult:
    """Return what is wrong in one municipality, each with its place, and its outline."""
    with cycle_collection_paused():
        town, violations = read_municipality(files)
        if town is None:
            return MunicipalityResult(
                judged=False, counts=ObjectCounts(), violations=violations, outline=None
            )
        found = Places({}, (files,)).violations_of(municipality_findings(town, ("municipalities", 0)))
        return MunicipalityResult(
            judged=True,
            counts=_counts(town),
            violations=(*violations, *found),
            outline=None if violations else outline_of(town),
        )


def _counts(town: MunicipalityInventory) -> ObjectCounts:
    return ObjectCounts(**{name: len(getattr(town, name)) for name in ObjectCounts.model_fields})
