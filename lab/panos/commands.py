"""Operational commands: the API brings them as nested elements, the command line as words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal
from xml.etree import ElementTree as ET

from lab.panos import operational
from lab.panos.device import VERSION, PANOSDevice
from lab.panos.errors import PANOSRefused
from lab.panos.xml_form import to_element

Words = tuple[str, ...]


def command_words(command: str) -> Words:
    """Return the words of a command that is written as elements within each other.

    Raises:
        PANOSRefused: it is no XML.
    """
    try:
        element = ET.fromstring(command)  # noqa: S314 - of a client that is logged in to the twin
    except ET.ParseError as error:
        raise PANOSRefused(f"Malformed Request: {error}", code=18) from error
    words = [element.tag]
    while len(element):
        element = element[0]
        words.append(element.tag)
    words.extend([element.text.strip()] if element.text and element.text.strip() else [])
    return tuple(words)


def run_command(device: PANOSDevice, admin: str, words: Words) -> ET.Element:
    """Return the result of an operational command.

    Raises:
        PANOSRefused: it is unknown, or cannot be carried out.
    """
    with device.lock:
        for size in range(min(len(words), 4), 0, -1):
            command = _COMMANDS.get(words[:size])
            if command is not None:
                return command(device, admin, words[size:])
    raise PANOSRefused(f" {' -> '.join(words)} is unexpected", code=17)


def message(text: str) -> ET.Element:
    """Return a result that is a sentence."""
    result = ET.Element("result")
    ET.SubElement(ET.SubElement(result, "msg"), "line").text = text
    return result


def plain(text: str) -> ET.Element:
    """Return a result that is a bare text."""
    result = ET.Element("result")
    result.text = text
    return result


def _one(rest: Words) -> str:
    if len(rest) != 1:
        raise PANOSRefused(" a name is missing", code=17)
    return rest[0]


def _system_info(device: PANOSDevice, _admin: str, _rest: Words) -> ET.Element:
    result = ET.Element("result")
    system = ET.SubElement(result, "system")
    for key, value in operational.system_info(device).items():
        ET.SubElement(system, key).text = value
    return result


def _interface(device: PANOSDevice, _admin: str, rest: Words) -> ET.Element:
    name = _one(rest)
    if name == "all":
        return operational.interfaces(device)
    found = operational.interface(device, name)
    if found is None:
        raise PANOSRefused(f"Interface {name} not found", code=7)
    return found


def _config(which: Literal["running", "candidate"]) -> Callable[[PANOSDevice, str, Words], ET.Element]:
    def show(device: PANOSDevice, _admin: str, _rest: Words) -> ET.Element:
        result = ET.Element("result")
        candidate = which == "candidate"
        root = device.candidate if candidate else device.running
        result.append(to_element(root, VERSION, dirty=device.dirty() if candidate else None))
        return result

    return show


def _saved(device: PANOSDevice, _admin: str, rest: Words) -> ET.Element:
    root = device.saved.get(_one(rest))
    if root is None:
        raise PANOSRefused(f"{rest[0]} does not exist", code=7)
    result = ET.Element("result")
    result.append(to_element(root, VERSION))
    return result


def _save(device: PANOSDevice, _admin: str, rest: Words) -> ET.Element:
    device.save(_one(rest))
    return plain(f"Config saved to {rest[0]}")


def _load(device: PANOSDevice, admin: str, rest: Words) -> ET.Element:
    device.load(admin, _one(rest))
    return message(f"Config loaded from {rest[0]}")


def _forget(device: PANOSDevice, _admin: str, rest: Words) -> ET.Element:
    device.forget(_one(rest))
    return plain(f"{rest[0]} deleted")


def _pending(device: PANOSDevice, _admin: str, _rest: Words) -> ET.Element:
    return plain("yes" if device.has_changes() else "no")


def _take(kind: Literal["config", "commit"]) -> Callable[[PANOSDevice, str, Words], ET.Element]:
    def take(device: PANOSDevice, admin: str, rest: Words) -> ET.Element:
        device.take_lock(kind, admin, " ".join(rest[1:]))
        return message(
            f"Successfully acquired lock. Other administrators will not be able to {_BARRED[kind]}"
        )

    return take


def _release(kind: Literal["config", "commit"]) -> Callable[[PANOSDevice, str, Words], ET.Element]:
    def release(device: PANOSDevice, admin: str, _rest: Words) -> ET.Element:
        device.release_lock(kind, admin)
        scope = (
            "Config lock released for scope shared"
            if kind == "config"
            else f"Commit lock is released for {admin}"
        )
        return message(scope)

    return release


_BARRED: Final = {
    "config": "modify configuration for scope shared until lock is released by you.",
    "commit": "commit until lock is released.",
}
_COMMANDS: Final[Mapping[Words, Callable[[PANOSDevice, str, Words], ET.Element]]] = {
    ("show", "system", "info"): _system_info,
    ("show", "interface"): _interface,
    ("show", "lldp", "neighbors", "all"): lambda device, _admin, _rest: operational.lldp_neighbours(device),
    ("show", "clock"): lambda device, _admin, _rest: plain(operational.clock_text(device)),
    ("show", "admins"): lambda device, _admin, _rest: operational.admins(device),
    ("show", "jobs", "all"): lambda device, _admin, _rest: operational.jobs(device),
    ("show", "jobs", "id"): lambda device, _admin, rest: operational.jobs(device, _one(rest)),
    ("show", "config", "running"): _config("running"),
    ("show", "config", "candidate"): _config("candidate"),
    ("show", "config", "saved"): _saved,
    ("show", "config-locks"): lambda device, _admin, _rest: operational.locks(device, "config"),
    ("show", "commit-locks"): lambda device, _admin, _rest: operational.locks(device, "commit"),
    ("check", "pending-changes"): _pending,
    ("save", "config", "to"): _save,
    ("load", "config", "from"): _load,
    ("delete", "config", "saved"): _forget,
    ("request", "config-lock", "add"): _take("config"),
    ("request", "config-lock", "remove"): _release("config"),
    ("request", "commit-lock", "add"): _take("commit"),
    ("request", "commit-lock", "remove"): _release("commit"),
}
