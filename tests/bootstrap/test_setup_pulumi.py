"""The ways to a Pulumi CLI, with a release server on loopback."""

import contextlib
import hashlib
import http.server
import io
import json
import os
import platform
import stat
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bootstrap.errors import PulumiUnavailableError
from bootstrap.progress import Progress
from bootstrap.pulumi_build import new_enough
from bootstrap.pulumi_cli import cache_folder, ensure_pulumi, usable_version
from bootstrap.pulumi_download import DownloadError, checksum_of, download

MACHINE = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), "x64")
ARCHIVE = f"pulumi-v3.256.0-linux-{MACHINE}.tar.gz"
CLI = b"#!/bin/sh\necho v3.256.0\n"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        """Keep the test output clean."""


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _release(folder: Path, *, member: str = "pulumi/pulumi", digest: str | None = None) -> None:
    where = folder / "v3.256.0"
    where.mkdir(parents=True)
    with tarfile.open(where / ARCHIVE, "w:gz") as archive:
        entry = tarfile.TarInfo(member)
        entry.size = len(CLI)
        archive.addfile(entry, io.BytesIO(CLI))
    real = hashlib.sha256((where / ARCHIVE).read_bytes()).hexdigest()
    (where / "pulumi-3.256.0-checksums.txt").write_text(f"{digest or real}  {ARCHIVE}\n")


def _program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("v3.256.0\n", "3.256.0"),
        ("v3.300.1-alpha.1+x", "3.300.1"),
        ("v3.255.9", None),
        ("v4.0.0", None),
        ("", None),
        ("3.256", None),
    ],
)
def test_a_version_counts_only_where_it_is_new_enough_and_below_4(printed: str, version: str | None) -> None:
    assert usable_version(printed) == version


@pytest.mark.parametrize(
    ("printed", "good"),
    [
        ("go version go1.25.11 linux/amd64", True),
        ("go version go1.27 linux/amd64", True),
        ("go version go1.25.10 linux/amd64", False),
        ("go version go1.19.8 linux/amd64", False),
        ("no go here", False),
    ],
)
def test_go_counts_only_from_1_25_11_on(printed: str, good: bool) -> None:  # noqa: FBT001
    assert new_enough(printed) is good


def test_the_cache_folder_follows_the_user_and_ignores_a_relative_setting() -> None:
    assert cache_folder({"XDG_CACHE_HOME": "/somewhere"}) == Path("/somewhere/samdrift")
    assert cache_folder({"XDG_CACHE_HOME": "here"}) == Path.home() / ".cache" / "samdrift"


def test_a_download_with_the_right_checksum_can_be_run(tmp_path: Path) -> None:
    _release(tmp_path / "site")
    with _served(tmp_path / "site") as address:
        download("3.256.0", tmp_path / "pulumi", Progress(tmp_path / "log"), releases=address)
    assert (tmp_path / "pulumi").read_bytes() == CLI
    assert os.access(tmp_path / "pulumi", os.X_OK)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pulumi", "site"]


@pytest.mark.parametrize(
    ("member", "digest", "reason"),
    [
        ("pulumi/pulumi", "0" * 64, "the release says 0000"),
        ("other/file", None, "no file pulumi/pulumi"),
    ],
)
def test_an_archive_that_is_not_what_it_should_be_is_refused_and_removed(
    tmp_path: Path, member: str, digest: str | None, reason: str
) -> None:
    _release(tmp_path / "site", member=member, digest=digest)
    with _served(tmp_path / "site") as address, pytest.raises(DownloadError, match=reason):
        download("3.256.0", tmp_path / "pulumi", Progress(tmp_path / "log"), releases=address)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_release_server_that_does_not_answer_is_one_clear_error(tmp_path: Path) -> None:
    with _served(tmp_path) as address:
        pass
    with pytest.raises(DownloadError, match="Connection refused"):
        download("3.256.0", tmp_path / "pulumi", Progress(tmp_path / "log"), releases=address)


def test_an_archive_that_the_release_does_not_list_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the release's checksums"):
        checksum_of("a.tar.gz", f"{'0' * 64}  b.tar.gz\nshort  a.tar.gz\n")


def test_a_cli_on_path_is_taken_and_written_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli = tmp_path / "bin" / "pulumi"
    _program(cli, "echo v3.260.1")
    environment = {"PATH": str(cli.parent), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    ensure_pulumi(tmp_path, Progress(tmp_path / "log"), environment)
    record = json.loads((tmp_path / ".samdrift" / "toolchain.json").read_text())
    assert (record["pulumi"], record["version"], record["way"]) == (str(cli), "3.260.1", "on PATH")
    assert "using 3.260.1 found on PATH" in capsys.readouterr().out
    ensure_pulumi(tmp_path, Progress(tmp_path / "log"), environment)
    assert capsys.readouterr().out == ""


def test_an_old_cli_on_path_is_passed_over_for_the_one_in_the_cache(tmp_path: Path) -> None:
    _program(tmp_path / "bin" / "pulumi", "echo v3.100.0")
    kept = tmp_path / "cache" / "samdrift" / "pulumi" / "3.256.0" / "pulumi"
    _program(kept, "echo v3.256.0")
    environment = {"PATH": str(tmp_path / "bin"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    ensure_pulumi(tmp_path, Progress(tmp_path / "log"), environment)
    record = json.loads((tmp_path / ".samdrift" / "toolchain.json").read_text())
    assert record["pulumi"] == str(kept)


def test_no_way_at_all_names_what_was_tried_and_leaves_nothing_half_made(
    tmp_path: Path,
) -> None:
    with _served(tmp_path) as address:
        pass
    environment = {"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    with pytest.raises(PulumiUnavailableError, match=r"official download.*Go compiler"):
        ensure_pulumi(tmp_path, Progress(tmp_path / "log"), environment, releases=address)
    assert not (tmp_path / ".samdrift" / "toolchain.json").exists()
    kept = tmp_path / "cache" / "samdrift" / "pulumi" / "3.256.0"
    assert [path.name for path in kept.iterdir()] == ["lock"]
