"""Completion of ``--select``: what is offered, and through the real shell and the real command."""

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.models import Inventory
from inventory.selection import DEVICE_KEYS, SERVER_KEYS, select_devices, select_servers
from inventory.selection_completion import complete_selection
from inventory.selection_language import parse_selection
from inventory.selection_values import values_of_devices, values_of_servers

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"
PROGRAMS = Path(sys.executable).parent
VALUES = {
    "role": ("access", "core", "firewall"),
    "owner": ("IT og Digitalisering", "Kommunikation", 'Sundhed "og" Omsorg', "it's", ""),
    "name": ("acc1", "acc2", "acc10"),
}


def offered(incomplete: str, quote: str = '"') -> list[str]:
    return list(
        complete_selection(
            incomplete, keys=tuple(VALUES), values_of=lambda key, _terms: VALUES[key], quote=quote
        )
    )


@pytest.mark.parametrize(
    ("incomplete", "continuations"),
    [
        ("", ["role=", "role!=", "owner=", "owner!=", "name=", "name!="]),
        ("ro", ["role=", "role!="]),
        ("role!", ["role!="]),
        ("role=", ["role=access", "role=core", "role=firewall"]),
        ("role=f", ["role=firewall"]),
        ("role=access", ["role=access"]),
        ("role!=access,", ["role!=access,core", "role!=access,firewall"]),
        ("name=acc1", ["name=acc1", "name=acc10"]),
        ("name=acc1,acc1", ["name=acc1,acc10"]),
        ("role=core  na", ["role=core  name=", "role=core  name!="]),
        ("owner='IT og' ro", ["owner='IT og' role=", "owner='IT og' role!="]),
        ("owner=K", ["owner=Kommunikation"]),
        ("owner=I", ['owner=I"T og Digitalisering"']),
        ('owner="I', ['owner="IT og Digitalisering"']),
        ("owner='S", ["owner='Sundhed \"og\" Omsorg'"]),
        ('owner="S', ['owner="Sundhed \\"og\\" Omsorg"']),
        (
            'owner=Kommunikation,"IT og Digitalisering",i',
            ['owner=Kommunikation,"IT og Digitalisering",i"t\'s"'],
        ),
        (
            'owner="',
            [
                'owner=""',
                'owner="IT og Digitalisering"',
                'owner="Kommunikation"',
                'owner="Sundhed \\"og\\" Omsorg"',
                'owner="it\'s"',
            ],
        ),
        ("role=x", []),
        ("rolle=", []),
        ("role=acc*", []),
        ("=", []),
        ("role=,", []),
        ("owner=K='", []),
    ],
)
def test_what_is_typed_goes_on(incomplete: str, continuations: list[str]) -> None:
    assert offered(incomplete) == continuations


def test_inside_double_quotes_of_the_shell_values_get_single_ones() -> None:
    assert offered("owner=I", quote="'") == ["owner=I'T og Digitalisering'"]
    assert offered("owner=i", quote="'") == []


@given(st.sampled_from(sorted(VALUES)), st.text("acro=!,\"' ITS", max_size=12))
def test_every_continuation_begins_with_what_is_typed_and_is_a_selection(key: str, text: str) -> None:
    incomplete = f"{key}={text}"
    for one in offered(incomplete):
        assert one.startswith(incomplete.rstrip("\"'")) or '"' in incomplete or "'" in incomplete
        if not one.endswith("="):
            last = parse_selection(one)[-1]
            assert last.values[-1].text in VALUES[last.key]
            assert last.values[-1].wildcards == frozenset()


def no_time() -> float:
    return 0.0


@pytest.mark.parametrize("what", ["devices", "servers"])
def test_every_value_that_is_offered_selects_and_none_is_missing(
    inventory: Inventory, tmp_path: Path, what: str
) -> None:
    keys: Any = DEVICE_KEYS if what == "devices" else SERVER_KEYS
    opened: Any = values_of_devices if what == "devices" else values_of_servers
    chosen: Any = select_devices if what == "devices" else select_servers
    values = opened(EXAMPLE, tmp_path / "completion", clock=no_time, budget_seconds=1.0)
    town = inventory.municipalities[0]
    for key, one in keys.items():
        read = one.reader(town)
        assert values(key, ()) == {text for item in getattr(town, what) for text in read(item)}
        continuations = values.complete(f"{key}=")
        assert len(continuations) == len(values(key, ())) > 0
        for text in continuations:
            assert chosen(inventory, text)
    values.keep()
    again = opened(EXAMPLE, tmp_path / "completion", clock=no_time, budget_seconds=-1.0)
    assert {key: again(key, ()) for key in keys} == {key: values(key, ()) for key in keys}


def test_only_the_municipalities_that_are_selected_are_read(example: Path) -> None:
    other = example / "municipalities" / "syddjurs"
    other.mkdir()
    (other / "devices.yaml").write_text("devices: nothing that anybody could read\n", encoding="utf-8")
    values = values_of_devices(example, None, clock=no_time, budget_seconds=1.0)

    assert values.complete("municipality=") == ("municipality=norddjurs", "municipality=syddjurs")
    assert values.complete("municipality!=s* role=c") == ("municipality!=s* role=core",)
    assert values.complete("municipality=syd* role=") == ()
    assert values.complete("role=c") == ("role=core",)


def test_what_was_kept_is_read_anew_when_a_file_changes_and_never_trusted_blindly(
    example: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "completion"
    first = values_of_devices(example, kept, clock=no_time, budget_seconds=1.0)
    assert first.complete("model=S") == ("model=SRX345",)
    first.keep()
    devices = example / "municipalities" / "norddjurs" / "devices.yaml"
    devices.write_text(
        devices.read_text(encoding="utf-8").replace("model: SRX345", "model: SRX1500"), encoding="utf-8"
    )
    later = values_of_devices(example, kept, clock=no_time, budget_seconds=1.0)
    assert later.complete("model=S") == ("model=SRX1500",)
    (file,) = kept.iterdir()
    for content in (b"", b"{", b"samdrift-completion-1\n{", file.read_bytes()[:-9], b"other\n{}"):
        file.write_bytes(content)
        spoilt = values_of_devices(example, kept, clock=no_time, budget_seconds=1.0)
        assert spoilt.complete("model=S") == ("model=SRX1500",)


def test_an_answer_that_takes_too_long_is_given_in_parts(tmp_path: Path, example: Path) -> None:
    towns = example / "municipalities"
    for name in ("aarhus", "randers"):
        (towns / name).mkdir()
        text = (towns / "norddjurs" / "devices.yaml").read_text(encoding="utf-8")
        (towns / name / "devices.yaml").write_text(text.replace("ndj-", f"{name}-"), encoding="utf-8")
    answers = []
    for _ in range(3):
        seconds = iter([float(second) for second in range(9)])
        values = values_of_devices(
            example, tmp_path / "completion", clock=partial(next, seconds), budget_seconds=1.5
        )
        answers.append(values.complete("name="))
        values.keep()
    names = [{answer.partition("=")[2].partition("-")[0] for answer in one} for one in answers]
    assert names == [{"aarhus"}, {"aarhus", "ndj"}, {"aarhus", "ndj", "randers"}]


# Through the real command.


def environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "SAMDRIFT_INVENTORY": str(EXAMPLE),
        "TERM": "dumb",
        "PS1": "$ ",
    }


def asked(folder: Path, words: list[str], **more: str) -> list[str]:
    """Return what the command answers bash, which hands the words over on lines of their own."""
    told = subprocess.run(
        [PROGRAMS / "samdrift"],
        env=environment(folder)
        | {"_SAMDRIFT_COMPLETE": "complete_bash", "COMP_WORDS": "\n".join(words)}
        | {"COMP_CWORD": str(len(words) - 1)}
        | more,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert told.stderr == ""
    return told.stdout.split("\n")[:-1]


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        (["devices", "collect", "--select", "'role=fire"], ["role=firewall"]),
        (
            ["devices", "collect", "--details", "-s", "'role=access pl"],
            ["role=access platform=", "role=access platform!="],
        ),
        (["devices", "drift", "-s", "role", "=", "fire"], ["firewall"]),
        (["devices", "drift", "--select", "=", "role", "="], ["access", "core", "edge", "firewall"]),
        (["devices", "drift", "--select", "ro"], ["role=", "role!="]),
        (["wave", "plan", "-s", "'criticality=v"], ["criticality=vital"]),
        (
            ["wave", "plan", "-s", "'owner="],
            [
                "owner=Borgmesterkontoret",
                'owner="IT og Digitalisering"',
                "owner=Kommunikation",
                'owner="Sundhed og Omsorg"',
            ],
        ),
        (["wave", "plan", "-s", "owner", "=", "S"], ['S\\"undhed\\ og\\ Omsorg\\"']),
        (["wave", "plan", "-s", '"owner=S'], ["owner=S'undhed og Omsorg'"]),
        (["inventory", "show", "--select", "'name=ndj-fw1,ndj-f"], ["name=ndj-fw1,ndj-fw2"]),
        (["inventory", "show", "--select", "'role=nothing"], [""]),
        (["inventory", "show", "missing", "--select", "'role="], [""]),
        (["inventory", "sh"], ["show"]),
    ],
)
def test_the_command_answers_a_shell(tmp_path: Path, words: list[str], answers: list[str]) -> None:
    assert asked(tmp_path, ["samdrift", *words]) == answers


def test_a_folder_that_is_named_is_the_one_that_is_read(tmp_path: Path) -> None:
    more = {"SAMDRIFT_INVENTORY": str(tmp_path)}
    option = ["samdrift", "devices", "collect", "-i", str(EXAMPLE), "-s", "'role=c"]
    argument = ["samdrift", "inventory", "show", str(EXAMPLE), "--select", "'role=c"]

    assert asked(tmp_path, option, **more) == ["role=core"]
    assert asked(tmp_path, argument, **more) == ["role=core"]
    assert asked(tmp_path, ["samdrift", "devices", "collect", "-s", "'role=c"], **more) == [""]


def test_wrong_settings_and_a_wrong_inventory_are_answered_with_nothing(
    tmp_path: Path, example: Path
) -> None:
    words = ["samdrift", "devices", "collect", "-s", "'role=c"]
    (example / "municipalities" / "norddjurs" / "devices.yaml").write_bytes(b"devices: [\xff")

    assert asked(tmp_path, words, SAMDRIFT_INVENTRY="x") == [""]
    assert asked(tmp_path, words, SAMDRIFT_INVENTORY=str(example)) == [""]
    assert asked(tmp_path, words, SAMDRIFT_INVENTORY=str(example / "samdrift.yaml")) == [""]


def test_the_cache_lies_in_the_state_folder_where_there_is_one(tmp_path: Path) -> None:
    words = ["samdrift", "devices", "collect", "-s", "'role=c"]
    assert asked(tmp_path, words) == ["role=core"]
    assert not (tmp_path / ".samdrift").exists()
    (tmp_path / ".samdrift").mkdir()

    assert asked(tmp_path, words) == ["role=core"]
    (file,) = (tmp_path / ".samdrift" / "completion").iterdir()
    head, _, body = file.read_text(encoding="utf-8").partition("\n")
    assert head == "samdrift-completion-1"
    assert json.loads(body)["norddjurs/devices"]["values"]["role"] == ["access", "core", "edge", "firewall"]
    assert asked(tmp_path, words) == ["role=core"]


@contextmanager
def terminal(folder: Path) -> Iterator[int]:
    """Start an interactive bash with completion as it is installed, on a terminal of its own."""
    script = subprocess.run(
        [PROGRAMS / "samdrift"],
        env=environment(folder) | {"_SAMDRIFT_COMPLETE": "source_bash"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    (folder / "bashrc").write_text(f"{script}\nPS1='$ '\n", encoding="utf-8")
    ours, theirs = pty.openpty()
    shell = subprocess.Popen(
        ["bash", "--rcfile", str(folder / "bashrc"), "-i"],
        env=environment(folder),
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield ours
    finally:
        shell.kill()
        shell.wait()
        os.close(ours)


def shown(end: int, wanted: str, seconds: float = 30.0) -> str:
    """Return what the terminal shows, as soon as it shows the wanted text or the time is over."""
    text = ""
    until = time.monotonic() + seconds
    while wanted not in text and time.monotonic() < until:
        if select.select([end], [], [], 0.1)[0]:
            # Bash rings the bell where there is more than one way to go on.
            text += os.read(end, 4096).decode().replace("\a", "")
    return text


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("samdrift devices collect --select role=fire\t", "--select role=firewall "),
        ("samdrift devices collect --select='role!=access pla\t=ju\t", "role!=access platform=junos' "),
        ("samdrift devices collect -s 'name=ndj-acc1,ndj-co\t", "-s 'name=ndj-acc1,ndj-core1' "),
    ],
)
def test_bash_completes_on_a_terminal(tmp_path: Path, typed: str, line: str) -> None:
    with terminal(tmp_path) as end:
        assert shown(end, "$ ").endswith("$ ")
        os.write(end, typed.encode())
        assert line in shown(end, line)
