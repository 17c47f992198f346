"""Measure a thousand twins on one machine: start, memory, collecting a sample, and timers with nobody there.

``python -m benchmarks.twin_scale`` writes a lab of mixed platforms, starts it as a process of its own,
collects a sample with the real drivers, leaves a commit unconfirmed on one device of each platform and waits
until the devices have taken it back.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from devices.drivers.opening import driver_for
from devices.models import Credential, DeviceTarget
from devices.service import collect
from lab.generator import PLATFORMS

_UNCONFIRMED: Final = {
    "ios": "snmp-server contact bench",
    "aoscx": "snmp-server system-contact bench",
    "eos": "snmp-server contact bench",
    "junos": "set snmp contact bench",
    "fortios": "config system global\n    set admintimeout 17\nend",
}
_REVERT_SECONDS: Final = 300
_PATIENCE_SECONDS: Final = 240.0


def main() -> None:
    """Measure, print, and fail where a device did not take its change back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--twins", type=int, default=1000)
    parser.add_argument("--sample", type=int, default=60, help="how many are collected")
    parser.add_argument("--workers", type=int, default=10, help="how many sessions at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clock-factor", type=float, default=10.0)
    chosen = parser.parse_args()
    print(
        f"{chosen.twins} twins, seed {chosen.seed}; clocks run {chosen.clock_factor:g} times as fast as real"
    )
    with tempfile.TemporaryDirectory(prefix="twins-") as name:
        folder = Path(name)
        options = ["--twins", str(chosen.twins), "--seed", str(chosen.seed)]
        _lab("generate", str(folder / "lab"), *options, "--clock-factor", str(chosen.clock_factor))
        try:
            began = time.monotonic()
            _lab("up", str(folder / "lab" / "lab.yaml"), "--folder", str(folder / "run"), "--detach")
            print(f"start: {time.monotonic() - began:.1f} s")
            ok = _measure(folder / "run", chosen.sample, chosen.workers)
        finally:
            _lab("down", "--folder", str(folder / "run"))
    sys.exit(0 if ok else 1)


def _lab(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "lab", *arguments], check=True, capture_output=True)


def _measure(run: Path, sample: int, workers: int) -> bool:
    record = json.loads((run / "lab.json").read_text(encoding="utf-8"))
    _tell_memory(record["pid"], "after the start")
    targets = _targets(json.loads((run / "endpoints.json").read_text(encoding="utf-8"))["devices"])
    chosen = targets[:: max(1, len(targets) // sample)][:sample]
    began = time.monotonic()
    with ThreadPoolExecutor(workers) as pool:
        collected = list(pool.map(collect, chosen))
    seconds = time.monotonic() - began
    print(f"collect: {len(collected)} devices in {seconds:.1f} s with {workers} sessions at once")
    _tell_memory(record["pid"], "after collecting")
    began = time.monotonic()
    known = len(_ask(record["door"], "/summary")["twins"])
    print(f"second door: {known} summaries in {time.monotonic() - began:.2f} s")
    return _revert_alone(record["door"], targets)


def _tell_memory(pid: int, when: str) -> None:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
    print(f"memory {when}: {pss / 1024:.0f} MiB PSS in one process, {threads} threads")


def _targets(devices: Mapping[str, Mapping[str, Any]]) -> list[DeviceTarget]:
    names = {kind.platform for kind in PLATFORMS}
    made = []
    for name, one in devices.items():
        login = json.loads(Path(one["credential"].removeprefix("file:")).read_text(encoding="utf-8"))
        platform = next(each for each in names if name.startswith(f"gen-{each}-"))
        made.append(
            DeviceTarget(
                device=name,
                platform=platform,
                address=one["address"],
                port=one["port"],
                credential=Credential(username=login["username"], password=SecretStr(login["password"])),
                ca_file=one["ca_file"],
                host_key=one.get("host_key"),
            )
        )
    return made


def _revert_alone(door: str, targets: list[DeviceTarget]) -> bool:
    """Leave a commit unconfirmed on one device of each platform, and wait until all have gone back."""
    firsts = {one.platform: one for one in reversed(targets)}
    for platform, target in firsts.items():
        driver = driver_for(target)
        driver.open()
        try:
            driver.stage(_UNCONFIRMED[platform])
            driver.commit(revert_after_seconds=_REVERT_SECONDS)
        finally:
            driver.close()
    began = time.monotonic()
    left = {one.device for one in firsts.values()}
    while left and time.monotonic() - began < _PATIENCE_SECONDS:
        time.sleep(0.5)
        left = {name for name in left if not _ask(door, f"/twins/{name}")["reverts"]}
    seconds = time.monotonic() - began
    print(
        f"revert timers with nobody connected: {len(firsts) - len(left)} of {len(firsts)} in {seconds:.0f} s"
    )
    return not left


def _ask(door: str, path: str) -> Any:
    with urllib.request.urlopen(f"{door}{path}", timeout=60) as answer:  # noqa: S310 - our own door
        return json.load(answer)


if __name__ == "__main__":
    main()
