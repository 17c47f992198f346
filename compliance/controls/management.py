"""Controls of how administrators reach a device: protocols, algorithms, idle sessions, banner."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import NETWORK, Judged
from devices.facts import Algorithms, DeviceFacts, IdleTimeout, RemoteAccess, SSHServer

LONGEST_IDLE_SECONDS: Final = 600
SSH_VERSION: Final = 2

_CIPHER = re.compile(
    r"aes(?:128|192|256)-ctr|aes(?:128|256)-gcm(?:@openssh\.com)?|chacha20-poly1305(?:@openssh\.com)?"
)
_MAC = re.compile(r"hmac-sha2-(?:256|512)(?:-etm@openssh\.com)?")
_KEY_EXCHANGE = re.compile(
    r"ecdh-sha2-nistp(?:256|384|521)|curve25519-sha256(?:@libssh\.org)?|sntrup761x25519-sha512(?:@openssh\.com)?"
    r"|diffie-hellman-group(?:14-sha256|1[5-8]-sha(?:256|512))|diffie-hellman-group-exchange-sha256"
    r"|dh-group14-sha256|group-exchange-sha2"
)
_STRONG: Final = {"ciphers": _CIPHER, "macs": _MAC, "key-exchange": _KEY_EXCHANGE}
_DOD_TEXT = re.compile(
    r"\bUSG\b|\bU\.?\s?S\.?\s+Government\b|\bDepartment\s+of\s+Defense\b|\bDoD\b", re.IGNORECASE
)


def unwanted_protocols(access: RemoteAccess) -> tuple[str, ...] | None:
    """Return the protocols that MGT-01 refuses on this way in, None where nothing is stated."""
    if access.protocols is None:
        return None
    if access.kind == "vty":
        return tuple(one for one in access.protocols if one != "ssh")
    if "telnet" in access.unstated:
        return None
    return tuple(one for one in access.protocols if one in {"telnet", "all"})


def judge_clear_text_access(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """MGT-01: administrators come in by SSH only, never by telnet.

    Passes when every virtual terminal admits SSH at most and no other line or service admits telnet. Fails
    when one does, or when a virtual terminal states nothing. One range of three decides for the device.

    Example:
        >>> ios("line vty 0 4", " transport input ssh")
        'PASS'
        >>> ios("line vty 0 4", " transport input ssh", "line vty 5 15", " transport input telnet ssh")
        'FAIL'
        >>> eos("management telnet", "   no shutdown")
        'FAIL'
        >>> junos("set system services telnet")
        'FAIL'
    """
    return conclude((_access(one) for one in facts.remote_access), nothing="no way in was found to judge")


def _access(access: RemoteAccess) -> Observed:
    unwanted = unwanted_protocols(access)
    if unwanted is None:
        what = "whether it admits telnet" if access.kind == "service" else "what it admits"
        return Observed(good=False, message=f"{access.name} does not state {what}", lines=access.lines)
    if unwanted:
        return Observed(good=False, message=f"{access.name} admits {' '.join(unwanted)}", lines=access.lines)
    ending = " by default" if access.by_default else ""
    return Observed(good=True, message=f"{access.name} admits no telnet{ending}", lines=access.lines)


def weak_algorithms(algorithms: Algorithms) -> tuple[str, ...]:
    """Return the offered algorithms that are not strong."""
    strong = _STRONG[algorithms.kind]
    return tuple(name for name in algorithms.names or () if strong.fullmatch(name) is None)


def judge_ssh_algorithms(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """MGT-02: the SSH server speaks version 2 with strong algorithms only.

    Passes when version 2 is enforced and ciphers and MACs (key exchange too, where the platform's line asks
    for it) are stated and all strong: AES-CTR, AES-GCM, ChaCha20-Poly1305; HMAC-SHA2; ECDH, Curve25519 and
    Diffie-Hellman from group 14 with SHA-256. Fails when one weak algorithm stands beside strong ones or
    nothing is stated. Where one switch leaves weak algorithms out (FortiOS), it must be on, and what is
    listed beside it must be strong. Without an SSH server there is nothing to judge.

    Example:
        >>> ios("ip ssh version 2", "ip ssh server algorithm mac hmac-sha2-256",
        ...     "ip ssh server algorithm encryption aes256-ctr")
        'PASS'
        >>> ios("ip ssh version 2", "ip ssh server algorithm mac hmac-sha2-256 hmac-sha1",
        ...     "ip ssh server algorithm encryption aes256-ctr")
        'FAIL'
        >>> eos("management ssh", "   cipher aes256-ctr", "   mac hmac-sha2-512")
        'PASS'
    """
    server = facts.ssh_server
    if server is None:
        return conclude((), nothing="the device runs no SSH server")
    protocol = server.protocol
    ending = " by default" if protocol.by_default else ""
    good = protocol.version == SSH_VERSION
    message = f"SSH version 2 is enforced{ending}" if good else "SSH version 2 is not enforced"
    version = Observed(good=good, message=message, lines=protocol.lines)
    return conclude((version, *_strong_only(server), *_algorithm_lists(server.algorithms)), nothing="")


def _strong_only(server: SSHServer) -> Iterator[Observed]:
    switch = server.strong_only
    if switch is not None:
        ending = " by default" if switch.by_default else ""
        said = f"weak algorithms are left out{ending}" if switch.enabled else "weak algorithms are offered"
        yield Observed(good=switch.enabled, message=said, lines=switch.lines)


def _algorithm_lists(algorithms: tuple[Algorithms, ...]) -> Iterator[Observed]:
    for one in algorithms:
        if one.names is None:
            if one.must_be_stated:
                yield Observed(good=False, message=f"the SSH {one.kind} are not stated", lines=one.lines)
            continue
        weak = weak_algorithms(one)
        message = f"SSH {one.kind} hold weak {' '.join(weak)}" if weak else f"SSH {one.kind} are strong"
        yield Observed(good=not weak and bool(one.names), message=message, lines=one.lines)


def is_idle_too_long(timeout: IdleTimeout) -> bool:
    """Return whether MGT-04 refuses the time-out: never, not stated, or more than 10 minutes."""
    return not timeout.seconds or timeout.seconds > LONGEST_IDLE_SECONDS


def judge_idle_sessions(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """MGT-04: idle management sessions end within 10 minutes.

    Passes when the console and every way in end idle sessions after at most 600 seconds, by a line or by the
    platform's default. Fails when one never does, does so later, or where the default is never.

    Example:
        >>> ios("line con 0", " exec-timeout 9 30", "line vty 0 4", " exec-timeout 10 0")
        'PASS'
        >>> ios("line con 0", "line vty 0 4")
        'PASS'
        >>> ios("line con 0", "line vty 0 4", "line vty 5 15", " exec-timeout 0 0")
        'FAIL'
        >>> eos("management ssh", "   idle-timeout 10")
        'FAIL'
    """
    return conclude(
        (_idle(one) for one in facts.idle_timeouts), nothing="no session that could idle was found"
    )


def _idle(timeout: IdleTimeout) -> Observed:
    if timeout.seconds is None:
        said = f"{timeout.name} states no idle time-out"
    elif timeout.seconds == 0:
        said = f"{timeout.name} never ends idle sessions"
    else:
        said = f"{timeout.name} ends idle sessions after {timeout.seconds} seconds"
    ending = " by default" if timeout.by_default else ""
    return Observed(good=not is_idle_too_long(timeout), message=said + ending, lines=timeout.lines)


def judge_login_banner(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """MGT-06: a banner is shown before the login, and it is not the text of the US Department of Defense.

    Passes with any other text in any language. Fails without a login banner (a message of the day or an
    announcement is shown after the login and does not count; on NX-OS and AOS-CX it is shown before), with
    an empty one, or with the DoD text. A text of the device's own, where that is what a switch shows, passes.

    Example:
        >>> ios("banner login ^CKun for autoriseret personale^C")
        'PASS'
        >>> ios("banner motd ^CKun for autoriseret personale^C")
        'FAIL'
        >>> junos('set system login message "Kun for autoriseret personale"')
        'PASS'
    """
    banner = facts.login_banner
    if banner is None:
        observed = Observed(good=False, message="no banner is shown before the login", lines=facts.extent)
    elif banner.by_default:
        observed = Observed(
            good=True, message="the device's own text is shown by default", lines=banner.lines
        )
    elif not banner.text.strip():
        observed = Observed(good=False, message="the login banner is empty", lines=banner.lines)
    elif _DOD_TEXT.search(banner.text):
        observed = Observed(good=False, message="the login banner is the DoD text", lines=banner.lines)
    else:
        observed = Observed(good=True, message="a login banner is shown", lines=banner.lines)
    return conclude((observed,), nothing="")


CONTROLS: Final[Mapping[str, Judged]] = {
    "MGT-01": Judged(judge_clear_text_access, NETWORK),
    "MGT-02": Judged(judge_ssh_algorithms, NETWORK),
    "MGT-04": Judged(judge_idle_sessions, NETWORK),
    "MGT-06": Judged(judge_login_banner, NETWORK),
}
