"""The set-up as a whole: its lock, its log, and the virtual environment after a kill."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bootstrap.errors import StepFailedError
from bootstrap.folder_lock import folder_lock
from bootstrap.progress import Progress
from bootstrap.venv import ensure_venv

ROOT = Path(__file__).resolve().parents[2]


def _project(folder: Path) -> Path:
    """Make a checkout whose lock files name nothing, so that no network is needed."""
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "own_backend"\nbackend-path = ["."]\n'
        '[project]\nname = "tiny"\nversion = "1"\n'
    )
    (folder / "own_backend.py").write_text(_BACKEND)
    (folder / "requirements.lock").write_text("")
    (folder / "requirements-libvirt.lock").write_text("")
    return folder


_BACKEND = """
import zipfile
def prepare_metadata_for_build_editable(folder, config_settings=None):
    import pathlib
    info = pathlib.Path(folder) / "tiny-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
    return info.name
def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(f"{folder}/tiny-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
        wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("tiny-1.dist-info/RECORD", "")
    return "tiny-1-py3-none-any.whl"
"""


def test_a_failing_step_names_itself_and_shows_the_end_of_its_output(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "log")
    with pytest.raises(StepFailedError, match=r"making tea: exit code 3; .*\n  no water"):
        progress.run(["sh", "-c", "echo no water; exit 3"], doing="making tea")
    with pytest.raises(StepFailedError, match="making tea: /nowhere: No such file"):
        progress.run(["/nowhere"], doing="making tea")


def test_a_second_setup_waits_until_the_first_and_its_children_have_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = Progress(tmp_path / "log")
    with folder_lock(tmp_path / "lock", progress, "x") as descriptor:
        child = subprocess.Popen(["sleep", "1"], pass_fds=(descriptor,))
    started = time.monotonic()
    try:
        with folder_lock(tmp_path / "lock", progress, "this folder"):
            assert child.poll() is not None or time.monotonic() - started > 0.5
    finally:
        child.wait()
    assert "another set-up is at work on this folder: waiting" in capsys.readouterr().out


def test_two_holders_never_hold_the_lock_together(tmp_path: Path) -> None:
    inside: list[str] = []

    def hold(name: str) -> None:
        with folder_lock(tmp_path / "lock", Progress(tmp_path / "log"), "x"):
            inside.append(f"{name} in")
            time.sleep(0.05)
            inside.append(f"{name} out")

    threads = [threading.Thread(target=hold, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pairs = [(inside[i], inside[i + 1]) for i in range(0, 6, 2)]
    assert sorted(pairs) == [("a in", "a out"), ("b in", "b out"), ("c in", "c out")]


def test_an_environment_is_made_once_and_again_only_when_something_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = _project(tmp_path)
    ensure_venv(root, Progress(root / "log"))
    assert "making .venv" in capsys.readouterr().out
    assert (root / ".venv/lib/python3.11/site-packages/tiny.py").is_file()
    ensure_venv(root, Progress(root / "log"))
    assert capsys.readouterr().out == ""
    (root / "requirements.lock").write_text("# another lock\n")
    ensure_venv(root, Progress(root / "log"))
    said = capsys.readouterr().out
    assert "installing the locked packages" in said
    assert "making .venv" not in said


def test_an_environment_that_was_broken_off_is_made_anew(tmp_path: Path) -> None:
    root = _project(tmp_path)
    half = root / ".venv" / "lib" / "half"
    half.mkdir(parents=True)
    (root / ".venv" / ".samdrift-begun").touch()
    ensure_venv(root, Progress(root / "log"))
    assert not half.exists()
    assert not (root / ".venv" / ".samdrift-begun").exists()
    assert (root / ".venv/lib/python3.11/site-packages/tiny.py").is_file()


def test_a_package_without_its_hash_is_refused(tmp_path: Path) -> None:
    root = _project(tmp_path)
    (root / "requirements.lock").write_text("rich==14.0.0\n")
    with pytest.raises(StepFailedError, match="Hashes are required"):
        ensure_venv(root, Progress(root / "log"))
    assert (root / ".venv" / ".samdrift-begun").exists()


def test_another_python_without_a_3_11_beside_it_is_one_clear_message(tmp_path: Path) -> None:
    code = (
        "import sys, runpy; sys.version_info = (3, 12, 0, 'final', 0); sys.argv = ['bootstrap'];"
        "runpy.run_module('bootstrap', run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "setup: Python 3.11 is needed and is not on PATH: install it and repeat\n"


def test_lock_files_name_no_index_and_carry_a_hash_for_every_package() -> None:
    for name in ("requirements.lock", "requirements-libvirt.lock", "requirements-go.lock"):
        text = (ROOT / name).read_text()
        blocks = [block for block in text.replace("\\\n", " ").splitlines() if block.strip()]
        assert blocks, name
        assert all("==" in block and "--hash=sha256:" in block for block in blocks), name
        assert "://" not in text, name
        assert "index" not in text.replace("--hash", ""), name
