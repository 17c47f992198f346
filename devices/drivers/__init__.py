"""One driver per platform over NAPALM; chosen by ``devices.drivers.opening.driver_for``."""
