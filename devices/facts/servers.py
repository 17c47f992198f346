"""What a Linux server is configured to do, as a collection of its files and outputs says it.

Topics are None where the collection does not hold them: nothing is known then, which is not the same as a
file or a program that is not there. Secrets never are in a collection, only the kinds of password hashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from devices.facts.base import ConfigLine, Fact
from devices.facts.nft import Ruleset

PAMKind = Literal["account", "auth", "password", "session"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Fact):
    """A keyword and its value; ``block`` is the condition that it stands under, such as a Match of sshd."""

    name: str
    value: str
    block: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Fact):
    """The settings of one source, in the order in which they are read; its lines are its heading.

    ``present`` is False where the file or program is not on the server.
    """

    stated: tuple[Setting, ...]
    present: bool = True

    def all(self, name: str) -> tuple[Setting, ...]:
        """Return every statement of a name, in order."""
        return tuple(one for one in self.stated if one.name == name)

    def last(self, name: str) -> Setting | None:
        """Return the last statement of a name."""
        return next((one for one in reversed(self.stated) if one.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package(Fact):
    """An installed package."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages(Fact):
    """The installed packages; its lines are the heading of the list."""

    installed: Mapping[str, Package]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Fact):
    """A unit of systemd: is it started at boot, and does it run (``enabled``, ``masked``; ``active``)."""

    name: str
    starts: str
    runs: str

    @property
    def in_use(self) -> bool:
        """Return whether it runs and will run after a boot."""
        return self.starts in {"enabled", "alias"} and self.runs == "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Units(Fact):
    """The units that were asked about; its lines are the heading of the list."""

    units: Mapping[str, Unit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Fact):
    """A local account; ``password`` is the kind of its hash, ``empty``, ``locked`` or ``none``."""

    name: str
    uid: int
    password: str
    shell: str

    @property
    def takes_password(self) -> bool:
        """Return whether somebody can log in with its password."""
        return self.password not in {"locked", "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts(Fact):
    """The local accounts; its lines are the heading of the list."""

    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PAMLine(Fact):
    """A line of a PAM stack: file, kind, control (``required``, ``[success=1 default=ignore]``), module."""

    file: str
    kind: PAMKind
    control: str
    module: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PAMStacks(Fact):
    """The PAM stacks that were collected; its lines are their heading."""

    stacked: tuple[PAMLine, ...]
    files: frozenset[str]

    def using(self, file: str, kind: PAMKind, module: str) -> tuple[PAMLine, ...]:
        """Return the lines of a stack that use a module."""
        wanted = (file, kind, module)
        return tuple(one for one in self.stacked if (one.file, one.kind, one.module) == wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTarget(Fact):
    """A remote host that rsyslog sends to: over TLS or not, and which facilities down to informational.

    ``facilities`` are those that reach it with informational messages; None where an expression decides that
    is not read here.
    """

    address: str
    encrypted: bool
    facilities: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTargets(Fact):
    """Where rsyslog sends to; its lines are the heading of its files."""

    targets: tuple[LogTarget, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelModule(Fact):
    """A module of the kernel: is it loaded, is it there, and what runs instead of loading it."""

    name: str
    loaded: bool
    there: bool
    built_in: bool
    install_command: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelModules(Fact):
    """The modules that were asked about; its lines are the heading of the list."""

    modules: Mapping[str, KernelModule]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRule(Fact):
    """A rule that the kernel audits by; ``path`` is what it watches, if it watches a path for writing."""

    text: str
    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRules(Fact):
    """The rules that are loaded; its lines are the heading of the list."""

    rules: tuple[AuditRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingUpdate(Fact):
    """A package that is older than what its sources hold."""

    package: str
    security: bool
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates(Fact):
    """What is pending, when sources were read and when everything was upgraded; its lines are its heading.

    ``reboot_since`` is when a reboot became necessary for what is installed to run.
    """

    pending: tuple[PendingUpdate, ...]
    security_source: bool
    lists_read_at: datetime | None
    upgraded_at: datetime | None
    reboot_since: datetime | None
    stamps: tuple[ConfigLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """Everything that a control may ask about a server, by topic."""

    collected_at: datetime
    sshd: Settings | None = None
    sshd_matches: Settings | None = None
    banner: Settings | None = None
    packages: Packages | None = None
    units: Units | None = None
    accounts: Accounts | None = None
    login_definitions: Settings | None = None
    pam: PAMStacks | None = None
    faillock: Settings | None = None
    password_quality: Settings | None = None
    chrony: Settings | None = None
    log_targets: LogTargets | None = None
    journal: Settings | None = None
    journal_store: Settings | None = None
    time_zone: Settings | None = None
    kernel_settings: Settings | None = None
    kernel_modules: KernelModules | None = None
    ruleset: Ruleset | None = None
    ufw: Settings | None = None
    apparmor: Settings | None = None
    audit_state: Settings | None = None
    audit_rules: AuditRules | None = None
    aide_schedule: Settings | None = None
    updates: Updates | None = None
    snmp: Settings | None = None
    sssd: Settings | None = None
    name_services: Settings | None = None
