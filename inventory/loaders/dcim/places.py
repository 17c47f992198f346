"""Sites: the places of a DCIM server in which devices stand."""

from collections.abc import Iterator

from inventory.loaders.dcim.collected import Collected, fact, words
from inventory.loaders.dcim.content import HeldContent, HeldPlace
from inventory.loaders.dcim.words import site_kind, slug

ATTRIBUTES = ("name", "kind", "tenant", "location")


class Places:
    """The places, and which site each belongs to.

    A device often stands in a room. Its site is the nearest place upwards that the server calls a site, or
    whose kind is a kind of site by the mapping or by its name; without one, the place is told as skipped.
    """

    def __init__(self, content: HeldContent, collected: Collected) -> None:
        self._collected = collected
        self._places = {place.id: place for place in content.places}
        self._site_of: dict[str, str | None] = {}
        self._taken: dict[str, str] = {}

    def names(self, place: str) -> tuple[str, ...]:
        """Return the names of a place and of everything it lies in."""
        return tuple(one.name for one in self._upwards(place))

    def site_of(self, place: str) -> str | None:
        """Return the site of a place, which is taken with this; None where it belongs to none."""
        if place not in self._site_of:
            self._site_of[place] = self._find_site(place)
        return self._site_of[place]

    def _find_site(self, place: str) -> str | None:
        for one in self._upwards(place):
            if one.is_site or site_kind(self._collected.mapping, one.kind) is not None:
                return self._take(one)
        here = self._places.get(place)
        if here is not None:
            action = "translate the kind of a place under translations.site_kind in the mapping"
            reason = (
                f"neither it nor a place around it has a kind that is known ({here.kind or 'it has none'})"
            )
            self._collected.skip("sites", here, reason, action, slug(here.name) or None)
        return None

    def _take(self, place: HeldPlace) -> str | None:
        if place.id in self._taken:
            return self._taken[place.id]
        attributes = {
            "name": words(place.name),
            "kind": words(place.kind),
            "tenant": words(place.tenant),
            "location": self.names(place.id),
        }
        mapping = self._collected.mapping
        key = slug(mapping.host_name(place.name))
        if not key:
            self._collected.skip("sites", place, "its name has no letter or digit", "rename it")
            return None
        if self._collected.left_out("sites", place, attributes, key):
            return None
        kind = site_kind(mapping, place.kind)
        fields = [fact(place.url, place.name, "title")]
        if kind is not None:
            fields.append(fact(place.url, kind, "kind"))
        self._collected.add("sites", key, place.url, fields, attributes)
        self._taken[place.id] = key
        return key

    def _upwards(self, place: str) -> Iterator[HeldPlace]:
        seen: set[str] = set()
        at: str | None = place
        while at is not None and at not in seen and (one := self._places.get(at)) is not None:
            seen.add(at)
            yield one
            at = one.parent
