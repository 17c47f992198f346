"""The sites of a municipality: their kinds, invented names, and how many access switches each has."""

import random
from collections.abc import Iterator
from typing import NamedTuple

from inventory.generator.national_plan import MunicipalityPlan
from inventory.generator.sizes import apportion
from inventory.models import Site

_SHARES: dict[str, float] = {
    "day-care": 40,
    "school": 10,
    "nursing-home": 8,
    "administration": 3,
    "other": 39,
}
_SWITCHES = {"day-care": 1, "school": 6, "nursing-home": 3, "administration": 8, "other": 1}
_FORMS = {
    "day-care": ("Børnehuset {}", "Vuggestuen {}", "Børnehaven {}"),
    "school": ("{}skolen", "{} Skole"),
    "nursing-home": ("Plejecenter {}", "Ældrecenter {}"),
    "administration": ("Borgerservice {}", "Jobcenter {}", "Administrationen {}"),
    "other": ("{} Bibliotek", "{}hallen", "Materielgården {}", "Tandklinikken {}", "Klubben {}"),
}
_NAMES = (
    *("Ahorn", "Birke", "Bøge", "Dam", "Dige", "Egely", "Eng", "Fjord", "Fyr", "Gran", "Grønne", "Hasle"),
    *("Hede", "Holm", "Kilde", "Kløver", "Lærke", "Linde", "Lyng", "Mose", "Mølle", "Nord", "Nørre", "Pile"),
    *("Ravn", "Rønne", "Sol", "Sten", "Strand", "Sønder", "Tjørne", "Vang", "Vest", "Viben", "Ø", "Øster"),
)
_WITHOUT_DANISH_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", " ": "-"})


class PlannedSite(NamedTuple):
    """A site with the number of its access switches."""

    site: Site
    switches: int


def plan_sites(plan: MunicipalityPlan) -> tuple[PlannedSite, ...]:
    """Return the sites of a municipality; the first is the town hall."""
    chance = plan.chance("sites")
    counts = apportion(plan.size.sites, _SHARES)
    if counts["administration"] == 0:
        counts["administration"], counts["other"] = 1, counts["other"] - 1
    sites = [Site(name="raadhuset", title=f"{plan.national.name} Rådhus", kind="administration")]
    counts["administration"] -= 1
    others: list[Site] = []
    for kind in sorted(counts):
        names = _names(kind, chance)
        for _ in range(counts[kind]):
            title = next(names)
            slug = title.lower().translate(_WITHOUT_DANISH_LETTERS)
            others.append(Site.model_validate({"name": slug, "title": title, "kind": kind}))
    # The kinds are mixed, so that neighbours in the network are neighbours of any kind.
    chance.shuffle(others)
    sites += others
    switches = _share_out([_SWITCHES[site.kind] for site in sites], plan.size.access_switches)
    return tuple(PlannedSite(site, count) for site, count in zip(sites, switches, strict=True))


def _share_out(counts: list[int], wanted: int) -> list[int]:
    """Return the counts with the fewest changes that make them add up; each site keeps one switch."""
    counts = list(counts)
    while (difference := wanted - sum(counts)) != 0:
        step = 1 if difference > 0 else -1
        larger = [index for index, count in enumerate(counts) if count > 1]
        for index in larger[: abs(difference)]:
            counts[index] += step
    return counts


def _names(kind: str, chance: random.Random) -> Iterator[str]:
    """Yield titles without end; the second round of the same names is numbered."""
    titles = [form.format(name) for form in _FORMS[kind] for name in _NAMES]
    chance.shuffle(titles)
    yield from titles
    number = 2
    while True:
        yield from (f"{title} {number}" for title in titles)
        number += 1
