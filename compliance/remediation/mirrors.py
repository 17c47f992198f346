"""Mend the mirror ports that feed the sensor."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.mirrors import directions, is_not_ready, sessions_to, wanted_links
from compliance.remediation.steps import Mender, NotMendable, Step, platform_lines
from devices.facts import DeviceFacts, MirrorSession, interface_key

_HIGHEST_NUMBER: Final = 66


def mend_inside_mirror(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """SEN-01: copy the firewall's inside link to the sensor, in both directions."""
    yield from _mend_mirror(facts, context, inside=True)


def mend_outside_mirror(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """SEN-02: copy the firewall's outside link to the sensor, in both directions."""
    yield from _mend_mirror(facts, context, inside=False)


def _mend_mirror(facts: DeviceFacts, context: DeviceContext, *, inside: bool) -> Iterator[Step]:
    port = context.needed_sensor_port()
    if port is None:
        raise NotMendable("the site has no sensor port on this device; say where the sensor hangs")
    links = wanted_links(context, inside=inside)
    _check_port(context, port, links)
    sessions = sessions_to(facts, port)
    if sessions:
        best = max(sessions, key=lambda one: sum(sum(directions(one, facts, link)) for link in links))
        for link in links:
            if directions(best, facts, link) != (True, True):
                yield Step("mirror-source", {"session": best.name, "interface": link})
        return
    asleep = _asleep(facts, port)
    session = _free_session(facts, "inside" if inside else "outside") if asleep is None else asleep.name
    for link in links:
        if asleep is None or directions(asleep, facts, link) != (True, True):
            yield Step("mirror-source", {"session": session, "interface": link})
    if _needs_line(facts, port):
        yield Step("mirror-port", {"interface": port})
    if asleep is None:
        yield Step("mirror-destination", {"session": session, "interface": port})
    else:
        yield Step("mirror-on", {"session": session})


def _asleep(facts: DeviceFacts, port: str) -> MirrorSession | None:
    """Return a session to the port that is off and that a line wakes; a second one to it would be refused."""
    lines = platform_lines().get(facts.platform)
    if lines is None or "mirror-on" not in lines.steps:
        return None
    wanted = interface_key(port)
    return next(
        (
            one
            for one in facts.mirror_sessions
            if not one.enabled and any(interface_key(end.interface) == wanted for end in one.destinations)
        ),
        None,
    )


def _needs_line(facts: DeviceFacts, name: str) -> bool:
    """Return whether the port must be made the end of a mirror by a line of its own, and is not."""
    lines = platform_lines().get(facts.platform)
    port = facts.port(name)
    return (
        lines is not None and "mirror-port" in lines.steps and not (port is not None and port.takes_mirrors)
    )


def _check_port(context: DeviceContext, port: str, links: tuple[str, ...]) -> None:
    """Refuse to make a port that carries traffic a mirror port: it would stop carrying it."""
    taken = {interface_key(name) for name in (*links, *(context.uplinks or ()))}
    if context.management_interface is not None:
        taken.add(interface_key(context.management_interface))
    if interface_key(port) in taken:
        raise NotMendable(
            f"{port} is an uplink or the way to manage the device; give the sensor a port of its own"
        )


def _free_session(facts: DeviceFacts, side: str) -> str:
    lines = platform_lines().get(facts.platform)
    limits = None if lines is None else lines.mirror
    if limits is None:
        raise NotMendable(f"how many mirrors {facts.platform} carries is not known; place it by hand")
    used = {session.name.lower() for session in facts.mirror_sessions}
    if len(used) >= limits.most_sessions:
        raise NotMendable(
            f"{len(used)} mirror sessions exist, and not every model carries more; end one or check the model"
        )
    names = (
        [str(number) for number in range(1, _HIGHEST_NUMBER + 1)]
        if limits.numbered
        else [f"sensor-{side}", *(f"sensor-{side}-{number}" for number in range(2, _HIGHEST_NUMBER))]
    )
    return next(name for name in names if name not in used)


def mend_sensor_port(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """SEN-03: take back what the sensor's port carries, wake it, and let nothing in."""
    name = context.needed_sensor_port()
    if name is None:
        raise NotMendable("the site has no sensor port on this device; say where the sensor hangs")
    _check_port(context, name, wanted_links(context, inside=True) if context.uplinks is not None else ())
    yield from _not_a_source(facts, name)
    port = facts.port(name)
    if port is not None:
        for line in (*port.carrying, *port.shutting):
            yield Step("take-back-on-port", {"interface": port.name, "line": line.text})
    if is_not_ready(facts, name):
        yield Step("mirror-port", {"interface": name})
    for session in sessions_to(facts, name):
        for destination in session.destinations:
            if destination.ingress and interface_key(destination.interface) == interface_key(name):
                if destination.shares_line:
                    raise NotMendable(f"mirror session {session.name} names several destinations in one line")
                stated = destination.lines[0].text
                yield Step("no-ingress", {"session": session.name, "interface": name, "line": stated})


def _not_a_source(facts: DeviceFacts, name: str) -> Iterator[Step]:
    for session in facts.mirror_sessions:
        for source in session.sources:
            if interface_key(source.interface) == interface_key(name):
                if source.shares_line:
                    raise NotMendable(
                        f"mirror session {session.name} names several sources in one line; part them"
                    )
                stated = source.lines[-1].text
                yield Step("no-mirror-source", {"session": session.name, "interface": name, "line": stated})


MENDERS: Final[Mapping[str, Mender]] = {
    "SEN-01": mend_inside_mirror,
    "SEN-02": mend_outside_mirror,
    "SEN-03": mend_sensor_port,
}
