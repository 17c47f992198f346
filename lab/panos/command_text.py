"""How the command line writes what the API gives as elements."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from lab.panos import operational
from lab.panos.device import PANOSDevice
from lab.panos.xml_form import render


def command_text(device: PANOSDevice, words: tuple[str, ...], result: ET.Element) -> str:
    """Return the answer to an operational command as text."""
    if words[:3] == ("show", "system", "info"):
        return "".join(f"{key}: {value}\n" for key, value in operational.system_info(device).items())
    if words[:2] == ("show", "config"):
        return "".join(render(one) for one in result)
    if words[:2] == ("show", "interface") or words[:2] == ("show", "lldp"):
        return _table(result)
    if words[:2] in {("show", "admins"), ("show", "jobs")} or words[-1:] in {
        ("config-locks",),
        ("commit-locks",),
    }:
        return _table(result)
    text = result.findtext("msg/line") or result.text or ""
    return f"{text.strip()}\n"


def _table(result: ET.Element) -> str:
    """Return every entry as a block of its fields."""
    rows = [*result.iter("entry"), *result.iter("job")]
    if not rows and len(result) and not any(len(one) for one in result):
        rows = [result]
    blocks: list[str] = []
    for row in rows:
        name = row.get("name")
        lines = [f"Name: {name}"] if name else []
        lines += [f"{field.tag}: {field.text or ''}" for field in row if not len(field)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n" if blocks else "\n"
