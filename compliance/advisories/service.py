"""The door of the advisories: read a document, and find the devices that it is about."""

from compliance.advisories.csaf import Advisory, read_advisory
from compliance.advisories.matching import AdvisoryMatch, DeviceFinding, match_devices

__all__ = ["Advisory", "AdvisoryMatch", "DeviceFinding", "match_devices", "read_advisory"]
