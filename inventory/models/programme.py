"""The programme around the gear: centres, municipalities, when changes are allowed, and what it costs."""

from datetime import date, time
from ipaddress import IPv4Address, IPv4Network
from typing import Literal, Self

from pydantic import Field, model_validator

from inventory.local_time import LocalDateTime
from inventory.models.base import HypervisorURI, Model, Phase, Slug, VLANId, VLANRange

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


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

    name: Slug
    title: str = Field(min_length=1)
    routing_domain: Slug
    hypervisor: HypervisorURI
    municipalities: tuple[Slug, ...] = Field(
        default=(), description="Who signed the agreement; where it is written it must name each member"
    )
    change_times: tuple[ChangeTime, ...] = Field(
        default=(), description="When this centre changes anything; left out, at any time"
    )


class HardeningContext(Model):
    """The site values that controls need; a missing one makes exactly those controls an error."""

    management_prefixes: tuple[IPv4Network, ...] = ()
    ntp_servers: tuple[IPv4Address, ...] = ()
    log_servers: tuple[IPv4Address, ...] = ()
    aaa_servers: tuple[IPv4Address, ...] = ()
    break_glass_user: str | None = None
    parking_vlan: VLANId | None = None
    native_vlan: VLANId | None = None
    user_vlans: VLANRange | None = None
    login_banner: str | None = None


class Contact(Model):
    """Whom to call; part of the offline pack and of the NIS2 register."""

    name: str = Field(min_length=1)
    role: str = Field(min_length=1, description="Such as IT-chef or vagthavende")
    telephone: str = Field(pattern=r"^\+?[0-9 ]{8,20}$")
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$")


class Municipality(Model):
    """A municipality (kommune) with its code from Statistics Denmark and its centre."""

    name: Slug
    title: str = Field(min_length=1)
    code: int = Field(ge=101, le=860)
    centre: Slug = Field(description="Its centre; every municipality has exactly one (R4)")
    hypervisor: HypervisorURI
    phase: Phase = "servers-and-network"
    hardening: HardeningContext = HardeningContext()
    change_times: tuple[ChangeTime, ...] = Field(
        default=(), description="When changes are allowed here; left out, the centre's own apply"
    )
    contacts: tuple[Contact, ...] = ()
    operated_by: Slug | None = Field(
        default=None, description="Existing shared operation, such as it-forsyningen"
    )
    preparedness_plan: Slug | None = Field(
        default=None, description="The preparedness plan that it shares with others (R13)"
    )
    sensor_pilot: bool = Field(default=False, description="One of the municipalities whose sensors go first")


class MaintenanceWindow(Model):
    """When changes are allowed; times carry their offset or are Europe/Copenhagen."""

    name: Slug
    starts_at: LocalDateTime
    ends_at: LocalDateTime

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_at <= self.starts_at:
            msg = "ends_at must be later than starts_at"
            raise ValueError(msg)
        return self


class Freeze(Model):
    """When changes are forbidden, and why."""

    name: Slug
    starts_at: LocalDateTime
    ends_at: LocalDateTime
    reason: str = Field(min_length=1)
    crisis: bool = False

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_at <= self.starts_at:
            msg = "ends_at must be later than starts_at"
            raise ValueError(msg)
        return self


class CostBaseline(Model):
    """The signed yearly cost before the takeover, in whole Danish kroner."""

    year: int = Field(ge=2020, le=2040)
    amount_dkk: int = Field(ge=0)
    signed_by: str = Field(min_length=1)
    signed_on: date
