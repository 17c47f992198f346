"""Changes of a Nexus twin, and other sessions with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from napalm import get_network_driver

from devices.service import ApprovedChange, apply_change, preview_change

if TYPE_CHECKING:
    from devices.drivers.nxos_driver import NXOSDriver
    from devices.models import ChangeResult, Collection, PostCheckFailure
    from devices.safe_change import PostCheck
    from lab.models import TwinState
    from tests.devices.conftest import Bench

LINE = "snmp-server location Grenaa\n"
SEVERAL = (
    "no feature telnet\nfeature nxapi\ninterface Ethernet1/2\n  description printer\nline vty\n"
    "  exec-timeout 10\nvlan 40\n  name Cameras\nsnmp-server location Grenaa\n"
)


def nothing_to_say(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
    return ()


def change(bench: Bench, lines: str = LINE, *, post_check: PostCheck = nothing_to_say) -> ChangeResult:
    """Preview a change, take what it shows for approved, and apply it with its risk allowed."""
    return apply_change(
        bench.target,
        ApprovedChange(
            lines=lines,
            approved_diff=preview_change(bench.target, lines, lock=bench.lock),
            revert_after_seconds=60,
            allowed_risks=frozenset({"no-own-revert"}),
            margin_seconds=120,
            poll_seconds=30.0,
        ),
        lock=bench.lock,
        post_check=post_check,
        clock=bench.clock,
    )


def assert_untouched(now: TwinState, before: TwinState) -> None:
    assert (now.running, now.startup) == (before.running, before.startup)


def checkpoints(driver: NXOSDriver) -> list[str]:
    (shown,) = driver.show(("show checkpoint summary",))
    return re.findall(r"^\d+\) (\S+):$", shown.text, re.MULTILINE)


def library_session(bench: Bench) -> Any:
    """Return a session of NAPALM's own driver, to show what it does."""
    session = get_network_driver("nxos_ssh")(
        "127.0.0.1",
        bench.target.credential.username,
        bench.target.credential.password.get_secret_value(),
        timeout=10,
        optional_args={"port": bench.target.port},
    )
    session.open()
    return session
