"""What a takeover gives a device besides hardening: mirrors for the sensors, and management of the centre."""
