"""An advisory in, affected devices out: vendor, product and version range; what cannot be told is unknown."""

import json
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.advisories.csaf import read_advisory
from compliance.advisories.service import AdvisoryMatch, match_devices
from compliance.advisories.versions import compare, holds
from compliance.errors import AdvisoryInvalid
from inventory.models import Device, Interface


def device(name: str, platform: str, version: str | None, model: str = "box") -> tuple[str, Device]:
    return "norddjurs", Device.model_validate(
        {
            "name": name,
            "site": "hall",
            "role": "firewall",
            "platform": platform,
            "model": model,
            "management_address": IPv4Address("10.0.0.1"),
            "management_interface": "mgmt",
            "routing_domain": "town",
            "credential": "env:X",
            "interfaces": (Interface(name="mgmt", role="management"),),
            "software_version": version,
        }
    )


def branch(category: str, name: str, *below: dict[str, Any], product: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"category": category, "name": name}
    if below:
        found["branches"] = list(below)
    if product:
        found["product"] = {"product_id": product, "name": f"{name} as {product}"}
    return found


def fortios(*versions: dict[str, Any]) -> dict[str, Any]:
    return branch("vendor", "Fortinet", branch("product_name", "FortiOS", *versions))


def document(
    *branches: dict[str, Any], status: dict[str, list[str]] | None = None, tree: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "title": "A flaw",
            "publisher": {"category": "vendor", "name": "V", "namespace": "https://example.dk"},
            "tracking": {"id": "V-1", "version": "1"},
        },
        "product_tree": {"branches": list(branches), **(tree or {})},
        "vulnerabilities": [
            {"cve": "CVE-2026-1", "product_status": status or {"known_affected": ["a"]}},
        ],
    }


def match(advisory: dict[str, Any], *devices: tuple[str, Device]) -> AdvisoryMatch:
    return match_devices(read_advisory(json.dumps(advisory).encode()), devices)


def outcomes(advisory: dict[str, Any], *devices: tuple[str, Device]) -> dict[str, str]:
    return {one.device: one.outcome for one in match(advisory, *devices).findings}


RANGE = fortios(branch("product_version_range", "vers:fortios/>=7.2.0|<7.2.5", product="a"))


def test_a_range_names_exactly_the_devices_inside_it() -> None:
    found = outcomes(
        document(RANGE),
        device("below", "fortios", "7.0.14"),
        device("first", "fortios", "7.2.0"),
        device("last", "fortios", "v7.2.4,build1396,230131"),
        device("above", "fortios", "7.2.5"),
        device("unknown", "fortios", None),
        device("other", "panos", "7.2.1"),
    )
    assert found == {
        "first": "affected",
        "last": "affected",
        "unknown": "unknown",
        "above": "not affected",
        "below": "not affected",
    }


def test_an_unknown_version_is_told_with_its_reason() -> None:
    (one,) = match(document(RANGE), device("fw", "fortios", None)).findings
    assert (one.unknown_for, one.reasons) == (("CVE-2026-1",), ("its version is not known",))
    (odd,) = match(
        document(fortios(branch("product_version_range", "see the table", product="a"))),
        device("fw", "fortios", "7.2.1"),
    ).findings
    assert odd.outcome == "unknown"
    assert odd.reasons == ("its version 7.2.1 cannot be held against 'see the table'",)


def test_a_product_without_versions_is_affected_in_every_version() -> None:
    tree = branch("vendor", "Fortinet", branch("product_name", "FortiOS", product="a"))
    assert outcomes(document(tree), device("one", "fortios", None), device("two", "fortios", "7.6.0")) == {
        "one": "affected",
        "two": "affected",
    }


def test_single_versions_are_equal_or_not() -> None:
    tree = fortios(
        branch("product_version", "7.2.4", product="a"),
        branch("product_version", "FortiOS 7.0.1", product="b"),
    )
    found = outcomes(
        document(tree, status={"known_affected": ["a", "b"]}),
        device("four", "fortios", "7.2.4"),
        device("one", "fortios", "7.0.1"),
        device("five", "fortios", "7.2.5"),
    )
    assert found == {"four": "affected", "one": "affected", "five": "not affected"}


def test_ios_and_ios_xe_are_two_products_of_one_platform() -> None:
    tree = branch(
        "vendor",
        "Cisco",
        branch("product_name", "Cisco IOS XE Software", branch("product_version", "17.9.1", product="a")),
        branch("product_name", "IOS", branch("product_version", "15.2(7)E3", product="b")),
    )
    found = outcomes(
        document(tree, status={"known_affected": ["a", "b"]}),
        device("xe", "ios", "17.9.1"),
        device("xe2", "ios", "17.9.4a"),
        device("classic", "ios", "15.2(7)E3"),
        device("dark", "ios", None),
        device("nexus", "nxos", "17.9.1"),
    )
    assert found == {"xe": "affected", "classic": "affected", "dark": "unknown", "xe2": "not affected"}


def test_the_same_name_of_another_vendor_is_another_product() -> None:
    tree = branch("vendor", "Apple", branch("product_name", "iOS", product="a"))
    assert outcomes(document(tree), device("xe", "ios", "15.2")) == {}


def test_software_on_hardware_is_both() -> None:
    tree = {
        "relationships": [
            {
                "category": "installed_on",
                "product_reference": "soft",
                "relates_to_product_reference": "hard",
                "full_product_name": {"product_id": "a", "name": "FortiOS on FG-100F"},
            }
        ]
    }
    branches = (
        fortios(branch("product_version_range", "<=7.2.4", product="soft")),
        branch("vendor", "Fortinet", branch("product_name", "FG-100F", product="hard")),
    )
    found = outcomes(
        document(*branches, tree=tree),
        device("right", "fortios", "7.2.4", model="FG 100F"),
        device("wrong", "fortios", "7.2.4", model="FG-60F"),
        device("mended", "fortios", "7.2.5", model="FG-100F"),
    )
    assert found == {"right": "affected", "mended": "not affected"}


def test_a_version_that_is_fixed_is_an_exception_from_a_range_and_ranges_may_not_contradict() -> None:
    single = fortios(
        branch("product_version_range", "<=7.2.4", product="a"),
        branch("product_version", "7.2.3", product="b"),
    )
    status = {"known_affected": ["a"], "fixed": ["b"]}
    assert outcomes(
        document(single, status=status),
        device("three", "fortios", "7.2.3"),
        device("two", "fortios", "7.2.2"),
    ) == {"two": "affected", "three": "not affected"}
    both = fortios(
        branch("product_version_range", "<=7.2.4", product="a"),
        branch("product_version_range", "<=7.2.3", product="b"),
    )
    assert outcomes(document(both, status=status), device("x", "fortios", "7.2.3")) == {"x": "unknown"}


def test_what_only_names_the_fix_or_an_edge_or_is_under_investigation_tells_nothing_of_others() -> None:
    tree = fortios(branch("product_version", "7.2.5", product="a"))
    fw = device("fw", "fortios", "7.2.3")
    for status in ("fixed", "known_not_affected", "first_fixed", "first_affected", "last_affected"):
        assert outcomes(document(tree, status={status: ["a"]}), fw) == {"fw": "unknown"}, status
    same = device("fw", "fortios", "7.2.5")
    assert outcomes(document(tree, status={"fixed": ["a"]}), same) == {"fw": "not affected"}
    assert outcomes(document(tree, status={"first_affected": ["a"]}), same) == {"fw": "affected"}
    assert outcomes(document(tree, status={"under_investigation": ["a"]}), same) == {"fw": "unknown"}


def test_a_full_name_with_a_cpe_is_a_product_and_without_one_is_listed_for_a_person() -> None:
    tree = {
        "full_product_names": [
            {
                "product_id": "a",
                "name": "PAN-OS 10.1.6",
                "product_identification_helper": {
                    "cpe": "cpe:2.3:o:paloaltonetworks:pan-os:10.1.6:*:*:*:*:*:*:*"
                },
            },
            {"product_id": "b", "name": "Something else"},
        ]
    }
    found = match(
        document(tree=tree, status={"known_affected": ["a", "b"]}),
        device("pa", "panos", "10.1.6"),
        device("pb", "panos", "10.1.6-h3"),
    )
    assert {one.device: one.outcome for one in found.findings} == {"pa": "affected", "pb": "not affected"}
    assert found.unmatched_products == ("Something else",)


def test_hardware_that_no_model_of_the_inventory_is_is_listed() -> None:
    tree = branch("vendor", "Fortinet", branch("product_name", "FortiMail", product="a"))
    found = match(document(tree), device("fw", "fortios", "7.2.1"))
    assert (found.findings, found.unmatched_products) == ((), ("FortiMail as a",))


@pytest.mark.parametrize(
    ("first", "second", "order"),
    [
        ("7.2.4", "7.2.10", -1),
        ("7.2", "7.2.0", 0),
        ("v7.2.4,build1396,230131", "7.2.4", 0),
        ("17.9.4", "17.9.4a", -1),
        ("17.9.4a", "17.9.4b", -1),
        ("15.2(7)E3", "15.2(7)E10", -1),
        ("15.2(7)E3", "15.2(7)M3", None),
        ("21.4R3", "21.4R3-S5.4", -1),
        ("21.4R3.4", "21.4R3-S1", -1),
        ("21.2R3-S7", "21.4R1", -1),
        ("15.1X49-D100", "15.1R7", None),
        ("10.1.6", "10.1.6-h3", -1),
        ("10.1.6-h3", "10.1.7", -1),
        ("4.31.2F", "4.31.2.1F", -1),
        ("4.28.3M", "4.28.3.1M", -1),
        ("FL.10.10.1010", "10.13.1000", -1),
        ("9.3(8)", "9.3(10)", -1),
        ("7.4.0-beta1", "7.4.0", -1),
        ("7.4.0-rc1", "7.4.0-beta2", 1),
    ],
)
def test_versions_are_ordered_as_their_vendors_do(first: str, second: str, order: int | None) -> None:
    assert compare(first, second) == order
    assert compare(second, first) == (None if order is None else -order)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("<=7.2.4", "7.2.4", "7.2.5"),
        ("< 7.2.5", "7.2.4", "7.2.5"),
        (">=7.0.0, <7.0.12", "7.0.5", "7.0.12"),
        (">=7.0.0 <7.0.12", "7.0.5", "7.0.12"),
        ("vers:generic/>=7.0.0|<7.0.12|>=7.2.0|<7.2.5", "7.2.1", "7.1.0"),
        ("vers:generic/<7.0.12|>=7.2.0", "6.4", "7.0.12"),
        ("vers:generic/>=7.2.0|!=7.2.3", "7.2.4", "7.2.3"),
        ("vers:generic/7.2.1|7.2.3", "7.2.3", "7.2.2"),
        ("vers:all/*", "1.0", None),
        ("all versions", "1.0", None),
        ("prior to 17.9.4", "17.9.3", "17.9.4"),
        ("7.2.4 and earlier", "7.2.4", "7.2.5"),
        ("7.2.4 or later", "7.2.4", "7.2.3"),
        ("from 7.0.0 through 7.0.11", "7.0.11", "7.0.12"),
        ("7.0.0 - 7.0.11", "7.0.0", "6.4.9"),
        ("<7.0.12 or >=7.2.0, <7.2.5", "7.2.4", "7.0.13"),
    ],
)
def test_ranges_hold_what_they_say(text: str, inside: str, outside: str | None) -> None:
    assert holds(text, inside) is True
    if outside is not None:
        assert holds(text, outside) is False


@pytest.mark.parametrize(
    "text", ["", "see the table", "vers:generic/", "<= the newest", "7.x", ">=15.2(7)M1"]
)
def test_a_range_that_is_not_understood_holds_nothing_and_denies_nothing(text: str) -> None:
    assert holds(text, "15.2(7)E3") is None


VERSIONS = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))


@given(VERSIONS, VERSIONS, VERSIONS)
def test_plain_versions_have_one_order(one: str, two: str, three: str) -> None:
    assert compare(one, one) == 0
    first, second, whole = compare(one, two), compare(two, three), compare(one, three)
    assert first is not None
    assert second is not None
    assert compare(two, one) == -first
    if first <= 0 and second <= 0:
        assert whole is not None
        assert whole <= 0
    assert holds(f"<={two}", one) is (first <= 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda _: "[]",
        lambda _: "[" * 100_000,
        lambda text: text.replace('"2.0"', '"2.1"'),
        lambda text: text.replace('"known_affected"', '"fixed"').replace('["a"]', '["b"]'),
        lambda text: text.replace('"product_id": "a"', '"product_id": ""'),
        lambda text: text.replace('"branches": [', '"branches": 7, "x": [', 1),
        lambda text: text.replace('["a"]', '"a"'),
    ],
)
def test_a_document_that_is_no_advisory_is_told(change: Any) -> None:
    text = json.dumps(document(RANGE))
    assert read_advisory(text.encode()).id == "V-1"
    with pytest.raises(AdvisoryInvalid):
        read_advisory(change(text).encode())


def test_branches_without_end_and_a_product_twice_are_refused() -> None:
    deep = branch("product_version", "1", product="a")
    for _ in range(70):
        deep = branch("product_family", "x", deep)
    with pytest.raises(AdvisoryInvalid, match="deep"):
        match(document(deep))
    with pytest.raises(AdvisoryInvalid, match="twice"):
        match(document(RANGE, RANGE))


def test_a_relationship_that_joins_nothing_is_refused() -> None:
    relation = {
        "category": "installed_on",
        "product_reference": "a",
        "relates_to_product_reference": "nowhere",
        "full_product_name": {"product_id": "c", "name": "C"},
    }
    with pytest.raises(AdvisoryInvalid, match="relationship"):
        match(document(RANGE, tree={"relationships": [relation]}))
