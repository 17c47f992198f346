"""Run the demonstration: ``python -m demo [--keep]``; ``make demo`` calls it."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Callable
from types import FrameType

from rich.console import Console

from demo.commands import Commands, DemoFailed
from demo.display import Display
from demo.leftovers import end_leftovers
from demo.place import ROOT, Place, find_place, renew
from demo.stages import Stages, free_port
from demo.summary import show_summary

_WIDTH_WITHOUT_TERMINAL = 140
_EXIT_FAILED = 1
_EXIT_INTERRUPTED = 130
_KEPT_PORT = 8720


class Interrupted(BaseException):
    """Ctrl-C or SIGTERM."""


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted


def _lab_down(place: Place) -> None:
    """Stop the lab of this checkout, also one that a killed demonstration left."""
    subprocess.run(
        [str(ROOT / ".venv" / "bin" / "samdrift-lab"), "down", "--folder", str(place.lab)],
        check=True,
        timeout=120,
        stdout=subprocess.DEVNULL,
    )


def main() -> int:
    """Run every stage; what was started is stopped again, unless it is to be kept."""
    parser = argparse.ArgumentParser(prog="demo", description="Take one municipality over, end to end.")
    parser.add_argument("--keep", action="store_true", help="leave lab and status service running")
    parser.add_argument(
        "--stop", action="store_true", help="stop what an earlier run left, and do nothing else"
    )
    chosen = parser.parse_args()
    keep = chosen.keep
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_WITHOUT_TERMINAL)
    place = find_place()
    _lab_down(place)
    end_leftovers(place)
    if chosen.stop:
        return 0
    renew(place)
    try:
        done = _run(place, console, keep=keep)
    except DemoFailed as error:
        console.print(f"demo: {error}", style="bold red", markup=False, highlight=False)
        return _stop(place, _EXIT_FAILED)
    except Interrupted:
        console.print("demo: interrupted; everything it started is being stopped", highlight=False)
        return _stop(place, _EXIT_INTERRUPTED)
    except BaseException:
        _stop(place, _EXIT_FAILED)
        raise
    return done if keep else _stop(place, done)


def _stop(place: Place, code: int) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _lab_down(place)
    return code


def _run(place: Place, console: Console, *, keep: bool) -> int:
    port = _KEPT_PORT if keep else free_port()
    commands = Commands(place.environment(port), place.logs)
    stages = Stages(place, commands, port)
    parts: tuple[tuple[str, Callable[[], str]], ...] = (
        ("Check the inventory", stages.check_inventory),
        ("Start the lab", stages.start_lab),
        ("Build the landing zone", stages.build_landing_zone),
        ("Cut a management path", stages.cut_management),
        ("Harden the devices", stages.harden),
        ("Seed the servers", stages.seed),
        ("Cut the servers over", stages.cut_over),
        ("Find drift", stages.find_drift),
        ("Show the status", stages.show_status),
        ("Compare with the oracles", stages.compare),
    )
    seconds: list[tuple[str, float]] = []
    try:
        with Display(tuple(title for title, _ in parts), console) as display:
            commands.listen(display.say)
            for number, (title, act) in enumerate(parts):
                display.begin(number)
                try:
                    note = act()
                except BaseException:
                    display.end(number, "", failed=True)
                    raise
                seconds.append((title, display.end(number, note)))
    finally:
        commands.stop()
    show_summary(console, stages.status, stages.looks, seconds)
    if keep:
        _keep(place, commands, console, port)
    return 0


def _keep(place: Place, commands: Commands, console: Console, port: int) -> None:
    commands.start_for_good("samdrift", "serve")
    console.print(f"The page is at http://127.0.0.1:{port}/ and asks for the token in", highlight=False)
    console.print(f"  {place.state / 'api-token'}", highlight=False, soft_wrap=True)
    console.print("`make demo-stop` stops all of it.", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
