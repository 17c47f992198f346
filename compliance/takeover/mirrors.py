"""Place the mirror sessions that the inventory intends for the sensors; nothing of others is removed."""

from collections.abc import Iterator

from compliance.context import DeviceContext
from compliance.controls.mirrors import directions, sessions_to
from compliance.errors import MissingContext
from compliance.remediation.mirrors import mend_inside_mirror
from compliance.remediation.models import ManualItem
from compliance.remediation.steps import NotMendable, Step, join_sections, render
from compliance.takeover.models import TakeoverLines, Undertaking, takeover_lines
from devices.facts import DeviceFacts, interface_key

_TOPIC = "mirror"


def place_mirrors(device: str, facts: DeviceFacts, _text: str, context: DeviceContext) -> Undertaking:
    """Return the lines that copy the firewall's links to the sensor of this device.

    One session copies every link of the device, inside and outside, in both directions. No lines where no
    sensor hangs on it or the copy is there already. A port that carries something is left to a person: the
    lines would take it from whoever uses it.
    """
    try:
        blocks = join_sections(_blocks(facts, context))
    except (NotMendable, MissingContext) as reason:
        return Undertaking(device=device, manual=(ManualItem(control=_TOPIC, reason=str(reason)),))
    return Undertaking(device=device, lines="".join(f"{line}\n" for block in blocks for line in block))


def _blocks(facts: DeviceFacts, context: DeviceContext) -> tuple[tuple[str, ...], ...]:
    port = context.needed_sensor_port()
    links = _links(context)
    if port is None or not links:
        return ()
    own = takeover_lines()[facts.platform]
    if _TOPIC in own.by_hand:
        raise NotMendable(own.by_hand[_TOPIC])
    if _is_placed(facts, port, links):
        return ()
    _check_port(facts, port, (*links, *(context.uplinks or ()), context.management_interface or ""))
    if not own.most_mirrors:
        together = context.model_copy(update={"inside_links": links})
        return render(facts.platform, mend_inside_mirror(facts, together))
    return tuple(_block(own, step) for step in _steps(facts, port, links, own.most_mirrors))


def _block(own: TakeoverLines, step: Step) -> tuple[str, ...]:
    return tuple(own.steps[step.name].format_map(step.values).rstrip("\n").split("\n"))


def _links(context: DeviceContext) -> tuple[str, ...]:
    """Return the links of the firewall that end here, inside before outside."""
    inside = context.needed_uplinks() if context.inside_links is None else context.inside_links
    return tuple(dict.fromkeys((*inside, *(context.outside_links or ()))))


def _is_placed(facts: DeviceFacts, port: str, links: tuple[str, ...]) -> bool:
    return any(
        all(directions(session, facts, link) == (True, True) for link in links)
        for session in sessions_to(facts, port)
    )


def _check_port(facts: DeviceFacts, port: str, taken: tuple[str, ...]) -> None:
    if interface_key(port) in {interface_key(name) for name in taken if name}:
        raise NotMendable(f"{port} is a link or the way to manage the device; give the sensor its own port")
    found = facts.port(port)
    if found is not None and (held := (*found.carrying, *found.shutting)):
        said = ", ".join(f"'{line.text}'" for line in held)
        raise NotMendable(f"the sensor's port {port} holds {said}; free it (SEN-03) and plan again")
    for session in facts.mirror_sessions:
        if any(interface_key(one.interface) == interface_key(port) for one in session.sources):
            raise NotMendable(f"the sensor's port {port} is a source of mirror session {session.name}")


def _steps(facts: DeviceFacts, port: str, links: tuple[str, ...], most: int) -> Iterator[Step]:
    """Yield the steps on a platform whose sessions are numbered and off until they are enabled."""
    sessions = sessions_to(facts, port)
    if sessions:
        for link in links:
            if directions(sessions[0], facts, link) != (True, True):
                yield Step("mirror-source", {"session": sessions[0].name, "interface": link})
        return
    used = {session.name for session in facts.mirror_sessions}
    free = next((str(number) for number in range(1, most + 1) if str(number) not in used), None)
    if free is None:
        raise NotMendable(f"{len(used)} mirror sessions exist, and there are no more; end one")
    for link in links:
        yield Step("mirror-source", {"session": free, "interface": link})
    yield Step("mirror-destination", {"session": free, "interface": port})
