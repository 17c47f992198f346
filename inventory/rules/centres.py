"""Centres: every municipality has exactly one, and a national inventory has four or five."""

from collections.abc import Iterator

from inventory.models import Inventory
from inventory.violations import Finding, suggest

_FEWEST_CENTRES, _MOST_CENTRES = 4, 5


def municipality_without_centre(inventory: Inventory) -> Iterator[Finding]:
    """Find municipalities whose centre does not exist."""
    known = tuple(centre.name for centre in inventory.centres)
    for number, town in enumerate(inventory.municipalities):
        if town.municipality.centre not in known:
            yield Finding(
                rule="centre-undefined",
                path=("municipalities", number, "municipality", "centre"),
                message=f"the centre '{town.municipality.centre}' does not exist",
                action=suggest(town.municipality.centre, known),
            )


def centre_count(inventory: Inventory) -> Iterator[Finding]:
    """Find a national inventory without four or five centres (R4)."""
    count = len(inventory.centres)
    if inventory.scope == "national" and not _FEWEST_CENTRES <= count <= _MOST_CENTRES:
        yield Finding(
            rule="centre-count",
            path=("scope",),
            message=f"a national inventory has {_FEWEST_CENTRES} or {_MOST_CENTRES} centres, not {count}",
            action="add or remove files in centres/, or correct the scope",
        )


def scope_fits(inventory: Inventory) -> Iterator[Finding]:
    """Find an inventory that holds more than its scope says."""
    if inventory.scope == "municipality" and len(inventory.municipalities) > 1:
        yield _too_wide("municipalities", len(inventory.municipalities), "scope: centre")
    if inventory.scope != "national" and len(inventory.centres) > 1:
        yield _too_wide("centres", len(inventory.centres), "scope: national")


def _too_wide(what: str, count: int, fitting: str) -> Finding:
    return Finding(
        rule="scope",
        path=("scope",),
        message=f"the scope allows one of its {what}, and there are {count}",
        action=f"write '{fitting}', or remove what does not belong here",
    )
