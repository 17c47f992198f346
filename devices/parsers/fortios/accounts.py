"""Read local accounts of FortiOS, how their passwords are kept, their second factor, and what is logged."""

from collections.abc import Iterator
from typing import Final

from devices.facts import ConfigLine, LocalUser
from devices.facts.credentials import (
    ActivityLog,
    PasswordPolicy,
    PasswordScheme,
    SecondFactor,
    StoredPassword,
)
from devices.parsers.fortios.tree import Section, Setting
from devices.parsers.password_schemes import is_removed

Lines = tuple[ConfigLine, ...]

_POLICY: Final = "system password-policy"


def read_fortios_accounts(root: Section) -> tuple[LocalUser, ...]:
    """Return the administrators; one whom a server authenticates is none of the device's own."""
    return tuple(
        LocalUser(name=name, counts=entry.text_of("remote-auth") != "enable", lines=(_line_of(entry),))
        for name, entry in root.at("system admin").entries.items()
    )


def read_fortios_passwords(root: Section) -> tuple[StoredPassword, ...]:
    """Return the passwords of administrators and of local users."""
    found = []
    for name, entry in root.at("system admin").entries.items():
        password = entry.settings.get("password")
        elsewhere = "enable" in (entry.text_of("remote-auth"), entry.text_of("peer-auth"))
        if password is not None or not elsewhere:
            found.append(_stored(f"administrator {name}", entry, password))
    for name, entry in _local_users(root):
        found.append(_stored(f"user {name}", entry, entry.settings.get("passwd")))
    return tuple(found)


def _local_users(root: Section) -> Iterator[tuple[str, Section]]:
    """Yield the users whose password the device keeps, those that are off left out."""
    for name, entry in root.at("user local").entries.items():
        if entry.text_of("status") != "disable" and entry.text_of("type", "password") == "password":
            yield name, entry


def _stored(owner: str, entry: Section, setting: Setting | None) -> StoredPassword:
    lines = (_line_of(entry), *(() if setting is None else (_line_of(setting),)))
    return StoredPassword(owner=owner, scheme=_scheme(setting), lines=lines)


def _scheme(setting: Setting | None) -> PasswordScheme:
    if setting is None or not setting.words:
        return "none"
    if is_removed(setting.words[-1]) or setting.words == ("ENC",):
        return "removed"
    return "enciphered" if setting.words[0] == "ENC" else "plain"


def read_fortios_factors(root: Section) -> tuple[SecondFactor, ...]:
    """Return the second factor of every administrator and of every local user that is on."""
    users = root.at("user local").entries.items()
    owners = [("administrator", *one) for one in root.at("system admin").entries.items()]
    owners.extend(("user", name, one) for name, one in users if one.text_of("status") != "disable")
    found = []
    for kind, name, entry in owners:
        setting = entry.settings.get("two-factor")
        factor = "" if setting is None else " ".join(setting.words)
        lines = (_line_of(entry), *(() if setting is None else (_line_of(setting),)))
        found.append(
            SecondFactor(owner=f"{kind} {name}", factor="" if factor == "disable" else factor, lines=lines)
        )
    return tuple(found)


def read_fortios_policies(root: Section, extent: Lines) -> tuple[PasswordPolicy, ...]:
    """Return the password policy; it is off unless a line switches it on."""
    section = root.at(_POLICY)
    length = section.text_of("minimum-length")
    applies = section.settings.get("apply-to")
    stated = [one for one in map(section.settings.get, ("status", "apply-to", "minimum-length")) if one]
    header: Lines = (_line_of(section),) if section.written else extent
    return (
        PasswordPolicy(
            name=_POLICY,
            minimum_length=int(length) if length.isdigit() else None,
            enabled=section.text_of("status") == "enable",
            for_administrators=applies is None or "admin-password" in applies.words,
            lines=tuple(_line_of(one) for one in stated) or header,
        ),
    )


def read_fortios_activity(root: Section, extent: Lines) -> tuple[ActivityLog, ...]:
    """Return whether events are logged, which the acts of administrators are."""
    section = root.at("log eventfilter")
    stated = section.settings.get("event")
    header: Lines = (_line_of(section),) if section.written else extent
    return (
        ActivityLog(
            name="log eventfilter event",
            enabled=stated is not None and stated.words == ("enable",),
            lines=header if stated is None else (_line_of(stated),),
        ),
    )


def _line_of(one: Section | Setting) -> ConfigLine:
    return ConfigLine(number=one.number, text=one.written.split("\n")[0])
