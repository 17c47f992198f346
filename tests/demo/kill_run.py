"""Kill the demonstration again and again, and let the next one clean up: ``make demo-kills``.

Every run but the last is killed with SIGKILL (every third by Ctrl-C): at each boundary of stages and
at seeded moments inside stages. Each run begins with what the one before left; the last must pass and leave
nothing behind.
"""

import argparse
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from demo.leftovers import find_leftovers
from demo.place import ROOT, find_place

STAGES = 10
_LONGEST_RUN_SECONDS = 900
_LONGEST_DELAY_SECONDS = 20.0
_INTERRUPT_EVERY = 3


@dataclass(frozen=True)
class KillPoint:
    """When to kill: so long after a stage has begun."""

    stage: int
    delay_seconds: float


def kill_points(seed: int, count: int, *, boundaries: bool) -> tuple[KillPoint, ...]:
    """Return the boundaries of stages, if wanted, and seeded moments inside them, in seeded order."""
    chance = random.Random(seed)  # noqa: S311  # repeatable on purpose
    points = [KillPoint(stage, 0.0) for stage in range(1, STAGES + 1)] if boundaries else []
    points += [
        KillPoint(chance.randint(1, STAGES), round(chance.uniform(0.2, _LONGEST_DELAY_SECONDS), 1))
        for _ in range(count)
    ]
    chance.shuffle(points)
    return tuple(points)


def run_killed(point: KillPoint, *, by: signal.Signals) -> str:
    """Run the demonstration until a point, kill it there, and say where it was."""
    demo = _start()
    deadline = time.monotonic() + _LONGEST_RUN_SECONDS
    kill_at: float | None = None
    said = ""
    try:
        while demo.poll() is None and time.monotonic() < deadline:
            said = OUTPUT.read_text(encoding="utf-8", errors="replace")
            if kill_at is None and f"[{point.stage}/{STAGES}]" in said:
                kill_at = time.monotonic() + point.delay_seconds
            if kill_at is not None and time.monotonic() >= kill_at:
                demo.send_signal(by)
                demo.wait(timeout=120)
                return f"killed by {by.name}"
            time.sleep(0.05)
    finally:
        if demo.poll() is None:
            demo.kill()
            demo.wait(timeout=30)
    if demo.returncode != 0:
        raise SystemExit(f"the run ended with {demo.returncode} before it was killed:\n{said[-2000:]}")
    return "ended before the point came"


def run_whole() -> None:
    """Run the demonstration to its end; it must pass."""
    demo = _start()
    if demo.wait(timeout=_LONGEST_RUN_SECONDS) != 0:
        raise SystemExit(f"the last run failed:\n{OUTPUT.read_text(encoding='utf-8')[-4000:]}")


def _start() -> "subprocess.Popen[bytes]":
    with OUTPUT.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "demo"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


OUTPUT = ROOT / ".samdrift" / "demo-kills.txt"


def main() -> None:
    """Kill at every point, then let the last run prove that nothing was in its way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", type=int, default=20, help="seeded moments inside stages")
    parser.add_argument("--no-boundaries", action="store_true", help="leave the boundaries of stages out")
    chosen = parser.parse_args()
    OUTPUT.parent.mkdir(exist_ok=True)
    points = kill_points(chosen.seed, chosen.points, boundaries=not chosen.no_boundaries)
    print(f"seed {chosen.seed}: {len(points)} kills", flush=True)
    for number, point in enumerate(points, start=1):
        by = signal.SIGINT if number % _INTERRUPT_EVERY == 0 else signal.SIGKILL
        told = run_killed(point, by=by)
        where = f"stage {point.stage} + {point.delay_seconds:.1f} s"
        print(f"{number:>3}/{len(points)} {where}: {told}", flush=True)
    run_whole()
    left = find_leftovers(find_place())
    if left:
        raise SystemExit(f"left behind: processes {left}")
    print(f"{len(points)} kills, then a whole run that passed and left nothing behind (seed {chosen.seed})")


if __name__ == "__main__":
    main()
