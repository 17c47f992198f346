"""What a user sees where libvirt is absent, unreachable or restarted."""

import subprocess
import sys
from pathlib import Path

import pytest

from hypervisors.changed_blocks import WarmSource
from hypervisors.errors import UnreachableError
from hypervisors.models import NetworkSpec
from hypervisors.service import connect

WITHOUT_BINDINGS = """
import sys
sys.modules["libvirt"] = None
from pathlib import Path
from hypervisors.errors import LibraryMissingError
from hypervisors.service import connect
try:
    connect("qemu:///session", storage_folder=Path("."))
except LibraryMissingError as error:
    print(error)
"""


def test_service_without_the_bindings_fails_only_when_it_connects() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT_BINDINGS], check=True, capture_output=True, text=True, timeout=60
    )
    assert answer.stdout.strip() == (
        "libvirt cannot be used: its Python bindings are not installed. Install Debian's libvirt-dev, gcc "
        "and python3-libnbd and run `make setup` again."
    )
    assert answer.stderr == ""


@pytest.mark.libvirt
def test_unreachable_daemon_is_one_clear_error_and_nothing_on_stderr(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    uri = f"qemu+unix:///session?socket={tmp_path}/none"
    with pytest.raises(UnreachableError) as caught:
        connect(uri, storage_folder=tmp_path)
    assert str(caught.value) == (
        f"libvirt at {uri} is not reachable: Failed to connect socket to '{tmp_path}/none': No such file or "
        "directory. Check that its daemon runs and that this user may use the socket, then repeat."
    )
    assert capfd.readouterr() == ("", "")


@pytest.mark.libvirt
def test_daemon_that_ends_is_unreachable_and_its_successor_is_reached(short_folder: Path) -> None:
    from lab.libvirt_host import LibvirtHost  # noqa: PLC0415 - the lab needs libvirt's bindings

    host = LibvirtHost("restarted", short_folder / "r")
    try:
        host.start()
        client: WarmSource = connect(host.uri, storage_folder=host.storage_folder)
        made = client.create_network(
            NetworkSpec(name="n", vlan_id=7, routing_domain="norddjurs", owner="stack-a")
        )
        host.stop()
        with pytest.raises(UnreachableError):
            client.networks()
        with pytest.raises(UnreachableError, match="Failed to connect socket"):
            client.networks()
        host.start()
        assert client.networks() == (made,)
        client.close()
    finally:
        host.stop()
