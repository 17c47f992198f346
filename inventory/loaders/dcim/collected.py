"""The facts as they are collected: objects that are taken, and what is left out with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Interface

from pydantic import JsonValue

from inventory.imports.mapping import Attributes, ImportMapping
from inventory.imports.models import FieldPath, ImportedField, ImportedObject, ObjectKind, SkippedObject
from inventory.loaders.dcim.content import Held, HeldAddress


class NotTaken(Exception):
    """Something of the server is not taken; what holds it says so with its name."""

    def __init__(self, reason: str, action: str) -> None:
        self.reason = reason
        self.action = action
        super().__init__(f"{reason}; {action}")


@dataclass
class Collected:
    """What one reading gave so far; filled in the order in which objects refer to each other."""

    mapping: ImportMapping
    objects: list[ImportedObject] = field(default_factory=list)
    skipped: list[SkippedObject] = field(default_factory=list)

    def skip(
        self,
        kind: ObjectKind,
        held: Held,
        reason: str,
        action: str,
        key: str | None = None,
        *,
        expected: bool = False,
    ) -> None:
        """Say that an object of the server is not taken."""
        self.skipped.append(
            SkippedObject(
                kind=kind,
                name=held.name or f"(unnamed {held.id})",
                origin=held.url,
                reason=reason,
                action=action,
                key=key,
                expected=expected,
            )
        )

    def refuse(self, kind: ObjectKind, held: Held, why: NotTaken, key: str | None) -> None:
        """Say that an object of the server is not taken, and why."""
        self.skip(kind, held, why.reason, why.action, key)

    def skip_addresses(
        self, kind: ObjectKind, addresses: Iterable[HeldAddress], port: str, key: str | None
    ) -> None:
        """Say which addresses of a port have no room: all but one, and those that are not IPv4."""
        for one in addresses:
            called = one.model_copy(update={"name": f"{port} {one.name}"})
            if isinstance(one.address, IPv4Interface):
                reason = "the port has another address already, and an inventory holds one"
                self.skip(kind, called, reason, "accept it, or remove the address", key)
            else:
                reason = "it is not IPv4"
                self.skip(kind, called, reason, "nothing: an inventory holds IPv4", key, expected=True)

    def left_out(self, kind: ObjectKind, held: Held, attributes: Attributes, key: str | None) -> bool:
        """Tell whether the mapping leaves an object out, and say so."""
        reason = self.mapping.reason_to_leave_out(kind, attributes)
        if reason is not None:
            action = "remove it from leave_out in the mapping if it is wanted"
            self.skip(kind, held, reason, action, key, expected=True)
        return reason is not None

    def add(
        self,
        kind: ObjectKind,
        key: str,
        origin: str,
        fields: list[ImportedField],
        attributes: Attributes | None = None,
    ) -> bool:
        """Take an object with what the mapping adds to it; False where nothing at all is known of it."""
        given = tuple(fields)
        if attributes is not None:
            given = self.mapping.fields_for(kind, given, attributes)
        if given:
            self.objects.append(ImportedObject(kind=kind, key=key, fields=given, origin=origin))
        return bool(given)


def fact(origin: str, value: JsonValue, *path: str) -> ImportedField:
    """Return one fact."""
    way: FieldPath = path
    return ImportedField(path=way, value=value, origin=origin)


def words(*values: str | None) -> tuple[str, ...]:
    """Return the values that are there, as a rule of the mapping asks for them."""
    return tuple(value for value in values if value)
