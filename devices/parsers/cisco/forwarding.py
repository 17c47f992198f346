"""Read how IOS, EOS and NX-OS forward packets, and what limits those to the device itself."""

from itertools import pairwise
from typing import Final

from devices.facts import (
    ConfigLine,
    ControlPlaneLimit,
    ForwardingInterface,
    ForwardingSwitch,
    PathCheck,
    interface_key,
)
from devices.facts.forwarding import PathMode
from devices.parsers.cisco.switch_ports import Section
from devices.parsers.statements import Statement

_NO_FORWARDING: Final = ("loopback", "mgmt", "management", "nve", "null")
_SHUT_BY_DEFAULT: Final = ("ethernet", "vlan")
_READY_POLICY: Final = "system-cpp-policy"

Lines = tuple[ConfigLine, ...]


def _forwards(section: Section, *, is_nxos: bool) -> bool:
    """Return whether an interface has an address and is up; on NX-OS most are shut until they are opened."""
    key, body = interface_key(section.name), section.body
    if key.startswith(_NO_FORWARDING):
        return False
    if body.last("ip", "address") is None and body.last("ip", "unnumbered") is None:
        return False
    if is_nxos and key.startswith(_SHUT_BY_DEFAULT):
        return body.denied("shutdown") is not None
    return body.last("shutdown") is None


def read_forwarding_interfaces(
    root: Statement, sections: tuple[Section, ...], platform: str
) -> tuple[ForwardingInterface, ...]:
    """Return the interfaces that forward; NX-OS and EOS answer ARP for others only where a line says so."""
    everywhere = root.last("ip", "arp", "proxy", "disable") if platform == "ios" else None
    found: list[ForwardingInterface] = []
    for section in sections:
        if not _forwards(section, is_nxos=platform == "nxos"):
            continue
        body = section.body
        quiet, silent = body.denied("ip", "redirects"), body.denied("ip", "proxy-arp")
        answers = body.last("ip", "proxy-arp")
        stated = (*(one for one in (quiet, silent, answers) if one is not None),)
        proxies = answers is not None if platform != "ios" else silent is None and everywhere is None
        found.append(
            ForwardingInterface(
                name=section.name,
                redirects=None if platform == "eos" else quiet is None,
                proxy_arp=proxies,
                lines=(body.line, *(one.line for one in stated)),
            )
        )
    return tuple(found)


def read_source_routing(root: Statement, extent: Lines) -> ForwardingSwitch:
    """Return whether senders may choose the way of their packets; they may unless told otherwise."""
    return _switch(root, ("ip", "source-route"), "ip source-route", extent)


def read_eos_redirects(root: Statement, extent: Lines) -> ForwardingSwitch:
    """Return whether EOS sends ICMP redirects; it does unless told otherwise."""
    return _switch(root, ("ip", "icmp", "redirect"), "ip icmp redirect", extent)


def _switch(root: Statement, words: tuple[str, ...], name: str, extent: Lines) -> ForwardingSwitch:
    denied, stated = root.denied(*words), root.last(*words)
    decisive = denied or stated
    return ForwardingSwitch(
        name=name,
        on=denied is None,
        by_default=decisive is None,
        lines=extent if decisive is None else (decisive.line,),
    )


def read_path_checks(sections: tuple[Section, ...], platform: str) -> tuple[PathCheck, ...]:
    """Return how each interface that forwards checks the way back; the old form is a strict one."""
    return tuple(_path_check(one) for one in sections if _forwards(one, is_nxos=platform == "nxos"))


def _path_check(section: Section) -> PathCheck:
    stated = section.body.last("ip", "verify", "unicast")
    mode: PathMode | None = None
    if stated is not None:
        words = stated.words[3:]
        strict = words[:1] == ("reverse-path",) or words[:3] == ("source", "reachable-via", "rx")
        mode = "strict" if strict else "loose"
    return PathCheck(
        name=section.name,
        mode=mode,
        interfaces=(section.name,),
        is_port=not interface_key(section.name).startswith("vlan"),
        lines=(section.body.line, *(() if stated is None else (stated.line,))),
    )


def read_ios_control_plane(root: Statement, extent: Lines) -> tuple[ControlPlaneLimit, ...]:
    """Return the policy on what reaches the device; the switch fills the one that it brings along itself."""
    ready = next((one.raw[1] for one in root.under("policy-map") if one.words[1:] == (_READY_POLICY,)), None)
    place, used = _applied(root)
    name = "control-plane service-policy input"
    if used is None:
        lines = extent if place is None else (place.line,)
        return (ControlPlaneLimit(name=name, limits=False, ready=ready, stated=False, lines=lines),)
    policy = _policy(root, used.raw[2])
    limits = used.words[2] == _READY_POLICY or (policy is not None and _polices(root, policy))
    lines = (used.line,) if policy is None else (used.line, *policy.section)
    return (ControlPlaneLimit(name=f"{name} {used.raw[2]}", limits=limits, lines=lines),)


def read_nxos_control_plane(root: Statement, extent: Lines) -> tuple[ControlPlaneLimit, ...]:
    """Return the profile on what reaches the device, or the policy of its own that takes its place."""
    profile = root.last("copp", "profile")
    if profile is not None:
        strict = profile.words[2:3] == ("strict",)
        return (ControlPlaneLimit(name=" ".join(profile.raw), limits=strict, lines=(profile.line,)),)
    _, used = _applied(root)
    if used is None:
        return (ControlPlaneLimit(name="copp profile", limits=False, stated=False, lines=extent),)
    policy = _policy(root, used.raw[2])
    lines = (used.line,) if policy is None else (used.line, *policy.section)
    name = f"control-plane service-policy input {used.raw[2]}"
    limits = policy is not None and _polices(root, policy)
    return (ControlPlaneLimit(name=name, limits=limits, lines=lines),)


def _applied(root: Statement) -> tuple[Statement | None, Statement | None]:
    """Return the section of the control plane and the line that applies a policy to it."""
    place = None
    for one in root.under("control-plane"):
        if len(one.words) == 1:
            place = one
    used = None if place is None else place.last("service-policy", "input")
    return place, used if used is not None and len(used.raw) > 2 else None  # noqa: PLR2004 - its name


def _policy(root: Statement, name: str) -> Statement | None:
    found = None
    for one in root.under("policy-map"):
        if one.raw[-1] == name:
            found = one
    return found


def _polices(root: Statement, policy: Statement) -> bool:
    """Return whether a class of the policy that is there drops what is too much."""
    known = {one.raw[-1] for one in root.under("class-map")} | {"class-default"}
    return any(_drops(one) for one in policy.under("class") if one.raw[1] in known)


def _drops(section: Statement) -> bool:
    if section.last("drop") is not None:
        return True
    return any(_is_limit(one) for one in section.under("police"))


def _is_limit(police: Statement) -> bool:
    """Return whether what is too much is dropped, which is so unless it says that it is sent on."""
    words = (*police.words, *(word for child in police.children for word in child.words))
    pairs = set(pairwise(words))
    return not pairs & {("exceed-action", "transmit"), ("violate", "transmit")}
