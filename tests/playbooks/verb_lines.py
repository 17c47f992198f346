"""What each verb gives the twins of the device tests, and the difference that each computes for it."""

import re
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from compliance.service import DeviceContext, place_mirrors, read_facts, rehome_management
from devices.aoscx_difference import MARK as AOSCX_MARK
from devices.errors import DeviceError
from devices.fortios_difference import MARK as FORTIOS_MARK
from devices.service import Risk
from playbooks.service import ChangeToApply, ChangeVerb, PlaybookHost

PLATFORMS = ("ios", "eos", "junos", "fortios", "aoscx")
CHANGED: dict[ChangeVerb, tuple[str, ...]] = {
    "harden": PLATFORMS,
    "rehome": PLATFORMS,
    "mirror": ("ios", "eos", "aoscx"),
}
UPLINK = {"ios": "GigabitEthernet1/0/1", "eos": "Ethernet1", "aoscx": "1/1/1"}
SENSOR_PORT = {"ios": "GigabitEthernet1/0/2", "eos": "Ethernet48", "aoscx": "1/1/3"}
RISKS: dict[str, frozenset[Risk]] = {"fortios": frozenset({"revert-reboots"})}
HARDENED = {
    "ios": "line vty 0 4\n transport input ssh\n",
    "eos": "management telnet\n   shutdown\n",
    "junos": "delete system services telnet\n",
    "fortios": "config system global\n    set admin-telnet disable\nend\n",
    "aoscx": "no telnet server vrf default\n",
}
DIFFS: dict[ChangeVerb, dict[str, str]] = {
    "harden": {
        "ios": "+line vty 0 4\n+ transport input ssh",
        "eos": "management telnet\n-   no shutdown",
        "junos": "[edit system services]\n-   telnet;",
        "fortios": f"{FORTIOS_MARK}\nconfig system global\n+    set admin-telnet disable",
        "aoscx": f"{AOSCX_MARK}\n-telnet server vrf default",
    },
    "rehome": {
        "ios": "+ntp server 10.9.0.1\n+ntp server 10.9.0.2\n+logging host 10.9.0.11\n+logging host 10.9.0.12",
        "eos": "+logging host 10.9.0.11\n+logging host 10.9.0.12\n+ntp server 10.9.0.1\n+ntp server 10.9.0.2",
        "junos": "[edit system]\n+   syslog {\n+       host 10.9.0.11 {\n+           any info;\n+       }\n"
        "+       host 10.9.0.12 {\n+           any info;\n+       }\n+   }\n+   ntp {\n"
        "+       server 10.9.0.1;\n+       server 10.9.0.2;\n+   }",
        "fortios": f"{FORTIOS_MARK}\nconfig log syslogd setting\n-    set server 192.0.2.51\n"
        "+    set server 10.9.0.11\nconfig log syslogd2 setting\n+    set server 10.9.0.12\n"
        "+    set status enable\nconfig system ntp\n    config ntpserver\n        edit 1\n"
        "-            set server 192.0.2.123\n+            set server 10.9.0.1\n+        edit 2\n"
        "+            set server 10.9.0.2",
        "aoscx": f"{AOSCX_MARK}\n-ntp server 10.70.10.5\n"
        "+logging 10.9.0.11 severity info include-auditable-events\n"
        "+logging 10.9.0.12 severity info include-auditable-events\n"
        "+ntp server 10.9.0.1\n+ntp server 10.9.0.2",
    },
    "mirror": {
        "ios": "+monitor session 1 source interface GigabitEthernet1/0/1\n"
        "+monitor session 1 destination interface GigabitEthernet1/0/2 encapsulation replicate",
        "eos": "+monitor session sensor-inside source Ethernet1 both\n"
        "+monitor session sensor-inside destination Ethernet48",
        "aoscx": f"{AOSCX_MARK}\n+mirror session 1\n+    destination interface 1/1/3\n+    enable\n"
        "+    source interface 1/1/1 both",
    },
}
_RECAP = re.compile(r"^(\S+) +: ok=\d+ +changed=(\d+) ", re.MULTILINE)


def context_of(platform: str) -> DeviceContext:
    """Return what the inventory intends for the twin of a platform."""
    return DeviceContext(
        management_prefixes=(IPv4Network("10.9.0.0/24"),),
        ntp_servers=("10.9.0.1", "10.9.0.2"),
        log_servers=("10.9.0.11", "10.9.0.12"),
        aaa_servers=("10.9.0.21", "10.9.0.22"),
        uplinks=(UPLINK[platform],) if platform in UPLINK else (),
        sensor_port=SENSOR_PORT.get(platform),
        inside_links=(UPLINK[platform],) if platform in UPLINK else (),
        outside_links=(),
    )


def lines_of(verb: ChangeVerb, host: PlaybookHost, running: str) -> str:
    """Return the lines of a verb for a device that holds a configuration."""
    if verb == "harden":
        return HARDENED[host.platform]
    # A twin's true state is without the lines that only the answer to a command has.
    running = ("!Version ArubaOS-CX FL.10.13.1000\n" if host.platform == "aoscx" else "") + running
    facts = read_facts(host.name, host.platform, running)
    assert not isinstance(facts, DeviceError), facts
    plan = place_mirrors if verb == "mirror" else rehome_management
    return plan(host.name, facts, running, context_of(host.platform)).lines


def approved(verb: ChangeVerb, host: PlaybookHost, running: str, **values: Any) -> ChangeToApply:
    """Return a verb's change of a device, with the difference that is expected of it approved."""
    told: dict[str, Any] = {
        "device": host.name,
        "lines": lines_of(verb, host, running),
        "approved_diff": DIFFS[verb][host.platform],
        "revert_after_seconds": 300,
        "allowed_risks": RISKS.get(host.platform, frozenset()),
        "poll_seconds": 0.5,
        "context": context_of(host.platform),
    }
    return ChangeToApply(**(told | values))


def changed_by_ansible(folder: Path) -> dict[str, int]:
    """Return Ansible's own count of changes for each host, from the recap of its runs below a folder."""
    found: dict[str, int] = {}
    recaps = sorted(folder.rglob("artifacts/run/stdout"))
    assert recaps, f"no run below {folder} has an output of Ansible"
    for path in recaps:
        told = _RECAP.findall(path.read_text(encoding="utf-8"))
        assert told, f"{path} holds no recap"
        found.update({host: found.get(host, 0) + int(count) for host, count in told})
    return found
