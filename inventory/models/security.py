"""What guards the municipality: firewall clusters, sensors and their feeds, exceptions, approvers."""

from datetime import date
from typing import Literal

from pydantic import Field

from inventory.local_time import LocalDateTime
from inventory.models.base import Hostname, LinkEnd, Model, Slug, VLANRange


class FirewallCluster(Model):
    """A firewall pair with the interfaces that face inside and outside."""

    name: Slug
    members: tuple[Hostname, ...] = Field(min_length=1)
    inside: tuple[LinkEnd, ...] = ()
    outside: tuple[LinkEnd, ...] = ()


class Sensor(Model):
    """A network sensor owned by the municipality; its ports are the mirror destinations (R14, R16)."""

    name: Slug
    owner: str | None = None
    version: str = Field(min_length=1)
    inside_port: LinkEnd | None = None
    outside_port: LinkEnd | None = None
    directions: Literal["both", "receive", "transmit"] = Field(
        default="both", description="What its mirror ports copy today; one direction is half a sensor"
    )
    last_seen_at: LocalDateTime | None = Field(default=None, description="When it last delivered")


class SensorFeed(Model):
    """What a sensor delivers to whom, and the legal scope it may carry."""

    name: Slug
    sensor: Slug
    recipient: Literal["KommuneCERT", "DCIS Sund", "SOC"]
    legal_scope: Literal["all", "health"]
    vlans: VLANRange


class ControlException(Model):
    """A granted deviation from a control: who, why, what instead, until when."""

    name: Slug
    control: str = Field(pattern=r"^[A-Z0-9]+-\d\d$", description="a control such as MGT-01")
    devices: tuple[Hostname, ...] = Field(min_length=1)
    owner: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    compensating_measure: str = Field(min_length=1)
    expires_on: date


class Approver(Model):
    """A person who may approve, by name and public key; one line of an OpenSSH allowed_signers file."""

    principal: str = Field(pattern=r"^[^\s,*?!\"#]+$", description="Who signs, usually an e-mail address")
    key_type: str = Field(pattern=r"^(ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+$")
    public_key: str = Field(pattern=r"^[A-Za-z0-9+/]+={0,2}$", description="The public key in base64")
    comment: str = Field(default="", pattern=r"^[^\r\n]*$")
