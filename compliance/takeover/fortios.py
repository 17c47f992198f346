"""The lines that give a FortiGate the centre's servers; its lists are numbered, so they are read first."""

from typing import Final

from compliance.remediation.steps import NotMendable
from devices.parsers.fortios.tree import Section, read_tree

_SLOTS: Final = ("", "2", "3", "4")

Lines = tuple[str, ...]


def rehome_fortios_time(text: str, wanted: Lines) -> tuple[Lines, Lines, Lines]:
    """Return the lines that make the wanted time servers the list, none to take away, and the old ones.

    Raises:
        NotMendable: the device is divided, so that lines would have to say where they belong.
    """
    ntp = _root(text).at("system ntp")
    entries = ntp.at("ntpserver").entries
    now = {key: one.text_of("server").lower() for key, one in entries.items()}
    is_on = ntp.text_of("type") == "custom" and ntp.text_of("ntpsync") == "enable"
    if is_on and set(now.values()) == set(wanted):
        return (), (), ()
    servers = [
        line
        for number, address in enumerate(wanted, start=1)
        for line in (f"        edit {number}", f'            set server "{address}"', "        next")
    ]
    numbers = {str(number) for number in range(1, len(wanted) + 1)}
    leaving = [f"        delete {key}" for key in now if key not in numbers]
    lines = (
        "config system ntp",
        "    set ntpsync enable",
        "    set type custom",
        "    config ntpserver",
        *servers,
        *leaving,
        "    end",
        "end",
    )
    return lines, (), tuple(one for one in now.values() if one not in wanted)


def rehome_fortios_logs(text: str, wanted: Lines) -> tuple[Lines, Lines, Lines]:
    """Return the lines that send logs to the wanted hosts, those that end the others, and the old hosts.

    Raises:
        NotMendable: the device is divided, or the site names more log servers than it can have.
    """
    root = _root(text)
    if len(wanted) > len(_SLOTS):
        raise NotMendable(f"it sends logs to {len(_SLOTS)} hosts at most, and the site names {len(wanted)}")
    slots = {slot: root.at(f"log syslogd{slot} setting") for slot in _SLOTS}
    now = {slot: one.text_of("server").lower() for slot, one in slots.items() if _is_on(one)}
    if set(now.values()) == set(wanted):
        return (), (), ()
    added: list[str] = []
    for slot, address in zip(_SLOTS, wanted, strict=False):
        if now.get(slot) != address:
            setting = ("    set status enable", f'    set server "{address}"')
            added.extend((f"config log syslogd{slot} setting", *setting, "end"))
    ended = [
        line
        for slot in _SLOTS[len(wanted) :]
        if slot in now
        for line in (f"config log syslogd{slot} setting", "    set status disable", "end")
    ]
    return tuple(added), tuple(ended), tuple(one for one in now.values() if one not in wanted)


def _is_on(setting: Section) -> bool:
    return setting.text_of("status") == "enable" and setting.text_of("server") != ""


def _root(text: str) -> Section:
    root = read_tree(text, device="this configuration")
    if "global" in root.sections or "vdom" in root.sections:
        raise NotMendable("it is divided into VDOMs; say by hand in which of them the servers belong")
    return root
