"""Foresee what configuration lines will make of an AOS-CX configuration, and tell it as a difference.

AOS-CX has no candidate: a line is in force as soon as it is entered, and the switch tells a difference only
between configurations that it has held. So the difference that a person approves is computed here, and after
the lines were entered, while the switch still takes them back by itself, its own ``checkpoint diff`` and its
running configuration must be exactly what was foreseen.

Where this module knows no better, a line is added as it is written, and ``no`` takes out what begins with the
same words. A wrong guess costs a change that goes back; it is never confirmed.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from devices.aoscx_difference import (
    Branch,
    Placed,
    difference_of_branches,
    lines_apart,
    lines_of,
    net_of_lines,
    read_branch,
    text_of,
)
from devices.errors import ConfigurationRefused
from devices.facts import ALL_VLANS
from devices.parsers.aoscx.tree import read_lines, read_names
from devices.parsers.statements import Statement
from devices.vlans import join_vlans, read_vlans, subtract_vlans, write_vlans

_NOT_CONFIGURATION: Final = frozenset(
    "boot checkpoint clear configure copy do end erase exit ping reload show ssh-client write".split()  # noqa: SIM905
)

# A line of these words takes the place of the one that begins so; `*` stands for any word.
_REPLACED: Final = tuple(
    tuple(words.split())
    for words in (
        "hostname", "banner motd", "banner exec", "user * group", "profile", "clock timezone", "ntp server *",
        "ntp vrf", "ntp authentication-key *", "tacacs-server host *", "tacacs-server key",
        "tacacs-server timeout", "radius-server host *", "radius-server key", "aaa authentication login *",
        "aaa authentication limit-login-attempts", "aaa authentication minimum-password-length",
        "aaa authorization commands *", "aaa accounting all-mgmt *", "logging *", "ssh ciphers", "ssh macs",
        "ssh key-exchange-algorithms", "ssh host-key-algorithms", "ssh public-key-algorithms",
        "ssh maximum-auth-attempts", "spanning-tree mode", "spanning-tree priority",
        "spanning-tree config-name", "spanning-tree config-revision", "spanning-tree bpdu-guard timeout",
        "snmp-server system-location", "snmp-server system-contact", "snmp-server system-description",
        "snmp-server host *", "snmpv3 security-level", "snmpv3 user *", "ip dns domain-name",
        "https-server session-timeout", "https-server rest access-mode", "bluetooth",
        "description", "name", "comment", "mtu", "speed", "timeout", "minimum-length", "client-limit",
        "lacp mode", "lacp rate", "vrf attach", "spanning-tree port-type", "ip static", "default-gateway",
        "source interface *", "destination interface", "role", "inter-switch-link", "keepalive peer",
        "rate-limit *", "lag",
    )
)  # fmt: skip
# Shown whether they are set or denied.
_SHOWN_BOTH_WAYS: Final = (("shutdown",), ("ip", "dhcp"), ("ipv6", "dhcp"))
# On unless denied: only the denial is shown.
_ON_BY_DEFAULT: Final = (
    ("routing",), ("trap", "link-status"), ("lldp",), ("lldp", "transmit"), ("lldp", "receive"),
    ("usb",), ("ip", "icmp", "redirect"), ("ssh", "password-authentication"),
    ("ssh", "server", "vrf", "mgmt"), ("https-server", "vrf", "mgmt"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a change will be: the difference to approve, and every line of the configuration after it."""

    difference: str
    before: Placed
    after: Placed

    @property
    def net(self) -> Counter[str]:
        """Return how many times each line comes (or, below zero, goes), wherever it stands."""
        return net_of_lines(self.before, self.after)


def foresee(running: str, lines: str, *, device: str) -> Forecast:
    """Return what lines will make of a running configuration.

    Raises:
        ConfigurationTextError: one of the two texts cannot be read.
        ConfigurationRefused: a line is no configuration line, or one whose result nobody can foresee.
    """
    before, after = read_branch(running, device=device), read_branch(running, device=device)
    for statement in read_lines(lines, device=device):
        _check(statement, device=device)
        _apply(after, statement)
    return Forecast(
        difference=difference_of_branches(before, after),
        before=lines_of(before),
        after=lines_of(after),
    )


def _check(statement: Statement, *, device: str) -> None:
    """Refuse what is no configuration line, and secrets whose stored form only the switch knows."""
    if statement.words[0] in _NOT_CONFIGURATION:
        raise ConfigurationRefused(
            device, f"'{statement.text}' is no configuration line (sections are told by indentation)"
        )
    if "plaintext" in statement.words:
        raise ConfigurationRefused(
            device,
            f"'{' '.join(statement.raw[:3])} …' holds a secret in plain text, whose stored form nobody can "
            "foresee; give the ciphertext that the switch shows",
        )
    for child in statement.children:
        _check(child, device=device)


def _apply(parent: Branch, statement: Statement) -> None:
    if not parent.text and not statement.negated and _is_section(statement):
        for header in _headers(statement):
            section = _section(parent, header)
            for child in statement.children:
                _apply(section, child)
    elif statement.children:
        section = parent.put(text_of(statement))
        for child in statement.children:
            _apply(section, child)
    elif _is_port_vlan(parent, statement):
        _apply_port_vlan(parent, statement)
    elif statement.negated:
        _deny(parent, statement)
    else:
        _set(parent, statement)


def _is_section(statement: Statement) -> bool:
    return statement.words[0] in {"interface", "vlan"} or statement.words[:2] == ("mirror", "session")


def _headers(statement: Statement) -> tuple[str, ...]:
    if statement.words[0] == "interface" and "/" in statement.words[-1]:
        return tuple(f"interface {name}" for name in read_names(statement.raw[-1]))
    return lines_apart(text_of(statement))


def _section(root: Branch, header: str) -> Branch:
    """Return a section, made where it is missing; a LAG keeps what follows its number, and begins shut."""
    words = header.split()
    is_lag = words[:2] == ["interface", "lag"]
    found = root.beginning(tuple(words[:3])) if is_lag else []
    if found:
        return found[0]
    is_new = all(child.text != header for child in root.children)
    made = root.put(header)
    if is_lag and is_new:
        made.put("shutdown")
    return made


def _replaced_by(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the words by which a line knows the one whose place it takes."""
    matching = [
        pattern
        for pattern in _REPLACED
        if len(pattern) <= len(words)
        and all(one in ("*", word) for one, word in zip(pattern, words, strict=False))
    ]
    return words[: len(max(matching, key=len))] if matching else None


def _set(parent: Branch, statement: Statement) -> None:
    raw, words = statement.raw, statement.words
    text = text_of(statement)
    if words in _SHOWN_BOTH_WAYS and _is_shown_both_ways(parent, words):
        parent.drop(*raw)
        parent.drop("no", *raw)
        parent.put(text)
    elif words in _ON_BY_DEFAULT:
        parent.drop("no", *raw)
        if words == ("routing",):
            parent.drop("vlan")
    else:
        known_by = _replaced_by(raw)
        if known_by is not None and all(child.text != text for child in parent.children):
            parent.drop(*known_by)
        if words[0] == "lag":
            parent.drop("vlan")
            parent.drop("no", "routing")
        if words[:2] == ("ip", "address") and words[-1] != "secondary":
            _drop_first_address(parent)
        parent.put(text)


def _is_shown_both_ways(parent: Branch, words: tuple[str, ...]) -> bool:
    """Return whether a switch shows a denial too: on an interface of a VLAN it shows that of addresses."""
    on_vlan = parent.text.startswith(("interface vlan", "vlan "))
    return on_vlan != (words == ("shutdown",))


def _drop_first_address(parent: Branch) -> None:
    parent.children[:] = [
        child
        for child in parent.children
        if child.text.split()[:2] != ["ip", "address"] or child.text.split()[-1] == "secondary"
    ]


def _deny(parent: Branch, statement: Statement) -> None:
    raw, words = statement.raw, statement.words
    if words in _SHOWN_BOTH_WAYS and _is_shown_both_ways(parent, words):
        parent.drop(*raw)
        parent.put(f"no {' '.join(raw)}")
    elif words in _ON_BY_DEFAULT:
        parent.put(f"no {' '.join(raw)}")
        if words == ("routing",) and not parent.beginning(("vlan",)):
            parent.put("vlan access 1")
    elif words[0] == "vlan" and not parent.text:
        for header in lines_apart(" ".join(raw)):
            parent.drop(*header.split())
            _leave_vlan(parent, header.split()[1])
    else:
        known_by = _replaced_by(raw)
        exact = [child for child in parent.children if child.text.split() == list(raw)]
        if exact and len(raw) == 1:
            # `no spanning-tree` ends the protocol, not the lines that refine it.
            parent.children[:] = [child for child in parent.children if child not in exact]
        else:
            parent.drop(*(known_by or raw))


def _leave_vlan(root: Branch, vlan: str) -> None:
    """Put the access ports of a VLAN that goes into VLAN 1."""
    for section in root.beginning(("interface",)):
        for child in section.children:
            if child.text == f"vlan access {vlan}":
                child.text = "vlan access 1"


def _is_port_vlan(parent: Branch, statement: Statement) -> bool:
    return parent.text.startswith("interface ") and statement.words[0] == "vlan"


def _apply_port_vlan(port: Branch, statement: Statement) -> None:
    words, negated = statement.words, statement.negated
    if words[:2] == ("vlan", "access"):
        port.drop("vlan")
        port.put("vlan access 1" if negated else text_of(statement))
    elif words[:3] == ("vlan", "trunk", "native"):
        _set_native(port, "vlan trunk native 1" if negated else text_of(statement), negated=negated)
    elif words[:3] == ("vlan", "trunk", "allowed"):
        _set_allowed(port, "".join(words[3:]) or "all", negated=negated)
    elif negated:
        port.drop(*statement.raw)
    else:
        port.put(text_of(statement))


def _set_native(port: Branch, text: str, *, negated: bool) -> None:
    if negated and not port.beginning(("vlan", "trunk", "native")):
        return
    port.drop("vlan", "access")
    port.drop("vlan", "trunk", "native")
    port.put(text)
    if not port.beginning(("vlan", "trunk", "allowed")):
        port.put("vlan trunk allowed all")


def _set_allowed(port: Branch, named: str, *, negated: bool) -> None:
    """Add VLANs to those of a trunk, or take some away; the switch never replaces the list."""
    lines = port.beginning(("vlan", "trunk", "allowed"))
    known = lines[0].text.split()[-1] if lines else ""
    port.drop("vlan", "trunk", "allowed")
    if negated:
        left = _without(known, named)
        if left:
            port.put(f"vlan trunk allowed {left}")
        return
    old, new = read_vlans(known), read_vlans(named)
    if old is not None and new is not None:
        named = write_vlans(join_vlans((*old, *new)))
    port.drop("vlan", "access")
    if not port.beginning(("vlan", "trunk", "native")):
        port.put("vlan trunk native 1")
    port.put(f"vlan trunk allowed {named}")


def _without(known: str, named: str) -> str:
    taken = read_vlans(named)
    if taken is None or not known:
        return ""
    left = subtract_vlans(read_vlans(known) or ALL_VLANS, taken)
    return write_vlans(left) if left else ""
