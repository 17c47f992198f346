"""The processes of the lab's Nautobot server: on record, ended in order, and found again after a kill.

The server itself takes minutes and is started by ``make nautobot-check`` alone; here its helpers run programs
of the system.
"""

import sys
from pathlib import Path

import pytest

from lab.nautobot.commands import RunFolder
from lab.nautobot.environment import LOCK_FILE, only_one, version_folder
from lab.nautobot.errors import NautobotLabError
from lab.nautobot.population import TOWN, render_content
from lab.processes import is_alive

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def run_folder(tmp_path: Path) -> RunFolder:
    path = tmp_path / "run"
    path.mkdir()
    return RunFolder(path, lambda _: None)


def test_a_program_gets_its_input_and_gives_its_output(run_folder: RunFolder) -> None:
    command = [sys.executable, "-c", "import sys; print(sys.stdin.read().upper())"]
    assert run_folder.run(command, doing="shouting", standard_input="abc") == "ABC\n"


def test_a_program_that_fails_is_told_with_its_last_words(run_folder: RunFolder) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no room')"]
    with pytest.raises(NautobotLabError, match=r"(?s)trying: exit code 1.*no room"):
        run_folder.run(command, doing="trying")


def test_a_program_that_is_not_there_is_told(run_folder: RunFolder) -> None:
    with pytest.raises(NautobotLabError, match="No such file"):
        run_folder.run([str(run_folder.path / "nothing")], doing="trying")


def test_a_daemon_is_ended_with_its_folder(run_folder: RunFolder) -> None:
    record = run_folder.start(SLEEP, doing="sleeping", answers=lambda: True)
    assert is_alive(record)
    run_folder.remove()
    assert not is_alive(record)
    assert not run_folder.path.exists()


def test_a_daemon_that_stays_silent_is_told_and_ended(run_folder: RunFolder) -> None:
    with pytest.raises(NautobotLabError, match=r"no answer within 0\.1 s"):
        run_folder.start(SLEEP, doing="sleeping", answers=lambda: False, timeout_seconds=0.1)
    assert (run_folder.path / "processes.json").read_text() == "[]"


def test_a_daemon_that_ends_at_once_is_told(run_folder: RunFolder) -> None:
    with pytest.raises(NautobotLabError, match="it ended"):
        run_folder.start([sys.executable, "-c", ""], doing="ending", answers=lambda: False)


def test_another_run_ends_what_a_killed_one_left(run_folder: RunFolder) -> None:
    record = run_folder.start(SLEEP, doing="sleeping", answers=lambda: True)
    RunFolder(run_folder.path, lambda _: None).remove()
    assert not is_alive(record)


def test_one_user_runs_one_server_at_a_time(tmp_path: Path) -> None:
    with only_one(tmp_path / "cache") as last:
        last.write_text("somewhere")
    with only_one(tmp_path / "cache") as last:
        assert last.read_text() == "somewhere"


def test_every_locked_package_has_a_hash_and_the_lock_names_its_folder(tmp_path: Path) -> None:
    lines = LOCK_FILE.read_text().replace("\\\n", "").splitlines()
    assert [line for line in lines if line and "--hash=sha256:" not in line] == []
    assert [line for line in lines if line.startswith("nautobot==")]
    assert version_folder(tmp_path).parent == tmp_path


def test_a_seed_gives_the_same_town_and_another_one_another() -> None:
    first, again, other = (render_content(seed, devices=60, neighbours=5) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    active = [one for one in first.devices if one.tenant == TOWN and one.status == "Active" and one.primary]
    taken = [one for one in active if one.role != "UPS" and one.platform not in {None, "Hjemmelavet"}]
    assert len(taken) == 60
