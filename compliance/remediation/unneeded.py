"""Switch off services that hardly anybody needs."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.unneeded import is_unneeded
from compliance.remediation.steps import Mender, NotMendable, Step, platform_lines
from devices.facts import DeviceFacts


def mend_unneeded_services(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """MGT-08: state that each service is off; one with lines of its own is named by its step."""
    if facts.platform == "fortios":
        raise NotMendable(
            "FortiOS shows nothing that equals its default; set auto-install-config and -image to "
            "disable by hand and judge the text of 'show full-configuration'"
        )
    steps = platform_lines()[facts.platform].steps
    for one in facts.small_services:
        if is_unneeded(one):
            own = f"off-{one.name}"
            vrf = one.name.partition(" vrf ")[2]
            yield Step(
                own if own in steps else "service-off-vrf" if vrf else "service-off",
                {"name": one.name, "vrf": vrf},
            )


MENDERS: Final[Mapping[str, Mender]] = {"MGT-08": mend_unneeded_services}
