"""The writer gives the YAML that people write, and what it writes is read back as it was."""

import json
import random
import tempfile
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.errors import InventoryWriteError
from inventory.interface_ranges import interface_names
from inventory.loaders.yaml_source import YAMLSource
from inventory.models import (
    VLAN,
    ChangeTime,
    Freeze,
    HardeningContext,
    Interface,
    Inventory,
    Model,
    MunicipalityInventory,
    Zone,
)
from inventory.service import load_checked, load_inventory, take_snapshot
from inventory.snapshot import put_in_order
from inventory.vlan_ranges import vlan_ids
from inventory.writers.yaml_folder import (
    dump_inventory,
    open_inventory_folder,
    render_municipality,
)
from inventory.writers.yaml_scalar import literal_lines, render_scalar
from inventory.writers.yaml_text import render_item, render_mapping
from tests.inventory.inventory_strategies import TRICKY, inventories, texts

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"
ROUND_TRIP = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def without_comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


# Whole inventories.


@ROUND_TRIP
@given(inventories())
def test_what_is_written_is_read_back_as_it_was(inventory: Inventory) -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "out"
        written = dump_inventory(inventory, folder)
        loaded = load_inventory(folder)
        sizes = [len(raw) for raw in files_of(folder).values()]
    assert loaded.inventory == put_in_order(inventory)
    assert written == (len(sizes), sum(sizes))


@ROUND_TRIP
@given(inventories(), st.randoms(use_true_random=False))
def test_the_digest_ignores_order_and_formatting(inventory: Inventory, chance: random.Random) -> None:
    wanted = take_snapshot(inventory).digest
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "out"
        dump_inventory(inventory, folder)
        for path in sorted(folder.rglob("*.yaml")):
            source = YAMLSource(path.name, path.read_text(encoding="utf-8"))
            path.write_text(rewritten(source.data(), chance), encoding="utf-8")
        loaded = load_inventory(folder).inventory
    assert loaded is not None
    assert take_snapshot(loaded).digest == wanted


@ROUND_TRIP
@given(inventories(), st.randoms(use_true_random=False))
def test_inventories_of_one_digest_are_written_as_the_same_bytes(
    inventory: Inventory, chance: random.Random
) -> None:
    def shuffled(items: tuple[Model, ...]) -> tuple[Model, ...]:
        # Objects of one name keep their order: only a name says which is which.
        groups: dict[str, list[Model]] = {}
        for item in items:
            groups.setdefault(str(getattr(item, "name", item)), []).append(item)
        keys = list(groups)
        chance.shuffle(keys)
        return tuple(item for key in keys for item in groups[key])

    other = inventory.model_copy(
        update={
            "municipalities": tuple(
                town.model_copy(
                    update={
                        key: shuffled(getattr(town, key)) for key in ("sites", "devices", "servers", "zones")
                    }
                )
                for town in shuffled(inventory.municipalities)
                if isinstance(town, MunicipalityInventory)
            )
        }
    )
    with tempfile.TemporaryDirectory() as parent:
        first, second = Path(parent) / "first", Path(parent) / "second"
        dump_inventory(inventory, first)
        dump_inventory(other, second)
        assert files_of(first) == files_of(second)


def rewritten(data: object, chance: random.Random) -> str:
    """Return the same facts as another person writes them."""
    other = mixed(data, chance, key="")
    style = chance.choice(["block", "flow", "json"])
    as_json = json.dumps(other, indent=1)
    # JSON writes letters beyond U+FFFF as two halves, which are no letters in YAML.
    if style == "json" and "\\ud" not in as_json:
        return f"# Written by a program.\n{as_json}"
    flow = style == "flow"
    text: str = yaml.safe_dump(other, default_flow_style=flow, sort_keys=chance.random() < 0.5, width=40)
    return f"# Written by a person.\n\n{text}\n# The end.\n"


def mixed(data: object, chance: random.Random, key: str) -> object:
    if isinstance(data, dict):
        pairs = [(name, mixed(value, chance, name)) for name, value in data.items()]
        chance.shuffle(pairs)
        return dict(pairs)
    if isinstance(data, list):
        items = [mixed(one, chance, key) for one in data]
        if key == "interfaces":
            items = [part for one in items for part in parted(one, chance)]
        return items
    if isinstance(data, str) and key in {"vlans", "user_vlans"}:
        numbers = sorted(vlan_ids(data), reverse=chance.random() < 0.5)
        return ",".join(str(number) for number in numbers)
    return data


def parted(port: object, chance: random.Random) -> list[object]:
    """Return a range of ports as several entries."""
    assert isinstance(port, dict)
    if port["role"] not in {"access", "unused"} or chance.random() < 0.5:
        return [port]
    return [{**port, "name": name} for name in interface_names(port["name"])]


def test_the_example_is_written_as_a_person_wrote_it(tmp_path: Path) -> None:
    inventory = load_checked(EXAMPLE)
    dump_inventory(inventory, tmp_path / "out")
    town = "municipalities/norddjurs"
    same = ("windows.yaml", "firewalls.yaml", "routing-domains.yaml", "economy.yaml", "public-ranges.yaml")
    for name in same:
        hand = without_comments((EXAMPLE / town / name).read_text(encoding="utf-8"))
        assert without_comments((tmp_path / "out" / town / name).read_text(encoding="utf-8")) == hand
    for name in ("devices.yaml", "servers.yaml", "sites.yaml", "vlans.yaml", "links.yaml"):
        # A person chose the order of these, and of the keys of some; the lines are as many and as long.
        hand = without_comments((EXAMPLE / town / name).read_text(encoding="utf-8"))
        out = without_comments((tmp_path / "out" / town / name).read_text(encoding="utf-8"))
        assert sorted(sorted(line) for line in out) == sorted(sorted(line) for line in hand), name
    assert take_snapshot(load_checked(tmp_path / "out")) == take_snapshot(inventory)


def test_every_file_ends_with_one_line_end_and_has_no_space_at_the_end_of_a_line(tmp_path: Path) -> None:
    dump_inventory(load_checked(EXAMPLE), tmp_path / "out")
    for name, raw in files_of(tmp_path / "out").items():
        text = raw.decode("utf-8")
        assert text.endswith("\n"), name
        assert not text.endswith("\n\n"), name
        assert [line for line in text.split("\n") if line != line.rstrip()] == [], name


# Single values.


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("norddjurs", "norddjurs"),
        ("Grenaa Rådhus", "Grenaa Rådhus"),
        ("1/1/1", "1/1/1"),
        ("ndj-fw1:ge-0/0/1", "ndj-fw1:ge-0/0/1"),
        ("qemu+ssh://samdrift@hv1.midt.example/system", "qemu+ssh://samdrift@hv1.midt.example/system"),
        ("/", "/"),
        ("no", '"no"'),
        ("Off", '"Off"'),
        ("0123", '"0123"'),
        ("310", '"310"'),
        ("100-104,310", '"100-104,310"'),
        ("2.4", '"2.4"'),
        ("22:00", '"22:00"'),
        ("2027-03-06", '"2027-03-06"'),
        ("a: b", '"a: b"'),
        ("C#", '"C#"'),
        ("\x85\ufeff", '"\\u0085\\ufeff"'),
        ('sagde "nej"', 'sagde "nej"'),
    ],
)
def test_a_text_is_quoted_where_it_could_be_taken_for_something_else(text: str, written: str) -> None:
    assert render_scalar(text, in_flow=False) == written


@pytest.mark.parametrize("text", TRICKY)
@pytest.mark.parametrize("in_flow", [False, True])
def test_a_tricky_text_stays_the_text_it_is_for_readers_of_yaml(text: str, *, in_flow: bool) -> None:
    value = render_scalar(text, in_flow=in_flow)
    line = f"{{key: {value}, other: [{value}]}}" if in_flow else f"key: {value}\nother:\n  - {value}\n"
    wanted = {"key": text, "other": [text]}
    assert yaml.safe_load(line) == wanted
    assert yaml.load(line, yaml.CSafeLoader) == wanted  # the safe loader, in C
    assert YAMLSource("a.yaml", line).data() == wanted


@given(texts)
def test_any_text_stays_the_text_it_is(text: str) -> None:
    flow, block = render_scalar(text, in_flow=True), render_scalar(text, in_flow=False)
    line = f"one: {block}\ntwo: {{three: [{flow}, {flow}], four: {flow}}}\n"
    wanted = {"one": text, "two": {"three": [text, text], "four": text}}
    assert YAMLSource("a.yaml", line).data() == wanted
    assert yaml.safe_load(line) == wanted


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2027, 3, 6, 21, 0, tzinfo=UTC), "2027-03-06T22:00"),
        (datetime(2027, 7, 6, 20, 0, 30, tzinfo=UTC), "2027-07-06T22:00:30"),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "2027-10-31T02:30+02:00"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "2027-10-31T02:30+01:00"),
    ],
)
def test_a_moment_is_written_in_danish_time_with_an_offset_only_where_it_exists_twice(
    moment: datetime, written: str
) -> None:
    assert render_scalar(moment, in_flow=False) == written


def test_a_value_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="a float has no form in the files of an inventory"):
        render_scalar(2.5, in_flow=False)


def test_a_banner_of_several_lines_is_written_as_lines() -> None:
    banner = "Kun for autoriserede.\n\nAl adgang logges: 24/7 # altid\n"
    text = render_mapping(HardeningContext(login_banner=banner, parking_vlan=999))
    assert text == (
        "parking_vlan: 999\nlogin_banner: |\n  Kun for autoriserede.\n\n  Al adgang logges: 24/7 # altid\n"
    )
    assert YAMLSource("a.yaml", text).data() == {"parking_vlan": 999, "login_banner": banner}


def test_lines_that_cannot_be_written_as_lines_are_quoted() -> None:
    for text in (" a\nb", "a \nb", "a\n\n", "\na", "one line", "a\x85\nb"):
        assert literal_lines(text) is None


# Single objects.


def test_a_small_object_is_one_line_and_one_too_long_for_it_has_a_line_for_each_key() -> None:
    port = Interface(name="GigabitEthernet1/0/1-24", role="access", vlan=110)
    assert render_item(port, 6) == "      - {name: GigabitEthernet1/0/1-24, role: access, vlan: 110}\n"
    description = "Kaldeanlæg i Digterparken, krydsfelt 2, panel B, " + "x" * 60
    assert render_item(port.model_copy(update={"description": description})) == (
        "  - name: GigabitEthernet1/0/1-24\n"
        "    role: access\n"
        f"    description: {description}\n"
        "    vlan: 110\n"
    )


def test_objects_to_append_are_written_like_the_rest_of_their_file() -> None:
    vlan = VLAN(vlan_id=310, name="no", zone="care", routing_domain="norddjurs")
    assert render_item(vlan) == '  - {vlan_id: 310, name: "no", zone: care, routing_domain: norddjurs}\n'
    assert render_item(Zone(name="care", sensitivity="health")) == "  - name: care\n    sensitivity: health\n"
    change = ChangeTime(weekday="sunday", starts_at=time(22), ends_at=time(5, 30))
    assert render_item(change) == '  - {weekday: sunday, starts_at: "22:00", ends_at: "05:30"}\n'
    freeze = Freeze(
        name="jul",
        starts_at=datetime(2026, 12, 18, tzinfo=UTC),
        ends_at=datetime(2027, 1, 4, tzinfo=UTC),
        reason="Jul",
    )
    assert render_item(freeze) == (
        "  - name: jul\n    starts_at: 2026-12-18T01:00\n    ends_at: 2027-01-04T01:00\n    reason: Jul\n"
    )


def test_files_that_hold_nothing_are_left_out() -> None:
    town = load_checked(EXAMPLE).municipalities[0]
    assert "exceptions.yaml" in render_municipality(town)
    texts_of = render_municipality(town.model_copy(update={"exceptions": ()}))
    assert "exceptions.yaml" not in texts_of
    assert texts_of["economy.yaml"].startswith("cost_baselines:\n  - year: 2026\n")


# The folder as a whole.


def test_a_folder_that_holds_something_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InventoryWriteError, match="the folder is not empty; name a new folder"):
        dump_inventory(load_checked(EXAMPLE), folder)
    assert files_of(tmp_path) == {"out/note.txt": b"mine"}


def test_a_file_is_refused_as_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(InventoryWriteError, match="it is a file"):
        dump_inventory(load_checked(EXAMPLE), tmp_path / "out")


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    dump_inventory(load_checked(EXAMPLE), tmp_path / "out")
    assert (tmp_path / "out" / "samdrift.yaml").is_file()


def test_a_fault_while_writing_leaves_nothing_behind(tmp_path: Path) -> None:
    inventory = load_checked(EXAMPLE)
    twice = inventory.model_copy(update={"municipalities": inventory.municipalities * 2})
    with pytest.raises(InventoryWriteError, match="there are two municipalities named norddjurs"):
        dump_inventory(twice, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_behind_is_removed_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / ".out.samdrift-partial"
    (left / "municipalities" / "aarhus").mkdir(parents=True)
    (left / "samdrift.yaml").write_text("half", encoding="utf-8")
    dump_inventory(load_checked(EXAMPLE), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert load_checked(tmp_path / "out") == load_checked(EXAMPLE)


def test_two_writers_of_one_folder_do_not_meet(tmp_path: Path) -> None:
    inventory = load_checked(EXAMPLE)
    with open_inventory_folder(tmp_path / "out") as writer:
        writer.write_root(inventory.scope, inventory.name)
        with pytest.raises(InventoryWriteError, match="another process is writing it"):
            dump_inventory(inventory, tmp_path / "out")
        writer.write_centres(inventory.centres, inventory.routing_domains)
        writer.write_municipality(inventory.municipalities[0])
    assert load_inventory(tmp_path / "out").violations == ()


def test_a_folder_filled_while_writing_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "out"

    def write() -> None:
        with open_inventory_folder(folder) as writer:
            writer.write_root("municipality", "norddjurs")
            folder.mkdir()
            (folder / "note.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(InventoryWriteError, match="not empty"):
        write()
    assert files_of(tmp_path) == {"out/note.txt": b"mine"}


def test_a_path_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(InventoryWriteError, match="name a folder that you may write"):
        dump_inventory(load_checked(EXAMPLE), tmp_path / "file" / "out")


def test_an_inventory_without_a_name_is_refused(tmp_path: Path) -> None:
    nameless = load_checked(EXAMPLE).model_copy(update={"name": None})
    with pytest.raises(InventoryWriteError, match="the inventory has no name"):
        dump_inventory(nameless, tmp_path / "out")


def test_a_routing_domain_that_no_centre_uses_is_kept(tmp_path: Path) -> None:
    inventory = load_checked(EXAMPLE)
    domain = inventory.routing_domains[0].model_copy(update={"name": "reserve"})
    more = inventory.model_copy(update={"routing_domains": (*inventory.routing_domains, domain)})
    dump_inventory(more, tmp_path / "out")
    assert load_checked(tmp_path / "out").routing_domains == (*inventory.routing_domains, domain)
    with pytest.raises(InventoryWriteError, match="no centre owns the routing domain"):
        dump_inventory(more.model_copy(update={"centres": ()}), tmp_path / "other")


def test_a_date_is_written_without_quotes() -> None:
    assert render_scalar(date(2027, 6, 30), in_flow=True) == "2027-06-30"
