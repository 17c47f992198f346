"""Decisions: for each conflict whether the source's value or the file's is taken.

::

    decisions:
      - {object: servers/ndj-web1, field: cpus, take: source}
      - {object: "servers/*", field: ram_mib, take: file}     # * and ? match; the first that fits decides
"""

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from inventory.errors import InventoryReadError
from inventory.imports.errors import DecisionsError
from inventory.imports.models import FieldPath, ImportedFacts, ObjectKind
from inventory.loaders.form_violations import form_violations
from inventory.loaders.yaml_source import YAMLProblemsError, read_yaml_source
from inventory.models import Model
from inventory.violations import suggest

Take = Literal["source", "file"]

EVERYTHING = "*/*"
"""The decision that fits every conflict."""


class Decision(Model):
    """One decision, for one conflict or for all that fit."""

    object: str = Field(pattern=r"^[a-z_*?]+/.+$", description="kind/name, such as servers/ndj-web1")
    field: str = Field(default="*", min_length=1, description="Such as cpus or interfaces.Ethernet1.vlan")
    take: Take = Field(description="Whose value is right")


class Decisions(Model):
    """Every decision of one import."""

    decisions: tuple[Decision, ...] = ()

    def take(self, kind: ObjectKind, key: str, path: FieldPath) -> Take | None:
        """Return what was decided for a conflict; None where nothing was."""
        name, field = f"{kind}/{key}", render_path(path)
        return next(
            (
                one.take
                for one in self.decisions
                if fnmatchcase(name, one.object) and fnmatchcase(field, one.field)
            ),
            None,
        )

    def check(self, facts: ImportedFacts) -> None:
        """Refuse a decision about something that the source does not have, which is a slip of the pen.

        Raises:
            DecisionsError: no imported object or field fits it; the message names the near miss.

        """
        fields: dict[str, tuple[str, ...]] = {}
        for one in facts.objects:
            fields[f"{one.kind}/{one.key}"] = tuple(render_path(field.path) for field in one.fields)
        for decision in self.decisions:
            if decision.object == EVERYTHING:
                continue
            objects = [name for name in fields if fnmatchcase(name, decision.object)]
            if not objects:
                reason = f"the source has no object '{decision.object}'"
                raise DecisionsError("file", reason, suggest(decision.object, tuple(fields)))
            known = tuple({field for name in objects for field in fields[name]})
            parts = known + tuple({".".join(field.split(".")[:2]) for field in known} - set(known))
            if not any(fnmatchcase(field, decision.field) for field in parts):
                reason = f"the source has no field '{decision.field}' of {decision.object}"
                raise DecisionsError("file", reason, suggest(decision.field, parts))


def render_path(path: FieldPath) -> str:
    """Return a field as decisions and reports name it."""
    return ".".join(path)


def load_decisions(path: Path) -> Decisions:
    """Read a file of decisions.

    Raises:
        DecisionsError: it cannot be read, or something in it is wrong.

    """
    try:
        source = read_yaml_source(path.parent, path)
        data = source.data()
        return Decisions.model_validate_json(json.dumps({} if data is None else data))
    except InventoryReadError as error:
        raise DecisionsError(str(path), str(error), "name a readable file") from error
    except YAMLProblemsError as error:
        raise DecisionsError(str(path), str(error), "correct it and import again") from error
    except ValidationError as error:
        listed = "; ".join(one.render() for one in form_violations(source, Decisions, error))
        raise DecisionsError(str(path), listed, "correct it and import again") from error
