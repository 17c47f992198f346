"""What a device's own configuration adds to the risks of its platform."""

from devices.models import Collection
from devices.parsers.errors import ConfigurationTextError
from devices.parsers.fortios.tree import read_tree
from devices.profiles import Risk


def risks_found(collection: Collection) -> frozenset[Risk]:
    """Return the risks that a change of this very device carries beyond those of its platform.

    A configuration that cannot be read adds none: the driver refuses to stage on it.
    """
    if collection.platform != "fortios":
        return frozenset()
    try:
        mode = read_tree(collection.running, device=collection.device).at("system ha").text_of("mode")
    except (ConfigurationTextError, KeyError):
        return frozenset()
    return frozenset({"cluster-member"}) if mode not in {"", "standalone"} else frozenset()
