"""Check mode of every verb that changes: the masked difference is shown, and nothing is changed."""

from pathlib import Path
from typing import Any

import pytest

from lab.twin import Twin
from playbooks.service import ChangeVerb, LinesToPreview, RunPlace, apply_changes, preview_changes
from tests.playbooks.verb_lines import DIFFS, PLATFORMS, approved, changed_by_ansible

SECRET = "kommunens-egen-hemmelighed"


def outputs(folder: Path) -> str:
    """Return everything that Ansible printed in the runs below a folder."""
    return "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("artifacts/run/stdout"))


@pytest.mark.parametrize("verb", ["harden", "rehome"])
def test_check_mode_shows_the_difference_and_changes_nothing(
    verb: ChangeVerb, benches: Any, host_of_bench: Any, tmp_path: Path
) -> None:
    twins: dict[str, Twin] = {}
    hosts = []
    for platform in PLATFORMS:
        bench = benches.start(platform, factor=1.0)
        twins[platform] = bench.twin
        hosts.append(host_of_bench(bench))
    before = {platform: twin.state() for platform, twin in twins.items()}
    changes = tuple(approved(verb, host, before[host.platform].running) for host in hosts)
    place = RunPlace(tmp_path / "run", tmp_path / "locks", forks=5)

    foreseen = apply_changes(tuple(hosts), changes, place, verb=verb, check_mode=True)

    assert [(host.state, host.changed, host.diff) for host in foreseen.hosts] == [
        ("ok", True, DIFFS[verb][host.platform]) for host in hosts
    ]
    assert changed_by_ansible(place.folder) == {host.name: 1 for host in hosts}
    shown = outputs(place.folder)
    assert [line for line in DIFFS[verb]["eos"].splitlines() if line not in shown] == []
    for platform, twin in twins.items():
        after = twin.state()
        assert (after.running, after.startup, after.commits) == (
            before[platform].running,
            before[platform].startup,
            0,
        )


def test_a_secret_in_a_difference_is_masked_wherever_ansible_keeps_it(
    benches: Any, host_of_bench: Any, tmp_path: Path
) -> None:
    bench = benches.start("eos", factor=1.0)
    host = host_of_bench(bench)
    lines = f"snmp-server community {SECRET} ro\n"
    place = RunPlace(tmp_path / "run", tmp_path / "locks")

    previewed = preview_changes((host,), (LinesToPreview(device=host.name, lines=lines),), place)

    assert previewed.hosts[0].diff == "+snmp-server community <secret> ro"
    assert "+snmp-server community" in outputs(place.folder)
    kept = [path for path in (place.folder / "runner" / "artifacts").rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if SECRET.encode() in path.read_bytes()] == []
