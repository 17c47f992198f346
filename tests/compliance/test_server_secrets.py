"""No secret leaves a server: what the collector's functions make of files that hold some."""

import subprocess
from pathlib import Path

import pytest

COLLECTOR = (
    Path(__file__).parents[2]
    / "playbooks"
    / "servers"
    / "roles"
    / "server_collect"
    / "files"
    / "collect_server.sh"
)
SECRET = "Vintergaek-9"
HASHES = {
    "yescrypt": "$y$j9T$salt$hash",
    "gost-yescrypt": "$gy$j9T$salt$hash",
    "sha512": "$6$salt$hash",
    "sha256": "$5$salt$hash",
    "bcrypt": "$2b$05$salthash",
    "scrypt": "$7$salt$hash",
    "md5": "$1$salt$hash",
    "bsdi-des": "_J9..salthash",
    "des": "abJnggxhB/yWI",
    "unknown": "plain",
    "empty": "",
    "locked": "!$6$salt$hash",
    "none": "!*",
}


def call(function: str, given: str = "", **replaced: str) -> str:
    """Run one function of the collector, without the collection itself."""
    functions = COLLECTOR.read_text(encoding="utf-8").partition('if [ "$(id -u)"')[0]
    for old, new in replaced.items():
        functions = functions.replace(f"/etc/{old}", new)
    done = subprocess.run(
        ["sh", "-c", f"{functions}\n{function}"],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("function", "line", "left"),
    [
        ("of_snmp", f"rocommunity {SECRET} 10.0.0.0/8", "rocommunity <secret>\n"),
        ("of_snmp", f"  RWCommunity6\t{SECRET}", "  RWCommunity6\t<secret>\n"),
        ("of_snmp", f"com2sec -Cn site local default {SECRET}", "com2sec <secret>\n"),
        ("of_snmp", f"usmUser 1 3 0x80 0x62 {SECRET}", ""),
        ("of_snmp", f"createUser ops SHA {SECRET} AES {SECRET}", ""),
        ("of_snmp", f"trap2sink 10.0.0.1 {SECRET}", ""),
        ("of_snmp", "rouser ops priv", "rouser ops priv\n"),
        ("of_sssd", f"ldap_default_authtok = {SECRET}", ""),
        ("of_sssd", "id_provider = ldap", "id_provider = ldap\n"),
        (
            "without_log_secrets",
            f'action(type="ompgsql" uid="log" pwd="{SECRET}")',
            'action(type="ompgsql" uid="log" pwd="<secret>")\n',
        ),
    ],
)
def test_secret_of_a_file_is_left_out(function: str, line: str, left: str) -> None:
    assert call(function, f"{line}\n") == left


def test_only_the_kind_of_a_hash_is_told(tmp_path: Path) -> None:
    shadow, passwd = tmp_path / "shadow", tmp_path / "passwd"
    shadow.write_text("".join(f"{kind}:{field}:20000:0:::::\n" for kind, field in HASHES.items()))
    lines = [f"{kind}:x:{1000 + n}:100::/home:/bin/bash\n" for n, kind in enumerate(HASHES)]
    # What passwd holds counts where it is no "x"; an account that shadow does not know has no password.
    passwd.write_text("".join([*lines, "open::0:0::/:\n", "gone:x:7:7::/:/bin/sh\n"]))
    told = call("kind_of_hash", shadow=str(shadow), passwd=str(passwd))
    expected = [f"{kind} {1000 + n} {kind} /bin/bash" for n, kind in enumerate(HASHES)]
    assert told.splitlines() == [*expected, "open 0 empty /bin/sh", "gone 7 none /bin/sh"]


def test_control_characters_and_foreign_bytes_do_not_break_the_document() -> None:
    assert call(r"printf 'a\033[1mb\r\n\tc\n' | content") == "|a?[1mb\n|\tc\n"
