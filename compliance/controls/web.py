"""The control of web servers for management."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import NETWORK, Judged
from devices.facts import DeviceFacts, WebService, WebTLS

_GOOD_TLS: Final = frozenset({"tlsv1-2", "tlsv1-3"})
_USER_VRF: Final = "default"


def is_clear(service: WebService) -> bool:
    """Return whether MGT-07 refuses it as clear: it answers over HTTP, or nothing says that it does not."""
    return service.clear is None or service.clear


def is_misplaced(service: WebService) -> bool:
    """Return whether MGT-07 refuses where it answers: on a zoned firewall, or in the users' VRF."""
    return service.encrypted and (service.on_firewall or service.vrf == _USER_VRF)


def is_old(tls: WebTLS) -> bool:
    """Return whether MGT-07 refuses the TLS versions: not stated, or one of them below 1.2."""
    return not tls.versions or not set(tls.versions) <= _GOOD_TLS


def judge_web_management(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """MGT-07: nobody manages the device over clear-text HTTP, and HTTPS takes TLS 1.2 or later only.

    Passes when no web server answers without encryption, and (FortiOS) the TLS versions are stated and none
    is below 1.2. Fails when one does, or when nothing states it and the default differs between models.
    An SRX has no web management at all, and AOS-CX none in the VRF ``default``. NX-API answers over HTTP,
    too; where it is needed an exception says so.

    Example:
        >>> ios("no ip http server")
        'PASS'
        >>> ios("ip http server")
        'FAIL'
        >>> nxos("feature nxapi")
        'FAIL'
        >>> eos("management api http-commands", "   protocol http", "   no shutdown")
        'FAIL'
        >>> eos("management api http-commands", "   no shutdown")
        'PASS'
    """
    return conclude(_observed(facts), nothing="no interface lets anybody in over the web")


def _observed(facts: DeviceFacts) -> Iterator[Observed]:
    for one in facts.web_services:
        bad = is_clear(one) or is_misplaced(one)
        yield Observed(good=not bad, message=_said(one), lines=one.lines)
    tls = facts.web_tls
    if tls is not None:
        said = "do not state their TLS versions" if tls.versions is None else f"take {' '.join(tls.versions)}"
        yield Observed(good=not is_old(tls), message=f"HTTPS sessions {said}", lines=tls.lines)


def _said(service: WebService) -> str:
    if service.clear is None:
        return f"{service.name} does not state whether it answers over HTTP"
    if service.clear:
        return f"{service.name} answers over HTTP"
    if is_misplaced(service):
        where = "on a firewall" if service.on_firewall else f"in the VRF {service.vrf}"
        return f"{service.name} answers over HTTPS {where}"
    ending = " by default" if service.by_default else ""
    return f"{service.name} does not answer over HTTP{ending}"


CONTROLS: Final[Mapping[str, Judged]] = {"MGT-07": Judged(judge_web_management, NETWORK)}
