"""What a commit looks at before it does anything: does everything that is named exist?"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Final

from lab.panos.tree import Node

_INTERFACES: Final = ("ethernet", "aggregate-ethernet", "loopback", "tunnel", "vlan")
_PREDEFINED_SERVICES: Final = ("service-http", "service-https")


def interface_names(root: Node) -> frozenset[str]:
    """Return every interface and unit that is configured."""
    found: set[str] = set()
    for kind in _INTERFACES:
        table = root.find("network", "interface", kind)
        if table is None:
            continue
        if "units" in table.children:
            found |= {kind, *table.names("units")}
            continue
        found |= set(table.children)
        for port in table.children.values():
            for layer in ("layer3", "layer2"):
                found |= set(port.names(layer, "units"))
    return frozenset(found)


def _names(*path: str) -> Callable[[Node], frozenset[str]]:
    return lambda root: frozenset(root.names(*path))


_KNOWN: Final[Mapping[str, Callable[[Node], frozenset[str]]]] = {
    "interface": interface_names,
    "zone": _names("zone"),
    "tag": _names("tag"),
    "address": lambda root: frozenset((*root.names("address"), *root.names("address-group"))),
    "service": lambda root: frozenset(
        (*root.names("service"), *root.names("service-group"), *_PREDEFINED_SERVICES)
    ),
    "log-profile": _names("log-settings", "profiles"),
    "syslog-profile": _names("shared", "log-settings", "syslog"),
    "snmptrap-profile": _names("shared", "log-settings", "snmptrap"),
    "authentication-profile": _names("shared", "authentication-profile"),
    "password-profile": _names("mgt-config", "password-profile"),
    "radius-profile": _names("shared", "server-profile", "radius"),
    "tacplus-profile": _names("shared", "server-profile", "tacplus"),
    "ldap-profile": _names("shared", "server-profile", "ldap"),
    "certificate": _names("shared", "certificate"),
    "ssl-tls-service-profile": _names("shared", "ssl-tls-service-profile"),
    "ssh-profile": _names("deviceconfig", "system", "ssh", "profiles", "mgmt-profiles", "server-profiles"),
    "interface-management-profile": _names("network", "profiles", "interface-management-profile"),
    "zone-protection-profile": _names("network", "profiles", "zone-protection-profile"),
}


def problems(root: Node) -> tuple[str, ...]:
    """Return what keeps a candidate from being committed, in the platform's words."""
    known = {kind: find(root) for kind, find in _KNOWN.items()}
    found: list[str] = []
    for path, node in root.walk():
        kind = node.type.value
        if kind is None or kind.name != "ref":
            continue
        allowed = known[kind.limits[0]] | set(kind.limits[1:])
        told = " -> ".join(path)
        for name in node.members or ([node.value] if node.type.shape == "leaf" else []):
            if name not in allowed and not (kind.limits[0] == "address" and _is_literal(name)):
                found.append(f"{told} '{name}' is not a valid reference")
                found.append(f"{told} is invalid")
    return (*found, *_incomplete_rules(root), *_no_administrator(root))


def _is_literal(name: str) -> bool:
    try:
        ipaddress.ip_interface(name)
    except ValueError:
        return False
    return True


def _incomplete_rules(root: Node) -> tuple[str, ...]:
    rules = root.find("rulebase", "security", "rules")
    needed = ("from", "to", "source", "destination", "application", "service", "action")
    return tuple(
        f"rulebase -> security -> rules -> {name} is missing '{field}'"
        for name, rule in (rules.children.items() if rules is not None else ())
        for field in needed
        if field not in rule.children
    )


def _no_administrator(root: Node) -> tuple[str, ...]:
    users = root.find("mgt-config", "users")
    for user in users.children.values() if users is not None else ():
        if user.text("permissions", "role-based", "superuser") == "yes":
            return ()
    return ("mgt-config -> users must have at least one superuser account",)
