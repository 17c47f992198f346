"""Mend how a device is managed over the web."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.web import is_clear, is_misplaced, is_old
from compliance.remediation.steps import Mender, NotMendable, Step
from devices.facts import DeviceFacts, WebService

_MANAGEMENT_PORTS: Final = frozenset({"mgmt"})


def mend_web_management(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """MGT-07: stop what answers over HTTP, and what answers where users are; state the TLS versions."""
    for one in facts.web_services:
        if is_misplaced(one) and one.vrf is not None:
            if context.management_interface not in _MANAGEMENT_PORTS:
                raise NotMendable(
                    "the switch may be managed through its VRF default; give it a management port first"
                )
            yield Step("web-off-vrf", {"vrf": one.vrf})
        elif is_misplaced(one):
            yield Step("web-off")
        elif is_clear(one):
            yield _without_http(facts, one)
    if facts.web_tls is not None and is_old(facts.web_tls):
        yield Step("web-tls")


def _without_http(facts: DeviceFacts, service: WebService) -> Step:
    if facts.platform == "eos" and not service.encrypted:
        raise NotMendable("eAPI answers over HTTP only; switch HTTPS on by hand, check it, then plan again")
    if service.holder is not None:
        return Step("http-off-holder", {"holder": service.holder})
    return Step("http-off")


MENDERS: Final[Mapping[str, Mender]] = {"MGT-07": mend_web_management}
