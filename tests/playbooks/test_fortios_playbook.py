"""A FortiGate through the real ansible-runner: its risk must be allowed by name, and a second run is zero."""

from __future__ import annotations

from typing import Any

from devices.fortios_difference import MARK
from playbooks.service import ChangeToApply, RunPlace, apply_changes

LINES = "config system global\n    set admin-telnet disable\nend\n"
DIFF = f"{MARK}\nconfig system global\n+    set admin-telnet disable"


def test_a_fortigate_is_changed_inside_a_window_only_and_the_second_run_changes_nothing(
    benches: Any, host_of_bench: Any, place: RunPlace
) -> None:
    bench = benches.start("fortios", factor=1.0)
    host = host_of_bench(bench)
    change = ChangeToApply(
        device=host.name, lines=LINES, approved_diff=DIFF, revert_after_seconds=300, poll_seconds=0.5
    )

    outside = apply_changes((host,), (change,), place)
    assert (outside.status, outside.changed) == ("failed", ())
    assert "revert-reboots" in outside.hosts[0].message
    assert (bench.twin.state().commits, bench.twin.state().pending) == (0, None)

    inside = change.model_copy(update={"allowed_risks": frozenset({"revert-reboots"})})
    first = apply_changes((host,), (inside,), place)
    state = bench.twin.state()
    assert (first.status, first.changed) == ("successful", (host.name,))
    assert (state.commits, state.pending, state.startup == state.running) == (1, None, True)
    second = apply_changes((host,), (inside,), place)
    assert (second.status, second.changed, bench.twin.state().commits) == ("successful", (), 1)
