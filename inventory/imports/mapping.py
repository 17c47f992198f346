"""The mapping of an import: what a source cannot know, and how its words are said here.

A YAML file that a person writes for one source of one municipality::

    names:
      domains: [norddjurs.local]        # SRV01.norddjurs.local becomes srv01
      replace: {_: "-"}
      rename: {"Web (ny)": ndj-web2}
    networks: {"dvPG Servere": 710}     # port group or network name -> VLAN
    translations:
      platform: {cisco_xe: ios}
    defaults:                           # for new objects, where nothing else says it
      servers: {owner: IT og Digitalisering, environment: production}
    rules:                              # the first rule that sets a field wins
      - {kind: servers, when: {folder: "*/Omsorg*"}, set: {application: omsorg}}
      - {kind: servers, when: {name: "*-test*"}, set: {environment: test}}
    leave_out:
      - {kind: servers, when: {name: "vcsa*"}, reason: belongs to the old platform}
"""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from inventory.errors import InventoryReadError
from inventory.imports.errors import MappingError
from inventory.imports.models import KINDS, ImportedField, ObjectKind
from inventory.loaders.form_violations import form_violations
from inventory.loaders.yaml_source import YAMLProblemsError, YAMLSource, read_yaml_source
from inventory.models import Model, VLANId
from inventory.violations import suggest

Attributes = Mapping[str, tuple[str, ...]]
"""What rules may ask about an object, by the source's own words: name, cluster, folder, group…"""

Patterns = Annotated[
    dict[str, str],
    Field(min_length=1, description="attribute: pattern with * and ?; all must fit, case does not matter"),
]


class NameRules(Model):
    """How a name of the source becomes a host name or another lower case name."""

    domains: tuple[str, ...] = Field(default=(), description="Domains to cut off, such as norddjurs.local")
    replace: dict[str, str] = Field(default={}, description="Text to replace in names, such as _ by -")
    rename: dict[str, str] = Field(default={}, description="Whole names of the source and what they become")


class MappingRule(Model):
    """What is set for objects that fit."""

    kind: ObjectKind
    when: Patterns
    set: dict[str, JsonValue] = Field(min_length=1, description="field: value, as it would stand in the file")


class LeaveOut(Model):
    """Objects that are not imported, and why; they are told as skipped."""

    kind: ObjectKind
    when: Patterns
    reason: str = Field(min_length=1)


class MappingDocument(Model):
    """A mapping file, as people write it."""

    names: NameRules = NameRules()
    networks: dict[str, VLANId] = Field(default={}, description="Port group or network name -> VLAN id")
    translations: dict[str, dict[str, str]] = Field(
        default={}, description="Per attribute: a word of the source -> the word used here"
    )
    defaults: dict[ObjectKind, dict[str, JsonValue]] = Field(
        default={}, description="Per kind: values for fields of new objects that nothing else gives"
    )
    rules: tuple[MappingRule, ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
    columns: dict[ObjectKind, dict[str, str]] = Field(
        default={}, description="CSV only, per kind: column header -> field such as cpus or networks.vlan"
    )
    prefixes: tuple[IPv4Network, ...] = Field(
        default=(), description="Management networks, where a source tells addresses without their prefix"
    )
    decimal: Literal["comma", "point"] | None = Field(
        default=None, description="How numbers written as text are meant: 1.024 is 1024 with comma"
    )
    powered_off: Literal["take", "leave-out"] = Field(
        default="leave-out", description="Virtual machines that are switched off"
    )


class ImportMapping(MappingDocument):
    """A mapping with the name of its file; an empty one where there is no file."""

    label: str = "mapping"

    def host_name(self, written: str) -> str:
        """Return a name of the source in the form of a host name; it may still not fit ``Hostname``.

        Lower case, without the domains and with the replacements of the mapping. A name that is renamed
        stands as the mapping says.
        """
        written = written.strip()
        for old, new in self.names.rename.items():
            if old.lower() == written.lower():
                return new
        name = written.lower()
        for domain in sorted(self.names.domains, key=len, reverse=True):
            name = name.removesuffix("." + domain.lower().lstrip("."))
        for old, new in self.names.replace.items():
            name = name.replace(old.lower(), new)
        return name

    def vlan_of(self, network: str) -> int | None:
        """Return the VLAN of a port group or network name; None where the mapping does not say."""
        wanted = network.strip().lower()
        return next((vlan for name, vlan in self.networks.items() if name.strip().lower() == wanted), None)

    def translate(self, attribute: str, word: str) -> str:
        """Return the word used here for a word of the source; the same word where none is given."""
        wanted = word.strip().lower()
        known = self.translations.get(attribute, {})
        return next((new for old, new in known.items() if old.strip().lower() == wanted), word.strip())

    def reason_to_leave_out(self, kind: ObjectKind, attributes: Attributes) -> str | None:
        """Return why an object is not imported; None where it is."""
        return next(
            (one.reason for one in self.leave_out if one.kind == kind and _fits(one.when, attributes)), None
        )

    def fields_for(
        self, kind: ObjectKind, read: tuple[ImportedField, ...], attributes: Attributes
    ) -> tuple[ImportedField, ...]:
        """Return the fields that were read with those that the mapping sets; the mapping's rules win."""
        ruled = dict(self._set_by_rules(kind, attributes))
        # A rule says a list whole: what was read of its items goes with it.
        fields = {one.path: one for one in read if one.path[:1] not in ruled} | ruled
        told = {path[0] for path in fields}
        for name, value in self.defaults.get(kind, {}).items():
            if name not in told:
                origin = f"{self.label} defaults.{kind}.{name}"
                fields[name,] = ImportedField(path=(name,), value=value, origin=origin, only_if_missing=True)
        return tuple(fields.values())

    def require_attributes(self, kind: ObjectKind, known: tuple[str, ...]) -> None:
        """Refuse a mapping that asks about attributes which the source does not tell.

        Raises:
            MappingError: a rule asks for an unknown attribute; the message names the near miss.

        """
        for where, rule in self._conditions():
            for attribute in rule.when:
                if rule.kind == kind and attribute not in known:
                    reason = f"{where} asks for '{attribute}', which this source does not tell of {kind}"
                    raise MappingError(self.label, reason, suggest(attribute, known))

    def _conditions(self) -> Iterator[tuple[str, MappingRule | LeaveOut]]:
        for number, rule in enumerate(self.rules, 1):
            yield f"rule {number}", rule
        for number, one in enumerate(self.leave_out, 1):
            yield f"leave_out {number}", one

    def _set_by_rules(
        self, kind: ObjectKind, attributes: Attributes
    ) -> Iterator[tuple[tuple[str, ...], ImportedField]]:
        done: set[str] = set()
        for number, rule in enumerate(self.rules, 1):
            if rule.kind != kind or not _fits(rule.when, attributes):
                continue
            for name, value in rule.set.items():
                if name not in done:
                    done.add(name)
                    origin = f"{self.label} rule {number}"
                    yield (name,), ImportedField(path=(name,), value=value, origin=origin)


def load_mapping(path: Path) -> ImportMapping:
    """Read a mapping file.

    Raises:
        MappingError: it cannot be read, or something in it is wrong; every problem is named with its line.

    """
    try:
        source = read_yaml_source(path.parent, path)
        data = source.data()
        document = MappingDocument.model_validate_json(json.dumps({} if data is None else data))
    except InventoryReadError as error:
        raise MappingError(str(path), str(error), "name a readable mapping file") from error
    except YAMLProblemsError as error:
        raise MappingError(str(path), str(error), "correct it and import again") from error
    except ValidationError as error:
        listed = "; ".join(one.render() for one in form_violations(source, MappingDocument, error))
        raise MappingError(str(path), listed, "correct it and import again") from error
    _check_settings(source, path, document)
    values = {name: getattr(document, name) for name in MappingDocument.model_fields}
    return ImportMapping(**values, label=path.name)


def _check_settings(source: YAMLSource, path: Path, mapping: MappingDocument) -> None:
    """Refuse fields that do not exist and values that do not fit, before they are met in every row."""
    for kind, values in mapping.defaults.items():
        for name, value in values.items():
            _check_setting(source, path, kind, ("defaults", kind, name), value)
    for number, rule in enumerate(mapping.rules):
        for name, value in rule.set.items():
            _check_setting(source, path, rule.kind, ("rules", number, "set", name), value)


def _check_setting(
    source: YAMLSource, path: Path, kind: ObjectKind, at: tuple[str | int, ...], value: JsonValue
) -> None:
    name = str(at[-1])
    place = source.locate(at).render()
    known = KINDS[kind].model.model_fields
    field = known.get(name)
    if field is None:
        raise MappingError(str(path), f"{place}: {kind} have no field '{name}'", suggest(name, tuple(known)))
    annotation: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    try:
        TypeAdapter(annotation).validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        reason = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise MappingError(str(path), f"{place}: '{name}': {reason}", "correct the value") from error


def _fits(when: Mapping[str, str], attributes: Attributes) -> bool:
    return all(
        any(fnmatchcase(value.lower(), pattern.lower()) for value in attributes.get(name, ()))
        for name, pattern in when.items()
    )
