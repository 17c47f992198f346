"""What a device's own configuration adds to the risks of its platform."""

from collections.abc import Callable, Mapping
from typing import Final

from devices.models import Collection, Platform
from devices.parsers.errors import ConfigurationTextError
from devices.parsers.fortios.tree import read_tree
from devices.parsers.panos.tree import read_panos
from devices.profiles import Risk


def risks_found(collection: Collection) -> frozenset[Risk]:
    """Return the risks that a change of this very device carries beyond those of its platform.

    A configuration that cannot be read adds none: the driver refuses to stage on it.
    """
    member = _MEMBERS.get(collection.platform)
    try:
        found = member is not None and member(collection)
    except (ConfigurationTextError, KeyError):
        return frozenset()
    return frozenset({"cluster-member"}) if found else frozenset()


def _fortios_member(collection: Collection) -> bool:
    mode = read_tree(collection.running, device=collection.device).at("system ha").text_of("mode")
    return mode not in {"", "standalone"}


def _panos_member(collection: Collection) -> bool:
    """Return whether a commit is synchronised to another firewall, as far as this one's text tells."""
    found = read_panos(collection.running, device=collection.device).at("deviceconfig", "high-availability")
    return found is not None and found.value("enabled") != "no"


_MEMBERS: Final[Mapping[Platform, Callable[[Collection], bool]]] = {
    "fortios": _fortios_member,
    "panos": _panos_member,
}
