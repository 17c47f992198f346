"""Thin action plugin: ask a device again after what the run did to it."""

from typing import Any, ClassVar

from ansible.plugins.action import ActionBase

from playbooks.verification import verify_action


class ActionModule(ActionBase):  # type: ignore[misc]  # Ansible has no types
    """Look at a device over a session of its own and compare it with what the run says of it."""

    TRANSFERS_FILES = False
    _VALID_ARGS = frozenset({"request"})
    _supports_check_mode = True
    _supports_async = False
    arguments: ClassVar[dict[str, dict[str, Any]]] = {"request": {"type": "path", "required": True}}

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return changed, diff, failed and msg."""
        super().run(tmp, task_vars)
        _, arguments = self.validate_argument_spec(self.arguments)
        return verify_action(arguments["request"], check_mode=bool(self._task.check_mode))
