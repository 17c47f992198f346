"""Centres: every municipality has exactly one, and a national inventory has four or five (R4).

A municipality names its centre. A centre may list who signed its agreement; where it does, the two must tell
the same story, for membership is data and never derived from a region.
"""

from collections.abc import Iterator

from inventory.national import municipalities
from inventory.outline import InventoryOutline, MunicipalityOutline
from inventory.violations import Finding, ModelPath, suggest

_FEWEST_CENTRES, _MOST_CENTRES = 4, 5


def municipality_without_centre(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find municipalities whose centre does not exist."""
    known = tuple(centre.name for centre in inventory.centres)
    for town, at in inventory.towns():
        if town.centre not in known:
            yield Finding(
                rule="centre-undefined",
                path=(*at, "municipality", "centre"),
                message=f"the centre '{town.centre}' does not exist",
                action=suggest(town.centre, known),
            )


def municipality_in_two_centres(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find municipalities that two centres list, or one centre twice."""
    for name, listed in _listed(inventory).items():
        for centre, path in listed[1:]:
            yield Finding(
                rule="centre-twice",
                path=path,
                message=f"{name} is listed by the centre {centre} and already by the centre {listed[0][0]}",
                action="keep it in the list of the one centre whose agreement it signed",
                related=(listed[0][1],),
            )


def membership_fits(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find municipalities whose own centre does not list them, where that list is written."""
    listed = _listed(inventory)
    centres = {centre.name: (centre, index) for index, centre in enumerate(inventory.centres)}
    for town, at in inventory.towns():
        if town.centre not in centres:
            continue
        lists = listed.get(town.name, [])
        path: ModelPath = (*at, "municipality", "centre")
        if lists and town.centre not in {centre for centre, _ in lists}:
            yield Finding(
                rule="centre-membership",
                path=path,
                message=f"{town.name} names the centre {town.centre}, and the centre {lists[0][0]} lists it",
                action="write the centre whose agreement it signed in both places",
                related=(lists[0][1],),
            )
        centre, index = centres[town.centre]
        if not lists and centre.municipalities:
            yield Finding(
                rule="centre-membership",
                path=path,
                message=f"{town.name} names the centre {town.centre}, whose list does not hold it",
                action=f"add it to 'municipalities' of the centre {town.centre}, or name another centre",
                related=(("centres", index, "municipalities"),),
            )


def member_exists(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find listed members that are no municipality of a national inventory, or none of Denmark."""
    known = {town.name for town in inventory.municipalities}
    if inventory.scope != "national":
        known |= {one.slug for one in municipalities()}
    for name, listed in _listed(inventory).items():
        if name not in known:
            for centre, path in listed:
                yield Finding(
                    rule="centre-member",
                    path=path,
                    message=f"the centre {centre} lists {name}, which is no municipality",
                    action=suggest(name, tuple(known)),
                )


def centre_count(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find a national inventory without four or five centres (R4)."""
    count = len(inventory.centres)
    if inventory.scope == "national" and not _FEWEST_CENTRES <= count <= _MOST_CENTRES:
        yield Finding(
            rule="centre-count",
            path=("scope",),
            message=f"a national inventory has {_FEWEST_CENTRES} or {_MOST_CENTRES} centres, not {count}",
            action="add or remove files in centres/, or correct the scope",
        )


def every_municipality_is_there(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find a national inventory in which some of the 98 municipalities are missing."""
    if inventory.scope != "national":
        return
    there = {known for town in inventory.municipalities for known in (town.code, town.name)}
    for one in municipalities():
        if not there & {one.code, one.slug}:
            yield Finding(
                rule="municipality-missing",
                path=("scope",),
                message=f"a national inventory holds all {len(municipalities())} municipalities, "
                f"and {one.name} ({one.code}) is missing",
                action=f"add municipalities/{one.slug}/municipality.yaml, or correct the scope",
            )


def code_is_of_the_municipality(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find codes that no municipality has, and codes that are another municipality's."""
    by_code = {one.code: one for one in municipalities()}
    code_of = {one.slug: one.code for one in municipalities()}
    for town, at in inventory.towns():
        known = by_code.get(town.code)
        if known is not None and known.slug == town.name:
            continue
        said = "no municipality has" if known is None else f"is the code of {known.name}"
        yield Finding(
            rule="municipality-code",
            path=(*at, "municipality", "code"),
            message=f"{town.name} has the code {town.code}, which {said}",
            action=_right_code(town, code_of),
        )


def scope_fits(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find an inventory that holds more than its scope says."""
    if inventory.scope == "municipality" and len(inventory.municipalities) > 1:
        yield _too_wide("municipalities", len(inventory.municipalities), "scope: centre")
    if inventory.scope != "national" and len(inventory.centres) > 1:
        yield _too_wide("centres", len(inventory.centres), "scope: national")


def _listed(inventory: InventoryOutline) -> dict[str, list[tuple[str, ModelPath]]]:
    """Return who lists each municipality, and where."""
    listed: dict[str, list[tuple[str, ModelPath]]] = {}
    for index, centre in enumerate(inventory.centres):
        for number, name in enumerate(centre.municipalities):
            path: ModelPath = ("centres", index, "municipalities", number)
            listed.setdefault(name, []).append((centre.name, path))
    return listed


def _right_code(town: MunicipalityOutline, code_of: dict[str, int]) -> str:
    if town.name in code_of:
        return f"write the code {code_of[town.name]}"
    return f"name the municipality as the national table does: {suggest(town.name, tuple(code_of))}"


def _too_wide(what: str, count: int, fitting: str) -> Finding:
    return Finding(
        rule="scope",
        path=("scope",),
        message=f"the scope allows one of its {what}, and there are {count}",
        action=f"write '{fitting}', or remove what does not belong here",
    )
