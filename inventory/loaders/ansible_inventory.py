"""Devices or servers from an existing Ansible inventory (INI or YAML, with group_vars and host_vars).

The folder is somebody else's: nothing in it may run. Its plain files are copied to an empty place, and
ansible-core's own reader works there in a child process, without their ansible.cfg, plugins or collections
and with the INI and YAML readers only. A file that is a program is refused; files of Ansible Vault are left
out.
"""

import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from inventory.imports.device_fields import with_management_port
from inventory.imports.errors import MappingError, NameCollisionError, SourceReadError
from inventory.imports.mapping import ImportMapping
from inventory.imports.models import (
    ImportedFacts,
    ImportedField,
    ImportedObject,
    SkippedObject,
    SourceIdentity,
)
from inventory.imports.typed_values import Target
from inventory.models import Model

AnsibleKind = Literal["devices", "servers"]

_USUAL_VARIABLES: dict[AnsibleKind, dict[str, str]] = {
    "devices": {"ansible_host": "management_address", "ansible_network_os": "platform"},
    "servers": {"ansible_host": "networks.1.address"},
}
"""What is read where the mapping names no variables."""

_READER = Path(__file__).with_name("ansible_reader.py")
_SECONDS_TO_READ = 120
_VAULT = b"$ANSIBLE_VAULT;"
_LARGEST_FOLDER_BYTES = 64 * 1024 * 1024
_MOST_FILES = 20_000
_NOT_READ = re.compile(r"^\.|\.(pyc|retry|cfg|md|j2|orig|bak|swp)$|~$")
_MOST_NAMES = 5
_CONFIGURATION = """\
[defaults]
inventory_plugins = {nothing}
vars_plugins = {nothing}
vars_plugins_enabled = ansible.builtin.host_group_vars
run_vars_plugins = start
collections_path = {nothing}
[inventory]
enable_plugins = ansible.builtin.ini, ansible.builtin.yaml
unparsed_is_failed = true
any_unparsed_is_failed = true
"""


class _Host(Model):
    groups: tuple[str, ...]
    values: dict[str, str]
    unreadable: tuple[str, ...]
    secrets: tuple[str, ...]


class AnsibleInventory:
    """An Ansible inventory as a source of devices or servers."""

    def __init__(
        self, path: Path, kind: AnsibleKind, mapping: ImportMapping, *, name: str | None = None
    ) -> None:
        """Prepare to read an inventory.

        Args:
            path: its file or folder.
            kind: what its hosts are.
            mapping: which variable goes to which field (``columns``), and what groups mean (``rules``).
            name: what to call the source; the name of the file or folder by default.

        """
        self._path = path
        self._kind: AnsibleKind = kind
        self._mapping = mapping
        self._name = name or path.resolve().name
        self._notes: list[str] = []

    def read(self) -> ImportedFacts:
        """Return the hosts of the inventory.

        Raises:
            ImportRefusedError: it cannot be read without running something, or not at all; or names collide.

        """
        self._notes = []
        targets = self._targets()
        self._mapping.require_attributes(self._kind, ("name", "group", *targets))
        hosts = self._hosts(tuple(targets))
        secret = {name for host in hosts.values() for name in host.secrets} & set(targets)
        if secret:
            reason = f"columns.{self._kind}: '{min(secret)}' holds a secret and is never read"
            raise MappingError(self._mapping.label, reason, "give a credential reference instead")
        self._tell_secrets(hosts)
        objects: list[ImportedObject] = []
        skipped: list[SkippedObject] = []
        for written, host in hosts.items():
            one = self._object(written, host, targets)
            (skipped if isinstance(one, SkippedObject) else objects).append(one)  # type: ignore[arg-type]
        first: dict[str, ImportedObject] = {}
        for one in objects:
            if first.setdefault(one.key, one) is not one:
                raise NameCollisionError(self._kind, one.key, (first[one.key].origin, one.origin))
        return ImportedFacts(
            source=SourceIdentity(kind="ansible", name=self._name),
            covers=(self._kind,),
            objects=tuple(objects),
            skipped=tuple(skipped),
            notes=tuple(self._notes),
        )

    def _targets(self) -> dict[str, Target]:
        variables = self._mapping.columns.get(self._kind, _USUAL_VARIABLES[self._kind])
        for variable, text in variables.items():
            if text in {"credential", "name"}:
                raise MappingError(
                    self._mapping.label,
                    f"columns.{self._kind}: no variable may go to '{text}'",
                    "names are those of the hosts; say credentials by reference under defaults or rules",
                )
            if not variable.isidentifier():
                raise MappingError(
                    self._mapping.label, f"'{variable}' is no name of a variable", "correct it under columns"
                )
        return {variable: Target(self._kind, text, self._mapping) for variable, text in variables.items()}

    def _hosts(self, wanted: tuple[str, ...]) -> dict[str, _Host]:
        with tempfile.TemporaryDirectory(prefix="samdrift-ansible-") as made:
            place = Path(made)
            source = self._copy(place / "copy")
            (place / "nothing").mkdir()
            configuration = place / "ansible.cfg"
            configuration.write_text(_CONFIGURATION.format(nothing=place / "nothing"), encoding="utf-8")
            try:
                ended = subprocess.run(
                    [sys.executable, "-I", str(_READER), str(source), *wanted],
                    cwd=place / "nothing",
                    env={
                        "PATH": "/usr/bin:/bin",
                        "HOME": str(place / "nothing"),
                        "LANG": "C.UTF-8",
                        "ANSIBLE_CONFIG": str(configuration),
                        "ANSIBLE_LOCAL_TEMP": str(place / "nothing"),
                    },
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    timeout=_SECONDS_TO_READ,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise SourceReadError(
                    self._name, f"it was not read within {_SECONDS_TO_READ} s", "import a part of it"
                ) from error
        return self._answer(ended)

    def _answer(self, ended: subprocess.CompletedProcess[bytes]) -> dict[str, _Host]:
        """Return what the reader said; its errors may quote lines with passwords and are not repeated."""
        try:
            hosts = TypeAdapter(dict[str, _Host]).validate_json(ended.stdout or b"null")
        except ValidationError as error:
            raise SourceReadError(
                self._name,
                "ansible-core cannot read it as a plain INI or YAML inventory",
                "see why with 'ansible-inventory --list -i' on it; what only a plugin can read, write out "
                "first with 'ansible-inventory --list --yaml --export'",
            ) from error
        if not hosts:
            raise SourceReadError(self._name, "it has no hosts", "name the inventory file or its folder")
        return hosts

    def _copy(self, place: Path) -> Path:
        """Copy what may be read, and refuse what would have to run."""
        try:
            place.mkdir()
            if not self._path.is_dir():
                self._copy_file(self._path, place / self._path.name)
                for name in ("group_vars", "host_vars"):
                    self._copy_folder(self._path.parent / name, place / name)
                return place / self._path.name
            self._copy_folder(self._path, place / "inventory")
            return place / "inventory"
        except OSError as error:
            reason = error.strerror or str(error)
            raise SourceReadError(self._name, reason, "name a readable inventory") from error

    def _copy_folder(self, folder: Path, place: Path) -> None:
        copied = 0
        for number, path in enumerate(_files(folder, self._notes)):
            copied += path.stat().st_size
            if number > _MOST_FILES or copied > _LARGEST_FOLDER_BYTES:
                action = "name the folder of the inventory itself, not the one above it"
                raise SourceReadError(self._name, "it has far more in it than an inventory", action)
            target = place / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._copy_file(path, target)

    def _copy_file(self, path: Path, target: Path) -> None:
        shown = path.name if path == self._path else path.relative_to(self._path.parent).as_posix()
        root = self._path if self._path.is_dir() else self._path.parent
        if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            raise SourceReadError(shown, "it leads out of the inventory", "copy the file to its place")
        with path.open("rb") as stream:
            start = stream.read(len(_VAULT))
        if path.stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH) or start.startswith(b"#!"):
            raise SourceReadError(
                shown,
                "it is a program (a dynamic inventory), and programs of others are not run",
                "write its hosts out with 'ansible-inventory --list --yaml --export' and import that file, "
                "or take the executable bit from a plain file",
            )
        if start == _VAULT:
            if path == self._path:
                action = "import a plain copy without its secrets"
                raise SourceReadError(shown, "it is encrypted with Ansible Vault", action)
            self._notes.append(f"{shown} is encrypted with Ansible Vault and was not read")
            return
        shutil.copyfile(path, target)

    def _tell_secrets(self, hosts: dict[str, _Host]) -> None:
        by_variable: dict[str, list[str]] = defaultdict(list)
        for name, host in hosts.items():
            for variable in host.secrets:
                by_variable[variable].append(name)
        for variable, names in sorted(by_variable.items()):
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            self._notes.append(
                f"{variable} holds a secret for {', '.join(names[:_MOST_NAMES])}{more}: it was not read; "
                "give a credential reference in the mapping"
            )

    def _object(
        self, written: str, host: _Host, targets: dict[str, Target]
    ) -> ImportedObject | SkippedObject:
        key = self._mapping.host_name(written)
        origin = f"{self._name} host {written}"
        attributes = {"name": (key, written), "group": host.groups}
        attributes |= {name: (value,) for name, value in host.values.items()}
        left_out = self._mapping.reason_to_leave_out(self._kind, attributes)
        if left_out is not None:
            return self._skip(written, key, left_out, "nothing; the mapping leaves it out", expected=True)
        if host.unreadable:
            reason = f"{host.unreadable[0]} is encrypted or no plain value"
            return self._skip(written, key, reason, "set it by a rule in the mapping")
        read: list[ImportedField] = []
        for variable, value in host.values.items():
            try:
                read.append(
                    ImportedField(
                        path=targets[variable].path,
                        value=targets[variable].value(_word(targets[variable], value, self._mapping)),
                        origin=f"{origin} {variable}",
                    )
                )
            except ValueError as error:
                return self._skip(written, key, f"{variable}: {error}", "correct it, or set it by a rule")
        fields = self._mapping.fields_for(self._kind, tuple(read), attributes)
        if self._kind == "devices":
            fields = with_management_port(fields, self._mapping.prefixes)
        if not fields:
            return self._skip(
                written, key, "nothing but its name is known", "add rules or defaults to the mapping"
            )
        return ImportedObject(kind=self._kind, key=key, fields=fields, origin=origin)

    def _skip(
        self, written: str, key: str, reason: str, action: str, *, expected: bool = False
    ) -> SkippedObject:
        return SkippedObject(
            kind=self._kind,
            name=written,
            key=key,
            origin=f"{self._name} host {written}",
            reason=reason,
            action=action,
            expected=expected,
        )


def _word(target: Target, value: str, mapping: ImportMapping) -> str:
    """Return a value in this inventory's words; ``cisco.ios.ios`` is the platform ``ios``."""
    if "{{" in value:
        msg = "it is a template"
        raise ValueError(msg)
    if target.path == ("platform",) and mapping.translate("platform", value) == value:
        return value.rpartition(".")[2]
    return value


def _files(folder: Path, notes: list[str]) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if _NOT_READ.search(path.name):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files(path, notes)
        elif path.is_file():
            yield path
        else:
            notes.append(f"{path.name} is a link or no plain file and was not read")
