"""How long the configurations of a country take to judge, in what memory, and against netutils.

Every figure of the estate is of the command as people call it, with all that starts and ends it: cold with
nothing kept, again with 1 % of the files changed, and with none. Linearity is shown by devices and by lines.
The section compliance of netutils runs over the same configurations, with a feature for each control that is
judged there, in the same run and one process, as the controls do. The load of the machine is printed beside.

Run: ``python -m benchmarks.compliance_estate [SHARE]``
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from netutils.config.compliance import compliance

from benchmarks.national_configurations import SEED, Made, configurations, context_of, write
from benchmarks.process_memory import MemoryWatch
from compliance.controls.registry import JUDGED
from compliance.offline.device_files import DeviceFiles
from compliance.offline.judge_files import judge_files

_COMMAND: Final = "from api.cli.app import main; main()"
_CHANGED_EVERY: Final = 100
_COMPARED: Final = 12
_WARM: Final = 0.05
_NETWORK_OS: Final = {
    "ios": "cisco_ios",
    "eos": "arista_eos",
    "nxos": "cisco_nxos",
    "aoscx": "aruba_aoscx",
    "fortios": "fortinet_fortios",
}
# The sections that a control looks at, by the beginning of its name: what a feature of netutils holds.
_SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "MGT": ("line", "ip ssh", "ssh", "telnet", "management", "ip http", "login", "interface mgmt"),
    "AAA": ("aaa", "tacacs-server", "tacacs", "radius-server", "username", "user"),
    "SNMP": ("snmp-server",),
    "NTP": ("ntp", "clock"),
    "LOG": ("logging", "service"),
    "L2": ("interface", "vlan", "spanning-tree", "ip dhcp", "ip arp"),
    "SEN": ("monitor", "mirror", "interface"),
}
_OTHER_SECTIONS: Final = ("service", "no ip", "ip access-list", "banner", "feature")
_FORTIOS_SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "AAA": ("config system admin", "config user tacacs+"),
    "LOG": ("config log syslogd",),
    "NTP": ("config system ntp",),
    "FW": ("config firewall policy", "config firewall address"),
}
_OTHER_FORTIOS_SECTIONS: Final = ("config system global", "config system interface")


def main() -> None:
    """Print every figure."""
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    print(f"{'what':44} {'devices':>8} {'lines':>10} {'wall s':>8} {'CPU s':>8} {'peak MiB':>8}  load")
    with tempfile.TemporaryDirectory() as parent:
        for part in (share / 4, share / 2):
            _estate(Path(parent) / f"{part}", part, again=False)
        _estate(Path(parent) / "estate", share, again=True)
    _by_lines()
    _beside_netutils()


def _estate(folder: Path, share: float, *, again: bool) -> None:
    lines = write(folder / "configurations", share=share)
    files = sorted((folder / "configurations").glob("*.cfg"))
    _show("cold", folder, len(files), lines)
    if again:
        for path in files[::_CHANGED_EVERY]:
            path.write_text(
                path.read_text(encoding="utf-8").replace("hostname", "hostname ", 1), encoding="utf-8"
            )
        _show("1 % of the files changed", folder, len(files), lines)
        _show("nothing changed", folder, len(files), lines)


def _show(what: str, folder: Path, devices: int, lines: int) -> None:
    load = os.getloadavg()[0]
    command = (sys.executable, "-c", _COMMAND, "compliance", "evaluate", "--format", "junit")
    environment = os.environ | {"SAMDRIFT_STATE_FOLDER": str(folder / "state")}
    used = sum(os.times()[2:4])
    begun = time.perf_counter()
    with (folder / "report.xml").open("w", encoding="utf-8") as report:
        process = subprocess.Popen(
            (*command, "--folder", str(folder / "configurations")),
            stdout=report,
            env=environment,
            text=True,
        )
        watch = MemoryWatch(process)
        code = process.wait()
        wall = time.perf_counter() - begun
        peak = watch.peak_mib()
    cpu = sum(os.times()[2:4]) - used
    print(f"{what:44} {devices:>8} {lines:>10} {wall:>8.1f} {cpu:>8.1f} {peak:>8.0f}  {load:.1f}")
    if code not in {0, 1, 2}:
        raise SystemExit(code)


def _judge(made: Made) -> float:
    """Return the CPU seconds of judging one configuration."""
    files = DeviceFiles(
        device=made.name,
        config=Path(f"{made.name}.cfg"),
        context=context_of(made.platform).encode(),
        context_name="the site",
    )
    data = made.text.encode()
    begun = time.process_time()
    report = judge_files(files, data, {}, today=datetime.now(UTC).date())
    seconds = time.process_time() - begun
    if len({one.control for one in report.judgements}) < _COMPARED:
        raise SystemExit(f"{made.name} was not judged")
    return seconds


def _by_lines() -> None:
    """Show the cost by line of one configuration that grows."""
    made = next(configurations(SEED, 0))
    routes = "".join(f"ip route 10.{at // 256}.{at % 256}.0 255.255.255.0 Null0\n" for at in range(20_000))
    for lines in (1_000, 5_000, 10_000, 20_000):
        head, _, tail = made.text.rpartition("end\n")
        more = "".join(routes.splitlines(keepends=True)[: lines - made.text.count("\n")])
        longer = made._replace(text=f"{head}{more}end\n{tail}")
        count = longer.text.count("\n")
        seconds = min(_judge(longer) for _ in range(3))
        each = seconds / count * 1e6
        print(f"{'one configuration':44} {1:>8} {count:>10} {seconds:>8.3f} {each:>8.2f} us a line")


def _features(platform: str) -> list[dict[str, str | bool | list[str]]]:
    """Return a feature for each control that is judged on the platform."""
    by_name = _FORTIOS_SECTIONS if platform == "fortios" else _SECTIONS
    other = _OTHER_FORTIOS_SECTIONS if platform == "fortios" else _OTHER_SECTIONS
    return [
        {"name": name, "ordered": False, "section": list(by_name.get(name.partition("-")[0], other))}
        for name, judged in JUDGED.items()
        if platform in judged.platforms
    ]


def _beside_netutils() -> None:
    """Compare the CPU time of both over the same configurations; every one is compared with another."""
    made: dict[str, list[Made]] = {}
    for one in configurations(SEED, _WARM):
        if one.platform in _NETWORK_OS:
            made.setdefault(one.platform, []).append(one)
    for platform, found in made.items():
        some, features = found[-_COMPARED:], _features(platform)
        # Both are measured in the middle of a run: what they remember of other devices is remembered.
        for one in found[:-_COMPARED]:
            _judge(one)
        ours = sum(_judge(one) for one in some)
        begun = time.process_time()
        for one, intended in zip(some, (*some[1:], some[0]), strict=True):
            compliance(features, one.text, intended.text, _NETWORK_OS[platform], "string")
        theirs = time.process_time() - begun
        print(
            f"{f'{platform}: {len(features)} features; ours, netutils in ms, ratio':44} {len(some):>8} "
            f"{ours / len(some) * 1e3:>10.2f} {theirs / len(some) * 1e3:>8.1f} {theirs / ours:>8.1f} times"
        )


if __name__ == "__main__":
    main()
