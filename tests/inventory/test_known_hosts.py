"""Host keys from the endpoints file and from known_hosts, as OpenSSH itself writes them."""

import json
import subprocess
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from inventory.address_endpoints import AddressEndpoints
from inventory.endpoints import EndpointOverlay, known_hosts_of, load_endpoint_overlay, load_endpoints
from inventory.errors import EndpointError
from inventory.known_hosts import KnownHosts, load_known_hosts
from inventory.service import load_checked

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return a public key of each kind, made by OpenSSH."""
    folder = tmp_path_factory.mktemp("host-keys")
    made: dict[str, str] = {}
    for kind in ("ed25519", "ecdsa", "rsa"):
        path = folder / kind
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)], check=True)
        made[kind] = " ".join((folder / f"{kind}.pub").read_text().split()[:2])
    return made


def known(folder: Path, text: str) -> KnownHosts:
    path = folder / "known_hosts"
    path.write_text(text, encoding="utf-8")
    return load_known_hosts(path)


def test_a_key_is_known_for_its_address_and_port_and_for_no_other(
    tmp_path: Path, keys: dict[str, str]
) -> None:
    hosts = known(
        tmp_path,
        f"# the core\n\nndj-acc1,10.70.10.21 {keys['ed25519']} comment\n[10.70.10.11]:830 {keys['ecdsa']}\n",
    )
    assert hosts.host_key("10.70.10.21", 22) == keys["ed25519"]
    assert hosts.host_key("ndj-acc1", 22) == keys["ed25519"]
    assert hosts.host_key("10.70.10.11", 830) == keys["ecdsa"]
    assert hosts.host_key("10.70.10.21", 2222) is None
    assert hosts.host_key("10.70.10.11", 22) is None
    assert hosts.host_key("10.70.10.2", 22) is None


def test_of_several_keys_the_strongest_is_taken(tmp_path: Path, keys: dict[str, str]) -> None:
    text = "".join(f"10.70.10.21 {keys[kind]}\n" for kind in ("rsa", "ecdsa", "ed25519"))
    assert known(tmp_path, text).host_key("10.70.10.21", 22) == keys["ed25519"]


def test_names_that_openssh_hashed_are_found(tmp_path: Path, keys: dict[str, str]) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"10.70.10.21 {keys['ed25519']}\n[10.70.10.11]:830 {keys['ecdsa']}\n")
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", str(path)], check=True, capture_output=True)
    assert "10.70.10" not in path.read_text()
    hosts = load_known_hosts(path)
    assert hosts.host_key("10.70.10.21", 22) == keys["ed25519"]
    assert hosts.host_key("10.70.10.11", 830) == keys["ecdsa"]
    assert hosts.host_key("10.70.10.22", 22) is None


def test_patterns_and_exclusions_count_and_revoked_keys_do_not(tmp_path: Path, keys: dict[str, str]) -> None:
    hosts = known(
        tmp_path,
        f"10.70.10.*,!10.70.10.9 {keys['ed25519']}\n@revoked 10.70.20.1 {keys['rsa']}\n",
    )
    assert hosts.host_key("10.70.10.8", 22) == keys["ed25519"]
    assert hosts.host_key("10.70.10.9", 22) is None
    assert hosts.host_key("10.70.20.1", 22) is None


@pytest.mark.parametrize(
    "line", ["10.70.10.21", "10.70.10.21 ssh-dss AAAAB3Nz", "10.70.10.21 ssh-ed25519 xx"]
)
def test_a_line_that_is_no_entry_is_told_with_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(EndpointError, match="line 2 is no entry of a known host"):
        known(tmp_path, f"# keys\n{line}\n")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    overlay = EndpointOverlay(known_hosts="absent")
    with pytest.raises(EndpointError, match="cannot be read"):
        known_hosts_of(overlay, tmp_path / "endpoints.json")


def test_what_is_written_at_a_device_counts_before_the_file(tmp_path: Path, keys: dict[str, str]) -> None:
    inventory = load_checked(EXAMPLE)
    address = str(
        next(one for one in inventory.municipalities[0].devices if one.name == "ndj-acc1").management_address
    )
    (tmp_path / "known_hosts").write_text(f"{address},10.9.9.9 {keys['ecdsa']}\n")
    file = tmp_path / "endpoints.json"
    file.write_text(json.dumps({"known_hosts": "known_hosts"}))
    endpoints = load_endpoints(inventory, file)
    assert endpoints.device("ndj-acc1").host_key == keys["ecdsa"]
    assert endpoints.device("ndj-acc2").host_key is None
    devices = {"ndj-acc1": {"host_key": keys["ed25519"]}, "ndj-acc2": {"address": "10.9.9.9"}}
    file.write_text(json.dumps({"known_hosts": "known_hosts", "devices": devices}))
    endpoints = load_endpoints(inventory, file)
    assert endpoints.device("ndj-acc1").host_key == keys["ed25519"]
    assert endpoints.device("ndj-acc2").host_key == keys["ecdsa"]


def test_an_address_that_no_device_is_known_by_has_its_key_from_the_file(
    tmp_path: Path, keys: dict[str, str]
) -> None:
    (tmp_path / "known_hosts").write_text(f"10.70.10.5 {keys['rsa']}\n")
    file = tmp_path / "endpoints.json"
    file.write_text(json.dumps({"known_hosts": "known_hosts"}))
    overlay = load_endpoint_overlay(file)
    reached = AddressEndpoints(overlay, known_hosts_of(overlay, file)).reach(IPv4Address("10.70.10.5"), 22)
    assert reached is not None
    assert reached.host_key == keys["rsa"]


@pytest.mark.parametrize("key", ["", "AAAAC3Nz", "ssh-dss AAAAB3Nz", "ssh-ed25519 AAAA comment here"])
def test_a_host_key_of_another_form_is_refused_in_the_endpoints_file(tmp_path: Path, key: str) -> None:
    file = tmp_path / "endpoints.json"
    file.write_text(json.dumps({"devices": {"ndj-acc1": {"host_key": key}}}))
    with pytest.raises(EndpointError, match="host_key"):
        load_endpoint_overlay(file)
