"""Cases of root's login over SSH."""

from typing import Final

from tests.compliance.cases.case import Case, Expected

_USER: Final = "set system login user ops class super-user\n"


def _case(expected: Expected, text: str, *lines: str, says: str = "", by_hand: str = "") -> Case:
    return Case("SRV-02", "junos", expected, text, lines or None, says=says, by_hand=by_hand)


_SSH: Final = "set system services ssh"

CASES: Final = (
    _case(
        "PASS",
        f"{_SSH} root-login deny\n{_SSH} protocol-version v2",
        f"{_SSH} root-login deny",
        says="root login over SSH is 'deny'",
    ),
    _case("FAIL", f"{_USER}{_SSH} root-login allow", f"{_SSH} root-login allow", says="'allow'"),
    _case("FAIL", f"{_USER}{_SSH} root-login deny-password", says="'deny-password'"),
    _case(
        "FAIL",
        f"{_USER}{_SSH} protocol-version v2",
        f"{_SSH} protocol-version v2",
        says="left to the default of the release",
    ),
    _case("FAIL", f"{_USER}set system services netconf ssh", "set system services netconf ssh"),
    _case("FAIL", f"{_USER}{_SSH} root-login deny\ndelete system services ssh root-login\n{_SSH}"),
    _case("FAIL", f"{_USER}{_SSH} root-login deny\n{_SSH} root-login allow", f"{_SSH} root-login allow"),
    _case(
        "FAIL",
        f"{_USER}{_SSH} root-login deny\n{_SSH} protocol-version v2\n"
        "deactivate system services ssh root-login",
        by_hand="'system services ssh root-login' is deactivated",
    ),
    _case("FAIL", f'{_USER}{_SSH}\nset system login message "ssh root-login deny"'),
    _case("FAIL", _SSH, by_hand="nobody but root can log in"),
    _case("NOT_APPLICABLE", "set system services web-management https", says="no SSH server is configured"),
)
