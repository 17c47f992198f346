"""The lines that hand management over to the centre: what comes, what goes, and what a person must do."""

from ipaddress import IPv4Network

import pytest

from compliance.context import DeviceContext
from compliance.service import read_facts
from compliance.takeover.models import OldValue, Undertaking
from compliance.takeover.rehome import rehome_management
from devices.errors import DeviceError
from devices.models import Platform

CENTRE = {
    "ntp_servers": ("10.9.0.1", "10.9.0.2"),
    "log_servers": ("10.9.0.11", "10.9.0.12"),
    "aaa_servers": ("10.9.0.21", "10.9.0.22"),
    "break_glass_user": "nood",
}
OLD: dict[Platform, str] = {
    "ios": "hostname sw\n!\naaa new-model\naaa group server tacacs+ TOWN\n server name OLD\n server name C1\n"
    " server name C2\n!\naaa authentication login default group TOWN local\nusername nood secret 9 x\n"
    "tacacs server OLD\n address ipv4 192.0.2.21\n key 7 0011\ntacacs server C1\n address ipv4 10.9.0.21\n"
    "tacacs server C2\n address ipv4 10.9.0.22\n!\nlogging host 192.0.2.11 transport tcp port 601\n"
    "ntp server 10.9.0.2\nntp server 192.0.2.1 prefer\nline con 0\nline vty 0 4\n!\nend\n",
    "eos": "hostname sw\n!\ntacacs-server host 192.0.2.21 key 7 0011\n"
    "tacacs-server host 10.9.0.21 key 7 0011\ntacacs-server host 10.9.0.22 key 7 0011\n"
    "aaa authentication login default group tacacs+ local\n"
    "username nood secret sha512 x\nlogging vrf MGMT host 192.0.2.11\n"
    "ntp server vrf MGMT 192.0.2.1\n!\nend\n",
    "junos": "system {\n    authentication-order [ tacplus password ];\n    login {\n        user nood {\n"
    "            class super-user;\n        }\n    }\n    tacplus-server {\n        192.0.2.21;\n"
    "        10.9.0.21;\n        10.9.0.22;\n    }\n    syslog {\n        host 192.0.2.11 {\n"
    "            any info;\n        }\n    }\n    ntp {\n        server 192.0.2.1;\n    }\n}\n",
    "aoscx": "!Version ArubaOS-CX FL.10.13.1000\nhostname sw\nuser nood group administrators password "
    "ciphertext x\nntp server 192.0.2.1\nntp vrf mgmt\ntacacs-server host 192.0.2.21 vrf mgmt\n"
    "tacacs-server host 10.9.0.21 vrf mgmt\ntacacs-server host 10.9.0.22 vrf mgmt\n"
    "aaa authentication login default group tacacs local\naaa authentication login ssh group tacacs local\n"
    "aaa authentication login console group tacacs local\n"
    "aaa authentication login https-server group tacacs local\nlogging 192.0.2.11 vrf mgmt\n",
    "fortios": "config system global\n    set hostname sw\nend\nconfig system ntp\n    set ntpsync enable\n"
    "    set type custom\n    config ntpserver\n        edit 1\n            set server 10.9.0.2\n"
    "        next\n        edit 7\n            set server 192.0.2.1\n        next\n    end\nend\n"
    "config log syslogd setting\n    set status enable\n    set server 192.0.2.11\nend\n"
    "config log syslogd3 setting\n    set status enable\n    set server 192.0.2.12\nend\n",
}
LINES: dict[Platform, str] = {
    "ios": """ntp server 10.9.0.1
logging host 10.9.0.11
logging host 10.9.0.12
no ntp server 192.0.2.1
no logging host 192.0.2.11 transport tcp port 601
aaa group server tacacs+ TOWN
 no server name OLD
no tacacs server OLD
""",
    "eos": """ntp server vrf MGMT 10.9.0.1
ntp server vrf MGMT 10.9.0.2
logging vrf MGMT host 10.9.0.11
logging vrf MGMT host 10.9.0.12
no ntp server vrf MGMT 192.0.2.1
no logging vrf MGMT host 192.0.2.11
no tacacs-server host 192.0.2.21
""",
    "junos": """set system ntp server 10.9.0.1
set system ntp server 10.9.0.2
set system syslog host 10.9.0.11 any info
set system syslog host 10.9.0.12 any info
delete system ntp server 192.0.2.1
delete system syslog host 192.0.2.11
delete system tacplus-server 192.0.2.21
""",
    "aoscx": """ntp server 10.9.0.1
ntp server 10.9.0.2
logging 10.9.0.11 severity info include-auditable-events vrf mgmt
logging 10.9.0.12 severity info include-auditable-events vrf mgmt
no ntp server 192.0.2.1
no logging 192.0.2.11 vrf mgmt
no tacacs-server host 192.0.2.21 vrf mgmt
""",
    "fortios": """config system ntp
    set ntpsync enable
    set type custom
    config ntpserver
        edit 1
            set server "10.9.0.1"
        next
        edit 2
            set server "10.9.0.2"
        next
        delete 7
    end
end
config log syslogd setting
    set status enable
    set server "10.9.0.11"
end
config log syslogd2 setting
    set status enable
    set server "10.9.0.12"
end
config log syslogd3 setting
    set status disable
end
""",
}


def rehomed(platform: Platform, text: str, **changed: object) -> Undertaking:
    facts = read_facts("sw", platform, text)
    assert not isinstance(facts, DeviceError), facts
    return rehome_management("sw", facts, text, DeviceContext.model_validate(CENTRE | changed))


@pytest.mark.parametrize("platform", list(OLD))
def test_the_centre_takes_the_place_of_the_old_owner(platform: Platform) -> None:
    found = rehomed(platform, OLD[platform])
    assert found.lines == LINES[platform]
    old = [OldValue(topic="time", value="192.0.2.1"), OldValue(topic="log", value="192.0.2.11")]
    if platform == "fortios":
        old.append(OldValue(topic="log", value="192.0.2.12"))
        assert [one.control for one in found.manual] == ["aaa"]
    else:
        old.append(OldValue(topic="aaa", value="tacacs+ 192.0.2.21"))
        assert found.manual == ()
    assert found.old == tuple(old)


@pytest.mark.parametrize("platform", list(OLD))
def test_a_device_that_is_managed_from_the_centre_gets_no_lines(platform: Platform) -> None:
    """The same text, judged by an inventory that intends what it holds."""
    time = {"ios": ("10.9.0.2", "192.0.2.1"), "fortios": ("10.9.0.2", "192.0.2.1")}
    logs = {"fortios": ("192.0.2.11", "192.0.2.12")}
    found = rehomed(
        platform,
        OLD[platform],
        ntp_servers=time.get(platform, ("192.0.2.1",)),
        log_servers=logs.get(platform, ("192.0.2.11",)),
        aaa_servers=("10.9.0.21", "10.9.0.22", "192.0.2.21"),
    )
    assert (found.lines, found.old) == ("", ())


@pytest.mark.parametrize("platform", ["ios", "eos", "junos", "aoscx"])
def test_what_gives_stands_before_what_takes_away(platform: Platform) -> None:
    lines = [line.strip() for line in rehomed(platform, OLD[platform]).lines.splitlines()]
    takes = [number for number, line in enumerate(lines) if line.startswith(("no ", "delete "))]
    gives = [
        number
        for number, line in enumerate(lines)
        if "10.9.0." in line and not line.startswith(("no ", "delete "))
    ]
    assert takes
    assert gives
    assert max(gives) < min(takes)


@pytest.mark.parametrize("platform", ["ios", "eos", "junos", "aoscx"])
def test_no_login_server_goes_before_those_of_the_centre_are_there(platform: Platform) -> None:
    found = rehomed(platform, OLD[platform], aaa_servers=("10.9.0.21", "10.9.0.99"))
    assert "192.0.2.21" not in found.lines
    assert [one.control for one in found.manual] == ["aaa"]
    assert found.manual[0].reason.startswith("10.9.0.99 must be added by hand first")


@pytest.mark.parametrize("platform", ["ios", "eos", "junos", "aoscx"])
def test_no_login_server_goes_without_the_break_glass_account(platform: Platform) -> None:
    found = rehomed(platform, OLD[platform], break_glass_user="nobody")
    assert "192.0.2.21" not in found.lines
    assert [one.reason for one in found.manual] == [
        "the break-glass account of the site is missing; create it before old servers go"
    ]


def test_no_login_server_goes_where_the_local_account_is_no_fallback() -> None:
    text = OLD["ios"].replace("group TOWN local", "group TOWN")
    found = rehomed("ios", text)
    assert "192.0.2.21" not in found.lines
    assert "no server name" not in found.lines
    assert "does not ask central servers with the local account behind them" in found.manual[0].reason


def test_no_login_server_goes_while_the_group_asks_no_server_of_the_centre() -> None:
    text = OLD["ios"].replace(" server name C1\n server name C2\n", "")
    found = rehomed("ios", text)
    assert "no server name" not in found.lines
    assert "asks no server of the centre" in found.manual[0].reason


def test_servers_in_several_vrfs_are_left_to_a_person() -> None:
    text = OLD["eos"].replace("ntp server vrf MGMT", "ntp server 192.0.2.9\nntp server vrf MGMT")
    found = rehomed("eos", text)
    assert "ntp" not in found.lines
    assert [one.control for one in found.manual] == ["time"]


def test_what_the_inventory_does_not_say_is_left_to_a_person() -> None:
    found = rehomed("junos", OLD["junos"], ntp_servers=None, log_servers=None, aaa_servers=None)
    assert found.lines == ""
    assert [one.control for one in found.manual] == ["time", "log", "aaa"]


def test_communities_and_access_are_named_with_no_secret_in_the_reason() -> None:
    text = OLD["ios"].replace("line con 0", "snmp-server community s3cr3t RO\nline con 0")
    found = rehomed("ios", text, management_prefixes=(IPv4Network("10.9.0.0/24"),))
    assert [one.control for one in found.manual] == ["snmp", "access"]
    assert "s3cr3t" not in found.model_dump_json()
    assert "10.9.0.0/24" in found.manual[1].reason


def test_a_divided_fortigate_is_left_to_a_person() -> None:
    text = f"config global\n{OLD['fortios']}end\n"
    found = rehomed("fortios", text)
    assert found.lines == ""
    assert {one.control for one in found.manual} == {"time", "log", "aaa"}
    assert any("VDOM" in one.reason for one in found.manual)
