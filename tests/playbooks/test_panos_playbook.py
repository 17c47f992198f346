"""A Palo Alto firewall through ansible-runner: collected, and changed only where its risk is allowed."""

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

LINES = "set deviceconfig setting management idle-timeout 10\n"


def test_a_firewall_is_collected(benches: Any, host_of_bench: Any, place: RunPlace) -> None:
    bench = benches.start("panos", factor=1.0)
    result = collect_devices((host_of_bench(bench),), place)
    assert (result.status, result.changed) == ("successful", ())
    collection = result.hosts[0].collection
    assert collection is not None
    assert collection.running == bench.twin.state().running
    assert [(one.device, one.local_interface) for one in collection.neighbours] == [
        ("core-01", "ethernet1/2")
    ]
    assert "<sw-version>11.1.4-h7</sw-version>" in collection.shows[0].text


def test_a_firewall_is_changed_with_an_override_only_and_the_second_run_changes_nothing(
    benches: Any, host_of_bench: Any, place: RunPlace
) -> None:
    bench = benches.start("panos", factor=1.0)
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
    assert "<idle-timeout>10</idle-timeout>" in bench.twin.state().running
    second = apply_changes((host,), (allowed,), place)
    assert (second.status, second.changed, bench.twin.state().commits) == ("successful", (), 1)
    assert (bench.twin.locks(), bench.twin.saved_configurations()) == ((), ())


def test_a_change_that_the_firewall_refuses_is_told_with_its_reason(
    benches: Any, host_of_bench: Any, place: RunPlace
) -> None:
    bench = benches.start("panos", factor=1.0)
    host = host_of_bench(bench)
    lines = (LinesToPreview(device=host.name, lines=f"{LINES}set zone guest colour blue\n"),)
    result = preview_changes((host,), lines, place)
    assert (result.status, result.hosts[0].state) == ("failed", "failed")
    assert "set zone guest colour blue" in result.hosts[0].message
    assert "Invalid syntax" in result.hosts[0].message
    assert bench.twin.candidate() == bench.twin.state().running
