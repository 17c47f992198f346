"""Aruba AOS-CX: what a configuration says, with the lines that say it."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from devices.facts import (
    AAA,
    AAAGroup,
    AAAServer,
    Algorithms,
    ConfigLine,
    DeviceFacts,
    IdleTimeout,
    LocalUser,
    LoginBanner,
    LoginMethods,
    LoginUse,
    LogServer,
    MirrorDestination,
    MirrorSession,
    MirrorSource,
    Port,
    RemoteAccess,
    SNMPCommunity,
    SSHProtocol,
    SSHServer,
    TimeServer,
)
from devices.parsers import PlacedLine, parse, read_outline
from devices.parsers.errors import EmptyText, MalformedText, TerminalCapture, TruncatedText, WrongPlatform

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "oxidized"
HEADER = "Current configuration:\n!\n!Version AOS-CX FL.10.15.1000\n!export-password: default\n"


def facts(text: str) -> DeviceFacts:
    return parse("aoscx", HEADER + text, device="sw-01")


def line(text: str, whole: str) -> ConfigLine:
    """Return a line of a text below the header, with its number."""
    lines = (HEADER + whole).split("\n")
    [number] = [at for at, one in enumerate(lines, start=1) if one.strip() == text]
    return ConfigLine(number=number, text=text)


def test_a_whole_configuration_of_a_switch() -> None:
    text = (Path(__file__).parent / "configurations" / "aoscx.cfg").read_text(encoding="utf-8")
    found = parse("aoscx", text, device="sw-01")
    assert (found.platform, found.hostname) == ("aoscx", "sw-cx-01")
    assert [one.number for one in found.extent] == [5, text.count("\n")]
    assert found.remote_access == (
        RemoteAccess(
            kind="service",
            name="telnet server vrf default",
            protocols=("telnet",),
            vrf="default",
            lines=(ConfigLine(number=13, text="telnet server vrf default"),),
        ),
    )
    assert [
        (port.name, port.mode, port.access_vlan, port.trunk_vlans, port.bare) for port in found.ports
    ] == [
        ("1/1/1", "trunk", 1, ((10, 10), (20, 20)), False),
        ("1/1/2", "access", 20, None, False),
        ("1/1/3", "access", 1, None, True),
    ]
    assert found.local_users == (
        LocalUser(
            name="samdrift",
            lines=(
                ConfigLine(number=6, text="user samdrift group administrators password ciphertext <secret>"),
            ),
        ),
    )
    assert found.port("1/1/3") == Port(
        name="1/1/3",
        physical=True,
        mode="access",
        access_vlan=1,
        access_lines=(ConfigLine(number=38, text="vlan access 1"),),
        native_vlan=1,
        bare=True,
        lines=tuple(
            ConfigLine(number=number, text=shown)
            for number, shown in enumerate(
                ("interface 1/1/3", "no shutdown", "no routing", "vlan access 1"), start=35
            )
        ),
    )


def test_telnet_is_off_unless_a_line_says_otherwise() -> None:
    [access] = facts("hostname x\nssh server vrf mgmt\n").remote_access
    assert (access.protocols, access.by_default, [one.text for one in access.lines]) == (
        (),
        True,
        ["hostname x", "ssh server vrf mgmt"],
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("cli-session\n    timeout 10\n", (600, None)), ("https-server session-timeout 0\n", (None, 0))],
)
def test_sessions_end_when_a_line_says_so_and_else_nobody_knows(
    text: str, seconds: tuple[int | None, ...]
) -> None:
    timeouts = facts(f"hostname x\n{text}").idle_timeouts
    assert [one.name for one in timeouts] == ["cli-session", "https-server"]
    assert tuple(one.seconds for one in timeouts) == seconds


def test_the_timer_of_a_section_without_it_shows_the_section() -> None:
    text = "cli-session\n    max-per-user 2\n"
    assert facts(text).idle_timeouts[0] == IdleTimeout(
        name="cli-session",
        kind="global",
        seconds=None,
        lines=(line("cli-session", text), line("max-per-user 2", text)),
    )


def test_algorithms_of_the_ssh_server() -> None:
    text = "ssh ciphers aes256-gcm@openssh.com aes256-ctr\nssh macs hmac-sha2-512-etm@openssh.com\n"
    lines = tuple(line(one, text) for one in text.splitlines())
    assert facts(text).ssh_server == SSHServer(
        protocol=SSHProtocol(version=2, by_default=True, lines=lines),
        algorithms=(
            Algorithms(kind="ciphers", names=("aes256-gcm@openssh.com", "aes256-ctr"), lines=lines[:1]),
            Algorithms(kind="macs", names=("hmac-sha2-512-etm@openssh.com",), lines=lines[1:]),
            Algorithms(kind="key-exchange", names=None, must_be_stated=False, lines=lines),
        ),
        lines=lines,
    )


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("hostname x\n", True),
        ("no ssh server vrf mgmt\n", False),
        ("ssh server vrf default\nno ssh server vrf mgmt\n", True),
    ],
)
def test_the_ssh_server_of_the_management_vrf_runs_unless_it_is_denied(text: str, runs: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert (facts(text).ssh_server is not None) == runs


def test_a_banner_is_read_whole_and_hides_no_line_behind_it() -> None:
    text = "banner motd ^\nKun for autoriserede.\n    interface 1/1/9\n!\n^\nhostname x\n"
    found = facts(text)
    assert found.login_banner == LoginBanner(
        text="Kun for autoriserede.\n    interface 1/1/9\n!",
        lines=(line("banner motd", text.replace(" ^", "")),),
    )
    assert (found.hostname, found.ports) == ("x", ())
    assert facts("banner motd #Hej#\n").login_banner is not None


def test_central_login_with_its_servers_groups_and_places() -> None:
    text = (
        "tacacs-server host 10.0.0.1 key ciphertext AQB vrf mgmt\n"
        "radius-server host 10.0.0.2 key ciphertext AQB\n"
        "aaa group server tacacs central\n    server 10.0.0.1 vrf mgmt\n    server 10.0.0.9\n"
        "aaa authentication login default group central tacacs local\n"
        "aaa authentication login console local\n"
    )
    host = ConfigLine(number=5, text="tacacs-server host 10.0.0.1 key ciphertext <secret> vrf mgmt")
    radius = ConfigLine(number=6, text="radius-server host 10.0.0.2 key ciphertext <secret>")
    default = line("aaa authentication login default group central tacacs local", text)
    console = line("aaa authentication login console local", text)
    group = tuple(
        line(one, text)
        for one in ("aaa group server tacacs central", "server 10.0.0.1 vrf mgmt", "server 10.0.0.9")
    )
    extent = (host, console)
    assert facts(text).aaa == AAA(
        enabled=True,
        by_default=True,
        methods=(
            LoginMethods(
                name="default", methods=("group central", "group tacacs", "local"), lines=(default,)
            ),
            LoginMethods(name="console", methods=("local",), lines=(console,)),
        ),
        uses=(
            LoginUse(place="console", method_list="console", lines=(console,)),
            LoginUse(place="ssh", method_list="default", by_default=True, lines=extent),
            LoginUse(place="https-server", method_list="default", by_default=True, lines=extent),
        ),
        servers=(
            AAAServer(protocol="tacacs+", address="10.0.0.1", vrf="mgmt", lines=(host,)),
            AAAServer(protocol="radius", address="10.0.0.2", lines=(radius,)),
        ),
        groups=(
            AAAGroup(
                name="tacacs", protocol="tacacs+", addresses=("10.0.0.1",), by_default=True, lines=(host,)
            ),
            AAAGroup(
                name="radius", protocol="radius", addresses=("10.0.0.2",), by_default=True, lines=(radius,)
            ),
            AAAGroup(name="central", protocol="tacacs+", addresses=("10.0.0.1",), lines=group),
        ),
        lines=extent,
    )


def test_an_account_is_one_however_many_lines_it_has() -> None:
    text = (
        "user admin group administrators password ciphertext AQB\n"
        "user admin authorized-key ssh-ed25519 AAAA a@b\n"
    )
    [user] = facts(text).local_users
    assert (user.name, [one.number for one in user.lines]) == ("admin", [5, 6])


def test_communities_time_and_log_servers() -> None:
    text = (
        "ntp server 10.0.0.5 iburst\nntp vrf mgmt\nlogging 10.0.0.6 severity warning vrf mgmt\n"
        "logging syslog.example\nlogging facility local7\nsnmp-server vrf default\n"
        "snmp-server community public\nsnmpv3 security-level auth-privacy\n"
    )
    found = facts(text)
    assert found.time_servers == (
        TimeServer(
            address="10.0.0.5",
            vrf="mgmt",
            options=("iburst",),
            lines=(line("ntp server 10.0.0.5 iburst", text), line("ntp vrf mgmt", text)),
        ),
    )
    assert found.log_servers == (
        LogServer(
            address="10.0.0.6",
            vrf="mgmt",
            carries_informational=False,
            options=("severity", "warning", "vrf", "mgmt"),
            lines=(line("logging 10.0.0.6 severity warning vrf mgmt", text),),
        ),
        LogServer(address="syslog.example", lines=(line("logging syslog.example", text),)),
    )
    assert found.snmp_communities == (
        SNMPCommunity(
            name=SecretStr("public"), lines=(ConfigLine(number=11, text="snmp-server community <secret>"),)
        ),
    )
    assert [one.text for one in found.snmp] == [
        "snmp-server vrf default",
        "snmp-server community <secret>",
        "snmpv3 security-level auth-privacy",
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("vlan trunk native 10 tag", "vlan trunk allowed 10,20-30"),
            ("trunk", 10, True, ((10, 10), (20, 30))),
        ),
        (("vlan trunk native 1", "vlan trunk allowed all"), ("trunk", 1, False, None)),
        (("vlan trunk native 1",), ("trunk", 1, False, None)),
        (("vlan access 20",), ("access", 1, False, None)),
        (("ip address 10.0.0.1/30",), ("routed", 1, False, None)),
        ((), ("routed", 1, False, None)),
        (("lag 5",), ("access", 1, False, None)),
        (("no routing", "vlan access 1"), ("access", 1, False, None)),
    ],
)
def test_what_a_port_is(lines: tuple[str, ...], expected: tuple[object, ...]) -> None:
    [port] = facts("".join(f"{one}\n" for one in ("interface 1/1/1", *(f"    {x}" for x in lines)))).ports
    assert (port.mode, port.native_vlan, port.native_tagged, port.trunk_vlans) == expected


def test_a_port_with_everything_on_it() -> None:
    text = (
        "interface lag 5 multi-chassis\n    shutdown\n    no routing\n    vlan access 1\n"
        "interface 1/1/1\n    description Rådhus 2. sal\n    no shutdown\n    lag 5\n"
        "interface 1/1/2\n    no shutdown\n    vlan access 20\n"
        "    aaa authentication port-access dot1x authenticator\n        reauth\n        enable\n"
        "interface vlan 20\n    ip address 10.0.0.1/24\n"
    )
    bundle, member, access = facts(text).ports
    assert (bundle.name, bundle.physical, bundle.shut, bundle.bare, bundle.carrying) == (
        "lag 5", False, True, False, (),
    )  # fmt: skip
    assert [one.text for one in bundle.shutting] == ["shutdown"]
    assert (member.bundle, member.description, [one.text for one in member.carrying]) == (
        "lag 5", "Rådhus 2. sal", ["lag 5"],
    )  # fmt: skip
    assert (access.dot1x, member.dot1x, access.access_vlan) == (True, False, 20)
    assert [one.text for one in access.carrying] == [
        "vlan access 20", "aaa authentication port-access dot1x authenticator",
    ]  # fmt: skip
    assert facts(text).port("LAG5") == bundle


def test_a_mirror_session_is_off_until_it_is_enabled() -> None:
    text = (
        "mirror session 1\n    enable\n    source interface 1/1/1 both\n    source interface lag 5 rx\n"
        "    destination interface 1/1/9\nmirror session 2\n    source interface 1/1/2-1/1/3 tx\n"
    )
    first, second = facts(text).mirror_sessions
    assert first == MirrorSession(
        name="1",
        sources=(
            MirrorSource(
                interface="1/1/1",
                receives=True,
                sends=True,
                lines=(line("source interface 1/1/1 both", text),),
            ),
            MirrorSource(
                interface="lag5",
                receives=True,
                sends=False,
                lines=(line("source interface lag 5 rx", text),),
            ),
        ),
        destinations=(
            MirrorDestination(interface="1/1/9", lines=(line("destination interface 1/1/9", text),)),
        ),
        lines=tuple(line(one.strip(), text) for one in text.splitlines()[:5]),
    )
    assert (second.enabled, [(one.interface, one.shares_line) for one in second.sources]) == (
        False,
        [("1/1/2", True), ("1/1/3", True)],
    )


def test_the_outline_places_every_line_in_its_section() -> None:
    text = "vlan 1\ninterface 1/1/1\n    aaa authentication port-access mac-auth\n        enable\n"
    assert read_outline("aoscx", HEADER + text, device="sw-01") == (
        PlacedLine(5, (), "vlan 1"),
        PlacedLine(6, (), "interface 1/1/1"),
        PlacedLine(7, ("interface 1/1/1",), "aaa authentication port-access mac-auth"),
        PlacedLine(8, ("interface 1/1/1", "aaa authentication port-access mac-auth"), "enable"),
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("hostname x\nvlan 1\n", MalformedText),
        (HEADER, EmptyText),
        (f"{HEADER}    vlan access 1\n", MalformedText),
        (f"{HEADER}banner motd ^\nHej\n", TruncatedText),
        (f"{HEADER}hostname x\nx# \n", TerminalCapture),
        (f"{HEADER}hostname x\nx(config-if-<1/1/1-1/1/2>)# exit\n", TerminalCapture),
        ("#config-version=FGT61F-7.4.7\nconfig system global\nend\n", WrongPlatform),
        ("!Command: show running-config\nfeature ssh\nhostname x\n", WrongPlatform),
    ],
)
def test_a_text_that_is_no_configuration_of_a_switch_is_an_error(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse("aoscx", text, device="sw-01")


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.is_dir(), reason="the recorded device data is not beside the checkout")
@pytest.mark.parametrize(
    ("name", "hostname", "modes"),
    [
        ("aoscx#6000-48G_PL.10.13.0005#output.txt", "TEST_SW123", {"1/1/1": "access", "1/1/52": "trunk"}),
        (
            "aoscx#8325H_HL.10.15.1020#output.txt",
            "xx-xxxx-sw01",
            {"lag 1": "trunk", "lag 100": "trunk", "1/1/1": "access", "1/1/19": "access", "1/1/20": "access"},
        ),
        (
            "aoscx#CX6000-8G_10.16.1010_environment#output.txt",
            "sw07",
            {f"1/1/{number}": "trunk" if number == 8 else "access" for number in range(1, 11)},
        ),
    ],
)
def test_recorded_configurations_are_read_with_their_lines(
    name: str, hostname: str, modes: dict[str, str]
) -> None:
    recorded = (CORPORA / name).read_text(encoding="utf-8")
    text = recorded[recorded.index("Current configuration:") :]
    found = parse("aoscx", text, device="recorded")
    lines = text.split("\n")
    assert found.hostname == hostname
    assert {port.name: port.mode for port in found.ports} == modes
    for port in found.ports:
        assert [one.text for one in port.lines] == [lines[one.number - 1].strip() for one in port.lines]
    for other in ("ios", "eos", "junos", "fortios"):
        with pytest.raises(WrongPlatform, match=f"of aoscx, not of {other}"):
            parse(other, text, device="recorded")
