"""Who may ask a device over SNMP version 3, and how that is protected."""

from dataclasses import dataclass

from devices.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class SNMPLevel(Fact):
    """What a group, or the whole device, demands: ``priv``, ``auth`` or ``noauth``; '' is not stated."""

    name: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SNMPv3User(Fact):
    """A user and what protects it, in the platform's words; '' where nothing does."""

    name: str
    authentication: str
    privacy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SNMPAgent(Fact):
    """That the device answers or sends over SNMP at all; lines that only describe it are none of this.

    ``users_shown_by`` is the command that tells the users where the configuration does not.
    """

    levels: tuple[SNMPLevel, ...] = ()
    users: tuple[SNMPv3User, ...] = ()
    users_shown_by: str = ""
