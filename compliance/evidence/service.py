"""The door of the evidence: a pack in, its files out; a folder in, what was altered out."""

import hashlib
import json
from typing import Final

from pydantic import JsonValue

from compliance.evidence.manifest import (
    Difference,
    Manifest,
    Verification,
    manifest_of,
    verify_pack,
    with_checksums,
    write_pack,
)
from compliance.evidence.models import EvidencePack
from compliance.evidence.pages import render_pages
from compliance.evidence.references import data_text

__all__ = [
    "Difference",
    "EvidencePack",
    "Manifest",
    "Verification",
    "manifest_of",
    "render_files",
    "verify_pack",
    "write_pack",
]

_TABLES: Final = ("controls.csv", "control_versions.csv", "minimum_requirements.csv", "nis2_items.csv")


def render_files(pack: EvidencePack) -> dict[str, bytes]:
    """Return every file of a pack but the manifest; the same pack gives the same bytes."""
    files = {path: text.encode() for path, text in render_pages(pack).items()}
    for device in pack.devices:
        for one in device.configurations:
            files[one.path] = one.text.encode()
    for approval in pack.approvals:
        files[approval.path] = approval.message.encode()
        files[f"{approval.path}.sig"] = approval.signature.encode()
    tables = {f"data/{name}": data_text(name).encode() for name in _TABLES}
    return with_checksums({**files, **tables, **_data_files(pack, tables)})


def _data_files(pack: EvidencePack, tables: dict[str, bytes]) -> dict[str, bytes]:
    versions: JsonValue = {
        "samdrift": pack.version,
        "snapshot": pack.snapshot,
        "journal": {"sequence": pack.journal_sequence, "digest": pack.journal_digest},
        "controls": list(pack.controls),
        "tables": {path: hashlib.sha256(content).hexdigest() for path, content in sorted(tables.items())},
    }
    # The configurations lie beside it as files of their own.
    texts = {"devices": {"__all__": {"configurations": {"__all__": {"text"}}}}}
    dumped = pack.model_dump(mode="json", exclude=texts)
    return {
        "data/verdicts.json": _json(dumped["verdicts"]),
        "data/devices.json": _json(dumped["devices"]),
        "data/exceptions.json": _json(dumped["review"]),
        "data/approvals.json": _json(dumped["approvals"]),
        "data/mended.json": _json(dumped["mended"]),
        "data/versions.json": _json(versions),
    }


def _json(value: JsonValue) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
