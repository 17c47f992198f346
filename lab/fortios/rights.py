"""What a token may do, and how long nobody may log in after wrong ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from lab.fortios.device import FortiOSDevice
from lab.fortios.errors import RESTRefused

_EVERYTHING: Final = "super_admin"


class Rights:
    """The rights of the one token, and the lockout after too many wrong ones.

    The first entry of ``system api-user`` is the token's; where there is none it may do everything.
    """

    def __init__(self, device: FortiOSDevice) -> None:
        self._device = device
        self._wrong = 0
        self._blocked_until: datetime | None = None

    def check_may_restore(self) -> None:
        """Check that a configuration may be restored.

        Raises:
            RESTRefused: The token is not one of a super_admin.
        """
        if self._profile() != _EVERYTHING:
            raise RESTRefused(HTTPStatus.FORBIDDEN)

    def check_may_back_up(self) -> None:
        """Check that the whole configuration may be read.

        Raises:
            RESTRefused: The token may not write the system's own settings.
        """
        profile = self._device.running.section("system accprofile").entries.get(self._profile())
        if profile is None or profile.text_of("sysgrp") != "read-write":
            self.check_may_restore()

    def is_blocked(self) -> bool:
        """Return whether every login is refused for now."""
        return self._blocked_until is not None and self._device.clock.now() < self._blocked_until

    def note_login(self, *, right: bool) -> None:
        """Count wrong tokens in a row; at the configured number logins are blocked for a while."""
        self._wrong = 0 if right else self._wrong + 1
        settings = self._device.running.section("system global")
        if self._wrong >= int(settings.text_of("admin-lockout-threshold", "3")):
            seconds = int(settings.text_of("admin-lockout-duration", "60"))
            self._blocked_until = self._device.clock.now() + timedelta(seconds=seconds)
            self._wrong = 0

    def _profile(self) -> str:
        for user in self._device.running.section("system api-user").entries.values():
            return user.text_of("accprofile")
        return _EVERYTHING
