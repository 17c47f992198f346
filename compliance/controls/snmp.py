"""The control of how SNMP version 3 is protected."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude, needed_output
from compliance.controls.judged import NETWORK, Judged
from compliance.errors import UnreadableOutput
from devices.errors import UnexpectedAnswer
from devices.facts import ConfigLine, DeviceFacts
from devices.facts.snmp import SNMPAgent
from devices.operational import read_operational

_TOO_SHORT: Final[Mapping[str, frozenset[str]]] = {"fortios": frozenset({"sha", "sha1", "sha224"})}


def judge_snmp_protection(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """SNMP-02: whoever asks over SNMP proves who it is (SHA), and what is said is enciphered (AES).

    Passes when every group demands both and every user has them. Fails when a group or user has less, with
    MD5 or DES, and where only communities are there. A device that nobody can ask is not judged. Where the
    configuration does not show the users (IOS), ``show snmp user`` decides, if the groups are as they should.

    Example:
        >>> nxos("snmp-server user ops network-operator auth sha 0x1 priv aes-128 0x2 localizedkey")
        'PASS'
        >>> nxos("snmp-server user ops network-operator auth md5 0x1 priv 0x2 localizedkey")
        'FAIL'
        >>> ios("snmp-server group OPS v3 auth")
        'FAIL'
        >>> ios("snmp-server location Raadhus")
        'NOT_APPLICABLE'
    """
    agent = facts.snmp_agent
    if agent is None:
        return conclude((), nothing="nobody can ask the device over SNMP")
    levels = tuple(_levels(agent))
    if any(not one.good for one in levels):
        return conclude(levels, nothing="")
    users = tuple(_users(agent, facts, asked=bool(levels)))
    if users:
        return conclude((*levels, *users), nothing="")
    if not levels and facts.snmp_communities:
        only = Observed(good=False, message="SNMP is asked without version 3", lines=agent.lines)
        return conclude((only,), nothing="")
    return conclude((), nothing="there is no SNMPv3 user who could ask")


def _levels(agent: SNMPAgent) -> Iterator[Observed]:
    for one in agent.levels:
        said = f"demands {one.level}" if one.level else "states no level"
        yield Observed(good=one.level == "priv", message=f"{one.name} {said}", lines=one.lines)


def _users(agent: SNMPAgent, facts: DeviceFacts, *, asked: bool) -> Iterator[Observed]:
    rows: list[tuple[str, str, str, tuple[ConfigLine, ...]]]
    rows = [(one.name, one.authentication, one.privacy, one.lines) for one in agent.users]
    if agent.users_shown_by and asked:
        rows = list(_shown(agent, facts))
    weak = _TOO_SHORT.get(facts.platform, frozenset())
    for name, authentication, privacy, lines in rows:
        proves = authentication.lower().startswith("sha") and authentication.lower() not in weak
        good = proves and privacy.lower().startswith("aes")
        said = f"is protected by {authentication or 'no authentication'} and {privacy or 'no encryption'}"
        yield Observed(good=good, message=f"the SNMPv3 user {name} {said}", lines=lines)


def _shown(agent: SNMPAgent, facts: DeviceFacts) -> Iterator[tuple[str, str, str, tuple[ConfigLine, ...]]]:
    """Yield the users that the device shows; the groups are the lines that let them in."""
    command = agent.users_shown_by
    text = needed_output(facts, command)
    try:
        found = read_operational(facts.hostname or "the device", "ios", {command: text}).snmp_users
    except UnexpectedAnswer as error:
        raise UnreadableOutput(command) from error
    for one in found or ():
        yield one.name, one.authentication, one.privacy, agent.lines


CONTROLS: Final[Mapping[str, Judged]] = {"SNMP-02": Judged(judge_snmp_protection, NETWORK)}
