"""IOS commands that show what protects a device: SNMPv3 users and DHCP snooping."""

from collections.abc import Callable, Iterator

from lab.cli_dialect import Node
from lab.cli_vlans import read_vlans
from lab.ios.terminal import Command

_ENGINE = "800000090300{:012X}"


def _snmp_user(command: Command) -> str:
    with command.device.lock:
        lines = [node.text.split()[2:] for node in command.device.running.find("snmp-server user")]
    engine = _ENGINE.format(sum(map(ord, command.device.serial)))
    blocks = [
        f"User name: {words[0]}\n"
        f"Engine ID: {engine}\n"
        "storage-type: nonvolatile\t active\n"
        f"Authentication Protocol: {_authentication(words)}\n"
        f"Privacy Protocol: {_privacy(words)}\n"
        f"Group-name: {words[1]}\n"
        for words in lines
        if len(command.words) < 4 or words[0] == command.words[3]  # noqa: PLR2004 - the words of the command itself
    ]
    return "\n" + "\n".join(blocks) + "\n" if blocks else ""


def _authentication(words: list[str]) -> str:
    return words[words.index("auth") + 1].upper() if "auth" in words else "None"


def _privacy(words: list[str]) -> str:
    if "priv" not in words:
        return "None"
    kind, *rest = words[words.index("priv") + 1 :]
    return f"AES{rest[0]}" if kind == "aes" else kind.upper()


def _dhcp_snooping(command: Command) -> str:
    device = command.device
    with device.lock:
        lines = [node.text.split()[3:] for node in device.running.find("ip dhcp snooping")]
        ports = [_port(node) for node in device.running.find("interface")]
    on = [] in lines
    vlans = ",".join(words[1] for words in lines if words[:1] == ["vlan"] and len(words) > 1)
    rows = [
        f"Switch DHCP snooping is {'enabled' if on else 'disabled'}",
        "Switch DHCP gleaning is disabled",
        "DHCP snooping is configured on following VLANs:",
        vlans or "none",
        "DHCP snooping is operational on following VLANs:",
        ",".join(_operational(vlans, command)) if on and vlans else "none",
        "",
        "DHCP snooping trust/rate is configured on the following Interfaces:",
        "",
        "Interface                  Trusted    Allow option    Rate limit (pps)",
        "-----------------------    -------    ------------    ----------------",
        *sorted(port for port in ports if port),
    ]
    return "".join(f"{row}\n" for row in rows)


def _port(node: Node) -> str:
    """Return the row of an interface that has something to do with snooping, nothing for another."""
    trusted = bool(node.find("ip dhcp snooping trust"))
    limits = [line.text.split()[-1] for line in node.find("ip dhcp snooping limit")]
    if not trusted and not limits:
        return ""
    answer = "yes" if trusted else "no"
    return f"{node.identity[1]:<27}{answer:<11}{answer:<16}{limits[0] if limits else 'unlimited'}"


def _operational(vlans: str, command: Command) -> Iterator[str]:
    """Yield the VLANs of a list that are there."""
    there = {node.text.split()[1] for node in command.device.running.find("vlan")} | {"1"}
    return (str(number) for number in sorted(read_vlans(vlans)) if str(number) in there)


SECURITY_COMMANDS: dict[str, Callable[[Command], str]] = {
    "show-snmp-user": _snmp_user,
    "show-dhcp-snooping": _dhcp_snooping,
}
