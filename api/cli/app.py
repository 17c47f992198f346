"""Entry of the command line ``samdrift``: mounts the groups and turns errors into one clear message."""

import os
import signal
import sys
import traceback
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import FrameType

import typer

from api.cli.selection_completion import selection_app

EXIT_NOT_POSSIBLE = 2
EXIT_FAULT = 70
EXIT_INTERRUPTED = 130

# Every group of commands in the order of a takeover: its module and its line of help.
GROUPS = {
    "inventory": ("api.cli.inventory", "Check, show and freeze what exists and what is intended."),
    "compliance": ("api.cli.compliance", "Judge configurations offline, without network or database."),
    "devices": ("api.cli.devices", "Collect from devices, judge them, and see what drifted."),
    "backup": ("api.cli.backup", "Show, check, export and reveal the backups of configurations."),
    "harden": ("api.cli.harden", "Plan and apply the hardening of devices."),
    "stack": ("api.cli.stack", "Preview and build the landing zone in the centre."),
    "wave": ("api.cli.wave", "Move servers: plan, seed, cut over, or go back."),
    "plan": ("api.cli.plan", "Show plans and approve them by signature."),
    "mirror": ("api.cli.mirror", "Plan and place the mirror sessions that feed the sensors."),
    "rehome": ("api.cli.rehome", "Plan and apply that devices are managed from the centre."),
    "evidence": ("api.cli.evidence", "Write and verify evidence for an auditor."),
    "watch": ("api.cli.watch", "Collect on a schedule, and tell what nobody approved."),
    "advisories": ("api.cli.advisories", "Find the devices that a security advisory is about."),
    "journal": ("api.cli.journal", "Read and verify the journal."),
    "status": ("api.cli.status", "Show where everything stands."),
    "serve": ("api.cli.serve", "Run the status service and its dashboard page."),
}
ROOMS = frozenset(
    {
        "api",
        "compliance",
        "devices",
        "hypervisors",
        "inventory",
        "migrations",
        "playbooks",
        "records",
        "stacks",
    },
)


class Interrupted(BaseException):
    """Ctrl-C; past every handler but the one at the edge."""


def _stand_in(text: str) -> typer.Typer:
    """Return an empty group that carries a line of help."""
    group = typer.Typer(help=text, no_args_is_help=True)
    group.callback()(lambda: None)
    return group


def build_app(words: Iterable[str]) -> typer.Typer:
    """Build the command line for the words it was called with, importing only the groups among them.

    ``samdrift compliance evaluate`` must load neither FastAPI nor DBOS nor Pulumi, and completion must be
    quick; a group that is not called stands in the help with its line only.
    """
    app = typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Take municipalities' servers and network gear over into their regional IT centre.",
    )
    app.callback()(lambda: None)
    called = set(words)
    for name, (module, text) in GROUPS.items():
        group = import_module(module).app if name in called else _stand_in(text)
        app.add_typer(group, name=name, help=text)
    return app


def _is_expected(error: Exception) -> bool:
    """Tell a typed error of one of the rooms from a fault of the code."""
    return type(error).__module__.partition(".")[0] in ROOMS


def _record_fault(error: Exception) -> Path | None:
    """Keep the traceback of a fault for whoever mends it; the screen gets one line."""
    folder = Path(os.environ.get("SAMDRIFT_STATE_FOLDER", ".samdrift"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "fault.txt"
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return None
    return path


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted


def main() -> None:
    """Run a command; exit 0 done, 1 said no, 2 not possible, 70 a fault of the program, 130 interrupted."""
    signal.signal(signal.SIGINT, _interrupt)
    words = [*sys.argv[1:], *os.environ.get("COMP_WORDS", "").split()]
    words += os.environ.get("_TYPER_COMPLETE_ARGS", "").split()
    try:
        app = selection_app(os.environ) or build_app(words)
        app(prog_name="samdrift")
    except Interrupted:
        sys.stderr.write("samdrift: interrupted; the same command goes on where this one stopped\n")
        sys.stderr.flush()
        sys.stdout.flush()
        # A step may be at work in a thread that a normal exit would wait for, long after its lock was given
        # back. Whoever is interrupted ends like one who is killed; every step is made for that.
        os._exit(EXIT_INTERRUPTED)
    except Exception as error:  # noqa: BLE001  # the process edge
        if _is_expected(error):
            sys.stderr.write(f"samdrift: {error}\n")
            sys.exit(EXIT_NOT_POSSIBLE)
        path = _record_fault(error)
        where = f"; its traceback is in {path}" if path else ""
        sys.stderr.write(f"samdrift: a fault of the program, {type(error).__name__}: {error}{where}\n")
        sys.exit(EXIT_FAULT)
