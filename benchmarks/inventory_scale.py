"""How long a check of an inventory takes and what memory it needs, from 1 to 98 municipalities.

Each figure is of the command as people call it, with all that starts and ends a process: cold with no kept
result, warm with no changed file, and with one municipality changed. Memory is the largest sum of what the
command and its workers held at one moment; pages that they share are counted in each.

Run: ``python -m benchmarks.inventory_scale``
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from inventory.generator.service import generate_inventory
from inventory.national import municipalities

_SEED = 1
_SAMPLE_SECONDS = 0.02
_KIB_PER_MB = 1000
_REGION, _TEN = "Midtjylland", 10
_SMALL, _LARGE = "norddjurs", "koebenhavn"


class Run(NamedTuple):
    """What one run of a command took."""

    wall_seconds: float
    processor_seconds: float
    peak_mb: float


def main() -> None:
    """Print a table."""
    others = (one.slug for one in municipalities() if one.region == _REGION and one.slug != _SMALL)
    ten = (_SMALL, *islice(others, _TEN - 1))
    print(f"{'what':44} {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'load before':>12}")
    for names in ((_SMALL,), (_LARGE,), ten, ()):
        with tempfile.TemporaryDirectory() as parent:
            _measure(Path(parent), names)


def _measure(parent: Path, names: Sequence[str]) -> None:
    made = generate_inventory(_SEED, parent / "inventory", names=names)
    print(
        f"{made.municipalities} municipalities, {made.sites} sites, {made.devices} devices, "
        f"{made.servers} servers, {made.written.size_bytes / 1e6:.1f} MB"
    )
    check = ("inventory", "check", str(made.folder))
    _show("  check, cold", parent, check)
    _show("  check, warm", parent, check)
    for name in (_SMALL, _LARGE):
        sites = made.folder / "municipalities" / name / "sites.yaml"
        if sites.is_file():
            sites.write_text(sites.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
            _show(f"  check, {name} changed", parent, check)
    _show("  check, no cache, one process", parent, (*check, "--no-cache", "--workers", "1"))
    _show("  snapshot, all of it in memory", parent, ("inventory", "snapshot", str(made.folder)))


def _show(what: str, parent: Path, words: Sequence[str]) -> None:
    load = os.getloadavg()[0]
    run = _run(parent, words)
    print(
        f"{what:44} {run.wall_seconds:8.2f} {run.processor_seconds:8.2f} {run.peak_mb:8.0f} {load:12.2f}",
        flush=True,
    )


def _run(parent: Path, words: Sequence[str]) -> Run:
    command = [str(Path(sys.executable).parent / "samdrift"), *words]
    environment = os.environ | {"SAMDRIFT_STATE_FOLDER": str(parent / "state")}
    before, began = os.times(), time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak_kib = 0
    while process.poll() is None:
        peak_kib = max(peak_kib, sum(_resident_kib(pid) for pid in _tree(process.pid)))
        time.sleep(_SAMPLE_SECONDS)
    wall, after = time.perf_counter() - began, os.times()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}; a figure of that says nothing")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, spent, peak_kib / _KIB_PER_MB)


def _tree(pid: int) -> list[int]:
    """Return a process and all that it started."""
    found = [pid]
    for one in found:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            children = " ".join((task / "children").read_text(encoding="ascii") for task in tasks)
        except OSError:
            continue
        found.extend(int(child) for child in children.split())
    return found


def _resident_kib(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)


if __name__ == "__main__":
    main()
