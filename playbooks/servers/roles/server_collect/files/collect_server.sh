#!/bin/sh
# Say what a Debian or Ubuntu server is configured to do, as one text document; nothing on it is changed.
#
# Run as root: sudo sh collect_server.sh > server.txt
#
# Every line of content begins with "|", every mark with "@", and the last line holds the number of lines and
# the SHA-256 of all that stands before it. No secret leaves the server: of a password only the kind of its hash
# is told, SNMP communities and passphrases are replaced, and of SSSD only a few settings are read.
set -u
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
unset GREP_OPTIONS

content() {
    iconv -c -f UTF-8 -t UTF-8 | tr -d '\r' | tr '\000-\010\013\014\016-\037\177' '?' | sed 's/^/|/'
}

# section NAME COMMAND...: what the command says; "absent" where it is not installed, "failed" where it fails.
section() {
    name=$1
    shift
    if ! command -v "$1" >/dev/null 2>&1; then
        printf '@section %s\n@absent\n' "$name"
        return
    fi
    if said=$("$@" 2>/dev/null); then
        printf '@section %s\n@ok\n' "$name"
        if [ -n "$said" ]; then printf '%s\n' "$said" | content; fi
    else
        printf '@section %s\n@failed %s\n' "$name" "$?"
    fi
}

# files NAME FILTER PATH...: the files that are there, each below its path; "absent" where none is.
files() {
    name=$1
    filter=$2
    shift 2
    found=absent
    for path in "$@"; do
        if [ -f "$path" ]; then found=ok; fi
    done
    printf '@section %s\n@%s\n' "$name" "$found"
    for path in "$@"; do
        if [ -f "$path" ]; then
            printf '@file %s\n' "$path"
            "$filter" <"$path" | content
        fi
    done
}

as_it_is() { sed -e '$a\'; }

# Only who may ask is read: keys of users stand in the same files. A community's line is cut after its keyword.
of_snmp() {
    sed -n -E -e 's/^([[:space:]]*(r[ow]community6?|authcommunity|com2sec6?)[[:space:]]+).*/\1<secret>/Ip;t' \
        -e '/^[[:space:]]*r[ow]user[[:space:]]/Ip'
}

without_log_secrets() {
    sed -E 's/((pwd|password|pass|token|serverkey|httpheaderkey)[[:space:]]*=[[:space:]]*)"[^"]*"/\1"<secret>"/Ig'
}

# Only these settings of SSSD are read; binding passwords stand in the same file.
of_sssd() {
    grep -E -i '^[[:space:]]*(\[|services|domains|id_provider|auth_provider|access_provider|ad_server|ad_backup_server|ipa_server|ldap_uri|ldap_backup_uri|krb5_server)' || true
}

kind_of_hash() {
    awk -F: '
        function kind(field) {
            if (field == "") return "empty"
            if (field ~ /^[!*]/) {
                sub(/^[!*]+/, "", field)
                return field ~ /^\$/ ? "locked" : "none"
            }
            if (field == "x") return "shadowed"
            if (field ~ /^\$y\$/) return "yescrypt"
            if (field ~ /^\$gy\$/) return "gost-yescrypt"
            if (field ~ /^\$6\$/) return "sha512"
            if (field ~ /^\$5\$/) return "sha256"
            if (field ~ /^\$2[abxy]?\$/) return "bcrypt"
            if (field ~ /^\$7\$/) return "scrypt"
            if (field ~ /^\$(1|md5)[$,]/) return "md5"
            if (field ~ /^_/) return "bsdi-des"
            if (length(field) == 13) return "des"
            return "unknown"
        }
        FNR == NR { stored[$1] = kind($2); next }
        { own = kind($2); print $1, $3, (own == "shadowed" ? ($1 in stored ? stored[$1] : "none") : own), ($7 == "" ? "/bin/sh" : $7) }
    ' /etc/shadow /etc/passwd
}

installed_packages() {
    dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\n' | awk '$3 ~ /^.i/ { print $1, $2 }' | sort
}

units() {
    for unit in ssh.service ssh.socket telnet.socket inetd.service xinetd.service rsh.socket rlogin.socket \
        ufw.service nftables.service auditd.service apparmor.service rsyslog.service chrony.service \
        chronyd.service systemd-timesyncd.service sssd.service snmpd.service unattended-upgrades.service \
        apt-daily-upgrade.timer dailyaidecheck.timer aidecheck.timer; do
        enabled=$(systemctl is-enabled "$unit" 2>/dev/null)
        active=$(systemctl is-active "$unit" 2>/dev/null)
        printf '%s %s %s\n' "$unit" "${enabled:-not-found}" "${active:-unknown}"
    done
}

kernel_settings() {
    sysctl -a 2>/dev/null | grep -E '^net\.(ipv4\.tcp_syncookies|ipv4\.ip_forward|ipv[46]\.conf\..*\.(accept_redirects|send_redirects|accept_source_route|proxy_arp|disable_ipv6)) = '
}

kernel_modules() {
    for module in cramfs dccp sctp rds tipc; do
        loaded=not-loaded
        if grep -q "^$module " /proc/modules; then loaded=loaded; fi
        there=not-there
        if find "/lib/modules/$(uname -r)" -name "$module.ko*" 2>/dev/null | grep -q .; then there=there; fi
        if grep -q "/$module\.ko" "/lib/modules/$(uname -r)/modules.builtin" 2>/dev/null; then there=built-in; fi
        rule=$(modprobe --showconfig 2>/dev/null | sed -n "s/^install $module[[:space:]]*//p" | tail -n 1)
        printf '%s %s %s %s\n' "$module" "$loaded" "$there" "${rule:--}"
    done
    [ -d "/lib/modules/$(uname -r)" ]
}

time_zone() {
    # Without the file it is UTC, says localtime(5).
    if [ ! -e /etc/localtime ]; then echo UTC; else readlink -f /etc/localtime | sed -n -e 's|^.*/zoneinfo/posix/||p;t' -e 's|^.*/zoneinfo/||p'; fi
}

journal_store() {
    if [ -d /var/log/journal ]; then echo persistent; else echo none; fi
}

apparmor_state() {
    cat /sys/module/apparmor/parameters/enabled 2>/dev/null || echo N
    if [ -r /sys/kernel/security/apparmor/profiles ]; then
        awk '{ count[$NF]++ } END { for (mode in count) print mode, count[mode] }' /sys/kernel/security/apparmor/profiles | tr -d '()'
    fi
}

aide_schedule() {
    for path in /etc/cron.daily/aide /etc/cron.daily/dailyaidecheck /etc/cron.d/aide /etc/cron.d/dailyaidecheck; do
        if [ -x "$path" ] || { [ -f "$path" ] && [ "${path#/etc/cron.d/}" != "$path" ]; }; then
            if [ "${path#/etc/cron.d/}" = "$path" ] || grep -E -q '^[^#]*aide' "$path"; then printf 'cron %s\n' "$path"; fi
        fi
    done
    for path in /etc/crontab /var/spool/cron/crontabs/root; do
        if [ -f "$path" ] && grep -E -q '^[^#]*aide' "$path"; then printf 'cron %s\n' "$path"; fi
    done
    return 0
}

when() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }

# The last time that everything was upgraded, not only a package that somebody named.
last_upgrade() {
    newest=0
    for stamp in /var/lib/apt/periodic/unattended-upgrades-stamp /var/lib/apt/periodic/upgrade-stamp; do
        if [ -f "$stamp" ]; then
            at=$(stat -c %Y "$stamp")
            if [ "$at" -gt "$newest" ]; then newest=$at; fi
        fi
    done
    at=$( { for log in /var/log/apt/history.log.*.gz; do if [ -f "$log" ]; then zcat "$log"; fi; done
        cat /var/log/apt/history.log 2>/dev/null; } | awk '
            /^Commandline: / { whole = ($0 ~ /(apt|apt-get|aptitude|unattended-upgrade)( .*)?( (dist-|full-|safe-)?upgrade|unattended-upgrade)( |$)/ || $0 ~ /unattended-upgrade( |$)/) }
            /^Error: / { whole = 0 }
            /^End-Date: / { if (whole) last = $2 " " $3; whole = 0 }
            END { print last }')
    if [ -n "$at" ] && at=$(date -d "$at" +%s 2>/dev/null) && [ "$at" -gt "$newest" ]; then newest=$at; fi
    if [ "$newest" -gt 0 ]; then printf 'last-upgrade %s\n' "$(when "$newest")"; fi
}

updates() {
    lists=$(find /var/lib/apt/lists -maxdepth 1 -type f -name '*InRelease' -printf '%T@\n' 2>/dev/null | sort -n | tail -n 1)
    if [ -f /var/lib/apt/periodic/update-success-stamp ]; then
        stamp=$(stat -c %Y /var/lib/apt/periodic/update-success-stamp)
        if [ "$stamp" -gt "${lists%%.*}" ] 2>/dev/null; then lists=$stamp; fi
    fi
    if [ -n "$lists" ]; then printf 'lists %s\n' "$(when "${lists%%.*}")"; fi
    apt-cache policy 2>/dev/null | awk '/release / && /-security/ { found = 1 } END { if (found) print "security-source" }'
    last_upgrade
    if [ -f /run/reboot-required ]; then printf 'reboot-required %s\n' "$(when "$(stat -c %Y /run/reboot-required)")"; fi
    apt-mark showhold | sed 's/^/held /'
    planned=$(apt-get -s -o Debug::NoLocking=1 --ignore-hold dist-upgrade) || return 1
    printf '%s\n' "$planned" | awk '/^Inst / {
        name = $2; old = "-"
        if ($3 ~ /^\[/) { old = $3; gsub(/[][]/, "", old) }
        origin = $0; sub(/^[^(]*\(/, "", origin); sub(/\).*$/, "", origin)
        split(origin, part, " ")
        print "pending", name, old, part[1], (origin ~ /-[Ss]ecurity/ ? "security" : "other")
    }'
}

banner() {
    shown=$(sshd -T 2>/dev/null | sed -n 's/^banner //p')
    case $shown in /*) ;; *) shown=/nowhere ;; esac
    files 'login banner' as_it_is "$shown"
}

document() {
    printf '@samdrift-server-collection 1\n@host %s\n@collected-at %s\n' "$(uname -n)" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
    section 'sshd -T' sshd -T
    files 'sshd files' as_it_is /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf
    banner
    section 'packages' installed_packages
    section 'units' units
    section 'accounts' kind_of_hash
    files 'login.defs' as_it_is /etc/login.defs
    files 'pam' as_it_is /etc/pam.d/common-auth /etc/pam.d/common-account /etc/pam.d/common-password /etc/pam.d/sshd
    files 'faillock.conf' as_it_is /etc/security/faillock.conf
    files 'pwquality' as_it_is /etc/security/pwquality.conf.d/*.conf /etc/security/pwquality.conf
    files 'chrony' as_it_is /etc/chrony/chrony.conf /etc/chrony/conf.d/*.conf /etc/chrony/sources.d/*.sources
    files 'rsyslog' without_log_secrets /etc/rsyslog.conf /etc/rsyslog.d/*.conf
    files 'journald' as_it_is /etc/systemd/journald.conf /usr/lib/systemd/journald.conf.d/*.conf /run/systemd/journald.conf.d/*.conf /etc/systemd/journald.conf.d/*.conf
    section 'journal store' journal_store
    section 'time zone' time_zone
    section 'sysctl' kernel_settings
    section 'kernel modules' kernel_modules
    section 'nft list ruleset' nft list ruleset
    section 'ufw status verbose' ufw status verbose
    section 'apparmor' apparmor_state
    section 'auditctl -s' auditctl -s
    section 'auditctl -l' auditctl -l
    section 'aide schedule' aide_schedule
    section 'updates' updates
    files 'snmpd' of_snmp /etc/snmp/snmpd.conf /etc/snmp/snmpd.conf.d/*.conf /var/lib/snmp/snmpd.conf
    files 'sssd' of_sssd /etc/sssd/sssd.conf /etc/sssd/conf.d/*.conf
    files 'nsswitch' as_it_is /etc/nsswitch.conf
}

if [ "$(id -u)" -ne 0 ]; then
    echo 'collect_server.sh: run it as root, or half of the server stays unseen' >&2
    exit 1
fi
told=$(document)
printf '%s\n' "$told"
printf '@end %s %s\n' "$(printf '%s\n' "$told" | wc -l)" "$(printf '%s\n' "$told" | sha256sum | cut -d ' ' -f 1)"
