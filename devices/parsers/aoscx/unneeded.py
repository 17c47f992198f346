"""Read the services of AOS-CX that hardly anybody needs."""

from devices.facts import ConfigLine, SmallService
from devices.parsers.statements import Statement


def read_aoscx_services(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[SmallService, ...]:
    """Return the USB port, Bluetooth and the cloud's management; None where nothing states them."""
    bluetooth, central = root.last("bluetooth"), root.last("aruba-central")
    disabled = None if central is None else central.last("disable")
    return (
        _service("usb", root.last("usb"), root.denied("usb"), extent),
        _service(
            "bluetooth",
            bluetooth if bluetooth is not None and bluetooth.words[-1] != "disable" else None,
            bluetooth if bluetooth is not None and bluetooth.words[-1] == "disable" else None,
            extent,
        ),
        SmallService(
            name="aruba-central",
            enabled=None if central is None else disabled is None,
            lines=extent if central is None else central.section,
        ),
    )


def _service(
    name: str, on: Statement | None, off: Statement | None, extent: tuple[ConfigLine, ...]
) -> SmallService:
    stated = on or off
    return SmallService(
        name=name,
        enabled=None if stated is None else on is not None,
        lines=extent if stated is None else (stated.line,),
    )
