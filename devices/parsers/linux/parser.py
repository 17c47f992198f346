"""From the collection of a server to its facts."""

from devices.facts import DeviceFacts, ServerFacts
from devices.parsers.linux.collection import ServerCollection, read_collection
from devices.parsers.linux.neutral import (
    read_banner,
    read_idle,
    read_local_users,
    read_lockouts,
    read_ssh_server,
    read_time_servers,
)
from devices.parsers.linux.nft import read_ruleset
from devices.parsers.linux.pam import read_pam
from devices.parsers.linux.rsyslog import read_log_targets
from devices.parsers.linux.settings import definitions, in_blocks, labelled, read_settings, whole, words
from devices.parsers.linux.sshd import in_match_blocks
from devices.parsers.linux.system import (
    read_accounts,
    read_audit_rules,
    read_kernel_modules,
    read_packages,
    read_units,
    read_updates,
)


def parse_linux(text: str, *, device: str) -> DeviceFacts:
    """Return the facts of the collection of a server.

    Raises:
        ConfigurationTextError: it is empty, cut off, altered, or no collection.
    """
    collection = read_collection(text, device=device)
    server = _server(collection)
    return DeviceFacts(
        platform="linux",
        hostname=collection.host,
        extent=collection.extent,
        server=server,
        ssh_server=read_ssh_server(server.sshd),
        idle_timeouts=read_idle(server.sshd),
        login_banner=read_banner(server.sshd, server.banner),
        lockouts=read_lockouts(server.pam, server.faillock),
        local_users=read_local_users(server.accounts),
        time_servers=read_time_servers(server.chrony),
    )


def _server(collection: ServerCollection) -> ServerFacts:
    told = collection.sections.get
    return ServerFacts(
        collected_at=collection.collected_at,
        sshd=read_settings(told("sshd -T"), words),
        sshd_matches=read_settings(told("sshd files"), in_match_blocks),
        banner=read_settings(told("login banner"), whole),
        packages=read_packages(told("packages")),
        units=read_units(told("units")),
        accounts=read_accounts(told("accounts")),
        login_definitions=read_settings(told("login.defs"), definitions),
        pam=read_pam(told("pam")),
        faillock=read_settings(told("faillock.conf"), definitions),
        password_quality=read_settings(told("pwquality"), definitions),
        chrony=read_settings(told("chrony"), words),
        log_targets=read_log_targets(told("rsyslog")),
        journal=read_settings(told("journald"), in_blocks),
        journal_store=read_settings(told("journal store"), words),
        time_zone=read_settings(told("time zone"), whole),
        kernel_settings=read_settings(told("sysctl"), definitions),
        kernel_modules=read_kernel_modules(told("kernel modules")),
        ruleset=read_ruleset(told("nft list ruleset")),
        ufw=read_settings(told("ufw status verbose"), labelled),
        apparmor=read_settings(told("apparmor"), words),
        audit_state=read_settings(told("auditctl -s"), words),
        audit_rules=read_audit_rules(told("auditctl -l")),
        aide_schedule=read_settings(told("aide schedule"), words),
        updates=read_updates(told("updates")),
        snmp=read_settings(told("snmpd"), words),
        sssd=read_settings(told("sssd"), in_blocks),
        name_services=read_settings(told("nsswitch"), labelled),
    )
