"""What the safe change itself asks of a device that has taken a change, beside the caller's checks."""

from devices.differences import configuration_difference
from devices.models import Collection, PostCheckFailure
from devices.profiles import PROFILES, comparable_diff


def failed(check: str, message: str) -> PostCheckFailure:
    """Return a failure."""
    return PostCheckFailure(check=check, message=message)


def missing_neighbours(before: Collection, after: Collection) -> tuple[PostCheckFailure, ...]:
    """Return the neighbours that LLDP told before and tells no more."""
    return tuple(
        failed(
            "neighbours",
            f"{gone.device} {gone.remote_interface} is no longer seen on {gone.local_interface}",
        )
        for gone in before.neighbours
        if gone not in after.neighbours
    )


def unlike_forecast(before: Collection, after: Collection, approved: str) -> tuple[PostCheckFailure, ...]:
    """Compare what a device shows with the approved diff, where that was a forecast and not its own."""
    if "device-diff" in PROFILES[after.platform].capabilities:
        return ()
    found = configuration_difference(after.platform, before.running, after.running)
    found = comparable_diff(after.platform, found)
    if found == approved:
        return ()
    return (failed("forecast", _where_diffs_differ(approved, found)),)


def difference_of_diffs(approved: str, found: str) -> str:
    """Say where the device's diff leaves the approved one."""
    return (
        f"{_where_diffs_differ(approved, found)}; "
        "nothing was committed: preview the change and have it approved again"
    )


def _where_diffs_differ(approved: str, found: str) -> str:
    old, new = approved.splitlines(), found.splitlines()
    missing = next((line for line in old if line not in new), None)
    added = next((line for line in new if line not in old), None)
    where = [f"approved but not there: '{missing}'"] if missing is not None else []
    where += [f"there but not approved: '{added}'"] if added is not None else []
    return f"the device's diff is not the approved one ({'; '.join(where) or 'the order of lines differs'})"
