"""Between the property bags of the Pulumi engine and the models of the hypervisors room.

On the wire keys are camel case, numbers are floating point, and a value that is not known yet is one fixed
string. None of the provider's properties is a secret, so the engine is asked to send plain values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.rpc import UNKNOWN
from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel, to_snake
from pydantic_core import to_json

SpecT = TypeVar("SpecT", bound=BaseModel)
Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a property; the path is empty where it concerns the whole object."""

    path: str
    reason: str


def read_struct(bag: Struct) -> dict[str, Any]:
    """Read a property bag; whole numbers become integers, and properties without a value are left out."""
    values: dict[str, Any] = json_format.MessageToDict(bag)
    return {key: _whole(value) for key, value in values.items() if value is not None}


def write_struct(properties: Properties) -> Struct:
    """Write a property bag."""
    bag = Struct()
    bag.update(dict(properties))
    return bag


def unknown_keys(properties: Properties) -> frozenset[str]:
    """Return the properties whose value, or a part of it, is only known after other resources exist."""
    return frozenset(key for key, value in properties.items() if _holds_unknown(value))


def spec_of(model: type[SpecT], properties: Properties) -> SpecT:
    """Build a model from properties.

    Raises:
        ValidationError: a property is missing, unknown to the model or out of its range.

    """
    return model.model_validate_json(to_json(_renamed(dict(properties), to_snake)))


def problems_of(model: type[BaseModel], properties: Properties) -> tuple[Problem, ...]:
    """Say what is wrong with properties, apart from what is not known yet; values are never repeated."""
    unknown = unknown_keys(properties)
    try:
        spec_of(model, properties)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        problems = (Problem(_path(detail["loc"]), detail["msg"]) for detail in found)
        return tuple(one for one in problems if _top(one.path) not in unknown)
    return ()


def properties_of(spec: BaseModel) -> dict[str, Any]:
    """Return the properties that a model stands for; what is not set is left out."""
    dumped: dict[str, Any] = _renamed(spec.model_dump(mode="json", exclude_none=True), to_camel)
    return dumped


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items() if item is not None}
    return value


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_unknown(item) for item in value)
    return bool(value == UNKNOWN)


def _renamed(value: Any, rename: Any) -> Any:
    if isinstance(value, dict):
        return {rename(key): _renamed(item, rename) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, rename) for item in value]
    return value


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{to_camel(part)}"
    return path.removeprefix(".")


def _top(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]
