"""NETCONF of the Junos twin: its framing, its channel and what its transcript keeps."""

from pathlib import Path

import paramiko
import pytest

from lab.clock import ManualClock
from lab.junos.framing import FrameReader, frame
from lab.junos.netconf_server import mask_secrets
from tests.lab.twin_bench import JUNOS, USER, TwinBench, twin_bench


def test_chunked_framing_works_where_it_is_offered(tmp_path: Path, manual_clock: ManualClock) -> None:
    with twin_bench(JUNOS, tmp_path, manual_clock, options={"chunked": True}) as junos_bench:
        driver = junos_bench.connect()
        driver.load_merge_candidate(config="delete system services telnet")
        assert driver.compare_config() == "[edit system services]\n-   telnet;"
        assert any("urn:ietf:params:netconf:base:1.1" in line for line in junos_bench.twin.transcript())


def test_the_transcript_masks_secrets(junos_bench: TwinBench) -> None:
    driver = junos_bench.connect()
    line = 'set system login user x authentication encrypted-password "$6$deep$secret"'
    driver.load_merge_candidate(config=line)
    driver.discard_config()
    text = "\n".join(junos_bench.twin.transcript())
    assert "set system login user x authentication encrypted-password ***" in text
    assert "$6$" not in text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            'set system radius-server 192.0.2.1 secret "a b" port 1812',
            "set system radius-server 192.0.2.1 secret *** port 1812",
        ),
        ("<secret>abc</secret>", "<secret>***</secret>"),
        ("set snmp community public", "set snmp community ***"),
        ("set system services ssh", "set system services ssh"),
    ],
)
def test_secrets_are_masked_in_every_form(text: str, masked: str) -> None:
    assert mask_secrets(text) == masked


def test_a_channel_that_is_not_netconf_is_refused(junos_bench: TwinBench) -> None:
    transport = paramiko.Transport(("127.0.0.1", junos_bench.twin.port))
    try:
        transport.connect(username=USER, password=junos_bench.credential.password)
        channel = transport.open_session()
        with pytest.raises(paramiko.SSHException):
            channel.invoke_shell()
    finally:
        transport.close()


def test_malformed_xml_is_answered_and_the_session_goes_on(junos_bench: TwinBench) -> None:
    transport = paramiko.Transport(("127.0.0.1", junos_bench.twin.port))
    try:
        transport.connect(username=USER, password=junos_bench.credential.password)
        channel = transport.open_session()
        channel.settimeout(10)
        channel.invoke_subsystem("netconf")
        reader = FrameReader()
        assert "<session-id>" in receive(channel, reader)
        channel.sendall(frame(b"<rpc", chunked=False))
        assert "malformed-message" in receive(channel, reader)
        channel.sendall(frame(b'<rpc message-id="7"><unlock-configuration/></rpc>', chunked=False))
        answer = receive(channel, reader)
        assert 'message-id="7"' in answer
        assert "Configuration database is not open" in answer
    finally:
        transport.close()


def receive(channel: paramiko.Channel, reader: FrameReader) -> str:
    while (message := reader.next()) is None:
        data = channel.recv(65536)
        assert data
        reader.feed(data)
    return message.decode()
