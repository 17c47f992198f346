"""The statement tree of the Junos twin: reading, writing, editing and comparing configurations."""

from pathlib import Path

import pytest

from lab.junos.curly import load_blocks, load_set_line, parse_curly, read_configuration
from lab.junos.difference import compare
from lab.junos.errors import ConfigurationRefused, SchemaError
from lab.junos.management import management_reachable
from lab.junos.render import render_curly, render_set
from lab.junos.schema import parse_schema
from lab.junos.srx_schema import srx_schema
from lab.junos.statements import Statement
from lab.junos.xml_form import to_blocks, to_xml

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora"
RECORDED = (
    sorted((CORPUS / "lab-validation" / "junos").rglob("running-config.txt")) if CORPUS.is_dir() else []
)
SRX300 = CORPUS / "oxidized" / "junos#srx300_22.4_wo_cluster#output.txt"
RECORDED_COUNT = 35

BASE = """\
system {
    host-name fw1;
    root-authentication {
        encrypted-password "$6$salt$hash"; ## SECRET-DATA
    }
    services {
        ssh;
        telnet;
        netconf {
            ssh;
        }
    }
    ntp {
        server 192.0.2.1 prefer;
    }
}
interfaces {
    fxp0 {
        unit 0 {
            family inet {
                address 192.0.2.10/24;
            }
        }
    }
}
vlans {
    blue {
        vlan-id 7;
    }
}
"""


def tree(text: str = BASE) -> Statement:
    return read_configuration(text, srx_schema())


def edited(*lines: str, text: str = BASE) -> Statement:
    root = tree(text)
    for line in lines:
        load_set_line(root, line)
    return root


def test_curly_text_comes_back_as_it_was_written() -> None:
    assert render_curly(tree()) == BASE


def test_set_form_and_curly_form_are_the_same_tree() -> None:
    assert render_curly(tree(render_set(tree()))) == BASE


def test_difference_is_written_as_the_device_writes_it() -> None:
    after = edited(
        "delete system services telnet",
        'set system login message "Authorised use only"',
        "set system host-name fw2",
        "set system ntp server 192.0.2.1 key 4",
        "deactivate interfaces fxp0 unit 0 family inet",
        "set vlans red vlan-id 8",
    )
    assert compare(tree(), after) == (
        "[edit system]\n"
        "-   host-name fw1;\n"
        "+   host-name fw2;\n"
        "+   login {\n"
        '+       message "Authorised use only";\n'
        "+   }\n"
        "[edit system services]\n"
        "-   telnet;\n"
        "[edit system ntp]\n"
        "-   server 192.0.2.1 prefer;\n"
        "+   server 192.0.2.1 key 4 prefer;\n"
        "[edit interfaces fxp0 unit 0]\n"
        "!   inactive: family inet { ... }\n"
        "[edit vlans]\n"
        "+   red {\n"
        "+       vlan-id 8;\n"
        "+   }\n"
    )


def test_equal_configurations_have_no_difference() -> None:
    assert compare(tree(), tree()) == ""


def test_a_new_statement_takes_its_place_in_the_device_order() -> None:
    after = edited("set system domain-name example.dk")
    assert render_curly(after).splitlines()[:3] == [
        "system {",
        "    host-name fw1;",
        "    domain-name example.dk;",
    ]


def test_a_single_value_is_replaced_and_a_list_grows() -> None:
    after = edited(
        "set vlans blue vlan-id 9",
        "set system services ssh ciphers aes256-ctr",
        "set system services ssh ciphers [ aes192-ctr aes256-ctr ]",
    )
    assert render_set(after).splitlines() == [
        "set system host-name fw1",
        'set system root-authentication encrypted-password "$6$salt$hash"',
        "set system services ssh ciphers aes256-ctr",
        "set system services ssh ciphers aes192-ctr",
        "set system services telnet",
        "set system services netconf ssh",
        "set system ntp server 192.0.2.1 prefer",
        "set interfaces fxp0 unit 0 family inet address 192.0.2.10/24",
        "set vlans blue vlan-id 9",
    ]


def test_deleting_the_last_statement_takes_its_empty_containers_along() -> None:
    assert "ntp" not in render_curly(edited("delete system ntp server 192.0.2.1"))


def test_deleting_a_keyword_without_key_deletes_every_entry() -> None:
    after = edited(
        "set snmp community a authorization read-only", "set snmp community b", "delete snmp community"
    )
    assert render_curly(after) == BASE


def test_deactivated_statements_come_back_by_activation() -> None:
    after = edited("deactivate vlans blue")
    assert "    inactive: blue {\n" in render_curly(after)
    assert render_set(after).endswith("deactivate vlans blue\n")
    assert render_curly(tree(render_curly(after))) == render_curly(after)
    load_set_line(after, "activate vlans blue")
    assert render_curly(after) == BASE


def test_entries_can_be_renamed_and_moved() -> None:
    after = edited("set vlans red vlan-id 8", "insert vlans red before blue", "rename vlans blue to green")
    assert render_set(after).splitlines()[-2:] == ["set vlans red vlan-id 8", "set vlans green vlan-id 7"]


def test_a_moved_entry_shows_in_the_difference() -> None:
    before = edited("set vlans red vlan-id 8", "set vlans green vlan-id 9")
    after = before.copy()
    load_set_line(after, "insert vlans green before blue")
    assert compare(before, after) == "[edit vlans]\n!   green { ... }\n"


@pytest.mark.parametrize(
    ("line", "message", "bad_element"),
    [
        ("set system servces telnet", "syntax error", "servces"),
        ("set protcols lldp interface all", "syntax error", "protcols"),
        ("set system services ssh root-login maybe", "syntax error", "maybe"),
        ("set system login idle-timeout soon", "Invalid numeric value: 'soon'", "soon"),
        ("set system host-name", "syntax error, expecting <value>", "host-name"),
        ("set system services ssh ciphers [ a", "syntax error", "["),
        ("install system", "unknown command", "install"),
        ("insert vlans blue before nowhere", "statement not found", "nowhere"),
        ("rename vlans blue green", "syntax error", "rename"),
    ],
)
def test_what_the_device_does_not_know_is_refused(line: str, message: str, bad_element: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        edited(line)
    assert (refused.value.message, refused.value.bad_element, refused.value.warning) == (
        message,
        bad_element,
        False,
    )


@pytest.mark.parametrize(
    "line", ["delete system services ftp", "deactivate vlans red", "set system radius-options"]
)
def test_what_has_no_effect_is_warned_about_and_changes_nothing(line: str) -> None:
    root = tree()
    with pytest.raises(ConfigurationRefused) as refused:
        load_set_line(root, line)
    assert refused.value.warning
    assert render_curly(root) == BASE


def test_replace_tag_takes_the_old_statement_out_first() -> None:
    merged, replaced = tree(), tree()
    blocks = parse_curly("system { replace: services { ssh; } }")
    load_blocks(merged, blocks)
    load_blocks(replaced, blocks, replacing=True)
    assert render_curly(merged) == BASE
    assert (
        compare(tree(), replaced)
        == "[edit system services]\n-   telnet;\n-   netconf {\n-       ssh;\n-   }\n"
    )


def test_delete_tag_deletes() -> None:
    root = tree()
    load_blocks(root, parse_curly("vlans { delete: blue; }"))
    assert (
        compare(tree(), root)
        == "[edit]\n-   vlans {\n-       blue {\n-           vlan-id 7;\n-       }\n-   }\n"
    )


@pytest.mark.parametrize(
    "text", ["system {", "system }", "system { host-name x }", "system { ; }", 'system "']
)
def test_unbalanced_text_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationRefused):
        parse_curly(text)


def test_xml_form_reads_back_as_the_same_tree() -> None:
    root = edited(
        "set system name-server 192.0.2.53",
        "set snmp community x clients 192.0.2.0/24",
        "set security zones security-zone t interfaces ge-0/0/1.0 host-inbound-traffic system-services ssh",
        "set security policies from-zone trust to-zone trust policy p then permit",
        "deactivate vlans blue",
    )
    again = Statement(srx_schema(), ("configuration",))
    load_blocks(again, to_blocks(srx_schema(), to_xml(root)), ordered=False)
    assert render_set(again) == render_set(root)


@pytest.mark.parametrize(
    ("lines", "reachable"),
    [
        ((), True),
        (("set interfaces fxp0 disable",), False),
        (("set interfaces fxp0 unit 0 disable",), False),
        (("deactivate interfaces fxp0",), False),
        (("delete interfaces fxp0 unit 0 family inet address 192.0.2.10/24",), False),
        (("set interfaces fxp0 unit 0 family inet address 192.0.2.11/24",), True),
        (("delete system services netconf",), False),
        (("deactivate interfaces fxp0", "set groups g interfaces fxp0 unit 0", "set apply-groups g"), False),
        (
            (
                "delete interfaces fxp0",
                "set groups g interfaces fxp0 unit 0 family inet address 192.0.2.10/24",
                "set apply-groups g",
            ),
            True,
        ),
    ],
)
def test_management_is_reachable_as_the_configuration_says(
    lines: tuple[str, ...], *, reachable: bool
) -> None:
    assert management_reachable(edited(*lines), "fxp0") is reachable


@pytest.mark.parametrize(
    ("lines", "reachable"),
    [
        ((), False),
        (("set security zones security-zone trust interfaces ge-0/0/0.0",), False),
        (
            (
                "set security zones security-zone trust interfaces ge-0/0/0.0",
                "set security zones security-zone trust host-inbound-traffic system-services ssh",
            ),
            True,
        ),
        (
            (
                "set security zones security-zone trust host-inbound-traffic system-services all",
                "set security zones security-zone trust interfaces ge-0/0/0.0",
                "deactivate security zones security-zone trust interfaces ge-0/0/0.0",
            ),
            False,
        ),
    ],
)
def test_a_security_zone_must_admit_in_band_management(lines: tuple[str, ...], *, reachable: bool) -> None:
    port = "set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.20/24"
    other = "set security zones security-zone other tcp-rst"
    assert management_reachable(edited(port, other, *lines), "ge-0/0/0") is reachable


@pytest.mark.parametrize("text", ["a ? nonsense", " a", "a\n    b", "a &nowhere"])
def test_a_malformed_schema_is_refused(text: str) -> None:
    with pytest.raises(SchemaError):
        parse_schema(text, {})


@pytest.mark.corpora
@pytest.mark.skipif(not RECORDED, reason="../shared/corpora is absent")
def test_every_recorded_configuration_loads_and_comes_back_the_same() -> None:
    seen = 0
    for path in RECORDED:
        recorded = path.read_text()
        # Lines of the recording session that are no configuration: blank ones and the routing engine's role.
        wanted = [line for line in recorded.splitlines() if line.strip() and not line.startswith("{")]
        root = tree(recorded)
        assert render_set(root).splitlines() == wanted, path
        assert render_set(tree(render_curly(root))).splitlines() == wanted, path
        seen += 1
    assert seen == RECORDED_COUNT


@pytest.mark.corpora
@pytest.mark.skipif(not RECORDED, reason="../shared/corpora is absent")
def test_a_recorded_srx300_comes_back_as_the_same_text() -> None:
    lines = [line for line in SRX300.read_text().splitlines() if not line.startswith("#")]
    assert render_curly(tree("\n".join(lines))).splitlines() == lines
