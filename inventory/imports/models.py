"""What a source of an import tells: typed partial facts, each with the place it came from."""

from typing import Literal

from pydantic import Field, JsonValue

from inventory.models import (
    VLAN,
    Application,
    Device,
    Link,
    Model,
    PublicRange,
    RoutingDomain,
    Server,
    Site,
    Zone,
)

ObjectKind = Literal[
    "routing_domains",
    "public_ranges",
    "sites",
    "zones",
    "vlans",
    "devices",
    "links",
    "applications",
    "servers",
]
"""What can be imported, by the key under which people write it."""

SourceKind = Literal["rvtools", "csv", "ansible", "nautobot", "netbox", "discovery"]

FieldPath = tuple[str, ...]
"""The way to a field inside one object: ("cpus",), or ("interfaces", "Ethernet1", "description").

Ports and disks are lists whose items have names; a path goes through the name. The networks of a server are
known by their place, from 1: ("networks", "1", "vlan"). Each of these lists may also be given whole, but not
both ways by one source. Every other list is one value.
"""


class ImportedField(Model):
    """One fact about one object."""

    path: FieldPath = Field(min_length=1)
    value: JsonValue = Field(description="As it would stand in the file; never null")
    origin: str = Field(min_length=1, description="Where it was read, such as 'vInfo!E14' or an object's URL")
    only_if_missing: bool = Field(
        default=False,
        description="A default: for a new object only; it never changes or questions what is there",
    )


class ImportedObject(Model):
    """What a source knows of one object; it may be much less than a whole model."""

    kind: ObjectKind
    key: str = Field(min_length=1, description="As object_key() gives it: name, VLAN id, prefix or link ends")
    fields: tuple[ImportedField, ...] = Field(min_length=1)
    origin: str = Field(min_length=1, description="Where the object was read")


class SkippedObject(Model):
    """Something that the source has and the import does not take, or that needs a person."""

    kind: ObjectKind
    name: str = Field(min_length=1, description="The name in the source")
    origin: str
    reason: str = Field(min_length=1)
    action: str = Field(min_length=1, description="What to do so that it is taken, if that is wanted")
    key: str | None = Field(
        default=None, description="Its key, where that is known: it is then not told as vanished"
    )
    expected: bool = Field(
        default=False, description="Nothing is missing: a template, or what the mapping leaves out on purpose"
    )


class SourceIdentity(Model):
    """Which source this is, the same at every import from it; provenance and vanished objects go by it."""

    kind: SourceKind
    name: str = Field(
        min_length=1, description="Such as the vCenter's or Nautobot's host name; no credentials"
    )

    def render(self) -> str:
        """Return kind and name in one word pair."""
        return f"{self.kind} {self.name}"


class ImportedFacts(Model):
    """Everything that one reading of a source gave, for one municipality."""

    source: SourceIdentity
    covers: tuple[ObjectKind, ...] = Field(
        description="Kinds of which the source told all: what it gave before and not now vanished",
    )
    objects: tuple[ImportedObject, ...]
    skipped: tuple[SkippedObject, ...] = ()
    notes: tuple[str, ...] = Field(
        default=(), description="What a person should know of the reading, such as the encoding"
    )


class KindLayout(Model):
    """Where objects of a kind are written and what tells them apart."""

    file: str
    identity: str = Field(description="The field that names an object; links have none")
    model: type[Model]
    named_lists: tuple[str, ...] = Field(default=(), description="Lists whose items are told apart by 'name'")
    numbered_lists: tuple[str, ...] = Field(
        default=(), description="Lists whose items are known by their place"
    )

    @property
    def item_lists(self) -> tuple[str, ...]:
        """Return the lists into whose items a path may go."""
        return (*self.named_lists, *self.numbered_lists)


KINDS: dict[ObjectKind, KindLayout] = {
    "routing_domains": KindLayout(file="routing-domains.yaml", identity="name", model=RoutingDomain),
    "public_ranges": KindLayout(file="public-ranges.yaml", identity="prefix", model=PublicRange),
    "sites": KindLayout(file="sites.yaml", identity="name", model=Site),
    "zones": KindLayout(file="vlans.yaml", identity="name", model=Zone),
    "vlans": KindLayout(file="vlans.yaml", identity="vlan_id", model=VLAN),
    "devices": KindLayout(file="devices.yaml", identity="name", model=Device, named_lists=("interfaces",)),
    "links": KindLayout(file="links.yaml", identity="ends", model=Link),
    "applications": KindLayout(file="servers.yaml", identity="name", model=Application),
    "servers": KindLayout(
        file="servers.yaml",
        identity="name",
        model=Server,
        named_lists=("disks",),
        numbered_lists=("networks",),
    ),
}
"""In the order in which they are merged: what is referred to before what refers."""


def link_key(ends: tuple[str, ...] | list[str]) -> str:
    """Return the key of a link between two interfaces; the order of the ends does not matter."""
    return " <-> ".join(sorted(ends))


def object_key(kind: ObjectKind, data: dict[str, JsonValue]) -> str | None:
    """Return the key of an object as it is written; None where it has none.

    A link with one end outside the inventory has the key ``end <-> provider NAME``.
    """
    if kind == "links":
        ends = data.get("ends")
        if isinstance(ends, list) and ends:
            return link_key([str(end) for end in ends])
        end, provider = data.get("end"), data.get("provider")
        return None if end is None or provider is None else f"{end} <-> provider {provider}"
    found = data.get(KINDS[kind].identity)
    return None if found is None else str(found)
