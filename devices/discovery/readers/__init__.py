"""What a device says of itself and of its neighbours, read over a session that is logged in."""

from devices.discovery.readers.describe import describe
from devices.discovery.readers.session import AskedSession, Described, NotThatPlatform

__all__ = ["AskedSession", "Described", "NotThatPlatform", "describe"]
