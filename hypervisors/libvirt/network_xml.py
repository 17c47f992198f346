"""Networks between the project's models and libvirt's XML.

Known limits: an unprivileged daemon cannot create host bridges. A network object therefore carries the intent
(VLAN, routing domain, owner) and guests reach it through QEMU's user-mode networking.
"""

from lxml import etree

from hypervisors.models import Network, NetworkSpec

NAMESPACE = "urn:samdrift:network:1"


def render_network(spec: NetworkSpec) -> str:
    """Return the XML that defines a network."""
    root = etree.Element("network")
    etree.SubElement(root, "name").text = spec.name
    metadata = etree.SubElement(root, "metadata")
    etree.SubElement(
        metadata,
        f"{{{NAMESPACE}}}network",
        {"routing_domain": spec.routing_domain, "owner": spec.owner},
        nsmap={"samdrift": NAMESPACE},
    )
    etree.SubElement(root, "forward", {"mode": "bridge"})
    vlan = etree.SubElement(root, "vlan")
    etree.SubElement(vlan, "tag", {"id": str(spec.vlan_id)})
    # libvirt accepts a VLAN on a bridge network only where Open vSwitch carries it.
    etree.SubElement(root, "virtualport", {"type": "openvswitch"})
    return etree.tostring(root, encoding="unicode")


def parse_network(text: str) -> Network | None:
    """Return the network that the XML describes, or None where it is not one that the project made."""
    root = etree.fromstring(text)
    mark = root.find(f"metadata/{{{NAMESPACE}}}network")
    if mark is None:
        return None
    tag = root.find("vlan/tag")
    if tag is None:
        return None
    return Network(
        object_id=root.findtext("uuid", ""),
        spec=NetworkSpec(
            name=root.findtext("name", ""),
            vlan_id=int(tag.get("id", "0")),
            routing_domain=mark.get("routing_domain", ""),
            owner=mark.get("owner", ""),
        ),
    )
