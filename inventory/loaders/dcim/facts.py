"""The facts of one municipality, out of what was read of a DCIM server: pure, the same for every server."""

from inventory.imports.errors import MappingError
from inventory.imports.mapping import ImportMapping
from inventory.imports.models import ImportedFacts, ObjectKind, SourceIdentity
from inventory.loaders.dcim import devices, networks, places, servers
from inventory.loaders.dcim.collected import Collected
from inventory.loaders.dcim.content import HeldContent
from inventory.loaders.dcim.devices import Devices
from inventory.loaders.dcim.networks import Networks
from inventory.loaders.dcim.places import Places
from inventory.loaders.dcim.ports import Ports
from inventory.loaders.dcim.servers import Servers
from inventory.loaders.dcim.words import TRANSLATED
from inventory.violations import suggest

_COVERS: tuple[ObjectKind, ...] = (
    "routing_domains",
    "sites",
    "zones",
    "vlans",
    "devices",
    "links",
    "servers",
)


def import_facts(
    content: HeldContent, mapping: ImportMapping, source: SourceIdentity, *, notes: tuple[str, ...] = ()
) -> ImportedFacts:
    """Return what was read as facts for the files of one municipality.

    Raises:
        MappingError: The mapping asks for something a DCIM server does not tell, or two VLANs of one number
            mean different things.

    """
    require_known_attributes(mapping)
    collected = Collected(mapping)
    held_networks = Networks(content, collected)
    held_places = Places(content, collected)
    held_ports = Ports(content, mapping, held_networks)
    held_devices = Devices(content, collected, held_places, held_ports)
    held_devices.take_links()
    Servers(content, collected, held_networks, held_ports)
    return ImportedFacts(
        source=source,
        covers=_COVERS,
        objects=tuple(collected.objects),
        skipped=tuple(collected.skipped),
        notes=notes,
    )


def require_known_attributes(mapping: ImportMapping) -> None:
    """Refuse a mapping that asks about or translates something that no DCIM server tells.

    Raises:
        MappingError: A rule asks for an unknown attribute, or a translation is of nothing known.

    """
    for name in mapping.translations:
        if name not in TRANSLATED:
            reason = f"translations.{name} is nothing that is translated of this source"
            raise MappingError(mapping.label, reason, suggest(name, TRANSLATED))
    mapping.require_attributes("sites", places.ATTRIBUTES)
    mapping.require_attributes("devices", devices.ATTRIBUTES)
    mapping.require_attributes("servers", servers.ATTRIBUTES)
    for kind in ("routing_domains", "zones"):
        mapping.require_attributes(kind, networks.ATTRIBUTES[kind])
    mapping.require_attributes("vlans", networks.VLAN_ATTRIBUTES)
