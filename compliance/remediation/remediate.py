"""From failing verdicts to the smallest set of lines that mends them, in an order that devices accept."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from compliance.context import DeviceContext
from compliance.errors import MissingContext
from compliance.models import ControlVerdict, Verdict
from compliance.remediation.management import (
    mend_clear_text_access,
    mend_idle_sessions,
    mend_login_banner,
    mend_ssh_algorithms,
)
from compliance.remediation.mirrors import mend_inside_mirror, mend_outside_mirror, mend_sensor_port
from compliance.remediation.models import ManualItem, Remediation
from compliance.remediation.services import (
    mend_central_login,
    mend_communities,
    mend_log_servers,
    mend_time_servers,
)
from compliance.remediation.steps import NotMendable, Step, join_sections, render
from compliance.remediation.switching import mend_native_vlan, mend_unused_ports
from devices.facts import DeviceFacts


class Mender(Protocol):
    """How one control is mended."""

    def __call__(self, facts: DeviceFacts, context: DeviceContext, /) -> Iterator[Step]:
        """Yield the steps, or raise NotMendable."""


# The order of the lines: who may log in before how, services, ports, and the mirror after its port is clean.
MENDERS: Final[Mapping[str, Mender]] = {
    "AAA-01": mend_central_login,
    "MGT-02": mend_ssh_algorithms,
    "MGT-01": mend_clear_text_access,
    "MGT-04": mend_idle_sessions,
    "MGT-06": mend_login_banner,
    "SNMP-01": mend_communities,
    "NTP-01": mend_time_servers,
    "LOG-01": mend_log_servers,
    "L2-03": mend_native_vlan,
    "L2-01": mend_unused_ports,
    "SEN-03": mend_sensor_port,
    "SEN-01": mend_inside_mirror,
    "SEN-02": mend_outside_mirror,
}


def remediate(
    device: str, facts: DeviceFacts, verdicts: tuple[ControlVerdict, ...], context: DeviceContext
) -> Remediation:
    """Return the lines that turn every FAIL of the device into PASS, and what no lines can mend.

    Waived, passing and unjudged controls are left alone.
    """
    failing = {one.control for one in verdicts if one.device == device and one.verdict is Verdict.FAIL}
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
