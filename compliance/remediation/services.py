"""Mend the services that a device leans on."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.services import (
    LEAST_SERVERS,
    is_central_with_local_fallback,
    servers_of,
)
from compliance.remediation.steps import Mender, NotMendable, Step, platform_lines
from devices.facts import AAA, AAAGroup, DeviceFacts, LoginMethods

_BARE_WORD = re.compile(r"[\w.:@-]+")
_SHORT: Final = {"tacacs+": "tacacs", "radius": "radius"}
_JUNOS: Final = {"tacacs+": "tacplus", "radius": "radius"}


def mend_central_login(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """AAA-01: name servers, switch AAA on, put central servers before the local account.

    Servers come before the list that asks them. The keys that the servers share with the device are secrets
    and never part of the lines: set them beforehand, or the device falls back to the local account.
    """
    aaa = facts.aaa
    if aaa is None:
        raise NotMendable("the platform has no central login; log in through a jump host")
    if facts.platform in {"fortios", "panos"}:
        raise NotMendable(
            "a login server comes with a secret and with the names of administrators, which no plan carries; "
            "add the servers and their group or profile by hand"
        )
    wanted = context.needed_servers("aaa")
    _check_fallback(facts, context)
    if not aaa.enabled:
        yield Step("aaa-on")
    known = {one.name: one for one in aaa.methods}
    steps = platform_lines()[facts.platform].steps
    for name in dict.fromkeys(use.method_list for use in aaa.uses):
        yield from _mend_list(aaa, name, known.get(name), wanted, steps)


def _check_fallback(facts: DeviceFacts, context: DeviceContext) -> None:
    """Refuse to ask central servers first where nobody could log in without them."""
    names = {user.name for user in facts.local_users}
    if not names:
        raise NotMendable("there is no local account to fall back to; create the break-glass account first")
    if context.break_glass_user is not None and context.break_glass_user not in names:
        raise NotMendable(f"the break-glass account {context.break_glass_user} is missing; create it first")


def _mend_list(
    aaa: AAA,
    name: str,
    methods: LoginMethods | None,
    wanted: tuple[str, ...],
    steps: Mapping[str, str],
) -> Iterator[Step]:
    group, protocol, named = _group(aaa, methods)
    values = {
        "list": name,
        "group": group,
        "group_short": _SHORT.get(group, group),
        "protocol": protocol,
        "protocol_junos": _JUNOS[protocol],
    }
    asked = LoginMethods(name=name, methods=(f"group {group}", "local"), lines=aaa.lines)
    added = tuple(_add_servers(aaa, asked, protocol, named, wanted))
    if added and "aaa-server" not in steps:
        missing = ", ".join(dict.fromkeys(step.values["address"] for step in added))
        raise NotMendable(
            f"the AAA servers {missing} are missing; each shares a secret with the device, which no plan "
            "carries: add them by hand, then plan again"
        )
    yield from added
    if methods is None or not is_central_with_local_fallback(methods):
        yield Step(_list_step(methods, steps), values)
    if not aaa.enabled:
        # With AAA on, the privilege of a login comes from authorization alone: without this line the next
        # session of an administrator would start unprivileged, and that of the automation too.
        yield Step("exec-authorization", values)


def _list_step(methods: LoginMethods | None, steps: Mapping[str, str]) -> str:
    """Return what a list lacks: itself, or only the fallback where that is a line of its own."""
    if methods is None or methods.by_default:
        return "login-list-new"
    only_groups = bool(methods.methods) and all(one.startswith("group ") for one in methods.methods)
    return "login-fallback" if only_groups and "login-fallback" in steps else "login-list"


def _group(aaa: AAA, methods: LoginMethods | None) -> tuple[str, str, AAAGroup | None]:
    """Return the group that the list asks, or shall ask: its name, its protocol, the group if named."""
    for method in methods.methods if methods is not None else ():
        name = method.removeprefix("group ")
        if method != name and name.lower() in _SHORT:
            return name.lower(), name.lower(), None
        named = next((one for one in aaa.groups if one.name == name), None)
        if method != name and named is not None:
            return name, named.protocol, named
    ready = next(
        (one for one in aaa.groups if not one.by_default and len(one.addresses) >= LEAST_SERVERS), None
    )
    if ready is not None:
        return ready.name, ready.protocol, ready
    protocol = aaa.servers[0].protocol if aaa.servers else "tacacs+"
    return protocol, protocol, None


def _add_servers(
    aaa: AAA, asked: LoginMethods, protocol: str, named: AAAGroup | None, wanted: tuple[str, ...]
) -> Iterator[Step]:
    counted = [one for one in servers_of(aaa, asked) if one in wanted]
    known = {one.address: one for one in aaa.servers if one.protocol == protocol}
    for address in _missing(tuple(counted), wanted, "AAA"):
        name = f"AAA-{address.replace('.', '-').replace(':', '-')}"
        values = {
            "address": address,
            "name": name,
            "protocol": protocol,
            "protocol_name": _SHORT[protocol],
            "protocol_junos": _JUNOS[protocol],
        }
        if address not in known:
            yield Step("aaa-server", values)
        elif named is not None:
            values["name"] = known[address].name or name
        if named is not None:
            yield Step("aaa-member", {**values, "group": named.name})


def _missing(counted: tuple[str, ...], wanted: tuple[str, ...], what: str) -> tuple[str, ...]:
    """Return the servers that must be added, no more than needed."""
    needed = LEAST_SERVERS - len(counted)
    spare = [one for one in dict.fromkeys(wanted) if one not in counted]
    if needed > len(spare):
        raise NotMendable(
            f"the site names fewer than {LEAST_SERVERS} {what} servers; name more and plan again"
        )
    return tuple(spare[: max(needed, 0)])


def mend_communities(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """SNMP-01: remove every community."""
    if any(one.of_traps for one in facts.snmp_communities):
        raise NotMendable(
            "a trap profile bears a community, and what names the profile would lose its traps; give the "
            "profile an SNMPv3 user by hand"
        )
    for name, entry in dict.fromkeys(
        (one.name.get_secret_value(), one.entry) for one in facts.snmp_communities
    ):
        word = name if _BARE_WORD.fullmatch(name) else f'"{name}"'
        yield Step("snmp-community", {"community": name, "word": word, "entry": entry})


MENDERS: Final[Mapping[str, Mender]] = {
    "AAA-01": mend_central_login,
    "SNMP-01": mend_communities,
}
