"""Thin action plugin: hand one device's request to the library and map its result."""

from typing import Any, ClassVar

from ansible.plugins.action import ActionBase

from playbooks.device_actions import run_action


class ActionModule(ActionBase):  # type: ignore[misc]  # Ansible has no types
    """Hand the whole configuration of a device back to the records of the run."""

    TRANSFERS_FILES = False
    _VALID_ARGS = frozenset({"request"})
    _supports_check_mode = True
    _supports_async = False
    arguments: ClassVar[dict[str, dict[str, Any]]] = {"request": {"type": "path", "required": True}}

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return changed, diff, failed and msg."""
        super().run(tmp, task_vars)
        _, arguments = self.validate_argument_spec(self.arguments)
        return run_action(arguments["request"], verbs=("backup",), check_mode=bool(self._task.check_mode))
