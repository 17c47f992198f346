"""Foresee what configuration lines will make of an NX-OS configuration, and tell it as a difference.

NX-OS has no candidate for lines: each is in force as soon as it is entered, and the switch compares only
configurations that it has held. So the difference that a person approves is computed here, and what the
switch holds after the lines must differ from before by exactly that, or it is taken back.

Where this module knows no better, a line is added as it is written, and ``no`` takes out what begins with the
same words. A wrong guess costs a change that goes back; it is never kept.
"""

from dataclasses import dataclass
from typing import Final

from devices.aoscx_difference import Branch, lines_apart
from devices.drivers.nxos_forecast_ports import apply_port_line, is_port_line, join_bundle
from devices.errors import ConfigurationRefused
from devices.nxos_difference import difference_of_branches, read_branch, text_of
from devices.parsers.cisco.nxos import read_lines
from devices.parsers.ranges import read_interfaces
from devices.parsers.statements import Statement

_NOT_CONFIGURATION: Final = frozenset(
    "checkpoint clear configure copy delete dir do end erase exit ping reload rollback show switchto "  # noqa: SIM905
    "terminal where write".split()
)
_STORED_KEYS: Final = frozenset({"6", "7"})
_ENTRY_STEP: Final = 10

# A line of these words takes the place of the one that begins so; `*` stands for any word.
_REPLACED: Final = tuple(
    tuple(words.split())
    for words in (
        "hostname", "banner motd", "banner exec", "username * password", "ip domain-name", "ssh ciphers",
        "ssh macs", "ssh kexalgos", "ssh keytypes", "ssh login-attempts", "ssh login-gracetime",
        "ssh idle-timeout", "copp profile", "clock timezone", "clock summer-time", "clock protocol",
        "userpassphrase min-length", "userpassphrase max-length", "radius-server host *", "radius-server key",
        "radius-server timeout", "radius-server retransmit", "tacacs-server host *", "tacacs-server key",
        "tacacs-server timeout", "ip radius source-interface", "ip tacacs source-interface",
        "snmp-server contact", "snmp-server location", "snmp-server user *", "snmp-server community *",
        "snmp-server source-interface *", "ntp server *", "ntp peer *", "ntp source", "ntp source-interface",
        "ntp authentication-key *", "aaa authentication login default", "aaa authentication login console",
        "aaa accounting default", "aaa authorization commands *", "logging level *", "logging server *",
        "logging logfile", "logging console", "logging monitor", "logging module", "logging timestamp",
        "logging source-interface", "logging origin-id", "spanning-tree mode", "system login", "boot nxos",
        "fabric forwarding anycast-gateway-mac",
        "description", "name", "state", "mtu", "speed", "duplex", "bandwidth", "delay", "vrf member",
        "ip address", "encapsulation dot1q", "hsrp version", "storm-control *", "spanning-tree port type",
        "spanning-tree bpduguard", "spanning-tree guard", "exec-timeout", "session-limit", "use-vrf",
        "source-interface", "deadtime", "rd", "vn-segment", "router-id", "peer-keepalive destination",
    )
)  # fmt: skip
# On unless denied: only the denial is shown.
_ON_BY_DEFAULT: Final = frozenset(
    (
        "password strength-check", "ip source-route", "aaa user default-role", "ip redirects",
        "ip unreachables", "cdp enable", "lldp transmit", "lldp receive", "snmp trap link-status",
        "aaa authentication login default fallback error local",
        "aaa authentication login console fallback error local", "feature ssh",
    )
)  # fmt: skip
_SHOWN_BOTH_WAYS: Final = frozenset(
    {"ip domain-lookup", "logging console", "logging monitor", "logging module"}
)
# Said in so many words, they are the default and are not shown.
_HIDDEN: Final = frozenset(
    (
        "exec-timeout 0", "session-limit 32", "mtu 1500", "state active", "spanning-tree mode rapid-pvst",
        "spanning-tree port type normal", "ssh login-attempts 3", "ssh login-gracetime 120",
        "aaa authentication login default local", "aaa authentication login console local",
        "aaa accounting default local", "deadtime 0",
    )
)  # fmt: skip
# What goes when a feature is switched off, wherever it stands.
_OWNED_BY_FEATURE: Final = {
    "tacacs+": ("tacacs-server", "aaa group server tacacs+", "ip tacacs"),
    "nxapi": ("nxapi",),
    "lldp": ("lldp", "no lldp"),
    "interface-vlan": ("interface Vlan",),
    "bgp": ("router bgp",),
    "ospf": ("router ospf", "ip router ospf", "ip ospf"),
    "isis": ("router isis", "ip router isis", "isis"),
    "eigrp": ("router eigrp", "ip router eigrp"),
    "hsrp": ("hsrp",),
    "vpc": ("vpc",),
    "dhcp": ("ip dhcp", "service dhcp", "ip arp inspection"),
    "scheduler": ("scheduler",),
    "pim": ("ip pim",),
    "udld": ("udld",),
    "dot1x": ("dot1x",),
    "telemetry": ("telemetry",),
}


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a change will be: the difference to approve, and the statements that make it."""

    difference: str
    statements: tuple[Statement, ...]


def foresee(running: str, lines: str, *, device: str) -> Forecast:
    """Return what lines will make of a running configuration.

    Raises:
        ConfigurationTextError: one of the two texts cannot be read.
        ConfigurationRefused: a line is no configuration line, or one whose result nobody can foresee.
    """
    before, after = read_branch(running, device=device), read_branch(running, device=device)
    statements = tuple(read_lines(lines, device=device))
    for statement in statements:
        _check(statement, device=device)
        _apply(after, after, statement)
    return Forecast(difference_of_branches(before, after), statements)


def _check(statement: Statement, *, device: str) -> None:
    """Refuse what is no configuration line, and secrets whose stored form only the switch knows."""
    if statement.words[0] in _NOT_CONFIGURATION:
        raise ConfigurationRefused(
            device, f"'{statement.text}' is no configuration line (sections are told by indentation)"
        )
    if _holds_plain_secret(statement) and not statement.negated:
        raise ConfigurationRefused(
            device,
            f"'{' '.join(statement.raw[:3])} …' holds a secret in plain text, whose stored form nobody can "
            "foresee; give the enciphered form that the switch shows",
        )
    for child in statement.children:
        _check(child, device=device)


def _holds_plain_secret(statement: Statement) -> bool:
    words = statement.words
    if words[0] == "username" and words[2:3] == ("password",):
        return words[3:4] != ("5",)
    if words[0] in {"tacacs-server", "radius-server"} and "key" in words[:-1]:
        return words[words.index("key") + 1] not in _STORED_KEYS
    if words[:2] == ("ntp", "authentication-key"):
        return words[-1] not in _STORED_KEYS
    if words[:2] == ("snmp-server", "user") and "auth" in words:
        return not {"localizedkey", "localizedv2key"} & set(words)
    return words[0] == "key-string" and words[1:2] != ("7",)


def _apply(root: Branch, parent: Branch, statement: Statement) -> None:
    text = " ".join(statement.raw)
    if not parent.text and statement.words[0] in {"interface", "vlan"} and len(statement.raw) > 1:
        _apply_to_sections(root, statement)
    elif statement.children:
        section = parent.put(text_of(statement))
        for child in statement.children:
            _apply(root, section, child)
    elif statement.words[0] == "channel-group":
        join_bundle(root, parent, statement)
    elif is_port_line(parent, statement):
        apply_port_line(parent, statement)
    elif statement.words[0] == "feature":
        _switch_feature(root, text, negated=statement.negated)
    elif statement.negated or statement.defaulted:
        _deny(parent, statement, text)
    else:
        _set(parent, statement, text)


def _apply_to_sections(root: Branch, statement: Statement) -> None:
    for header in _headers(statement):
        if statement.negated:
            root.children[:] = [child for child in root.children if child.text != header]
        elif statement.defaulted:
            root.put(header).children.clear()
        else:
            section = root.put(header)
            for child in statement.children:
                _apply(root, section, child)


def _headers(statement: Statement) -> tuple[str, ...]:
    if statement.words[0] == "vlan":
        return lines_apart(" ".join(statement.raw))
    return tuple(f"interface {name}" for name in read_interfaces(" ".join(statement.raw[1:])))


def _switch_feature(root: Branch, text: str, *, negated: bool) -> None:
    name = text.removeprefix("feature ")
    if text in _ON_BY_DEFAULT:
        _switch(root, text, on=not negated)
        return
    shown_off = root.beginning(("no", "feature", name))
    root.drop(*text.split())
    root.drop("no", *text.split())
    if not negated:
        root.put(text)
        return
    if shown_off:
        root.put(f"no {text}")
    _drop_owned(root, _OWNED_BY_FEATURE.get(name, ()))


def _drop_owned(branch: Branch, beginnings: tuple[str, ...]) -> None:
    branch.children[:] = [
        child for child in branch.children if not any(_begins(child.text, one) for one in beginnings)
    ]
    for child in branch.children:
        _drop_owned(child, beginnings)


def _begins(text: str, words: str) -> bool:
    """Return whether a line begins with these words; the number of an interface follows without a space."""
    return f"{text} ".startswith(words if words.startswith("interface ") else f"{words} ")


def _replaced_by(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the words by which a line knows the one whose place it takes."""
    matching = [
        pattern
        for pattern in _REPLACED
        if len(pattern) <= len(words)
        and all(one in ("*", word) for one, word in zip(pattern, words, strict=False))
    ]
    return words[: len(max(matching, key=len))] if matching else None


def _switch(parent: Branch, text: str, *, on: bool) -> None:
    """Switch what is on by default."""
    parent.children[:] = [child for child in parent.children if child.text != f"no {text}"]
    if not on:
        parent.put(f"no {text}")


def _set(parent: Branch, statement: Statement, text: str) -> None:
    if text in _ON_BY_DEFAULT:
        _switch(parent, text, on=True)
        return
    known_by = _replaced_by(statement.raw)
    whole = text_of(statement)
    if whole in _SHOWN_BOTH_WAYS:
        parent.drop("no", *statement.raw)
    if known_by is not None and text.endswith(" secondary"):
        known_by = None
    if known_by is not None and all(child.text != whole for child in parent.children):
        _drop_known(parent, known_by)
    if whole in _HIDDEN:
        return
    if parent.text.startswith("ip access-list ") and statement.words[0] in {"permit", "deny", "remark"}:
        _append_entry(parent, whole)
        return
    if statement.words[0] == "hostname":
        _rename_context(parent, statement.raw[1])
    parent.put(whole)


def _drop_known(parent: Branch, known_by: tuple[str, ...]) -> None:
    """Take out the line whose place another takes; a second address stays."""
    parent.children[:] = [
        child
        for child in parent.children
        if child.text.split()[: len(known_by)] != list(known_by)
        or child.text.endswith((" secondary", " fallback error local"))
    ]


def _rename_context(root: Branch, name: str) -> None:
    """Give the first virtual device context, which is named after the switch, its new name."""
    for child in root.beginning(("vdc",)):
        if child.text.endswith(" id 1"):
            child.text = f"vdc {name} id 1"


def _append_entry(access_list: Branch, text: str) -> None:
    """Number an entry behind the last one, unless the list has it."""
    rows = [child.text.split(maxsplit=1) for child in access_list.children]
    known = {int(row[0]): row[-1] for row in rows if row[0].isdecimal()}
    if text not in known.values():
        number = max(known, default=0) // _ENTRY_STEP * _ENTRY_STEP + _ENTRY_STEP
        access_list.put(f"{number} {text}")


def _deny(parent: Branch, statement: Statement, text: str) -> None:
    if text in _ON_BY_DEFAULT:
        _switch(parent, text, on=statement.defaulted)
    elif text in _SHOWN_BOTH_WAYS:
        parent.drop(*statement.raw)
        parent.put(f"no {text}")
    elif statement.words[0] == "username" and len(statement.raw) == 2:  # noqa: PLR2004 - the name alone
        parent.drop(*statement.raw)
    else:
        _drop_denied(parent, statement)


def _drop_denied(parent: Branch, statement: Statement) -> None:
    numbered = parent.text.startswith("ip access-list ") and not statement.words[0].isdecimal()
    if numbered:
        wanted = " ".join(statement.raw)
        parent.children[:] = [child for child in parent.children if child.text.partition(" ")[2] != wanted]
        return
    _drop_known(parent, _replaced_by(statement.raw) or statement.raw)
