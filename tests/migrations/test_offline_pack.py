"""The offline pack of the example: read in a browser without a network, checked without this software."""

import contextlib
import shutil
import stat
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from devices.service import PROFILES
from inventory.models import Disk, NetworkAdapter, Server
from migrations.collection import collect_and_judge
from migrations.errors import NothingToDo, OfflinePackNotWritten, PlanInvalid
from migrations.offline_pack.pack import write_offline_pack
from migrations.offline_pack.restore_steps import NO_STEPS, RESTORE_STEPS, parts_of, restore_steps
from migrations.offline_pack.start_order import start_order
from tests.migrations.twin_devices import TWINS, Devices

DEVICES = {f"ndj-{name}" for name in ("acc1", "acc2", "acc3", "core1", "edge1", "fw1", "fw2")}


class Links(HTMLParser):
    """Collects what a page points to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pointing = {"a": "href", "link": "href", "script": "src", "img": "src"}.get(tag)
        self.found |= {value for name, value in attrs if name == pointing and value is not None}


def links_of(page: Path) -> set[str]:
    parser = Links()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser.found


@pytest.fixture(scope="module")
def devices(make_rehearsal: Any) -> Iterator[Devices]:
    made = Devices(make_rehearsal())
    with contextlib.ExitStack() as stack:
        made.start(stack)
        with made.rehearsal.programme() as programme:
            collect_and_judge(programme, selection=f"name={','.join(TWINS)}")
        yield made


@pytest.fixture
def pack(devices: Devices, tmp_path: Path) -> Path:
    with devices.rehearsal.programme() as programme:
        made = write_offline_pack(programme, "norddjurs", tmp_path / "pack", with_secrets=False)
    assert set(made.without_configuration) == DEVICES - set(TWINS)
    return made.folder


def test_every_page_is_there_and_every_link_leads_to_a_file_of_the_pack(pack: Path) -> None:
    pages = sorted(pack.rglob("*.html"))
    assert {page.stem for page in pages} == {"index", *DEVICES}
    for page in pages:
        targets = links_of(page)
        assert targets
        assert [target for target in targets if not (page.parent / target).is_file()] == []


def test_the_configuration_is_the_one_that_was_seen_without_its_secrets(devices: Devices, pack: Path) -> None:
    for name in TWINS:
        text = (pack / "konfigurationer" / f"{name}.cfg").read_text(encoding="utf-8")
        assert "$9$" not in text
        assert "$6$" not in text
        assert "<secret>" in text
    assert {path.stem for path in (pack / "konfigurationer").iterdir()} == set(TWINS)
    assert "Senest set, aldrig godkendt" in (pack / "enheder" / "ndj-acc1.html").read_text(encoding="utf-8")
    assert "Der er ingen sikkerhedskopi" in (pack / "enheder" / "ndj-acc2.html").read_text(encoding="utf-8")


def test_with_secrets_the_journal_says_so_and_the_configuration_is_whole(
    devices: Devices, tmp_path: Path
) -> None:
    with devices.rehearsal.programme() as programme:
        write_offline_pack(programme, "norddjurs", tmp_path / "pack", with_secrets=True)
        with programme.records.reading() as transaction:
            entry = transaction.journal.latest(1)[0]
    assert (entry.action, entry.subject) == ("reveal offline pack", "norddjurs")
    text = (tmp_path / "pack" / "konfigurationer" / "ndj-acc1.cfg").read_text(encoding="utf-8")
    secret = next(
        line for line in devices.twins["ndj-acc1"].state().running.splitlines() if "enable secret" in line
    )
    assert secret in text
    assert stat.S_IMODE((tmp_path / "pack").stat().st_mode) == 0o700
    assert "Pakken indeholder adgangskoder" in (tmp_path / "pack" / "index.html").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_the_checksums_find_a_changed_byte_without_this_software(pack: Path) -> None:
    check = ["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"]
    listed = {line.partition("  ")[2] for line in (pack / "SHA256SUMS").read_text().splitlines()}
    on_disk = {path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file()}
    assert on_disk - listed == {"SHA256SUMS"}
    assert subprocess.run(check, cwd=pack, check=False, capture_output=True).returncode == 0
    changed = pack / "konfigurationer" / "ndj-fw1.cfg"
    changed.write_bytes(changed.read_bytes() + b" ")
    assert subprocess.run(check, cwd=pack, check=False, capture_output=True).returncode == 1


def test_a_folder_that_is_taken_and_an_unknown_municipality_are_refused(
    devices: Devices, tmp_path: Path
) -> None:
    with devices.rehearsal.programme() as programme:
        with pytest.raises(OfflinePackNotWritten, match="is there already; name a new folder"):
            write_offline_pack(programme, "norddjurs", tmp_path, with_secrets=False)
        with pytest.raises(NothingToDo, match="no municipality 'skagen'"):
            write_offline_pack(programme, "skagen", tmp_path / "new", with_secrets=False)
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(OfflinePackNotWritten, match="name a new folder where you may write"):
            write_offline_pack(programme, "norddjurs", tmp_path / "file" / "pack", with_secrets=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_the_command_names_devices_without_a_configuration(devices: Devices, tmp_path: Path) -> None:
    answer = devices.rehearsal.run("backup", "offline-pack", "norddjurs", "--output", str(tmp_path / "pack"))

    assert answer.returncode == 1
    told = {line.partition(":")[0] for line in answer.stdout.splitlines() if "no configuration" in line}
    assert told == DEVICES - set(TWINS)
    assert (tmp_path / "pack" / "index.html").is_file()


def server(name: str, *depends_on: str) -> Server:
    return Server(
        name=name,
        application="cases",
        environment="production",
        owner="it",
        cpus=1,
        ram_mib=512,
        networks=(NetworkAdapter(vlan=710, address=IPv4Address("10.0.0.5")),),
        disks=(Disk(name="vda", size_mib=64),),
        depends_on=depends_on,
    )


def test_servers_start_after_what_they_depend_on() -> None:
    servers = (server("web", "app", "elsewhere"), server("db"), server("app", "db"), server("mail"))
    groups = start_order(servers)
    assert [[one.name for one in group] for group in groups] == [["db", "mail"], ["app"], ["web"]]


def test_servers_in_a_circle_have_no_order() -> None:
    with pytest.raises(PlanInvalid, match="in a circle: "):
        start_order((server("a", "b"), server("b", "a")))


def test_a_platform_without_known_steps_says_so() -> None:
    assert restore_steps("other", "x.cfg") == tuple(step.replace("{file}", "x.cfg") for step in NO_STEPS)


@pytest.mark.parametrize("platform", list(RESTORE_STEPS))
def test_steps_name_the_file_and_set_apart_what_is_typed(platform: str) -> None:
    steps = restore_steps(platform, "x.cfg")
    typed = [part.text for step in steps for part in parts_of(step) if part.is_typed]
    assert any("x.cfg" in command for command in typed)
    assert [step for step in steps if "{" in step or step.count("`") % 2] == []
    assert ["".join(part.text for part in parts_of(step)) for step in steps] == [
        step.replace("`", "") for step in steps
    ]


def test_what_is_typed_on_each_platform_is_what_it_knows() -> None:
    typed = {
        platform: [part.text for step in restore_steps(platform, "x.cfg") for part in parts_of(step)]
        for platform in RESTORE_STEPS
    }
    assert "copy usbflash0:x.cfg flash:x.cfg" in typed["ios"]
    assert "configure replace flash:x.cfg" in typed["eos"]
    assert "load override /var/tmp/x.cfg" in typed["junos"]
    assert "execute restore config usb x.cfg" in typed["fortios"]
    assert "copy sftp://BRUGER@192.168.1.2/x.cfg running-config overwrite vrf mgmt" in typed["aoscx"]


def test_every_platform_that_is_changed_has_steps() -> None:
    assert {name for name, profile in PROFILES.items() if profile.revert_timer is not None} <= set(
        RESTORE_STEPS
    )
