"""``samdrift devices discover``: crawl a network from a few addresses, and import what was found."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.inventory_answers import AnswerFormat, InventoryOption, end_not_possible, inventory_folder
from api.cli.inventory_import import (
    EXIT_NOT_ALL,
    AllowOption,
    DecideOption,
    FormatOption,
    ImportRequest,
    MappingOption,
    MunicipalityOption,
    PreferFileOption,
    SourceNameOption,
    WriteOption,
    run_import,
)
from api.cli.progress import ProgressDisplay
from api.settings import Settings, load_settings
from inventory.address_endpoints import AddressEndpoints
from inventory.credentials import resolve_credential
from inventory.endpoints import known_hosts_of, load_endpoint_overlay
from inventory.errors import InventoryError
from inventory.imports.mapping import ImportMapping, load_mapping
from inventory.imports.models import KINDS
from inventory.imports.source import ImportSource
from inventory.interface_ranges import interface_names, is_range
from inventory.loaders.yaml_directory import MUNICIPALITIES
from inventory.loaders.yaml_source import YAMLProblemsError, read_yaml_source

if TYPE_CHECKING:
    from devices.discovery.service import Discovery, Login, ReachedAt
    from devices.models import Platform

SeedOption = Annotated[
    list[str],
    typer.Option("--seed", metavar="ADDRESS[=PLATFORM]", help="Where to begin; may be repeated."),
]
CredentialOption = Annotated[
    list[str],
    typer.Option(
        "--credential",
        metavar="REFERENCE",
        help="env:PREFIX, file:PATH or vault:PATH#KEY; more of them are tried in this order, each once.",
    ),
]
WithinOption = Annotated[
    list[str],
    typer.Option("--within", metavar="PREFIX", help="No address outside is tried; may be repeated."),
]
CAFileOption = Annotated[
    Path | None,
    typer.Option("--ca-file", help="The authority of the devices' certificates (PEM), for EOS and FortiOS."),
]
AtMostOption = Annotated[int, typer.Option("--at-most", min=1, help="How many addresses are tried at most.")]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, max=64, help="How many at once.")]
RefusalsOption = Annotated[
    int,
    typer.Option(
        "--refused-logins", min=1, help="After so many refusals a credential is not tried any more."
    ),
]
TimeoutOption = Annotated[float, typer.Option("--timeout", min=1, help="Seconds that an answer may take.")]


@dataclass(frozen=True, slots=True)
class CrawlRequest:
    """The options of the crawl."""

    seeds: dict[IPv4Address, "Platform | None"]
    credentials: tuple[str, ...]
    within: tuple[IPv4Network, ...]
    at_most: int
    workers: int
    refusals_at_most: int
    timeout_seconds: float
    ca_file: str | None


def discover_command(
    *,
    seed: SeedOption,
    credential: CredentialOption,
    within: WithinOption,
    municipality: MunicipalityOption,
    inventory: InventoryOption = None,
    mapping: MappingOption = None,
    source: SourceNameOption = None,
    ca_file: CAFileOption = None,
    at_most: AtMostOption = 1000,
    workers: WorkersOption = 16,
    refused_logins: RefusalsOption = 3,
    timeout: TimeoutOption = 30,
    decide: DecideOption = None,
    prefer_file: PreferFileOption = False,
    write: WriteOption = False,
    allow_violations: AllowOption = False,
    output: FormatOption = AnswerFormat.HUMAN,
) -> None:
    """Find devices and links from a few addresses over LLDP and CDP, and import them.

    Exit 0 all was reached and is well, 1 something needs a person (a device that was not reached, a
    contradiction, an import that is not complete), 2 not possible.
    """
    folder = inventory_folder(inventory)
    try:
        words = _checked_mapping(mapping)
        described = _described_ports(folder, municipality)
        request = CrawlRequest(
            seeds=_seeds(seed),
            credentials=tuple(credential),
            within=tuple(_prefix(one) for one in within),
            at_most=at_most,
            workers=workers,
            refusals_at_most=refused_logins,
            timeout_seconds=timeout,
            ca_file=None if ca_file is None else str(ca_file),
        )
        found = crawl(request, load_settings())
    except InventoryError as error:
        end_not_possible(error, as_json=output is AnswerFormat.JSON)
    stopped = any(one.kind == "interrupted" for one in found.not_reached)
    if output is AnswerFormat.HUMAN:
        _show(found)
    if stopped and write:
        typer.echo("samdrift: the run was stopped, so nothing is written; run it again", err=True)
    run_import(
        lambda _: _source(found, words, source or municipality, request.credentials[0], described),
        ImportRequest(
            municipality,
            folder,
            mapping,
            decide,
            prefer_file,
            write and not stopped,
            allow_violations,
            output,
        ),
        beside=lambda: {"discovery": found.model_dump(mode="json")},
    )
    if not found.is_complete():
        raise typer.Exit(EXIT_NOT_ALL)


def _source(
    found: "Discovery",
    mapping: ImportMapping,
    name: str,
    credential: str,
    described: dict[str, frozenset[str]],
) -> ImportSource:
    from devices.discovery.service import DiscoverySource  # noqa: PLC0415  (loads the drivers)

    return DiscoverySource(found, mapping, name=name, credential=credential, described=described)


def _checked_mapping(path: Path | None) -> ImportMapping:
    """Return the mapping; what is wrong with it is told before anything is logged in to."""
    from devices.discovery.service import ATTRIBUTES  # noqa: PLC0415  (loads the drivers)

    mapping = ImportMapping() if path is None else load_mapping(path)
    mapping.require_attributes("devices", ATTRIBUTES)
    return mapping


def crawl(request: CrawlRequest, settings: Settings) -> "Discovery":
    """Crawl a network as it was asked for.

    Raises:
        InventoryError: the endpoints file or a credential cannot be used, or a seed is not within.

    """
    from devices.discovery.service import (  # noqa: PLC0415  (loads the drivers)
        CrawlLimits,
        DeviceIdentifier,
        LoginBudget,
        discover,
    )

    limits = CrawlLimits(within=request.within, addresses_at_most=request.at_most)
    for seed in request.seeds:
        if not limits.allow(seed):
            raise InventoryError(f"--seed {seed} is not within {_listed(request.within)}; widen --within")
    identifier = DeviceIdentifier(
        _Places(request, settings).reach,
        LoginBudget(request.refusals_at_most),
        stated={address: platform for address, platform in request.seeds.items() if platform is not None},
        timeout_seconds=request.timeout_seconds,
    )
    with _interrupts_end_the_crawl(), ProgressDisplay() as display:
        return discover(
            identifier, tuple(request.seeds), limits, workers=request.workers, report=display.report
        )


@contextmanager
def _interrupts_end_the_crawl() -> Iterator[None]:
    """Let Ctrl-C end the crawl and not the command; a second one, later, ends that as usual."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


class _Places:
    """Where addresses are reached and what opens them there; the endpoints file is the only difference."""

    def __init__(self, request: CrawlRequest, settings: Settings) -> None:
        overlay = None if settings.endpoints is None else load_endpoint_overlay(settings.endpoints)
        self._endpoints = AddressEndpoints(overlay, known_hosts_of(overlay, settings.endpoints))
        self._vault_password_from = settings.vault_password_from
        self._ca_file = request.ca_file
        self._references = request.credentials
        listed = () if overlay is None else (overlay.addresses or {}).values()
        stand_ins = {one.credential for one in listed if one.credential is not None}
        # Each is resolved before anything is reached; where all have a stand-in none of ours is needed.
        ours = () if listed and all(one.credential for one in listed) else request.credentials
        self._logins = {reference: self._login(reference, reference) for reference in ours}
        self._stand_ins = {
            reference: self._login(request.credentials[0], reference) for reference in sorted(stand_ins)
        }

    def reach(self, address: IPv4Address, port: int) -> "ReachedAt | None":
        """Return where a port of an address is reached."""
        from devices.discovery.service import ReachedAt  # noqa: PLC0415  (loads the drivers)

        place = self._endpoints.reach(address, port)
        if place is None:
            return None
        logins = tuple(self._logins.values())
        if place.credential is not None:
            logins = (self._stand_ins[place.credential],)
        return ReachedAt(
            address=place.address,
            port=place.port,
            logins=logins,
            ca_file=place.ca_file or self._ca_file,
            host_key=place.host_key,
        )

    def _login(self, told_as: str, reference: str) -> "Login":
        from devices.discovery.service import Login  # noqa: PLC0415  (loads the drivers)
        from devices.models import Credential  # noqa: PLC0415  (as above)

        found = resolve_credential(
            reference, environment=os.environ, vault_password_from=self._vault_password_from
        )
        credential = Credential(
            username=found.username, password=found.password, enable_secret=found.enable_secret
        )
        return Login(told_as, credential)


def _seeds(written: list[str]) -> "dict[IPv4Address, Platform | None]":
    from devices.errors import CapabilityMissing  # noqa: PLC0415  (as above)
    from devices.profiles import driven_platform  # noqa: PLC0415  (loads the devices' room)

    seeds: dict[IPv4Address, Platform | None] = {}
    for one in written:
        text, _, platform = one.partition("=")
        try:
            seeds[IPv4Address(text)] = driven_platform(text, platform) if platform else None
        except AddressValueError as error:
            raise InventoryError(f"--seed: '{text}' is no IPv4 address; write it as 10.70.10.5") from error
        except CapabilityMissing as error:
            raise InventoryError(f"--seed {one}: {error.reason}") from error
    return seeds


def _prefix(text: str) -> IPv4Network:
    try:
        return IPv4Network(text)
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        raise InventoryError(f"--within: '{text}' is no prefix; write it as 10.70.0.0/16") from error


def _described_ports(folder: Path, municipality: str) -> dict[str, frozenset[str]]:
    """Return the ports that the municipality's file describes already, also where other files are wrong."""
    town = folder / MUNICIPALITIES / municipality
    if not town.is_dir():
        raise InventoryError(f"there is no folder {town}; name an inventory and a municipality of it")
    path = town / KINDS["devices"].file
    if not path.is_file():
        return {}
    try:
        data = read_yaml_source(town, path).data()
    except YAMLProblemsError as error:
        raise InventoryError(f"{error}; correct it and discover again") from error
    devices = data.get("devices") if isinstance(data, dict) else None
    return {
        str(device.get("name")): frozenset(_port_names(device.get("interfaces")))
        for device in (devices if isinstance(devices, list) else [])
        if isinstance(device, dict)
    }


def _port_names(interfaces: object) -> Iterator[str]:
    for one in interfaces if isinstance(interfaces, list) else []:
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            name = str(one["name"])
            yield from interface_names(name) if is_range(name) else (name,)


def _listed(prefixes: tuple[IPv4Network, ...]) -> str:
    return ", ".join(map(str, prefixes))


def _show(found: "Discovery") -> None:
    one_sided = sum(link.one_sided() for link in found.links)
    typer.echo(
        f"tried {found.addresses_tried} addresses: {len(found.devices)} devices, {len(found.links)} links "
        f"({one_sided} told by one end only)"
    )
    _section(
        "devices",
        [
            f"{one.said.host_name} at {', '.join(map(str, one.seen_at))}: "
            f"{one.said.platform} {one.said.model} {one.said.software_version}"
            for one in found.devices
        ],
    )
    _section(
        "not reached",
        [f"{_who(one.name, one.addresses, one.heard_at)}: {one.reason}" for one in found.not_reached],
    )
    _section("contradictions, not inventoried", [one.message for one in found.conflicts])
    _section(
        "only seen, not inventoried",
        [f"{_who(one.name, one.addresses, one.heard_at)}: {one.reason}" for one in found.only_seen],
    )


def _who(name: str, addresses: tuple[IPv4Address, ...], heard_at: tuple[str, ...]) -> str:
    parts = [name or "without a name", ", ".join(map(str, addresses))]
    told = " ".join(part for part in parts if part)
    return f"{told} (heard at {', '.join(heard_at)})" if heard_at else told


def _section(title: str, lines: list[str]) -> None:
    if lines:
        typer.echo(f"{title}:")
        for line in lines:
            typer.echo(f"  {line}")
