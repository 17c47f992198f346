"""The summary at the end: what was measured, in a table."""

from typing import Any

from rich.console import Console
from rich.table import Table

from demo.oracles import Look

_MILLION = 1_000_000
_THOUSAND = 1000


def show_summary(
    console: Console,
    status: dict[str, Any],
    looks: list[Look],
    stages: list[tuple[str, float]],
) -> None:
    """Print the measured figures of a finished demonstration."""
    (municipality,) = status["municipalities"]
    console.print(_devices(municipality["devices"]))
    console.print(_servers(municipality["servers"]))
    table = Table(title="Looked up without the controller")
    for title in ("By", "What", "Agrees"):
        table.add_column(title)
    for look in looks:
        table.add_row(look.name, look.seen, "no" if look.disagreements else "yes")
    console.print(table)
    parts = ", ".join(f"{title.lower()} {seconds:.0f} s" for title, seconds in stages)
    console.print(f"{sum(seconds for _, seconds in stages):.0f} s in all: {parts}", highlight=False)


def _devices(devices: list[dict[str, Any]]) -> Table:
    table = Table(title="Devices: controls met of those that apply")
    for title in ("Device", "Role", "Platform", "State", "Found", "Now", "Waived", "Drifted lines"):
        table.add_column(title)
    totals = [0, 0, 0, 0]
    for device in devices:
        found, now = device["found"], device["now"]
        judged = [_judged(found), _judged(now)]
        met = [found["passed"] + found["waived"], now["passed"] + now["waived"]]
        totals = [
            total + one for total, one in zip(totals, [met[0], judged[0], met[1], judged[1]], strict=True)
        ]
        table.add_row(
            device["name"],
            device["role"],
            device["platform"],
            device["state"],
            f"{met[0]}/{judged[0]}",
            f"{met[1]}/{judged[1]}",
            str(now["waived"]),
            "-" if device["drift"] is None else str(len(device["drift"]["lines"])),
        )
    table.add_section()
    table.add_row(
        f"{len(devices)} devices", "", "", "", f"{totals[0]}/{totals[1]}", f"{totals[2]}/{totals[3]}"
    )
    return table


def _judged(counts: dict[str, int]) -> int:
    return counts["passed"] + counts["failed"] + counts["error"] + counts["waived"]


def _servers(servers: list[dict[str, Any]]) -> Table:
    table = Table(title="Servers")
    for title in ("Server", "State", "MB seeded", "MB in deltas", "Last delta kB", "Downtime s", "Checksum"):
        table.add_column(title, justify="left" if title in {"Server", "State", "Checksum"} else "right")
    for server in servers:
        figures = server["figures"]
        downtime = figures["downtime_milliseconds"]
        table.add_row(
            server["name"],
            server["state"],
            f"{figures['bytes_seeded'] / _MILLION:.1f}",
            f"{figures['bytes_in_deltas'] / _MILLION:.2f} in {figures['deltas']}",
            f"{figures['final_delta_bytes'] / _THOUSAND:.0f}",
            "-" if downtime is None else f"{downtime / _THOUSAND:.1f}",
            figures["target_checksum"][:12],
        )
    return table
