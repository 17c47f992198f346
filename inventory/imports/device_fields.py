"""What every source of devices without ports has to add: the port through which a device is managed."""

from ipaddress import IPv4Address, IPv4Network

from inventory.imports.models import ImportedField


def with_management_port(
    fields: tuple[ImportedField, ...], prefixes: tuple[IPv4Network, ...]
) -> tuple[ImportedField, ...]:
    """Return the fields of a device with its management port, where no port is told and its prefix is known.

    A list of devices tells an address and never the ports; a new device needs at least this one. It is added
    to new devices only: what the file says of a port is worth more.
    """
    by_path = {one.path: one for one in fields}
    name, address = by_path.get(("management_interface",)), by_path.get(("management_address",))
    if name is None or address is None or any(path[0] == "interfaces" for path in by_path):
        return fields
    ip = IPv4Address(str(address.value))
    prefix = max((one for one in prefixes if ip in one), key=lambda one: one.prefixlen, default=None)
    if prefix is None:
        return fields
    at = ("interfaces", str(name.value))
    return (
        *fields,
        ImportedField(path=(*at, "role"), value="management", origin=name.origin, only_if_missing=True),
        ImportedField(
            path=(*at, "address"),
            value=f"{ip}/{prefix.prefixlen}",
            origin=address.origin,
            only_if_missing=True,
        ),
    )
