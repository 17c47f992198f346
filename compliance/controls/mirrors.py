"""Controls of the mirror ports that feed the network sensor."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import SWITCHES, Judged
from devices.facts import DeviceFacts, MirrorDestination, MirrorSession, interface_key


def sessions_to(facts: DeviceFacts, port: str) -> tuple[MirrorSession, ...]:
    """Return the mirror sessions that are on and copy to the port."""
    wanted = interface_key(port)
    return tuple(
        session
        for session in facts.mirror_sessions
        if session.enabled and any(interface_key(one.interface) == wanted for one in session.destinations)
    )


def directions(session: MirrorSession, facts: DeviceFacts, link: str) -> tuple[bool, bool]:
    """Return whether the session copies what the link receives, and what it sends.

    A bundle that is a source stands for its members.
    """
    port = facts.port(link)
    names = {interface_key(link)}
    if port is not None and port.bundle is not None:
        names.add(interface_key(port.bundle))
    sources = [one for one in session.sources if interface_key(one.interface) in names]
    return any(one.receives for one in sources), any(one.sends for one in sources)


def wanted_links(context: DeviceContext, *, inside: bool) -> tuple[str, ...]:
    """Return the links that the mirror must copy: the firewall's where the context names them, or uplinks."""
    links = context.inside_links if inside else context.outside_links
    return context.needed_uplinks() if links is None else links


def judge_inside_mirror(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """SEN-01: the inside of the firewall is mirrored to the sensor, in both directions.

    Passes when one session copies to the sensor's port and has the firewall's inside link (every uplink where
    the context names no such link) as a source for what it receives and what it sends. Fails without a
    session, with one direction only, or with a source missing. Where the site has no sensor or no such link
    on this device there is nothing to judge.

    Example:
        >>> ios("monitor session 1 source interface Te1/1/1 both",
        ...     "monitor session 1 destination interface Gi1/0/48 encapsulation replicate")
        'PASS'
        >>> ios("monitor session 1 source interface Te1/1/1 rx",
        ...     "monitor session 1 destination interface Gi1/0/48")
        'FAIL'
        >>> eos("monitor session NDR source Te1/1/1", "monitor session NDR destination Gi1/0/48")
        'PASS'
    """
    return _judge_mirror(facts, context, inside=True)


def judge_outside_mirror(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """SEN-02: the internet side of the firewall is mirrored to the sensor, in both directions.

    Asked of edge switches only; otherwise as SEN-01 with the firewall's outside link.

    Example:
        >>> ios("monitor session 1 source interface Te1/1/1",
        ...     "monitor session 1 destination interface Gi1/0/48", role="edge")
        'PASS'
        >>> ios("no monitor session 1", role="edge")
        'FAIL'
    """
    return _judge_mirror(facts, context, inside=False)


def _judge_mirror(facts: DeviceFacts, context: DeviceContext, *, inside: bool) -> Finding:
    port = context.needed_sensor_port()
    links = wanted_links(context, inside=inside)
    if port is None or not links:
        missing = (
            "sensor port" if port is None else f"{'inside' if inside else 'outside'} link of the firewall"
        )
        return conclude((), nothing=f"the site has no {missing} on this device")
    sessions = sessions_to(facts, port)
    if not sessions:
        lines = tuple(line for one in facts.mirror_sessions for line in one.lines) or facts.extent
        message = f"no mirror session copies to the sensor's port {port}"
        return conclude((Observed(good=False, message=message, lines=lines),), nothing="")
    best = max(sessions, key=lambda one: sum(sum(directions(one, facts, link)) for link in links))
    return conclude((_copied(best, facts, link) for link in links), nothing="")


def _copied(session: MirrorSession, facts: DeviceFacts, link: str) -> Observed:
    receives, sends = directions(session, facts, link)
    said = {
        (True, True): "in both directions",
        (True, False): "only in the receiving direction",
        (False, True): "only in the sending direction",
        (False, False): "in no direction",
    }[(receives, sends)]
    message = f"mirror session {session.name} copies {link} {said}"
    return Observed(good=receives and sends, message=message, lines=session.lines)


def judge_sensor_port(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """SEN-03: the port that feeds the sensor does nothing else.

    Passes when a mirror session copies to the sensor's port, and the port is up, carries no VLAN, trunk,
    address, bundle or authentication, takes nothing in, is no source of any session, and is made the end of a
    mirror by a line where the platform wants one. Fails when one of these is not so. Where no session
    copies to it and the port itself is clean, there is nothing to judge: SEN-01 speaks.

    Example:
        >>> ios("interface GigabitEthernet1/0/48",
        ...     "monitor session 1 source interface Te1/1/1",
        ...     "monitor session 1 destination interface Gi1/0/48")
        'PASS'
        >>> ios("interface GigabitEthernet1/0/48", " switchport access vlan 20",
        ...     "monitor session 1 source interface Te1/1/1",
        ...     "monitor session 1 destination interface Gi1/0/48")
        'FAIL'
        >>> nxos("monitor session 1", "  source interface Te1/1/1 both",
        ...     "  destination interface Gi1/0/48", "  no shut")
        'FAIL'
    """
    name = context.needed_sensor_port()
    if name is None:
        return conclude((), nothing="the site has no sensor port on this device")
    feeds = tuple(_feeds(facts, name))
    seen = (*_port_itself(facts, name), *_as_source(facts, name), *feeds)
    if not feeds and all(one.good for one in seen):
        return conclude(
            (), nothing=f"no mirror session copies to {name}, so there is no mirror port to judge"
        )
    return conclude(seen, nothing="")


def is_not_ready(facts: DeviceFacts, name: str) -> bool:
    """Return whether a session copies to the port and no line makes it the end of a mirror, as it must."""
    port = facts.port(name)
    return not (port is not None and port.takes_mirrors) and any(
        session.needs_ready_port for session in sessions_to(facts, name)
    )


def _port_itself(facts: DeviceFacts, name: str) -> Iterator[Observed]:
    port = facts.port(name)
    if is_not_ready(facts, name):
        sessions = tuple(line for session in sessions_to(facts, name) for line in session.lines)
        message = f"no line makes the sensor's port {name} the end of a mirror, so it stays down"
        yield Observed(good=False, message=message, lines=sessions if port is None else port.lines)
    if port is None:
        return
    dirty = (*port.carrying, *port.shutting)
    if dirty:
        said = ", ".join(f"'{line.text}'" for line in dirty)
        yield Observed(good=False, message=f"the sensor's port {port.name} holds {said}", lines=dirty)
    else:
        yield Observed(good=True, message=f"the sensor's port {port.name} is clean", lines=port.lines)


def _as_source(facts: DeviceFacts, name: str) -> Iterator[Observed]:
    wanted = interface_key(name)
    for session in facts.mirror_sessions:
        for source in session.sources:
            if interface_key(source.interface) == wanted:
                message = f"the sensor's port {name} is a source of mirror session {session.name}"
                yield Observed(good=False, message=message, lines=source.lines)


def _feeds(facts: DeviceFacts, name: str) -> Iterator[Observed]:
    for session in sessions_to(facts, name):
        for destination in session.destinations:
            if interface_key(destination.interface) == interface_key(name):
                yield _takes_nothing_in(session, destination, name)


def _takes_nothing_in(session: MirrorSession, destination: MirrorDestination, name: str) -> Observed:
    said = "takes frames in" if destination.ingress else "only sends"
    message = f"the sensor's port {name} {said} in mirror session {session.name}"
    return Observed(good=not destination.ingress, message=message, lines=destination.lines)


CONTROLS: Final[Mapping[str, Judged]] = {
    "SEN-01": Judged(judge_inside_mirror, SWITCHES | {"fortios"}),
    "SEN-02": Judged(judge_outside_mirror, SWITCHES | {"fortios"}),
    "SEN-03": Judged(judge_sensor_port, SWITCHES | {"fortios"}),
}
