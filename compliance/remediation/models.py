"""What mends a device, and what a person must do."""

from compliance.models import Model


class ManualItem(Model):
    """A failing control that no lines mend, and why."""

    control: str
    reason: str


class Remediation(Model):
    """The lines that turn failures into passes, the controls they mend, and what is left to a person.

    The lines may name an SNMP community that they remove; show them to nobody but the device and the
    approver.
    """

    device: str
    lines: str
    controls: tuple[str, ...] = ()
    manual: tuple[ManualItem, ...] = ()
