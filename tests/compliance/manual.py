"""Cells of the table whose failures no lines mend, and the reason that the plan gives for it."""

from typing import Final

from compliance.controls.servers.judges import ON_SERVERS
from devices.models import JudgedPlatform

MANUAL: Final[dict[tuple[str, JudgedPlatform], str]] = {
    **{(control, "linux"): "samdrift changes no servers" for control in ON_SERVERS},
    ("NTP-02", "panos"): "the keys of time servers are secrets",
    ("AAA-01", "fortios"): "a login server comes with a secret",
    ("AAA-01", "panos"): "a login server comes with a secret",
    ("AAA-03", "nxos"): "a password is a secret",
    ("AAA-03", "eos"): "a password is a secret",
    ("AAA-03", "junos"): "a password is a secret",
    ("AAA-03", "fortios"): "a password is a secret",
    ("AAA-03", "panos"): "a password is a secret",
    ("AAA-03", "aoscx"): "a password is a secret",
    ("AAA-06", "fortios"): "a second factor is handed to a person",
    ("AAA-06", "panos"): "a second factor is handed to a person",
    ("FW-02", "junos"): "what the policy is needed for is not known",
    ("FW-02", "fortios"): "what the policy is needed for is not known",
    ("FW-02", "panos"): "what the policy is needed for is not known",
    ("FW-04", "junos"): "thresholds depend on the traffic of the site",
    ("FW-04", "fortios"): "thresholds depend on the traffic of the site",
    ("FW-04", "panos"): "thresholds depend on the traffic of the site",
    ("L2-06", "ios"): "root guard cuts a trunk behind which the root is",
    ("L2-06", "nxos"): "root guard cuts a trunk behind which the root is",
    ("L2-06", "eos"): "root guard cuts a trunk behind which the root is",
    ("L2-06", "junos"): "root guard cuts a trunk behind which the root is",
    ("L2-06", "aoscx"): "root guard cuts a trunk behind which the root is",
    ("L2-10", "ios"): "hosts that cannot authenticate would be cut off",
    ("L2-10", "eos"): "hosts that cannot authenticate would be cut off",
    ("L2-10", "junos"): "hosts that cannot authenticate would be cut off",
    ("L2-10", "aoscx"): "hosts that cannot authenticate would be cut off",
    ("MGT-08", "fortios"): "FortiOS shows nothing that equals its default",
    ("SEN-03", "fortios"): "fortios has no line",
    ("FW-05", "ios"): "who guests reach today is not known",
    ("FW-05", "junos"): "who guests reach today is not known",
    ("FW-05", "fortios"): "who guests reach today is not known",
    ("FW-05", "panos"): "who guests reach today is not known",
}
    ("FW-03", "ios"): "what mends MGT-03 mends it",
