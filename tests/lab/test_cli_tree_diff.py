"""The two differences that a Cisco-like device computes."""

from lab.cli_diff import contextual, incremental
from lab.cli_tree import ConfigTree
from lab.ios.dialect import BOOT_DIALECT

RUNNING = """version 17.9
hostname sw1
interface GigabitEthernet1/0/1
 description old
 switchport mode access
interface GigabitEthernet1/0/2
 shutdown
banner login ^C
keep out
^C
line vty 0 4
 transport input telnet ssh
line vty 5 15
 transport input ssh
end
"""


def tree(text: str = RUNNING) -> ConfigTree:
    parsed, refused = ConfigTree.parse(BOOT_DIALECT, text)
    assert refused == ()
    return parsed


def test_lines_that_are_held_are_not_listed() -> None:
    assert incremental(tree(), RUNNING) == ()


def test_a_new_line_is_listed_below_its_section() -> None:
    text = "int gi1/0/1\n desc new\n switchport mode access\nint gi1/0/2\n shutdown\n"
    assert incremental(tree(), text) == ("interface GigabitEthernet1/0/1", " description new")


def test_a_negated_line_is_listed_although_it_might_change_nothing() -> None:
    assert incremental(tree(), "no ip http server\n") == ("no ip http server",)


def test_a_section_that_is_new_is_listed_even_when_it_is_empty() -> None:
    assert incremental(tree(), "vlan 10\nexit\ninterface Vlan10\n no shutdown\n") == (
        "vlan 10",
        "interface Vlan10",
        " no shutdown",
    )


def test_a_range_is_listed_as_it_was_entered_where_one_of_its_lines_lacks_the_change() -> None:
    assert incremental(tree(), "line vty 0 15\n transport input ssh\n") == (
        "line vty 0 15",
        " transport input ssh",
    )


def test_a_changed_banner_is_listed_whole_and_an_equal_one_is_not() -> None:
    assert incremental(tree(), "banner login ^C\nkeep out\n^C\n") == ()
    assert incremental(tree(), "banner login ^C\ngo away\n^C\n") == ("banner login ^C", "go away", "^C")


def test_nothing_after_end_is_looked_at() -> None:
    assert incremental(tree(), "hostname sw1\nend\nhostname sw2\n") == ()


def test_a_line_that_would_be_refused_is_listed_and_nothing_is_changed() -> None:
    running = tree()
    before = running.render()
    assert incremental(running, "bogus line\nhostname sw2\n") == ("bogus line", "hostname sw2")
    assert running.render() == before


def test_the_contextual_difference_leads_from_one_configuration_to_the_other() -> None:
    after = tree(
        RUNNING.replace(" description old\n", " description new\n")
        .replace("hostname sw1\n", "hostname sw2\n")
        .replace(
            "interface GigabitEthernet1/0/2\n shutdown\n", "interface Vlan5\n ip address 10.0.0.1 255.0.0.0\n"
        )
        .replace("keep out", "go away")
    )
    assert contextual(tree(), after) == (
        "-hostname sw1",
        "interface GigabitEthernet1/0/1",
        "- description old",
        "+ description new",
        "-interface GigabitEthernet1/0/2",
        "- shutdown",
        "-banner login ^C",
        "-keep out",
        "-^C",
        "+hostname sw2",
        "+interface Vlan5",
        "+ ip address 10.0.0.1 255.0.0.0",
        "+banner login ^C",
        "+go away",
        "+^C",
    )


def test_equal_configurations_have_no_contextual_difference() -> None:
    assert contextual(tree(), tree()) == ()
