"""Cases of servers: what their files, units and outputs say, and what is not collected."""

from ipaddress import IPv4Network
from typing import Final

from tests.compliance.cases.case import Case, Expected

_SITE: Final = {
    "role": "server",
    "management_prefixes": (IPv4Network("10.9.0.0/23"),),
    "internet_facing": True,
}


def _case(
    control: str, expected: Expected, text: str, *lines: str, says: str = "", **context: object
) -> Case:
    return Case(control, "linux", expected, text, lines or None, context={**_SITE, **context}, says=says)


def _gone(control: str, *sections: str) -> tuple[Case, ...]:
    """Return that each of the sections is needed, also where collecting it failed."""
    return tuple(
        _case(control, "ERROR", f"[{name}] {how}", says=f"the output of '{name}' is needed")
        for name in sections
        for how in ("missing", "failed")
    )


_SSHD_FILE: Final = "[sshd files]\n@file /etc/ssh/sshd_config\n"
_CONF: Final = "[rsyslog]\n@file /etc/rsyslog.conf\n"
_TLS: Final = "$DefaultNetstreamDriver gtls\n$ActionSendStreamDriverMode 1\n"
_FILTER: Final = "[nft list ruleset]\ntable inet filter {\n"
_INPUT: Final = f"{_FILTER}chain input {{\ntype filter hook input priority filter; policy drop;\n"
_OPEN: Final = f"{_FILTER}chain input {{\ntype filter hook input priority filter; policy accept;\n"

_MANAGEMENT: Final = (
    _case("MGT-01", "PASS", "", "@section packages", says="no package of telnet or rsh is installed"),
    _case("MGT-01", "FAIL", "[packages]\naide 0.18\ninetutils-telnet 2:2.4-2", "inetutils-telnet 2:2.4-2"),
    _case("MGT-01", "FAIL", "[packages]\nrsh-redone-server 85-4", says="rsh-redone-server is installed"),
    _case("MGT-01", "PASS", "[packages]\ntelnet-docs 1.0"),
    *_gone("MGT-01", "packages"),
    _case("MGT-02", "PASS", ""),
    _case(
        "MGT-02",
        "FAIL",
        "[+sshd -T]\nmacs hmac-sha2-512,umac-64-etm@openssh.com",
        "macs hmac-sha2-512,umac-64-etm@openssh.com",
    ),
    _case("MGT-02", "FAIL", "[+sshd -T]\nciphers aes256-ctr,aes128-cbc", says="weak aes128-cbc"),
    _case("MGT-02", "FAIL", "[+sshd -T]\nkexalgorithms diffie-hellman-group14-sha1"),
    _case("MGT-02", "FAIL", "[sshd -T]\nport 22", "@section sshd -T", says="the SSH ciphers are not stated"),
    _case("MGT-02", "NOT_APPLICABLE", "[sshd -T] absent"),
    *_gone("MGT-02", "sshd -T"),
    _case("MGT-03", "PASS", ""),
    _case("MGT-03", "FAIL", f"{_INPUT}tcp dport 22 accept\n}}\n}}", "tcp dport 22 accept"),
    _case(
        "MGT-03", "FAIL", f"{_INPUT}ip saddr 10.8.0.0/13 tcp dport 22 accept\n}}\n}}", says="over IPv4 may"
    ),
    _case("MGT-03", "FAIL", f"{_INPUT}ip saddr {{ 10.9.0.0/24, 192.0.2.1 }} tcp dport 22 accept\n}}\n}}"),
    _case("MGT-03", "FAIL", f"{_INPUT}tcp dport 20-25 accept\n}}\n}}"),
    _case("MGT-03", "FAIL", f"{_INPUT}tcp dport {{ 80, 22 }} accept\n}}\n}}"),
    _case("MGT-03", "FAIL", f'{_INPUT}iifname "ens18" accept\n}}\n}}', 'iifname "ens18" accept'),
    _case("MGT-03", "FAIL", f"{_INPUT}tcp dport vmap {{ 22 : accept, 23 : drop }}\n}}\n}}"),
    _case("MGT-03", "FAIL", f"{_INPUT}ct state vmap {{ established : accept, new : accept }}\n}}\n}}"),
    _case("MGT-03", "FAIL", f"{_INPUT}ct state established,new accept\n}}\n}}"),
    _case("MGT-03", "FAIL", f"{_INPUT}ip saddr @strange tcp dport 22 accept\n}}\n}}", says="may be reached"),
    _case("MGT-03", "FAIL", f"{_INPUT}jump users\n}}\nchain users {{\ntcp dport 22 accept\n}}\n}}"),
    _case(
        "MGT-03", "FAIL", f'{_INPUT}jump users\naccept\n}}\nchain users {{\niifname "a" return\ndrop\n}}\n}}'
    ),
    _case("MGT-03", "FAIL", f'{_INPUT}iifname "a" drop\ntcp dport 22 accept\n}}\n}}'),
    _case("MGT-03", "FAIL", f"{_OPEN}ip saddr 10.9.0.0/24 tcp dport 22 accept\n}}\n}}", says="nothing keeps"),
    _case("MGT-03", "FAIL", "[nft list ruleset]", "@section nft list ruleset"),
    _case(
        "MGT-03", "FAIL", f"[+sshd -T]\nport 2222\n{_INPUT}tcp dport 2222 accept\n}}\n}}", says="port 2222"
    ),
    _case(
        "MGT-03",
        "FAIL",
        "[nft list ruleset]\ntable ip filter {\nchain input {\n"
        "type filter hook input priority filter; policy drop;\n}\n}",
        "@section nft list ruleset",
        says="nothing keeps strangers from port 22 over IPv6",
    ),
    _case("MGT-03", "FAIL", f"{_OPEN}ip saddr != 10.9.0.0/24 drop\nmeta nfproto ipv6 accept\ndrop\n}}\n}}"),
    _case("MGT-03", "PASS", f"{_INPUT}ip saddr != 10.9.0.0/24 drop\nip6 saddr != fe80::1 drop\n}}\n}}"),
    _case("MGT-03", "PASS", f"{_OPEN}ip saddr 10.9.0.0/24 tcp dport 22 accept\ntcp dport 22 drop\n}}\n}}"),
    _case("MGT-03", "PASS", f"{_INPUT}ip saddr 10.9.1.0-10.9.1.40 tcp dport ssh accept\n}}\n}}"),
    _case("MGT-03", "PASS", f"{_INPUT}udp dport 22 accept\ntcp dport 443 accept\n}}\n}}"),
    _case("MGT-03", "PASS", f"{_INPUT}ct state established,related accept\n# tcp dport 22 accept\n}}\n}}"),
    _case("MGT-03", "PASS", f'{_INPUT}iifname "lo" accept\nlog prefix "accept " level info\n}}\n}}'),
    _case("MGT-03", "NOT_APPLICABLE", "[sshd -T] absent"),
    _case("MGT-03", "ERROR", "", says="management_prefixes", management_prefixes=None),
    *_gone("MGT-03", "sshd -T", "nft list ruleset"),
    _case("MGT-04", "PASS", "", "clientaliveinterval 600", "clientalivecountmax 1"),
    _case("MGT-04", "PASS", "[+sshd -T]\nclientaliveinterval 200\nclientalivecountmax 3"),
    _case("MGT-04", "FAIL", "[+sshd -T]\nclientaliveinterval 300\nclientalivecountmax 3", says="900 seconds"),
    _case("MGT-04", "FAIL", "[+sshd -T]\nclientaliveinterval 0", says="never ends"),
    _case("MGT-04", "FAIL", "[+sshd -T]\nclientalivecountmax 0", says="never ends"),
    _case(
        "MGT-04",
        "FAIL",
        f"{_SSHD_FILE}Match User backup\nClientAliveInterval 0",
        "ClientAliveInterval 0",
        says="Match User backup sets clientaliveinterval 0",
    ),
    _case("MGT-04", "PASS", f"{_SSHD_FILE}ClientAliveInterval 0\n#Match User backup\n#ClientAliveInterval 0"),
    _case("MGT-04", "NOT_APPLICABLE", "[sshd -T] absent"),
    *_gone("MGT-04", "sshd -T", "sshd files"),
    _case("MGT-05", "PASS", "", "deny = 3", "unlock_time = 900"),
    _case(
        "MGT-05", "PASS", "[faillock.conf]\n@file /etc/security/faillock.conf\nunlock_time = 0", says="until"
    ),
    _case("MGT-05", "FAIL", "[+faillock.conf]\ndeny = 5", "unlock_time = 900", "deny = 5"),
    _case("MGT-05", "FAIL", "[faillock.conf]\ndeny = 3\n# unlock_time = 900", says="for 600 seconds"),
    _case("MGT-05", "FAIL", "[faillock.conf] absent", says="for 600 seconds"),
    _case(
        "MGT-05",
        "FAIL",
        "[pam]\n@file /etc/pam.d/common-auth\n#auth required pam_faillock.so preauth\n"
        "auth required pam_unix.so",
        "@section pam",
        says="sets no limit",
    ),
    _case(
        "MGT-05",
        "FAIL",
        "[pam]\n@file /etc/pam.d/common-auth\nauth required pam_faillock.so preauth deny=10\n"
        "auth [default=die] pam_faillock.so authfail deny=10",
        says="stops after 10",
    ),
    _case("MGT-05", "FAIL", "[pam]\n@file /etc/pam.d/sshd\nauth required pam_faillock.so preauth authfail"),
    *_gone("MGT-05", "pam", "faillock.conf"),
    _case("MGT-06", "PASS", "", "banner /etc/issue.net", "Kun for autoriserede brugere."),
    _case("MGT-06", "FAIL", "[+sshd -T]\nbanner none", "banner none", says="no banner is shown"),
    _case("MGT-06", "FAIL", "[login banner] absent", "banner /etc/issue.net", says="empty"),
    _case(
        "MGT-06", "FAIL", "[login banner]\n@file /etc/issue.net\nYou are accessing a U.S. Government system"
    ),
    _case("MGT-06", "FAIL", f"{_SSHD_FILE}Match Group admins\n  Banner none", "  Banner none"),
    _case("MGT-06", "NOT_APPLICABLE", "[sshd -T] absent"),
    *_gone("MGT-06", "sshd -T", "login banner", "sshd files"),
    _case("MGT-08", "PASS", ""),
    _case("MGT-08", "FAIL", "[+kernel modules]\nsctp not-loaded there -", "sctp not-loaded there -"),
    _case("MGT-08", "FAIL", "[+kernel modules]\nsctp loaded there /bin/false", says="sctp is loaded"),
    _case("MGT-08", "FAIL", "[+kernel modules]\nrds not-loaded built-in /bin/false", says="built into"),
    _case("MGT-08", "FAIL", "[+kernel modules]\nrds not-loaded there /sbin/modprobe --ignore-install rds"),
    _case("MGT-08", "ERROR", "[kernel modules]\ncramfs not-loaded not-there -", says="dccp, sctp, rds, tipc"),
    *_gone("MGT-08", "kernel modules"),
)

_SSSD: Final = "[sssd]\n@file /etc/sssd/sssd.conf\n[domain/town.dk]\n"
_ACCOUNTS: Final = "[accounts]\nroot 0 none /bin/bash\n"
_COMMON_PASSWORD: Final = "[pam]\n@file /etc/pam.d/common-password\n"

_ACCOUNT: Final = (
    _case("AAA-01", "PASS", ""),
    _case("AAA-01", "PASS", f"{_SSSD}id_provider = ldap\nldap_uri = ldaps://10.0.0.1, ldaps://10.0.0.2"),
    _case("AAA-01", "FAIL", f"{_SSSD}id_provider = ldap\nldap_uri = ldaps://10.0.0.1", "id_provider = ldap"),
    _case("AAA-01", "FAIL", f"{_SSSD}id_provider = ad\nad_server = dc1.town.dk", says="at 1 servers"),
    _case("AAA-01", "FAIL", f"{_SSSD}id_provider = proxy", says="asks proxy"),
    _case("AAA-01", "FAIL", f"{_SSSD}# id_provider = ad", "@section sssd", says="SSSD has no domain"),
    _case("AAA-01", "FAIL", "[sssd] absent", "@section sssd"),
    _case("AAA-01", "FAIL", "[+units]\nsssd.service masked inactive", "sssd.service masked inactive"),
    _case("AAA-01", "FAIL", "[nsswitch]\npasswd: files systemd", "passwd: files systemd"),
    _case("AAA-01", "FAIL", "[pam]\n@file /etc/pam.d/common-auth\nauth required pam_unix.so", "@section pam"),
    *_gone("AAA-01", "sssd", "pam", "units", "nsswitch"),
    _case("AAA-02", "PASS", ""),
    _case("AAA-02", "PASS", "", break_glass_user=None),
    _case("AAA-02", "FAIL", "", break_glass_user="nobody"),
    _case("AAA-02", "FAIL", "[+accounts]\nroot 0 yescrypt /bin/bash", "root 0 yescrypt /bin/bash"),
    _case("AAA-02", "FAIL", "[+accounts]\ntoor 0 none /bin/bash", "toor 0 none /bin/bash", says="has UID 0"),
    _case("AAA-02", "FAIL", "[+accounts]\nvendor 1002 sha512 /bin/bash", says="breakglass, vendor takes"),
    _case("AAA-02", "FAIL", f"{_ACCOUNTS}breakglass 1000 locked /bin/bash", says="no account takes"),
    _case("AAA-02", "FAIL", "[accounts]", "@section accounts", says="nothing is told of root"),
    *_gone("AAA-02", "accounts"),
    _case("AAA-03", "PASS", ""),
    _case("AAA-03", "PASS", "[login.defs]\nENCRYPT_METHOD SHA512 # strong"),
    _case("AAA-03", "FAIL", "[login.defs]\nENCRYPT_METHOD SHA512\nENCRYPT_METHOD MD5", "ENCRYPT_METHOD MD5"),
    _case("AAA-03", "FAIL", "[login.defs]\n# ENCRYPT_METHOD SHA512", says="states no ENCRYPT_METHOD"),
    _case("AAA-03", "FAIL", "[+accounts]\nguest 1002 empty /bin/sh", "guest 1002 empty /bin/sh"),
    _case("AAA-03", "FAIL", "[+accounts]\nold 1002 md5 /bin/sh", says="of the kind md5"),
    _case("AAA-03", "FAIL", "[+accounts]\nodd 1002 unknown /bin/sh"),
    _case("AAA-03", "PASS", "[+accounts]\noff 1002 locked /bin/sh"),
    _case("AAA-03", "FAIL", f"{_COMMON_PASSWORD}password [success=1 default=ignore] pam_unix.so md5"),
    *_gone("AAA-03", "login.defs", "accounts", "pam"),
    _case("AAA-04", "PASS", "", "minlen = 15"),
    _case("AAA-04", "PASS", "[pwquality]\nminlen=20", "minlen=20"),
    _case("AAA-04", "FAIL", "[pwquality]\nminlen = 8", "minlen = 8"),
    _case("AAA-04", "FAIL", "[pwquality]\n# minlen = 15", "@section pwquality", says="no minlen is stated"),
    _case(
        "AAA-04",
        "FAIL",
        "[+pwquality]\n@file /etc/security/pwquality.conf.d/a.conf\nminlen = 9",
        "minlen = 9",
    ),
    _case(
        "AAA-04",
        "FAIL",
        f"{_COMMON_PASSWORD}password requisite pam_pwquality.so minlen=8",
        says="minlen is 8",
    ),
    _case("AAA-04", "FAIL", f"{_COMMON_PASSWORD}#password requisite pam_pwquality.so", "@section pam"),
    *_gone("AAA-04", "pwquality", "pam"),
    _case("AAA-05", "PASS", ""),
    _case("AAA-05", "PASS", "[auditctl -l]\n-w /etc/sudoers.d -p wa\n-w /etc -p rwxa", says="are watched"),
    _case(
        "AAA-05",
        "PASS",
        "[auditctl -l]\n-a always,exit -F arch=b64 -S all -F dir=/etc -F perm=wa -F key=identity",
    ),
    _case("AAA-05", "FAIL", "[auditctl -l]\n-a always,exit -F arch=b32 -F dir=/etc -F perm=wa"),
    _case("AAA-05", "FAIL", "[auditctl -l]\n-a always,exit -S openat -F dir=/etc -F perm=wa"),
    _case("AAA-05", "FAIL", "[auditctl -l]\nNo rules", "@section auditctl -l", says="is not watched"),
    _case("AAA-05", "FAIL", "[auditctl -l]\n-w /etc -p r -k reading", says="/etc/sudoers, "),
    _case(
        "AAA-05",
        "FAIL",
        "[auditctl -l]\n-a always,exit -F dir=/etc -F perm=wa -F auid=1000",
        says="not watched",
    ),
    _case("AAA-05", "FAIL", "[auditctl -l]\n-a never,exit -F dir=/etc -F perm=wa", says="not watched"),
    _case("AAA-05", "FAIL", "[+auditctl -s]\nenabled 0", "enabled 0", says="auditing is off"),
    _case("AAA-05", "FAIL", "[+units]\nauditd.service masked inactive", "auditd.service masked inactive"),
    *_gone("AAA-05", "auditctl -l", "auditctl -s", "units"),
    _case("AAA-06", "PASS", "", role="jump-host"),
    _case("AAA-06", "NOT_APPLICABLE", ""),
    _case(
        "AAA-06",
        "FAIL",
        "[+sshd -T]\nauthenticationmethods any",
        "authenticationmethods any",
        role="jump-host",
    ),
    _case(
        "AAA-06",
        "FAIL",
        "[+sshd -T]\nauthenticationmethods publickey,keyboard-interactive publickey",
        says="lets in with publickey alone",
        role="jump-host",
    ),
    _case(
        "AAA-06",
        "FAIL",
        f"{_SSHD_FILE}Match User vendor\nAuthenticationMethods password",
        "AuthenticationMethods password",
        role="jump-host",
    ),
    _case(
        "AAA-06",
        "FAIL",
        "[pam]\n@file /etc/pam.d/sshd\nauth required pam_google_authenticator.so nullok",
        "auth required pam_google_authenticator.so nullok",
        role="jump-host",
    ),
    _case(
        "AAA-06",
        "FAIL",
        "[pam]\n@file /etc/pam.d/sshd\nauth optional pam_oath.so",
        says="pam_oath.so may be left out",
        role="jump-host",
    ),
    _case(
        "AAA-06",
        "FAIL",
        "[pam]\n@file /etc/pam.d/sshd\n# auth required pam_oath.so\n@file /etc/pam.d/common-auth\n"
        "auth required pam_oath.so",
        "@section pam",
        says="no second factor",
        role="jump-host",
    ),
    _case("AAA-06", "NOT_APPLICABLE", "[sshd -T] absent", role="jump-host"),
    _case("AAA-06", "ERROR", "", says="role", role=None),
    _case("AAA-06", "ERROR", "[pam] missing", says="'pam'", role="jump-host"),
    _case("AAA-06", "ERROR", "[sshd -T] failed", says="'sshd -T'", role="jump-host"),
    _case("AAA-06", "ERROR", "[sshd files] missing", says="'sshd files'", role="jump-host"),
)

_CHRONY: Final = "[chrony]\n@file /etc/chrony/chrony.conf\n"

_RECORDS: Final = (
    _case("SNMP-01", "PASS", "", "rouser ops priv"),
    _case("SNMP-01", "PASS", "[snmpd] absent", "@section snmpd"),
    _case("SNMP-01", "PASS", "[snmpd]\n#rocommunity public\nrouser ops priv"),
    _case("SNMP-01", "FAIL", "[snmpd]\nrocommunity <secret>", "rocommunity <secret>"),
    _case("SNMP-01", "FAIL", "[snmpd]\nRWCommunity6 <secret>"),
    _case("SNMP-01", "FAIL", "[snmpd]\ncom2sec <secret>"),
    *_gone("SNMP-01", "snmpd"),
    _case("NTP-01", "PASS", ""),
    _case("NTP-01", "PASS", f"{_CHRONY}server 10.0.0.11 maxpoll 16\nserver 10.0.0.12 maxpoll 10"),
    _case("NTP-01", "FAIL", f"{_CHRONY}server 10.0.0.11\nserver 10.0.0.11 iburst", says="1 of the site's"),
    _case("NTP-01", "FAIL", f"{_CHRONY}server 10.0.0.11\n#server 10.0.0.12", "server 10.0.0.11"),
    _case("NTP-01", "FAIL", f"{_CHRONY}pool 2.debian.pool.ntp.org iburst", "@section chrony"),
    _case(
        "NTP-01",
        "FAIL",
        f"{_CHRONY}server 10.0.0.11\nserver 10.0.0.12 maxpoll 20",
        "server 10.0.0.12 maxpoll 20",
    ),
    _case("NTP-01", "FAIL", "[+packages]\nsystemd-timesyncd 252", "systemd-timesyncd 252"),
    _case("NTP-01", "FAIL", "[+units]\nchrony.service enabled failed", "chrony.service enabled failed"),
    _case("NTP-01", "ERROR", "", says="ntp_servers", ntp_servers=None),
    *_gone("NTP-01", "chrony", "units", "packages"),
    _case("LOG-01", "PASS", ""),
    _case("LOG-01", "PASS", f"{_CONF}{_TLS}*.* @@10.0.0.21:6514\n*.info;mail.none @@10.0.0.22:6514"),
    _case(
        "LOG-01", "FAIL", f"{_CONF}{_TLS}*.* @@10.0.0.21:6514\n#*.* @@10.0.0.22:6514", "*.* @@10.0.0.21:6514"
    ),
    _case(
        "LOG-01",
        "FAIL",
        f"{_CONF}{_TLS}*.* @@10.0.0.21:6514\n*.* @10.0.0.22",
        says="10.0.0.22 is reached without TLS",
    ),
    _case("LOG-01", "FAIL", f"{_CONF}*.* @@10.0.0.21:6514\n*.* @@10.0.0.22:6514", says="without TLS"),
    _case(
        "LOG-01",
        "FAIL",
        f"{_CONF}{_TLS}*.* @@10.0.0.21:6514\n*.* @@192.0.2.1:6514",
        says="none of the site's",
    ),
    _case(
        "LOG-01",
        "FAIL",
        f"{_CONF}{_TLS}*.* @@10.0.0.21:6514\n*.err @@10.0.0.22:6514",
        says="does not get auth",
    ),
    _case(
        "LOG-01", "FAIL", f"{_CONF}{_TLS}*.* @@10.0.0.21:6514\n*.* stop\n*.* @@10.0.0.22:6514", says="not get"
    ),
    _case(
        "LOG-01",
        "FAIL",
        f"{_CONF}{_TLS}*.* @@10.0.0.21\nif $msg contains 'x' then @@10.0.0.22",
        says="expression",
    ),
    _case(
        "LOG-01",
        "FAIL",
        f"{_CONF}{_TLS}*.* @@10.0.0.21\n@file /etc/rsyslog.d/a.conf\n*.* @@10.0.0.22:6514",
        "*.* @@10.0.0.21",
        says="1 of the site's",
    ),
    _case("LOG-01", "FAIL", "[+units]\nrsyslog.service enabled failed", "rsyslog.service enabled failed"),
    _case("LOG-01", "FAIL", "[rsyslog] absent", "@section rsyslog"),
    _case("LOG-01", "ERROR", "", says="log_servers", log_servers=None),
    *_gone("LOG-01", "rsyslog", "units"),
    _case("LOG-02", "PASS", "", "Storage=persistent", "Etc/UTC"),
    _case(
        "LOG-02",
        "PASS",
        "[journald]\n[Journal]\n#Storage=volatile",
        says="auto by default and /var/log/journal",
    ),
    _case("LOG-02", "FAIL", "[time zone]\nEurope/Copenhagen", "Europe/Copenhagen"),
    _case(
        "LOG-02", "FAIL", "[journal store]\nnone\n[journald]\n[Journal]", says="/var/log/journal is missing"
    ),
    _case(
        "LOG-02",
        "FAIL",
        "[journald]\n@file /etc/systemd/journald.conf\n[Journal]\nStorage=persistent\n"
        "@file /etc/systemd/journald.conf.d/50.conf\n[Journal]\nStorage=none",
        "Storage=none",
    ),
    _case("LOG-02", "FAIL", "[journald]\n[Other]\nStorage=persistent\n[journal store]\nnone"),
    *_gone("LOG-02", "time zone", "journald", "journal store"),
    _case("LOG-03", "PASS", ""),
    _case(
        "LOG-03",
        "PASS",
        f"{_CONF}auth,authpriv.info @@10.0.0.21",
        "rsyslog.service enabled active",
        "auth,authpriv.info @@10.0.0.21",
    ),
    _case(
        "LOG-03", "FAIL", f"{_CONF}*.*;auth,authpriv.none @@10.0.0.21", "*.*;auth,authpriv.none @@10.0.0.21"
    ),
    _case("LOG-03", "FAIL", f"{_CONF}auth.* @@10.0.0.21\nauthpriv.* @@192.0.2.7"),
    _case("LOG-03", "FAIL", f"{_CONF}auth,authpriv.warning @@10.0.0.21"),
    _case("LOG-03", "FAIL", f"{_CONF}authpriv.* /var/log/auth.log\n& stop\n*.* @@10.0.0.21", says="to none"),
    _case("LOG-03", "FAIL", "[+units]\nrsyslog.service disabled active", "rsyslog.service disabled active"),
    _case("LOG-03", "ERROR", "", says="log_servers", log_servers=None),
    *_gone("LOG-03", "rsyslog", "units"),
    _case("CP-01", "PASS", ""),
    _case("CP-01", "FAIL", "[+sysctl]\nnet.ipv4.tcp_syncookies = 0", "net.ipv4.tcp_syncookies = 0"),
    _case("CP-01", "FAIL", "[+sysctl]\nnet.ipv4.conf.all.accept_redirects = 1"),
    _case(
        "CP-01",
        "FAIL",
        "[+sysctl]\nnet.ipv4.conf.ens18.send_redirects = 1",
        "net.ipv4.conf.ens18.send_redirects = 1",
    ),
    _case("CP-01", "FAIL", "[+sysctl]\nnet.ipv4.conf.all.accept_source_route = 1"),
    _case(
        "CP-01", "FAIL", "[+sysctl]\nnet.ipv4.conf.ens18.100.proxy_arp = 1", says="ens18.100.proxy_arp is 1"
    ),
    _case("CP-01", "ERROR", "[sysctl]\nnet.ipv4.tcp_syncookies = 1", says="accept_redirects"),
    *_gone("CP-01", "sysctl"),
)

_DENY: Final = "Default: deny (incoming), allow (outgoing), disabled (routed)"
_UFW: Final = f"[ufw status verbose]\nStatus: active\n{_DENY}\n[+units]\nufw.service enabled active"

_SERVER: Final = (
    _case("SRV-01", "PASS", ""),
    _case("SRV-01", "PASS", _UFW, says="ufw denies incoming by default"),
    _case("SRV-01", "FAIL", _UFW.replace("deny (inc", "allow (inc"), _DENY.replace("deny", "allow", 1)),
    _case("SRV-01", "FAIL", f"{_UFW}\nufw.service disabled active", "ufw.service disabled active"),
    _case("SRV-01", "FAIL", "[+units]\nnftables.service masked inactive", "nftables.service masked inactive"),
    _case(
        "SRV-01", "FAIL", "[nft list ruleset]", "@section nft list ruleset", says="nothing denies by default"
    ),
    _case("SRV-01", "FAIL", f"{_OPEN}tcp dport 22 accept\n}}\n}}", "chain input {"),
    _case("SRV-01", "FAIL", f"{_INPUT}tcp dport 22 accept\naccept\n}}\n}}", "accept"),
    _case("SRV-01", "FAIL", f"{_INPUT}ip saddr 0.0.0.0/0 accept\n}}\n}}", says="over IPv4"),
    _case("SRV-01", "FAIL", f"{_INPUT}tcp dport 1-65535 accept\n}}\n}}"),
    _case("SRV-01", "FAIL", f"{_OPEN}# drop\n}}\n}}"),
    _case("SRV-01", "PASS", f"{_OPEN}tcp dport 443 accept\ncounter packets 0 bytes 0 drop\n}}\n}}"),
    _case("SRV-01", "PASS", f"{_OPEN}reject with icmpx type admin-prohibited\n}}\n}}"),
    _case(
        "SRV-01",
        "PASS",
        "[+sysctl]\nnet.ipv6.conf.all.disable_ipv6 = 1\n[nft list ruleset]\ntable ip filter {\n"
        "chain INPUT {\ntype filter hook input priority filter; policy drop;\n}\n}",
    ),
    *_gone("SRV-01", "nft list ruleset", "ufw status verbose", "units"),
    _case("SRV-02", "PASS", ""),
    _case(
        "SRV-02", "FAIL", "[+sshd -T]\npermitrootlogin without-password", "permitrootlogin without-password"
    ),
    _case("SRV-02", "FAIL", "[+sshd -T]\npermitemptypasswords yes", says="permitemptypasswords is yes"),
    _case("SRV-02", "FAIL", "[+sshd -T]\npermituserenvironment LANG,LC_*"),
    _case("SRV-02", "FAIL", "[+sshd -T]\nusepam no"),
    _case("SRV-02", "PASS", f"{_SSHD_FILE}PermitRootLogin yes\n# Match all\n#PermitRootLogin yes"),
    _case(
        "SRV-02",
        "FAIL",
        f"{_SSHD_FILE}match address 10.9.0.0/24\n\tpermitrootlogin=yes",
        "\tpermitrootlogin=yes",
    ),
    _case(
        "SRV-02",
        "FAIL",
        f"{_SSHD_FILE}@file /etc/ssh/sshd_config.d/90.conf\nMatch all\nPermitRootLogin yes",
        "PermitRootLogin yes",
        says="Match all sets permitrootlogin yes",
    ),
    _case("SRV-02", "ERROR", f"{_SSHD_FILE}Include /etc/ssh/site/*.conf", says="/etc/ssh/site/*.conf"),
    _case("SRV-02", "NOT_APPLICABLE", "[sshd -T] absent"),
    *_gone("SRV-02", "sshd -T", "sshd files"),
    _case("SRV-03", "PASS", ""),
    _case(
        "SRV-03",
        "PASS",
        "[+units]\ndailyaidecheck.timer disabled inactive\n[aide schedule]\ncron /etc/cron.daily/aide",
    ),
    _case("SRV-03", "FAIL", "[+units]\ndailyaidecheck.timer enabled inactive", "@section aide schedule"),
    _case("SRV-03", "FAIL", "[packages]\nopenssh-server 1:9.2", says="AIDE is not installed"),
    _case("SRV-03", "FAIL", "[apparmor]\nN", says="AppArmor is off in the kernel"),
    _case("SRV-03", "FAIL", "[apparmor]\nY\ncomplain 4", says="no profile of AppArmor enforces"),
    _case("SRV-03", "FAIL", "[+units]\napparmor.service masked inactive", "apparmor.service masked inactive"),
    _case("SRV-03", "FAIL", "[+units]\nauditd.service disabled active", "auditd.service disabled active"),
    _case("SRV-03", "FAIL", "[auditctl -s] absent", "@section auditctl -s", says="auditing is off"),
    *_gone("SRV-03", "units", "auditctl -s", "apparmor", "packages", "aide schedule"),
)

_READ: Final = "[updates]\nlists 2026-11-21T04:00:00Z\nsecurity-source\n"
_PENDING: Final = "pending openssl 3.0.15 3.0.17 security"

_UPDATE: Final = (
    _case("SRV-04", "PASS", ""),
    _case("SRV-04", "PASS", f"{_READ}last-upgrade 2026-11-01T04:00:00Z\n{_PENDING}", says="20 days before"),
    _case("SRV-04", "PASS", f"{_READ}pending vim 1 2 other"),
    _case(
        "SRV-04", "FAIL", f"{_READ}last-upgrade 2026-10-01T04:00:00Z\n{_PENDING}", _PENDING, says="51 days"
    ),
    _case("SRV-04", "PASS", f"{_READ}last-upgrade 2026-10-01T04:00:00Z\n{_PENDING}", internet_facing=False),
    _case("SRV-04", "FAIL", f"{_READ}last-upgrade 2026-08-01T04:00:00Z\n{_PENDING}", internet_facing=False),
    _case("SRV-04", "FAIL", f"{_READ}{_PENDING}", _PENDING, says="upgraded never"),
    _case(
        "SRV-04",
        "FAIL",
        f"{_READ}last-upgrade 2026-11-20T04:00:00Z\nheld openssl\n{_PENDING}",
        says="is held",
    ),
    _case("SRV-04", "FAIL", "[updates]\nlists 2026-09-01T04:00:00Z\nsecurity-source", says="81 days before"),
    _case("SRV-04", "FAIL", "[updates]\nlists 2026-11-21T04:00:00Z", says="no source of security updates"),
    _case("SRV-04", "FAIL", "[updates]", "@section updates", says="never read"),
    _case(
        "SRV-04",
        "FAIL",
        f"{_READ}reboot-required 2026-09-30T04:00:00Z",
        says="a reboot is due since 2026-09-30",
    ),
    _case("SRV-04", "PASS", f"{_READ}reboot-required 2026-11-19T04:00:00Z"),
    _case("SRV-04", "ERROR", "", says="internet_facing", internet_facing=None),
    *_gone("SRV-04", "updates"),
)

CASES: Final = (*_MANAGEMENT, *_ACCOUNT, *_RECORDS, *_SERVER, *_UPDATE)
