"""The inventory in git: what it was at a revision or on a day, without touching anybody's working tree.

Files are read from git's object store by ``git ls-tree`` and ``git cat-file``: no checkout, no hook, no
filter, no network, and it is the same in a bare repository and beside uncommitted work. What an inventory
cannot hold (submodules, symbolic links, Git LFS pointers) is refused, and so is more than one can be.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pydantic import Field

from inventory.errors import RevisionError
from inventory.loaders.yaml_directory import CENTRES, MUNICIPALITIES, ROOT_FILE
from inventory.local_time import LOCAL_ZONE
from inventory.models import Model
from inventory.violations import suggest

TIMEOUT_SECONDS = 120
LARGEST_INVENTORY_BYTES = 512 * 1024 * 1024
MOST_FILES = 50_000
_READ_ENTRIES = (ROOT_FILE, CENTRES, MUNICIPALITIES, "approvers")
_SHALLOW = "this clone is shallow: fetch the whole history"
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_MODES = {"120000": "a symbolic link", "160000": "a submodule"}
# Nothing of the repository's own configuration may start a program or reach for a network.
_OPTIONS = (
    "--no-pager",
    "--literal-pathspecs",
    "--no-replace-objects",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "protocol.allow=never",
    "-c",
    "log.showSignature=false",
)


class Revision(Model):
    """One commit."""

    commit: str = Field(pattern=r"^[0-9a-f]{40,64}$", description="Its full name")
    committed_at: datetime = Field(description="When it was committed, in UTC")
    subject: str = Field(description="The first line of its message")


class _Entry(NamedTuple):
    mode: str
    kind: str
    name: str
    size_bytes: int
    path: str


@dataclass(frozen=True, slots=True)
class Repository:
    """The git repository that holds an inventory, and where in it the inventory lies."""

    directory: Path
    inventory_folder: str

    def resolve(self, revision: str) -> Revision:
        """Return the commit that a branch, a tag or another name of git means.

        Raises:
            RevisionError: there is no such commit.

        """
        wanted = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        found = self._git(*wanted, check=False)
        if found.returncode != 0 or not revision:
            raise RevisionError(
                revision, f"the repository {self.directory} has no such revision", self._near(revision)
            )
        return self._revision(found.stdout.decode().strip())

    def on_day(self, day: date, *, now: datetime, branch: str = "HEAD") -> Revision:
        """Return the last commit of a branch before the end of a past day in Denmark.

        Only the branch itself counts (the first parents): work on a side branch says nothing about the
        inventory before it is merged. The time is the committer's.

        Raises:
            RevisionError: the day is not over, or the branch is younger.

        """
        end = end_of_day(day)
        if end > now:
            action = "name a day that is over; `samdrift status` tells how it stands now"
            raise RevisionError(day.isoformat(), "the day is not over, so its last word is not known", action)
        last = next((one for one in self.history(branch) if one.committed_at < end), None)
        if last is not None:
            return last
        first = self.history(branch)[-1]
        begin = first.committed_at.astimezone(LOCAL_ZONE).date().isoformat()
        reason = f"the inventory in {self.directory} begins on {begin} with commit {first.commit[:12]}"
        action = _SHALLOW if self.is_shallow() else "name a later day"
        raise RevisionError(day.isoformat(), reason, action)

    def history(self, branch: str = "HEAD", *, paths: tuple[str, ...] = ()) -> tuple[Revision, ...]:
        """Return the commits of a branch, newest first; with paths only those that changed one of them.

        Raises:
            RevisionError: there is no such branch.

        """
        start = self.resolve(branch).commit
        # -m with first parents: a merge counts as the change that it made to its branch.
        told = ("--format=%H%x00%ct%x00%s", "--first-parent", "-m", "--no-patch", "--no-show-signature")
        text = self._text("log", *told, start, "--", *paths)
        return tuple(_revision_of(line) for line in text.splitlines())

    def is_shallow(self) -> bool:
        """Tell whether this clone lacks the beginning of its history."""
        return self._text("rev-parse", "--is-shallow-repository") == "true"

    @contextmanager
    def opened(self, revision: Revision, folder: str | None = None) -> Iterator[Path]:
        """Give the inventory of a revision as a folder for as long as it is needed.

        Args:
            revision: the commit.
            folder: its folder in the repository, if not the one in which the inventory lies.

        Raises:
            RevisionError: it is not there, or cannot be an inventory.

        """
        place = self.inventory_folder if folder is None else folder.strip("/")
        entries = self._inventory_entries(revision, place)
        with tempfile.TemporaryDirectory(prefix="samdrift-revision-") as made:
            target = Path(made) / "inventory"
            target.mkdir()
            for path, content in self._contents(revision, entries):
                file = target / PurePosixPath(path).relative_to(place or ".")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            yield target

    def files(self, revision: Revision, paths: Iterable[str]) -> dict[str, bytes]:
        """Return the content of those of the paths (from the top of the repository) that exist.

        Raises:
            RevisionError: one cannot be a file of an inventory.

        """
        wanted = tuple(paths)
        entries = self._tree(revision, *wanted) if wanted else ()
        return dict(self._contents(revision, _checked(revision, entries)))

    def blobs(self, revision: Revision, folder: str) -> dict[str, str]:
        """Return git's name for the content of every file below a folder, by path from the top."""
        return {entry.path: entry.name for entry in self._tree(revision, f"{folder}/")}

    def _inventory_entries(self, revision: Revision, place: str) -> tuple[_Entry, ...]:
        prefix = f"{place}/" if place else ""
        entries = self._tree(revision, *(f"{prefix}{name}" for name in _READ_ENTRIES))
        if not any(entry.path == f"{prefix}{ROOT_FILE}" for entry in entries):
            there = f"the folder '{place}'" if place else "the top folder"
            reason = f"{there} has no {ROOT_FILE} at that revision"
            raise RevisionError(revision.commit[:12], reason, "name the folder, as in git:REVISION:FOLDER")
        return _checked(revision, entries)

    def _tree(self, revision: Revision, *paths: str) -> tuple[_Entry, ...]:
        listed = ("ls-tree", "-r", "-l", "-z", "--full-tree", revision.commit, "--", *paths)
        raw = self._git(*listed).stdout
        return tuple(_entry_of(line) for line in raw.split(b"\0") if line)

    def _contents(self, revision: Revision, entries: tuple[_Entry, ...]) -> Iterator[tuple[str, bytes]]:
        if not entries:
            return
        wanted = "".join(f"{entry.name}\n" for entry in entries).encode()
        raw = memoryview(self._git("cat-file", "--batch", stdin=wanted).stdout)
        at = 0
        for entry in entries:
            header = f"{entry.name} blob {entry.size_bytes}\n".encode()
            end = at + len(header) + entry.size_bytes
            if raw[at : at + len(header)] != header:
                raise RevisionError(
                    revision.commit[:12],
                    f"'{entry.path}' is missing in this clone",
                    "fetch the whole history",
                )
            content = bytes(raw[at + len(header) : end])
            if content.startswith(_LFS_POINTER):
                reason = f"'{entry.path}' is kept in Git LFS, and only a pointer to it is here"
                raise RevisionError(revision.commit[:12], reason, "keep the inventory's files in git itself")
            yield entry.path, content
            at = end + 1

    def _revision(self, commit: str) -> Revision:
        return _revision_of(
            self._text("log", "-1", "--format=%H%x00%ct%x00%s", "--no-show-signature", commit)
        )

    def _near(self, revision: str) -> str:
        listed = ("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
        return suggest(revision, (*self._text(*listed).split(), "HEAD"))

    def _text(self, *arguments: str) -> str:
        return self._git(*arguments).stdout.decode(errors="replace").strip("\n")

    def _git(
        self, *arguments: str, stdin: bytes = b"", check: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        return _git(self.directory, *arguments, stdin=stdin, check=check)


def find_repository(folder: Path) -> Repository:
    """Return the repository that an inventory folder lies in; the folder itself may be gone by now.

    Raises:
        RevisionError: it lies in no git repository, or git cannot read it.

    """
    wanted = folder.resolve()
    there = next(path for path in (wanted, *wanted.parents) if path.is_dir())
    bare = _git(there, "rev-parse", "--is-bare-repository", check=False)
    if bare.returncode != 0:
        reason = bare.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        if "not a git repository" in reason:
            reason = "it lies in no git repository"
        raise RevisionError(str(folder), reason, "keep the inventory in git, or name folders")
    if bare.stdout.strip() == b"true":
        return Repository(Path(_line(there, "rev-parse", "--absolute-git-dir")), "")
    top = Path(_line(there, "rev-parse", "--show-toplevel"))
    inside = wanted.relative_to(top.resolve()).as_posix()
    return Repository(top, "" if inside == "." else inside)


def end_of_day(day: date) -> datetime:
    """Return the end of a day in Denmark, in UTC; a day may have 23 or 25 hours."""
    return start_of_day(day + timedelta(days=1))


def start_of_day(day: date) -> datetime:
    """Return the beginning of a day in Denmark, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL_ZONE).astimezone(UTC)


def _checked(revision: Revision, entries: tuple[_Entry, ...]) -> tuple[_Entry, ...]:
    name = revision.commit[:12]
    for entry in entries:
        if entry.kind != "blob" or entry.mode in _MODES:
            what = _MODES.get(entry.mode, f"a {entry.kind}")
            raise RevisionError(name, f"'{entry.path}' is {what}", "an inventory holds plain files only")
        if any(part in ("", ".", "..", ".git") for part in entry.path.split("/")):
            raise RevisionError(name, f"'{entry.path}' is not a path", "correct the commit that made it")
    size_bytes = sum(entry.size_bytes for entry in entries)
    if len(entries) > MOST_FILES or size_bytes > LARGEST_INVENTORY_BYTES:
        reason = f"{len(entries)} files with {size_bytes} bytes are more than an inventory has"
        raise RevisionError(name, reason, "name the inventory's own folder")
    return entries


def _entry_of(line: bytes) -> _Entry:
    head, _, path = line.partition(b"\t")
    mode, kind, name, size = head.decode().split()
    return _Entry(mode, kind, name, 0 if size == "-" else int(size), os.fsdecode(path))


def _revision_of(line: str) -> Revision:
    commit, seconds, subject = line.split("\0", 2)
    return Revision(commit=commit, committed_at=datetime.fromtimestamp(int(seconds), UTC), subject=subject)


def _line(directory: Path, *arguments: str) -> str:
    return os.fsdecode(_git(directory, *arguments).stdout.rstrip(b"\n"))


def _git(
    directory: Path, *arguments: str, stdin: bytes = b"", check: bool = True
) -> subprocess.CompletedProcess[bytes]:
    # Git finds its repository by these variables before it looks at the directory; a hook sets them.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", *_OPTIONS, "-C", str(directory), *arguments],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
            env={**environment, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"},
        )
    except FileNotFoundError as error:
        raise RevisionError(str(directory), "git is not installed", "install git, or name folders") from error
    except subprocess.TimeoutExpired as error:
        reason = f"git {arguments[0]} took longer than {TIMEOUT_SECONDS} seconds"
        raise RevisionError(str(directory), reason, "look at the disk, and try again") from error
    if check and done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip() or f"git {arguments[0]} failed"
        raise RevisionError(str(directory), reason, "correct the repository, and try again")
    return done
