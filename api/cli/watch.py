"""``samdrift watch``: scheduled collection, its schedule, its events, and the history of verdicts."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.table import Table

from api.cli.parameters import EXIT_SAID_NO, Inventory, console, programme_for
from migrations.event_delivery import EventDelivery
from migrations.event_receivers import Sender, load_receivers, senders_for
from migrations.facts import DRIFT_MARKS
from migrations.programme import Programme
from migrations.verdict_history import Standing, standing_failures
from migrations.watch import WatchOptions, WatchRound, watch

app = typer.Typer(help="Collect on a schedule, and tell what nobody approved.")

_SECONDS_A_MINUTE = 60
Municipality = Annotated[
    list[str] | None, typer.Option("--municipality", help="Its name; may be repeated; all by default.")
]
Receivers = Annotated[Path | None, typer.Option("--receivers", help="YAML file of who is told of events.")]


@app.callback(invoke_without_command=True)
def watch_command(
    context: typer.Context,
    inventory: Inventory = None,
    municipality: Municipality = None,
    receivers: Receivers = None,
    *,
    every_minutes: Annotated[
        float, typer.Option("--every-minutes", min=0.01, help="How long after a round the next one starts.")
    ] = 60,
    jitter_minutes: Annotated[
        float, typer.Option("--jitter-minutes", min=0, help="By how much more at most, to spread the load.")
    ] = 5,
    seed: Annotated[int, typer.Option("--seed", help="Where the jitter starts.")] = 1,
    rounds: Annotated[
        int | None, typer.Option("--rounds", min=1, help="Stop after so many; without, run until stopped.")
    ] = None,
) -> None:
    """Collect, judge and compare again and again: exit 0 when stopped, 1 where a round compared nothing.

    Ctrl-C ends the round at work and then stops; a second one stops at once. The next call goes on where
    this one stopped. One process at a time watches a municipality.
    """
    if context.invoked_subcommand is not None:
        return
    options = WatchOptions(
        interval_seconds=every_minutes * _SECONDS_A_MINUTE,
        jitter_seconds=jitter_minutes * _SECONDS_A_MINUTE,
        seed=seed,
        rounds=rounds,
    )
    failed: list[str] = []

    def tell(one: WatchRound) -> None:
        _show(one)
        if one.message or not one.compared:
            failed.append(one.municipality)

    with programme_for(inventory) as programme, _stopped_by_signal() as stop:
        delivery = EventDelivery(programme.records, _senders(programme, receivers), programme.clock)
        done = watch(programme, _names(programme, municipality), options, delivery, stop=stop, tell=tell)
    typer.echo(f"{done} rounds done")
    if failed:
        raise typer.Exit(EXIT_SAID_NO)


@app.command("status")
def status_command(inventory: Inventory = None) -> None:
    """Show when each municipality is due and which events wait for whom: exit 1 while one is refused."""
    with programme_for(inventory) as programme, programme.records.reading() as transaction:
        rows = transaction.watches.all()
        waiting = [one for one in transaction.events.deliveries() if one.delivered_at is None]
        events = {one.number: one for one in transaction.events.all()}
    table = Table()
    for title in ("Municipality", "Rounds", "Last run", "Ended (UTC)", "Due (UTC)"):
        table.add_column(title)
    for row in rows:
        ended = "" if row.last_ended_at is None else f"{row.last_ended_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(
            row.municipality, str(row.rounds), row.last_run, ended, f"{row.next_due_at:%Y-%m-%d %H:%M:%S}"
        )
    console().print(table)
    for one in waiting:
        typer.echo(
            f"event {one.event} on {events[one.event].subject} waits for {one.receiver}, {one.attempts} "
            f"attempts, next {one.next_attempt_at:%Y-%m-%d %H:%M:%S} UTC: {one.last_error or 'not tried yet'}"
        )
    typer.echo(f"{len(events)} events, {len(waiting)} deliveries wait")
    if any(one.attempts for one in waiting):
        raise typer.Exit(EXIT_SAID_NO)


@app.command("deliver")
def deliver_command(
    receivers: Annotated[Path, typer.Option("--receivers")], inventory: Inventory = None
) -> None:
    """Deliver the events that are due now: exit 0 none waits any more, 1 some do."""
    with programme_for(inventory) as programme:
        made = EventDelivery(programme.records, _senders(programme, receivers), programme.clock).deliver_due()
        with programme.records.reading() as transaction:
            waiting = transaction.events.waiting()
    typer.echo(f"{made} delivered, {waiting} wait")
    if waiting:
        raise typer.Exit(EXIT_SAID_NO)


@app.command("failures")
def failures_command(inventory: Inventory = None, municipality: Municipality = None) -> None:
    """Show every failure, since when it stands and who approved the last change: exit 1 outside a grace."""
    with programme_for(inventory) as programme:
        found = [
            row for name in _names(programme, municipality) for row in standing_failures(programme, name)
        ]
    for row in found:
        typer.echo(_told(row))
    late = [row for row in found if row.grace_until is None]
    typer.echo(f"{len(found)} failures, {len(found) - len(late)} of them in the grace of a new control")
    if late:
        raise typer.Exit(EXIT_SAID_NO)


def _told(row: Standing) -> str:
    grace = f", in grace until {row.grace_until}" if row.grace_until is not None else ""
    change = "no approved change yet" if row.last_change is None else row.last_change.told()
    return f"{row.device} {row.control} since {row.since:%Y-%m-%d %H:%M} UTC{grace}: {row.message} ({change})"


def _names(programme: Programme, asked: list[str] | None) -> tuple[str, ...]:
    every = tuple(one.municipality.name for one in programme.snapshot.inventory.municipalities)
    return tuple(asked) if asked else every


def _senders(programme: Programme, receivers: Path | None) -> tuple[Sender, ...]:
    if receivers is None:
        return ()
    return senders_for(
        load_receivers(receivers),
        environment=os.environ,
        folder=receivers.parent,
        host=socket.gethostname(),
        clock=programme.clock,
    )


def _show(one: WatchRound) -> None:
    due = f"due again {one.next_due_at:%Y-%m-%d %H:%M:%S} UTC"
    if one.message:
        typer.echo(f"{one.municipality} round {one.number}: {one.message}; {due}")
        return
    for device in one.drifted:
        if device.drift is None:
            typer.echo(f"{device.device}: {device.message}")
            continue
        for line in device.drift.lines:
            where = f" [{line.section}]" if line.section else ""
            typer.echo(f"{device.device}{where}: {DRIFT_MARKS[line.change]} {line.text}")
    typer.echo(
        f"{one.municipality} round {one.number}: "
        f"{len(one.differing)} of {len(one.compared)} compared devices "
        f"differ from what was approved, {len(one.drifted) - len(one.compared)} could not be compared; {due}"
    )


@contextmanager
def _stopped_by_signal() -> Iterator[threading.Event]:
    """Let the first Ctrl-C or TERM end the work in order; the second acts as it did before."""
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        typer.echo("stopping after the round at work", err=True)
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
