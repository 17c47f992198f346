"""What a Nexus switch shows of its configurations and of itself."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Final

from lab.cli_dialect import Node
from lab.cli_render import Renderer
from lab.nxos.checkpoints import Checkpoint, CheckpointRefused
from lab.nxos.device import NXOSDevice
from lab.nxos.features import KNOWN, is_on
from lab.nxos.show_tables import TABLES

_HEAD: Final = """Cisco Nexus Operating System (NX-OS) Software
TAC support: http://www.cisco.com/tac
Documents: http://www.cisco.com/en/US/products/ps9372/tsd_products_support_series_home.html
Copyright (c) 2002-2019, Cisco Systems, Inc. All rights reserved.
The copyrights to certain works contained herein are owned by
other third parties and are used and distributed under license.
Some parts of this software are covered under the GNU Public
License. A copy of the license is available at
http://www.gnu.org/licenses/gpl.html.
"""
_MAINTAINED_SINCE: Final = 10
Shown = Callable[[NXOSDevice, tuple[str, ...]], str]


def _header(device: NXOSDevice, command: str) -> str:
    changed = (
        "!No configuration change since last restart"
        if device.changed is None
        else f"!Running configuration last done at: {device.changed:%a %b %e %H:%M:%S %Y}"
    )
    return f"\n!Command: {command}\n{changed}\n!Time: {device.clock.now():%a %b %e %H:%M:%S %Y}\n\n"


def _running(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    return f"{_header(device, 'show running-config')}{device.text()}\n"


def _running_all(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    return f"{_header(device, 'show running-config all')}{device.text(defaults=True)}\n"


def _startup(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    if not device.startup:
        return "No startup configuration\n"
    saved = f"!Startup config saved at: {device.saved:%a %b %e %H:%M:%S %Y}\n"
    return (
        f"\n!Command: show startup-config\n!Time: {device.clock.now():%a %b %e %H:%M:%S %Y}\n"
        f"{saved}\n{device.startup}\n"
    )


def _interface_configuration(device: NXOSDevice, words: tuple[str, ...]) -> str:
    node = device.interface(words[3])
    if node is None:
        return "Invalid interface\n"
    dialect = device.running.dialect
    lines = [node.text, *Renderer(dialect, defaults=False).lines(node, dialect.indent)]
    body = "".join(f"{line}\n" for line in lines)
    return f"{_header(device, f'show running-config interface {words[3]}')}{body}\n"


def _version(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    seconds = int(device.clock.uptime_seconds())
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    maintained = " [Maintenance Release]" if int(device.release.split(".")[0]) >= _MAINTAINED_SINCE else ""
    return (
        f"{_HEAD}\nSoftware\n  BIOS: version\n NXOS: version {device.release}{maintained}\n"
        f"  NXOS image file is: bootflash:///nxos.{re.sub(r'[()]', '.', device.release).strip('.')}.bin\n\n\n"
        f"Hardware\n  cisco {device.spec.model} Chassis\n"
        "  Intel(R) Xeon(R) CPU with 8061256 kB of memory.\n"
        f"  Processor Board ID {device.serial}\n\n  Device name: {device.hostname}\n"
        "  bootflash:    3509454 kB\n"
        f"Kernel uptime is {days} day(s), {hours} hour(s), {minutes} minute(s), {seconds % 60} second(s)\n\n"
        "Last reset\n  Reason: Unknown\n\nplugin\n  Core Plugin, Ethernet Plugin\n\nActive Package(s):\n"
    )


def _hostname(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    domain = _domain(device)
    return f"{device.hostname}{f'.{domain}' if domain else ''}\n"


def _domain(device: NXOSDevice) -> str:
    return next((node.text.split()[-1] for node in device.running.find("ip domain-name")), "")


def _hosts(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    domain = _domain(device)
    told = f"Default domain for vrf:default is {domain}\n" if domain else ""
    return f"DNS lookup enabled\n{told}Name/address lookup uses domain service\n"


def _clock(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    return f"{device.clock.now():%H:%M:%S.000 UTC %a %b %d %Y}\nTime source is NTP\n"


def _inventory_rows(device: NXOSDevice) -> list[dict[str, str]]:
    return [
        {
            "name": "Chassis",
            "desc": f"{device.spec.model} Chassis",
            "productid": device.spec.model.split()[-1],
            "vendorid": "V01",
            "serialnum": device.serial,
        }
    ]


def _inventory(device: NXOSDevice, words: tuple[str, ...]) -> str:
    rows = _inventory_rows(device)
    if words[-1] == "json":
        return json.dumps({"TABLE_inv": {"ROW_inv": rows}}) + "\n"
    return "".join(
        f'NAME: "{row["name"]}",  DESCR: "{row["desc"]}"\n'
        f"PID: {row['productid']} ,  VID: {row['vendorid']} ,  SN: {row['serialnum']}\n\n"
        for row in rows
    )


def _features(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    rows = ["Feature Name          Instance  State", "--------------------  --------  --------"]
    for name in sorted(KNOWN):
        state = "enabled" if is_on(device.running.root, name) else "disabled"
        rows.append(f"{name:<22}{1:<10}{state}")
    return "".join(f"{row}\n" for row in rows)


def _checkpoint_summary(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    told = "User Checkpoint Summary\n" + "-" * 80 + "\n"
    for number, one in enumerate(device.checkpoints.all(), start=1):
        told += (
            f"{number}) {one.name}:\nCreated by {one.user}\n"
            f"Created at {one.made_at:%a, %H:%M:%S %d %b %Y}\n"
            f"Size is {len(one.content.render()):,} bytes\nDescription: None\n\n"
        )
    return told


def _checkpoints(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    return "".join(_shown(one) for one in device.checkpoints.all()) or "No checkpoints\n"


def _one_checkpoint(device: NXOSDevice, words: tuple[str, ...]) -> str:
    try:
        return _shown(device.checkpoints.find("checkpoint", words[2]))
    except CheckpointRefused as refusal:
        return f"{refusal}\n"


def _shown(checkpoint: Checkpoint) -> str:
    rule = "-" * 80
    body = re.sub(r"(?m)^!$", "", checkpoint.content.render())
    return f"{rule}\nName: {checkpoint.name}\n\n{body}\n"


def _users(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    stamp = f"{device.clock.now():%b %d %H:%M}"
    head = f"{'NAME':<9}{'LINE':<13}{'TIME':<13}{'IDLE':<14}PID COMMENT\n"
    return f"{head}{'admin':<9}{'pts/0':<13}{stamp:<13}{'.':<14}4711 (127.0.0.1) session=ssh *\n"


def _accounts(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    told = ""
    for node in device.running.find("username"):
        role = node.text.rpartition("role ")[2]
        told += (
            f"user:{node.identity[1]}\n        this user account has no expiry date\n        roles:{role} \n"
        )
    return told


def _snmp_users(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    rule = f"{'-' * 62}\n"
    rows = "".join(_snmp_user(node) for node in device.running.find("snmp-server user"))
    title = f"{rule}{'SNMP USERS':^62}\n{rule}\n"
    return f"{title}{'User':<32}{'Auth':<6}{'Priv(enforce)':<14}Groups\n{'_' * 62}\n{rows}\n"


def _snmp_user(node: Node) -> str:
    words = node.text.split()
    auth = words[words.index("auth") + 1] if "auth" in words else "no"
    encrypted = "priv" in words
    priv = (words[words.index("priv") + 1] if "aes-128" in words else "des") if encrypted else "no"
    group = words[3] if len(words) > 3 and words[3] != "auth" else "network-admin"  # noqa: PLR2004 - after user NAME
    return f"{words[2]:<32}{auth:<6}{priv + '(no)':<14}{group}\n"


def _ssh_server(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    on = "enabled" if device.takes_logins() else "not enabled"
    return f"ssh version 2 is {on}\n"


SHOW_COMMANDS: Final[Mapping[str, Shown]] = {
    "show-running": _running,
    "show-running-all": _running_all,
    "show-interface-configuration": _interface_configuration,
    "show-startup": _startup,
    "show-version": _version,
    "show-hostname": _hostname,
    "show-hosts": _hosts,
    "show-clock": _clock,
    "show-inventory": _inventory,
    "show-feature": _features,
    "show-checkpoint": _checkpoints,
    "show-checkpoint-summary": _checkpoint_summary,
    "show-one-checkpoint": _one_checkpoint,
    "show-users": _users,
    "show-user-account": _accounts,
    "show-snmp-user": _snmp_users,
    "show-ssh-server": _ssh_server,
    **TABLES,
}
