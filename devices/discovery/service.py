"""The door of discovery: crawl a network, and hand what was found to an import."""

from devices.discovery.discover import WORKERS, discover
from devices.discovery.identify import DeviceIdentifier, Identifier, Login, Reach, ReachedAt
from devices.discovery.import_source import ATTRIBUTES, DiscoverySource
from devices.discovery.login_budget import LoginBudget
from devices.discovery.models import (
    CrawlLimits,
    Discovery,
    DiscoveryConflict,
    IdentifiedDevice,
    NotReached,
    OnlySeen,
    Unreached,
    Visit,
)

__all__ = [
    "ATTRIBUTES",
    "WORKERS",
    "CrawlLimits",
    "DeviceIdentifier",
    "Discovery",
    "DiscoveryConflict",
    "DiscoverySource",
    "IdentifiedDevice",
    "Identifier",
    "Login",
    "LoginBudget",
    "NotReached",
    "OnlySeen",
    "Reach",
    "ReachedAt",
    "Unreached",
    "Visit",
    "discover",
]
