"""Thin action plugin: collect from one device, by a run's request or by hand."""

from typing import Any, ClassVar

from ansible.plugins.action import ActionBase

from playbooks.by_hand import HandVariables, collect_by_hand
from playbooks.device_actions import run_action


class ActionModule(ActionBase):  # type: ignore[misc]  # Ansible has no types
    """Collect for a run, or for an engineer into a folder."""

    TRANSFERS_FILES = False
    _VALID_ARGS = frozenset({"request", "folder", "timeout_seconds", "vault_password_from"})
    _supports_check_mode = True
    _supports_async = False
    arguments: ClassVar[dict[str, dict[str, Any]]] = {
        "request": {"type": "str", "default": ""},
        "folder": {"type": "path", "default": ""},
        "timeout_seconds": {"type": "int", "default": 30},
        "vault_password_from": {"type": "str", "default": ""},
    }

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return changed, diff, failed and msg."""
        super().run(tmp, task_vars)
        _, arguments = self.validate_argument_spec(self.arguments)
        check_mode = bool(self._task.check_mode)
        if arguments["request"]:
            return run_action(arguments["request"], verbs=("collect",), check_mode=check_mode)
        variables = HandVariables.from_task(
            task_vars or {}, arguments["vault_password_from"], arguments["timeout_seconds"]
        )
        return collect_by_hand(variables, folder=arguments["folder"], check_mode=check_mode)
