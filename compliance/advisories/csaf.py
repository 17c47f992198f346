"""Read a CSAF 2.0 document: its products with vendor, name and version, and what each vulnerability says.

Only what finding devices needs is read; the rest of a document may hold anything. Products come from three
places: branches (vendor, product, version), full product names, and relationships (software on hardware).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from pydantic import Field

from compliance.errors import AdvisoryInvalid
from compliance.models import Model

LARGEST_DOCUMENT_BYTES: Final = 64 * 1024 * 1024
_DEEPEST_BRANCH: Final = 64

VersionKind = Literal["version", "range", "none"]
Status = Literal["affected", "not affected", "edge", "investigated"]

_STATUSES: Final[Mapping[str, Status]] = {
    "known_affected": "affected",
    "first_affected": "edge",
    "last_affected": "edge",
    "known_not_affected": "not affected",
    "fixed": "not affected",
    "first_fixed": "not affected",
    "recommended": "not affected",
    "under_investigation": "investigated",
}


class Product(Model):
    """A product of the document; ``on`` is what it must be installed on."""

    id: str
    name: str
    vendor: str
    product: str
    version: str
    version_kind: VersionKind
    on: "Product | None" = None


class Vulnerability(Model):
    """One vulnerability with the products it names, by what it says of them."""

    name: str
    title: str
    products: tuple[tuple[Status, str], ...]


class Advisory(Model):
    """A document as far as it is needed."""

    id: str = Field(min_length=1)
    title: str
    publisher: str
    products: Mapping[str, Product]
    vulnerabilities: tuple[Vulnerability, ...]


def read_advisory(data: bytes) -> Advisory:
    """Return what a CSAF 2.0 document says.

    Raises:
        AdvisoryInvalid: it is not one, or it refers to products that it does not describe.
    """
    if len(data) > LARGEST_DOCUMENT_BYTES:
        raise AdvisoryInvalid(f"the document is larger than {LARGEST_DOCUMENT_BYTES // 1024**2} MiB")
    try:
        root = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise AdvisoryInvalid("the document is not JSON; give a CSAF 2.0 document") from error
    document = _object(root, "document")
    if document.get("csaf_version") != "2.0":
        raise AdvisoryInvalid(f"/document/csaf_version is {document.get('csaf_version')!r}; 2.0 can be read")
    tracking = _object(document, "tracking")
    tree = root.get("product_tree", {})
    if not isinstance(tree, dict):
        raise AdvisoryInvalid("/product_tree is not an object")
    products = _products(tree)
    vulnerabilities = tuple(_vulnerability(one, products) for one in _list(root, "vulnerabilities"))
    return Advisory(
        id=_text(tracking, "id"),
        title=_text(document, "title"),
        publisher=_text(_object(document, "publisher"), "name"),
        products=products,
        vulnerabilities=vulnerabilities,
    )


def _products(tree: Mapping[str, Any]) -> dict[str, Product]:
    products: dict[str, Product] = {}

    def keep(product: Product) -> None:
        if product.id in products:
            raise AdvisoryInvalid(f"the product {product.id!r} is described twice")
        products[product.id] = product

    for product in _branch_products(tree):
        keep(product)
    for one in _list(tree, "full_product_names"):
        keep(_named(one))
    waiting = [_entry(one) for one in _list(tree, "relationships")]
    while waiting:
        # A relationship may build on another one that stands behind it.
        ready = [
            one
            for one in waiting
            if {one["product_reference"], one["relates_to_product_reference"]} <= products.keys()
        ]
        if not ready:
            raise AdvisoryInvalid("a relationship joins products that the document does not describe")
        for one in ready:
            keep(_related(one, products))
        waiting = [one for one in waiting if one not in ready]
    return products


def _branch_products(tree: Mapping[str, Any]) -> Iterator[Product]:
    stack: list[tuple[Any, dict[str, str], int]] = [(one, {}, 1) for one in reversed(_list(tree, "branches"))]
    while stack:
        branch, above, depth = stack.pop()
        if depth > _DEEPEST_BRANCH:
            raise AdvisoryInvalid(f"the branches are more than {_DEEPEST_BRANCH} deep")
        entry = _entry(branch)
        path = {**above, _text(entry, "category"): _text(entry, "name")}
        if "product" in entry:
            yield _described(_entry(entry["product"]), path)
        stack.extend((one, path, depth + 1) for one in reversed(_list(entry, "branches")))


def _described(product: Mapping[str, Any], path: Mapping[str, str]) -> Product:
    kind: VersionKind = "none"
    version = ""
    if "product_version_range" in path:
        kind, version = "range", path["product_version_range"]
    elif "product_version" in path:
        kind, version = "version", path["product_version"]
    return Product(
        id=_text(product, "product_id"),
        name=_text(product, "name"),
        vendor=path.get("vendor", ""),
        product=path.get("product_name", path.get("product_family", "")),
        version=version,
        version_kind=kind,
    )


def _named(one: Any) -> Product:
    """Return a product that has only a full name; a CPE 2.2 or 2.3 beside it tells its parts."""
    entry = _entry(one)
    helper = entry.get("product_identification_helper", {})
    cpe = helper.get("cpe", "") if isinstance(helper, dict) else ""
    vendor, product, version = _cpe_parts(cpe) if isinstance(cpe, str) else ("", "", "")
    return Product(
        id=_text(entry, "product_id"),
        name=_text(entry, "name"),
        vendor=vendor,
        product=product,
        version=version,
        version_kind="version" if version else "none",
    )


def _cpe_parts(cpe: str) -> tuple[str, str, str]:
    if cpe.startswith("cpe:2.3:"):
        fields = cpe.replace("\\:", "\0").split(":")[3:6]
    else:
        fields = cpe.removeprefix("cpe:/").split(":")[1:4] if cpe.startswith("cpe:/") else []
    texts = [one.replace("\0", ":").replace("\\", "").replace("_", " ") for one in fields]
    vendor, product, version = (*texts, "", "", "")[:3]
    return vendor, product, "" if version in {"*", "-"} else version


def _related(one: Mapping[str, Any], products: Mapping[str, Product]) -> Product:
    full = _entry(one.get("full_product_name"))
    part, whole = products[one["product_reference"]], products[one["relates_to_product_reference"]]
    return part.model_copy(update={"id": _text(full, "product_id"), "name": _text(full, "name"), "on": whole})


def _vulnerability(one: Any, products: Mapping[str, Product]) -> Vulnerability:
    entry = _entry(one)
    named: list[tuple[Status, str]] = []
    states = entry.get("product_status", {})
    if not isinstance(states, dict):
        raise AdvisoryInvalid("a product_status is not an object")
    for key, status in _STATUSES.items():
        for product in _list(states, key):
            if product not in products:
                raise AdvisoryInvalid(f"{key} names the product {product!r}, which is not described")
            named.append((status, product))
    ids = [_entry(one).get("text") for one in _list(entry, "ids")]
    name = entry.get("cve") or next((text for text in ids if text), None) or "without a number"
    title = entry.get("title", "")
    return Vulnerability(name=str(name), title=str(title), products=tuple(named))


def _object(holder: Any, key: str) -> dict[str, Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, dict):
        raise AdvisoryInvalid(f"the document holds no object {key!r}; give a CSAF 2.0 document")
    return value


def _entry(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise AdvisoryInvalid("the document holds a value where an object belongs")
    return value


def _list(holder: Mapping[str, Any], key: str) -> list[Any]:
    value = holder.get(key, [])
    if not isinstance(value, list):
        raise AdvisoryInvalid(f"{key!r} is not a list")
    return value


def _text(holder: Mapping[str, Any], key: str) -> str:
    value = holder.get(key)
    if not isinstance(value, str) or not value.strip():
        raise AdvisoryInvalid(f"the document lacks the text {key!r} where it is needed")
    return value.strip()
