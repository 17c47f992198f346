"""The door of this room: collect from devices, preview and apply changes, and who may change together."""

from devices.batches import (
    Batch,
    RollOutDevice,
    SiteLimit,
    Topology,
    roll_out_batches,
    roll_out_batches_of,
)
from devices.change_lock import ChangeLock, FileChangeLock
from devices.clock import Clock, SystemClock
from devices.cluster import risks_found
from devices.collect import collect, collect_evidence
from devices.masking import mask_secrets
from devices.profiles import (
    PROFILES,
    WINDOW_RISKS,
    PlatformProfile,
    Risk,
    comparable_configuration,
    comparable_diff,
    driven_platform,
    longest_change_seconds,
)
from devices.safe_change import ApprovedChange, PostCheck, apply_change, preview_change

__all__ = [
    "PROFILES",
    "WINDOW_RISKS",
    "ApprovedChange",
    "Batch",
    "ChangeLock",
    "Clock",
    "FileChangeLock",
    "PlatformProfile",
    "PostCheck",
    "Risk",
    "RollOutDevice",
    "SiteLimit",
    "SystemClock",
    "Topology",
    "apply_change",
    "collect",
    "collect_evidence",
    "comparable_configuration",
    "comparable_diff",
    "driven_platform",
    "longest_change_seconds",
    "mask_secrets",
    "preview_change",
    "risks_found",
    "roll_out_batches",
    "roll_out_batches_of",
]
