"""Controls of local accounts: who they are, how their passwords are kept, and what else a login needs."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import NETWORK, Judged
from compliance.errors import SecretRemoved
from devices.facts import DeviceFacts, LocalUser, PasswordPolicy, PasswordScheme, StoredPassword

SHORTEST_PASSWORD: Final = 15
_STRONG: Final[frozenset[PasswordScheme]] = frozenset(
    {"enciphered", "sha256", "sha512", "pbkdf2", "scrypt", "bcrypt", "yescrypt", "locked"}
)
_KEPT: Final[Mapping[PasswordScheme, str]] = {
    "plain": "is kept in plain text",
    "reversible": "is kept so that it can be turned back",
    "enciphered": "is kept enciphered",
    "factory-key": "is the one of the factory, so that anybody can turn passwords back",
    "des": "is kept as a DES hash",
    "md5": "is kept as an MD5 hash",
    "sha1": "is kept as a SHA-1 hash",
    "unsalted-sha256": "is kept as a SHA-256 hash without salt",
    "locked": "is locked",
    "none": "has no password",
    "removed": "was removed from the text",
    "unknown": "is kept in a form that is not known",
}
_BY_MESSAGE: Final = frozenset({"sms", "email"})


def accounts_of(facts: DeviceFacts) -> tuple[LocalUser, ...]:
    """Return the local accounts that count."""
    return tuple(one for one in facts.local_users if one.counts)


def is_break_glass(user: LocalUser, context: DeviceContext) -> bool:
    """Return whether an account may be the one of the site."""
    return not user.from_factory and context.break_glass_user in {None, user.name}


def judge_break_glass(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """AAA-02: there is exactly one local account, the break-glass account of the site.

    Passes with one account; where the context names the break-glass account, it must be that. Accounts that
    only servers let in, templates and accounts without administrator's rights do not count. Fails with none,
    with several, with another name, and with the account that every device of the platform comes with.

    Example:
        >>> ios("username breakglass privilege 15 secret 9 $9$madeup")
        'PASS'
        >>> ios("username breakglass secret 9 $9$madeup", "username vendor secret 9 $9$madeup")
        'FAIL'
        >>> junos("set system root-authentication encrypted-password $6$madeup")
        'FAIL'
    """
    return conclude(_accounts(facts, context), nothing="")


def _accounts(facts: DeviceFacts, context: DeviceContext) -> Iterator[Observed]:
    found = accounts_of(facts)
    if not found:
        yield Observed(good=False, message="there is no local account to break the glass", lines=facts.extent)
    elif len(found) > 1:
        names = ", ".join(one.name for one in found)
        lines = tuple(line for one in found for line in one.lines)
        yield Observed(good=False, message=f"there are {len(found)} local accounts: {names}", lines=lines)
    else:
        [only] = found
        good = is_break_glass(only, context)
        said = "is the only local account" if good else "is no break-glass account of the site"
        if only.from_factory:
            said = "is the account that every such device comes with"
        yield Observed(good=good, message=f"{only.name} {said}", lines=only.lines)


def is_weak(password: StoredPassword) -> bool:
    """Return whether AAA-03 refuses how a password is kept."""
    return password.scheme not in _STRONG


def judge_stored_passwords(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """AAA-03: no password of a user, of more rights or of a line can be read or turned back.

    Passes when each is kept as a SHA-2, scrypt or PBKDF2 hash, or as the platform enciphers it with the
    device's own key, and the platform's switch that scrambles the others is on. Fails with plain text, with
    what can be turned back (type 7), with MD5 (type 5) or DES, and where an account has no password. Keys
    that devices share are not judged. A hash that somebody removed from the text cannot be judged.

    Example:
        >>> ios("service password-encryption", "enable secret 9 $9$madeup")
        'PASS'
        >>> ios("service password-encryption", "enable secret 9 $9$madeup", "username a password 7 0607")
        'FAIL'
        >>> ios("service password-encryption", "enable secret 9 <removed>")
        'ERROR'
        >>> eos("username breakglass nopassword")
        'FAIL'
    """
    finding = conclude(_passwords(facts), nothing="no password is kept on the device")
    removed = [one.owner for one in facts.passwords if one.scheme == "removed"]
    if removed and finding.outcome != "FAIL":
        raise SecretRemoved(removed[0])
    return finding


def _passwords(facts: DeviceFacts) -> Iterator[Observed]:
    scrambling = facts.password_scrambling
    if scrambling is not None:
        state = "on" if scrambling.enabled else "off"
        ending = " by default" if scrambling.by_default else ""
        message = f"passwords are scrambled when shown: {state}{ending}"
        yield Observed(good=scrambling.enabled, message=message, lines=scrambling.lines)
    for one in facts.passwords:
        if one.scheme != "removed":
            kept = _KEPT.get(one.scheme, f"is kept as a {one.scheme} hash")
            yield Observed(good=not is_weak(one), message=f"{one.owner} {kept}", lines=one.lines)


def is_long_enough(policy: PasswordPolicy) -> bool:
    """Return whether a policy asks for the length that AAA-04 wants."""
    return policy.minimum_length is not None and policy.minimum_length >= SHORTEST_PASSWORD


def judge_password_policy(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """AAA-04: new local passwords have at least 15 characters.

    Passes when every policy of the device is in force, holds for administrators and asks for 15 characters or
    more. Fails when one asks for fewer or is off, and where there is none.

    Example:
        >>> ios("aaa new-model", "aaa common-criteria policy LOCAL", " min-length 15")
        'PASS'
        >>> ios("aaa new-model", "aaa common-criteria policy LOCAL", " min-length 8")
        'FAIL'
        >>> eos("management security", "   password minimum length 15")
        'PASS'
    """
    return conclude(map(_policy, facts.password_policies), nothing="the platform has no password policy")


def _policy(policy: PasswordPolicy) -> Observed:
    said = f"{policy.name} asks for {policy.minimum_length} characters"
    if policy.minimum_length is None:
        said = f"{policy.name} states no minimum length"
    if not policy.enabled:
        said = f"{said} and is not in force"
    if not policy.for_administrators:
        said = f"{said} and does not hold for administrators"
    good = is_long_enough(policy) and policy.enabled and policy.for_administrators
    return Observed(good=good, message=said, lines=policy.lines)


def judge_second_factor(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """AAA-06: whoever administers a firewall, or comes in through it, needs more than a password.

    Passes when every administrator and local user (FortiOS), or every profile that lets them in (PAN-OS), has
    a second factor. Fails when one has none, and when the factor is a code by SMS or e-mail.

    Example:
        >>> fortios("config system admin", '    edit "a"', "        set two-factor fortitoken",
        ...     "    next", "end", role="firewall")
        'PASS'
        >>> fortios("config system admin", '    edit "a"', "        set two-factor sms",
        ...     "    next", "end", role="firewall")
        'FAIL'
    """
    return conclude(_factors(facts), nothing="the device keeps no administrator and no user")


def _factors(facts: DeviceFacts) -> Iterator[Observed]:
    for one in facts.second_factors:
        by_message = any(word in _BY_MESSAGE for word in one.factor.lower().split())
        said = f"has the second factor {one.factor}" if one.factor else "has no second factor"
        if by_message:
            said = f"gets a code by {one.factor}, which others can read"
        yield Observed(
            good=bool(one.factor) and not by_message, message=f"{one.owner} {said}", lines=one.lines
        )


CONTROLS: Final[Mapping[str, Judged]] = {
    "AAA-02": Judged(judge_break_glass, NETWORK),
    "AAA-03": Judged(judge_stored_passwords, NETWORK),
    "AAA-04": Judged(judge_password_policy, NETWORK),
    "AAA-06": Judged(judge_second_factor, frozenset({"fortios", "panos"})),
}
