"""The control of services that hardly anybody needs."""

from collections.abc import Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import Judged
from devices.facts import DeviceFacts, SmallService


def is_unneeded(service: SmallService) -> bool:
    """Return whether MGT-08 refuses it: it is on and nothing uses it, or nothing says that it is off."""
    return service.enabled is None or (service.enabled and not service.used)


def judge_unneeded_services(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """MGT-08: services that nobody needs are off.

    Passes when each of the platform's list is off, by a line or by a default that all releases share, or is
    used (DHCP on NX-OS). Fails when one is on, or when its default differs and no line says that it is off:
    IOS must state ``no service pad`` and ``no ip bootp server`` (or ``ip dhcp bootp ignore``).

    Example:
        >>> ios("no service pad", "no ip bootp server")
        'PASS'
        >>> ios("no service pad", "ip dhcp bootp ignore", "service finger")
        'FAIL'
        >>> junos("set system services ftp")
        'FAIL'
    """
    return conclude((_observed(one) for one in facts.small_services), nothing="there is no such service")


def _observed(service: SmallService) -> Observed:
    ending = " by default" if service.by_default else ""
    if service.enabled is None:
        said = f"{service.name} is not stated to be off"
    elif service.enabled:
        said = f"{service.name} is on" + (" and used" if service.used else "")
    else:
        said = f"{service.name} is off{ending}"
    return Observed(good=not is_unneeded(service), message=said, lines=service.lines)


CONTROLS: Final[Mapping[str, Judged]] = {
    "MGT-08": Judged(judge_unneeded_services, frozenset({"ios", "nxos", "eos", "junos", "fortios", "aoscx"})),
}
