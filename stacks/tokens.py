"""The type tokens of the project's own Pulumi package."""

PACKAGE = "samdrift"
NETWORK = "samdrift:centre:Network"
MACHINE = "samdrift:centre:Machine"
LANDING_ZONE = "samdrift:centre:LandingZone"
