"""The command ``samdrift-lab``: start, ask, disturb and stop a lab."""

import json
import logging
import resource
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, get_args

import typer

from lab.errors import LabError, LabRunError
from lab.generator import generate_lab
from lab.lab_file import load_lab_file
from lab.lab_record import LabRecord, end_lab, read_record
from lab.models import FaultName
from lab.probe import load_probe_summary
from lab.process import LabProcess, stop_lab, stopped_by_signals
from lab.processes import is_alive

_POLL_SECONDS = 0.05
_DOOR_SECONDS = 30
_LOG_LINES = 15

app = typer.Typer(
    help="Twins of devices and guests of hypervisors, for rehearsals and tests.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Folder = Annotated[
    Path, typer.Option("--folder", help="Where the lab keeps everything; short, for its sockets")
]
TwinName = Annotated[str, typer.Argument(help="Name of a twin")]


@app.command()
def up(
    lab_file: Annotated[Path, typer.Argument(help="The lab file (YAML)")],
    folder: Folder,
    *,
    detach: Annotated[bool, typer.Option("--detach", help="Return when everything is ready")] = False,
    timeout_seconds: Annotated[float, typer.Option(help="How long --detach waits")] = 180.0,
) -> None:
    """Start a lab: in the foreground until it is interrupted, or with --detach behind it."""
    if detach:
        _start_detached(lab_file, folder, timeout_seconds)
        return
    # A client that hangs up in the middle of a handshake is nothing to report.
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    # Every twin holds two sockets; what the system allows at the most is allowed here.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    process = LabProcess(lab_file, folder)
    try:
        with stopped_by_signals():
            process.start()
            typer.echo(f"lab: ready, {len(process.twins)} twins; endpoints in {folder / 'endpoints.json'}")
            _tell_clock_factors(lab_file)
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        typer.echo("lab: stopping")
    finally:
        process.stop()
    typer.echo("lab: stopped")


@app.command()
def generate(
    folder: Annotated[Path, typer.Argument(help="Where to write lab.yaml and the configurations")],
    *,
    twins: Annotated[int, typer.Option(help="How many, of five platforms in the shares of a region")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed writes the same files")] = 1,
    clock_factor: Annotated[float, typer.Option(help="How many times faster their timers run")] = 1.0,
) -> None:
    """Write a lab file with many twins of invented devices."""
    path = generate_lab(folder, twins=twins, seed=seed, clock_factor=clock_factor)
    typer.echo(f"lab: {twins} twins in {path}; start them with: samdrift-lab up {path} --folder FOLDER")


@app.command()
def down(folder: Folder) -> None:
    """Stop the lab of a folder, or clean up after one that was killed."""
    typer.echo("lab: stopped" if stop_lab(folder) else f"lab: none in {folder}")


@app.command()
def status(folder: Folder) -> None:
    """Say whether the lab runs and how its twins are."""
    record = read_record(folder)
    if record is None or not is_alive(record):
        raise LabRunError(
            f"no lab runs in {folder}; start one with: samdrift-lab up LABFILE --folder {folder}"
        )
    typer.echo(f"process {record.pid}, {record.state}")
    if record.door is None:
        return
    for twin in _ask(folder, "GET", "/summary")["twins"]:
        path = "reachable" if twin["management_reachable"] else "cut off"
        pending = f", commit of {twin['pending']['user']} pending" if twin["pending"] else ""
        faults = ", ".join(fault["name"] for fault in twin["faults"])
        changes = f"{twin['commits']} changes, {twin['reverts']} reverts{pending}"
        typer.echo(
            f"{twin['name']:<20} {twin['platform']:<6} {path}, {changes}{'; ' if faults else ''}{faults}"
        )


@app.command()
def state(twin: TwinName, folder: Folder) -> None:
    """Print the true state of a twin as JSON."""
    typer.echo(json.dumps(_ask(folder, "GET", f"/twins/{twin}"), indent=2))


@app.command()
def probe(folder: Folder) -> None:
    """Print what the probe has seen of every server so far, and whether its record proves it, as JSON."""
    record = read_record(folder)
    alive = record is not None and is_alive(record)
    summary = load_probe_summary(folder)
    problems = summary.problems(until=datetime.now(UTC) if alive else None)
    typer.echo(json.dumps({"summary": summary.model_dump(mode="json"), "problems": problems}, indent=2))


@app.command()
def fault(
    twin: TwinName,
    name: Annotated[str, typer.Argument(help=", ".join(get_args(FaultName)))],
    folder: Folder,
    *,
    argument: Annotated[str, typer.Option(help="What the line or request must contain")] = "",
    seconds: Annotated[
        float, typer.Option(help="How long: delay, slow-echo (a letter), reboot, other-user-pending")
    ] = 0.0,
    times: Annotated[int, typer.Option(help="How often; 0 until it is cleared")] = 1,
    line: Annotated[
        list[str] | None, typer.Option("--line", help="What another user enters; may be given again")
    ] = None,
) -> None:
    """Switch a fault on."""
    body = {
        "name": name,
        "argument": argument,
        "seconds": seconds,
        "times": times or None,
        "lines": line or [],
    }
    _ask(folder, "POST", f"/twins/{twin}/faults", body)
    typer.echo(f"{twin}: {name} is on")


@app.command()
def clear(twin: TwinName, folder: Folder) -> None:
    """Switch every fault of a twin off."""
    _ask(folder, "DELETE", f"/twins/{twin}/faults")
    typer.echo(f"{twin}: no faults")


@app.command()
def console(
    twin: TwinName,
    folder: Folder,
    line: Annotated[list[str], typer.Option("--line", help="A configuration line; may be given again")],
) -> None:
    """Change a twin's configuration as a person at its console would."""
    _ask(folder, "POST", f"/twins/{twin}/console", {"lines": line})
    typer.echo(f"{twin}: {len(line)} lines applied")


def _start_detached(lab_file: Path, folder: Path, timeout_seconds: float) -> None:
    """Start the lab in a session of its own and wait until it is ready.

    Raises:
        LabRunError: It did not become ready; the end of its log is told.

    """
    earlier = read_record(folder)
    if earlier is not None and is_alive(earlier):
        raise LabRunError(
            f"a lab (process {earlier.pid}) runs in {folder} already; samdrift-lab down stops it"
        )
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "lab.log"
    command = [sys.executable, "-m", "lab", "up", str(lab_file), "--folder", str(folder)]
    with log.open("w") as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline and child.poll() is None:
        record = read_record(folder)
        if record is not None and record.pid == child.pid and record.state == "ready":
            typer.echo(f"lab: ready (process {child.pid}); endpoints in {folder / 'endpoints.json'}")
            _tell_clock_factors(lab_file)
            return
        time.sleep(_POLL_SECONDS)
    _give_up(folder, child, log)


def _tell_clock_factors(lab_file: Path) -> None:
    """Say whose timers do not take the time that they take on a device."""
    twins: dict[float, list[str]] = {}
    for twin in load_lab_file(lab_file).twins:
        twins.setdefault(twin.clock_factor, []).append(twin.name)
    for factor, names in twins.items():
        if factor != 1:
            whose = f"clock of {names[0]} runs" if len(names) == 1 else f"clocks of {len(names)} twins run"
            typer.echo(f"lab: the {whose} {factor:g} times as fast as real time")


def _give_up(folder: Path, child: "subprocess.Popen[bytes]", log: Path) -> NoReturn:
    record = read_record(folder)
    if record is not None and record.pid == child.pid:
        end_lab(record, patience_seconds=60)
    child.kill()
    child.wait()
    stop_lab(folder)
    told = "\n".join(log.read_text().splitlines()[-_LOG_LINES:])
    raise LabRunError(f"the lab did not become ready; the end of {log} says:\n{told}")


def _ask(folder: Path, method: str, path: str, body: dict[str, object] | None = None) -> dict[str, Any]:
    record: LabRecord | None = read_record(folder)
    if record is None or record.door is None or not is_alive(record):
        raise LabRunError(
            f"no lab runs in {folder}; start one with: samdrift-lab up LABFILE --folder {folder}"
        )
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{record.door}{path}", data=data, method=method)  # noqa: S310 - our own door
    try:
        with urllib.request.urlopen(request, timeout=_DOOR_SECONDS) as answer:  # noqa: S310 - our own door
            content: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            raise LabRunError(json.load(error)["error"]) from None
    except OSError as error:
        raise LabRunError(f"the lab's second door at {record.door} does not answer: {error}") from error
    return content


def main() -> None:
    """Run the command and turn what goes wrong on purpose into one line."""
    try:
        app()
    except LabError as error:
        typer.echo(f"samdrift-lab: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
