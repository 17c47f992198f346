"""Strategy plugin: Ansible's linear strategy with one forked worker for many hosts, not one for each.

A fork costs more than everything else that Ansible does for a host: pages are copied, and whatever a worker
loads, it loads for one host. Here a task's hosts go to as many workers as there are forks, and a worker takes
the next host when it is done with one. A task sees what it saw before: the variables of its host, and a copy
of the task. Sockets are still opened in workers only, and no worker outlives its task.

Known limits:
    When a worker starts on a host is not told (``v2_runner_on_start``): a host is queued long before.
"""

from dataclasses import dataclass
from typing import Any

from ansible import context
from ansible.executor.process.worker import WorkerProcess
from ansible.plugins.loader import get_plugin_loader_namespace
from ansible.plugins.strategy.linear import StrategyModule as LinearStrategy
from ansible.utils.multiprocessing import context as forking

DOCUMENTATION = """
    name: samdrift
    short_description: The linear strategy with few forks
    description:
        - Runs one task on all hosts before the next one, as the linear strategy does.
        - Forks one worker for each of the forks, not one for each of the hosts.
    author: samdrift
"""


@dataclass(frozen=True)
class _Part:
    """One task of one host, as it was queued."""

    host: Any
    task: Any
    task_vars: dict[str, Any]
    play_context: Any

    def own_task(self) -> Any:
        """Return a copy of the task: to run it is to fill it in for one host."""
        task = self.task.copy(exclude_parent=True, exclude_tasks=True)
        task._parent = self.task._parent  # noqa: SLF001 - Ansible copies a task this way itself
        return task


class _Worker(WorkerProcess):  # type: ignore[misc]  # Ansible has no types
    """Takes one host after the other until none is left."""

    def __init__(self, parts: tuple[_Part, ...], taken: Any, **settings: Any) -> None:
        first = parts[0]
        super().__init__(
            host=first.host,
            task=first.task,
            task_vars=first.task_vars,
            play_context=first.play_context,
            **settings,
        )
        self._parts = parts
        self._taken = taken

    def _run(self) -> None:
        while (number := self._take()) < len(self._parts):
            part = self._parts[number]
            self._host, self._task, self._task_vars = part.host, part.own_task(), part.task_vars
            self._play_context = part.play_context
            super()._run()

    def _take(self) -> int:
        """Return the number of a host that nobody else takes."""
        with self._taken.get_lock():
            number = int(self._taken.value)
            self._taken.value = number + 1
        return number


class StrategyModule(LinearStrategy):  # type: ignore[misc]  # Ansible has no types
    """Queue a task for every host first, then let the workers do it."""

    def __init__(self, tqm: Any) -> None:
        super().__init__(tqm)
        self._parts: list[_Part] = []

    def _queue_task(self, host: Any, task: Any, task_vars: dict[str, Any], play_context: Any) -> None:
        part = _Part(host, task, task_vars, play_context)
        # Where the base class looks a result's task up.
        self._queued_task_cache[host.name, task._uuid] = vars(part)  # noqa: SLF001 - as the base class does
        self._parts.append(part)
        self._pending_results += 1

    def _wait_on_pending_results(self, iterator: Any) -> list[Any]:
        self._start_workers()
        results: list[Any] = super()._wait_on_pending_results(iterator)
        return results

    def _start_workers(self) -> None:
        parts, self._parts = tuple(self._parts), []
        taken = forking.Value("l", 0)
        for number in range(min(len(self._workers), len(parts))):
            done = self._workers[number]
            if done is not None:
                done.join()
                done.close()
            self._workers[number] = _Worker(
                parts,
                taken,
                final_q=self._final_q,
                loader=self._loader,
                variable_manager=self._variable_manager,
                shared_loader_obj=get_plugin_loader_namespace(),
                worker_id=number,
                cliargs=context.CLIARGS,
            )
            self._workers[number].start()
