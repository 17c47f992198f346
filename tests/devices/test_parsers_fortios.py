"""FortiOS configurations become facts with the lines they were read from, or are refused."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from devices.facts import (
    ConfigLine,
    IdleTimeout,
    LocalUser,
    LoginBanner,
    LogServer,
    MirrorDestination,
    MirrorSession,
    MirrorSource,
    Port,
    RemoteAccess,
    SNMPCommunity,
    TimeServer,
    TimeSwitch,
)
from devices.models import Platform
from devices.parsers import PlacedLine, parse, read_outline
from devices.parsers.errors import EmptyText, MalformedText, TerminalCapture, TruncatedText, WrongPlatform

CONFIGURATIONS = Path(__file__).parent / "configurations"
HEADER = "#config-version=FGT61F-7.4.7-FW-build2731-250120:opmode=1:vdom=0:user=admin\n"
MIRRORING = """config system interface
    edit "port1"
        set status down
        set type physical
    next
    edit "agg"
        set type aggregate
        set member "port1" "port2"
    next
    edit "vlan9"
        set vlanid 9
    next
end
config system virtual-switch
    edit "lan"
        set span enable
        set span-source-port "port3"
        set span-dest-port "port4"
        set span-direction rx
    next
end
"""


def read(platform: str) -> str:
    return (CONFIGURATIONS / f"{platform}.cfg").read_text(encoding="utf-8")


def test_a_configuration_tells_who_it_is_and_who_may_come_in() -> None:
    facts = parse("fortios", read("fortios"))
    assert (facts.platform, facts.hostname) == ("fortios", "fw-01")
    assert facts.extent == (
        ConfigLine(number=5, text="config system global"),
        ConfigLine(number=122, text="end"),
    )
    assert facts.remote_access[0] == RemoteAccess(
        kind="service",
        name="system interface mgmt allowaccess",
        protocols=("https", "ssh"),
        holder="mgmt",
        lines=(ConfigLine(number=23, text="set allowaccess ping https ssh"),),
    )
    assert facts.local_users == (
        LocalUser(name="admin", lines=(ConfigLine(number=43, text='edit "admin"'),)),
    )
    assert facts.idle_timeouts == (
        IdleTimeout(
            name="system global admintimeout",
            kind="global",
            seconds=900,
            lines=(ConfigLine(number=6, text="set admintimeout 15"),),
        ),
    )
    assert facts.time_servers == (
        TimeServer(
            address="192.0.2.123",
            place="1",
            lines=(ConfigLine(number=57, text='set server "192.0.2.123"'),),
        ),
    )
    assert facts.log_servers == (
        LogServer(
            address="192.0.2.51",
            loses_messages=True,
            place="syslogd",
            lines=(ConfigLine(number=65, text='set server "192.0.2.51"'),),
        ),
    )
    assert [(port.name, port.addresses, port.shut) for port in facts.ports] == [
        ("mgmt", ("198.51.100.20/24",), False),
        ("port1", ("203.0.113.2/30",), False),
        ("port2", (), False),
    ]


def test_a_default_is_marked_as_one_and_an_absent_time_server_is_none() -> None:
    facts = parse("fortios", f"{HEADER}config system global\nend\nconfig system ntp\nend\n")
    section = (ConfigLine(number=2, text="config system global"),)
    assert facts.idle_timeouts == (
        IdleTimeout(
            name="system global admintimeout", kind="global", seconds=300, by_default=True, lines=section
        ),
    )
    assert (facts.hostname, facts.time_servers, facts.login_banner) == (None, (), None)


def test_a_list_of_time_servers_that_is_not_used_is_said_to_be_off() -> None:
    text = (
        f"{HEADER}config system ntp\n    set type fortiguard\n    config ntpserver\n        edit 1\n"
        '            set server "192.0.2.1"\n        next\n    end\nend\n'
    )
    facts = parse("fortios", text)
    assert [one.address for one in facts.time_servers] == ["192.0.2.1"]
    assert facts.time_switch == TimeSwitch(
        enabled=False, lines=(ConfigLine(number=3, text="set type fortiguard"),)
    )


def test_telnet_that_is_off_everywhere_is_let_in_nowhere() -> None:
    text = (
        f"{HEADER}config system global\n    set admin-telnet disable\nend\nconfig system interface\n"
        '    edit "port1"\n        set allowaccess ping telnet ssh\n    next\nend\n'
    )
    assert parse("fortios", text).remote_access == (
        RemoteAccess(
            kind="service",
            name="system interface port1 allowaccess",
            protocols=("ssh",),
            holder="port1",
            lines=(
                ConfigLine(number=7, text="set allowaccess ping telnet ssh"),
                ConfigLine(number=3, text="set admin-telnet disable"),
            ),
        ),
    )


def test_a_log_server_that_is_off_is_none_and_one_for_warnings_says_so() -> None:
    text = (
        f'{HEADER}config log syslogd setting\n    set server "192.0.2.1"\nend\n'
        'config log syslogd2 setting\n    set status enable\n    set server "192.0.2.2"\nend\n'
        "config log syslogd2 filter\n    set severity warning\nend\n"
    )
    assert parse("fortios", text).log_servers == (
        LogServer(
            address="192.0.2.2",
            carries_informational=False,
            loses_messages=True,
            place="syslogd2",
            lines=(
                ConfigLine(number=7, text='set server "192.0.2.2"'),
                ConfigLine(number=10, text="set severity warning"),
            ),
        ),
    )


def test_a_community_is_a_secret_also_in_its_line() -> None:
    text = (
        f"{HEADER}config system snmp community\n    edit 1\n        set name "
        '"hemmelig"\n    next\nend\nconfig system global\nend\n'
    )
    facts = parse("fortios", text)
    line = ConfigLine(number=4, text="set name <secret>")
    community = SNMPCommunity(name=SecretStr("hemmelig"), entry="1", lines=(line,))
    assert facts.snmp_communities == (community,)
    assert facts.snmp == (ConfigLine(number=2, text="config system snmp community"),)
    assert "hemmelig" not in repr(facts)


def test_a_banner_goes_over_several_lines_and_is_told_only_while_it_is_shown() -> None:
    text = (
        'config system replacemsg admin "pre_admin-disclaimer-text"\n'
        '    set buffer "Authorised\nusers only"\nend\n'
    )
    shown = f"{HEADER}config system global\n    set pre-login-banner enable\nend\n{text}"
    assert parse("fortios", f"{HEADER}config system global\nend\n{text}").login_banner is None
    assert parse("fortios", shown).login_banner == LoginBanner(
        text="Authorised\nusers only",
        lines=(
            ConfigLine(number=3, text="set pre-login-banner enable"),
            ConfigLine(number=6, text='set buffer "Authorised'),
        ),
    )


def test_a_bundle_a_shut_port_and_a_mirror_are_read() -> None:
    facts = parse("fortios", f"{HEADER}{MIRRORING}")
    assert facts.ports == (
        Port(
            name="port1",
            physical=True,
            mode="routed",
            shut=True,
            bundle="agg",
            shutting=(ConfigLine(number=4, text="set status down"),),
            lines=(
                ConfigLine(number=3, text='edit "port1"'),
                ConfigLine(number=4, text="set status down"),
                ConfigLine(number=5, text="set type physical"),
            ),
        ),
        Port(
            name="agg",
            physical=False,
            mode="routed",
            lines=(
                ConfigLine(number=7, text='edit "agg"'),
                ConfigLine(number=8, text="set type aggregate"),
                ConfigLine(number=9, text='set member "port1" "port2"'),
            ),
        ),
    )
    source = ConfigLine(number=18, text='set span-source-port "port3"')
    target = ConfigLine(number=19, text='set span-dest-port "port4"')
    assert facts.mirror_sessions == (
        MirrorSession(
            name="lan",
            sources=(MirrorSource(interface="port3", receives=True, sends=False, lines=(source,)),),
            destinations=(MirrorDestination(interface="port4", lines=(target,)),),
            lines=(ConfigLine(number=17, text="set span enable"), source, target),
        ),
    )


def test_what_stands_under_global_and_in_vdoms_is_read_as_one() -> None:
    text = (
        "#config-version=FG501E-7.4.7-FW-build2731-250120:opmode=0:vdom=1:user=admin\n"
        "config vdom\nedit root\nnext\nedit guests\nnext\nend\n"
        'config global\nconfig system global\n    set hostname "fw-09"\n    set vdom-mode multi-vdom\nend\n'
        'config log syslogd setting\n    set status enable\n    set server "192.0.2.9"\nend\nend\n'
        "config vdom\nedit root\nconfig system settings\n    set opmode nat\nend\nnext\nend\n"
    )
    facts = parse("fortios", text)
    assert facts.hostname == "fw-09"
    assert [one.address for one in facts.log_servers] == ["192.0.2.9"]


def test_an_outline_names_the_section_of_every_line_and_leaves_out_what_changes_by_itself() -> None:
    text = (
        f'{HEADER}config user tacacs+\n    edit "a"\n        set server "192.0.2.1"\n'
        "        set key ENC abcdef\n    next\nend\nconfig router multicast\nend\n"
    )
    entry = ("config user tacacs+", 'edit "a"')
    assert read_outline("fortios", text, device="fw") == (
        PlacedLine(2, (), "config user tacacs+"),
        PlacedLine(3, entry[:1], 'edit "a"'),
        PlacedLine(4, entry, 'set server "192.0.2.1"'),
        PlacedLine(5, entry, "set key ENC"),
    )


@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
def test_a_configuration_of_another_platform_is_refused_both_ways(platform: Platform) -> None:
    with pytest.raises(WrongPlatform, match=f"configuration of {platform}, not of fortios"):
        parse("fortios", read(platform))
    with pytest.raises(WrongPlatform, match=f"configuration of fortios, not of {platform}"):
        parse(platform, read("fortios"))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyText),
        (f"{HEADER}config system global\n    set hostname x\n", TruncatedText),
        (f'{HEADER}config system global\n    set hostname "x\nend\n', TruncatedText),
        (f"{HEADER}config system global\n    sett hostname x\nend\n", MalformedText),
        (f"{HEADER}config system global\n    next\nend\n", MalformedText),
        (HEADER, MalformedText),
        (f"{HEADER}config system global\n--More-- \n    set hostname x\nend\n", TerminalCapture),
    ],
)
def test_a_text_that_cannot_be_read_is_an_error(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse("fortios", text)
