"""The official release of the Pulumi CLI, checked against the checksums that are published with it."""

import hashlib
import http.client
import platform
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

from bootstrap.errors import SetupError
from bootstrap.progress import Progress

RELEASES = "https://github.com/pulumi/pulumi/releases/download"
_MACHINES = {"x86_64": "x64", "aarch64": "arm64"}
_TIMEOUT_SECONDS = 10.0
_CHUNK_BYTES = 1 << 20


class DownloadError(SetupError):
    """The official release cannot be reached or is not what its checksum says."""


def download(version: str, target: Path, progress: Progress, *, releases: str = RELEASES) -> None:
    """Fetch the CLI of a version into a file that can be run.

    Raises:
        DownloadError: nothing usable came.

    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise DownloadError(f"there is no official release for {platform.machine()}")
    archive = f"pulumi-v{version}-linux-{machine}.tar.gz"
    folder = f"{releases}/v{version}"
    packed = target.with_name("archive.part")
    try:
        checksums = _read(f"{folder}/pulumi-{version}-checksums.txt")
        wanted = checksum_of(archive, checksums.decode())
        progress.line(f"Pulumi: downloading {archive}")
        _save(f"{folder}/{archive}", packed, wanted)
        _unpack(packed, target)
    except (OSError, ValueError, http.client.HTTPException, tarfile.TarError) as error:
        target.unlink(missing_ok=True)
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise DownloadError(f"the official download is of no use here ({reason})") from error
    finally:
        packed.unlink(missing_ok=True)


def checksum_of(archive: str, checksums: str) -> str:
    """Find the SHA-256 of an archive in a release's checksum file.

    Raises:
        ValueError: it is not listed.

    """
    for line in checksums.splitlines():
        digest, _, name = line.partition(" ")
        if name.strip().lstrip("*") == archive and len(digest) == hashlib.sha256().digest_size * 2:
            return digest.lower()
    raise ValueError(f"{archive} is not in the release's checksums")


def _open(url: str) -> http.client.HTTPResponse:
    answer = urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS)  # noqa: S310  # the address is ours
    if not isinstance(answer, http.client.HTTPResponse):
        raise TypeError(f"{url} is no HTTP address")
    return answer


def _read(url: str) -> bytes:
    with _open(url) as answer:
        return answer.read(_CHUNK_BYTES)


def _save(url: str, packed: Path, wanted: str) -> None:
    digest = hashlib.sha256()
    with _open(url) as answer, packed.open("wb") as file:
        while chunk := answer.read(_CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != wanted:
        raise ValueError(f"the archive's SHA-256 is {digest.hexdigest()}, the release says {wanted}")


def _unpack(packed: Path, target: Path) -> None:
    with tarfile.open(packed, "r:gz") as archive:
        member = archive.extractfile("pulumi/pulumi") if "pulumi/pulumi" in archive.getnames() else None
        if member is None:
            raise ValueError("the archive has no file pulumi/pulumi")
        with member, target.open("wb") as file:
            while chunk := member.read(_CHUNK_BYTES):
                file.write(chunk)
    target.chmod(0o755)
