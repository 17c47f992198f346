"""The controls that are judged: what the table says about each, and the function that judges it."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from pydantic import Field

from compliance.controls import (
    accounting,
    accounts,
    firewall,
    first_hop,
    forwarding,
    guests,
    lockout,
    logs,
    management,
    management_access,
    mirrors,
    network_access,
    perimeter,
    root_login,
    services,
    snmp,
    spanning_tree,
    switching,
    time_sources,
    unneeded,
    vlans,
    web,
)
from compliance.controls.judged import Judged
from compliance.controls.servers.judges import ON_SERVERS
from compliance.errors import ControlTableInvalid
from compliance.models import Function, Model

Severity = Literal["low", "medium", "high"]


class References(Model):
    """Where a control comes from."""

    cis_controls_v8: str
    cis_benchmark: str
    stig: str
    nis2_21_2: str
    minimum_requirements: str
    nsm_2_1: str


class Control(Model):
    """What the table says about one control."""

    id: str = Field(pattern=r"^[A-Z0-9]+-\d\d$")
    title: str = Field(min_length=1)
    severity: Severity
    scope: str = Field(min_length=1)
    platforms: tuple[str, ...]
    own_lines: tuple[str, ...] = Field(
        description="Platforms whose lines we wrote, since no published benchmark holds any"
    )
    function: Function
    basic: bool
    references: References


MODULES: Final = (
    management,
    lockout,
    services,
    accounts,
    snmp,
    accounting,
    switching,
    vlans,
    mirrors,
    web,
    firewall,
    perimeter,
    guests,
    root_login,
    logs,
    time_sources,
    management_access,
    spanning_tree,
    first_hop,
    network_access,
    unneeded,
    forwarding,
)

JUDGED: Final[Mapping[str, Judged]] = {
    control: judged for module in MODULES for control, judged in module.CONTROLS.items()
}
"""Every control that has a function, from the modules of controls."""

_SCOPE_ROLES: Final[Mapping[str, frozenset[str] | None]] = {
    "all": None,
    "net": None,
    "net, server": None,
    "server": None,
    "server, net": None,
    "platform": None,
    "switch": frozenset({"access", "core", "edge"}),
    "edge": frozenset({"edge"}),
    "edge switch": frozenset({"edge"}),
    "fw": frozenset({"firewall"}),
    "fw, jump hosts": frozenset({"firewall", "jump-host"}),
    "fw, switch": frozenset({"firewall", "access", "core", "edge"}),
}


@cache
def all_controls() -> tuple[Control, ...]:
    """Return every control of the table, judged here or not.

    Raises:
        ControlTableInvalid: a judged control is not in the table, or its scope or platform is not known here.
    """
    text = files("compliance").joinpath("data/controls.csv").read_text(encoding="utf-8")
    controls = tuple(_control(row) for row in csv.DictReader(text.splitlines()))
    known = {control.id: control for control in controls}
    for name, judged in JUDGED.items():
        if name not in known or known[name].scope not in _SCOPE_ROLES:
            raise ControlTableInvalid(f"{name} is judged, but the table of controls does not tell its scope")
        if not judged.platforms <= set(known[name].platforms):
            unclaimed = ", ".join(sorted(judged.platforms - set(known[name].platforms)))
            raise ControlTableInvalid(f"{name} is judged on {unclaimed}, for which the table holds no line")
    for name in ON_SERVERS:
        if name not in known or "linux" not in known[name].platforms or known[name].scope not in _SCOPE_ROLES:
            raise ControlTableInvalid(f"{name} is judged on servers, for which the table holds no line")
    return controls


def _control(row: Mapping[str, str]) -> Control:
    references = {name: row[name] for name in References.model_fields}
    return Control.model_validate(
        {
            "id": row["id"],
            "title": row["title"],
            "severity": row["severity"],
            "scope": row["scope"],
            "platforms": (*row["platforms"].split(), *row["own_lines"].split()),
            "own_lines": tuple(row["own_lines"].split()),
            "function": row["function"],
            "basic": row["basic"] == "yes",
            "references": references,
        }
    )


@cache
def judged_controls() -> tuple[Control, ...]:
    """Return the controls that have a function, in the order of the table."""
    return tuple(control for control in all_controls() if control.id in JUDGED)


@cache
def server_controls() -> tuple[Control, ...]:
    """Return the controls that have a function for servers, in the order of the table."""
    return tuple(control for control in all_controls() if control.id in ON_SERVERS)


def asked_controls(platform: str | None) -> tuple[Control, ...]:
    """Return the controls that are asked of a platform: servers have their own, all else has the same."""
    return server_controls() if platform == "linux" else judged_controls()


def roles_of(control: Control) -> frozenset[str] | None:
    """Return the roles that a control is asked of; None is every role."""
    return _SCOPE_ROLES[control.scope]
