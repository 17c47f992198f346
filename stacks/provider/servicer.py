"""The gRPC face of the provider: what the Pulumi engine asks, answered over one hypervisor connection.

Nothing here remembers anything: names come from the inputs, an object's id is its name, and every answer is
read from the platform. Create adopts what an interrupted run of the same owner left behind.
"""

import sys
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import ResourceProviderServicer, plugin_pb2, provider_pb2, status_pb2
from pulumi.runtime.rpc import UNKNOWN

from hypervisors.errors import HypervisorError
from hypervisors.hypervisor import Hypervisor
from stacks.provider.properties import (
    Problem,
    Properties,
    problems_of,
    read_struct,
    unknown_keys,
    write_struct,
)
from stacks.provider.resources import (
    Found,
    Resource,
    UnknownResourceError,
    changed_keys,
    delete_own,
    find_own,
    resource_of,
)

Answer = TypeVar("Answer")
Connect = Callable[[str, Path], Hypervisor]
_SETTINGS = ("uri", "storageFolder")


class HalfMadeError(Exception):
    """The object exists under this owner, but is not what was asked for."""

    def __init__(self, half: Found, reason: str) -> None:
        super().__init__(reason)
        self.half = half


def _at_the_edge(method: Callable[[Any, Any, Any], Answer]) -> Callable[[Any, Any, Any], Answer]:
    """Tell the engine about errors; a fault of our own is caught here too, for here the process ends."""

    @wraps(method)
    def answer(servicer: Any, request: Any, context: Any) -> Answer:
        code = grpc.StatusCode.UNKNOWN
        try:
            return method(servicer, request, context)
        except HalfMadeError as error:
            reason = str(error)
            context.set_trailing_metadata((("grpc-status-details-bin", _half_made_detail(error)),))
        except (HypervisorError, UnknownResourceError) as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001  # the edge of the process
            traceback.print_exc(file=sys.stderr)
            code, reason = grpc.StatusCode.INTERNAL, f"unexpected {type(error).__name__} in the provider"
        context.abort(code, reason)
        raise AssertionError(reason)

    return answer


def _half_made_detail(error: HalfMadeError) -> bytes:
    """Say that the object exists but is not right: the engine keeps it and puts it right next time."""
    detail = AnyMessage()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.half.name,
            reasons=[str(error)],
            properties=write_struct(error.half.outputs),
            inputs=write_struct(error.half.inputs),
        )
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error), details=[detail])
    return bytes(status.SerializeToString())


class Servicer(ResourceProviderServicer):
    """Answer the engine; libvirt's calls block, and gRPC runs each request in a thread of its own."""

    def __init__(self, *, version: str, connect: Connect, stop: Callable[[], None]) -> None:
        super().__init__()
        self._version = version
        self._connect = connect
        self._stop = stop
        self._hypervisor: Hypervisor | None = None

    @_at_the_edge
    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Tell the version."""
        return plugin_pb2.PluginInfo(version=self._version)

    @_at_the_edge
    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Finish what runs and end; the engine calls this at the end of every run too."""
        self._stop()
        return Empty()

    @_at_the_edge
    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Refuse settings that are missing."""
        given = read_struct(request.news)
        failures = [
            provider_pb2.CheckFailure(property=key, reason="it is missing; name the centre's hypervisor")
            for key in _SETTINGS
            if not given.get(key)
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    @_at_the_edge
    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Report that other settings replace no resource: the service guards against another platform."""
        changed = changed_keys(read_struct(request.olds), read_struct(request.news))
        some = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=some, diffs=changed)

    @_at_the_edge
    def Configure(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Connect to the platform, so that one that cannot be reached is one message and not many."""
        given = read_struct(request.args)
        self._hypervisor = self._connect(str(given["uri"]), Path(str(given["storageFolder"])))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=False, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    @_at_the_edge
    def Check(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Refuse inputs that no object can have, and names that somebody else has."""
        resource, inputs = resource_of(request.urn), read_struct(request.news)
        problems = problems_of(resource.model, inputs) or self._taken(resource, inputs)
        failures = [provider_pb2.CheckFailure(property=one.path, reason=one.reason) for one in problems]
        return provider_pb2.CheckResponse(inputs=write_struct(inputs), failures=failures)

    @_at_the_edge
    def Diff(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Tell which properties differ, and which of them make another object necessary."""
        resource = resource_of(request.urn)
        old, new = read_struct(request.old_inputs), read_struct(request.news)
        ignored = frozenset(request.ignoreChanges)
        changed = tuple(key for key in changed_keys(old, new) if key not in ignored)
        replaces = tuple(key for key in changed if key not in resource.changeable)
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if changed else response.DIFF_NONE,
            diffs=changed,
            replaces=replaces,
            # The name is the object's identity on the platform: the old one has to make room first.
            deleteBeforeReplace=bool(replaces),
            detailedDiff={key: _property_diff(key, old, new, replace=key in replaces) for key in changed},
            hasDetailedDiff=True,
        )

    @_at_the_edge
    def Create(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Make the object, or adopt what an interrupted run of the same owner left."""
        resource, inputs = resource_of(request.urn), read_struct(request.properties)
        if request.preview:
            outputs = {**inputs, **dict.fromkeys(resource.computed, UNKNOWN)}
            return provider_pb2.CreateResponse(id="", properties=write_struct(outputs))
        try:
            found = resource.create(self._platform, inputs)
        except HypervisorError as error:
            half = find_own(resource, self._platform, str(inputs["name"]), str(inputs["owner"]))
            if half is None:
                raise
            raise HalfMadeError(half, str(error)) from error
        return provider_pb2.CreateResponse(id=found.name, properties=write_struct(found.outputs))

    @_at_the_edge
    def Read(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Read the object; one that is gone, or that somebody else has by now, is an empty answer."""
        resource = resource_of(request.urn)
        owner = read_struct(request.inputs).get("owner") or read_struct(request.properties).get("owner")
        found = find_own(resource, self._platform, request.id, owner)
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=found.name, properties=write_struct(found.outputs), inputs=write_struct(found.inputs)
        )

    @_at_the_edge
    def Update(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Change the object in place."""
        resource, inputs = resource_of(request.urn), read_struct(request.news)
        if request.preview:
            kept = {
                key: value for key, value in read_struct(request.olds).items() if key in resource.computed
            }
            return provider_pb2.UpdateResponse(properties=write_struct({**inputs, **kept}))
        found = resource.update(self._platform, inputs)
        return provider_pb2.UpdateResponse(properties=write_struct(found.outputs))

    @_at_the_edge
    def Delete(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Delete the object, but only where it is still this stack's own."""
        resource = resource_of(request.urn)
        owner = str(read_struct(request.properties)["owner"])
        delete_own(resource, self._platform, request.id, owner)
        return Empty()

    @property
    def _platform(self) -> Hypervisor:
        if self._hypervisor is None:
            raise HypervisorError("the provider has no connection: its settings are missing")
        return self._hypervisor

    def _taken(self, resource: Resource, inputs: Properties) -> tuple[Problem, ...]:
        """Look the name up, so that a preview already tells that somebody else has it."""
        if unknown_keys(inputs) & {"name", "owner"}:
            return ()
        found = resource.find(self._platform, str(inputs["name"]))
        if found is None or found.owner == inputs["owner"]:
            return ()
        reason = (
            f"{found.name!r} exists and belongs to {found.owner!r}, not to {inputs['owner']!r}: "
            "choose another name or let its owner remove it"
        )
        return (Problem("name", reason),)


def _property_diff(key: str, old: Properties, new: Properties, *, replace: bool) -> Any:
    kinds = provider_pb2.PropertyDiff
    if key not in old:
        kind = kinds.ADD_REPLACE if replace else kinds.ADD
    elif key not in new:
        kind = kinds.DELETE_REPLACE if replace else kinds.DELETE
    else:
        kind = kinds.UPDATE_REPLACE if replace else kinds.UPDATE
    return kinds(kind=kind, inputDiff=True)
