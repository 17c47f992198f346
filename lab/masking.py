"""Take secrets out of what the lab writes down."""

import re

_SECRETS = (
    re.compile(
        r"(?i)\b((?:secret|password|key-string|server-key)(?: sha512)?(?: [0-9])?) "
        r"(?!encryption|ciphertext |plaintext )(\S+)"
    ),
    re.compile(r"(?i)\b((?:password|key|auth-pass|priv-pass) (?:cipher|plain)text) (\S+)"),
    re.compile(r"(?i)\b(snmp-server community) (\S+)"),
    re.compile(r"(?i)\b(phash|bind-password|authpwd|privpwd|snmp-community-string|pre-shared-key key) (\S+)"),
    re.compile(r"(?i)\b(authentication-key \d+ \S+) (\S+)"),
    re.compile(r"(?i)\b((?:md5|sha1) authentication-key) (\S+)"),
)


def mask(line: str, secrets: tuple[str, ...] = ()) -> str:
    """Return a line with the given secrets and the values of secret-bearing words masked."""
    for secret in secrets:
        line = line.replace(secret, "********") if secret else line
    for pattern in _SECRETS:
        line = pattern.sub(r"\1 ********", line)
    return line
