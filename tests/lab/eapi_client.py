"""A bare HTTPS client of eAPI."""

import base64
import http.client
import json
import ssl
from typing import Any

from tests.lab.twin_bench import USER, TwinBench


def post(
    bench: TwinBench, body: bytes, *, path: str = "/command-api", password: str | None = None
) -> tuple[int, str]:
    """Return the status and the body of one request."""
    context = ssl.create_default_context(cafile=str(bench.twin.ca_file))
    client = http.client.HTTPSConnection("127.0.0.1", bench.twin.port, timeout=10, context=context)
    login = f"{USER}:{bench.credential.password if password is None else password}"
    headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    try:
        client.request("POST", path, body, headers)
        answer = client.getresponse()
        return answer.status, answer.read().decode()
    finally:
        client.close()


def run(bench: TwinBench, *commands: Any, form: str = "json") -> Any:
    """Return the JSON-RPC response to some commands."""
    params = {"version": 1, "cmds": list(commands), "format": form}
    body = {"jsonrpc": "2.0", "method": "runCmds", "params": params, "id": "7"}
    status, text = post(bench, json.dumps(body).encode())
    assert status == http.client.OK
    return json.loads(text)
