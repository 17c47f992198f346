"""``samdrift inventory import`` end to end: diff, decide, write, check, snapshot, and import again."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli.inventory import app
from inventory.imports.provenance import ProvenanceRecord, read_provenance
from inventory.loaders.yaml_source import YAMLSource
from inventory.models import NetworkAdapter
from inventory.service import load_checked
from tests.inventory.rvtools_workbook import MAPPING, Sheets, adapter, disk, info, town_sheets, write_workbook

RUN = CliRunner()
TOWN = Path("municipalities") / "norddjurs"


class Desk:
    """A copy of the example, a workbook and a mapping, and the command on them."""

    def __init__(self, folder: Path, place: Path) -> None:
        self.folder = folder
        self.place = place
        self.workbook = place / "export.xlsx"
        self.mapping = place / "mapping.yaml"
        self.mapping.write_text(MAPPING, encoding="utf-8")
        self.sheets: Sheets = town_sheets()

    def arguments(self, *more: str) -> list[str]:
        write_workbook(self.workbook, self.sheets)
        options = [
            "--municipality",
            "norddjurs",
            "--inventory",
            str(self.folder),
            "--mapping",
            str(self.mapping),
        ]
        return ["import", "rvtools", str(self.workbook), *options, *more]

    def run(self, *more: str) -> Result:
        return RUN.invoke(app, self.arguments(*more))

    def report(self, *more: str) -> tuple[int, Any]:
        result = self.run("--format", "json", *more)
        return result.exit_code, json.loads(result.stdout)

    def text(self, file: str = "servers.yaml") -> str:
        return (self.folder / TOWN / file).read_text(encoding="utf-8")

    def write(self, text: str, file: str = "servers.yaml") -> None:
        (self.folder / TOWN / file).write_text(text, encoding="utf-8")

    def replace(self, old: str, new: str) -> None:
        assert old in self.text()
        self.write(self.text().replace(old, new, 1))

    def records(self) -> tuple[ProvenanceRecord, ...]:
        return tuple(read_provenance("p", self.text("provenance.jsonl")).values())

    def state(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / TOWN).iterdir()}


@pytest.fixture
def desk(example: Path, tmp_path: Path) -> Desk:
    return Desk(example, tmp_path)


def test_import_then_check_then_snapshot(desk: Desk) -> None:
    before = desk.state()
    old_text = desk.text()
    old_digest = RUN.invoke(app, ["snapshot", str(desk.folder)]).output

    dry = desk.run()
    assert dry.exit_code == 0
    assert "+ servers/ndj-web2: name: ndj-web2, application: hjemmeside, environment: " in dry.output
    assert "nothing was written; --write writes servers.yaml, provenance.jsonl" in dry.output
    assert desk.state() == before

    written = desk.run("--write")
    assert (written.exit_code, written.output.splitlines()[-1]) == (
        0,
        "written: servers.yaml, provenance.jsonl",
    )
    assert desk.text() == old_text + (
        "\n"
        "  - name: ndj-web2\n"
        "    application: hjemmeside\n"
        "    environment: production\n"
        "    owner: IT og Digitalisering\n"
        "    cpus: 4\n"
        "    ram_mib: 8192\n"
        "    operating_system: Debian GNU/Linux 12 (64-bit)\n"
        "    networks: [{vlan: 710, address: 10.70.71.21}]\n"
        "    disks: [{name: vda, size_mib: 40960}, {name: vdb, size_mib: 102400}]\n"
        "\n"
        "  - name: ndj-care2\n"
        "    application: omsorg\n"
        "    environment: production\n"
        "    owner: Sundhed og Omsorg\n"
        "    cpus: 2\n"
        "    ram_mib: 4096\n"
        "    operating_system: Microsoft Windows Server 2019 (64-bit)\n"
        "    networks: [{vlan: 310, address: 10.70.130.21}, {vlan: 710}]\n"
        "    disks: [{name: vda, size_mib: 61441}]\n"
        "\n"
        "  - name: ndj-sql-test1\n"
        "    application: esdh\n"
        "    environment: test\n"
        "    owner: IT og Digitalisering\n"
        "    cpus: 2\n"
        "    ram_mib: 4096\n"
        "    operating_system: Microsoft Windows Server 2019 (64-bit)\n"
        "    networks: [{vlan: 710, address: 10.70.71.22}]\n"
        "    disks: [{name: vda, size_mib: 1025}]\n"
    )

    check = RUN.invoke(app, ["check", str(desk.folder)])
    assert (check.exit_code, "servers: 7" in check.output) == (0, True)
    snapshot = RUN.invoke(app, ["snapshot", str(desk.folder)])
    assert (snapshot.exit_code, len(snapshot.output.strip())) == (0, 64)
    assert snapshot.output != old_digest


def test_importing_the_same_again_changes_no_byte(desk: Desk) -> None:
    desk.run("--write")
    before = desk.state()

    again = desk.run("--write")

    assert (again.exit_code, again.output.splitlines()[-1]) == (0, "nothing to write")
    assert desk.state() == before


def test_provenance_says_where_each_value_came_from(desk: Desk) -> None:
    desk.run("--write")

    found = {
        ".".join(one.field): (one.source, one.state, one.value, one.place)
        for one in desk.records()
        if one.object == "ndj-sql-test1"
    }
    source = "rvtools vcenter.norddjurs.example"
    system = "Microsoft Windows Server 2019 (64-bit)"
    assert found == {
        "application": (source, "imported", "esdh", "mapping.yaml rule 2"),
        "cpus": (source, "imported", 2, "export.xlsx vInfo!G4"),
        "disks.vda.size_mib": (source, "imported", 1025, "export.xlsx vDisk!E5"),
        "environment": (source, "imported", "test", "mapping.yaml rule 3"),
        "networks.1.address": (source, "imported", "10.70.71.22", "export.xlsx vNetwork!H5"),
        "networks.1.vlan": (source, "imported", 710, "export.xlsx vNetwork!E5"),
        "operating_system": (source, "imported", system, "export.xlsx vInfo!Q4"),
        "owner": (source, "imported", "IT og Digitalisering", "mapping.yaml defaults.servers.owner"),
        "ram_mib": (source, "imported", 4096, "export.xlsx vInfo!H4"),
    }


def test_what_only_the_source_changed_is_one_changed_line(desk: Desk) -> None:
    desk.run("--write")
    before = desk.text().splitlines()
    desk.sheets["vInfo"][1][7] = 16384

    code, report = desk.report("--write")

    assert (code, report["written"]) == (0, ["servers.yaml", "provenance.jsonl"])
    assert [(one["path"], one["before"], one["after"]) for one in report["changed"]] == [
        (["ram_mib"], 8192, 16384)
    ]
    after = desk.text().splitlines()
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == [
        ("    ram_mib: 8192", "    ram_mib: 16384")
    ]


def test_what_only_a_person_changed_stays_and_is_told(desk: Desk) -> None:
    desk.run("--write")
    desk.replace("    cpus: 4\n", "    cpus: 8  # measured\n")
    before = desk.state()

    code, report = desk.report("--write")

    assert (code, report["written"], report["conflicts"]) == (0, [], [])
    assert [(one["path"], one["file_value"], one["source_value"]) for one in report["kept"]] == [
        (["cpus"], 8, 4)
    ]
    assert desk.state() == before


def test_what_both_changed_is_a_conflict_that_is_decided_once(desk: Desk) -> None:
    desk.run("--write")
    desk.replace("    cpus: 4\n", "    cpus: 8  # measured\n")
    desk.sheets["vInfo"][1][6] = 6
    desk.sheets["vInfo"][2][6] = 3
    before = desk.state()

    refused = desk.run("--write")
    assert refused.exit_code == 1
    assert (
        "servers/ndj-web2 cpus: the file says 8, the source 6 (export.xlsx vInfo!G2); "
        "both changed since the last import"
    ) in refused.output
    assert '    - {object: "servers/ndj-web2", field: "cpus", take: file}' in refused.output
    assert desk.state() == before

    decisions = desk.place / "decisions.yaml"
    decisions.write_text(
        "decisions: [{object: servers/ndj-web2, field: cpus, take: file}]\n", encoding="utf-8"
    )
    decided = desk.run("--write", "--decide", str(decisions))
    assert decided.exit_code == 0
    assert "    cpus: 8  # measured\n" in desk.text()
    assert "    cpus: 3\n" in desk.text()

    again, report = desk.report()
    assert (again, report["conflicts"], len(report["kept"])) == (0, [], 1)
    desk.sheets["vInfo"][1][6] = 7
    assert desk.report()[0] == 1
    decisions.write_text(
        "decisions: [{object: servers/ndj-web2, field: cpus, take: source}]\n", encoding="utf-8"
    )
    assert desk.run("--write", "--decide", str(decisions)).exit_code == 0
    assert "    cpus: 7  # measured\n" in desk.text()


def test_what_a_person_wrote_first_is_never_overwritten_unasked(desk: Desk) -> None:
    desk.sheets["vInfo"].append(info("ndj-web1", CPUs=8, Memory=96))
    desk.sheets["vDisk"].append(disk("ndj-web1", 1, 256))
    desk.sheets["vNetwork"].append(adapter("ndj-web1", 1, "dvPG Servere", "10.70.71.11"))

    code, report = desk.report("--write")
    assert (code, report["written"]) == (1, [])
    assert [(one["key"], one["path"], one["reason"]) for one in report["conflicts"]] == [
        ("ndj-web1", ["cpus"], "a person wrote the file's value")
    ]

    assert desk.run("--write", "--prefer-file").exit_code == 0
    first = YAMLSource("s", desk.text()).data()
    assert isinstance(first, dict)
    servers = {one["name"]: one for one in first["servers"]}  # type: ignore[union-attr,index,call-overload]
    assert servers["ndj-web1"]["cpus"] == 1  # type: ignore[call-overload,index]
    # That the source agreed does not make a person's value the source's: it changes, so a person is asked.
    desk.sheets["vInfo"][-1][7] = 128
    assert [one["path"] for one in desk.report()[1]["conflicts"]] == [["ram_mib"]]


def test_what_vanished_is_listed_and_stays(desk: Desk) -> None:
    desk.run("--write")
    before = desk.state()
    desk.sheets["vInfo"] = [row for row in desk.sheets["vInfo"] if row[0] != "ndj-sql-test1"]
    desk.sheets["vDisk"] = [row for row in desk.sheets["vDisk"] if row[4] != 102400]
    desk.sheets["vInfo"][1][9] = 1

    code, report = desk.report("--write")

    assert code == 0
    assert report["vanished"] == [
        {"kind": "servers", "key": "ndj-sql-test1", "path": []},
        {"kind": "servers", "key": "ndj-web2", "path": ["disks", "vdb"]},
    ]
    assert desk.state() == before


def test_what_a_person_removed_does_not_come_back(desk: Desk) -> None:
    desk.run("--write")
    text = desk.text()
    desk.write(text[: text.index("\n  - name: ndj-sql-test1")])
    before = desk.state()

    code, report = desk.report("--write")

    assert (code, desk.state() == before) == (0, True)
    assert [(one["key"], one["path"], one["reason"]) for one in report["kept"]] == [
        ("ndj-sql-test1", ["*"], "it was removed from the file since the import")
    ]


def test_an_object_that_lacks_something_is_not_taken_and_the_rest_is(desk: Desk) -> None:
    desk.mapping.write_text(MAPPING.replace(", application: hjemmeside", ""), encoding="utf-8")

    result = desk.run("--write")

    assert result.exit_code == 1
    assert (
        "servers ndj-web2 (export.xlsx vInfo!2): nothing says its 'application'; give 'application' for it "
        "in the source, or by a rule or under defaults.servers in the mapping"
    ) in result.output
    assert ("ndj-web2" in desk.text(), "ndj-care2" in desk.text()) == (False, True)


def test_an_import_that_would_break_rules_is_refused_unless_allowed(desk: Desk) -> None:
    desk.sheets["vNetwork"][1][7] = "10.70.71.11"
    desk.sheets["vInfo"][1][10] = "10.70.71.11"
    before = desk.state()

    code, report = desk.report("--write")
    assert (code, report["written"], desk.state() == before) == (1, [], True)
    assert [one["location"]["file"] for one in report["new_violations"]] == [
        "municipalities/norddjurs/servers.yaml"
    ]
    assert "10.70.71.11" in report["new_violations"][0]["message"]

    assert desk.run("--write", "--allow-violations").exit_code == 0
    assert RUN.invoke(app, ["check", str(desk.folder)]).exit_code == 1


def test_violations_of_before_do_not_stop_an_import(desk: Desk) -> None:
    desk.replace("    depends_on: [ndj-esdh1]\n", "    depends_on: [ndj-nowhere1]\n")

    assert desk.run("--write").exit_code == 0
    assert "ndj-web2" in desk.text()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--municipality", "nordjurs"], "no municipality 'nordjurs'; did you mean 'norddjurs'?"),
        (["--mapping", "nothing.yaml"], "mapping nothing.yaml: cannot read"),
        (["--decide", "nothing.yaml"], "decisions nothing.yaml: cannot read"),
        (["--inventory", "nowhere"], "nowhere has no municipalities/; name the folder of an inventory"),
    ],
)
def test_what_is_not_there_is_not_possible(desk: Desk, options: list[str], message: str) -> None:
    result = desk.run(*options)

    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (
            "{object: servers/ndj-web3, take: file}",
            "no object 'servers/ndj-web3'; did you mean 'servers/ndj-web2'",
        ),
        (
            "{object: servers/ndj-web2, field: cpu, take: file}",
            "no field 'cpu' of servers/ndj-web2; did you mean 'cpus'",
        ),
        ("{object: servers/ndj-web2, take: fil}", "did you mean 'file'?"),
    ],
)
def test_a_decision_about_nothing_is_a_slip_of_the_pen(desk: Desk, decision: str, message: str) -> None:
    path = desk.place / "decisions.yaml"
    path.write_text(f"decisions: [{decision}]\n", encoding="utf-8")

    result = desk.run("--decide", str(path))

    assert (result.exit_code, message in result.stderr) == (2, True)


def test_a_broken_workbook_leaves_everything_as_it_is(desk: Desk) -> None:
    before = desk.state()
    arguments = desk.arguments("--write")
    desk.workbook.write_bytes(desk.workbook.read_bytes()[:2000])

    result = RUN.invoke(app, arguments)

    assert result.exit_code == 2
    assert result.stderr.startswith("samdrift: cannot import export.xlsx: it is cut short or damaged")
    assert desk.state() == before


KILLED = """
import os, sys
from pathlib import Path
left = int(sys.argv[1])
real = Path.replace
def replace(self, target):
    global left
    if left == 0:
        os._exit(9)
    left -= 1
    return real(self, target)
Path.replace = replace
from api.cli.inventory import app
app(sys.argv[2:])
"""


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_a_killed_import_leaves_whole_files_and_the_next_one_finishes(desk: Desk, steps: int) -> None:
    """The process ends before its n-th replacement of a file, as if it was killed there."""
    arguments = desk.arguments("--write")
    whole = desk.place / "whole"
    shutil.copytree(desk.folder, whole)
    old, undisturbed = desk.text(), Desk(whole, desk.place)
    undisturbed.run("--write")

    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(steps), *arguments],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        check=False,
    )

    assert ended.returncode == (9 if steps < 3 else 0), ended.stderr
    assert desk.text() == (undisturbed.text() if steps > 1 else old)
    assert desk.run("--write").exit_code == 0
    assert sorted(desk.state()) == sorted(undisturbed.state())
    assert desk.text() == undisturbed.text()
    # Nothing that the killed import wrote counts as written by a person.
    stamp = re.compile(r'"at": "[^"]*"')
    assert stamp.sub("", desk.text("provenance.jsonl")) == stamp.sub("", undisturbed.text("provenance.jsonl"))


def test_the_imported_servers_are_models_of_the_inventory(desk: Desk) -> None:
    desk.run("--write")

    servers = {one.name: one for one in load_checked(desk.folder).municipalities[0].servers}
    assert [one.vlan for one in servers["ndj-care2"].networks] == [310, 710]
    assert servers["ndj-care2"].networks[1] == NetworkAdapter(vlan=710)
