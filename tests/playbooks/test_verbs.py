"""Every verb twice on twins of every platform that can be changed: the second run reports zero changes.

Both are read: the typed result of each host, and the counters that Ansible itself prints.
"""

from pathlib import Path
from typing import Any

import pytest

from playbooks.service import (
    ChangeVerb,
    LinesToPreview,
    PlaybookResult,
    RunPlace,
    apply_changes,
    back_up_devices,
    collect_devices,
    preview_changes,
)
from tests.playbooks.verb_lines import CHANGED, DIFFS, HARDENED, PLATFORMS, approved, changed_by_ansible

UNCHANGED = {
    "unchanged: the device has every line already; nothing was committed",
    # IOS writes the sources of a mirror session in another form than they are entered in.
    "unchanged: the device holds it and goes on listing lines that it never shows; nothing was committed",
}


def states(result: PlaybookResult) -> list[tuple[str, bool]]:
    return [(host.state, host.changed) for host in result.hosts]


@pytest.mark.parametrize("verb", ["harden", "mirror", "rehome"])
def test_a_second_run_changes_nothing(
    verb: ChangeVerb, benches: Any, host_of_bench: Any, tmp_path: Path
) -> None:
    twins = {platform: benches.start(platform, factor=1.0) for platform in CHANGED[verb]}
    hosts = tuple(host_of_bench(bench) for bench in twins.values())
    changes = tuple(approved(verb, host, twins[host.platform].twin.state().running) for host in hosts)
    places = [RunPlace(tmp_path / name, tmp_path / "locks", forks=5) for name in ("first", "second")]
    before = {platform: bench.twin.state() for platform, bench in twins.items()}

    first = apply_changes(hosts, changes, places[0], verb=verb)
    assert [(host.state, host.message) for host in first.hosts] == [
        ("ok", "confirmed: committed, checked on a fresh connection, confirmed and saved")
    ] * len(hosts)
    assert (first.verb, first.changed) == (verb, tuple(host.name for host in hosts))
    assert changed_by_ansible(places[0].folder) == dict.fromkeys(first.changed, 1)
    held = {platform: bench.twin.state() for platform, bench in twins.items()}
    for platform, state in held.items():
        assert (state.commits, state.reverts, state.pending) == (1, 0, None)
        assert state.startup == state.running != before[platform].running

    second = apply_changes(hosts, changes, places[1], verb=verb)
    assert {host.message for host in second.hosts} <= UNCHANGED
    assert (second.status, second.changed) == ("successful", ())
    assert changed_by_ansible(places[1].folder) == dict.fromkeys(first.changed, 0)
    for platform, bench in twins.items():
        state = bench.twin.state()
        assert (state.commits, state.running) == (1, held[platform].running)


def test_collecting_backing_up_and_previewing_twice_change_nothing(
    benches: Any, host_of_bench: Any, tmp_path: Path
) -> None:
    twins = {platform: benches.start(platform, factor=1.0) for platform in PLATFORMS}
    hosts = tuple(host_of_bench(bench) for bench in twins.values())
    lines = tuple(LinesToPreview(device=host.name, lines=HARDENED[host.platform]) for host in hosts)
    before = {platform: bench.twin.state().running for platform, bench in twins.items()}

    def place(name: str) -> RunPlace:
        return RunPlace(tmp_path / name, tmp_path / "locks", forks=5)

    for number in ("first", "second"):
        collected = collect_devices(hosts, place(f"collect-{number}"))
        assert states(collected) == [("ok", False)] * len(hosts)
        assert changed_by_ansible(tmp_path / f"collect-{number}") == {host.name: 0 for host in hosts}
    backed_up = back_up_devices(hosts, place("backup"))
    assert (backed_up.verb, states(backed_up)) == ("backup", [("ok", False)] * len(hosts))
    assert changed_by_ansible(tmp_path / "backup") == {host.name: 0 for host in hosts}
    for host in hosts:
        found = backed_up.host(host.name).collection
        assert found is not None
        kept = [line.strip() for line in found.running.splitlines()]
        wanted = [
            line.strip()
            for line in before[host.platform].splitlines()
            if line.strip() and line[0] not in "#!"
        ]
        # What a FortiGate shows encrypted reads differently every time.
        assert [line for line in wanted if line not in kept and " ENC " not in line] == []
    previewed = preview_changes(hosts, lines, place("check"))
    # A preview reports what would change; the device itself holds what it held.
    assert [host.diff for host in previewed.hosts] == [DIFFS["harden"][host.platform] for host in hosts]
    assert previewed.changed == tuple(host.name for host in hosts)
    assert {platform: bench.twin.state().commits for platform, bench in twins.items()} == dict.fromkeys(
        PLATFORMS, 0
    )
    assert {platform: bench.twin.state().running for platform, bench in twins.items()} == before


def test_a_change_that_does_not_reach_the_goal_of_its_verb_is_taken_back(
    benches: Any, host_of_bench: Any, place: RunPlace
) -> None:
    """Lines that harden bring nobody home: the device is asked before it is confirmed, and goes back."""
    bench = benches.start("junos", factor=30.0)
    host = host_of_bench(bench)
    before = bench.twin.state().running
    change = approved("harden", host, before, revert_after_seconds=60)
    result = apply_changes((host,), (change,), place, verb="rehome")
    (one,) = result.hosts
    assert (one.state, one.changed) == ("failed", False)
    assert one.change is not None
    assert one.change.outcome == "reverted"
    assert "rehome: the device still lacks: set system ntp server 10.9.0.1" in one.message
    state = bench.twin.state()
    assert (state.pending, state.reverts, state.running) == (None, 1, before)
