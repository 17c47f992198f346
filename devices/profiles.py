"""What is different between platforms, as frozen data; what stands above it knows no platform."""

import re
from functools import cache
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from devices.errors import CapabilityMissing
from devices.models import Model, Platform

Capability = Literal[
    "collect",
    "stage",
    "device-diff",  # the device itself computes the difference between candidate and running
    "revert-timer",  # an unconfirmed commit is taken back by the device with nobody connected
    "startup",  # a second configuration for the next boot that must be saved
]


Risk = Literal[
    "revert-reboots",  # going back, also after a refused line, means a reboot of the device
    "no-own-revert",  # the device takes nothing back by itself; a cut path leaves the change live
    "cluster-member",  # the change, and what takes it back, reaches the other members of a cluster
]

WINDOW_RISKS: Final[frozenset[Risk]] = frozenset({"revert-reboots"})
"""Risks that are run inside a change window only, whatever an override says."""


class RevertTimer(Model):
    """What a platform's revert timer can count, in seconds; ``late_seconds`` is how late it may fire."""

    shortest_seconds: int = Field(ge=1)
    longest_seconds: int
    step_seconds: int = Field(ge=1)
    late_seconds: int = Field(ge=0)


class PlatformProfile(Model):
    """One platform as its driver needs to know it."""

    platform: Platform
    napalm_driver: Literal["ios", "eos", "junos", "fortigate", "aoscx", "panos", "nxos_ssh"]
    transport: str
    default_port: int = Field(ge=1, le=65535)
    capabilities: frozenset[Capability]
    revert_timer: RevertTimer | None = Field(description="Nothing where the device has none")
    show_commands: tuple[str, ...]
    header_lines: tuple[str, ...] = Field(
        description="Patterns of whole lines that the device writes around a configuration, not into it"
    )
    volatile_lines: tuple[str, ...] = Field(
        default=(), description="Patterns of whole configuration lines that change by themselves"
    )
    volatile_values: tuple[str, ...] = Field(
        default=(), description="Patterns of values that read differently every time; group 1 is kept"
    )
    empty_sections: tuple[str, str] | None = Field(
        default=None, description="Beginning and end of a section that means nothing while it is empty"
    )
    risks: frozenset[Risk] = Field(
        default=frozenset(), description="What a change may cost; it must be allowed by name"
    )
    saves_unseen: bool = Field(
        default=False, description="What the next boot takes cannot be read, so it is saved once more"
    )
    closed_risks: frozenset[Risk] = Field(
        default=frozenset(),
        description="Risks that no override opens, since nothing safe is known to do then",
    )
    reverts_with_session: bool = Field(
        default=False, description="The end of the session that committed takes the change back at once"
    )
    tells_pending: bool = Field(
        default=True, description="Every session is told whether an unconfirmed commit waits"
    )
    diff_headers: tuple[str, ...] = Field(
        default=(), description="Patterns of diff lines that name files or sessions, not configuration"
    )

    @model_validator(mode="after")
    def _says_what_takes_a_change_back(self) -> Self:
        told = ("revert-timer" in self.capabilities, self.revert_timer is not None)
        if told != ("no-own-revert" not in self.risks,) * 2:
            msg = (
                f"{self.platform}: the capability revert-timer, its timer and the risk no-own-revert disagree"
            )
            raise ValueError(msg)
        return self


_FULL_CYCLE: Final = frozenset[Capability]({"collect", "stage", "device-diff", "revert-timer"})

PROFILES: Final[dict[Platform, PlatformProfile]] = {
    "ios": PlatformProfile(
        platform="ios",
        napalm_driver="ios",
        transport="SSH and SCP",
        default_port=22,
        capabilities=_FULL_CYCLE | {"startup"},
        # `configure terminal revert timer` counts whole minutes from 1 to 120 and fires on the second.
        revert_timer=RevertTimer(shortest_seconds=60, longest_seconds=7200, step_seconds=60, late_seconds=30),
        show_commands=("show version",),
        header_lines=(
            r"Building configuration.*",
            r"Current configuration *:.*",
            r"Using \d+ out of \d+ bytes.*",
            r"! Last configuration change at.*",
            r"! NVRAM config last updated at.*",
            r"! No configuration change since last restart",
        ),
        volatile_lines=(r"ntp clock-period \d+",),
    ),
    "eos": PlatformProfile(
        platform="eos",
        napalm_driver="eos",
        transport="eAPI",
        default_port=443,
        capabilities=_FULL_CYCLE | {"startup"},
        # NAPALM wraps a timer of a day or more around midnight (90000 s is sent as 01:00:00).
        revert_timer=RevertTimer(shortest_seconds=60, longest_seconds=86399, step_seconds=1, late_seconds=30),
        show_commands=("show version",),
        header_lines=(
            r"! Command: .*",
            r"! Time: .*",
            r"! Startup-config last modified at .*",
        ),
        diff_headers=(r"--- system:/running-config", r"\+\+\+ session:/.*", r"@@ .* @@"),
    ),
    "junos": PlatformProfile(
        platform="junos",
        napalm_driver="junos",
        transport="NETCONF",
        default_port=830,
        capabilities=_FULL_CYCLE,
        # Measured on real devices: up to 45 s late.
        revert_timer=RevertTimer(
            shortest_seconds=60, longest_seconds=3_932_100, step_seconds=60, late_seconds=60
        ),
        show_commands=(),
        header_lines=(r"## Last commit: .*", r"## Last changed: .*"),
    ),
    "fortios": PlatformProfile(
        platform="fortios",
        napalm_driver="fortigate",
        transport="REST",
        default_port=443,
        capabilities=frozenset({"collect", "stage", "revert-timer"}),
        # Measured: the stitch fires 2 to 28 s late; a virtual unit is back after 43 s, hardware later.
        revert_timer=RevertTimer(
            shortest_seconds=60, longest_seconds=86400, step_seconds=1, late_seconds=360
        ),
        show_commands=(),
        header_lines=(r"#config-version=.*", r"#conf_file_ver=.*", r"#buildno=.*", r"#global_vdom=.*"),
        volatile_values=(
            r"(?m)^( *set \S+ ENC )(?!SH2|PB2|AK1)\S+$",
            r'(?m)^( *set private-key )"-----BEGIN ENCRYPTED PRIVATE KEY-----[^"]*"$',
        ),
        empty_sections=("config ", "end"),
        risks=frozenset({"revert-reboots"}),
        # The driver's schedule is refused on a cluster, and revisions are per member.
        closed_risks=frozenset({"cluster-member"}),
        saves_unseen=True,
    ),
    "aoscx": PlatformProfile(
        platform="aoscx",
        napalm_driver="aoscx",
        transport="SSH",
        default_port=22,
        capabilities=frozenset({"collect", "stage", "revert-timer", "startup"}),
        # `checkpoint auto` counts whole minutes; after it fired the switch was reachable again within 16 s.
        revert_timer=RevertTimer(shortest_seconds=60, longest_seconds=3600, step_seconds=60, late_seconds=60),
        show_commands=("show version",),
        header_lines=(r"Current configuration *:", r"Startup configuration *:"),
        # The release that wrote a configuration; after an upgrade startup still names the old one.
        volatile_lines=(r"!Version (?:ArubaOS|AOS)-CX .*",),
        tells_pending=False,
        reverts_with_session=True,
    ),
    "panos": PlatformProfile(
        platform="panos",
        napalm_driver="panos",
        transport="XML API",
        default_port=443,
        # What runs is what boots; a commit goes back only when somebody loads what was kept and commits it.
        capabilities=frozenset({"collect", "stage", "device-diff"}),
        revert_timer=None,
        show_commands=("show system info",),
        header_lines=(),
        risks=frozenset({"no-own-revert"}),
    ),
    "nxos": PlatformProfile(
        platform="nxos",
        napalm_driver="nxos_ssh",
        transport="SSH",
        default_port=22,
        # The difference is foreseen here: the switch compares only configurations that it has held.
        capabilities=frozenset({"collect", "stage", "startup"}),
        revert_timer=None,
        show_commands=("show version",),
        header_lines=(
            r"!Command: .*",
            r"!Running configuration last done at: .*",
            r"!No configuration change since last restart",
            r"!Time: .*",
            r"!?Startup config saved at: .*",
        ),
        risks=frozenset({"no-own-revert"}),
    ),
}


def longest_change_seconds(platform: Platform, revert_after_seconds: int) -> int:
    """Return how long after its commit a change may still be taken back by the device, at the latest."""
    timer = PROFILES[platform].revert_timer
    late = 0 if timer is None else timer.step_seconds + timer.late_seconds
    return revert_after_seconds + late


def driven_platform(device: str, platform: str) -> Platform:
    """Return the platform of a device of the inventory when there is a driver for it.

    Raises:
        CapabilityMissing: the inventory may name it, and nothing here can talk to it.
    """
    for known in PROFILES:
        if known == platform:
            return known
    reason = f"there is no driver for the platform {platform}; drivers: {', '.join(PROFILES)}"
    raise CapabilityMissing(device, reason)


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for many: every line of every configuration is held against it."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)")


def without_header(platform: Platform, text: str) -> str:
    """Return a configuration without what the device writes around it: times, sizes, the command."""
    header = _any_of(PROFILES[platform].header_lines)
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    kept = [line for line in lines if not header.fullmatch(line)]
    # How many separators stand around the header depends on what the device had to say in it.
    while platform == "ios" and kept and kept[0] in {"", "!"}:
        kept.pop(0)
    return "\n".join(kept).strip("\n") + "\n"


def comparable_configuration(platform: Platform, text: str) -> str:
    """Return a configuration without the lines that change by themselves, to be compared as a whole."""
    profile = PROFILES[platform]
    volatile = _any_of(profile.volatile_lines)
    for pattern in profile.volatile_values:
        text = re.sub(pattern, r"\1<volatile>", text)
    lines = _without_empty_sections(profile, without_header(platform, text).splitlines())
    kept = [line for line in lines if line and not volatile.fullmatch(line)]
    # Separators at the beginning stand around the header that was taken out.
    while platform != "junos" and kept and kept[0] == "!":
        kept.pop(0)
    return "\n".join(kept)


def _without_empty_sections(profile: PlatformProfile, lines: list[str]) -> list[str]:
    if profile.empty_sections is None:
        return lines
    begin, end = profile.empty_sections
    kept: list[str] = []
    for line in lines:
        if line.strip() == end and kept and kept[-1].lstrip().startswith(begin):
            kept.pop()
        else:
            kept.append(line)
    return kept


def comparable_diff(platform: Platform, text: str) -> str:
    """Return a diff without the lines that name files, sessions or positions, to be compared as a whole."""
    headers = PROFILES[platform].diff_headers
    kept = [line.rstrip() for line in text.strip("\n").splitlines()]
    return "\n".join(line for line in kept if line and not any(re.fullmatch(p, line) for p in headers))
