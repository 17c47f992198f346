"""Secrets leave no configuration text that a person or a log sees."""

import pytest

from devices.service import comparable_configuration, comparable_diff, mask_secrets


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("username oper privilege 15 secret 9 $9$abc", "username oper privilege 15 secret 9 <secret>"),
        ("username oper secret sha512 $6$x$y", "username oper secret sha512 <secret>"),
        ("+ password 7 0822455D0A16", "+ password 7 <secret>"),
        ("enable secret 5 $1$mERr$", "enable secret 5 <secret>"),
        ("-no snmp-server community public RO", "-no snmp-server community <secret> RO"),
        ("snmp-server host 10.0.0.9 version 2c topsecret", "snmp-server host 10.0.0.9 version 2c <secret>"),
        ("tacacs-server key 7 0822455D", "tacacs-server key 7 <secret>"),
        (" key shared", " key <secret>"),
        ("ntp authentication-key 1 md5 hunter2 7", "ntp authentication-key 1 md5 <secret> 7"),
        ("ntp authentication-key 7 sha1 7 0870", "ntp authentication-key 7 sha1 7 <secret>"),
        (
            "ntp authentication-key 7 hmac-sha2-256 0870 7",
            "ntp authentication-key 7 hmac-sha2-256 <secret> 7",
        ),
        (
            "ntp authentication-key 7 sha1 ciphertext AQB trusted",
            "ntp authentication-key 7 sha1 ciphertext <secret> trusted",
        ),
        ("ntp trusted-key 7", "ntp trusted-key 7"),
        ("ntp server 10.0.0.1 prefer key 7", "ntp server 10.0.0.1 prefer key 7"),
        ("set system ntp server 10.0.0.1 key 7", "set system ntp server 10.0.0.1 key 7"),
        ('    encrypted-password "$6$a"; ## SECRET-DATA', "    encrypted-password <secret>; ## SECRET-DATA"),
        (
            "set system root-authentication encrypted-password $6$a",
            "set system root-authentication encrypted-password <secret>",
        ),
        (
            '      authentication-key "$9$0KBJ"; ## SECRET-DATA',
            "      authentication-key <secret>; ## SECRET-DATA",
        ),
        (
            "set snmp v3 usm local-engine user u privacy-key $9$x",
            "set snmp v3 usm local-engine user u privacy-key <secret>",
        ),
        (
            "snmp-server user admin network-admin auth md5 0xb5 priv 0xc7 localizedkey",
            "snmp-server user admin network-admin auth md5 <secret> priv <secret> localizedkey",
        ),
        (
            "snmp-server user admin network-admin auth md5 33293AB priv aes-128 367A4 localizedV2key",
            "snmp-server user admin network-admin auth md5 <secret> priv aes-128 <secret> localizedV2key",
        ),
        (
            "snmp-server user oper GRP v3 auth sha hunter1 priv aes 128 hunter2",
            "snmp-server user oper GRP v3 auth sha <secret> priv aes 128 <secret>",
        ),
        ("delete snmp community public", "delete snmp community <secret>"),
        ("+  community public {", "+  community <secret> {"),
        (
            'set system tacplus-server 10.0.0.1 secret "$9$x"',
            "set system tacplus-server 10.0.0.1 secret <secret>",
        ),
    ],
)
def test_a_secret_is_masked_and_its_line_stays_readable(line: str, masked: str) -> None:
    assert mask_secrets(line) == masked


@pytest.mark.parametrize(
    "line",
    [
        "service password-encryption",
        "aaa authentication login default group tacacs+ local",
        "snmp-server group ADMIN v3 priv",
        "set system services ssh root-login deny",
        "interface GigabitEthernet1/0/1",
        "key chain ROUTING",
        "+   authentication-order [ tacplus password ];",
        "set system authentication-order password tacplus",
    ],
)
def test_a_line_without_a_secret_is_left_alone(line: str) -> None:
    assert mask_secrets(line) == line


def test_configurations_compare_equal_over_lines_that_change_by_themselves() -> None:
    running = (
        "Building configuration...\n\nCurrent configuration : 99 bytes\n!\n"
        "! Last configuration change at 09:00:00 UTC by x\n!\nversion 15.2\nhostname a\n!\nend\n"
    )
    startup = "Using 99 out of 524288 bytes\n!\nversion 15.2\nhostname a\n!\nend"
    assert comparable_configuration("ios", running) == comparable_configuration("ios", startup)
    assert comparable_configuration("ios", running) == "version 15.2\nhostname a\n!\nend"


def test_a_line_more_is_seen() -> None:
    assert comparable_configuration("ios", "version 15.2\nend") != comparable_configuration(
        "ios", "version 15.2\nfile prompt quiet\nend"
    )


def test_diffs_compare_equal_over_the_names_of_files_and_sessions() -> None:
    one = "--- system:/running-config\n+++ session:/samdrift_1-session-config\n@@ -1,2 +1,3 @@\n+hostname b"
    assert comparable_diff("eos", one) == comparable_diff("eos", "+hostname b\n") == "+hostname b"
