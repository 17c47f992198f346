"""Services that a device leans on: SNMP, time and logs."""

from dataclasses import dataclass

from pydantic import SecretStr

from devices.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class SNMPCommunity(Fact):
    """An SNMP v1/v2c community; its name is a secret.

    ``entry`` is what a platform calls it by where that is not its name; ``of_traps`` is one that traps bear.
    """

    name: SecretStr
    entry: str = ""
    of_traps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeServer(Fact):
    """An NTP server.

    ``place`` is the row or slot that holds it, where a platform has such. ``key`` is the number of the key
    that proves it, and ``options`` are the other words of its line.
    """

    address: str
    vrf: str | None = None
    place: str | None = None
    key: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSwitch(Fact):
    """Whether the device asks its NTP servers at all."""

    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogServer(Fact):
    """A host that receives log messages.

    ``loses_messages`` where it is reached over a transport that does, and the platform has another.
    ``withheld`` names the kinds of messages that it is not sent. ``place`` is the slot or profile that holds
    it, and ``options`` are the other words of its line.
    """

    address: str
    vrf: str | None = None
    carries_informational: bool = True
    loses_messages: bool = False
    withheld: tuple[str, ...] = ()
    place: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSwitch(Fact):
    """Whether the device sends log messages at all."""

    enabled: bool
