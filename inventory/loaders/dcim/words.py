"""How the words of a DCIM server are said in an inventory; what is not known is never guessed."""

import re
import unicodedata
from typing import Final, get_args

from inventory.imports.mapping import ImportMapping
from inventory.models import DeviceRole, InterfaceRole, Platform, Site

TAKEN: Final = "active"
TRANSLATED: Final = (
    "status",
    "platform",
    "device_role",
    "interface_role",
    "site_kind",
    "zone",
    "routing_domain",
)
"""What a mapping may translate."""
_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ß": "ss"})
_DRIVERS: Final[dict[str, Platform]] = {
    "cisco_ios": "ios",
    "cisco_xe": "ios",
    "cisco_nxos": "nxos",
    "arista_eos": "eos",
    "juniper_junos": "junos",
    "fortinet": "fortios",
    "aruba_aoscx": "aoscx",
    "paloalto_panos": "panos",
}
_LONGEST_SLUG: Final = 63


def slug(text: str) -> str:
    """Return a name in lower case letters, digits and hyphens, with æ, ø and å as ae, oe and aa."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_DANISH)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].rstrip("-")


def is_active(mapping: ImportMapping, status: str) -> bool:
    """Tell whether objects in a state are taken: Active, and what the mapping calls active."""
    return mapping.translate("status", status).lower() == TAKEN


def platform_of(mapping: ImportMapping, name: str | None, driver: str | None) -> str | None:
    """Return the platform by the mapping, by its own name, or by the driver it names."""
    known = get_args(Platform)
    for word in (name, driver):
        if word is not None and (said := mapping.translate("platform", word)) in known:
            return said
    return None if driver is None else _DRIVERS.get(driver)


def device_role(mapping: ImportMapping, role: str) -> str | None:
    """Return the role of a device by the mapping, or by its own name."""
    said = mapping.translate("device_role", role).lower()
    return said if said in get_args(DeviceRole) else None


def interface_role(mapping: ImportMapping, role: str | None) -> str | None:
    """Return the role of a port by the mapping, or by its own name; None where that says nothing."""
    if role is None:
        return None
    said = mapping.translate("interface_role", role).lower()
    return said if said in get_args(InterfaceRole) else None


def site_kind(mapping: ImportMapping, kind: str | None) -> str | None:
    """Return the kind of a site by the mapping, or by its own name."""
    if kind is None:
        return None
    said = mapping.translate("site_kind", kind).lower()
    return said if said in get_args(Site.model_fields["kind"].annotation) else None


def zone_of(mapping: ImportMapping, role: str | None) -> str | None:
    """Return the zone that the role of a VLAN stands for."""
    return None if role is None else slug(mapping.translate("zone", role)) or None


def routing_domain_of(mapping: ImportMapping, namespace: str) -> str:
    """Return the routing domain that a namespace or VRF stands for."""
    return slug(mapping.translate("routing_domain", namespace))
