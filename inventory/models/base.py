"""What every model of the inventory shares: the frozen shape, and the words that several models use."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from inventory.vlan_ranges import check_vlan_range

_SLUG = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"

Slug = Annotated[str, Field(pattern=_SLUG, description="Lower case name: letters, digits and hyphens")]
Hostname = Annotated[str, Field(pattern=_SLUG, description="Host name without a domain")]
VLANId = Annotated[int, Field(ge=1, le=4094, description="IEEE 802.1Q VLAN number")]
VLANRange = Annotated[
    str,
    Field(pattern=r"^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$", description="VLANs such as 100-104,310"),
    AfterValidator(check_vlan_range),
]
InterfaceName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9/._:-]*$",
        max_length=64,
        description="Interface name as the device writes it in full, such as GigabitEthernet1/0/1",
    ),
]
LinkEnd = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9-]+:[A-Za-z0-9][A-Za-z0-9/._:-]*$",
        description="device:interface, such as ndj-edge1:GigabitEthernet1/0/2",
    ),
]
CredentialReference = Annotated[
    str,
    Field(
        pattern=r"^(env|file|vault):[^\s]+$",
        description="Where the credential is found at the last moment; never the credential itself",
    ),
]
HypervisorURI = Annotated[
    str,
    Field(
        pattern=r"^qemu(\+[a-z]+)?://([^\s@:/]+@)?[^\s@]*$",
        description="libvirt connection URI without a password",
    ),
]

Phase = Literal["servers-and-network", "users-and-pcs"]
"""The programme's phases: servers and network by the end of 2027, users and PCs by 2030 (R3)."""

ChangeRisk = Literal["revert-reboots", "no-own-revert", "cluster-member"]
"""What a change of a device may cost; it is allowed by name, or the device is not changed."""

Scope = Literal["national", "centre", "municipality"]


class Model(BaseModel):
    """The common shape: frozen, strict about types, and unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, ser_json_timedelta="float")
