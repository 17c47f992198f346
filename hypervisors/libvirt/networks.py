"""Networks of one libvirt daemon: adopt or make, and delete what nobody uses."""

from typing import Any

import libvirt

from hypervisors.errors import ObjectDiffersError, ObjectInUseError, ObjectMissingError, ObjectTakenError
from hypervisors.libvirt.connection import Connection
from hypervisors.libvirt.domains import Domains
from hypervisors.libvirt.network_xml import parse_network, render_network
from hypervisors.models import FOREIGN_OWNER, Network, NetworkSpec, differing_fields


class Networks:
    """The networks behind one connection."""

    def __init__(self, connection: Connection, domains: Domains) -> None:
        self._connection = connection
        self._domains = domains

    def all(self) -> tuple[Network, ...]:
        """Return every network that this project made, by name."""
        with self._connection.doing("listing", "networks"):
            texts = [network.XMLDesc() for network in self._connection.handle.listAllNetworks()]
        found = (parse_network(text) for text in texts)
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.spec.name))

    def get(self, name: str) -> Network | None:
        """Return a network of this project, or None where there is none of that name."""
        handle = self._lookup(name)
        return None if handle is None else self._describe(handle, name)

    def create(self, spec: NetworkSpec) -> Network:
        """Make a network or adopt the identical one, and start it."""
        handle = self._lookup(spec.name)
        if handle is None:
            with self._connection.doing("creation of network", spec.name):
                handle = self._connection.handle.networkDefineXML(render_network(spec))
        found = self._describe(handle, spec.name)
        if found is None or found.spec.owner != spec.owner:
            owner = FOREIGN_OWNER if found is None else found.spec.owner
            raise ObjectTakenError("network", spec.name, owner=owner, wanted_owner=spec.owner)
        if fields := differing_fields(found.spec, spec):
            raise ObjectDiffersError("network", spec.name, fields)
        with self._connection.doing("start of network", spec.name):
            if not handle.isActive():
                handle.create()
            handle.setAutostart(True)
        return found

    def delete(self, name: str) -> None:
        """Delete a network of this project that no machine uses."""
        handle = self._lookup(name)
        if handle is None:
            return
        if self._describe(handle, name) is None:
            raise ObjectTakenError("network", name, owner=FOREIGN_OWNER, wanted_owner="this project")
        if users := self._domains.names_on_network(name):
            raise ObjectInUseError("network", name, users)
        with self._connection.doing("deletion of network", name):
            if handle.isActive():
                handle.destroy()
            handle.undefine()

    def require(self, name: str) -> None:
        """Raise ``ObjectMissingError`` where there is no such network of this project."""
        if self.get(name) is None:
            raise ObjectMissingError("network", name)

    def _lookup(self, name: str) -> Any | None:
        with self._connection.doing("look-up of network", name):
            try:
                return self._connection.handle.networkLookupByName(name)
            except libvirt.libvirtError as error:
                if error.get_error_code() == libvirt.VIR_ERR_NO_NETWORK:
                    return None
                raise

    def _describe(self, handle: Any, name: str) -> Network | None:
        with self._connection.doing("description of network", name):
            return parse_network(handle.XMLDesc())
