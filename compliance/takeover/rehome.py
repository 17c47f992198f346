"""Hand the management of a device over to the centre: time, logs and central login.

What the centre gives comes first and what the old owner had goes afterwards, in one change: a line that
takes something away never stands before the line that gives its successor. The keys that login servers share
with a device are secrets and never part of lines, so a login server is not added here, and no old one is
taken away before every server of the centre is there and a local account is the fallback.

Known limits:
    The inventory names no SNMP values of the centre, and the access lists in front of management are not
    read; both are left to a person, each with its reason.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from compliance.context import DeviceContext
from compliance.controls.services import is_central_with_local_fallback, servers_of
from compliance.errors import MissingContext
from compliance.remediation.models import ManualItem
from compliance.remediation.steps import NotMendable
from compliance.takeover.fortios import rehome_fortios_logs, rehome_fortios_time
from compliance.takeover.models import OldValue, Undertaking, takeover_lines
from devices.facts import AAA, AAAServer, DeviceFacts, LogServer, TimeServer
from devices.masking import MASK, mask_secrets

_SHORT: Final = {"tacacs+": "tacacs", "radius": "radius"}
_JUNOS: Final = {"tacacs+": "tacplus", "radius": "radius"}
_WHAT: Final = {"time": "ntp", "log": "log"}


class Part(NamedTuple):
    """What one topic gives and takes away, and what the old values were."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    old: tuple[str, ...] = ()


Topic = Callable[[DeviceFacts, str, DeviceContext], Part]


def rehome_management(device: str, facts: DeviceFacts, text: str, context: DeviceContext) -> Undertaking:
    """Return the lines that give a device the centre's servers in place of the old ones.

    Args:
        device: its name.
        facts: what its configuration says.
        text: the configuration itself; some platforms number what lines must name.
        context: the centre's values.
    """
    added: list[str] = []
    removed: list[str] = []
    old: list[OldValue] = []
    by_hand = takeover_lines()[facts.platform].by_hand
    manual = [ManualItem(control=topic, reason=by_hand[topic]) for topic in _TOPICS if topic in by_hand]
    for topic, rehome in _TOPICS.items():
        if topic in by_hand:
            continue
        try:
            part = rehome(facts, text, context)
        except (NotMendable, MissingContext) as reason:
            manual.append(ManualItem(control=topic, reason=str(reason)))
            continue
        added.extend(part.added)
        removed.extend(part.removed)
        old.extend(OldValue(topic=topic, value=mask_secrets(value)) for value in part.old)
    manual.extend(_left_to_a_person(facts, context))
    return Undertaking(
        device=device,
        lines="".join(f"{line}\n" for line in (*added, *removed)),
        old=tuple(old),
        manual=tuple(manual),
    )


def _left_to_a_person(facts: DeviceFacts, context: DeviceContext) -> Iterator[ManualItem]:
    if facts.snmp_communities:
        yield ManualItem(
            control="snmp",
            reason=f"{len(facts.snmp_communities)} communities of before are left and the inventory names no "
            "SNMP values of the centre; give it the centre's SNMPv3 user by hand, hardening takes the "
            "communities (SNMP-01)",
        )
    if context.management_prefixes:
        prefixes = ", ".join(str(one) for one in context.management_prefixes)
        yield ManualItem(
            control="access",
            reason=f"who may reach its management is not read; limit it to {prefixes} by hand",
        )


def _rehome_time(facts: DeviceFacts, text: str, context: DeviceContext) -> Part:
    wanted = context.needed_servers("ntp")
    if facts.platform == "fortios":
        return Part(*rehome_fortios_time(text, wanted))
    return _rehome_servers(facts, "time", facts.time_servers, wanted)


def _rehome_logs(facts: DeviceFacts, text: str, context: DeviceContext) -> Part:
    wanted = context.needed_servers("log")
    if facts.platform == "fortios":
        return Part(*rehome_fortios_logs(text, wanted))
    return _rehome_servers(facts, "log", facts.log_servers, wanted)


def _rehome_servers(
    facts: DeviceFacts,
    topic: str,
    servers: tuple[TimeServer, ...] | tuple[LogServer, ...],
    wanted: tuple[str, ...],
) -> Part:
    vrfs = {one.vrf for one in servers}
    if len(vrfs) > 1:
        raise NotMendable(f"its {topic} servers are in several VRFs; say by hand which is the centre's")
    vrf = next(iter(vrfs), None)
    present = {one.address for one in servers}
    leaving = [one for one in servers if one.address not in wanted]
    return Part(
        tuple(_line(facts, f"{topic}-add", vrf, address=one) for one in wanted if one not in present),
        tuple(
            _line(facts, f"{topic}-remove", one.vrf, address=one.address, line=one.lines[0].text)
            for one in leaving
        ),
        tuple(one.address for one in leaving),
    )


def _line(facts: DeviceFacts, step: str, vrf: str | None, **values: str) -> str:
    """Return a step's line; where the platform has one for a VRF, that is taken."""
    steps = takeover_lines()[facts.platform].steps
    template = steps.get(step if vrf is None else f"{step}-vrf")
    if template is None:
        raise NotMendable(f"{facts.platform} has no line for it that is sure to be right; change it by hand")
    line = template.format_map({"vrf": vrf or "", **values}).rstrip("\n")
    if MASK in line:
        raise NotMendable("a line of before holds a secret, which no plan carries; take it away by hand")
    return line


def _rehome_login(facts: DeviceFacts, _text: str, context: DeviceContext) -> Part:
    wanted = context.needed_servers("aaa")
    aaa = facts.aaa
    if aaa is None:
        raise NotMendable("the platform states no central login; log in through a jump host")
    present = {one.address for one in aaa.servers}
    missing = [one for one in wanted if one not in present]
    if missing:
        raise NotMendable(
            f"{', '.join(missing)} must be added by hand first: the key that a login server shares with the "
            "device is a secret, which no plan carries. The old servers stay until then"
        )
    leaving = tuple(one for one in aaa.servers if one.address not in wanted)
    if not leaving:
        return Part()
    _check_login_without(facts, aaa, wanted, context)
    return Part(
        (),
        tuple(_login_lines(facts, aaa, leaving)),
        tuple(f"{one.protocol} {one.address}" for one in leaving),
    )


def _check_login_without(
    facts: DeviceFacts, aaa: AAA, wanted: tuple[str, ...], context: DeviceContext
) -> None:
    """Refuse to take old servers away where a login would be left without a central server or a fallback."""
    users = {user.name for user in facts.local_users}
    if context.break_glass_user is None or context.break_glass_user not in users:
        raise NotMendable("the break-glass account of the site is missing; create it before old servers go")
    known = {one.name: one for one in aaa.methods}
    for use in aaa.uses:
        methods = known.get(use.method_list)
        if methods is None or not aaa.enabled or not is_central_with_local_fallback(methods):
            raise NotMendable(
                f"{use.place} does not ask central servers with the local account behind them (AAA-01); "
                "harden the device before old servers go"
            )
        if not set(servers_of(aaa, methods)) & set(wanted):
            raise NotMendable(f"{use.place} asks no server of the centre; add them to its group first")


def _login_lines(facts: DeviceFacts, aaa: AAA, leaving: tuple[AAAServer, ...]) -> Iterator[str]:
    for one in leaving:
        values = {
            "address": one.address,
            "name": one.name or "",
            "protocol": one.protocol,
            "protocol_name": _SHORT.get(one.protocol, one.protocol),
            "protocol_junos": _JUNOS.get(one.protocol, one.protocol),
        }
        for group in aaa.groups:
            if group.protocol == one.protocol and one.address in group.addresses and not group.by_default:
                yield _line(facts, "aaa-leave", None, group=group.name, **values)
        if one.name is not None:
            yield _line(facts, "aaa-remove-named", None, **values)
        else:
            yield _line(facts, "aaa-remove", one.vrf, **values)


# Time before logs, so that the first lines that reach the centre bear its time; who may log in comes last.
_TOPICS: Final[dict[str, Topic]] = {"time": _rehome_time, "log": _rehome_logs, "aaa": _rehome_login}
