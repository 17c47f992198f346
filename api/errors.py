"""What can go wrong at the outer edge.

APIError
├── SettingsInvalid     the environment or samdrift.toml holds something wrong
├── PortTaken           the service's port is in use
└── TokenUnusable       the service's token cannot be read or made
"""


class APIError(Exception):
    """Base of everything the service and the command line raise."""


class SettingsInvalid(APIError):
    """The environment or the settings file holds something wrong."""


class PortTaken(APIError):
    """The port that the service should listen on is in use."""


class TokenUnusable(APIError):
    """The token of the service cannot be read or made."""
