"""A configuration as XML, the form that the API gives and that files have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from lab.panos.editor import kept_value
from lab.panos.errors import PANOSRefused
from lab.panos.schema import NodeType, load_schema
from lab.panos.tree import Node, new_child

DEVICE: Final = "localhost.localdomain"
VSYS: Final = "vsys1"
_TOP: Final = ("mgt-config", "shared")
_DEVICE: Final = ("deviceconfig", "network")


def location(name: str) -> tuple[str, ...]:
    """Return where in the whole tree something stands that a line begins with; entries go by their name."""
    if name in _TOP:
        return (name,)
    if name in _DEVICE:
        return ("devices", DEVICE, name)
    return ("devices", DEVICE, "vsys", VSYS, name)


def to_element(
    root: Node, version: str, *, dirty: dict[tuple[str, ...], dict[str, str]] | None = None
) -> ET.Element:
    """Return a whole configuration; ``dirty`` names nodes that a candidate marks with attributes."""
    config = ET.Element("config", {"version": version, "urldb": "paloaltonetworks"})
    for name in ("mgt-config", "shared"):
        _append(config, name, root, (), dirty or {})
    device = ET.SubElement(ET.SubElement(config, "devices"), "entry", {"name": DEVICE})
    for name in _DEVICE:
        _append(device, name, root, (), dirty or {})
    vsys = ET.SubElement(ET.SubElement(device, "vsys"), "entry", {"name": VSYS})
    for name in root.type.children:
        if location(name)[0] == "devices" and name not in _DEVICE:
            _append(vsys, name, root, (), dirty or {})
    return config


def _append(
    above: ET.Element,
    name: str,
    parent: Node,
    path: tuple[str, ...],
    dirty: dict[tuple[str, ...], dict[str, str]],
) -> None:
    node = parent.children.get(name)
    if node is None:
        return
    if parent.type.shape == "table":
        element = ET.SubElement(above, "entry", {"name": name})
    else:
        element = ET.SubElement(above, name)
    here = (*path, name)
    element.attrib.update(dirty.get(here, {}))
    for member in node.members:
        ET.SubElement(element, "member").text = member
    if node.type.shape == "leaf":
        element.text = node.value
    for below in node.children:
        _append(element, below, node, here, dirty)


def render(element: ET.Element) -> str:
    """Return an element as indented text."""
    ET.indent(element)
    return ET.tostring(element, encoding="unicode") + "\n"


def read_xml(text: str) -> Node:
    """Return the tree of a whole configuration.

    Raises:
        PANOSRefused: it is no XML, or holds what the platform does not know.
    """
    try:
        config = ET.fromstring(text)  # noqa: S314 - of the lab's own file, or of who is logged in to the twin
    except ET.ParseError as error:
        raise PANOSRefused(f"config file is malformed: {error}", code=18) from error
    if config.tag != "config":
        raise PANOSRefused(f"{config.tag} unexpected here", code=12)
    root = Node(load_schema())
    for element in _tops(config):
        if element.tag not in root.type.children:
            raise PANOSRefused(f"{element.tag} unexpected here", code=12)
        _read(element, new_child(root, element.tag), (element.tag,))
    return root


def _tops(config: ET.Element) -> Iterator[ET.Element]:
    for element in config:
        if element.tag != "devices":
            yield element
            continue
        for device in element:
            for one in device:
                if one.tag != "vsys":
                    yield one
                    continue
                for vsys in one:
                    yield from vsys


def _read(element: ET.Element, node: Node, path: tuple[str, ...]) -> None:
    kind: NodeType = node.type
    if kind.value is not None:
        texts = [one.text or "" for one in element] if kind.shape == "list" else [element.text or ""]
        for text in texts:
            if not kind.value.takes(text):
                raise PANOSRefused(f"{' -> '.join(path)} is invalid", code=12)
        node.members = texts if kind.shape == "list" else []
        node.value = "" if kind.shape == "list" else kept_value(kind, texts[0])
        return
    for below in element:
        name = below.get("name", "") if kind.shape == "table" else below.tag
        if (kind.shape == "table") != (below.tag == "entry") or (
            kind.shape == "container" and name not in kind.children
        ):
            raise PANOSRefused(f"{' -> '.join((*path, name))} unexpected here", code=12)
        _read(below, new_child(node, name), (*path, name))
