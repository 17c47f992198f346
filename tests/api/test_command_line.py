"""The process edge: exit codes, one clear message, and only what a command needs is loaded."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from api.cli.app import GROUPS
from api.composition import run_folder
from api.settings import Settings
from records.service import Records

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"
Samdrift = Callable[..., "subprocess.CompletedProcess[str]"]


def message(told: "subprocess.CompletedProcess[str]") -> str:
    """Return the one message of a command that failed."""
    found = [line for line in told.stderr.splitlines() if line.startswith("samdrift: ")]
    assert len(found) == 1, told.stderr
    assert "Traceback" not in told.stderr
    return found[0]


def test_help_names_every_group_with_its_line(samdrift: Samdrift) -> None:
    told = samdrift("--help")
    assert told.returncode == 0
    assert [name for name in GROUPS if not re.search(rf"\b{name}\b", told.stdout)] == []


HEAVY = ("fastapi", "dbos", "pulumi", "ansible_runner", "napalm", "uvicorn", "sqlalchemy")


@pytest.mark.parametrize(
    ("words", "spared"),
    [
        ("compliance --help", HEAVY),
        ("--help", HEAVY),
        ("inventory check --help", HEAVY),
        ("wave --help", ("fastapi", "uvicorn")),
    ],
)
def test_a_command_loads_only_what_it_needs(words: str, spared: tuple[str, ...]) -> None:
    script = textwrap.dedent(
        """
        import sys
        from api.cli.app import main
        try:
            main()
        except SystemExit as ended:
            assert ended.code in (0, None), ended.code
        loaded = {name.partition(".")[0] for name in sys.modules}
        print("LOADED", *sorted(loaded), file=sys.stderr)
        """,
    )
    told = subprocess.run(
        [sys.executable, "-c", script, *words.split()],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    loaded = told.stderr.split()
    assert (told.returncode, loaded[0]) == (0, "LOADED")
    assert "typer" in loaded
    assert sorted(set(loaded) & set(spared)) == []


def test_an_unknown_command_is_a_usage_error(samdrift: Samdrift) -> None:
    assert samdrift("wave", "fly").returncode == 2
    assert samdrift("harden", "apply").returncode == 2


def test_a_wrong_inventory_gives_one_message_and_makes_nothing(samdrift: Samdrift, tmp_path: Path) -> None:
    told = samdrift("status", SAMDRIFT_INVENTORY=str(tmp_path / "nowhere"))
    assert told.returncode == 2
    assert "nowhere" in message(told)
    assert not (tmp_path / "state" / "programme.db").exists()


def test_a_misspelt_setting_gives_one_message(samdrift: Samdrift) -> None:
    told = samdrift("status", SAMDRIFT_ENDPOINT="lab.json")
    assert told.returncode == 2
    assert "SAMDRIFT_ENDPOINT" in message(told)


def test_a_plan_that_is_not_there_gives_one_message(samdrift: Samdrift, tmp_path: Path) -> None:
    told = samdrift("wave", "seed", "--plan", str(tmp_path / "none.json"))
    assert told.returncode == 2
    assert "cannot be read" in message(told)


def test_status_journal_and_plans_answer_on_a_new_programme(samdrift: Samdrift) -> None:
    status = samdrift("status", "--json")
    assert (status.returncode, '"journal_entries": 0' in status.stdout) == (0, True)
    assert samdrift("journal", "verify").stdout == "0 entries, the chain holds\n"


def test_a_plan_is_approved_through_the_command_line_by_key_and_by_signature(
    samdrift: Samdrift, tmp_path: Path
) -> None:
    for person in ("anna", "bo", "mallory"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", str(tmp_path / person)]
        subprocess.run(command, check=True)
    signers = tmp_path / "allowed_signers"
    signers.write_text(
        "".join(
            f'{person}@example.dk namespaces="samdrift" {(tmp_path / f"{person}.pub").read_text()}'
            for person in ("anna", "bo")
        ),
    )

    def command(*words: str) -> "subprocess.CompletedProcess[str]":
        return samdrift(*words, SAMDRIFT_ALLOWED_SIGNERS=str(signers))

    made = command("wave", "plan", "--select", "name=ndj-web1", "--output", "wave.json")
    assert made.returncode == 0, made.stderr
    by_key = command("plan", "approve", "wave.json", "--purpose", "wave-plan", "--key", "anna")
    assert by_key.stdout.endswith("for wave-plan: 1 of 2\n"), by_key
    text = command("plan", "message", "wave.json", "--purpose", "wave-plan").stdout
    signed = subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-n", "samdrift", "-f", str(tmp_path / "bo")],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (tmp_path / "bo.sig").write_text(signed)
    by_signature = command("plan", "approve", "wave.json", "--purpose", "wave-plan", "--signature", "bo.sig")
    assert by_signature.stdout.endswith("for wave-plan: 2 of 2\n"), by_signature
    stranger = command("plan", "approve", "wave.json", "--purpose", "wave-plan", "--key", "mallory")
    assert (stranger.returncode, "not among the allowed signers" in message(stranger)) == (2, True)
    other = command("plan", "approve", "wave.json", "--purpose", "cutover", "--signature", "bo.sig")
    assert (other.returncode, "does not fit" in message(other)) == (2, True)
    neither = command("plan", "approve", "wave.json", "--purpose", "cutover")
    assert (neither.returncode, "--key or --signature" in neither.stderr) == (2, True)


FAULTY = textwrap.dedent(
    """
    import os, signal, sys
    import api.cli.app as edge
    import typer

    def build(words):
        app = typer.Typer(pretty_exceptions_enable=False)

        @app.command()
        def wait():
            import threading, time
            # A step at work in a thread of the engine, which a normal end of the process would wait for.
            threading.Thread(target=time.sleep, args=(30,)).start()
            print("waiting", flush=True)
            time.sleep(30)

        @app.command()
        def broken():
            raise ZeroDivisionError("nobody thought of this")

        return app

    edge.build_app = build
    edge.main()
    """,
)


def test_a_fault_of_the_program_keeps_its_traceback_in_a_file(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FAULTY, "broken"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "SAMDRIFT_STATE_FOLDER": str(tmp_path / "state")},
    )
    assert told.returncode == 70
    assert "ZeroDivisionError: nobody thought of this" in message(told)
    kept = (tmp_path / "state" / "fault.txt").read_text()
    assert kept.startswith("Traceback")
    assert kept.endswith("ZeroDivisionError: nobody thought of this\n")


def test_an_interrupted_command_ends_at_once_although_a_step_is_at_work(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", FAULTY, "wait"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SAMDRIFT_STATE_FOLDER": str(tmp_path / "state")},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=15)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, err) == (
        130,
        "samdrift: interrupted; the same command goes on where this one stopped\n",
    )


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that an ordinary user can reach."""
    with tempfile.TemporaryDirectory(prefix="sd-api-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        own = run_folder(Settings(state_folder=folder / "state"))
        own.rmdir()
        other = own.name.replace(f"sd-{os.getuid()}-", "sd-65534-")
        shutil.rmtree(own.with_name(other), ignore_errors=True)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can run the command line as another user")
def test_a_read_only_database_gives_one_message_and_nothing_is_half_done(open_folder: Path) -> None:
    words = ("wave", "plan", "--select", "name=ndj-web1")
    state = open_folder / "state"
    state.mkdir()
    Records(f"sqlite:///{state / 'programme.db'}", state / "evidence").close()
    (state / "allowed_signers").touch()
    before = sorted(path.name for path in state.iterdir())
    told = subprocess.run(
        [
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            sys.executable,
            str(Path(sys.executable).parent / "samdrift"),
            *words,
        ],
        cwd=open_folder,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(open_folder),
            "SAMDRIFT_INVENTORY": str(EXAMPLE),
            "SAMDRIFT_STATE_FOLDER": str(state),
            "SAMDRIFT_IDENTITY": "ida@example.dk",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 2, told.stderr
    assert re.search(r"programme.db cannot be (written|used) .*(read-?only|unable)", message(told))
    assert sorted(path.name for path in state.iterdir()) == before


def test_a_port_that_is_taken_gives_one_message(samdrift: Samdrift) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = samdrift("serve", SAMDRIFT_API_PORT=str(port))
    assert told.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened on" in message(told)


def test_the_service_runs_until_interrupted_and_its_token_is_in_a_private_file(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SAMDRIFT_")}
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "samdrift"), "serve"],
        cwd=tmp_path,
        env=environment
        | {
            "SAMDRIFT_INVENTORY": str(EXAMPLE),
            "SAMDRIFT_STATE_FOLDER": str(tmp_path / "state"),
            "SAMDRIFT_API_PORT": str(port),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        file = tmp_path / "state" / "api-token"
        assert str(file) in told
        token = file.read_text().strip()
        assert token not in told
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        url = f"http://127.0.0.1:{port}/api/v1/status"
        deadline = time.monotonic() + 30
        answers = []
        while time.monotonic() < deadline and not answers:
            try:
                answers = [
                    httpx2.get(url, headers=headers, trust_env=False).status_code
                    for headers in ({}, {"Authorization": f"Bearer {token}"})
                ]
            except httpx2.ConnectError:
                time.sleep(0.1)
        assert answers == [401, 200]
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
        run_folder(Settings(state_folder=tmp_path / "state")).rmdir()
    assert process.returncode == 130
    assert "Traceback" not in err
