"""Changes of an AOS-CX twin, and other sessions with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.drivers.aoscx_napalm import AOSCXNetworkDriver
from devices.service import ApprovedChange, apply_change, preview_change
from lab.aoscx.twin import AOSCXTwin

if TYPE_CHECKING:
    from devices.models import ChangeResult, Collection, PostCheckFailure
    from devices.safe_change import PostCheck
    from lab.models import TwinState
    from tests.devices.conftest import Bench

LINE = "snmp-server system-location Grenaa\n"


def nothing_to_say(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
    return ()


def change(
    bench: Bench, lines: str = LINE, *, post_check: PostCheck = nothing_to_say, seconds: int = 120
) -> ChangeResult:
    """Preview a change, take what it shows for approved, and apply it."""
    return apply_change(
        bench.target,
        ApprovedChange(
            lines=lines,
            approved_diff=preview_change(bench.target, lines, lock=bench.lock),
            revert_after_seconds=seconds,
            margin_seconds=60,
            poll_seconds=60.0,
        ),
        lock=bench.lock,
        post_check=post_check,
        clock=bench.clock,
    )


def twin_of(bench: Bench) -> AOSCXTwin:
    assert isinstance(bench.twin, AOSCXTwin)
    return bench.twin


def assert_untouched(now: TwinState, before: TwinState) -> None:
    assert (now.running, now.startup, now.pending) == (before.running, before.startup, None)


def session_on(bench: Bench, **options: object) -> AOSCXNetworkDriver:
    session = AOSCXNetworkDriver(
        "127.0.0.1",
        bench.target.credential.username,
        bench.target.credential.password.get_secret_value(),
        timeout=10,
        optional_args={"host_key": bench.target.host_key, "port": bench.target.port, **options},
    )
    session.open()
    return session
