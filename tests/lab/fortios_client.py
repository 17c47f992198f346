"""Plain requests to the REST API of a FortiOS twin, without any driver."""

import base64
import json
import ssl
import urllib.error
import urllib.request
from typing import Any

from tests.lab.twin_bench import TwinBench


def ask(
    bench: TwinBench, method: str, path: str, body: object = None, *, token: str | None = None
) -> tuple[int, Any]:
    """Send one request and return its status and what came back."""
    request = urllib.request.Request(
        f"https://127.0.0.1:{bench.twin.port}/api/v2/{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"Authorization": f"Bearer {token or bench.credential.password}"},
    )
    context = ssl.create_default_context(cafile=str(bench.twin.ca_file))
    try:
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:  # noqa: S310 - as above
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            text = error.read().decode()
        return error.code, json.loads(text) if text.startswith("{") else text


def script(bench: TwinBench, lines: str) -> tuple[int, Any]:
    content = base64.b64encode(lines.encode()).decode()
    return ask(
        bench, "POST", "monitor/system/config-script/upload", {"filename": "x", "file_content": content}
    )
