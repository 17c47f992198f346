"""One connection to the REST interface of a DCIM server: bounded, patient, and silent about its token.

The client libraries build the requests and read the answers. Their session is ours: it holds the token (so
that it is in no object or exception of theirs), checks certificates, has timeouts, repeats what a busy server
refuses, and follows no redirect.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, Protocol, Self

import requests
from pydantic import SecretStr
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.util.retry import Retry

from inventory.imports.errors import SourceReadError
from inventory.loaders.dcim.settings import ServerSettings

Row = Mapping[str, Any]
Filters = Mapping[str, str | int | Sequence[str]]

_RETRIED = (429, 500, 502, 503, 504)
_LONGEST_DETAIL = 200
_WORDS = {
    401: ("it does not take the token", "check the token, and that it has not expired"),
    403: ("the token does not allow this", "give its user the permission to view these objects"),
    404: ("there is no such page", "check the address: it is the server's own, without /api"),
    429: ("it is still busy after {tries} tries", "import again later, or raise its rate limit"),
}


class RequestClass(Protocol):
    """The request of pynautobot and pynetbox, which are one family."""

    def __call__(self, *, base: str, http_session: requests.Session, filters: Any) -> Any:
        """Make a request."""
        ...


class ServerConnection:
    """A session with one server; close it, or use it in a ``with`` block."""

    def __init__(
        self,
        settings: ServerSettings,
        *,
        token: Callable[[], SecretStr],
        request_class: RequestClass,
        failures: tuple[type[Exception], ...],
        order_parameter: str,
    ) -> None:
        """Prepare the session; nothing is sent yet.

        Args:
            settings: Where the server is.
            token: Resolves the token at the last moment.
            request_class: The client library's request.
            failures: What the library raises for an answer that is no success.
            order_parameter: The query parameter that sorts a list.

        """
        self.settings = settings
        self.requests_made = 0
        self._request_class = request_class
        self._failures = failures
        self._order_parameter = order_parameter
        self._secret = token().get_secret_value()
        self._session = requests.Session()
        # A server that moved is told to a person; the token goes to the named address and no other.
        self._session.max_redirects = 0
        self._session.auth = _TokenAuth(self._secret)
        adapter = _PatientAdapter(settings)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)

    def __enter__(self) -> Self:
        """Return the connection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give the session's sockets up."""
        self._session.close()

    def read_one(self, path: str) -> Row:
        """Return one object, such as the server's status.

        Raises:
            SourceReadError: The server cannot be reached or answers with something else.

        """
        answer = self._ask(path, {}, {})
        if not isinstance(answer, dict):
            self._refuse(f"{path} is not an object", "check that this is the address of the right server")
        return answer

    def read_all(self, path: str, filters: Filters | None = None) -> tuple[Row, ...]:
        """Return every object of a list, page by page.

        Raises:
            SourceReadError: The server cannot be reached, or the list changed while it was read.

        """
        rows: dict[Any, Row] = {}
        total: int | None = None
        while total is None or len(rows) < total:
            page: dict[str, str | int] = {
                "limit": self.settings.page_size,
                "offset": len(rows),
                self._order_parameter: "id",
            }
            count, results = self._page(path, dict(filters or {}), page)
            total = self._checked_total(path, total, count)
            before = len(rows)
            rows |= {row["id"]: row for row in results}
            if len(rows) != before + len(results) or len(rows) > total or (not results and len(rows) < total):
                self._refuse_changed(path, f"{total} were told, and the pages do not add up to that")
        return tuple(rows.values())

    def read_in_batches(
        self,
        path: str,
        parameter: str,
        values: Sequence[str],
        filters: Filters | None = None,
        *,
        size: int = 50,
    ) -> Iterator[Row]:
        """Yield every object that fits one of many values, asking for some of them at a time."""
        for start in range(0, len(values), size):
            wanted = {**(filters or {}), parameter: tuple(values[start : start + size])}
            yield from self.read_all(path, wanted)

    def _checked_total(self, path: str, total: int | None, count: int) -> int:
        if total is not None and count != total:
            self._refuse_changed(path, f"it told {total} objects and then {count}")
        if count > self.settings.most_objects:
            reason = f"{path} has {count} objects, more than {self.settings.most_objects}"
            self._refuse(reason, "choose a smaller part with --location or --tenant")
        return count

    def _page(self, path: str, filters: Filters, page: Filters) -> tuple[int, list[Row]]:
        answer = self._ask(path, filters, page)
        count = answer.get("count") if isinstance(answer, dict) else None
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(count, int) or not isinstance(results, list):
            self._refuse(
                f"{path} is not a list of objects", "check that this is the address of the right server"
            )
        if not all(isinstance(row, dict) and "id" in row for row in results):
            self._refuse(f"{path} lists something without an id", "check the version of the server")
        return count, results

    def _ask(self, path: str, filters: Filters, page: Filters) -> Any:
        base = f"{self.settings.address}/api/{path}"
        request = self._request_class(base=base, http_session=self._session, filters=dict(filters))
        self.requests_made += 1
        try:
            # The public get() drops the total, without which a list that changes meanwhile goes unnoticed.
            return request._make_call(add_params=dict(page))  # noqa: SLF001
        except self._failures as error:
            self._translate(path, getattr(error, "req", None))
        except requests.exceptions.TooManyRedirects:
            self._refuse(
                "it answers with the address of another page", "use the address that a browser ends at"
            )
        except requests.exceptions.SSLError as error:
            self._refuse(
                f"its certificate is not trusted ({_cause(error)})",
                "name its authority's file with --ca-file",
            )
        except requests.exceptions.Timeout:
            reason = f"no answer to {path} within {self.settings.timeout_seconds:g} s"
            self._refuse(reason, "look at the server, or allow more time")
        except requests.exceptions.RequestException as error:
            self._refuse(f"it cannot be reached ({_cause(error)})", "check the address and the network")

    def _translate(self, path: str, response: requests.Response | None) -> NoReturn:
        if response is None or response.ok:
            self._refuse(f"{path} is not JSON", "check that this is the address of the right server")
        status = response.status_code
        tries = self.settings.retries + 1
        reason, action = _WORDS.get(status, (f"it answers {status}", "look at the log of the server"))
        if status in _RETRIED and status not in _WORDS:
            reason = f"it still answers {status} after {tries} tries"
        detail = self._detail(response)
        self._refuse(f"{path}: {reason.format(tries=tries)}{detail}", action)

    def _detail(self, response: requests.Response) -> str:
        """Return the server's own words, short, and without the token even if it repeats it."""
        try:
            content = response.json()
        except requests.exceptions.JSONDecodeError:
            return ""
        text = content.get("detail", content) if isinstance(content, dict) else content
        return f" ({str(text).replace(self._secret, '***')[:_LONGEST_DETAIL]})"

    def _refuse_changed(self, path: str, reason: str) -> NoReturn:
        self._refuse(f"{path} changed while it was read: {reason}", "import again when nobody changes it")

    def _refuse(self, reason: str, action: str) -> NoReturn:
        # Without a cause: what the libraries raise holds the request, and with it the token.
        raise SourceReadError(self.settings.address, reason, action) from None


class _TokenAuth(AuthBase):
    """Adds the token; being there, it also keeps requests from looking for one in ~/.netrc."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        # NetBox writes tokens of its second kind with a prefix of their own.
        word = "Bearer" if self._secret.startswith("nbt_") else "Token"
        request.headers["Authorization"] = f"{word} {self._secret}"
        return request


class _PatientAdapter(HTTPAdapter):
    """Gives every request a timeout, and repeats it where the server is busy or the connection broke."""

    def __init__(self, settings: ServerSettings) -> None:
        self._timeout_seconds = settings.timeout_seconds
        self._ca_file = settings.ca_file
        retry = Retry(
            total=settings.retries,
            status_forcelist=_RETRIED,
            allowed_methods=frozenset({"GET"}),
            backoff_factor=0.5,
            backoff_max=settings.longest_pause_seconds,
            respect_retry_after_header=True,
            retry_after_max=int(settings.longest_pause_seconds),
            raise_on_status=False,
        )
        super().__init__(max_retries=retry)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        options["timeout"] = self._timeout_seconds
        if self._ca_file is not None:
            # What the session says of certificates yields to REQUESTS_CA_BUNDLE; what is said here does not.
            options["verify"] = str(self._ca_file)
        return super().send(request, **options)


def _cause(error: requests.exceptions.RequestException) -> str:
    """Return the innermost words of an error of requests, which name no header."""
    reason: Any = error
    while True:
        inner = getattr(reason, "reason", None) or next(
            (arg for arg in getattr(reason, "args", ()) if isinstance(arg, Exception)), None
        )
        if not isinstance(inner, Exception):
            break
        reason = inner
    return str(reason)[:_LONGEST_DETAIL] or type(reason).__name__
