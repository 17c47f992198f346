"""Runs over many devices through Ansible, beside a bare NAPALM thread pool and nornir-napalm.

Every figure is of a whole process, from its start to its end. The contenders take turns in every round, and a
ratio is of two runs of one round, so that a machine that is busy with something else is so for both.

Run: ``python -m benchmarks.device_runs`` (``--help`` tells the sizes)
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.device_twins import Device, running_twins, write_work
from benchmarks.process_memory import MemoryWatch

_CONTENDERS: Final = ("samdrift", "pool", "nornir")
_LABS: Final = 2


class Run(NamedTuple):
    """What one run took."""

    wall_seconds: float
    processor_seconds: float
    peak_mib: float


def main() -> None:
    """Print the pairs, then the cost of each size."""
    options = _options()
    for round_trip_ms in options.latency_ms:
        _with_twins(options.devices, round_trip_ms, lambda work, count: _pairs(work, count, options))
    for count in options.sizes:
        _with_twins(count, 0, lambda work, count: _size(work, count, options.forks[-1]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure runs over many devices")
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--forks", type=int, nargs="+", default=[10, 20])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency-ms", type=float, nargs="*", default=[0.0, 20.0])
    parser.add_argument("--verbs", nargs="+", choices=["collect", "plan"], default=["collect", "plan"])
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 100, 1000])
    return parser.parse_args()


def _with_twins(count: int, round_trip_ms: float, measure: Callable[[Path, int], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with running_twins(count, labs=_LABS, folder=Path(folder), round_trip_ms=round_trip_ms) as devices:
            seconds = time.perf_counter() - began
            print(f"{count} twins ({_mix(devices)}), round trip {round_trip_ms:g} ms, up in {seconds:.0f} s")
            work = Path(folder) / "work.json"
            write_work(work, devices)
            measure(work, count)


def _mix(devices: tuple[Device, ...]) -> str:
    platforms = [one.platform for one in devices]
    return ", ".join(f"{platforms.count(name)} {name}" for name in sorted(set(platforms)))


def _pairs(work: Path, count: int, options: argparse.Namespace) -> None:
    for verb in options.verbs:
        for forks in options.forks:
            rounds = [
                {name: _run(name, verb, forks, work, count) for name in _turn(number)}
                for number in range(options.rounds)
            ]
            told = "  ".join(
                f"{name} {_spread([one[name].wall_seconds for one in rounds])} s "
                f"({statistics.median(one[name].processor_seconds for one in rounds):.1f} s of a core)"
                for name in _CONTENDERS
            )
            ratios = "  ".join(
                f"samdrift/{peer} "
                f"{_spread([one['samdrift'].wall_seconds / one[peer].wall_seconds for one in rounds])}"
                for peer in _CONTENDERS[1:]
            )
            print(f"{verb:8} {forks:3} at once, load {os.getloadavg()[0]:.1f}:  {told}", flush=True)
            print(f"{'':8} {ratios}", flush=True)


def _turn(number: int) -> tuple[str, ...]:
    """Return the contenders in another order for every round."""
    first = number % len(_CONTENDERS)
    return _CONTENDERS[first:] + _CONTENDERS[:first]


def _size(work: Path, count: int, forks: int) -> None:
    run = _run("samdrift", "collect", forks, work, count, memory=True)
    print(
        f"{count:5} devices, {forks} at once, load {os.getloadavg()[0]:.1f}: {run.wall_seconds:.1f} s, "
        f"{run.processor_seconds:.1f} s of a core, {run.processor_seconds / count * 1000:.0f} ms for each, "
        f"memory {run.peak_mib:.0f} MiB",
        flush=True,
    )


def _run(name: str, verb: str, forks: int, work: Path, count: int, *, memory: bool = False) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.device_contenders", name, verb, str(forks), str(work), folder],
            stdout=subprocess.PIPE,
            text=True,
        )
        watch = MemoryWatch(process) if memory else None
        answer, _ = process.communicate()
        wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        peak_mib = watch.peak_mib() if watch is not None else 0.0
    if process.returncode != 0 or json.loads(answer)["done"] != count:
        raise SystemExit(f"{name} did not {verb} all {count} devices; a figure of that says nothing")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, spent, peak_mib)


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


if __name__ == "__main__":
    main()
