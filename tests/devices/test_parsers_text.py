"""Texts that are no configuration or are damaged: a typed error, never a crash and never facts."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.facts import DeviceFacts, interface_key
from devices.parsers import PARSERS, decode_text, parse
from devices.parsers.errors import (
    BinaryText,
    ConfigurationTextError,
    EmptyText,
    MalformedText,
    TerminalCapture,
    TruncatedText,
    WrongPlatform,
)
from devices.vlans import change_vlans, join_vlans, read_vlans, subtract_vlans, write_vlans

IOS = (
    "version 17.9\nhostname town\ninterface Vlan1\n no ip address\nline vty 0 4\n transport input ssh\nend\n"
)
EOS = "! device: town (DCS, EOS-4.31.2F)\nhostname town\nmanagement ssh\n   idle-timeout 5\nend\n"
JUNOS = "version 22.4R3;\nsystem {\n    host-name town;\n}\n"
FORTIOS = (
    "#config-version=FGT61F-7.4.7-FW-build2731-250120:opmode=1:vdom=0:user=x\n"
    'config system global\n    set hostname "town"\nend\n'
)
AOSCX = "!Version ArubaOS-CX PL.10.13.1000\nhostname town\nvlan 1,10\nssh server vrf mgmt\n"
NXOS = "version 10.3(9) Bios:version\nhostname town\nfeature lldp\nline console\nline vty\n"
PANOS = (
    '<config version="11.1.0" urldb="paloaltonetworks">\n<devices><entry name="localhost.localdomain">'
    "<deviceconfig><system><hostname>town</hostname></system></deviceconfig></entry></devices>\n</config>\n"
)
TEXTS = {
    "ios": IOS,
    "eos": EOS,
    "junos": JUNOS,
    "fortios": FORTIOS,
    "aoscx": AOSCX,
    "nxos": NXOS,
    "panos": PANOS,
    "linux": (Path(__file__).parent / "configurations" / "linux.cfg").read_text(encoding="utf-8"),
}
COMPLIANT = Path(__file__).parents[1] / "compliance" / "configurations"


@pytest.mark.parametrize("platform", PARSERS)
@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_empty_text_is_an_error(platform: str, text: str) -> None:
    with pytest.raises(EmptyText):
        parse(platform, text)


@pytest.mark.parametrize("platform", PARSERS)
def test_binary_text_is_an_error_that_names_the_line(platform: str) -> None:
    lines = TEXTS[platform].split("\n")
    lines[1] += "\x00"
    with pytest.raises(BinaryText, match="line 2 "):
        parse(platform, "\n".join(lines))


@pytest.mark.parametrize("platform", PARSERS)
@pytest.mark.parametrize("other", PARSERS)
def test_other_platform_is_detected(platform: str, other: str) -> None:
    if platform == other:
        assert parse(platform, TEXTS[platform]).hostname == "town"
        return
    with pytest.raises(ConfigurationTextError):
        parse(platform, TEXTS[other])
    compliant = COMPLIANT / f"compliant_{other}.cfg"
    driven = Path(__file__).parent / "configurations" / f"{other}.cfg"
    text = (compliant if compliant.exists() else driven).read_text(encoding="utf-8")
    with pytest.raises(WrongPlatform, match=f"of {other}, not of {platform}"):
        parse(platform, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nxos", "!Command: show running-config\nversion 9.3(5)\nhostname x\nfeature lldp\nline vty\n"),
        ("fortios", "#config-version=FGT-7.4\nconfig system global\nend\n"),
        ("aoscx", "!Version ArubaOS-CX PL.10.13\nhostname x\nend\n"),
    ],
)
@pytest.mark.parametrize("platform", PARSERS)
def test_platform_that_is_not_judged_yet_is_told_by_its_name(platform: str, name: str, text: str) -> None:
    if platform == name:
        assert isinstance(parse(platform, text), DeviceFacts)
        return
    with pytest.raises(WrongPlatform, match=f"of {name}, not of {platform}"):
        parse(platform, text)


@pytest.mark.parametrize(
    "text",
    [
        IOS.replace("hostname", " --More-- \nhostname"),
        IOS.replace("hostname", "\x1b[7m--More--\x1b[27m\nhostname"),
        f"town#show running-config\n{IOS}",
        IOS.replace("end\n", "town#\nend\n"),
    ],
)
def test_pager_prompt_or_escape_code_is_an_error(text: str) -> None:
    with pytest.raises(TerminalCapture):
        parse("ios", text)


def test_prompt_of_junos_is_an_error() -> None:
    with pytest.raises(TerminalCapture, match="line 1 "):
        parse("junos", f"admin@town> show configuration\n{JUNOS}")


@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
def test_configuration_cut_off_in_the_middle_is_an_error(platform: str) -> None:
    text = (COMPLIANT / f"compliant_{platform}.cfg").read_text(encoding="utf-8")
    whole = parse(platform, text)

    for cut in range(1, len(text) - len("\nend\n"), 97):
        try:
            facts = parse(platform, text[:cut])
        except ConfigurationTextError:
            continue
        # Between two blocks of Junos a cut cannot be seen; what is there is read and no more.
        assert platform == "junos"
        assert facts.extent[-1].number < whole.extent[-1].number


def test_banner_without_an_end_is_an_error() -> None:
    with pytest.raises(TruncatedText, match="line 3 "):
        parse("ios", "version 17.9\nhostname town\nbanner login ^C\nKun for os\nend\n")
    with pytest.raises(TruncatedText, match="line 3 "):
        parse("eos", "! device: t (EOS-4.31)\nhostname town\nbanner login\nKun for os\nend\n")


def test_text_after_the_end_is_an_error() -> None:
    with pytest.raises(MalformedText, match="line 8 follows the end of the configuration in line 7"):
        parse("ios", f"{IOS}hostname other\n")


@pytest.mark.parametrize(
    "text",
    ["a b c\nend\n", "Kære kollega,\nher er opsætningen.\nVenlig hilsen\nend\n", "<html>\n<body>\nend\n"],
)
@pytest.mark.parametrize("platform", ["ios", "eos"])
def test_prose_is_no_configuration(platform: str, text: str) -> None:
    with pytest.raises(MalformedText):
        parse(platform, text)


@pytest.mark.parametrize(
    "text",
    [
        "a { b; }\n",
        "system { host-name x; } }\n",
        "system { host-name\n} x;\n",
        "set system host-name x\nfoo bar\n",
        "deactivate system\n",
    ],
)
def test_statement_that_is_none_is_an_error(text: str) -> None:
    with pytest.raises(MalformedText):
        parse("junos", text)


@pytest.mark.parametrize(
    "text",
    [
        'system {\n    host-name "town;\n}\n',
        "system {\n    host-name town\n",
        "system {\n    /* host-name\n}\n",
        'set system host-name "town\n',
    ],
)
def test_unclosed_statement_quotation_or_comment_is_an_error(text: str) -> None:
    with pytest.raises(TruncatedText):
        parse("junos", text)


def test_secret_never_reaches_the_text_of_a_fact() -> None:
    text = IOS.replace(
        "interface Vlan1",
        "username a secret 9 $9$hemmelig\nsnmp-server community hemmelig RO\n"
        "tacacs server A\n address ipv4 10.0.0.1\n key 7 hemmelig\ninterface Vlan1",
    )
    facts = parse("ios", text)

    assert facts.snmp_communities[0].name.get_secret_value() == "hemmelig"
    assert "hemmelig" not in repr(facts)
    assert "hemmelig" not in repr(facts)


def test_hundred_thousand_lines_are_read() -> None:
    more = "".join(
        f"access-list 10 permit 10.{n // 65536}.{n // 256 % 256}.{n % 256}\n" for n in range(100_000)
    )
    assert parse("ios", IOS.replace("interface Vlan1", f"{more}interface Vlan1")).hostname == "town"


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=300), platform=st.sampled_from(sorted(PARSERS)), at=st.integers(0, 100))
def test_any_text_gives_facts_or_a_typed_error(text: str, platform: str, at: int) -> None:
    whole = TEXTS[platform]
    for damaged in (text, whole[: at % len(whole)] + text + whole[at % len(whole) :]):
        try:
            assert isinstance(parse(platform, damaged), DeviceFacts)
        except ConfigurationTextError:
            continue


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_text_or_a_typed_error(data: bytes) -> None:
    try:
        assert isinstance(decode_text(data, device="file"), str)
    except ConfigurationTextError:
        return


RANGES = st.lists(
    st.tuples(st.integers(1, 4094), st.integers(0, 60)).map(lambda one: (one[0], min(one[0] + one[1], 4094))),
    max_size=8,
).map(tuple)


def numbers(ranges: tuple[tuple[int, int], ...]) -> set[int]:
    return {number for first, last in ranges for number in range(first, last + 1)}


@given(first=RANGES, second=RANGES)
def test_sets_of_vlans_behave_as_sets(
    first: tuple[tuple[int, int], ...], second: tuple[tuple[int, int], ...]
) -> None:
    joined = join_vlans(first)
    assert numbers(joined) == numbers(first)
    assert numbers(subtract_vlans(joined, second)) == numbers(first) - numbers(second)
    if joined:
        assert read_vlans(write_vlans(joined)) == joined


@pytest.mark.parametrize(
    ("current", "words", "expected"),
    [
        (None, "10,20-22", ((10, 10), (20, 22))),
        (((10, 10),), "add 11-12", ((10, 12),)),
        (((10, 20),), "remove 12", ((10, 11), (13, 20))),
        (None, "except 999", ((1, 998), (1000, 4094))),
        (None, "remove 1", ((2, 4094),)),
        (((10, 10),), "all", None),
        (((10, 10),), "none", ()),
        (None, "add 5", None),
    ],
)
def test_allowed_vlans_follow_each_line(
    current: tuple[tuple[int, int], ...] | None, words: str, expected: tuple[tuple[int, int], ...] | None
) -> None:
    assert change_vlans(current, tuple(words.split())) == expected


@pytest.mark.parametrize("text", ["", "0", "4095", "20-10", "a", "10,,20", "1-2-3"])
def test_list_that_names_no_vlans_is_refused(text: str) -> None:
    assert read_vlans(text) is None


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Gi1/0/1", "GigabitEthernet1/0/1"),
        ("Te1/1/1", "TenGigabitEthernet1/1/1"),
        ("Twe1/0/1", "TwentyFiveGigE1/0/1"),
        ("Et48", "Ethernet48"),
        ("po1", "Port-channel1"),
        ("GigabitEthernet 1/0/1", "gigabitethernet1/0/1"),
        ("ge-0/0/1", "ge-0/0/1"),
    ],
)
def test_two_spellings_of_an_interface_are_one(short: str, full: str) -> None:
    assert interface_key(short) == interface_key(full)


def test_different_interfaces_stay_different() -> None:
    names = ("Gi1/0/1", "Gi1/0/11", "Te1/0/1", "Ethernet1", "ge-0/0/1", "xe-0/0/1", "Vlan1", "Po1", "Fa1/0/1")
    assert len({interface_key(name) for name in names}) == len(names)
