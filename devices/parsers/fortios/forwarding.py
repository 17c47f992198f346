"""Read how FortiOS forwards packets."""

from collections.abc import Iterator
from typing import Final

from devices.facts import ConfigLine, ForwardingInterface, PathCheck
from devices.parsers.fortios.tree import Section, Setting

_NO_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - how FortiOS writes that there is none
_SETTINGS: Final = "system settings"


def _line(one: Section | Setting) -> ConfigLine:
    return ConfigLine(number=one.number, text=one.written.split("\n")[0])


def read_fortios_interfaces(root: Section) -> Iterator[ForwardingInterface]:
    """Yield the interfaces that have an address, or ask for one, and are up."""
    for name, one in root.at("system interface").entries.items():
        address = one.settings.get("ip")
        asks = one.text_of("mode") in {"dhcp", "pppoe"}
        has = address is not None and bool(address.words) and address.words[0] != _NO_ADDRESS
        if one.text_of("status") == "down" or one.text_of("type") == "loopback" or not (has or asks):
            continue
        stated = one.settings.get("icmp-send-redirect")
        yield ForwardingInterface(
            name=name,
            redirects=stated is None or stated.words != ("disable",),
            by_default=stated is None,
            lines=(_line(one), *(() if stated is None else (_line(stated),))),
        )


def read_fortios_path_checks(tree: Section, extent: tuple[ConfigLine, ...]) -> Iterator[PathCheck]:
    """Yield how the device checks the way back, for each VDOM that it is divided into."""
    divided = tree.at("vdom").entries
    for name, scope in divided.items() or (("", tree),):
        settings = scope.at(_SETTINGS)
        stated = settings.settings.get("strict-src-check")
        found = stated or (settings if settings.written else None)
        yield PathCheck(
            name=f"vdom {name} {_SETTINGS} strict-src-check" if name else f"{_SETTINGS} strict-src-check",
            mode="strict" if stated is not None and stated.words == ("enable",) else "loose",
            by_default=stated is None,
            lines=extent if found is None else (_line(found),),
        )
