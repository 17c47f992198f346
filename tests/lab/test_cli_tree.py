"""The tree behind Cisco-like command lines, on a small dialect of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.cli_dialect import Dialect, Mode
from lab.cli_grammar import CommandTable, Match, Refusal
from lab.cli_tree import ConfigTree, Editor
from lab.errors import LineRefused

TYPES = ("Loopback", "GigabitEthernet", "Vlan")
GLOBAL = CommandTable(
    """
hostname = WORD

interface IF -> interface ; sort

ip http server ; shown
ip domain lookup ; on
ip address A.B.C.D
snmp-server ; wipe
snmp-server host A.B.C.D ...
ntp server WORD = ...
ntp peer WORD = ...

banner {motd|login} = LINE ; banner

section WORD -> free
""",
    interface_types=TYPES,
)
INTERFACE = CommandTable(
    """
description = LINE
switchport mode = {access|trunk}
switchport access vlan = <1-4094> ; hide 1
exec-timeout = <0-100> ; negative exec-timeout 0
shutdown
"""
)
FREE = CommandTable("LINE")
DIALECT = Dialect(
    modes={
        "global": Mode("global", "config", GLOBAL),
        "interface": Mode("interface", "config-if", INTERFACE),
        "free": Mode("free", "config-free", FREE, closing="quit", free=True),
    }
)


def parsed(text: str) -> ConfigTree:
    tree, refused = ConfigTree.parse(DIALECT, text)
    assert refused == ()
    return tree


def refusal(line: str, *before: str) -> LineRefused:
    editor = Editor(ConfigTree(DIALECT))
    for entered in before:
        editor.apply(entered)
    with pytest.raises(LineRefused) as caught:
        editor.apply(line)
    return caught.value


def test_abbreviated_keywords_and_interfaces_are_written_out() -> None:
    tree = parsed("hostn sw1\nint gi1/0/2\n desc to the roof\n sw ac vl 20\nint vlan 7\n shut\n")
    assert tree.render() == (
        "hostname sw1\n!\ninterface GigabitEthernet1/0/2\n description to the roof\n"
        " switchport access vlan 20\n!\ninterface Vlan7\n shutdown\n!\n"
    )


def test_a_single_valued_command_replaces_its_older_line() -> None:
    tree = parsed(
        "hostname one\nhostname two\nntp server 10.0.0.1\nntp server 10.0.0.1 prefer\nntp server 10.0.0.2\n"
    )
    assert tree.render() == "hostname two\n!\nntp server 10.0.0.1 prefer\nntp server 10.0.0.2\n!\n"


def test_no_needs_no_more_than_the_identity_of_a_command() -> None:
    tree = parsed("ntp server 10.0.0.1 prefer\ninterface Vlan1\n description x\n")
    editor = Editor(tree)
    for line in ("no ntp server 10.0.0.1", "interface Vlan1", "no description"):
        editor.apply(line)
    assert tree.render() == "interface Vlan1\n!\n"


def test_no_removes_every_line_that_begins_with_the_words_of_a_repeated_command() -> None:
    tree = parsed("snmp-server host 10.0.0.1 version 2c x\nsnmp-server host 10.0.0.10 y\n")
    Editor(tree).apply("no snmp-server host 10.0.0.1")
    assert tree.render() == "snmp-server host 10.0.0.10 y\n!\n"


def test_a_wiping_command_exists_only_with_no() -> None:
    tree = parsed("snmp-server host 10.0.0.1\nsnmp-server host 10.0.0.2\nhostname a\n")
    Editor(tree).apply("no snmp-server")
    assert tree.render() == "hostname a\n!\n"
    assert (refusal("snmp-server").kind, refusal("snmp-server").column) == ("incomplete", 11)


def test_a_switch_that_is_on_by_default_shows_only_when_it_is_off() -> None:
    tree = parsed("ip domain lookup\n")
    assert tree.render() == ""
    editor = Editor(tree)
    editor.apply("no ip domain lookup")
    assert tree.render() == "no ip domain lookup\n!\n"
    editor.apply("default ip domain lookup")
    assert tree.render() == ""


def test_a_switch_that_is_always_shown_shows_both_ways() -> None:
    tree = parsed("ip http server\n")
    assert tree.render() == "ip http server\n!\n"
    Editor(tree).apply("no ip http server")
    assert tree.render() == "no ip http server\n!\n"


def test_a_default_value_is_not_rendered_unless_all_is_asked_for() -> None:
    tree = parsed("interface Vlan1\n switchport access vlan 9\n switchport access vlan 1\n")
    assert tree.render() == "interface Vlan1\n!\n"
    assert tree.render(defaults=True) == (
        "interface Vlan1\n switchport access vlan 1\n!\nip domain lookup\n!\n"
    )


def test_a_negative_that_means_a_value_stores_the_value() -> None:
    tree = parsed("interface Vlan1\n no exec-timeout\n")
    assert tree.render() == "interface Vlan1\n exec-timeout 0\n!\n"


def test_default_empties_a_section_and_no_removes_it() -> None:
    tree = parsed("interface Vlan1\n shutdown\ninterface Vlan2\n shutdown\n")
    editor = Editor(tree)
    editor.apply("default interface Vlan1")
    editor.apply("no interface vlan2")
    assert tree.render() == "interface Vlan1\n!\n"


def test_a_line_of_an_outer_mode_leaves_the_section() -> None:
    editor = Editor(ConfigTree(DIALECT))
    editor.apply("interface Vlan1")
    assert (editor.mode.prompt, editor.path) == ("config-if", ("interface Vlan1",))
    editor.apply("hostname a")
    assert (editor.mode.prompt, editor.path) == ("config", ())


def test_exit_leaves_one_mode_and_end_leaves_all() -> None:
    editor = Editor(ConfigTree(DIALECT))
    editor.apply("interface Vlan1")
    editor.apply("exit")
    assert (editor.path, editor.ended) == ((), False)
    editor.apply("interface Vlan1")
    editor.apply("end")
    assert (editor.path, editor.ended) == ((), True)


@pytest.mark.parametrize(
    ("lines", "kind", "column"),
    [
        (("hostxame a",), "invalid", 4),
        (("bogus",), "invalid", 1),
        (("hostname",), "incomplete", 8),
        (("ip address 10.0.0.999",), "invalid", 11),
        (("interface Bogus1",), "invalid", 10),
        (("ntp x",), "invalid", 4),
        (("s",), "ambiguous", 0),
        (("interface Vlan1", " switchport access vlan 5000"), "invalid", 24),
        (("interface Vlan1", " switchport mode trnk"), "invalid", 19),
        (("no bogus",), "invalid", 4),
        (("no interface",), "incomplete", 12),
    ],
)
def test_a_refusal_names_its_kind_and_the_first_wrong_column(
    lines: tuple[str, ...], kind: str, column: int
) -> None:
    found = refusal(lines[-1], *lines[:-1])
    assert (found.kind, found.column) == (kind, column)


def test_a_refused_line_changes_nothing() -> None:
    tree = parsed("hostname a\ninterface Vlan1\n shutdown\n")
    before = tree.render()
    editor = Editor(tree)
    for line in ("hostname", "interface Vlan1x", "ip address 1.2.3"):
        with pytest.raises(LineRefused):
            editor.apply(line)
    assert tree.render() == before


def test_the_refused_lines_of_a_text_are_numbered_and_the_rest_is_taken() -> None:
    tree, refused = ConfigTree.parse(
        DIALECT, "hostname a\nbogus\ninterface Vlan1\n wrong\n shutdown\nend\nbogus\n"
    )
    assert [(one.number, one.refusal.line) for one in refused] == [(2, "bogus"), (4, " wrong")]
    assert tree.render() == "hostname a\n!\ninterface Vlan1\n shutdown\n!\n"


@pytest.mark.parametrize(
    ("entered", "rendered"),
    [
        ("banner motd #one line#\n", "banner motd ^Cone line^C\n!\n"),
        ("banner motd ^C\ntwo\nlines\n^C\n", "banner motd ^C\ntwo\nlines\n^C\n!\n"),
        ("banner motd ^Cfirst\nlast^C\nhostname a\n", "hostname a\n!\nbanner motd ^Cfirst\nlast^C\n!\n"),
        ("banner motd ^C\n! not a comment\nend\n^C\n", "banner motd ^C\n! not a comment\nend\n^C\n!\n"),
    ],
)
def test_a_banner_is_kept_letter_by_letter(entered: str, rendered: str) -> None:
    assert parsed(entered).render() == rendered
    assert parsed(rendered).render() == rendered


def test_a_text_with_a_known_end_is_a_banner_too() -> None:
    tree = ConfigTree(DIALECT)
    Editor(tree).set_banner("banner login", "\nkeep out\n")
    assert tree.render() == "banner login ^C\nkeep out\n^C\n!\n"
    with pytest.raises(LineRefused):
        Editor(tree).set_banner("hostname", "x")


def test_a_free_section_takes_what_is_indented_and_gives_way_to_what_is_not() -> None:
    tree = parsed("section a\n hostname inside\n anything at all\nhostname outside\n")
    assert tree.render() == "hostname outside\n!\nsection a\n hostname inside\n anything at all\nquit\n!\n"


def test_interfaces_are_sorted_by_number_not_by_letter() -> None:
    tree = parsed("interface Vlan10\ninterface Vlan9\n")
    assert tree.find("interface Vlan9")[0].identity == ("interface", "Vlan9")
    assert tree.render() == "interface Vlan9\n!\ninterface Vlan10\n!\n"


def test_a_copy_shares_nothing_with_its_original() -> None:
    tree = parsed("interface Vlan1\n shutdown\n")
    copy = tree.copy()
    Editor(copy).apply_text("interface Vlan1\nno shutdown\nhostname x\n")
    assert tree.render() == "interface Vlan1\n shutdown\n!\n"
    assert copy.render() == "hostname x\n!\ninterface Vlan1\n!\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("show version", ("show", "version")),
        ("sh ver", ("show", "version")),
        ("s v", ("show", "version")),
        ("show vlan", ("show", "vlan")),
        ("show", Refusal("incomplete", 4)),
        ("show vl 5", Refusal("invalid", 8)),
        ("show ve x", Refusal("invalid", 8)),
        ("show v", Refusal("ambiguous", 5)),
        ("", Refusal("incomplete", 0)),
    ],
)
def test_a_table_matches_or_says_why_not(line: str, expected: tuple[str, ...] | Refusal) -> None:
    table = CommandTable("show version\nshow vlan\n" if line != "s v" else "show version\n")
    found = table.match(line)
    assert (found.words if isinstance(found, Match) else found) == expected


@pytest.mark.parametrize(
    ("pattern", "accepted", "refused"),
    [
        ("a {b|c} [d [e]] f", ("a b f", "a c d f", "a b d e f"), ("a f", "a b e f", "a b d")),
        ("p A.B.C.D/L", ("p 10.0.0.0/8",), ("p 10.0.0.0", "p 10.0.0.0/33", "p 10.0.0/8")),
        ("v VLANS", ("v 1,5-7",), ("v 0", "v 1-4095", "v a", "v 1,,2")),
        ("n <5-10>", ("n 5", "n 10"), ("n 4", "n 11", "n -5", "n x")),
        ("r ...", ("r", "r anything at all"), ("x",)),
        ("l LINE", ("l anything at all",), ("l",)),
    ],
)
def test_pattern_elements_take_what_they_stand_for(
    pattern: str, accepted: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    table = CommandTable(pattern)
    assert [isinstance(table.match(line), Match) for line in accepted] == [True] * len(accepted)
    assert [isinstance(table.match(line), Refusal) for line in refused] == [True] * len(refused)


def test_an_open_bracket_in_a_table_is_an_error_of_the_table() -> None:
    with pytest.raises(ValueError, match="a bracket is not closed"):
        CommandTable("show [version")


INDEPENDENT = (
    "hostname sw1\n",
    "no ip http server\n",
    "no ip domain lookup\n",
    "ntp server 10.0.0.1\n",
    "ntp peer 10.0.0.2\n",
    "banner login ^C\nkeep out\n^C\n",
    "interface Vlan1\n shutdown\n description x\nexit\n",
    "interface Vlan20\n description y\nexit\n",
    "interface GigabitEthernet1\n switchport mode trunk\nexit\n",
    "section a\n free text\nquit\n",
)


@given(st.permutations(INDEPENDENT))
def test_the_same_lines_in_any_order_give_the_same_text(lines: list[str]) -> None:
    assert parsed("".join(lines)).render() == parsed("".join(INDEPENDENT)).render()


@given(st.lists(st.sampled_from(INDEPENDENT)))
def test_what_was_rendered_reads_back_as_the_same(lines: list[str]) -> None:
    tree = parsed("".join(lines))
    assert parsed(tree.render()).render() == tree.render()
