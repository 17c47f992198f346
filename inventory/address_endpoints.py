"""Where an address is reached when no device is known by it yet: as it is, or as the endpoints file says."""

from ipaddress import IPv4Address

from inventory.endpoints import AddressOverlay, EndpointOverlay
from inventory.known_hosts import NO_KNOWN_HOSTS, KnownHosts
from inventory.models import CredentialReference, Model


class AddressEndpoint(Model):
    """Where an address and port are reached, and what the endpoints file says of it beyond that."""

    address: str
    port: int
    credential: CredentialReference | None = None
    ca_file: str | None = None
    host_key: str | None = None


class AddressEndpoints:
    """Every address, with the ``addresses`` of an endpoints file in its place where the file has them.

    A file with that key is a rehearsal: what it does not list is not reached at all, so that a rehearsal
    cannot leave the twins and log in to the devices that they stand for.
    """

    def __init__(
        self, overlay: EndpointOverlay | None = None, known_hosts: KnownHosts = NO_KNOWN_HOSTS
    ) -> None:
        self._known_hosts = known_hosts
        self._addresses: dict[str, AddressOverlay] | None = None if overlay is None else overlay.addresses

    def reach(self, address: IPv4Address, port: int) -> AddressEndpoint | None:
        """Return where an address and port are reached; None where a rehearsal has nothing there."""
        if self._addresses is None:
            key = self._known_hosts.host_key(str(address), port)
            return AddressEndpoint(address=str(address), port=port, host_key=key)
        found = self._addresses.get(f"{address}:{port}")
        if found is None:
            return None
        return AddressEndpoint(
            address=found.address,
            port=found.port,
            credential=found.credential,
            ca_file=found.ca_file,
            host_key=found.host_key or self._known_hosts.host_key(found.address, found.port),
        )
