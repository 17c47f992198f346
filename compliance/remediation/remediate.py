"""From failing verdicts to the smallest set of lines that mends them, in an order that devices accept."""

import shlex
from collections.abc import Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.errors import MissingContext
from compliance.models import ControlVerdict, Verdict
from compliance.remediation import (
    accounting,
    accounts,
    firewall,
    forwarding,
    host_ports,
    lockout,
    logs,
    management,
    management_access,
    mirrors,
    root_login,
    services,
    snmp,
    switching,
    time_sources,
    unneeded,
    vlans,
    web,
)
from compliance.remediation.models import ManualItem, Remediation
from compliance.remediation.steps import Mender, NotMendable, join_sections, render
from devices.facts import DeviceFacts

_MODULES: Final = (
    accounts,
    accounting,
    snmp,
    management,
    lockout,
    services,
    switching,
    mirrors,
    web,
    firewall,
    root_login,
    logs,
    time_sources,
    management_access,
    vlans,
    host_ports,
    unneeded,
    forwarding,
)

# The order of the lines: who may log in before how, services, ports, and the mirror after its port is clean.
ORDER: Final = (
    "MGT-03", "AAA-01", "AAA-03", "AAA-05", "MGT-02", "MGT-01", "MGT-04", "MGT-05", "MGT-06", "MGT-07",
    "MGT-08", "SNMP-01", "SNMP-02", "NTP-01", "NTP-02", "LOG-01", "LOG-02", "LOG-03",
    "FW-01", "FW-02", "FW-03", "FW-04", "FW-05", "SRV-02",
    "AAA-02", "AAA-04", "AAA-06",
    "L2-07", "L2-03", "L2-01", "L2-02", "L2-04", "L2-05", "L2-06", "L2-08", "L2-09", "L2-10",
    "CP-01", "CP-02", "CP-03", "SEN-03", "SEN-01", "SEN-02",
)  # fmt: skip

_NO_SERVERS: Final = "samdrift changes no servers; change it by hand"

_KNOWN: Final = {control: mend for module in _MODULES for control, mend in module.MENDERS.items()}
MENDERS: Final[Mapping[str, Mender]] = {control: _KNOWN[control] for control in ORDER}


def remediate(
    device: str, facts: DeviceFacts, verdicts: tuple[ControlVerdict, ...], context: DeviceContext
) -> Remediation:
    """Return the lines that turn every FAIL of the device into PASS, and what no lines can mend.

    Waived, passing and unjudged controls are left alone.
    """
    failing = {one.control for one in verdicts if one.device == device and one.verdict is Verdict.FAIL}
    if facts.server is not None:
        items = tuple(ManualItem(control=one, reason=_NO_SERVERS) for one in sorted(failing))
        return Remediation(device=device, lines="", manual=items)
    blocks: list[tuple[str, ...]] = []
    mended: list[str] = []
    manual: list[ManualItem] = []
    for control, mend in MENDERS.items():
        if control not in failing:
            continue
        try:
            added = render(facts.platform, mend(facts, context))
            _check_not_deactivated(facts, added)
        except (NotMendable, MissingContext) as reason:
            manual.append(ManualItem(control=control, reason=str(reason)))
            continue
        blocks.extend(block for block in added if block not in blocks)
        mended.append(control)
    manual.extend(
        ManualItem(control=control, reason="no lines are known for it; change it by hand")
        for control in sorted(failing - MENDERS.keys())
    )
    lines = "".join(f"{line}\n" for block in join_sections(blocks) for line in block)
    return Remediation(device=device, lines=lines, controls=tuple(mended), manual=tuple(manual))


def _check_not_deactivated(facts: DeviceFacts, blocks: tuple[tuple[str, ...], ...]) -> None:
    """Refuse lines that would stand in a deactivated part, where they have no effect."""
    for line in (line for block in blocks for line in block if line.startswith("set ")):
        words = tuple(shlex.split(line)[1:])
        for off in facts.inactive:
            if words[: len(off.path)] == off.path:
                place = " ".join(off.path)
                raise NotMendable(f"'{place}' is deactivated; activate or delete it by hand, then plan again")
