"""One run over many devices, by one contender, in a process of its own; says in JSON what came of it.

All do the same on every device. ``collect``: running, startup where there is one, `show version` on the
platforms that have a command line, and the LLDP neighbours; of ours that is the verb `backup`, for `collect`
reads the operational outputs too. ``plan``: load lines that the device has, take the difference, drop it.

Run: ``python -m benchmarks.device_contenders samdrift|pool|nornir collect|plan FORKS WORK FOLDER``
"""

import json
import logging
import ssl
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from benchmarks.device_twins import Device, load_work

_TIMEOUT_SECONDS: Final = 60
_DRIVERS: Final = {"fortios": "fortigate"}
_HAVE_STARTUP: Final = ("ios", "eos", "aoscx")
_HAVE_SHOWS: Final = ("ios", "eos", "aoscx")


def main() -> None:
    """Do one run."""
    contender, verb, forks, work, folder = sys.argv[1:]
    devices = load_work(Path(work))
    began = time.perf_counter()
    done = _CONTENDERS[contender](devices, verb, int(forks), Path(folder))
    json.dump({"done": done, "seconds": time.perf_counter() - began}, sys.stdout)


def _samdrift(devices: tuple[Device, ...], verb: str, forks: int, folder: Path) -> int:
    from playbooks.service import (  # noqa: PLC0415 - no contender pays for what another one loads
        LinesToPreview,
        PlaybookHost,
        RunPlace,
        back_up_devices,
        preview_changes,
    )

    hosts = tuple(
        PlaybookHost.model_validate(
            {
                "name": one.name,
                "platform": one.platform,
                "address": one.address,
                "port": one.port,
                "credential": f"file:{one.credential_file}",
                "ca_file": one.ca_file,
                "host_key": one.host_key,
                "timeout_seconds": float(_TIMEOUT_SECONDS),
            }
        )
        for one in devices
    )
    place = RunPlace(folder / "run", folder / "locks", forks=forks)
    if verb == "collect":
        found = back_up_devices(hosts, place)
    else:
        lines = tuple(LinesToPreview(device=one.name, lines=one.lines) for one in devices)
        found = preview_changes(hosts, lines, place)
    wrong = [f"{one.device}: {one.message}" for one in found.hosts if one.state != "ok" or one.changed]
    if wrong:
        raise SystemExit("\n".join(wrong[:5]))
    return len(found.hosts)


def _options(device: Device) -> dict[str, Any]:
    options: dict[str, Any] = {"port": device.port}
    if device.platform == "eos":
        options["context"] = ssl.create_default_context(cafile=device.ca_file)
    if device.platform == "aoscx":
        options["host_key"] = device.host_key
    if device.platform == "fortios":
        options["ssl_verify"] = device.ca_file
    return options


def _login(device: Device) -> tuple[str, str]:
    login = json.loads(Path(device.credential_file).read_text(encoding="utf-8"))
    return login["username"], login["password"]


def _driver_name(device: Device) -> str:
    """Return what NAPALM calls the driver; nobody has published one for AOS-CX, so ours is known to it."""
    if device.platform == "aoscx":
        from devices.drivers import aoscx_napalm  # noqa: PLC0415 - loaded where it is used, as NAPALM does

        sys.modules.setdefault("custom_napalm.aoscx", aoscx_napalm)
    return _DRIVERS.get(device.platform, device.platform)


def _collect_with(device: Device, napalm: Any) -> None:
    for source in ("running", "startup") if device.platform in _HAVE_STARTUP else ("running",):
        text = napalm.get_config(retrieve=source)[source]
        if len(text) < 100:  # noqa: PLR2004 - whatever a configuration is, it is longer
            raise SystemExit(f"{device.name}: no configuration came")
    if device.platform in _HAVE_SHOWS:
        napalm.cli(["show version"])
    napalm.get_lldp_neighbors()


def _plan_with(device: Device, napalm: Any) -> None:
    napalm.load_merge_candidate(config=device.lines)
    difference = napalm.compare_config()
    napalm.discard_config()
    # The FortiGate driver calls the staged lines themselves the difference.
    if difference and device.platform != "fortios":
        raise SystemExit(f"{device.name}: the device has not every line: {difference}")


def _pool(devices: tuple[Device, ...], verb: str, forks: int, _folder: Path) -> int:
    from napalm import get_network_driver  # noqa: PLC0415 - as above

    work: Callable[[Device, Any], None] = _collect_with if verb == "collect" else _plan_with

    def one(device: Device) -> int:
        username, password = _login(device)
        napalm = get_network_driver(_driver_name(device))(
            device.address, username, password, timeout=_TIMEOUT_SECONDS, optional_args=_options(device)
        )
        napalm.open()
        try:
            work(device, napalm)
        finally:
            napalm.close()
        return 1

    with ThreadPoolExecutor(forks) as pool:
        return sum(pool.map(one, devices))


def _nornir(devices: tuple[Device, ...], verb: str, forks: int, _folder: Path) -> int:
    from nornir.core import Nornir  # noqa: PLC0415 - as above
    from nornir.core.configuration import Config  # noqa: PLC0415 - as above
    from nornir.core.inventory import (  # noqa: PLC0415 - as above
        ConnectionOptions,
        Defaults,
        Groups,
        Host,
        Hosts,
        Inventory,
    )
    from nornir.core.plugins.connections import ConnectionPluginRegister  # noqa: PLC0415 - as above
    from nornir.plugins.runners import ThreadedRunner  # noqa: PLC0415 - as above
    from nornir_napalm.plugins.tasks import napalm_cli, napalm_configure, napalm_get  # noqa: PLC0415 - as above

    ConnectionPluginRegister.auto_register()
    hosts = Hosts()
    for device in devices:
        username, password = _login(device)
        extras = {"timeout": _TIMEOUT_SECONDS, "optional_args": _options(device)}
        hosts[device.name] = Host(
            device.name,
            hostname=device.address,
            username=username,
            password=password,
            platform=_driver_name(device),
            connection_options={"napalm": ConnectionOptions(extras=extras)},
            data={"platform": device.platform, "lines": device.lines},
        )

    def one(task: Any) -> Any:
        platform = task.host["platform"]
        try:
            if verb == "plan":
                return task.run(napalm_configure, configuration=task.host["lines"], dry_run=True)
            for source in ("running", "startup") if platform in _HAVE_STARTUP else ("running",):
                task.run(napalm_get, getters=["config"], retrieve=source)
            if platform in _HAVE_SHOWS:
                task.run(napalm_cli, commands=["show version"])
            return task.run(napalm_get, getters=["lldp_neighbors"])
        finally:
            task.host.close_connections()

    nornir = Nornir(
        inventory=Inventory(hosts, Groups(), Defaults()),
        config=Config(),
        runner=ThreadedRunner(num_workers=forks),
    )
    found = nornir.run(task=one)
    failed = found.failed_hosts
    if failed:
        name, results = next(iter(failed.items()))
        raise SystemExit(f"{len(failed)} failed, first {name}: {results[-1].exception!r}")
    return len(found)


_CONTENDERS: Final = {"samdrift": _samdrift, "pool": _pool, "nornir": _nornir}

if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main()
