"""Routing domains, zones and VLANs: the namespaces, prefixes and VLANs of a DCIM server."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv4Network, ip_network

from pydantic import JsonValue

from inventory.imports.errors import MappingError
from inventory.imports.models import ImportedField, ObjectKind
from inventory.loaders.dcim.collected import Collected, fact, words
from inventory.loaders.dcim.content import HeldContent, HeldPrefix, HeldVLAN
from inventory.loaders.dcim.words import is_active, routing_domain_of, slug, zone_of

VLAN_ATTRIBUTES = ("name", "vid", "group", "role", "tenant", "tag")
_DOMAIN_ATTRIBUTES = ("name",)
ATTRIBUTES = {"vlans": VLAN_ATTRIBUTES, "zones": _DOMAIN_ATTRIBUTES, "routing_domains": _DOMAIN_ATTRIBUTES}


class Networks:
    """The VLANs that are taken, by the server's own ids."""

    def __init__(self, content: HeldContent, collected: Collected) -> None:
        self._collected = collected
        self._vid_of = {vlan.id: vlan.vid for vlan in content.vlans}
        self._taken: set[int] = set()
        prefixes = self._usable_prefixes(content.prefixes)
        self._of_vlans: dict[str, list[tuple[IPv4Network, HeldPrefix]]] = defaultdict(list)
        for network, one in sorted(prefixes, key=lambda pair: -pair[0].prefixlen):
            if one.vlan is not None:
                self._of_vlans[one.namespace].append((network, one))
        self.domains = self._take_domains(prefixes)
        self._take_vlans(content.vlans, prefixes)

    def vid_of(self, vlan: str) -> int | None:
        """Return the number of a VLAN that is taken; None for another."""
        vid = self._vid_of.get(vlan)
        return vid if vid in self._taken else None

    def vid_of_address(self, address: IPv4Address, namespace: str) -> tuple[int, str] | None:
        """Return the VLAN of the smallest prefix that holds an address, and where that prefix is said."""
        for network, prefix in self._of_vlans.get(namespace, ()):
            if address in network:
                vid = self.vid_of(prefix.vlan or "")
                return None if vid is None else (vid, prefix.url)
        return None

    def _usable_prefixes(self, prefixes: Iterable[HeldPrefix]) -> list[tuple[IPv4Network, HeldPrefix]]:
        usable: list[tuple[IPv4Network, HeldPrefix]] = []
        for one in prefixes:
            network = ip_network(one.name)
            kind: ObjectKind = "vlans" if one.vlan else "routing_domains"
            if not isinstance(network, IPv4Network):
                action = "nothing: an inventory holds IPv4 prefixes"
                self._collected.skip(kind, one, "it is not IPv4", action, expected=True)
            elif not is_active(self._collected.mapping, one.status):
                self._collected.skip(kind, one, *status_reason(one.status))
            else:
                usable.append((network, one))
        return usable

    def _take_domains(self, prefixes: list[tuple[IPv4Network, HeldPrefix]]) -> tuple[str, ...]:
        """Take each namespace as a routing domain that holds its outermost prefixes."""
        by_namespace: dict[str, list[tuple[IPv4Network, HeldPrefix]]] = defaultdict(list)
        for network, one in prefixes:
            by_namespace[one.namespace].append((network, one))
        names = []
        for namespace, held in sorted(by_namespace.items()):
            name = routing_domain_of(self._collected.mapping, namespace)
            if not name:
                reason = f"the namespace '{namespace}' has no letter or digit"
                self._collected.skip(
                    "routing_domains", held[0][1], reason, "translate it under routing_domain"
                )
                continue
            outer = outermost([network for network, _ in held])
            origin = next(one.url for network, one in held if network == outer[0])
            value: list[JsonValue] = [str(network) for network in outer]
            fields = [fact(origin, value, "prefixes")]
            self._collected.add("routing_domains", name, origin, fields, {"name": words(name, namespace)})
            names.append(name)
        return tuple(names)

    def _take_vlans(self, vlans: Iterable[HeldVLAN], prefixes: list[tuple[IPv4Network, HeldPrefix]]) -> None:
        prefix_of: dict[str, list[tuple[IPv4Network, HeldPrefix]]] = defaultdict(list)
        for network, one in prefixes:
            prefix_of[one.vlan or ""].append((network, one))
        by_vid: dict[int, list[HeldVLAN]] = defaultdict(list)
        for vlan in vlans:
            if self._is_wanted(vlan):
                by_vid[vlan.vid].append(vlan)
        zones: dict[str, HeldVLAN] = {}
        for vid, same in sorted(by_vid.items()):
            first = self._only_one(same)
            held = [pair for vlan in same for pair in prefix_of[vlan.id]]
            fields = self._fields(first, held)
            zone = next((one.value for one in fields if one.path == ("zone",)), None)
            self._collected.add("vlans", str(vid), first.url, fields)
            self._taken.add(vid)
            if isinstance(zone, str):
                zones.setdefault(zone, first)
        for zone, vlan in sorted(zones.items()):
            self._take_zone(zone, vlan)

    def _is_wanted(self, vlan: HeldVLAN) -> bool:
        key = str(vlan.vid)
        if self._collected.left_out("vlans", vlan, _attributes(vlan), key):
            return False
        if is_active(self._collected.mapping, vlan.status):
            return True
        self._collected.skip("vlans", vlan, *status_reason(vlan.status), key)
        return False

    def _only_one(self, same: list[HeldVLAN]) -> HeldVLAN:
        """Return the VLAN of a number; several are one where they are called alike and mean the same zone.

        Raises:
            MappingError: they are different VLANs.

        """
        first, *others = sorted(same, key=lambda vlan: vlan.url)
        mapping = self._collected.mapping
        for other in others:
            alike = slug(other.name) == slug(first.name)
            if not alike or zone_of(mapping, other.role) != zone_of(mapping, first.role):
                listed = ", ".join(
                    f"'{vlan.name}' of {vlan.group or 'no group'} ({vlan.url})" for vlan in same
                )
                reason = f"VLAN {first.vid} of this municipality means different things: {listed}"
                raise MappingError(mapping.label, reason, "leave all but one out by group, under leave_out")
        return first

    def _fields(self, vlan: HeldVLAN, held: list[tuple[IPv4Network, HeldPrefix]]) -> list[ImportedField]:
        mapping = self._collected.mapping
        fields = [fact(vlan.url, slug(vlan.name) or f"vlan-{vlan.vid}", "name")]
        if (zone := zone_of(mapping, vlan.role)) is not None:
            fields.append(fact(vlan.url, zone, "zone"))
        if held:
            network, prefix = min(held, key=lambda pair: (pair[0], pair[1].namespace))
            fields.append(fact(prefix.url, str(network), "prefix"))
            domain = routing_domain_of(mapping, prefix.namespace)
            fields.append(fact(prefix.url, domain, "routing_domain"))
            for _, other in held:
                if other is not prefix:
                    reason = (
                        f"VLAN {vlan.vid} has {prefix.name} already, and an inventory holds one prefix of it"
                    )
                    self._collected.skip(
                        "vlans", other, reason, "remove one of them, or accept it", str(vlan.vid)
                    )
        elif len(self.domains) == 1 and "routing_domain" not in mapping.defaults.get("vlans", {}):
            guess = fact(vlan.url, self.domains[0], "routing_domain")
            fields.append(guess.model_copy(update={"only_if_missing": True}))
        return list(mapping.fields_for("vlans", tuple(fields), _attributes(vlan)))

    def _take_zone(self, zone: str, vlan: HeldVLAN) -> None:
        if not self._collected.add("zones", zone, vlan.url, [], {"name": words(zone)}):
            held = vlan.model_copy(update={"name": zone})
            action = (
                "set it for zones in the mapping: {kind: zones, when: {name: ...}, set: {sensitivity: ...}}"
            )
            self._collected.skip("zones", held, "nothing says its sensitivity", action, zone)


def outermost(networks: list[IPv4Network]) -> list[IPv4Network]:
    """Return the networks that lie in no other one, in their order."""
    outer: list[IPv4Network] = []
    for network in sorted(set(networks), key=lambda one: (one.network_address, one.prefixlen)):
        if not outer or not network.subnet_of(outer[-1]):
            outer.append(network)
    return outer


def status_reason(status: str) -> tuple[str, str]:
    """Return why an object in a state is not taken, and what to do."""
    action = f"translate '{status}' to 'active' under translations.status in the mapping, if it is wanted"
    return f"its state is {status}", action


def _attributes(vlan: HeldVLAN) -> Mapping[str, tuple[str, ...]]:
    return {
        "name": words(vlan.name),
        "vid": (str(vlan.vid),),
        "group": words(vlan.group),
        "role": words(vlan.role),
        "tenant": words(vlan.tenant),
        "tag": vlan.tags,
    }
