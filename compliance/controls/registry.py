"""The controls that are judged: what the table says about each, and the function that judges it."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal, Protocol

from pydantic import Field

from compliance.context import DeviceContext
from compliance.controls.finding import Finding
from compliance.controls.management import (
    judge_clear_text_access,
    judge_idle_sessions,
    judge_login_banner,
    judge_ssh_algorithms,
)
from compliance.controls.mirrors import judge_inside_mirror, judge_outside_mirror, judge_sensor_port
from compliance.controls.services import (
    judge_central_login,
    judge_communities,
    judge_log_servers,
    judge_time_servers,
)
from compliance.controls.switching import judge_native_vlan, judge_unused_ports
from compliance.errors import ControlTableInvalid
from compliance.models import Function, Model
from devices.facts import DeviceFacts

Severity = Literal["low", "medium", "high"]


class Judge(Protocol):
    """A control: facts and context in, finding out."""

    def __call__(self, facts: DeviceFacts, context: DeviceContext, /) -> Finding:
        """Return the finding, or raise MissingContext."""


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
    function: Function
    basic: bool
    references: References


JUDGES: Final[Mapping[str, Judge]] = {
    "MGT-01": judge_clear_text_access,
    "MGT-02": judge_ssh_algorithms,
    "MGT-04": judge_idle_sessions,
    "MGT-06": judge_login_banner,
    "AAA-01": judge_central_login,
    "SNMP-01": judge_communities,
    "NTP-01": judge_time_servers,
    "LOG-01": judge_log_servers,
    "L2-01": judge_unused_ports,
    "L2-03": judge_native_vlan,
    "SEN-01": judge_inside_mirror,
    "SEN-02": judge_outside_mirror,
    "SEN-03": judge_sensor_port,
}

JUDGED_PLATFORMS: Final = frozenset({"ios", "eos", "junos"})
"""The platforms whose configurations the controls are proven on; of any other nothing can be said yet."""

_SCOPE_ROLES: Final[Mapping[str, frozenset[str] | None]] = {
    "all": None,
    "net": None,
    "switch": frozenset({"access", "core", "edge"}),
    "edge switch": frozenset({"edge"}),
}


@cache
def all_controls() -> tuple[Control, ...]:
    """Return every control of the table, judged here or not.

    Raises:
        ControlTableInvalid: a judged control is not in the table, or its scope is not known here.
    """
    text = files("compliance").joinpath("data/controls.csv").read_text(encoding="utf-8")
    controls = tuple(_control(row) for row in csv.DictReader(text.splitlines()))
    known = {control.id: control for control in controls}
    for name in JUDGES:
        if name not in known or known[name].scope not in _SCOPE_ROLES:
            raise ControlTableInvalid(f"{name} is judged, but the table of controls does not tell its scope")
    return controls


def _control(row: Mapping[str, str]) -> Control:
    references = {name: row[name] for name in References.model_fields}
    return Control.model_validate(
        {
            "id": row["id"],
            "title": row["title"],
            "severity": row["severity"],
            "scope": row["scope"],
            "platforms": tuple(row["platforms"].split()),
            "function": row["function"],
            "basic": row["basic"] == "yes",
            "references": references,
        }
    )


@cache
def judged_controls() -> tuple[Control, ...]:
    """Return the controls that have a function, in the order of the table."""
    return tuple(control for control in all_controls() if control.id in JUDGES)


def roles_of(control: Control) -> frozenset[str] | None:
    """Return the roles that a control is asked of; None is every role."""
    return _SCOPE_ROLES[control.scope]
