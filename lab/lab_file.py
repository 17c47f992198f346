"""The lab file: which twins, libvirt hosts and guests a lab is made of."""

import json
from collections import Counter
from pathlib import Path

import yaml
from pydantic import ValidationError

from lab.errors import LabFileError
from lab.guest_models import GuestSpec, HostSpec
from lab.models import Model, TwinSpec


class LabFile(Model):
    """What ``samdrift-lab up`` starts."""

    twins: tuple[TwinSpec, ...] = ()
    hosts: tuple[HostSpec, ...] = ()
    guests: tuple[GuestSpec, ...] = ()


def load_lab_file(path: Path) -> LabFile:
    """Read a lab file.

    Raises:
        LabFileError: It cannot be read, is not YAML or does not have the form of a lab file.

    """
    try:
        content = yaml.safe_load(path.read_text())
        lab_file = LabFile.model_validate_json(json.dumps(content))
    except OSError as error:
        raise LabFileError(f"lab file {path}: {error.strerror}; name a readable file") from error
    except yaml.YAMLError as error:
        raise LabFileError(f"lab file {path} is not YAML: {error}; correct it") from error
    except ValidationError as error:
        problems = "; ".join(f"{_place(one['loc'])}: {one['msg']}" for one in error.errors())
        raise LabFileError(f"lab file {path}: {problems}; correct it") from error
    if not (lab_file.twins or lab_file.hosts):
        raise LabFileError(f"lab file {path}: it names neither twins nor hosts; add what the lab shall run")
    twice = [name for name, count in Counter(twin.name for twin in lab_file.twins).items() if count > 1]
    if twice:
        raise LabFileError(f"lab file {path}: more than one twin is called {', '.join(twice)}; rename one")
    ports = Counter(twin.port for twin in lab_file.twins if twin.port)
    for port in (port for port, count in ports.items() if count > 1):
        owners = ", ".join(twin.name for twin in lab_file.twins if twin.port == port)
        raise LabFileError(f"lab file {path}: port {port} is given to {owners}; give each another one, or 0")
    return lab_file.model_copy(update={"twins": _with_announced_addresses(lab_file.twins)})


def _with_announced_addresses(twins: tuple[TwinSpec, ...]) -> tuple[TwinSpec, ...]:
    """Return the twins, each told by its neighbours where the others are managed."""
    known = {twin.name: twin.management_address for twin in twins}
    return tuple(
        twin.model_copy(
            update={
                "neighbours": tuple(
                    one
                    if one.management_address
                    else one.model_copy(update={"management_address": known.get(one.device, "")})
                    for one in twin.neighbours
                )
            }
        )
        for twin in twins
    )


def load_configuration(lab_file: Path, twin: TwinSpec) -> str:
    """Read the starting configuration of a twin, which lies relative to the lab file.

    Raises:
        LabFileError: It cannot be read.

    """
    path = lab_file.parent / twin.configuration
    try:
        return path.read_text()
    except OSError as error:
        raise LabFileError(
            f"twin {twin.name}: configuration {path}: {error.strerror}; name a readable file in {lab_file}"
        ) from error


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "the file"
