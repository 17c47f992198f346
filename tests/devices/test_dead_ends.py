"""Devices that are not there, do not talk, or are not who they should be; over real sockets."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from devices.drivers.deadline import DeadlineExceeded, run_with_deadline
from devices.errors import ConnectionLost, DeviceUnreachable, LoginRefused, TLSRefused, UnexpectedAnswer
from devices.models import Credential, DeviceTarget, Platform
from devices.service import collect

PASSWORD = "made-for-this-test"

PLATFORMS: tuple[Platform, ...] = ("ios", "eos", "junos", "fortios", "aoscx")

over_tls = pytest.mark.parametrize("platform", ["eos", "fortios"])


def target(
    platform: Platform, port: int, *, seconds: float = 1.0, ca_file: Path | None = None
) -> DeviceTarget:
    return DeviceTarget.model_validate(
        {
            "device": "sw-01",
            "platform": platform,
            "address": "127.0.0.1",
            "port": port,
            "credential": Credential.model_validate(
                {"username": "samdrift", "password": PASSWORD}, strict=False
            ),
            "timeout_seconds": seconds,
            "ca_file": None if ca_file is None else str(ca_file),
        }
    )


@contextlib.contextmanager
def listener(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve every connection in a thread; everything is closed and joined at the end."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    stop = threading.Event()
    threads: list[threading.Thread] = []
    connections: list[socket.socket] = []

    def talk(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            serve(connection)

    def accept() -> None:
        while not stop.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            connections.append(connection)
            threads.append(threading.Thread(target=talk, args=(connection,)))
            threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server.getsockname()[1]
    finally:
        stop.set()
        acceptor.join()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
        server.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def silent(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


def hanging_up(connection: socket.socket) -> None:
    connection.recv(1)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_nobody_listens(platform: Platform) -> None:
    with pytest.raises(
        DeviceUnreachable, match=r"^sw-01: no .* session with 127\.0\.0\.1 port \d+"
    ) as caught:
        collect(target(platform, free_port()))
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_device_that_never_speaks_holds_nobody(platform: Platform) -> None:
    with listener(silent) as port:
        started = time.monotonic()
        with pytest.raises(DeviceUnreachable):
            collect(target(platform, port))
        assert time.monotonic() - started < 10


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_device_that_hangs_up_is_unreachable(platform: Platform) -> None:
    with listener(hanging_up) as port, pytest.raises(DeviceUnreachable):
        collect(target(platform, port))


def hanging_up_politely(connection: socket.socket) -> None:
    connection.recv(65536)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_path_that_ends_in_the_middle_of_a_handshake_is_not_a_wrong_certificate(platform: Platform) -> None:
    with listener(hanging_up_politely) as port, pytest.raises(DeviceUnreachable):
        collect(target(platform, port))


def test_a_call_that_drips_on_is_cut_at_its_limit() -> None:
    cut = threading.Event()
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        run_with_deadline(lambda: cut.wait(30), seconds=0.2, abort=cut.set)
    assert time.monotonic() - started < 2
    assert cut.is_set()


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a self-signed certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate_file, key_file


def eapi_answering(
    status: str, body: str, files: tuple[Path, Path], seen: list[str]
) -> Callable[[socket.socket], None]:
    """Answer every request over TLS with one fixed answer, and note what was asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)

    answer = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            with secured.makefile("rb") as lines:
                head = list(iter(lines.readline, b"\r\n"))
                length = next(
                    int(one.split(b":")[1]) for one in head if one.lower().startswith(b"content-length")
                )
                lines.read(length)
            seen.append(head[0].decode())
            secured.sendall(answer.encode())

    return serve


@over_tls
def test_a_certificate_that_nobody_vouched_for_gets_no_password(tmp_path: Path, platform: Platform) -> None:
    seen: list[str] = []
    serve = eapi_answering("200 OK", "{}", certificate(tmp_path, "device"), seen)
    with listener(serve) as port, pytest.raises(TLSRefused, match="not trusted"):
        collect(target(platform, port))
    assert seen == []


@over_tls
def test_another_certificate_than_the_expected_one_gets_no_password(
    tmp_path: Path, platform: Platform
) -> None:
    seen: list[str] = []
    expected, _ = certificate(tmp_path, "expected")
    serve = eapi_answering("200 OK", "{}", certificate(tmp_path, "other"), seen)
    with listener(serve) as port, pytest.raises(TLSRefused):
        collect(target(platform, port, ca_file=expected))
    assert seen == []


@over_tls
def test_a_ca_file_that_is_not_there_is_said(tmp_path: Path, platform: Platform) -> None:
    with pytest.raises(TLSRefused, match=r"ca_file .*absent\.pem' cannot be read"):
        collect(target(platform, 1, ca_file=tmp_path / "absent.pem"))


def test_an_eapi_that_refuses_the_login_is_told_apart(tmp_path: Path) -> None:
    files = certificate(tmp_path, "device")
    body = "Unable to authenticate user: Bad username/password combination"
    with (
        listener(eapi_answering("401 Unauthorized", body, files, [])) as port,
        pytest.raises(LoginRefused, match="the login 'samdrift' was refused") as caught,
    ):
        collect(target("eos", port, ca_file=files[0]))
    assert PASSWORD not in str(caught.value)


def test_an_eapi_that_answers_nonsense_is_an_error_and_no_empty_collection(tmp_path: Path) -> None:
    files = certificate(tmp_path, "device")
    with (
        listener(eapi_answering("200 OK", "<html>hello</html>", files, [])) as port,
        pytest.raises((UnexpectedAnswer, ConnectionLost, DeviceUnreachable)),
    ):
        collect(target("eos", port, ca_file=files[0]))
