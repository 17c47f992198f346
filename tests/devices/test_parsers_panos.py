"""PAN-OS configurations in both of their forms: the same facts, lines, outline and errors."""

from __future__ import annotations

import pytest

from devices.facts import ConfigLine
from devices.masking import mask_secrets
from devices.parsers import parse, read_outline
from devices.parsers.errors import MalformedText, TruncatedText, WrongPlatform
from devices.parsers.panos.tree import read_panos

XML = """\
<config version="11.1.0" urldb="paloaltonetworks">
  <mgt-config>
    <users>
      <entry name="admin">
        <phash>$5$abcdefgh$secretsecret</phash>
      </entry>
      <entry name="ops"/>
    </users>
  </mgt-config>
  <shared>
    <log-settings>
      <syslog>
        <entry name="centre">
          <server>
            <entry name="log1"><server>LOG1.example</server></entry>
            <entry name="log2"><server>10.0.0.2</server></entry>
          </server>
        </entry>
        <entry name="unused">
          <server><entry name="log3"><server>10.0.0.3</server></entry></server>
        </entry>
      </syslog>
      <system>
        <match-list>
          <entry name="all">
            <filter>(severity geq critical)</filter>
            <send-syslog><member>centre</member></send-syslog>
          </entry>
        </match-list>
      </system>
    </log-settings>
  </shared>
  <devices>
    <entry name="localhost.localdomain">
      <deviceconfig>
        <system>
          <hostname>fw-01</hostname>
          <login-banner>Kun for
autoriserede</login-banner>
          <service>
            <disable-telnet>no</disable-telnet>
            <disable-http>yes</disable-http>
          </service>
          <ssh>
            <mgmt><server-profile>strong</server-profile></mgmt>
            <profiles>
              <mgmt-profiles>
                <server-profiles>
                  <entry name="strong">
                    <ciphers>
                      <member>aes256-ctr</member>
                      <member>aes256-gcm</member>
                    </ciphers>
                  </entry>
                </server-profiles>
              </mgmt-profiles>
            </profiles>
          </ssh>
          <snmp-setting>
            <access-setting>
              <version><v2c><snmp-community-string>town</snmp-community-string></v2c></version>
            </access-setting>
          </snmp-setting>
          <ntp-servers>
            <primary-ntp-server><ntp-server-address>Time.example</ntp-server-address></primary-ntp-server>
          </ntp-servers>
        </system>
        <setting><management><idle-timeout>0</idle-timeout></management></setting>
      </deviceconfig>
      <network>
        <interface>
          <ethernet>
            <entry name="ethernet1/1">
              <layer3>
                <interface-management-profile>open</interface-management-profile>
                <ip><entry name="192.0.2.1/24"/></ip>
              </layer3>
              <comment>uplink &amp; more</comment>
            </entry>
            <entry name="ethernet1/2"><link-state>down</link-state></entry>
          </ethernet>
        </interface>
        <profiles>
          <interface-management-profile>
            <entry name="open"><https>yes</https><telnet>yes</telnet><ping>yes</ping></entry>
          </interface-management-profile>
        </profiles>
      </network>
      <vsys>
        <entry name="vsys1">
          <zone><entry name="untrust"/></zone>
        </entry>
      </vsys>
    </entry>
  </devices>
</config>
"""
SET = """\
set mgt-config users admin phash $5$abcdefgh$secretsecret
set mgt-config users ops
set shared log-settings syslog centre server log1 server LOG1.example
set shared log-settings syslog centre server log2 server 10.0.0.2
set shared log-settings syslog unused server log3 server 10.0.0.3
set shared log-settings system match-list all filter "(severity geq critical)"
set shared log-settings system match-list all send-syslog centre
set deviceconfig system hostname fw-01
set deviceconfig system login-banner "Kun for
autoriserede"
set deviceconfig system service disable-telnet no
set deviceconfig system service disable-http yes
set deviceconfig system ssh mgmt server-profile strong
set deviceconfig system ssh profiles mgmt-profiles server-profiles strong ciphers [ aes256-ctr aes256-gcm ]
set deviceconfig system snmp-setting access-setting version v2c snmp-community-string town
set deviceconfig system ntp-servers primary-ntp-server ntp-server-address Time.example
set deviceconfig setting management idle-timeout 0
set network interface ethernet ethernet1/1 layer3 interface-management-profile open
set network interface ethernet ethernet1/1 layer3 ip 192.0.2.1/24
set network interface ethernet ethernet1/1 comment "uplink & more"
set network interface ethernet ethernet1/2 link-state down
set network profiles interface-management-profile open https yes
set network profiles interface-management-profile open telnet yes
set network profiles interface-management-profile open ping yes
set zone untrust
"""
SYSTEM = (
    "<config version='11.1.0'>\n<devices><entry name='localhost.localdomain'>{}</entry></devices></config>"
)


@pytest.fixture(params=[XML, SET], ids=["xml", "set"])
def text(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_both_forms_say_the_same(text: str) -> None:
    found = parse("panos", text, device="fw-01")
    assert (found.platform, found.hostname) == ("panos", "fw-01")
    assert [user.name for user in found.local_users] == ["admin", "ops"]
    assert [(one.name, one.protocols) for one in found.remote_access] == [
        ("deviceconfig system service", ("telnet", "ssh", "https")),
        ("network interface ethernet1/1 interface-management-profile open", ("telnet", "https")),
    ]
    assert [(one.seconds, one.by_default) for one in found.idle_timeouts] == [(0, False)]
    assert found.ssh_server is not None
    assert [(one.kind, one.names) for one in found.ssh_server.algorithms] == [
        ("ciphers", ("aes256-ctr", "aes256-gcm")),
        ("macs", None),
        ("key-exchange", None),
    ]
    assert found.login_banner is not None
    assert found.login_banner.text == "Kun for\nautoriserede"
    assert [one.name.get_secret_value() for one in found.snmp_communities] == ["town"]
    assert [one.address for one in found.time_servers] == ["time.example"]
    assert [(one.address, one.withheld) for one in found.log_servers] == [
        ("log1.example", ("system", "config")),
        ("10.0.0.2", ("system", "config")),
    ]
    assert [(one.name, one.addresses, one.shut, one.bare, one.description) for one in found.ports] == [
        ("ethernet1/1", ("192.0.2.1/24",), False, False, "uplink & more"),
        ("ethernet1/2", (), True, True, None),
    ]


def test_both_forms_have_the_same_outline() -> None:
    xml, lines = (read_outline("panos", one, device="fw-01") for one in (XML, SET))
    assert {(one.section, one.text) for one in xml} == {(one.section, one.text) for one in lines}
    assert ("zone",) in {one.section for one in xml}


def test_every_fact_names_the_lines_that_say_it_with_secrets_masked() -> None:
    found = parse("panos", XML, device="fw-01")
    assert found.time_servers[0].lines == (
        ConfigLine(
            next(n for n, line in enumerate(XML.split("\n"), start=1) if "Time.example" in line),
            "<primary-ntp-server><ntp-server-address>Time.example</ntp-server-address></primary-ntp-server>",
        ),
    )
    assert "town" not in repr(found.snmp_communities)
    assert found.extent == (
        ConfigLine(1, '<config version="11.1.0" urldb="paloaltonetworks">'),
        ConfigLine(XML.count("\n"), "</config>"),
    )


def test_what_no_line_says_is_left_open_or_a_marked_default() -> None:
    found = parse(
        "panos", SYSTEM.format("<deviceconfig><system><hostname>x</hostname></system></deviceconfig>")
    )
    assert [(one.protocols, one.unstated) for one in found.remote_access] == [
        (("ssh", "https"), ("telnet", "http"))
    ]
    assert [(one.seconds, one.by_default) for one in found.idle_timeouts] == [(3600, True)]
    assert (found.login_banner, found.snmp, found.log_servers, found.ports) == (None, (), (), ())


def test_an_answer_of_the_api_is_read_as_what_it_holds() -> None:
    wrapped = f'<response status="success"><result>{XML}</result></response>'
    assert parse("panos", wrapped).hostname == "fw-01"


def test_several_virtual_systems_are_kept_apart() -> None:
    two = '<vsys><entry name="vsys1"><zone><entry name="a"/></zone></entry><entry name="vsys2"/></vsys>'
    root = read_panos(SYSTEM.format(two), device="fw-01")
    assert root.names("vsys", "vsys1", "zone") == ("a",)
    assert root.at("zone") is None
    one = read_panos(SYSTEM.format(two.replace('<entry name="vsys2"/>', "")), device="fw-01")
    assert one.names("zone") == ("a",)
    assert read_panos("set vsys vsys1 zone a\n", device="fw-01").names("zone") == ("a",)


def test_a_configuration_that_is_cut_off_is_an_error_wherever_it_is_cut() -> None:
    for cut in range(len("<config version="), len(XML.rstrip()), 101):
        with pytest.raises((TruncatedText, MalformedText)):
            parse("panos", XML[:cut])
    with pytest.raises(TruncatedText, match="line 9 never ends"):
        parse("panos", SET[: SET.index("autoriserede")])


@pytest.mark.parametrize(
    "broken",
    [
        SET.replace("set zone untrust", "interface Vlan1"),
        "set deviceconfig\nset\n",
        XML.replace("</zone>", "</zones>"),
        '<!DOCTYPE c [<!ENTITY a "b">]>\n' + XML.replace("fw-01", "&a;"),
        SYSTEM.replace("config", "konfig"),
        SYSTEM.format("<a>" * 90 + "</a>" * 90),
        f"set deviceconfig {' a' * 90}\n",
    ],
)
def test_a_text_that_is_none_of_a_configuration_is_an_error(broken: str) -> None:
    with pytest.raises((MalformedText, WrongPlatform)):
        parse("panos", broken)


def test_secrets_are_masked_in_every_form() -> None:
    key = "<private-key>-----BEGIN RSA PRIVATE KEY-----\nMIIEsecret\nMIIEmore\n-----END-----\n</private-key>"
    lines = (
        "-          phash $5$old$secretsecret;",
        "<authentication-key>secretsecret</authentication-key>",
        "set network ike gateway g authentication pre-shared-key key -AQ==abc+/=",
        "set shared log-settings snmptrap t version v2c server s community secretsecret",
        "              bind-password secretsecret;",
        'set shared certificate c private-key "-----BEGIN RSA PRIVATE KEY-----\nMIIEmore\n-----END-----"',
        '-      private-key "-----BEGIN RSA PRIVATE KEY-----\nMIIEmore\n-----END-----";',
    )
    text = "\n".join((XML, SET, key, *lines))
    masked = mask_secrets(text)
    for secret in ("secretsecret", "MIIE", "-AQ==", "string town", ">town<"):
        assert secret not in masked
    assert masked.count("\n") == text.count("\n")
    assert "<primary-ntp-server><ntp-server-address>Time.example" in masked
    assert mask_secrets("snmp-server community public RO\n") == "snmp-server community <secret> RO"
