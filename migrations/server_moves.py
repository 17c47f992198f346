"""Build the runbooks of servers' moves from stored plans, with both hypervisors connected."""

from contextlib import ExitStack

from inventory.models import Server
from migrations.errors import PlanStale
from migrations.lifecycle import Lifecycle
from migrations.move_progress import RecordedProgress
from migrations.movers.libvirt_warm import LibvirtWarmMover
from migrations.planning.wave_plan import WavePlan
from migrations.programme import Programme
from migrations.runbook.move_server import Address, MoveParts, MoveServer
from migrations.runbook.runbook import Runbook


class ServerMoves:
    """The factories that the durable engine asks for runbooks, also after a restart."""

    def __init__(self, programme: Programme, connections: ExitStack) -> None:
        self._programme = programme
        self._stack = connections
        self.lifecycle = Lifecycle(programme.records, "server", programme.actor)

    def seed_book(self, subject: str, plan: str) -> Runbook:
        """Return the runbook that copies a server."""
        return self._move(subject, plan).seed()

    def cutover_book(self, subject: str, plan: str) -> Runbook:
        """Return the runbook that cuts a server over."""
        return self._move(subject, plan).cutover()

    def back_book(self, subject: str, plan: str) -> Runbook:
        """Return the runbook that brings a server back."""
        return self._move(subject, plan).back()

    def _move(self, name: str, digest: str) -> MoveServer:
        """Build the parts of one server's move from the stored plan: also after a restart."""
        programme = self._programme
        with programme.records.reading() as transaction:
            wave = WavePlan.model_validate(transaction.plans.get(digest).body)
        server = self._server(wave, name)
        if server.service_check is None:
            raise PlanStale(f"{name} has no service_check any more; add it in servers.yaml and plan again")
        row = next(one for one in wave.servers if one.server == name)
        source = self._stack.enter_context(programme.hypervisor(wave.municipality))
        target = self._stack.enter_context(programme.hypervisor(wave.centre))
        endpoints = programme.endpoints.server(name)
        mover = LibvirtWarmMover(
            source,
            target,
            name,
            target_machine=row.target,
            run_folder=programme.run_folder,
            progress=RecordedProgress(programme.records, name),
            clock=programme.clock,
        )
        return MoveServer(
            MoveParts(
                server=name,
                mover=mover,
                lifecycle=self.lifecycle,
                records=programme.records,
                actor=programme.actor,
                municipal=Address(endpoints.municipal.address, endpoints.municipal.port),
                centre=Address(endpoints.centre.address, endpoints.centre.port),
                check=server.service_check,
                sync_rounds=wave.sync_rounds,
                freeze_seconds=wave.freeze_seconds,
                service_check_seconds=wave.service_check_seconds,
                return_seconds=wave.return_seconds,
                clock=programme.clock,
                report=programme.report,
            ),
        )

    def _server(self, wave: WavePlan, name: str) -> Server:
        part = self._programme.municipality(wave.municipality)
        for server in part.servers:
            if server.name == name:
                return server
        raise PlanStale(f"{name} is no longer in the inventory of {wave.municipality}; plan again")
