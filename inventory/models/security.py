"""What guards the municipality: firewall clusters, sensors and their feeds, exceptions, approvers."""

from datetime import date
from typing import Literal

from pydantic import Field

from inventory.local_time import LocalDateTime
from inventory.models.base import ChangeRisk, Hostname, LinkEnd, Model, Slug, VLANRange


class FirewallCluster(Model):
    """A firewall pair with the interfaces that face inside and outside."""

    name: Slug = Field(description="How reports refer to it")
    members: tuple[Hostname, ...] = Field(
        min_length=1, description="The firewalls that stand in for each other"
    )
    inside: tuple[LinkEnd, ...] = Field(
        default=(), description="The members' interfaces towards the municipality"
    )
    outside: tuple[LinkEnd, ...] = Field(
        default=(), description="The members' interfaces towards the internet"
    )


class Sensor(Model):
    """A network sensor owned by the municipality; its ports are the mirror destinations (R14, R16)."""

    name: Slug = Field(description="How feeds refer to it")
    owner: str | None = Field(default=None, description="Who owns it; the municipality does (R16)")
    version: str = Field(min_length=1, description="The version of its software, in quotes")
    inside_port: LinkEnd | None = Field(default=None, description="The mirror port inside the firewalls")
    outside_port: LinkEnd | None = Field(default=None, description="The mirror port outside the firewalls")
    directions: Literal["both", "receive", "transmit"] = Field(
        default="both", description="What its mirror ports copy today; one direction is half a sensor"
    )
    last_seen_at: LocalDateTime | None = Field(default=None, description="When it last delivered")


class SensorFeed(Model):
    """What a sensor delivers to whom, and the legal scope it may carry."""

    name: Slug = Field(description="How reports refer to it")
    sensor: Slug = Field(description="The sensor that delivers it")
    recipient: Literal["KommuneCERT", "DCIS Sund", "SOC"] = Field(description="Who receives it")
    legal_scope: Literal["all", "health"] = Field(
        description="What the law lets the recipient see: everything, or health traffic only (R15)"
    )
    vlans: VLANRange = Field(description="The VLANs that it carries")


class ControlException(Model):
    """A granted deviation from a control: who, why, what instead, until when."""

    name: Slug = Field(description="How reports refer to it")
    control: str = Field(pattern=r"^[A-Z0-9]+-\d\d$", description="a control such as MGT-01")
    devices: tuple[Hostname, ...] = Field(min_length=1, description="The devices that it covers")
    owner: str = Field(min_length=1, description="Who answers for it")
    reason: str = Field(min_length=1, description="Why the control cannot be met")
    compensating_measure: str = Field(min_length=1, description="What is done instead")
    granted_on: date | None = Field(
        default=None,
        description="The day from which it holds, 12 months at most; left out, it counts as granted today, "
        "so that it may end 12 months from now at the latest",
    )
    expires_on: date = Field(
        description="The day on which it ends in Denmark; from then on the control fails again"
    )


class RiskOverride(Model):
    """A granted risk of a change: which devices, which risk, who answers for it, why, until when."""

    name: Slug = Field(description="How plans and the journal refer to it")
    risk: ChangeRisk = Field(
        description="revert-reboots: going back reboots the device, and only in a window; no-own-revert: it "
        "takes nothing back by itself; cluster-member: the change reaches the other members of its cluster"
    )
    devices: tuple[Hostname, ...] = Field(min_length=1, description="The devices that it covers")
    owner: str = Field(min_length=1, description="Who answers for it")
    reason: str = Field(min_length=1, description="Why the risk is taken")
    expires_on: date = Field(
        description="The day on which it ends in Denmark; from then on the change is refused again"
    )


class Approver(Model):
    """A person who may approve, by name and public key; one line of an OpenSSH allowed_signers file."""

    principal: str = Field(pattern=r"^[^\s,*?!\"#]+$", description="Who signs, usually an e-mail address")
    key_type: str = Field(
        pattern=r"^(ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+$",
        description="The kind of key, such as ssh-ed25519",
    )
    public_key: str = Field(pattern=r"^[A-Za-z0-9+/]+={0,2}$", description="The public key in base64")
    comment: str = Field(default="", pattern=r"^[^\r\n]*$", description="What stands behind the key")
