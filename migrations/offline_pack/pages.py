"""From inventory and backups to the pages of the pack; computed apart from the templates."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict

from inventory.models import Device, DeviceRole, MunicipalityInventory, Server
from migrations.offline_pack.restore_steps import StepPart, parts_of, restore_steps
from migrations.offline_pack.start_order import start_order
from records.models import BackupRow

_ZONE = ZoneInfo("Europe/Copenhagen")
_ROLES: dict[DeviceRole, str] = {"edge": "kant", "firewall": "firewall", "core": "kerne", "access": "adgang"}
_ENVIRONMENT = Environment(
    loader=PackageLoader("migrations.offline_pack"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Model(BaseModel):
    """The common shape: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SavedConfiguration(Model):
    """The configuration of one device as the pack holds it."""

    backup: BackupRow
    approved: bool
    text: str

    def file(self) -> str:
        """Return the name of its file."""
        return f"{self.backup.device}.cfg"


class Cable(Model):
    """What is at the other end of a port."""

    port: str
    far_end: str


class DevicePage(Model):
    """What the page of one device shows."""

    device: Device
    site: str
    role: str
    cables: tuple[Cable, ...]
    configuration: SavedConfiguration | None
    steps: tuple[tuple[StepPart, ...], ...]


class PackView(Model):
    """What the pack shows of one municipality."""

    town: MunicipalityInventory
    centre: str
    snapshot: str
    made_at: str
    with_secrets: bool
    devices: tuple[DevicePage, ...]
    start_groups: tuple[tuple[Server, ...], ...]


def local(moment: datetime) -> str:
    """Return a time as people in Denmark write it."""
    return f"{moment.astimezone(_ZONE):%d.%m.%Y kl. %H.%M}"


def build_view(
    town: MunicipalityInventory,
    configurations: Mapping[str, SavedConfiguration],
    *,
    centre: str,
    snapshot: str,
    made_at: datetime,
    with_secrets: bool,
) -> PackView:
    """Return everything that the pages show.

    Raises:
        PlanInvalid: servers depend on each other in a circle.
    """
    sites = {site.name: site.title for site in town.sites}
    return PackView(
        town=town,
        centre=centre,
        snapshot=snapshot,
        made_at=local(made_at),
        with_secrets=with_secrets,
        devices=tuple(
            _device_page(device, sites, town, configurations.get(device.name)) for device in town.devices
        ),
        start_groups=start_order(town.servers),
    )


def render_pages(view: PackView) -> dict[str, str]:
    """Return the text of every page by its path in the pack."""
    pages = {"index.html": _ENVIRONMENT.get_template("index.html").render(view=view, local=local)}
    device_template = _ENVIRONMENT.get_template("device.html")
    for page in view.devices:
        path = f"enheder/{page.device.name}.html"
        pages[path] = device_template.render(view=view, page=page, local=local)
    return pages


def _device_page(
    device: Device,
    sites: Mapping[str, str],
    town: MunicipalityInventory,
    configuration: SavedConfiguration | None,
) -> DevicePage:
    return DevicePage(
        device=device,
        site=sites.get(device.site, device.site),
        role=_ROLES[device.role],
        cables=_cables(device.name, town),
        configuration=configuration,
        steps=()
        if configuration is None
        else tuple(parts_of(step) for step in restore_steps(device.platform, configuration.file())),
    )


def _cables(device: str, town: MunicipalityInventory) -> tuple[Cable, ...]:
    cables: list[Cable] = []
    for link in town.links:
        if link.ends is None:
            if link.end is not None and link.end.startswith(f"{device}:"):
                cables.append(Cable(port=link.end.partition(":")[2], far_end=link.provider or ""))
            continue
        for near, far in (link.ends, link.ends[::-1]):
            if near.startswith(f"{device}:"):
                cables.append(Cable(port=near.partition(":")[2], far_end=far))
    return tuple(cables)
