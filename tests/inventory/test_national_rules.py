"""Rules that see more than one municipality: each planted alone in a national inventory that is clean."""

import ast
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import inventory
from inventory.rules.catalogue import FORM_RULES, INVENTORY_RULES, MUNICIPALITY_RULES
from inventory.service import load_inventory
from tests.inventory.national_folder import write_national
from tests.inventory.planted_mistakes import PLANTED

NORD = "municipalities/norddjurs"
SYD = "municipalities/syddjurs"

PLANTED_NATIONALLY = [
    (
        "centres/nord.yaml",
        "municipalities:\n",
        "municipalities:\n  - norddjurs\n",
        "centre-twice",
        "norddjurs is listed by the centre nord and already by the centre midt",
    ),
    (
        "centres/midt.yaml",
        "  - norddjurs\n",
        "",
        "centre-membership",
        "norddjurs names the centre midt, whose list does not hold it",
    ),
    (
        f"{NORD}/municipality.yaml",
        "centre: midt",
        "centre: nord",
        "centre-membership",
        "norddjurs names the centre nord, and the centre midt lists it",
    ),
    (
        f"{NORD}/municipality.yaml",
        "centre: midt",
        "centre: mitd",
        "centre-undefined",
        "the centre 'mitd' does not exist",
    ),
    (
        "centres/midt.yaml",
        "municipalities:\n",
        "municipalities:\n  - nordjurs\n",
        "centre-member",
        "the centre midt lists nordjurs, which is no municipality",
    ),
    (
        f"{NORD}/municipality.yaml",
        "code: 707",
        "code: 706",
        "municipality-code",
        "norddjurs has the code 706, which is the code of Syddjurs",
    ),
    (
        f"{SYD}/servers.yaml",
        "name: syd-app1",
        "name: ndj-app1",
        "duplicate-name",
        "the host name 'ndj-app1' is already used",
    ),
    (
        f"{SYD}/servers.yaml",
        "[ndj-app1]",
        "[ndj-app2]",
        "dependency-undefined",
        "syd-app1 depends on ndj-app2, which does not exist",
    ),
    (
        f"{SYD}/vlans.yaml",
        "prefix: 10.203.2.0/24",
        "prefix: 10.203.0.0/22",
        "prefix-overlap",
        "10.203.1.0/24 and 10.203.0.0/22 overlap in the routing domain midt",
    ),
    (
        "centres/nord.yaml",
        "prefixes: [10.204.0.0/16]",
        "prefixes: [10.204.0.0/16, 10.204.8.0/24]",
        "prefix-overlap",
        "10.204.8.0/24 and 10.204.0.0/16 overlap in the routing domain nord",
    ),
    (
        f"{SYD}/vlans.yaml",
        "routing_domain: midt",
        "routing_domain: midtt",
        "routing-domain-undefined",
        "the routing domain 'midtt' is not defined",
    ),
    (
        "centres/nord.yaml",
        "routing_domain: nord",
        "routing_domain: nordd",
        "routing-domain-undefined",
        "the routing domain 'nordd' is not defined",
    ),
    (
        f"{SYD}/public-ranges.yaml",
        "198.51.100.32/28",
        "198.51.100.16/29",
        "public-range-overlap",
        "198.51.100.16/29 of Syddjurs Kommune overlaps 198.51.100.16/28 of Norddjurs Kommune",
    ),
]

TOLD_ELSEWHERE = {
    "": (f"{NORD}/municipality.yaml", "centre: midt"),
    "municipalities:\n  - norddjurs\n": ("centres/nord.yaml", "  - norddjurs"),
    "municipalities:\n  - nordjurs\n": ("centres/midt.yaml", "  - nordjurs"),
}

PLANTED_BY_HAND = {"centre-count", "municipality-missing", "scope", "dependency-circle", "firewall-cluster"}
"""Mistakes that more than one replaced text makes; their tests stand below and beside the table."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_national(tmp_path_factory.mktemp("clean") / "danmark")


@pytest.fixture
def denmark(written: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "danmark"
    shutil.copytree(written, folder)
    return folder


@pytest.fixture
def replace(denmark: Path) -> Callable[[str, str, str], int]:
    """Replace a text that a file holds; returns the line of the replacement."""

    def _replace(file: str, old: str, new: str) -> int:
        text = (denmark / file).read_text(encoding="utf-8")
        assert old in text
        (denmark / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return _replace


def told(folder: Path) -> list[tuple[str, str, int, str]]:
    found = load_inventory(folder).violations
    return [(one.rule, one.location.file, one.location.line, one.message) for one in found]


def test_the_national_inventory_of_these_tests_is_clean(denmark: Path) -> None:
    loaded = load_inventory(denmark)

    assert loaded.violations == ()
    assert len(loaded.checked().municipalities) == 98


@pytest.mark.parametrize(("file", "old", "new", "rule", "message"), PLANTED_NATIONALLY)
def test_a_mistake_planted_nationally_gives_exactly_that_violation(
    denmark: Path,
    replace: Callable[[str, str, str], int],
    *,
    file: str,
    old: str,
    new: str,
    rule: str,
    message: str,
) -> None:
    line = replace(file, old, new)
    if new in TOLD_ELSEWHERE:
        file, text = TOLD_ELSEWHERE[new]
        content = (denmark / file).read_text(encoding="utf-8")
        line = content[: content.index(text)].count("\n") + 1

    found = told(denmark)

    assert [one[:3] for one in found] == [(rule, file, line)]
    assert message in found[0][3]


def test_an_address_of_a_shared_domain_is_compared_across_municipalities(
    denmark: Path, replace: Callable[[str, str, str], int]
) -> None:
    # In two municipalities the same VLAN without a prefix of its own: only the addresses can clash.
    replace(f"{NORD}/vlans.yaml", ", prefix: 10.203.1.0/24", "")
    replace(f"{SYD}/vlans.yaml", ", prefix: 10.203.2.0/24", "")
    line = replace(f"{SYD}/servers.yaml", "10.203.2.11", "10.203.1.11")

    assert told(denmark) == [
        (
            "duplicate-address",
            f"{SYD}/servers.yaml",
            line,
            "10.203.1.11 of syd-app1 is already used by ndj-app1 in midt",
        )
    ]


def test_a_circle_of_dependencies_across_municipalities_is_told_once(
    denmark: Path, replace: Callable[[str, str, str], int]
) -> None:
    line = replace(f"{NORD}/servers.yaml", "depends_on: []", "depends_on: [syd-app1]")

    assert told(denmark) == [
        (
            "dependency-circle",
            f"{NORD}/servers.yaml",
            line,
            "servers depend on each other in a circle: ndj-app1 -> syd-app1 -> ndj-app1",
        )
    ]


def test_a_national_inventory_without_one_of_the_98_is_told(
    denmark: Path, replace: Callable[[str, str, str], int]
) -> None:
    shutil.rmtree(denmark / "municipalities" / "laesoe")
    replace("centres/nord.yaml", "  - laesoe\n", "")

    assert told(denmark) == [
        (
            "municipality-missing",
            "samdrift.yaml",
            2,
            "a national inventory holds all 98 municipalities, and Læsø (825) is missing",
        )
    ]


@pytest.mark.parametrize("count", [3, 6])
def test_a_national_inventory_has_four_or_five_centres(
    denmark: Path, replace: Callable[[str, str, str], int], count: int
) -> None:
    if count == 6:
        nord = (denmark / "centres" / "nord.yaml").read_text(encoding="utf-8")
        head = nord.partition("municipalities:")[0].replace("nord", "vest")
        domain = "routing_domains: [{name: vest, prefixes: [10.209.0.0/16]}]\n"
        (denmark / "centres" / "vest.yaml").write_text(head + domain, encoding="utf-8")
    else:
        moved = ""
        for gone in ("nord", "sjaelland"):
            text = (denmark / "centres" / f"{gone}.yaml").read_text(encoding="utf-8")
            moved += text.partition("municipalities:\n")[2].partition("change_times")[0]
            (denmark / "centres" / f"{gone}.yaml").unlink()
            for file in (denmark / "municipalities").glob("*/municipality.yaml"):
                named = file.read_text(encoding="utf-8")
                file.write_text(named.replace(f"centre: {gone}\n", "centre: midt\n"), encoding="utf-8")
        replace("centres/midt.yaml", "municipalities:\n", f"municipalities:\n{moved}")

    assert told(denmark) == [
        ("centre-count", "samdrift.yaml", 2, f"a national inventory has 4 or 5 centres, not {count}")
    ]


def test_every_rule_of_the_catalogue_is_planted_and_every_planted_rule_is_in_it() -> None:
    planted = {one[3] for one in (*PLANTED, *PLANTED_NATIONALLY)} | PLANTED_BY_HAND

    assert planted == MUNICIPALITY_RULES.keys() | INVENTORY_RULES.keys()
    assert not MUNICIPALITY_RULES.keys() & INVENTORY_RULES.keys()
    assert not FORM_RULES.keys() & (MUNICIPALITY_RULES.keys() | INVENTORY_RULES.keys())


def _texts(node: ast.expr) -> set[str]:
    """Return the texts that an argument can be."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def _told_rules(source: str) -> set[str]:
    """Return the rules that a module can tell: a keyword 'rule', or the second word of a note."""
    told: set[str] = set()
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        for keyword in call.keywords:
            if keyword.arg == "rule":
                told |= _texts(keyword.value)
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"note", "_violation"}:
            told |= _texts(call.args[1])
    return told


def test_the_catalogue_holds_every_rule_that_the_code_can_tell() -> None:
    package = Path(inventory.__file__).parent
    modules = (
        *(package / "rules").glob("*.py"),
        *(package / "loaders" / name for name in ("form_violations.py", "municipality_folder.py")),
        *(package / "loaders" / name for name in ("yaml_directory.py", "yaml_source.py")),
        package / "approvers.py",
    )

    told = {rule for module in modules for rule in _told_rules(module.read_text(encoding="utf-8"))}

    assert told == {*FORM_RULES, *MUNICIPALITY_RULES, *INVENTORY_RULES}
