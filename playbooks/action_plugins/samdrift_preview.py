"""Thin action plugin: let one device compute a difference, by a run's request or by hand."""

from typing import Any, ClassVar

from ansible.plugins.action import ActionBase

from playbooks.by_hand import HandVariables, preview_by_hand
from playbooks.device_actions import run_action


class ActionModule(ActionBase):  # type: ignore[misc]  # Ansible has no types
    """Preview for a run, or for an engineer with lines from a file; nothing is changed."""

    TRANSFERS_FILES = False
    _VALID_ARGS = frozenset(
        {"request", "lines_file", "lock_folder", "timeout_seconds", "vault_password_from"}
    )
    _supports_check_mode = True
    _supports_async = False
    arguments: ClassVar[dict[str, dict[str, Any]]] = {
        "request": {"type": "str", "default": ""},
        "lines_file": {"type": "path", "default": ""},
        "lock_folder": {"type": "path", "default": ""},
        "timeout_seconds": {"type": "int", "default": 30},
        "vault_password_from": {"type": "str", "default": ""},
    }

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return changed, diff, failed and msg."""
        super().run(tmp, task_vars)
        _, arguments = self.validate_argument_spec(self.arguments)
        if arguments["request"]:
            check_mode = bool(self._task.check_mode)
            return run_action(arguments["request"], verbs=("check",), check_mode=check_mode)
        variables = HandVariables.from_task(
            task_vars or {}, arguments["vault_password_from"], arguments["timeout_seconds"]
        )
        return preview_by_hand(
            variables, lines_file=arguments["lines_file"], lock_folder=arguments["lock_folder"]
        )
