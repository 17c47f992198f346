"""Mend from where a device is managed."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.management_access import fault_of_list, is_inside, judged_gates
from compliance.remediation.steps import Mender, NotMendable, Step
from devices.facts import DeviceFacts, ManagementGate, read_network

_OWN: Final = "SAMDRIFT-MGMT"
_WITH_LISTS: Final = frozenset({"ios", "nxos", "eos"})
_MOST_HOSTS: Final = 10


def mend_management_access(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """MGT-03: make a list of the management prefixes, then put it before every way in that lacks a good one.

    A list of the site is left as it is: others may use it. Where the controller itself comes from elsewhere
    the lines would cut it off, so a person decides.
    """
    prefixes = context.needed_management_prefixes()
    for address in context.controller_addresses or ():
        if not any(address in one for one in prefixes):
            raise NotMendable(
                f"the controller comes from {address}, outside the management prefixes; it would be cut off"
            )
    open_gates = [gate for gate, seen in judged_gates(facts, prefixes) if not seen.good]
    menders = {"junos": _junos, "fortios": _fortios, "panos": _panos, "aoscx": _aoscx}
    mend = _with_lists if facts.platform in _WITH_LISTS else menders[facts.platform]
    yield from mend(facts, open_gates, prefixes)


def _with_lists(
    facts: DeviceFacts, gates: list[ManagementGate], prefixes: tuple[IPv4Network, ...]
) -> Iterator[Step]:
    for family in sorted({gate.family or "ipv4" for gate in gates}):
        name = _good_list(facts, family, prefixes)
        if name is None:
            name = _free_name(facts, _OWN if family == "ipv4" else f"{_OWN}-V6")
            yield from _list_steps(name, family, prefixes)
        for gate in gates:
            if gate.family == family:
                step = f"management-gate-{family}" if gate.vrf is None else f"management-gate-{family}-vrf"
                yield Step(step, {"place": gate.place, "list": name, "vrf": gate.vrf or ""})


def _list_steps(name: str, family: str, prefixes: tuple[IPv4Network, ...]) -> Iterator[Step]:
    for one in prefixes if family == "ipv4" else ():
        values = {"list": name, "network": str(one), "address": str(one.network_address)}
        yield Step("management-permit", {**values, "wildcard": str(one.hostmask)})
    yield Step(f"management-deny-{family}", {"list": name})


def _good_list(facts: DeviceFacts, family: str, prefixes: tuple[IPv4Network, ...]) -> str | None:
    """Return a list that is there, passes, and lets every management prefix in."""
    gates = [gate for gate in facts.management_gates if gate.family == family]
    for one in facts.access_lists:
        taken = {network for entry in one.entries if entry.action == "permit" for network in entry.sources}
        if one.family != family or (family == "ipv4" and not taken >= set(prefixes)):
            continue
        if all(fault_of_list(one, gate.services, prefixes) is None for gate in gates):
            return one.name
    return None


def _free_name(facts: DeviceFacts, wanted: str) -> str:
    taken = {one.name for one in facts.access_lists} | {gate.access_list for gate in facts.management_gates}
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name


def _junos(
    facts: DeviceFacts, gates: list[ManagementGate], prefixes: tuple[IPv4Network, ...]
) -> Iterator[Step]:
    for gate in gates:
        if gate.access_list is not None:
            raise NotMendable(
                f"the filter {gate.access_list} on lo0 is the site's own; its terms must be changed by hand"
            )
        name = _free_name(facts, _OWN)
        if gate.family == "ipv4":
            for one in prefixes:
                yield Step("management-permit", {"list": name, "network": str(one)})
        yield Step(f"management-filter-{gate.family}", {"list": name})


def _fortios(
    _facts: DeviceFacts, gates: list[ManagementGate], prefixes: tuple[IPv4Network, ...]
) -> Iterator[Step]:
    if len(prefixes) > _MOST_HOSTS:
        raise NotMendable(
            f"an administrator has {_MOST_HOSTS} trusted hosts at most, and there are more prefixes"
        )
    for gate in gates:
        if gate.family == "ipv6":
            raise NotMendable(
                "the management prefixes are IPv4; limit ip6-trusthost of the administrators by hand"
            )
        lines = [
            f"        set trusthost{number} {one.network_address} {one.netmask}"
            for number, one in enumerate(prefixes, start=1)
        ]
        if gate.sources or gate.unresolved:
            lines.extend(
                f"        unset trusthost{number}" for number in range(len(prefixes) + 1, _MOST_HOSTS + 1)
            )
        yield Step("management-hosts", {"place": gate.place, "hosts": "\n".join(lines)})


def _panos(
    _facts: DeviceFacts, gates: list[ManagementGate], prefixes: tuple[IPv4Network, ...]
) -> Iterator[Step]:
    for gate in gates:
        suffix = "-profile" if gate.place else ""
        values = {"place": gate.place}
        for one in prefixes:
            yield Step(f"management-permit{suffix}", {**values, "network": str(one)})
        for written in gate.written:
            if _is_outside(written, prefixes):
                yield Step(f"management-refuse{suffix}", {**values, "network": written})


def _aoscx(
    _facts: DeviceFacts, gates: list[ManagementGate], prefixes: tuple[IPv4Network, ...]
) -> Iterator[Step]:
    for gate in gates:
        if gate.access_list is not None:
            raise NotMendable(
                f"the list {gate.access_list} guards the whole control plane; change its entries by hand"
            )
        for one in prefixes:
            yield Step("management-permit", {"network": str(one)})
        for written in gate.written:
            if _is_outside(written.partition(" ")[2], prefixes):
                yield Step("management-refuse", {"written": written})
        yield Step("management-limit")


def _is_outside(written: str, prefixes: tuple[IPv4Network, ...]) -> bool:
    network = read_network(written)
    return network is None or not is_inside(network, prefixes)


MENDERS: Final[Mapping[str, Mender]] = {"MGT-03": mend_management_access}
