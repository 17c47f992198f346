"""Read the tables that an AOS-CX switch shows into what NAPALM's getters return."""

import re
from typing import Any, Final

from ntc_templates.parse import parse_output

_NEIGHBOUR_ROW: Final = re.compile(r"(?P<local>\S+) +(?P<chassis>\S+) +(?P<port>\S+) .*?(?P<ttl>\d+) *")
_NEIGHBOURS: Final = re.compile(r"^Total Neighbor Entries\s*:\s*(\d+)", re.MULTILINE)


def read_table(command: str, text: str) -> list[dict[str, Any]]:
    """Return the rows of an answer, by the published template of its command."""
    rows: list[dict[str, Any]] = parse_output(platform="aruba_aoscx", command=command, data=text)
    return rows


def read_system(row: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a row of ``show system``."""
    weeks, days, hours, minutes = (
        int(row[f"uptime_{unit}"] or 0) for unit in ("weeks", "days", "hours", "minutes")
    )
    return {
        "hostname": row["hostname"],
        "fqdn": row["hostname"],
        "vendor": row["vendor"],
        "model": row["product"],
        "serial_number": row["serial"],
        "os_version": row["version"],
        "uptime": float((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60),
    }


def read_neighbours(text: str) -> dict[str, list[dict[str, str]]]:
    """Return the LLDP neighbours, by their chassis where they have no name.

    Raises:
        ValueError: the table cannot be read, or holds another number of rows than it tells.
    """
    told, head = _NEIGHBOURS.search(text), re.search(r"^LOCAL-PORT.*SYS-NAME", text, re.MULTILINE)
    if told is None or head is None:
        raise ValueError("the table of LLDP neighbours has no head")
    names_at = head[0].index("SYS-NAME")
    rows = [line for line in text[head.end() :].splitlines() if line.strip("- ")]
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        seen = _NEIGHBOUR_ROW.fullmatch(row[:names_at].ljust(names_at))
        if seen is None:
            raise ValueError("a row of the table of LLDP neighbours cannot be read")
        name = row[names_at:].strip() or seen["chassis"]
        found.setdefault(seen["local"], []).append({"hostname": name, "port": seen["port"]})
    if int(told[1]) != len(rows):
        raise ValueError("the table of LLDP neighbours does not hold as many rows as it tells")
    return found
