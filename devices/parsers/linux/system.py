"""Read what the collector tells of packages, units, accounts, kernel modules, audit rules and updates."""

from datetime import datetime
from itertools import pairwise
from typing import Final

from devices.facts.servers import (
    Account,
    Accounts,
    AuditRule,
    AuditRules,
    KernelModule,
    KernelModules,
    Package,
    Packages,
    PendingUpdate,
    Unit,
    Units,
    Updates,
)
from devices.parsers.linux.collection import Content, Section

_ACCOUNT_WORDS: Final = 4
_SAID_OF_A_PACKAGE: Final = 2
_SAID_OF_A_UNIT: Final = 3
_SAID_OF_A_MODULE: Final = 4


def read_packages(section: Section | None) -> Packages | None:
    """Return the installed packages: ``NAME VERSION``."""
    if section is None:
        return None
    found = {}
    for line, parts in _rows(section, _SAID_OF_A_PACKAGE):
        found[parts[0]] = Package(name=parts[0], version=parts[1], lines=(line.line,))
    return Packages(installed=found, lines=(section.heading,))


def read_units(section: Section | None) -> Units | None:
    """Return the units: ``NAME STARTS RUNS``."""
    if section is None:
        return None
    found = {}
    for line, parts in _rows(section, _SAID_OF_A_UNIT):
        found[parts[0]] = Unit(name=parts[0], starts=parts[1], runs=parts[2], lines=(line.line,))
    return Units(units=found, lines=(section.heading,))


def read_accounts(section: Section | None) -> Accounts | None:
    """Return the local accounts: ``NAME UID KIND-OF-HASH SHELL``."""
    if section is None:
        return None
    found = tuple(
        Account(name=parts[0], uid=int(parts[1]), password=parts[2], shell=parts[3], lines=(line.line,))
        for line, parts in _rows(section, _ACCOUNT_WORDS)
        if parts[1].isdecimal()
    )
    return Accounts(accounts=found, lines=(section.heading,))


def read_kernel_modules(section: Section | None) -> KernelModules | None:
    """Return the modules: ``NAME LOADED THERE WHAT-RUNS-INSTEAD``."""
    if section is None:
        return None
    found = {}
    for line, parts in _rows(section, _SAID_OF_A_MODULE):
        instead = " ".join(parts[3:])
        found[parts[0]] = KernelModule(
            name=parts[0],
            loaded=parts[1] == "loaded",
            there=parts[2] != "not-there",
            built_in=parts[2] == "built-in",
            install_command=None if instead == "-" else instead,
            lines=(line.line,),
        )
    return KernelModules(modules=found, lines=(section.heading,))


def read_audit_rules(section: Section | None) -> AuditRules | None:
    """Return the loaded rules, ``-w PATH -p PERMISSIONS`` and ``-a always,exit -F path=PATH -F perm=…``."""
    if section is None:
        return None
    found = tuple(
        AuditRule(text=one.text.strip(), path=_watched(one.text.split()), lines=(one.line,))
        for one in section.content
        if one.text.startswith("-")
    )
    return AuditRules(rules=found, lines=(section.heading,))


def _watched(words: list[str]) -> str | None:
    """Return the path whose writing and changing a rule audits, whoever does it."""
    if words[:1] == ["-w"] and len(words) > 1:
        permissions = words[words.index("-p") + 1] if "-p" in words[:-1] else "rwxa"
        return words[1].rstrip("/") if set("wa") <= set(permissions) else None
    if words[:2] not in (["-a", "always,exit"], ["-a", "exit,always"]):
        return None
    fields = [after for word, after in pairwise(words) if word == "-F"]
    known = {name: value for name, _, value in (one.partition("=") for one in fields)}
    path = known.pop("path", "") or known.pop("dir", "")
    permissions = known.pop("perm", "rwxa")
    calls = {after for word, after in pairwise(words) if word == "-S"}
    if known.pop("arch", "b64") != "b64" or not calls <= {"all"}:
        return None
    known.pop("key", None)
    # With another field it audits some users or some kinds of files only.
    if not path or known or not set("wa") <= set(permissions):
        return None
    return path.rstrip("/")


def read_updates(section: Section | None) -> Updates | None:
    """Return what is pending, and the moments that tell for how long."""
    if section is None:
        return None
    held = {parts[1] for _, parts in _rows(section, 2) if parts[0] == "held"}
    pending, moments, stamps, security_source = [], {}, [], False
    for one in section.content:
        parts = one.text.split()
        if parts[:1] == ["pending"] and len(parts) == _PENDING_WORDS:
            pending.append(
                PendingUpdate(
                    package=parts[1],
                    security=parts[4] == "security",
                    held=parts[1] in held,
                    lines=(one.line,),
                )
            )
        elif parts[:1] == ["security-source"]:
            security_source = True
            stamps.append(one.line)
        elif len(parts) == len(("name", "moment")) and parts[0] in _MOMENTS:
            moments[parts[0]] = _moment(parts[1])
            stamps.append(one.line)
    return Updates(
        pending=tuple(pending),
        security_source=security_source,
        lists_read_at=moments.get("lists"),
        upgraded_at=moments.get("last-upgrade"),
        reboot_since=moments.get("reboot-required"),
        stamps=tuple(stamps),
        lines=(section.heading,),
    )


_PENDING_WORDS: Final = 5
_MOMENTS: Final = frozenset({"lists", "last-upgrade", "reboot-required"})


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _rows(section: Section, least: int) -> list[tuple[Content, list[str]]]:
    rows = ((one, one.text.split()) for one in section.content)
    return [(one, parts) for one, parts in rows if len(parts) >= least]
