"""Read local accounts of PAN-OS, how their passwords are kept, their second factor, and what is sent."""

from typing import Final

from devices.facts import ConfigLine, LocalUser
from devices.facts.credentials import ActivityLog, PasswordPolicy, SecondFactor, StoredPassword
from devices.parsers.panos.login import find_profile, profiles_of
from devices.parsers.panos.tree import Word
from devices.parsers.password_schemes import read_scheme

Lines = tuple[ConfigLine, ...]

_USERS: Final = ("mgt-config", "users")
_FACTORY: Final = "admin"
_WITHOUT_PASSWORD: Final = ("authentication-profile", "public-key", "client-certificate-only")
_COMPLEXITY: Final = ("mgt-config", "password-complexity")
_EVERY_LOG: Final = "all logs"
_PROFILE: Final = "authentication-profile"


def read_panos_accounts(root: Word) -> tuple[LocalUser, ...]:
    """Return the accounts of the firewall; the one that every firewall comes with is told as such."""
    return tuple(
        LocalUser(name=name, from_factory=name == _FACTORY, lines=(user.line,))
        for name, user in root.entries(*_USERS)
    )


def read_panos_passwords(root: Word) -> tuple[StoredPassword, ...]:
    """Return the passwords of administrators and of the local user database."""
    users = [("user", *one, True) for one in root.entries(*_USERS)]
    users.extend(("local user", *one, False) for one in root.entries("shared", "local-user-database", "user"))
    found = []
    for kind, name, user, may_lack in users:
        held = user.at("phash")
        if held is not None:
            scheme = read_scheme(user.value("phash") or "")
            found.append(StoredPassword(owner=f"{kind} {name}", scheme=scheme, lines=(held.line,)))
        elif not may_lack or not any(word in user.below for word in _WITHOUT_PASSWORD):
            found.append(StoredPassword(owner=f"{kind} {name}", scheme="none", lines=(user.line,)))
    return tuple(found)


def read_panos_policies(root: Word, extent: Lines) -> tuple[PasswordPolicy, ...]:
    """Return the minimum complexity of passwords."""
    section = root.at(*_COMPLEXITY)
    length = "" if section is None else section.value("minimum-length") or ""
    stated = [
        word.line
        for word in ((section.at("enabled"), section.at("minimum-length")) if section is not None else ())
        if word is not None
    ]
    return (
        PasswordPolicy(
            name="mgt-config password-complexity",
            minimum_length=int(length) if length.isdigit() else None,
            enabled=section is not None and section.value("enabled") == "yes",
            lines=tuple(dict.fromkeys(stated)) or (extent if section is None else (section.line,)),
        ),
    )


def read_panos_factors(root: Word, extent: Lines) -> tuple[SecondFactor, ...]:
    """Return the second factor of every profile that lets administrators or remote users in."""
    used: dict[str, ConfigLine] = {}
    system = root.at("deviceconfig", "system", _PROFILE)
    places = [("deviceconfig system", system)]
    places.extend((name, user.at(_PROFILE)) for name, user in root.entries(*_USERS))
    for kind, part in (("global-protect-portal", "portal-config"), ("global-protect-gateway", "roles")):
        for _, one in root.entries("global-protect", kind):
            places.extend(("", auth.at(_PROFILE)) for _, auth in one.entries(part, "client-auth"))
            places.extend(("", auth.at(_PROFILE)) for _, auth in one.entries("client-auth"))
    for _, word in places:
        for name in () if word is None else word.below:
            used.setdefault(name, word.line if word is not None else extent[0])
    if system is None:
        searched = root.at("deviceconfig", "system")
        lines = extent if searched is None else (searched.line,)
        none = SecondFactor(owner="the login of administrators", factor="", lines=lines)
        return (none, *_of_profiles(root, used))
    return _of_profiles(root, used)


def _of_profiles(root: Word, used: dict[str, ConfigLine]) -> tuple[SecondFactor, ...]:
    found = []
    for name, line in used.items():
        for profile in profiles_of(root, name):
            held = find_profile(root, profile)
            factor = None if held is None else held.at("multi-factor-auth")
            on = factor is not None and factor.value("mfa-enable") == "yes"
            more = () if factor is None else tuple(end.line for _, end in factor.ends())
            names = () if factor is None else factor.names("factors")
            found.append(
                SecondFactor(
                    owner=f"{_PROFILE} {profile}",
                    factor=(" ".join(names) or "multi-factor-auth") if on else "",
                    lines=tuple(dict.fromkeys((line, *more))),
                )
            )
    return tuple(found)


def read_panos_activity(root: Word, extent: Lines) -> tuple[ActivityLog, ...]:
    """Return whether the configuration log is sent to a syslog profile that has servers."""
    profiles = tuple(
        name
        for name, profile in root.entries("shared", "log-settings", "syslog")
        if any(server.value("server") for _, server in profile.entries("server"))
    )
    at = ("shared", "log-settings", "config", "match-list")
    told: list[tuple[bool, Lines]] = []
    for _, match in root.entries(*at):
        chosen = match.value("filter")
        whole = chosen is None or chosen.strip().lower() == _EVERY_LOG
        lines = tuple(dict.fromkeys(end.line for _, end in match.ends()))
        told.append((whole and any(one in profiles for one in match.names("send-syslog")), lines))
    good = next((lines for on, lines in told if on), None)
    searched = tuple(line for _, lines in told for line in lines)
    return (
        ActivityLog(
            name="log-settings config match-list",
            enabled=good is not None,
            candidates=profiles,
            lines=good or searched or extent,
        ),
    )
