"""Cells of the table whose failures no lines mend, and the reason that the plan gives for it."""

from typing import Final

from devices.models import Platform

MANUAL: Final[dict[tuple[str, Platform], str]] = {
    ("AAA-01", "fortios"): "a login server comes with a secret",
    ("AAA-01", "panos"): "a login server comes with a secret",
    ("FW-02", "junos"): "what the policy is needed for is not known",
    ("FW-02", "fortios"): "what the policy is needed for is not known",
    ("FW-02", "panos"): "what the policy is needed for is not known",
    ("FW-04", "junos"): "thresholds depend on the traffic of the site",
    ("FW-04", "fortios"): "thresholds depend on the traffic of the site",
    ("FW-04", "panos"): "thresholds depend on the traffic of the site",
}
