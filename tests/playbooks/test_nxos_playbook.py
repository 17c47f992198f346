"""A Nexus switch through ansible-runner: collected, and changed only where its risk is allowed."""

from __future__ import annotations

from typing import Any

from playbooks.service import (
    ChangeToApply,
    LinesToPreview,
    RunPlace,
    apply_changes,
    collect_devices,
    preview_changes,
)

LINES = "no feature telnet\nline vty\n  exec-timeout 10\n"


def shown(text: str) -> list[str]:
    """Return the lines that say something."""
    return [line for line in text.splitlines() if line]


def test_a_switch_is_collected(benches: Any, host_of_bench: Any, place: RunPlace) -> None:
    bench = benches.start("nxos", factor=1.0)
    result = collect_devices((host_of_bench(bench),), place)
    assert (result.status, result.changed) == ("successful", ())
    collection = result.hosts[0].collection
    assert collection is not None
    assert shown(collection.running) == shown(bench.twin.state().running)
    assert shown(collection.startup) == shown(bench.twin.state().startup)
    assert [(one.device, one.local_interface) for one in collection.neighbours] == [
        ("core-01", "Ethernet1/1")
    ]
    assert "NXOS: version 10.3(9)" in collection.shows[0].text


def test_a_switch_is_changed_with_an_override_only_and_the_second_run_changes_nothing(
    benches: Any, host_of_bench: Any, place: RunPlace
) -> None:
    bench = benches.start("nxos", factor=1.0)
    host = host_of_bench(bench)
    before = bench.twin.state().running
    preview = preview_changes((host,), (LinesToPreview(device=host.name, lines=LINES),), place)
    assert preview.status == "successful"
    assert preview.hosts[0].diff is not None
    change = ChangeToApply(
        device=host.name,
        lines=LINES,
        approved_diff=preview.hosts[0].diff,
        revert_after_seconds=60,
        poll_seconds=0.5,
    )

    without = apply_changes((host,), (change,), place)
    assert (without.status, without.changed) == ("failed", ())
    assert "no-own-revert" in without.hosts[0].message
    assert (bench.twin.state().running, bench.twin.state().commits) == (before, 0)

    allowed = change.model_copy(update={"allowed_risks": frozenset({"no-own-revert"})})
    first = apply_changes((host,), (allowed,), place)
    assert (first.status, first.changed) == ("successful", (host.name,))
    state = bench.twin.state()
    assert ("feature telnet" in state.running, state.startup == state.running) == (False, True)
    second = apply_changes((host,), (allowed,), place)
    assert (second.status, second.changed, bench.twin.state().commits) == ("successful", (), 1)


def test_a_change_that_the_switch_refuses_is_taken_back_and_told_with_its_reason(
    benches: Any, host_of_bench: Any, place: RunPlace
) -> None:
    bench = benches.start("nxos", factor=1.0)
    host = host_of_bench(bench)
    before = bench.twin.state()
    lines = "snmp-server location Grenaa\nhostnome other\n"
    preview = preview_changes((host,), (LinesToPreview(device=host.name, lines=lines),), place)
    assert preview.hosts[0].diff is not None
    change = ChangeToApply(
        device=host.name,
        lines=lines,
        approved_diff=preview.hosts[0].diff,
        revert_after_seconds=60,
        allowed_risks=frozenset({"no-own-revert"}),
        poll_seconds=0.5,
    )
    result = apply_changes((host,), (change,), place)
    assert (result.status, result.changed) == ("failed", ())
    assert "hostnome other" in result.hosts[0].message
    assert "Invalid command" in result.hosts[0].message
    state = bench.twin.state()
    assert (state.running, state.startup) == (before.running, before.startup)
