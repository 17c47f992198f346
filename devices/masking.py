"""Secrets are masked in every configuration text that leaves this room for a person, a log or an error."""

import re
from typing import Final

MASK: Final = "<secret>"

# Each pattern keeps what stands before the secret as group 1 and names the secret as group 2.
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # fortios: set password ENC …, set psksecret …, set private-key "…
        r"(\bENC\s+)(\S+)",
        r"(\bset (?:passwd|psksecret|passphrase|api-key|auth-pwd|priv-pwd)\s+)(?!ENC\b)(\"[^\"]*\"|\S+)",
        # ios and eos: username x secret 9 $9$…, enable secret 5 …, password 7 …, key 7 …, key-string …
        r"(\b(?<!trusted-)(?:password|secret|key|key-string|shared-secret|pre-shared-key)\s+(?:sha512\s+|[04-9]\s+|(?:cipher|plain)text\s+)?)(?!(?:cipher|plain)text\s|\d\s|sha512\s|chain\b|ENC\b|(?:strength-check|complexity)\s*$|minimum[\s-]length\s\d+;?\s*$|\[|(?:requisite|required)\s+pam_)(\"[^\"]*\"|[^\s;]+)",
        r"(\bsnmp-server community\s+)(\S+)",
        r"(\bsnmp-server host\s+\S+\s+(?:(?:traps|informs)\s+)?(?:version\s+(?:1|2c)\s+))(\S+)",
        r"(\bsnmp-server user\b.*?\bauth\s+\w+\s+)(\S+)",
        # nxos: priv 0x…, priv aes-128 …
        r"(\bsnmp-server user\b.*?\bpriv\s+(?:aes-128\s+)?)(?!(?:aes|3?des)\b)(\S+)",
        r"(\bpriv\s+(?:aes|3?des)(?:\s+\d+)?\s+)(?!priv-pass\b)(\S+)",
        # aoscx: trap version v2c community x, auth-pass ciphertext x
        r"(\bsnmp-server host\b.*\bcommunity\s+)(\S+)",
        r"(\b(?:auth|priv)-pass\s+(?:(?:cipher|plain)text\s+)?)(?!(?:cipher|plain)text\s)(\S+)",
        r"(\b(?:message-digest-key|authentication-key)\s+\d+\s+(?!type\b)[\w-]+\s+(?:\d\s+)?)(\S+)",
        # junos: set and curly form
        r"(\b(?:encrypted-password|plain-text-password-value|authentication-password|privacy-password|ascii-text)\s+)(\"[^\"]*\"|[^\s;]+)",
        r"(\bset snmp community\s+)(\"[^\"]*\"|[^\s;]+)",
        r"(\bdelete snmp community\s+)(\"[^\"]*\"|[^\s;]+)",
        r"(^[-+! ]*community\s+)(\"[^\"]*\"|[^\s;{]+)",
        r"(\b(?:secret|value|authentication-key|privacy-key)\s+)(\"[^\"]*\")",
        # panos: set and indented form, and one element of the XML form with its value
        r"(\b(?:phash|private-key|bind-password|authpwd|privpwd|snmp-community-string)\s+)(\"[^\"]*\"|[^\s;]+)",
        r"(\bsnmptrap .*\bcommunity\s+)(\"[^\"]*\"|[^\s;]+)",
        r"(<(?:phash|secret|key|password|bind-password|private-key|passphrase|psk)>)([^<]+(?=</))",
        r"(<(?:authentication-key|authpwd|privpwd|community|snmp-community-string)>)([^<]+(?=</))",
        r"()(-AQ==[A-Za-z0-9+/=]+)",
        # Whatever looks like a stored password, wherever it stands.
        r"()(\"?\$(?:\d|sha1)\$[^\s;\"]+\"?)",
    )
)

# A key of time servers: its number, its digest, how it is written, and the secret.
_TIME_KEY: Final = re.compile(
    r"(\bntp authentication-key\s+\d+\s+(?:md5|sha1|sha2-256|sha256|hmac-[\w-]+|cmac-[\w-]+)\s+"
    r"(?:[07]\s+|(?:cipher|plain)text\s+)?)(\S+)",
    re.IGNORECASE,
)
# Here "key" is followed by the number of one.
_TIME_SERVER: Final = re.compile(r"\bntp (?:server|peer) [^\"]*\bkey(?:-id)? \d{1,5}\b", re.IGNORECASE)
# A private key goes over several lines between its tags.
_XML_KEY: Final = re.compile(r"<private-key>[^<]*$")
_OPEN_KEY: Final = re.compile(r'\bprivate-key "[^"]*$')
# Here "password" names a way of logging in, as in `authentication-order [ tacplus password ];`.
_NAMES_METHODS: Final = re.compile(r"\bauthentication-order\b")


def mask_secrets(text: str) -> str:
    """Return a configuration, diff or answer of a device with every secret replaced by a mark.

    Known limits:
        It knows the secret-bearing lines of the platforms in ``devices.profiles``, not every feature's.
    """
    marks = _Marks()
    return "\n".join(marks.masked(line) or _mask_line(line) for line in text.splitlines())


class _Marks:
    """What only the place of a line makes a secret: FortiOS names communities and writes keys over lines."""

    def __init__(self) -> None:
        self._in_communities = False
        self._in_key = False
        self._in_xml_key = False

    def masked(self, line: str) -> str:
        """Return a line that is secret because of where it stands, masked; '' where it is not."""
        text = line.lstrip("+- ")
        if self._goes_on(text):
            return MASK
        if _XML_KEY.match(text):
            # The key itself stands in the lines below its element's beginning.
            self._in_xml_key = True
            return line[: line.index(">") + 1] + MASK
        if text.startswith(("config system snmp community", "config ")):
            self._in_communities = text.startswith("config system snmp community") or (
                self._in_communities and line.lstrip("+-").startswith(" ")
            )
        if self._in_communities and text.startswith("set name "):
            return line[: line.index("set name ")] + f"set name {MASK}"
        if _OPEN_KEY.search(text):
            self._in_key = True
            return line[: line.index("private-key ") + len("private-key ")] + MASK
        if text.startswith("set private-key "):
            self._in_key = text.count('"') == 1
            return line[: line.index("set private-key ")] + f"set private-key {MASK}"
        return ""

    def _goes_on(self, text: str) -> bool:
        """Return whether a line is one of a key that began before it."""
        was = self._in_xml_key or self._in_key
        self._in_xml_key = self._in_xml_key and "</" not in text
        self._in_key = self._in_key and not text.rstrip(" \n;").endswith('"')
        return was


def _mask_line(line: str) -> str:
    if _NAMES_METHODS.search(line) or _TIME_SERVER.search(line):
        return line
    if _TIME_KEY.search(line):
        return _TIME_KEY.sub(lambda match: match.group(1) + MASK, line)
    for pattern in _PATTERNS:
        line = pattern.sub(lambda match: match.group(1) + MASK, line)
    return line
