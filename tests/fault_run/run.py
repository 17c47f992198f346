"""Change twins again and again while something goes wrong: ``make fault-run``.

Every fault strikes at every point of a change, on every platform, in as many rounds as are asked for. After
each change the twin's second door is compared with what the change reported. One violation, or fewer changes
than were asked for, and the run has failed.
"""

import argparse
import faulthandler
import itertools
import json
import multiprocessing
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from devices.models import Platform
from devices.profiles import PROFILES
from tests.fault_run.faults import FAULTS, FaultKind, faults_of
from tests.fault_run.killed import PRELOADED
from tests.fault_run.points import POINTS
from tests.fault_run.trial import (
    CLOCK_FACTOR,
    Approved,
    Trial,
    TrialReport,
    approve,
    run_trial,
    variant_of,
)

ROUNDS: Final = 10
WORKERS: Final = 6
_CONSOLE: Final = Console(width=110, soft_wrap=True, markup=False, highlight=False)
_LONGEST_TRIAL_SECONDS: Final = 300.0
_PROGRESS_EVERY: Final = 25


def changing_platforms() -> tuple[Platform, ...]:
    """Return the platforms whose devices can take a change back by themselves."""
    return tuple(name for name, profile in PROFILES.items() if "revert-timer" in profile.capabilities)


def deal(
    seed: int,
    rounds: int,
    platforms: Iterable[Platform] | None = None,
    faults: Iterable[FaultKind] | None = None,
) -> tuple[Trial, ...]:
    """Return every fault at every point of every platform once a round, each round in a seeded order."""
    cells = [
        (platform, fault, point)
        for platform in platforms or changing_platforms()
        for fault in faults_of(platform)
        if not faults or fault in faults
        for point in POINTS
    ]
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    dealt: list[Trial] = []
    for number in range(rounds):
        chance.shuffle(cells)
        dealt += [Trial(platform=p, fault=f, point=at, number=number) for p, f, at in cells]
    return tuple(dealt)


def sample(seed: int) -> tuple[Trial, ...]:
    """Return every fault of every platform once, at points that are dealt out so that all of them come."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    dealt: list[Trial] = []
    for platform in changing_platforms():
        points = itertools.cycle(chance.sample(POINTS, len(POINTS)))
        dealt += [
            Trial(platform=platform, fault=fault, point=point, number=0)
            for fault, point in zip(faults_of(platform), points, strict=False)
        ]
    return tuple(dealt)


def named(text: str) -> Trial:
    """Return the trial of a name.

    Raises:
        ValueError: it names none.
    """
    platform, fault, point, number = text.split("/")
    return Trial.model_validate_strings(
        {"platform": platform, "fault": fault, "point": point, "number": number}
    )


@dataclass
class FaultRun:
    """A run: what was asked for, and what has come of it."""

    seed: int
    trials: tuple[Trial, ...]
    workers: int = WORKERS
    reports: list[TrialReport] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def go(self) -> Iterator[TrialReport]:
        """Run every trial, several at once, and return each report as it comes."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(PRELOADED))
        with ProcessPoolExecutor(self.workers, mp_context=context, initializer=_begin_worker) as pool:
            try:
                yield from self._results(pool)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _results(self, pool: ProcessPoolExecutor) -> Iterator[TrialReport]:
        approvals = self._approvals(pool)
        futures: dict[Future[TrialReport], Trial] = {}
        for trial in self.trials:
            change = approvals[trial.platform, variant_of(trial)]
            futures[pool.submit(_work, self.seed, trial, change)] = trial
        for future in as_completed(futures):
            error = future.exception()
            if error is not None:
                self.broken.append(f"{futures[future].name}: {type(error).__name__}: {error}")
                continue
            report = future.result()
            self.reports.append(report)
            yield report

    def _approvals(self, pool: ProcessPoolExecutor) -> dict[tuple[Platform, int], Approved]:
        wanted = sorted({(trial.platform, variant_of(trial)) for trial in self.trials})
        begun = {key: pool.submit(approve, self.seed, *key) for key in wanted}
        return {key: future.result() for key, future in begun.items()}

    @property
    def failures(self) -> tuple[str, ...]:
        """Return what is wrong, each with the command that repeats it."""
        told = [
            f"{report.trial.name}: {report.outcome}: {'; '.join(report.violations)} ({report.message})\n"
            f"    again: {self._again(report.trial.name)}"
            for report in self.reports
            if report.violations
        ]
        told += [f"{one}\n    again: {self._again(one.partition(':')[0])}" for one in self.broken]
        if not self.trials or len(self.reports) < len(self.trials):
            told.append(f"{len(self.reports)} changes were made, of {len(self.trials)} that were asked for")
        told += [f"{one.trial.name}: its fault never happened" for one in self.reports if not one.struck]
        return tuple(told)

    def _again(self, name: str) -> str:
        return f"make fault-run SEED={self.seed} ONLY={name}"

    def table(self) -> Table:
        """Return how many changes of each platform ended how, under which fault."""
        outcomes = ("confirmed", "reverted", "refused", "unknown", "killed")
        table = Table("platform", "fault", "changes", *outcomes, "wrong", box=None)
        kept: dict[tuple[str, str], list[TrialReport]] = {}
        for report in self.reports:
            kept.setdefault((report.trial.platform, report.trial.fault), []).append(report)
        for (platform, fault), reports in sorted(kept.items()):
            count = Counter(report.outcome for report in reports)
            wrong = sum(bool(report.violations) for report in reports)
            numbers = (len(reports), *(count[outcome] for outcome in outcomes), wrong)
            table.add_row(platform, fault, *(str(number) for number in numbers))
        return table

    def as_json(self, seconds: float) -> str:
        """Return the whole run for a machine."""
        return json.dumps(
            {
                "seed": self.seed,
                "asked": len(self.trials),
                "made": len(self.reports),
                "seconds": round(seconds, 1),
                "clock_factor": CLOCK_FACTOR,
                "fewest_per_cell": self.fewest_per_cell,
                "failures": list(self.failures),
                "changes": [report.model_dump(mode="json") for report in self.reports],
            },
            indent=1,
        )

    @property
    def fewest_per_cell(self) -> int:
        """Return how often the fault and point that was tried least was tried, over all platforms."""
        count = Counter((one.trial.platform, one.trial.fault, one.trial.point) for one in self.reports)
        cells = [(p, f, at) for p in changing_platforms() for f in faults_of(p) for at in POINTS]
        return min(count[cell] for cell in cells)


def _begin_worker() -> None:
    # A person interrupts the run; what is under way comes to its end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _work(seed: int, trial: Trial, approved: Approved) -> TrialReport:
    faulthandler.dump_traceback_later(_LONGEST_TRIAL_SECONDS, exit=True)
    try:
        return run_trial(seed, trial, approved)
    finally:
        faulthandler.cancel_dump_traceback_later()


def main() -> None:
    """Run, print, and say by the exit code whether all was well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--changes", type=int, default=0, help="how many; 0 is every fault and point 10 times"
    )
    parser.add_argument("--platform", action="append", choices=changing_platforms(), help="only this one")
    parser.add_argument("--fault", action="append", choices=FAULTS, help="only this one")
    parser.add_argument("--only", metavar="NAME", help="repeat one change, as a failure names it")
    parser.add_argument("--short", action="store_true", help="every fault of every platform once")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the run as JSON")
    chosen = parser.parse_args()
    run = FaultRun(chosen.seed, _wanted(chosen), workers=chosen.workers)
    platforms = ", ".join(dict.fromkeys(trial.platform for trial in run.trials))
    _CONSOLE.print(
        f"seed {run.seed}: {len(run.trials)} changes on {platforms}; "
        f"devices' clocks run {CLOCK_FACTOR:g} times faster and jump while a change waits"
    )
    began = time.monotonic()
    try:
        for report in run.go():
            _tell(run, report, time.monotonic() - began)
    except KeyboardInterrupt:
        _CONSOLE.print("interrupted; what was under way has ended")
    seconds = time.monotonic() - began
    _CONSOLE.print(run.table())
    _CONSOLE.print(
        f"seed {run.seed}: {len(run.reports)} changes in {seconds:.0f} s, every fault and point at least "
        f"{run.fewest_per_cell} times per platform, {len(run.failures)} failures"
    )
    for failure in run.failures:
        _CONSOLE.print(f"FAILED {failure}")
    if chosen.report is not None:
        chosen.report.write_text(run.as_json(seconds), encoding="utf-8")
    sys.exit(1 if run.failures else 0)


def _wanted(chosen: argparse.Namespace) -> tuple[Trial, ...]:
    if chosen.only:
        return (named(chosen.only),)
    if chosen.short:
        return sample(chosen.seed)
    once = len(deal(chosen.seed, 1, chosen.platform, chosen.fault))
    rounds = -(-chosen.changes // once) if chosen.changes else ROUNDS
    trials = deal(chosen.seed, rounds, chosen.platform, chosen.fault)
    return trials[: chosen.changes] if chosen.changes else trials


def _tell(run: FaultRun, report: TrialReport, seconds: float) -> None:
    if report.violations or len(run.trials) == 1:
        _CONSOLE.print(
            f"{report.trial.name}: {report.outcome}: {report.message}", *report.violations, sep="\n    "
        )
    if len(run.reports) % _PROGRESS_EVERY == 0:
        wrong = sum(bool(one.violations) for one in run.reports)
        _CONSOLE.print(f"{len(run.reports)}/{len(run.trials)} changes, {seconds:.0f} s, {wrong} wrong")


if __name__ == "__main__":
    main()
