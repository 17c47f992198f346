"""Mend local accounts and their passwords, as far as that takes no secret."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.accounts import accounts_of, is_break_glass, is_long_enough, is_weak
from compliance.remediation.steps import Mender, NotMendable, Step
from devices.facts import DeviceFacts

_NEW_POLICY: Final = "aaa common-criteria policy LOCAL-PASSWORDS"
_USELESS: Final = frozenset({"none", "removed", "locked"})


def mend_stored_passwords(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """AAA-03: scramble what is shown, and take away a password that another one supersedes."""
    weak = [one for one in facts.passwords if is_weak(one)]
    left = [one.owner for one in weak if not one.superseded]
    if left:
        raise NotMendable(
            f"a password is a secret, which no plan carries; set a strong one by hand for {', '.join(left)}"
        )
    if facts.password_scrambling is not None and not facts.password_scrambling.enabled:
        yield Step("password-scrambling")
    for one in weak:
        yield Step("no-password", {"owner": one.owner})


def mend_break_glass(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """AAA-02: remove every local account but the break-glass account, which must be there already."""
    found = accounts_of(facts)
    wanted = context.break_glass_user
    kept = [one for one in found if one.name == wanted and is_break_glass(one, context)]
    if wanted is None or not kept:
        raise NotMendable(
            "the break-glass account of the site is not on the device; its password is a secret, which no "
            "plan carries: create it by hand, then plan again"
        )
    schemes = [one.scheme for one in facts.passwords if one.owner.split()[-1] == wanted]
    if not schemes or set(schemes) <= _USELESS:
        raise NotMendable(f"nobody could log in as {wanted} alone; give it a password by hand first")
    if context.login_user is None:
        raise NotMendable(
            "the context gives no login_user, so the account of this very session could be among those that "
            "would go; name it, or remove the others by hand"
        )
    leaving = [one.name for one in found if one.name != wanted]
    if context.login_user in leaving:
        raise NotMendable(
            f"{context.login_user} is who logs in for this change; log in as another, then plan again"
        )
    for name in leaving:
        yield Step("no-account", {"name": name})


def mend_password_policy(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """AAA-04: ask for 15 characters, in force and for administrators."""
    if facts.aaa is not None and not facts.aaa.enabled:
        raise NotMendable("AAA is off, and without it the device takes no policy; mend AAA-01 first")
    for policy in facts.password_policies:
        if not is_long_enough(policy):
            named = policy.name if policy.name.count(" ") > 2 else _NEW_POLICY  # noqa: PLR2004 - with its name
            yield Step("policy-length", {"policy": named})
        if not policy.for_administrators:
            yield Step("policy-for-administrators")
        if not policy.enabled:
            yield Step("policy-on")


def mend_second_factor(_facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """AAA-06: nothing; a second factor is handed to a person."""
    raise NotMendable("a second factor is handed to a person; assign a token to each by hand")


MENDERS: Final[Mapping[str, Mender]] = {
    "AAA-02": mend_break_glass,
    "AAA-03": mend_stored_passwords,
    "AAA-04": mend_password_policy,
    "AAA-06": mend_second_factor,
}
