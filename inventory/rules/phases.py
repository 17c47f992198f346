"""Phases: servers and network are taken over by the end of 2027, users and PCs come later (R3)."""

from collections.abc import Iterator

from inventory.models import MunicipalityInventory, Phase
from inventory.violations import Finding, ModelPath

_THIS_SCOPE: Phase = "servers-and-network"


def phase_in_scope(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find a municipality, device or server of a later phase than servers and network."""
    if town.municipality.phase != _THIS_SCOPE:
        yield _out_of_scope(town.municipality.title, town.municipality.phase, (*at, "municipality", "phase"))
    for index, device in enumerate(town.devices):
        if device.phase != _THIS_SCOPE:
            yield _out_of_scope(f"the device {device.name}", device.phase, (*at, "devices", index, "phase"))
    for index, server in enumerate(town.servers):
        if server.phase != _THIS_SCOPE:
            yield _out_of_scope(f"the server {server.name}", server.phase, (*at, "servers", index, "phase"))


def _out_of_scope(what: str, phase: Phase, path: ModelPath) -> Finding:
    return Finding(
        rule="phase",
        path=path,
        message=f"{what} is of the phase {phase}, which follows by 2030 and is not part of the 2027 scope",
        action=f"write 'phase: {_THIS_SCOPE}' if it is a server or network gear, or remove it from here",
    )
