"""The process ``pulumi-resource-samdrift``: started by the Pulumi engine with its address, ended by it.

It takes its settings from the engine and reads no environment. It also ends when the engine has died, after
what runs at that moment is finished, so that a killed engine leaves no object half made.
"""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from hypervisors.hypervisor import Hypervisor
from hypervisors.service import connect
from stacks.provider.servicer import Servicer

_GRACE_SECONDS = 120.0
_LOOK_SECONDS = 1.0
_THREADS = 8


def _connect(uri: str, storage_folder: Path) -> Hypervisor:
    return connect(uri, storage_folder=storage_folder)


def main() -> None:
    """Serve until the engine says stop or is gone."""
    engine = os.getppid()
    stop = threading.Event()
    # A Ctrl-C at the terminal reaches every process; the engine alone decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    server = grpc.server(ThreadPoolExecutor(max_workers=_THREADS))
    servicer = Servicer(version=version("samdrift"), connect=_connect, stop=stop.set)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while not stop.wait(_LOOK_SECONDS) and os.getppid() == engine:
        pass
    server.stop(_GRACE_SECONDS).wait()


if __name__ == "__main__":
    main()
