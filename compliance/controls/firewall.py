"""Controls of what a firewall lets through."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import Judged
from devices.facts import DefaultPolicy, DeviceFacts, Firewall, FirewallPolicy
from devices.models import Platform

GLOBAL: Final = "global"
FIREWALLS: Final[frozenset[Platform]] = frozenset({"junos", "fortios", "panos"})


def closing_denials(firewall: Firewall) -> tuple[FirewallPolicy, ...]:
    """Return the policies that end a list of policies by denying whatever is left."""
    return tuple(policy for policy in _last_asked(firewall).values() if not policy.allows)


def _last_asked(firewall: Firewall) -> dict[str, FirewallPolicy]:
    """Return the policy of every list that matches everything; what stands behind it is never asked.

    A global one that names zones closes those only, and not its list.
    """
    last: dict[str, FirewallPolicy] = {}
    for policy in firewall.policies:
        limited = policy.scope == GLOBAL and (policy.from_zones or policy.to_zones)
        if policy.enabled and policy.matches_everything and not limited:
            last.setdefault(policy.scope, policy)
    return last


def unclosed_scopes(firewall: Firewall) -> tuple[str, ...]:
    """Return the lists of policies with a rest that neither they nor a global policy denies."""
    last = _last_asked(firewall)
    closed = closing_denials(firewall)
    if any(policy.scope == GLOBAL for policy in closed):
        return ()
    used = dict.fromkeys(policy.scope for policy in firewall.policies if policy.enabled)
    return tuple(scope for scope in used if scope not in last) if closed else ("policies",)


def is_unlogged(policy: FirewallPolicy, platform: str) -> bool:
    """Return whether FW-01 misses the log of a policy: of all on FortiOS, of what denies elsewhere."""
    return policy.enabled and not policy.logs and (platform == "fortios" or not policy.allows)


def opens_everything(policy: FirewallPolicy) -> bool:
    """Return whether a policy lets everything pass between any two zones, so that nothing is denied."""
    lets_pass = policy.enabled and policy.allows and policy.matches_everything
    return lets_pass and not (policy.from_zones or policy.to_zones or policy.same_zone_only)


def judge_default_deny(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """FW-01: what no policy allows is denied, and what is denied is logged.

    Passes when the default denies and its denials are logged: on an SRX by closing policies that deny
    everything and log at session-init, on FortiOS by the log of the implicit policy and of every policy, on
    PAN-OS by the log of interzone-default and of every rule that denies. Fails when the default permits, when
    a policy lets everything pass between all zones, and when a denial leaves no log. An SRX logs nothing for
    pairs of zones that no policy names, unless a global policy closes them; the message says so.

    Example:
        >>> fortios("config log setting", "set fwpolicy-implicit-log enable", "end", role="firewall")
        'PASS'
        >>> panos("set rulebase default-security-rules rules interzone-default action deny", role="firewall")
        'FAIL'
    """
    firewall = facts.firewall
    if firewall is None:
        return Finding(outcome="NOT_APPLICABLE", message="the device has no policies of a firewall")
    return conclude(_denials(firewall, facts.platform), nothing="the device has no policies of a firewall")


def _denials(firewall: Firewall, platform: str) -> Iterator[Observed]:
    for default in firewall.defaults:
        yield from _default(default, firewall, platform)
    for policy in firewall.policies:
        if opens_everything(policy):
            lines = (*policy.lines, *policy.address_lines, *policy.service_lines)
            yield Observed(
                good=False,
                message=f"policy {policy.name} lets everything pass, so nothing is denied",
                lines=lines,
            )
        elif is_unlogged(policy, platform):
            does = "lets pass" if policy.allows else "denies"
            lines = (*policy.lines, *policy.log_lines)
            yield Observed(good=False, message=f"policy {policy.name} {does} without a full log", lines=lines)
        elif policy.enabled and (platform == "fortios" or not policy.allows):
            does = "lets pass" if policy.allows else "denies"
            yield Observed(
                good=True,
                message=f"policy {policy.name} {does} and logs",
                lines=(*policy.lines, *policy.log_lines),
            )


def _default(default: DefaultPolicy, firewall: Firewall, platform: str) -> Iterator[Observed]:
    if not default.denies:
        yield Observed(
            good=False, message=f"{default.scope}: what no policy matches is let pass", lines=default.lines
        )
        return
    by_default = " by default" if default.by_default and platform != "fortios" else ""
    if default.logs is not None:
        logged = "and logged" if default.logs else "and not logged"
        yield Observed(
            good=default.logs,
            message=f"{default.scope}: what no policy matches is denied{by_default} {logged}",
            lines=(*default.lines, *default.log_lines),
        )
        return
    missing = unclosed_scopes(firewall)
    for scope in missing:
        held = [policy for policy in firewall.policies if policy.scope == scope and policy.enabled]
        lines = held[-1].lines if held else default.lines
        yield Observed(
            good=False,
            message=f"{scope}: what is left is denied by the default, which logs nothing{by_default}",
            lines=lines,
        )
    if not missing:
        is_global = any(one.scope == GLOBAL for one in closing_denials(firewall))
        rest = "" if is_global else "; between zones that no policy names it is denied without a log"
        yield Observed(
            good=True, message=f"what no policy matches is denied{by_default}{rest}", lines=default.lines
        )


def width_of(policy: FirewallPolicy, platform: str) -> str:
    """Return what FW-02 finds too wide in a policy, nothing where it is narrow enough.

    An SRX names applications only beside addresses, so all three must be any; FortiOS may not name the
    service ALL, nor both addresses all; PAN-OS may not name the service any, nor all applications from any to
    any.
    """
    services = " ".join(policy.all_services)
    if platform == "junos":
        return f"any address to any address with {services}" if policy.any_to_any and services else ""
    found = [f"service {services}"] if services else []
    if policy.any_to_any and (platform == "fortios" or policy.all_applications):
        applications = "" if platform == "fortios" else " with any application"
        found.append(f"all addresses to all addresses{applications}")
    return " and ".join(found)


def judge_wide_policies(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """FW-02: no policy lets everything pass.

    Passes when no policy that allows is too wide: an SRX with any source, any destination and any
    application, FortiOS with a service that is every port of IP, TCP or UDP, or from all to all addresses,
    PAN-OS with service any, or any application from any to any address. An object or group counts as what it
    holds, whatever its name. Disabled policies do not count. Not applicable without a policy that allows.

    Example:
        >>> panos("set rulebase security rules web action allow",
        ...       "set rulebase security rules web service any", role="firewall")
        'FAIL'
        >>> panos("set rulebase security rules web action allow",
        ...       "set rulebase security rules web service application-default", role="firewall")
        'PASS'
    """
    policies = () if facts.firewall is None else facts.firewall.policies
    return conclude(
        (_width(policy, facts.platform) for policy in policies if policy.enabled and policy.allows),
        nothing="no policy lets anything pass",
    )


def _width(policy: FirewallPolicy, platform: str) -> Observed:
    width = width_of(policy, platform)
    addresses = policy.address_lines if policy.any_to_any or not width else ()
    services = policy.service_lines if policy.all_services or not width or platform != "fortios" else ()
    return Observed(
        good=not width,
        message=f"policy {policy.name} of {policy.scope} lets pass {width or 'what it names'}",
        lines=(*policy.lines, *addresses, *services),
    )


CONTROLS: Final[Mapping[str, Judged]] = {
    "FW-01": Judged(judge_default_deny, FIREWALLS),
    "FW-02": Judged(judge_wide_policies, FIREWALLS),
}
