"""The configuration text of NX-OS becomes facts, or is refused for what is wrong with it."""

from pathlib import Path

import pytest

from devices.facts import (
    AAAGroup,
    AAAServer,
    Algorithms,
    ConfigLine,
    DeviceFacts,
    IdleTimeout,
    LocalUser,
    LoginMethods,
    LogServer,
    MirrorDestination,
    MirrorSession,
    MirrorSource,
    RemoteAccess,
    TimeServer,
)
from devices.parsers import parse, read_outline
from devices.parsers.errors import EmptyText, TruncatedText, WrongPlatform

TEXT = (Path(__file__).parent / "configurations" / "nxos.cfg").read_text(encoding="utf-8")
HEAD = "version 10.3(9) Bios:version\nhostname sw-01\nvdc sw-01 id 1\nfeature lldp\n"
TAIL = "line console\nline vty\n"


def facts_of(lines: str, *, tail: str = TAIL) -> DeviceFacts:
    return parse("nxos", HEAD + lines + tail, device="sw-01")


def at(text: str, wanted: str) -> ConfigLine:
    lines = (HEAD + text + TAIL).split("\n")
    return ConfigLine(number=lines.index(wanted) + 1, text=wanted.strip())


def test_absent_exec_timeout_is_never_and_said_to_be_a_default() -> None:
    idle = facts_of("").idle_timeouts
    assert [(one.name, one.kind, one.seconds, one.by_default) for one in idle] == [
        ("line console", "console", 0, True),
        ("line vty", "vty", 0, True),
    ]


def test_stated_exec_timeout_is_minutes_and_shows_its_lines() -> None:
    tail = "line console\n  exec-timeout 10\nline vty\n  exec-timeout 0\n"
    console, vty = facts_of("", tail=tail).idle_timeouts
    assert console == IdleTimeout(
        name="line console",
        kind="console",
        seconds=600,
        lines=(ConfigLine(5, "line console"), ConfigLine(6, "exec-timeout 10")),
    )
    assert (vty.seconds, vty.by_default) == (0, False)


@pytest.mark.parametrize(
    ("line", "protocols", "by_default"),
    [("feature telnet\n", ("telnet",), False), ("no feature telnet\n", (), False), ("", (), True)],
)
def test_telnet_is_a_feature_that_is_off_unless_switched_on(
    line: str,
    protocols: tuple[str, ...],
    by_default: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    (telnet,) = facts_of(line).remote_access
    assert isinstance(telnet, RemoteAccess)
    assert (telnet.kind, telnet.name, telnet.protocols, telnet.by_default) == (
        "service",
        "telnet server",
        protocols,
        by_default,
    )


def test_ssh_speaks_version_two_and_tells_its_algorithms_where_stated() -> None:
    lines = "ssh macs hmac-sha2-256 hmac-sha2-512\n"
    server = facts_of(lines).ssh_server
    assert server is not None
    assert server.protocol.version == 2
    own = at(lines, "ssh macs hmac-sha2-256 hmac-sha2-512")
    assert server.algorithms == (
        Algorithms(kind="ciphers", names=None, lines=(own,)),
        Algorithms(kind="macs", names=("hmac-sha2-256", "hmac-sha2-512"), lines=(own,)),
        Algorithms(kind="key-exchange", names=None, must_be_stated=False, lines=(own,)),
    )
    assert facts_of("no feature ssh\n").ssh_server is None


def test_banner_is_read_with_any_delimiter() -> None:
    for text in ("banner motd ^COnly\nfor us^C\n", "banner motd #Only\nfor us#\n"):
        banner = facts_of(text).login_banner
        assert banner is not None
        assert banner.text == "Only\nfor us"


def test_banner_without_end_is_a_cut_off_text() -> None:
    with pytest.raises(TruncatedText, match="the text that begins in line 5 has no end"):
        facts_of("banner motd #Only\n")


def test_logins_fall_back_to_local_users_unless_that_is_denied() -> None:
    lines = (
        "feature tacacs+\ntacacs-server host 192.0.2.1\ntacacs-server host 192.0.2.2\n"
        "aaa group server tacacs+ ADMIN\n  server 192.0.2.1\n  server 192.0.2.2\n  use-vrf management\n"
        "aaa authentication login default group ADMIN\n"
        "aaa authentication login console group ADMIN\n"
        "no aaa authentication login console fallback error local\n"
    )
    aaa = facts_of(lines).aaa
    assert aaa is not None
    assert aaa.servers == tuple(
        AAAServer(protocol="tacacs+", address=one, lines=(at(lines, f"tacacs-server host {one}"),))
        for one in ("192.0.2.1", "192.0.2.2")
    )
    (group,) = aaa.groups
    assert isinstance(group, AAAGroup)
    assert (group.name, group.addresses) == ("ADMIN", ("192.0.2.1", "192.0.2.2"))
    remote, console = aaa.methods
    assert (remote.name, remote.methods) == ("default", ("group ADMIN", "local"))
    assert (console.name, console.methods) == ("console", ("group ADMIN",))
    assert [one.method_list for one in aaa.uses] == ["default", "console"]


def test_logins_are_local_where_nothing_is_stated() -> None:
    aaa = facts_of("").aaa
    assert aaa is not None
    assert [(one.name, one.methods, one.by_default) for one in aaa.methods] == [
        ("default", ("local",), True),
        ("console", ("local",), True),
    ]
    assert all(isinstance(one, LoginMethods) for one in aaa.methods)


def test_local_user_is_one_however_many_lines_tell_of_it() -> None:
    lines = "username admin password 5 $5$x  role network-admin\nusername admin role network-operator\n"
    (user,) = facts_of(lines).local_users
    assert isinstance(user, LocalUser)
    assert (user.name, [line.number for line in user.lines]) == ("admin", [5, 6])
    assert "$5$x" not in repr(user)


def test_servers_of_time_and_logs_tell_their_vrf_and_severity() -> None:
    lines = (
        "ntp server 192.0.2.3 prefer use-vrf management key 1\n"
        "logging server 192.0.2.4 6 use-vrf management\n"
        "logging server 192.0.2.5\n"
    )
    facts = facts_of(lines)
    assert facts.time_servers == (
        TimeServer(
            address="192.0.2.3",
            vrf="management",
            key="1",
            options=("prefer", "use-vrf", "management", "key", "1"),
            lines=(at(lines, "ntp server 192.0.2.3 prefer use-vrf management key 1"),),
        ),
    )
    assert facts.log_servers == (
        LogServer(
            address="192.0.2.4",
            vrf="management",
            lines=(at(lines, "logging server 192.0.2.4 6 use-vrf management"),),
        ),
        LogServer(
            address="192.0.2.5", carries_informational=False, lines=(at(lines, "logging server 192.0.2.5"),)
        ),
    )


def test_communities_are_told_and_masked() -> None:
    facts = facts_of("snmp-server community s3cret group network-operator\n")
    assert [one.name.get_secret_value() for one in facts.snmp_communities] == ["s3cret"]
    assert "s3cret" not in repr(facts)


def test_ports_that_route_are_shut_until_opened_and_switch_ports_open_until_shut() -> None:
    lines = (
        "interface Ethernet1/1\n  no switchport\n  ip address 192.0.2.9/24\n"
        "interface Ethernet1/2\n  no switchport\n  no shutdown\n"
        "interface Ethernet1/3\n  shutdown\n  switchport access vlan 20\n"
        "interface Ethernet1/4\n  switchport mode trunk\n  switchport trunk native vlan 30\n"
        "  switchport trunk allowed vlan 20,30-32\n  channel-group 7 mode active\n"
        "interface port-channel7\n  switchport mode trunk\n"
    )
    one, two, three, four, bundle = facts_of(lines).ports
    assert (one.mode, one.shut, one.addresses) == ("routed", True, ("192.0.2.9/24",))
    assert (two.mode, two.shut) == ("routed", False)
    assert (three.mode, three.shut, three.access_vlan) == ("access", True, 20)
    assert (four.mode, four.shut, four.native_vlan, four.trunk_vlans, four.bundle) == (
        "trunk",
        False,
        30,
        ((20, 20), (30, 32)),
        "port-channel7",
    )
    assert (bundle.physical, bundle.mode, bundle.trunk_vlans) == (False, "trunk", None)


def test_mirror_session_is_shut_until_opened() -> None:
    lines = (
        "monitor session 1\n  source interface Ethernet1/1-2 rx\n  destination interface Ethernet1/9\n"
        "  no shut\n"
        "monitor session 2\n  source interface port-channel3\n  destination interface Ethernet1/8\n"
    )
    first, second = facts_of(lines).mirror_sessions
    header = at(lines, "monitor session 1")
    source = at(lines, "  source interface Ethernet1/1-2 rx")
    target = at(lines, "  destination interface Ethernet1/9")
    opened = at(lines, "  no shut")
    assert first == MirrorSession(
        name="1",
        enabled=True,
        needs_ready_port=True,
        sources=tuple(
            MirrorSource(interface=name, receives=True, sends=False, shares_line=True, lines=(header, source))
            for name in ("ethernet1/1", "ethernet1/2")
        ),
        destinations=(MirrorDestination(interface="ethernet1/9", lines=(header, target)),),
        lines=(header, source, target, opened),
    )
    (copied,) = second.sources
    assert (second.enabled, copied.interface, copied.receives, copied.sends) == (
        False,
        "port-channel3",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", EmptyText, "empty"),
        (TEXT[: TEXT.index("line console")], TruncatedText, "terminal lines"),
        ("version 15.2\nhostname sw\nline vty 0 4\nend\n", WrongPlatform, "of ios"),
    ],
)
def test_what_is_no_configuration_of_nxos_is_refused(text: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        parse("nxos", text, device="sw-01")


def test_outline_places_every_line_in_its_section() -> None:
    placed = read_outline("nxos", HEAD + "interface Ethernet1/1\n  description a\n" + TAIL, device="sw-01")
    assert [(one.number, one.section, one.text) for one in placed][4:6] == [
        (5, (), "interface Ethernet1/1"),
        (6, ("interface Ethernet1/1",), "description a"),
    ]
