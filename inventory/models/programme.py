"""The programme around the gear: centres, municipalities, when changes are allowed, and what it costs."""

from datetime import date, time
from ipaddress import IPv4Address, IPv4Network
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from inventory.local_time import LocalDateTime
from inventory.models.base import HypervisorURI, Model, Phase, Slug, VLANId, VLANRange

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""The days in the order of the week; Python counts Monday as 0."""


class ChangeTime(Model):
    """A weekly time in which changes are allowed, in Danish local time; it may run past midnight."""

    weekday: Weekday = Field(description="The day on which it starts")
    starts_at: time = Field(description="Such as 22:00")
    ends_at: time = Field(description="Such as 05:00; not later than starts_at means the next day")

    @model_validator(mode="after")
    def _is_a_local_time(self) -> Self:
        if self.starts_at.tzinfo is not None or self.ends_at.tzinfo is not None:
            msg = "a weekly time is Danish local time; write it without an offset, such as 22:00"
            raise ValueError(msg)
        return self


class Centre(Model):
    """A regional IT centre that takes over municipalities."""

    name: Slug = Field(description="How municipalities refer to it; the name of its file")
    title: str = Field(min_length=1, description="What people call it")
    routing_domain: Slug = Field(description="Where its addresses are unique")
    hypervisor: HypervisorURI = Field(description="Where its virtual machines run")
    municipalities: tuple[Slug, ...] = Field(
        default=(), description="Who signed the agreement; where it is written it must name each member"
    )
    change_times: tuple[ChangeTime, ...] = Field(
        default=(), description="When this centre changes anything; left out, at any time"
    )


class HardeningContext(Model):
    """The site values that controls need; a missing one makes exactly those controls an error."""

    management_prefixes: tuple[IPv4Network, ...] = Field(
        default=(), description="From where devices may be managed"
    )
    ntp_servers: tuple[IPv4Address, ...] = Field(
        default=(), description="Time servers, in the order of preference"
    )
    log_servers: tuple[IPv4Address, ...] = Field(
        default=(), description="Log servers, in the order of preference"
    )
    aaa_servers: tuple[IPv4Address, ...] = Field(
        default=(), description="Servers for central login, in the order of preference"
    )
    break_glass_user: str | None = Field(
        default=None, description="The local user for the day when central login is down"
    )
    parking_vlan: VLANId | None = Field(
        default=None, description="The VLAN of unused ports; it leads nowhere"
    )
    native_vlan: VLANId | None = Field(default=None, description="The VLAN of untagged traffic on trunks")
    user_vlans: VLANRange | None = Field(
        default=None, description="The VLANs of users, where the controls of access ports apply"
    )
    guest_zones: tuple[Slug, ...] | None = Field(
        default=None,
        description="The zones of guests, by the names that firewalls know them; empty where there are none",
    )
    login_banner: str | None = Field(default=None, description="What everybody reads before login")
    new_control_grace_days: int = Field(
        default=30,
        ge=0,
        le=365,
        description="For how many days after a control, or a new version of one, came its first failures "
        "raise no alarm; they are failures all the same, and what passed before has no grace",
    )


class Contact(Model):
    """Whom to call; part of the offline pack and of the NIS2 register."""

    name: str = Field(min_length=1, description="Name of the person or duty")
    role: str = Field(min_length=1, description="Such as IT-chef or vagthavende")
    telephone: str = Field(
        pattern=r"^\+?[0-9 ]{8,20}$", description="Telephone number, such as +45 00 00 07 01"
    )
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$", description="E-mail address")


class Municipality(Model):
    """A municipality (kommune) with its code from Statistics Denmark and its centre."""

    name: Slug = Field(description="The name of its folder")
    title: str = Field(min_length=1, description="What people call it")
    code: int = Field(ge=101, le=860, description="Municipality code (kommunekode) from Statistics Denmark")
    centre: Slug = Field(description="Its centre; every municipality has exactly one (R4)")
    hypervisor: HypervisorURI = Field(description="Where its virtual machines run today")
    phase: Phase = Field(
        default="servers-and-network",
        description="What the programme takes over now; 2027 for servers and network (R3)",
    )
    hardening: HardeningContext = Field(
        default=HardeningContext(), description="The site values that controls need"
    )
    change_times: tuple[ChangeTime, ...] = Field(
        default=(), description="When changes are allowed here; left out, the centre's own apply"
    )
    contacts: tuple[Contact, ...] = Field(
        default=(), description="Whom to call; the NIS2 register lists them"
    )
    operated_by: Slug | None = Field(
        default=None, description="Existing shared operation, such as it-forsyningen"
    )
    preparedness_plan: Slug | None = Field(
        default=None, description="The preparedness plan that it shares with others (R13)"
    )
    sensor_pilot: bool = Field(default=False, description="One of the municipalities whose sensors go first")


class MaintenanceWindow(Model):
    """When changes are allowed; times carry their offset or are Europe/Copenhagen."""

    name: Slug = Field(description="How plans refer to it")
    starts_at: LocalDateTime = Field(description="Its beginning, such as 2027-03-06T22:00")
    ends_at: LocalDateTime = Field(description="Its end, such as 2027-03-07T05:00")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_at <= self.starts_at:
            msg = "ends_at must be later than starts_at"
            raise ValueError(msg)
        return self


class Freeze(Model):
    """When changes are forbidden, and why."""

    name: Slug = Field(description="How reports refer to it")
    starts_at: LocalDateTime = Field(description="Its beginning, such as 2026-12-18T00:00")
    ends_at: LocalDateTime = Field(description="Its end, such as 2027-01-11T06:00")
    reason: str = Field(min_length=1, description="Why nothing may change")
    crisis: bool = Field(
        default=False,
        description="Whether it is a crisis freeze, which stops every change but the named ones (R21)",
    )

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_at <= self.starts_at:
            msg = "ends_at must be later than starts_at"
            raise ValueError(msg)
        return self


class CostBaseline(Model):
    """The signed yearly cost before the takeover, in whole Danish kroner."""

    year: int = Field(ge=2020, le=2040, description="The year that the cost is for")
    amount_dkk: int = Field(ge=0, description="The cost of one year in whole Danish kroner")
    signed_by: str = Field(min_length=1, description="Who signed it")
    signed_on: date = Field(description="When it was signed")
