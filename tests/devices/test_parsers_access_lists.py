"""Access lists of every language that has them, read entry by entry."""

from ipaddress import ip_network

import pytest

from devices.facts import AccessList, AccessListEntry
from devices.parsers import parse
from tests.compliance.frames import framed


def lists(platform: str, text: str) -> tuple[AccessList, ...]:
    return parse(platform, framed(platform, text)).access_lists


def told(entry: AccessListEntry) -> tuple[str, tuple[str, ...], str | None, object, bool]:
    return entry.action, tuple(str(one) for one in entry.sources), entry.protocol, entry.ports, entry.logs


def test_standard_lists_of_ios_are_read_numbered_and_named() -> None:
    numbered, named = sorted(
        lists(
            "ios",
            "access-list 10 remark permit any\naccess-list 10 permit 10.0.20.0 0.0.0.255\n"
            "access-list 10 deny   any log\n!\nip access-list standard M\n 10 permit host 10.0.30.7\n"
            " 20 permit 10.0.30.8\n 30 deny any\n",
        ),
        key=lambda one: one.name,
    )
    assert (numbered.name, numbered.family) == ("10", "ipv4")
    assert [told(one) for one in numbered.entries] == [
        ("permit", ("10.0.20.0/24",), None, None, False),
        ("deny", ("0.0.0.0/0",), None, None, True),
    ]
    assert numbered.entries[1].from_anywhere
    assert [told(one) for one in named.entries] == [
        ("permit", ("10.0.30.7/32",), None, None, False),
        ("permit", ("10.0.30.8/32",), None, None, False),
        ("deny", ("0.0.0.0/0",), None, None, False),
    ]


def test_extended_entry_tells_protocol_ports_and_what_else_narrows_it() -> None:
    (found,) = lists(
        "ios",
        "ip access-list extended M\n permit tcp 10.0.0.0 0.255.255.255 host 10.9.9.9 eq 22 www log-input\n"
        " permit udp any eq ntp any\n permit tcp any any established\n permit tcp any any range 20 30\n"
        " deny ip any any log\n",
    )
    assert [told(one) for one in found.entries] == [
        ("permit", ("10.0.0.0/8",), "tcp", ((22, 22), (80, 80)), True),
        ("permit", ("0.0.0.0/0",), "udp", None, False),
        ("permit", ("0.0.0.0/0",), "tcp", None, False),
        ("permit", ("0.0.0.0/0",), "tcp", ((20, 30),), False),
        ("deny", ("0.0.0.0/0",), None, None, True),
    ]
    assert [one.limited for one in found.entries] == [True, True, True, False, False]
    assert [one.may_match(("tcp", 22)) for one in found.entries] == [True, False, False, True, True]


def test_entries_stand_in_the_order_of_their_numbers_and_taken_back_ones_do_not() -> None:
    (found,) = lists(
        "ios",
        "ip access-list extended M\n 30 deny ip any any log\n 10 permit ip 10.0.20.0 0.0.0.255 any\n"
        " 20 permit ip any any\n no 20\n",
    )
    assert [one.action for one in found.entries] == ["permit", "deny"]


def test_groups_of_addresses_hold_what_their_groups_hold() -> None:
    (found,) = lists(
        "ios",
        "object-group network INNER\n host 10.0.30.7\n range 10.0.40.1 10.0.40.9\n!\n"
        "object-group network OUTER\n 10.0.20.0 255.255.255.0\n group-object INNER\n group-object OUTER\n!\n"
        "ip access-list extended M\n permit tcp object-group OUTER any eq 22\n",
    )
    (entry,) = found.entries
    assert entry.sources == (ip_network("10.0.20.0/24"), ip_network("10.0.30.7/32"))
    assert entry.unresolved == ("range 10.0.40.1 10.0.40.9", "OUTER")


def test_wildcard_with_holes_is_no_network() -> None:
    (found,) = lists("ios", "ip access-list standard M\n permit 10.0.0.1 0.0.255.0\n")
    assert (found.entries[0].sources, found.entries[0].unresolved) == ((), ("10.0.0.1/holes 0.0.255.0",))


def test_list_without_entries_is_there_and_empty() -> None:
    (found,) = lists("ios", "ip access-list extended M\n remark permit ip any any\n")
    assert found.entries == ()


@pytest.mark.parametrize("platform", ["ios", "nxos", "eos"])
def test_lists_of_ipv6_are_of_their_own_family(platform: str) -> None:
    (found,) = lists(platform, "ipv6 access-list M\n  deny ipv6 any any log\n")
    assert (found.name, found.family) == ("M", "ipv6")
    assert told(found.entries[0]) == ("deny", ("::/0",), None, None, True)
    assert found.entries[0].from_anywhere


def test_lists_of_nxos_and_eos_write_prefixes_and_groups_of_their_own() -> None:
    (nexus,) = lists(
        "nxos",
        "object-group ip address ADMINS\n  10 host 10.0.30.7\n  20 10.0.40.0/24\n"
        "ip access-list M\n  statistics per-entry\n  10 permit tcp addrgroup ADMINS any eq 22\n",
    )
    assert told(nexus.entries[0]) == ("permit", ("10.0.30.7/32", "10.0.40.0/24"), "tcp", ((22, 22),), False)
    (arista,) = lists("eos", "ip access-list standard M\n   10 permit 10.0.20.0/24\n   20 deny any log\n")
    assert [told(one) for one in arista.entries] == [
        ("permit", ("10.0.20.0/24",), None, None, False),
        ("deny", ("0.0.0.0/0",), None, None, True),
    ]


def test_filter_of_junos_is_read_term_by_term() -> None:
    at = "set firewall family inet filter M term"
    (found,) = lists(
        "junos",
        "set policy-options prefix-list P 10.0.20.0/24\nset policy-options prefix-list P 10.0.30.0/24\n"
        f"{at} a from source-prefix-list P\n{at} a from protocol tcp\n{at} a from protocol udp\n"
        f"{at} a from destination-port ssh\n{at} a from destination-port 161\n{at} a then accept\n"
        f"{at} count then count everything\n"
        f"{at} count then next term\n{at} b from source-address 192.0.2.0/24 except\n"
        f"{at} b from source-address 0.0.0.0/0\n{at} b then syslog\n{at} b then discard\n",
    )
    ports = ((22, 22), (161, 161))
    assert [told(one) for one in found.entries] == [
        ("permit", ("10.0.20.0/24", "10.0.30.0/24"), "tcp", ports, False),
        ("permit", ("10.0.20.0/24", "10.0.30.0/24"), "udp", ports, False),
        ("deny", ("0.0.0.0/0",), None, None, True),
    ]
    assert found.entries[2].excepted == (ip_network("192.0.2.0/24"),)
    assert [line.number for line in found.entries[0].lines] == [5, 6, 7, 8, 9, 10]


def test_list_of_aoscx_is_read_with_its_own_words() -> None:
    (found,) = lists(
        "aoscx", "access-list ip M\n    10 permit tcp 10.0.20.0/24 any eq 22\n    20 deny any any any log\n"
    )
    assert [told(one) for one in found.entries] == [
        ("permit", ("10.0.20.0/24",), "tcp", ((22, 22),), False),
        ("deny", ("0.0.0.0/0",), None, None, True),
    ]
