"""What the tests of FortiOS share: one change, and what was sent to the twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devices.drivers.fortios_driver import FortiOSDriver
from devices.fortios_difference import MARK
from devices.models import ChangeResult, Collection, PostCheckFailure
from devices.profiles import PROFILES
from devices.service import ApprovedChange, apply_change

if TYPE_CHECKING:
    from tests.devices.conftest import Bench

LINES = "config system snmp sysinfo\n    set location Grenaa\nend\n"
DIFF = f"{MARK}\nconfig system snmp sysinfo\n+    set location Grenaa"
CONSOLE = ('config system snmp sysinfo\nset contact-info "somebody"\nend',)
LAST_SECTION = "config router multicast\nend\n"


def nothing_to_say(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
    return ()


def change(bench: Bench, lines: str = LINES, diff: str = DIFF, **options: Any) -> ChangeResult:
    approved: dict[str, Any] = {"allowed_risks": PROFILES["fortios"].risks, **options.pop("approved", {})}
    return apply_change(
        bench.target,
        ApprovedChange(
            lines=lines,
            approved_diff=diff,
            revert_after_seconds=120,
            margin_seconds=60,
            poll_seconds=60.0,
            **approved,
        ),
        lock=bench.lock,
        post_check=options.pop("post_check", nothing_to_say),
        clock=bench.clock,
        **options,
    )


def opened(bench: Bench) -> FortiOSDriver:
    driver = FortiOSDriver(bench.target)
    driver.open()
    return driver


def written(bench: Bench) -> list[str]:
    """Return what was sent that could change the device."""
    return [line for line in bench.twin.transcript() if not line.startswith(("GET ", "! "))]
