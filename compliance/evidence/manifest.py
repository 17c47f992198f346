"""The manifest of a pack: every file with its SHA-256, and the signature over all of it."""

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from compliance.errors import EvidenceNotWritten, EvidenceUnreadable
from compliance.models import Model
from records.approvals import verify_message
from records.canonical_json import render_canonical
from records.errors import SignatureInvalid, SignerUnlisted

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.json.sig"
CHECKSUMS: Final = "SHA256SUMS"

# PROTOCOL.sshsig: the armor, and what ssh-keygen breaks its lines at.
_ARMOR_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
_ARMOR_END: Final = "-----END SSH SIGNATURE-----"
_ARMOR_COLUMNS: Final = 70

Change = Literal["altered", "missing", "added", "not a file", "signature"]


class ManifestFile(Model):
    """One file of the pack."""

    path: str = Field(min_length=1)
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(Model):
    """What a pack is, and what it holds."""

    form: Literal["samdrift-evidence-1"] = "samdrift-evidence-1"
    municipality: str
    day: date
    snapshot: str
    version: str
    files: tuple[ManifestFile, ...]

    def render(self) -> bytes:
        """Return the one text that is signed."""
        return render_canonical(self.model_dump(mode="json")) + b"\n"


class Difference(Model):
    """Where a folder is not what was signed."""

    change: Change
    path: str
    message: str


class Verification(Model):
    """What came of verifying a folder; whole only without a difference and with a listed signer."""

    manifest: Manifest | None
    identity: str | None
    key_fingerprint: str | None
    differences: tuple[Difference, ...]

    @property
    def is_whole(self) -> bool:
        """Return whether every byte is as it was signed, by somebody who is listed."""
        return self.manifest is not None and self.identity is not None and not self.differences


def with_checksums(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with the list that ``sha256sum -c`` reads."""
    lines = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items())
    )
    return {**files, CHECKSUMS: lines.encode()}


def manifest_of(
    files: Mapping[str, bytes], *, municipality: str, day: date, snapshot: str, version: str
) -> Manifest:
    """Return the manifest of these files."""
    return Manifest(
        municipality=municipality,
        day=day,
        snapshot=snapshot,
        version=version,
        files=tuple(
            ManifestFile(path=path, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
            for path, content in sorted(files.items())
        ),
    )


def write_pack(folder: Path, files: Mapping[str, bytes], manifest: Manifest, signature: str) -> None:
    """Write a pack beside its place and put it there in one step; a kill leaves no half pack.

    Raises:
        EvidenceNotWritten: the folder is there already, or cannot be written.
    """
    if folder.exists():
        raise EvidenceNotWritten(f"{folder} is there already; name a new folder")
    part = folder.with_name(f".{folder.name}.part")
    every = {**files, MANIFEST: manifest.render(), SIGNATURE: signature.encode()}
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
        for name, content in every.items():
            path = part / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(content)
        part.replace(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        reason = error.strerror or "it cannot be written"
        raise EvidenceNotWritten(f"{folder}: {reason}; name a new folder where you may write") from error


def verify_pack(folder: Path, allowed_signers: Path) -> Verification:
    """Compare every byte of a folder with what was signed, and the signature with who may sign.

    Raises:
        EvidenceUnreadable: there is no such folder, or it holds no manifest.
    """
    try:
        text = (folder / MANIFEST).read_bytes()
        signature = (folder / SIGNATURE).read_bytes().decode("ascii", errors="replace")
    except OSError as error:
        raise EvidenceUnreadable(
            f"{folder} holds no evidence ({error.filename}: {error.strerror}); name the folder of a pack"
        ) from error
    identity = fingerprint = None
    differences: list[Difference] = []
    try:
        identity, fingerprint = verify_message(
            text, signature=signature, allowed_signers=allowed_signers, what="this manifest"
        )
    except (SignatureInvalid, SignerUnlisted) as error:
        differences.append(Difference(change="signature", path=SIGNATURE, message=str(error)))
    if not _is_canonical_armor(signature):
        message = "it is not written as ssh-keygen writes it"
        differences.append(Difference(change="altered", path=SIGNATURE, message=message))
    manifest = _read_manifest(text)
    if manifest is None:
        message = "it is not a manifest of evidence; nothing it lists can be believed"
        differences.append(Difference(change="altered", path=MANIFEST, message=message))
    else:
        differences.extend(_differences(folder, manifest))
    return Verification(
        manifest=manifest, identity=identity, key_fingerprint=fingerprint, differences=tuple(differences)
    )


def _is_canonical_armor(signature: str) -> bool:
    """Tell whether a signature is written in its one form; ssh-keygen reads several as the same."""
    lines = signature.splitlines()
    try:
        content = base64.b64decode("".join(lines[1:-1]), validate=True)
    except ValueError:
        return False
    text = base64.b64encode(content).decode()
    body = [text[start : start + _ARMOR_COLUMNS] for start in range(0, len(text), _ARMOR_COLUMNS)]
    return signature == "\n".join([_ARMOR_BEGIN, *body, _ARMOR_END, ""])


def _read_manifest(text: bytes) -> Manifest | None:
    """Return the manifest, or None where the text is another than the one this software writes."""
    try:
        manifest = Manifest.model_validate_json(json.dumps(json.loads(text)))
    except (ValueError, ValidationError):
        return None
    return manifest if manifest.render() == text else None


def _differences(folder: Path, manifest: Manifest) -> Iterator[Difference]:
    found = dict(_walk(folder))
    listed = {one.path: one for one in manifest.files}
    for path in sorted({*found, *listed} - {MANIFEST, SIGNATURE}):
        if path not in found:
            yield Difference(change="missing", path=path, message="it was signed and is not here")
        elif not found[path]:
            yield Difference(change="not a file", path=path, message="it is a link or a device, not a file")
        elif path not in listed:
            yield Difference(change="added", path=path, message="it is here and was not signed")
        else:
            content = (folder / path).read_bytes()
            told = hashlib.sha256(content).hexdigest()
            if (len(content), told) != (listed[path].bytes, listed[path].sha256):
                message = f"its SHA-256 is {told}, signed was {listed[path].sha256}"
                yield Difference(change="altered", path=path, message=message)
    for path in (MANIFEST, SIGNATURE):
        if not found.get(path, False):
            yield Difference(change="not a file", path=path, message="it is a link, not a file")


def _walk(folder: Path) -> Iterator[tuple[str, bool]]:
    """Yield every path below the folder with whether it is a plain file; empty folders count as added."""
    for place, folders, names in os.walk(folder):
        here = Path(place)
        for name in names:
            path = here / name
            yield path.relative_to(folder).as_posix(), path.is_file() and not path.is_symlink()
        for name in folders:
            path = here / name
            if path.is_symlink():
                yield path.relative_to(folder).as_posix(), False
            elif not any(path.iterdir()):
                yield f"{path.relative_to(folder).as_posix()}/", True
