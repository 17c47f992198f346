"""Find out what is at an address: look first, then log in where a device has proven itself, then ask it."""

from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final, Protocol

from devices.discovery.evidence import (
    HTTPS_PORT,
    NETCONF_PORT,
    SSH_PORT,
    Door,
    Evidence,
    announced_platform,
    gather_evidence,
    proven_platform,
)
from devices.discovery.login_budget import LoginBudget
from devices.discovery.models import Answer, IdentifiedDevice, NotReached, Visit
from devices.discovery.readers import NotThatPlatform, describe
from devices.drivers.napalm_driver import NAPALMDriver
from devices.drivers.opening import driver_for
from devices.errors import DeviceError, DeviceUnreachable, LoginRefused
from devices.models import Credential, DeviceTarget, Platform

_PORTS: Final[dict[Platform, int]] = {
    "ios": SSH_PORT,
    "aoscx": SSH_PORT,
    "nxos": SSH_PORT,
    "eos": HTTPS_PORT,
    "fortios": HTTPS_PORT,
    "junos": NETCONF_PORT,
    "panos": HTTPS_PORT,
}


@dataclass(frozen=True, slots=True)
class Login:
    """A credential under the reference that counts its refusals."""

    reference: str
    credential: Credential


@dataclass(frozen=True, slots=True)
class ReachedAt:
    """Where a port of an address is reached, with what it takes there."""

    address: str
    port: int
    logins: tuple[Login, ...]
    ca_file: str | None = None
    host_key: str | None = None


class Reach(Protocol):
    """Where addresses are reached; production and rehearsal differ here and nowhere else."""

    def __call__(self, address: IPv4Address, port: int, /) -> ReachedAt | None:
        """Return where a port of an address is reached; None where it is known that nothing is there."""


class Identifier(Protocol):
    """Finds out what is at an address."""

    def identify(self, visit: Visit) -> Answer:
        """Return the device at an address, or why there is none; raises nothing that is about the device."""


class DeviceIdentifier:
    """Identifies devices over their real protocols.

    A device over SSH is logged in to only when it shows the host key that is recorded for its address; of one
    without a recorded key the answer tells the key it shows, and nothing is sent.
    """

    def __init__(
        self,
        reach: Reach,
        budget: LoginBudget,
        *,
        stated: dict[IPv4Address, Platform] | None = None,
        look_seconds: float = 4.0,
        timeout_seconds: float = 30.0,
    ) -> None:
        """Keep what is needed.

        Args:
            reach: where addresses are reached, and the logins to try there, in this order.
            budget: how often a credential may be refused.
            stated: platforms that a person stated; nothing has to prove them.
            look_seconds: the limit of each look at a port.
            timeout_seconds: the limit of each answer after the login.

        """
        self._reach = reach
        self._budget = budget
        self._stated = stated or {}
        self._look_seconds = look_seconds
        self._timeout_seconds = timeout_seconds

    def identify(self, visit: Visit) -> Answer:
        """Return the device at an address, or why there is none."""
        platform = self._stated.get(visit.address)
        if platform is None:
            evidence = gather_evidence(visit.address, self._door, seconds=self._look_seconds)
            announced = announced_platform(visit.descriptions)
            platform = proven_platform(evidence, announced)
            if platform is None:
                return _unproven(evidence, announced)
        place = self._reach(visit.address, _PORTS[platform])
        if place is None:
            return NotReached(kind="silent", reason=f"nothing is at its port {_PORTS[platform]}")
        return self._log_in(visit.address, platform, place)

    def _door(self, address: IPv4Address, port: int) -> Door | None:
        place = self._reach(address, port)
        return None if place is None else Door(address=place.address, port=place.port)

    def _log_in(self, address: IPv4Address, platform: Platform, place: ReachedAt) -> Answer:
        refused: list[str] = []
        withheld: list[str] = []
        for login in place.logins:
            if not self._budget.begin(login.reference):
                withheld.append(login.reference)
                continue
            answer = self._with_login(address, platform, place, login)
            if answer is not None:
                return answer
            refused.append(login.reference)
        told = [f"refused: {', '.join(refused)}"] if refused else []
        told += [f"not tried, since refused too often elsewhere: {', '.join(withheld)}"] if withheld else []
        return NotReached(
            kind="login-refused" if refused else "login-withheld",
            reason=f"it looks like {platform}; logins {'; '.join(told)}; give its credential",
        )

    def _with_login(
        self, address: IPv4Address, platform: Platform, place: ReachedAt, login: Login
    ) -> Answer | None:
        """Return what a device says after a login; None where that was refused."""
        target = DeviceTarget(
            device=str(address),
            platform=platform,
            address=place.address,
            port=place.port,
            credential=login.credential,
            timeout_seconds=self._timeout_seconds,
            ca_file=place.ca_file,
            host_key=place.host_key,
        )
        driver = driver_for(target)
        if not isinstance(driver, NAPALMDriver):
            msg = f"the driver of {platform} takes no questions"
            raise TypeError(msg)
        was_refused = False
        try:
            driver.open()
        except LoginRefused:
            was_refused = True
            return None
        except DeviceError as error:
            silent = isinstance(error, DeviceUnreachable)
            return NotReached(kind="silent" if silent else "failed", reason=error.reason)
        finally:
            self._budget.end(login.reference, refused=was_refused)
        answer = _ask(driver, platform, address)
        if isinstance(answer, NotReached):
            return answer
        return answer.model_copy(update={"opened_by": login.reference})


def _ask(driver: NAPALMDriver, platform: Platform, address: IPv4Address) -> IdentifiedDevice | NotReached:
    try:
        return describe(driver, platform, device=str(address))
    except NotThatPlatform as error:
        return NotReached(kind="unknown-platform", reason=f"{error}; there is no driver for it")
    except DeviceError as error:
        return NotReached(kind="failed", reason=error.reason)
    finally:
        with suppress(DeviceError):
            driver.close()


def _unproven(evidence: Evidence, announced: str | None) -> NotReached:
    if evidence.is_silent():
        return NotReached(kind="silent", reason=f"{evidence.render()}; check power, address and path")
    named = f"it announces itself as {announced}; " if announced else ""
    return NotReached(
        kind="unknown-platform",
        reason=f"{named}{evidence.render()}: that proves no device with a driver, so no password was sent; "
        "state its platform with --seed ADDRESS=PLATFORM if it is one",
    )
