"""Find the devices that an advisory is about, by vendor, product and version."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, NamedTuple

from compliance.advisories.csaf import Advisory, Product, Status, Vulnerability
from compliance.advisories.versions import compare, holds, is_version
from compliance.models import Model
from inventory.models import Device, Platform

Outcome = Literal["affected", "unknown", "not affected"]


class System(NamedTuple):
    """What vendors call the operating system of a platform, and which versions are that system."""

    vendors: frozenset[str]
    products: frozenset[str]
    runs: Callable[[str], bool]


class DeviceFinding(Model):
    """What an advisory means for one device that it may be about."""

    device: str
    municipality: str
    platform: str
    model: str
    version: str | None
    outcome: Outcome
    affected_by: tuple[str, ...]
    unknown_for: tuple[str, ...]
    reasons: tuple[str, ...]


class AdvisoryMatch(Model):
    """The devices of an inventory that an advisory names, and what in it could not be told apart."""

    advisory: str
    title: str
    findings: tuple[DeviceFinding, ...]
    unmatched_products: tuple[str, ...]

    def of(self, outcome: Outcome) -> tuple[DeviceFinding, ...]:
        """Return the findings with one outcome."""
        return tuple(one for one in self.findings if one.outcome == outcome)


def _major(version: str) -> int:
    match = re.search(r"\d+", version)
    return int(match[0]) if match else -1


_IOS_XE_MAJORS: Final = frozenset({3, *range(16, 100)})
_CISCO: Final = frozenset({"cisco", "ciscosystems"})
_JUNIPER: Final = frozenset({"juniper", "junipernetworks"})
_ARUBA: Final = frozenset(
    {"hpe", "hp", "aruba", "arubanetworks", "hewlettpackardenterprise", "hpearubanetworking"}
)

SYSTEMS: Final[Mapping[Platform, tuple[System, ...]]] = {
    "ios": (
        System(_CISCO, frozenset({"iosxe", "iosxesoftware"}), lambda v: _major(v) in _IOS_XE_MAJORS),
        System(_CISCO, frozenset({"ios", "iossoftware"}), lambda v: _major(v) not in _IOS_XE_MAJORS),
    ),
    "nxos": (System(_CISCO, frozenset({"nxos", "nxossoftware"}), lambda _: True),),
    "eos": (System(frozenset({"arista", "aristanetworks"}), frozenset({"eos"}), lambda _: True),),
    "junos": (
        System(_JUNIPER, frozenset({"junos", "junosos"}), lambda v: "EVO" not in v.upper()),
        System(_JUNIPER, frozenset({"junososevolved"}), lambda v: "EVO" in v.upper()),
    ),
    "fortios": (System(frozenset({"fortinet"}), frozenset({"fortios"}), lambda _: True),),
    "fortiswitch": (
        System(frozenset({"fortinet"}), frozenset({"fortiswitch", "fortiswitchos"}), lambda _: True),
    ),
    "aoscx": (System(_ARUBA, frozenset({"aoscx", "arubaoscx", "hpearubanetworkingaoscx"}), lambda _: True),),
    "panos": (System(frozenset({"paloaltonetworks", "paloalto"}), frozenset({"panos"}), lambda _: True),),
}
"""By platform of the inventory; what stands under ``other`` is known by its model alone."""


def match_devices(advisory: Advisory, devices: Iterable[tuple[str, Device]]) -> AdvisoryMatch:
    """Return what an advisory means for each device that it may be about; the others are left out.

    Args:
        advisory: The document.
        devices: The devices, each with its municipality.

    Known limits:
        The version is the one that the inventory tells. Hardware is known by the model's exact name; products
        whose name is neither a system nor a model of the inventory are listed as unmatched.
    """
    every = tuple(devices)
    matched: set[str] = set()
    findings = []
    for municipality, device in every:
        about = {one.id for one in advisory.products.values() if _may_be(one, device)}
        matched |= about
        if about:
            finding = _find(advisory, municipality, device)
            if finding is not None:
                findings.append(finding)
    named = {product for one in advisory.vulnerabilities for _, product in one.products}
    known_vendors = {vendor for _, device in every for vendor in _vendors_of(device)}
    unmatched = sorted(
        product.name
        for product in advisory.products.values()
        if product.id in named - matched and (not product.vendor or _key(product.vendor) in known_vendors)
    )
    findings.sort(key=lambda one: (_ORDER[one.outcome], one.municipality, one.device))
    return AdvisoryMatch(
        advisory=advisory.id,
        title=advisory.title,
        findings=tuple(findings),
        unmatched_products=tuple(unmatched),
    )


_ORDER: Final[Mapping[str, int]] = {"affected": 0, "unknown": 1, "not affected": 2}


def _find(advisory: Advisory, municipality: str, device: Device) -> DeviceFinding | None:
    affected, unknown, reasons, named = [], [], [], False
    for vulnerability in advisory.vulnerabilities:
        outcome, reason = _judge(vulnerability, advisory, device)
        if outcome is None:
            continue
        named = True
        if outcome == "affected":
            affected.append(vulnerability.name)
        elif outcome == "unknown":
            unknown.append(vulnerability.name)
        if outcome != "not affected" and reason not in reasons:
            reasons.append(reason)
    if not named:
        return None
    return DeviceFinding(
        device=device.name,
        municipality=municipality,
        platform=device.platform,
        model=device.model,
        version=device.software_version,
        outcome="affected" if affected else "unknown" if unknown else "not affected",
        affected_by=tuple(affected),
        unknown_for=tuple(unknown),
        reasons=tuple(reasons),
    )


class _Said(NamedTuple):
    """What one vulnerability says of one device."""

    affected: tuple[Product, ...]
    fixed: tuple[Product, ...]
    investigated: tuple[Product, ...]
    doubts: tuple[str, ...]
    tells_what_is_affected: bool


def _judge(vulnerability: Vulnerability, advisory: Advisory, device: Device) -> tuple[Outcome | None, str]:
    """Return what one vulnerability means for a device, and why; None where it does not name its product."""
    named = [
        (status, advisory.products[name])
        for status, name in vulnerability.products
        if _may_be(advisory.products[name], device)
    ]
    return _decide(_said(named, device)) if named else (None, "")


def _said(named: list[tuple[Status, Product]], device: Device) -> _Said:
    answers = [(status, product, _is(product, device)) for status, product in named]
    statuses = {status for status, _ in named}

    def hits(*wanted: Status) -> tuple[Product, ...]:
        return tuple(product for status, product, answer in answers if answer and status in wanted)

    doubts = [
        _doubt(product, device)
        for status, product, answer in answers
        if answer is None and status != "not affected"
    ]
    if "edge" in statuses and "affected" not in statuses:
        doubts.append("the document tells only where it begins or ends to be affected")
    return _Said(
        affected=hits("affected", "edge"),
        fixed=hits("not affected"),
        investigated=hits("investigated"),
        doubts=tuple(doubts),
        tells_what_is_affected="affected" in statuses,
    )


def _decide(said: _Said) -> tuple[Outcome, str]:
    """Decide for one device; where the document leaves room the answer is unknown, never not affected."""
    if said.affected and said.fixed:
        # A version named by itself is an exception from a range; two of the same kind contradict each other.
        if {one.version_kind for one in said.fixed} == {"version"} and "version" not in {
            one.version_kind for one in said.affected
        }:
            return "not affected", ""
        return "unknown", f"the document says of {said.fixed[0].name} that it is affected and that it is not"
    if said.affected:
        return "affected", said.affected[0].name
    if said.fixed:
        return "not affected", ""
    reason = ""
    if said.investigated:
        reason = f"{said.investigated[0].name} is still under investigation"
    elif said.doubts:
        reason = said.doubts[0]
    elif not said.tells_what_is_affected:
        reason = "the document does not tell which versions are affected"
    return ("unknown", reason) if reason else ("not affected", "")


def _doubt(product: Product, device: Device) -> str:
    if device.software_version is None:
        return "its version is not known"
    return f"its version {device.software_version} cannot be held against '{product.version or product.name}'"


def _is(product: Product, device: Device) -> bool | None:
    """Tell whether a device is exactly this product; None where its version is unknown or not comparable."""
    if product.version_kind == "none":
        return _runs(product, device)
    version = device.software_version
    if version is None:
        return None
    if _runs(product, device) is False:
        return False
    wanted = _without_name(product)
    if product.version_kind == "range":
        return holds(wanted, version)
    return _same_version(wanted, version)


def _same_version(wanted: str, version: str) -> bool | None:
    if not is_version(wanted):
        return True if wanted.lower() in {"*", "all", "all versions", "any"} else None
    # Two versions that no order joins are two versions.
    return compare(version, wanted) == 0


def _without_name(product: Product) -> str:
    """Return the version alone where it repeats the product, as in ``Cisco IOS XE 17.9.1``."""
    text = product.version.strip()
    if text.lower().startswith("vers:"):
        return text
    for word in (product.vendor, product.product):
        if word and text.lower().startswith(word.lower()):
            text = text[len(word) :].strip()
    return text


def _runs(product: Product, device: Device) -> bool | None:
    """Tell whether a device runs the system of a product; None where only its version would tell."""
    if _key(product.product) == _key(device.model):
        return True
    systems = SYSTEMS.get(device.platform, ())
    if len(systems) == 1:
        return True
    if device.software_version is None:
        return None
    return any(_names(product, system) and system.runs(device.software_version) for system in systems)


def _may_be(product: Product, device: Device) -> bool:
    """Tell whether a product may be what a device is, whatever its version."""
    if product.on is not None and not _may_be(product.on, device):
        return False
    if product.product and _key(product.product) == _key(device.model):
        return True
    return any(_names(product, system) for system in SYSTEMS.get(device.platform, ()))


def _names(product: Product, system: System) -> bool:
    vendor, name = _key(product.vendor), _key(product.product)
    if vendor and vendor not in system.vendors:
        return False
    if name in system.products:
        return True
    # Some write the vendor into the product: Cisco IOS XE Software.
    return any(name == f"{one}{wanted}" for one in system.vendors for wanted in system.products)


def _vendors_of(device: Device) -> frozenset[str]:
    return frozenset(vendor for system in SYSTEMS.get(device.platform, ()) for vendor in system.vendors)


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
