"""Evidence of the example on a day: what it holds, that it is reproducible, that no byte can be altered."""

import contextlib
import dataclasses
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.evidence import app
from compliance.errors import EvidenceNotWritten, EvidenceUnreadable
from compliance.evidence.service import Verification, verify_pack
from compliance.service import judged_controls
from inventory.local_time import local_date
from migrations.collection import collect_and_judge
from migrations.errors import NothingToDo
from migrations.evidence_export import export_evidence, gather_evidence
from migrations.hardening import plan_lines
from records.errors import SignerUnlisted
from tests.migrations.twin_devices import OFF, TWINS, Devices

DEVICES = tuple(f"ndj-{name}" for name in ("acc1", "acc2", "acc3", "core1", "edge1", "fw1", "fw2"))
CONTROLS = tuple(sorted(control.id for control in judged_controls()))
Alter = Callable[[Path], None]


class Page(HTMLParser):
    """Collects what a page points to and the anchors it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pointing = {"a": "href", "link": "href", "script": "src", "img": "src"}.get(tag)
        for name, value in attrs:
            if value is not None and name == pointing:
                self.links.add(value)
            if value is not None and name == "id":
                self.anchors.add(value)


@pytest.fixture(scope="module")
def devices(make_rehearsal: Any) -> Iterator[Devices]:
    made = Devices(make_rehearsal())
    with contextlib.ExitStack() as stack:
        made.start(stack)
        with made.rehearsal.programme() as programme:
            collect_and_judge(programme, selection=f"name={','.join((*TWINS, OFF))}")
            lines = made.rehearsal.folder / "plan.json"
            planned = plan_lines(
                programme,
                selection="name=ndj-acc1",
                lines="interface GigabitEthernet1/0/24\n description proof\n",
                author="ida@example.dk",
                path=lines,
                revert_after_seconds=60,
            )
            made.rehearsal.approve(programme, planned.plan, "apply", "anna@example.dk".partition("@")[0])
        yield made


@pytest.fixture(scope="module")
def made_pack(devices: Devices, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence") / "pack"
    return export(devices, folder)


@pytest.fixture
def pack(made_pack: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_pack, tmp_path / "pack"))


def today(devices: Devices) -> date:
    with devices.rehearsal.programme() as programme:
        return local_date(programme.clock())


def export(devices: Devices, folder: Path, *, person: str = "anna", day: date | None = None) -> Path:
    with devices.rehearsal.programme() as programme:
        made = export_evidence(
            programme,
            "norddjurs",
            day=day or local_date(programme.clock()),
            key_file=devices.rehearsal.key(person),
            folder=folder,
        )
    return made.folder


def verify(devices: Devices, folder: Path) -> Verification:
    return verify_pack(folder, devices.rehearsal.folder / "keys" / "allowed_signers")


def test_every_device_has_a_verdict_on_every_control_and_what_was_not_seen_is_an_error(pack: Path) -> None:
    rows = json.loads((pack / "data" / "verdicts.json").read_text(encoding="utf-8"))

    assert [(row["device"], row["control"]) for row in rows] == [
        (device, control) for device in DEVICES for control in CONTROLS
    ]
    unseen = {row["verdict"] for row in rows if row["device"] not in TWINS}
    assert unseen == {"ERROR"}
    assert {row["verdict"] for row in rows if row["device"] in TWINS} >= {"PASS", "FAIL"}
    for row in rows:
        if row["verdict"] == "PASS":
            assert row["lines"]
            assert row["configuration"]


def test_pages_are_there_for_each_item_requirement_device_and_control(pack: Path) -> None:
    assert sorted(path.stem for path in (pack / "nis2").iterdir()) == list("abcdefghij")
    assert sorted(path.stem for path in (pack / "krav").iterdir()) == [f"{nr:02d}" for nr in range(1, 30)]
    assert sorted(path.stem for path in (pack / "enheder").iterdir()) == list(DEVICES)
    assert sorted(path.stem for path in (pack / "kontroller").iterdir()) == list(CONTROLS)
    for path in (pack / "krav").iterdir():
        assert "(anbefaling)" in path.read_text(encoding="utf-8")


def test_pages_point_only_into_the_pack_and_at_anchors_that_are_there(pack: Path) -> None:
    pages = {path: Page(path) for path in pack.rglob("*.html")}
    anchored = 0
    for path, page in pages.items():
        for link in page.links:
            target, _, anchor = link.partition("#")
            file = (path.parent / target).resolve() if target else path
            assert file.is_file(), (path, link)
            if anchor:
                anchored += 1
                assert anchor in pages[file].anchors, (path, link)
    assert anchored > 100


def test_the_configurations_are_named_by_their_checksum_and_hold_no_secret(
    devices: Devices, pack: Path
) -> None:
    files = sorted((pack / "konfigurationer").iterdir())
    assert [path.name.rpartition("-")[0] for path in files] == sorted(TWINS)
    for path in files:
        done = subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True)
        assert done.stdout[:12] == path.stem.rpartition("-")[2]
    assert devices.secrets_in(pack) == []


def test_the_approval_of_a_plan_is_in_it_and_can_be_verified_without_this_software(
    devices: Devices, pack: Path
) -> None:
    approvals = json.loads((pack / "data" / "approvals.json").read_text(encoding="utf-8"))
    assert [(one["identity"], one["author"], one["devices"]) for one in approvals] == [
        ("anna@example.dk", "ida@example.dk", ["ndj-acc1"])
    ]
    (text,) = (pack / "godkendelser").glob("*.txt")
    signers = devices.rehearsal.folder / "keys" / "allowed_signers"
    words = ["ssh-keygen", "-Y", "verify", "-n", "samdrift", "-f", str(signers), "-I", "anna@example.dk"]
    subprocess.run([*words, "-s", f"{text}.sig"], input=text.read_bytes(), check=True, capture_output=True)
    subprocess.run(
        [*words, "-s", str(pack / "manifest.json.sig")],
        input=(pack / "manifest.json").read_bytes(),
        check=True,
        capture_output=True,
    )
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=pack, check=True, capture_output=True)


def test_the_same_records_and_day_give_the_same_bytes(devices: Devices, pack: Path, tmp_path: Path) -> None:
    again = export(devices, tmp_path / "again", person="bo")

    def files(folder: Path) -> dict[str, bytes]:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.name != "manifest.json.sig"
        }

    assert files(again) == files(pack)
    assert verify(devices, again).identity == "bo@example.dk"


def test_a_whole_pack_tells_who_signed_it(devices: Devices, pack: Path) -> None:
    result = verify(devices, pack)

    assert result.is_whole
    assert result.identity == "anna@example.dk"
    assert result.manifest is not None
    assert {one.path for one in result.manifest.files} | {"manifest.json", "manifest.json.sig"} == {
        path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("share", [0, 1, 2])
def test_one_altered_bit_of_any_file_is_found(devices: Devices, pack: Path, share: int) -> None:
    paths = sorted(
        path for path in pack.rglob("*") if path.is_file() and not path.name.startswith("manifest")
    )
    for path in paths:
        content = bytearray(path.read_bytes())
        content[(len(content) - 1) * share // 2] ^= 1
        path.write_bytes(content)

    found = verify(devices, pack)
    assert [(one.change, one.path) for one in found.differences] == [
        ("altered", name) for name in sorted(path.relative_to(pack).as_posix() for path in paths)
    ]


@pytest.mark.parametrize("name", ["manifest.json", "manifest.json.sig"])
def test_one_altered_bit_of_the_manifest_or_its_signature_is_found(
    devices: Devices, pack: Path, name: str
) -> None:
    content = (pack / name).read_bytes()
    for at in {*range(0, len(content), max(1, len(content) // 40)), len(content) - 1}:
        altered = bytearray(content)
        altered[at] ^= 1
        (pack / name).write_bytes(altered)
        assert not verify(devices, pack).is_whole, at
    (pack / name).write_bytes(content)
    assert verify(devices, pack).is_whole


def _replace(pack: Path) -> None:
    path = pack / "index.html"
    content = path.read_bytes()
    path.unlink()
    (pack.parent / "elsewhere.html").write_bytes(content)
    path.symlink_to(pack.parent / "elsewhere.html")


@pytest.mark.parametrize(
    ("alter", "change", "path"),
    [
        (lambda pack: (pack / "nis2" / "c.html").unlink(), "missing", "nis2/c.html"),
        (lambda pack: (pack / "nis2" / "k.html").write_text("new"), "added", "nis2/k.html"),
        (lambda pack: (pack / ".hidden").write_text("new"), "added", ".hidden"),
        (lambda pack: (pack / "empty").mkdir(), "added", "empty/"),
        (_replace, "not a file", "index.html"),
        (
            lambda pack: (pack / "manifest.json.sig").write_text(
                (pack / "manifest.json.sig").read_text() + "\n"
            ),
            "altered",
            "manifest.json.sig",
        ),
        (
            lambda pack: (pack / "undtagelser.html").write_text(
                (pack / "undtagelser.html").read_text() + "\n"
            ),
            "altered",
            "undtagelser.html",
        ),
    ],
)
def test_what_is_missing_added_or_replaced_is_named(
    devices: Devices, pack: Path, alter: Alter, change: str, path: str
) -> None:
    alter(pack)

    result = verify(devices, pack)
    assert not result.is_whole
    assert [(one.change, one.path) for one in result.differences] == [(change, path)]


def test_a_manifest_made_to_fit_an_alteration_is_not_signed(devices: Devices, pack: Path) -> None:
    result = verify(devices, pack)
    assert result.manifest is not None
    path = pack / "index.html"
    path.write_bytes(path.read_bytes() + b" ")
    length = str(len(path.read_bytes()))
    sums = subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout[:64]
    manifest = json.loads((pack / "manifest.json").read_text())
    for one in manifest["files"]:
        if one["path"] == "index.html":
            one["bytes"], one["sha256"] = int(length), sums
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
    (pack / "manifest.json").write_text(text)

    assert [one.change for one in verify(devices, pack).differences] == ["signature"]


def test_somebody_who_is_not_listed_cannot_sign_and_does_not_count(
    devices: Devices, pack: Path, tmp_path: Path
) -> None:
    with pytest.raises(SignerUnlisted):
        export(devices, tmp_path / "mallory", person="mallory")
    assert not (tmp_path / "mallory").exists()

    others = tmp_path / "others"
    others.write_text((devices.rehearsal.folder / "keys" / "allowed_signers").read_text().splitlines()[1])
    result = verify_pack(pack, others)
    assert (result.is_whole, [one.change for one in result.differences]) == (False, ["signature"])


def test_an_expired_exception_is_a_failure_again_in_evidence_of_the_day_it_expires(
    devices: Devices,
) -> None:
    with devices.rehearsal.programme() as programme:
        run = collect_and_judge(programme, selection="name=ndj-acc1")
        failing = next(row.control for row in run.devices[0].verdicts if row.verdict.value == "FAIL")
        now = programme.clock()
        path = devices.rehearsal.town / "exceptions.yaml"
        before = path.read_text(encoding="utf-8")
    day = local_date(now)
    path.write_text(
        before
        + f"""  - name: short
    control: {failing}
    devices: [ndj-acc1]
    owner: Drift
    reason: it is being rebuilt
    compensating_measure: the room is locked
    granted_on: {day - timedelta(days=1)}
    expires_on: {day + timedelta(days=1)}
""",
        encoding="utf-8",
    )
    try:
        with devices.rehearsal.programme() as programme:
            collect_and_judge(programme, selection="name=ndj-acc1")
            found = {}
            for later in (0, 1):
                ahead = dataclasses.replace(
                    programme, clock=lambda later=later: now + timedelta(days=later, hours=1)
                )
                gathered = gather_evidence(ahead, "norddjurs", day=local_date(ahead.clock()))
                row = next(
                    one for one in gathered.verdicts if (one.device, one.control) == ("ndj-acc1", failing)
                )
                found[later] = (row.recorded.value, row.verdict.value)
    finally:
        path.write_text(before, encoding="utf-8")
    assert found == {0: ("WAIVED", "WAIVED"), 1: ("WAIVED", "FAIL")}


def test_a_day_before_the_first_collection_and_one_to_come_have_no_evidence(
    devices: Devices, tmp_path: Path
) -> None:
    with pytest.raises(NothingToDo, match="nothing was collected"):
        export(devices, tmp_path / "early", day=today(devices) - timedelta(days=2))
    with pytest.raises(NothingToDo, match="has not begun"):
        export(devices, tmp_path / "late", day=today(devices) + timedelta(days=2))


def test_a_folder_that_is_there_is_never_written_over_and_one_without_a_manifest_is_told(
    devices: Devices, pack: Path, tmp_path: Path
) -> None:
    with pytest.raises(EvidenceNotWritten):
        export(devices, pack)
    with pytest.raises(EvidenceUnreadable):
        verify(devices, tmp_path)


def test_the_commands_write_and_verify_a_pack(
    devices: Devices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in devices.rehearsal.environment().items():
        monkeypatch.setenv(name, value)
    folder, key = tmp_path / "pack", str(devices.rehearsal.key("anna"))

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(words))
        return result.exit_code, result.stdout.splitlines()[-1] if result.stdout else ""

    words = ("export", "--municipality", "norddjurs", "--output", str(folder), "--key", key)
    code, last = run(*words)
    assert (code, last.partition(",")[0]) == (0, "signed by anna@example.dk")
    code, last = run("verify", str(folder))
    assert code == 0
    assert "are whole, signed by anna@example.dk" in last
    (folder / "index.html").write_text("<p>All is well.</p>")
    code, last = run("verify", str(folder))
    assert (code, last) == (1, f"{folder} is not as it was signed: 1 differences")
    nobody = tmp_path / "nobody"
    nobody.write_text("")
    assert run("verify", str(folder), "--allowed-signers", str(nobody))[0] == 1
