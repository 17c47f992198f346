"""Mend how administrators reach a device."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.management import SSH_VERSION, is_idle_too_long, unwanted_protocols, weak_algorithms
from compliance.remediation.steps import Mender, NotMendable, PlatformLines, Step, platform_lines
from devices.facts import Algorithms, DeviceFacts, RemoteAccess

_DELIMITERS: Final = "#~%@|"
_QUOTED: Final = frozenset({"junos", "fortios", "panos"})
_OWN_PROFILE: Final = "samdrift"


def mend_clear_text_access(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """MGT-01: leave SSH on virtual terminals and nothing clear on other lines; stop the telnet service."""
    for access in facts.remote_access:
        if unwanted_protocols(access) != ():
            yield _without_telnet(access)


def _without_telnet(access: RemoteAccess) -> Step:
    if access.holder is not None:
        return Step("telnet-off-holder", {"holder": access.holder})
    if access.kind == "service":
        return Step("telnet-off" if access.vrf is None else "telnet-off-vrf", {"vrf": access.vrf or ""})
    kept = access.kind == "vty" or "ssh" in (access.protocols or ())
    return Step("line-protocols", {"name": access.name, "protocols": "ssh" if kept else "none"})


def mend_ssh_algorithms(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """MGT-02: enforce version 2; drop weak algorithms, and state strong ones where none is left."""
    server = facts.ssh_server
    if server is None:
        return
    lines = platform_lines()[facts.platform]
    if server.protocol.version != SSH_VERSION:
        if "no-ssh-version" in lines.steps:
            yield Step("no-ssh-version")
        yield Step("ssh-version")
    if server.strong_only is not None and not server.strong_only.enabled:
        yield Step("ssh-strong-only")
    profile = server.profile or _OWN_PROFILE
    if server.profile is None and "ssh-profile" in lines.steps:
        yield Step("ssh-profile", {"profile": profile})
    for algorithms in server.algorithms:
        weak = weak_algorithms(algorithms)
        if weak or (algorithms.names is None and algorithms.must_be_stated):
            strong = tuple(name for name in algorithms.names or () if name not in weak)
            chosen = strong or tuple(lines.algorithms[algorithms.kind].split())
            for step in _stated(algorithms, weak, chosen, lines):
                yield step._replace(values={**step.values, "profile": profile})


def _stated(
    algorithms: Algorithms, weak: tuple[str, ...], chosen: tuple[str, ...], lines: PlatformLines
) -> Iterator[Step]:
    """Yield the steps that leave exactly the chosen ones: a whole list, or one by one where lines add up."""
    if "add-algorithm" not in lines.steps:
        taken_out = f"no-ssh-{algorithms.kind}"
        if taken_out in lines.steps:
            yield from (Step(taken_out, {"name": name}) for name in weak)
        if taken_out not in lines.steps or not set(chosen) <= set(algorithms.names or ()):
            yield Step(f"ssh-{algorithms.kind}", {"names": " ".join(chosen)})
        return
    for name in weak:
        yield Step("no-algorithm", {"kind": algorithms.kind, "name": name})
    for name in chosen:
        if name not in (algorithms.names or ()):
            yield Step("add-algorithm", {"kind": algorithms.kind, "name": name})


def mend_idle_sessions(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """MGT-04: end idle sessions after 10 minutes where it is later or never."""
    for timeout in facts.idle_timeouts:
        if not is_idle_too_long(timeout):
            continue
        if timeout.kind == "global" or (timeout.kind == "class" and timeout.by_default):
            yield Step("idle-general")
        elif timeout.kind == "class":
            yield Step("idle-class", {"name": timeout.name.removeprefix("login class ")})
        else:
            yield Step("idle-line", {"name": timeout.name})


def mend_login_banner(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """MGT-06: show the site's banner before the login."""
    text = (context.login_banner or "").strip()
    if not text:
        raise NotMendable("the site gives no login_banner; write one and plan again")
    if facts.platform in _QUOTED:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    if facts.platform == "junos":
        text = text.replace("\n", "\\n")
    if facts.platform == "panos":
        # A banner on one line can be entered everywhere: in the console, over the API, in a pasted script.
        text = " ".join(text.split())
    if any(line.strip() == "EOF" for line in text.splitlines()):
        raise NotMendable("the site's login_banner holds the line EOF, which ends a banner; change it")
    delimiter = next((one for one in _DELIMITERS if one not in text), None)
    if delimiter is None:
        raise NotMendable(
            f"the site's login_banner holds all of {_DELIMITERS}, so nothing can delimit it; change it"
        )
    yield Step("banner", {"text": text, "delimiter": delimiter})


MENDERS: Final[Mapping[str, Mender]] = {
    "MGT-02": mend_ssh_algorithms,
    "MGT-01": mend_clear_text_access,
    "MGT-04": mend_idle_sessions,
    "MGT-06": mend_login_banner,
}
