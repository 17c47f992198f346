"""Which of the site's servers a device lacks, and in which VRF it reaches them."""

from compliance.context import DeviceContext
from compliance.remediation.steps import NotMendable, platform_lines
from devices.facts import DeviceFacts, LogServer, TimeServer

Servers = tuple[TimeServer, ...] | tuple[LogServer, ...]


def missing_servers(
    counted: tuple[str, ...], wanted: tuple[str, ...], least: int, what: str
) -> tuple[str, ...]:
    """Return the servers that must be added, no more than needed, in the order in which they are wanted.

    Raises:
        NotMendable: the site names too few.
    """
    needed = least - len(counted)
    spare = [one for one in dict.fromkeys(wanted) if one not in counted]
    if needed > len(spare):
        raise NotMendable(f"the site names fewer than {least} {what} servers; name more and plan again")
    return tuple(spare[: max(needed, 0)])


def vrf_of_servers(
    facts: DeviceFacts, context: DeviceContext, known: TimeServer | LogServer | None, servers: Servers
) -> str | None:
    """Return the VRF for a server: its own, that of its like, of other servers, or of the management port."""
    if known is not None:
        return known.vrf
    others = servers or facts.time_servers or facts.log_servers
    vrfs = {one.vrf for one in others}
    if len(vrfs) == 1:
        return next(iter(vrfs))
    if vrfs:
        return None
    return platform_lines()[facts.platform].management_vrfs.get(context.management_interface or "")
