"""Denmark's 98 municipalities: code, name, region and population, from public figures.

Codes, names and populations are the table that Statens Serum Institut published with its municipality
figures (its sum is the national figure of 1 January 2020); the codes were compared with a second list, and
the regions (29, 17, 22, 19 and 11 municipalities) are the ones in force until Hovedstaden and Sjælland
become Østdanmark on 1 January 2027. Slugs and abbreviations are this project's own: æ, ø and å become ae,
oe and aa in a slug, and an abbreviation starts the host names of a municipality, so that they are unique in
the whole country.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import Field

from inventory.models import Model, Slug

Region = Literal["Hovedstaden", "Sjælland", "Syddanmark", "Midtjylland", "Nordjylland"]
RegionFrom2027 = Literal["Østdanmark", "Syddanmark", "Midtjylland", "Nordjylland"]


class NationalMunicipality(Model):
    """What is publicly known of a municipality."""

    code: int = Field(ge=101, le=860, description="Code (kommunekode) from Statistics Denmark")
    slug: Slug
    name: str = Field(min_length=1)
    abbreviation: str = Field(pattern=r"^[a-z]{3}$", description="Start of its host names")
    region: Region
    region_from_2027: RegionFrom2027
    population: int = Field(ge=1)
    population_year: int = Field(ge=2000)


@cache
def municipalities() -> tuple[NationalMunicipality, ...]:
    """Return the 98 municipalities in the order of their codes."""
    text = (files("inventory") / "data" / "municipalities.csv").read_text(encoding="utf-8")
    # A number of a CSV file is text until it is read as the field it belongs to.
    rows = tuple(
        NationalMunicipality.model_validate_strings(row, strict=True)
        for row in csv.DictReader(text.splitlines())
    )
    return tuple(sorted(rows, key=lambda one: one.code))
