"""What a firewall lets through, what it lets in to itself, and what protects it."""

from dataclasses import dataclass

from devices.facts.base import ConfigLine, Fact

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirewallInterface(Fact):
    """An interface of a firewall: its zone, its second name, the role it states and what it stands on."""

    name: str
    alias: str | None = None
    role: str | None = None
    zone: str | None = None
    parent: str | None = None
    shut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FirewallZone(Fact):
    """A security zone; ``parts_members`` says whether its interfaces are kept apart, None is not stated."""

    name: str
    interfaces: Names = ()
    parts_members: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door(Fact):
    """Services of the device itself that can be reached through an interface.

    Without an interface it is every one of the zone that has no list of its own. ``holder`` is what the
    services are listed in, and ``shared_with`` the other interfaces that use the same list.
    """

    name: str
    zone: str | None = None
    interface: str | None = None
    services: Names = ()
    holder: str | None = None
    shared_with: Names = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FirewallPolicy(Fact):
    """One policy, in the order in which they are asked; zones are names of zones or interfaces, none is any.

    ``scope`` is the list that it stands in. ``any_to_any`` says that neither addresses limit it,
    ``all_services`` names what lets all ports through, ``limited`` that users or hours limit it, and ``logs``
    whether every session that it matches is logged. Its lines name it and its action; what it matches and
    logs has lines of its own.
    """

    name: str
    scope: str
    enabled: bool
    allows: bool
    from_zones: Names = ()
    to_zones: Names = ()
    any_to_any: bool = False
    all_services: Names = ()
    all_applications: bool = True
    logs: bool = False
    same_zone_only: bool = False
    limited: bool = False
    address_lines: tuple[ConfigLine, ...] = ()
    service_lines: tuple[ConfigLine, ...] = ()
    log_lines: tuple[ConfigLine, ...] = ()

    @property
    def matches_everything(self) -> bool:
        """Return whether nothing but the zones limits it."""
        return self.any_to_any and self.all_applications and bool(self.all_services) and not self.limited


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultPolicy(Fact):
    """What becomes of traffic that no policy matches; ``logs`` is None where it cannot be logged itself."""

    scope: str
    denies: bool
    logs: bool | None = None
    log_lines: tuple[ConfigLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodProtection(Fact):
    """Protection against floods and scans at zones or interfaces; ``fault`` says why it has no effect."""

    name: str
    places: Names
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTranslation(Fact):
    """Which source addresses traffic gets; without addresses it is that of the interface it leaves by.

    Addresses are written ``first-last``.
    """

    name: str
    from_zones: Names = ()
    to_zones: Names = ()
    addresses: Names = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Firewall(Fact):
    """Everything that a firewall guards by."""

    interfaces: tuple[FirewallInterface, ...] = ()
    zones: tuple[FirewallZone, ...] = ()
    doors: tuple[Door, ...] = ()
    policies: tuple[FirewallPolicy, ...] = ()
    defaults: tuple[DefaultPolicy, ...] = ()
    protections: tuple[FloodProtection, ...] = ()
    translations: tuple[SourceTranslation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedInterface(Fact):
    """An interface with an address: its VLAN where it is that of one, and the VRF that it routes in."""

    name: str
    vlan: int | None = None
    vrf: str | None = None
    shut: bool = False
