"""A collection of a server that passes every control, and how a case changes its sections."""

import hashlib
from typing import Final

COLLECTED_AT: Final = "2026-11-21T06:00:00Z"

_SSHD: Final = """port 22
addressfamily any
usepam yes
permitrootlogin no
pubkeyauthentication yes
passwordauthentication no
kbdinteractiveauthentication yes
permitemptypasswords no
permituserenvironment no
clientaliveinterval 600
clientalivecountmax 1
banner /etc/issue.net
ciphers aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes128-ctr
macs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512,hmac-sha2-256
kexalgorithms ecdh-sha2-nistp521,ecdh-sha2-nistp384,diffie-hellman-group16-sha512
authenticationmethods publickey,keyboard-interactive:pam
"""
_PAM: Final = """@file /etc/pam.d/common-auth
# here are the per-package modules (the "Primary" block)
auth requisite pam_faillock.so preauth
auth [success=3 default=ignore] pam_unix.so nullok
auth [success=2 default=ignore] pam_sss.so use_first_pass
auth [default=die] pam_faillock.so authfail
auth requisite pam_deny.so
auth required pam_permit.so
@file /etc/pam.d/common-password
password requisite pam_pwquality.so retry=3
password [success=1 default=ignore] pam_unix.so obscure use_authtok yescrypt
@file /etc/pam.d/sshd
@include common-auth
auth required pam_oath.so usersfile=/etc/users.oath
"""
_RULESET: Final = """table inet filter {
    set management {
        type ipv4_addr
        flags interval
        elements = { 10.9.0.0/24,
                 10.9.1.0/24 }
    }

    chain input {
        type filter hook input priority filter; policy drop;
        iif "lo" accept
        ct state vmap { established : accept, related : accept, invalid : drop }
        ip protocol icmp icmp type echo-request limit rate 10/second accept
        ip saddr @management tcp dport 22 counter packets 3 bytes 180 accept
        tcp dport { 80, 443 } accept
    }

    chain forward {
        type filter hook forward priority filter; policy accept;
    }
}
"""
_UNITS: Final = """ssh.service enabled active
nftables.service enabled active
ufw.service disabled inactive
auditd.service enabled active
apparmor.service enabled active
rsyslog.service enabled active
chrony.service enabled active
sssd.service enabled active
dailyaidecheck.timer enabled active
"""
_RSYSLOG: Final = """@file /etc/rsyslog.conf
module(load="imuxsock")
$IncludeConfig /etc/rsyslog.d/*.conf
auth,authpriv.* /var/log/auth.log
@file /etc/rsyslog.d/50-central.conf
global(DefaultNetstreamDriver="gtls")
*.* action(type="omfwd" target="10.0.0.21" port="6514" protocol="tcp"
    StreamDriverMode="1" StreamDriverAuthMode="x509/name")
*.* action(type="omfwd" target="10.0.0.22" port="6514" protocol="tcp" StreamDriverMode="1")
"""
_MODULES: Final = """cramfs not-loaded not-there -
dccp not-loaded there /bin/false
sctp not-loaded there /bin/false
rds not-loaded there /bin/true
tipc not-loaded there /bin/false
"""
_SYSCTL: Final = """net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.all.accept_source_route = 0
net.ipv4.conf.all.proxy_arp = 0
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.ens18.accept_redirects = 0
net.ipv4.conf.ens18.accept_source_route = 1
net.ipv4.conf.ens18.send_redirects = 0
net.ipv4.conf.lo.send_redirects = 1
net.ipv4.tcp_syncookies = 1
net.ipv6.conf.all.disable_ipv6 = 0
"""
_AUDIT: Final = """-w /etc/sudoers -p wa -k scope
-w /etc/sudoers.d/ -p wa -k scope
-w /etc/passwd -p wa -k identity
-a always,exit -S all -F path=/etc/shadow -F perm=wa -F key=identity
-w /etc/group -p wa -k identity
-w /etc/gshadow -p wa -k identity
"""
SECTIONS: Final = {
    "sshd -T": _SSHD,
    "sshd files": "@file /etc/ssh/sshd_config\nInclude /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n",
    "login banner": "@file /etc/issue.net\nKun for autoriserede brugere.\n",
    "packages": "aide 0.18.3-1\nopenssh-server 1:9.2p1-2\nchrony 4.3-2\n",
    "units": _UNITS,
    "accounts": "root 0 none /bin/bash\nbreakglass 1000 yescrypt /bin/bash\nansible 1001 none /bin/sh\n",
    "login.defs": "@file /etc/login.defs\nENCRYPT_METHOD YESCRYPT\n",
    "pam": _PAM,
    "faillock.conf": "@file /etc/security/faillock.conf\ndeny = 3\nunlock_time = 900\n",
    "pwquality": "@file /etc/security/pwquality.conf\nminlen = 15\n",
    "chrony": "@file /etc/chrony/chrony.conf\nserver 10.0.0.11 iburst\nserver 10.0.0.12 iburst\n",
    "rsyslog": _RSYSLOG,
    "journald": "@file /etc/systemd/journald.conf\n[Journal]\nStorage=persistent\n",
    "journal store": "persistent\n",
    "time zone": "Etc/UTC\n",
    "sysctl": _SYSCTL,
    "kernel modules": _MODULES,
    "nft list ruleset": _RULESET,
    "ufw status verbose": "Status: inactive\n",
    "apparmor": "Y\nenforce 23\n",
    "auditctl -s": "enabled 1\nfailure 1\n",
    "auditctl -l": _AUDIT,
    "aide schedule": "",
    "updates": "lists 2026-11-21T04:00:00Z\nsecurity-source\nlast-upgrade 2026-11-20T04:00:00Z\n",
    "snmpd": "@file /etc/snmp/snmpd.conf\nrouser ops priv\n",
    "sssd": "@file /etc/sssd/sssd.conf\n[sssd]\ndomains = town.dk\n[domain/town.dk]\nid_provider = ad\n",
    "nsswitch": "@file /etc/nsswitch.conf\npasswd: files sss\n",
}


def framed_server(text: str) -> str:
    """Return a whole collection whose sections are as a case has them, and all others pass.

    ``[NAME]`` begins the lines that a section holds, ``[+NAME]`` lines that take the place of those with the
    same first word, ``[NAME] absent|failed|missing`` is a section without any.
    """
    held = dict(SECTIONS)
    marks = dict.fromkeys(SECTIONS, "@ok")
    name, adds = "", False
    for line in text.splitlines():
        if line.startswith("[") and _named(line) in SECTIONS:
            name, word = _named(line), line.rpartition("]")[2].strip()
            adds = line.startswith("[+")
            held[name] = held[name] if adds else ""
            marks[name] = {"absent": "@absent", "failed": "@failed 1", "missing": ""}.get(word, "@ok")
        elif line:
            held[name] = (_without_word(held[name], line) if adds else held[name]) + f"{line}\n"
    head = f"@samdrift-server-collection 1\n@host town\n@collected-at {COLLECTED_AT}\n"
    return closed(head + "".join(_section(one, held[one], marks[one]) for one in SECTIONS if marks[one]))


def closed(body: str) -> str:
    """Return a document with its end mark."""
    return f"{body}@end {body.count(chr(10))} {hashlib.sha256(body.encode()).hexdigest()}\n"


def _named(line: str) -> str:
    return line[1:].partition("]")[0].removeprefix("+")


def _without_word(text: str, line: str) -> str:
    word = line.split(maxsplit=1)[0]
    return "".join(f"{one}\n" for one in text.splitlines() if one.split()[:1] != [word])


def _section(name: str, text: str, mark: str) -> str:
    lines = [one if one.startswith("@file ") else f"|{one}" for one in text.splitlines()]
    return "".join(f"{one}\n" for one in (f"@section {name}", mark, *lines))
