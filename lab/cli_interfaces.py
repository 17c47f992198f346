"""How a Cisco-like platform names its interfaces, and which of them are hardware."""

import re
from collections.abc import Mapping

from lab.cli_grammar import CommandTable


class InterfaceNames:
    """The interface names of one platform."""

    def __init__(self, types: tuple[str, ...], *, virtual: tuple[str, ...], short: Mapping[str, str]) -> None:
        """Keep what a platform's names are made of.

        Args:
            types: The types of interface, in the order in which a configuration lists them.
            virtual: The types that a configuration line brings into being; the others are hardware.
            short: What tables show instead of a type.
        """
        self.types = types
        self._virtual = virtual
        self._short = short
        self._table = CommandTable("interface IF", interface_types=types)

    def sort_key(self, text: str) -> tuple[object, ...]:
        """Return where a line such as ``interface Vlan10`` stands among its kind: by type, then by number."""
        name = text.rsplit(maxsplit=1)[-1] if text.startswith("interface ") else ""
        kind = re.match(r"[A-Za-z-]*", name)
        order = self.types.index(kind[0]) if kind and kind[0] in self.types else len(self.types)
        return (order, tuple(int(number) for number in re.findall(r"\d+", text)), text)

    def is_hardware(self, name: str) -> bool:
        """Return whether an interface cannot be made or removed by configuration."""
        return not name.startswith(self._virtual) and "." not in name

    def short_name(self, interface: str) -> str:
        """Return the name that tables show, as ``Gi1/0/1``."""
        for kind, short in self._short.items():
            if interface.startswith(kind):
                return short + interface.removeprefix(kind)
        return interface

    def full_name(self, text: str) -> str | None:
        """Return the full name of an interface, None where there is no such type."""
        return self._table.interface_name(text)
