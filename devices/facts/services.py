"""Services that a device leans on: SNMP, time and logs."""

from dataclasses import dataclass

from pydantic import SecretStr

from devices.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class SNMPCommunity(Fact):
    """An SNMP v1/v2c community; its name is a secret."""

    name: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeServer(Fact):
    """An NTP server."""

    address: str
    vrf: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogServer(Fact):
    """A host that receives log messages."""

    address: str
    vrf: str | None = None
    carries_informational: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSwitch(Fact):
    """Whether the device sends log messages at all."""

    enabled: bool
