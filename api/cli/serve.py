"""``samdrift serve``: run the status service and its dashboard page."""

import socket

import typer
import uvicorn

from api.app import create_app
from api.authentication import load_token
from api.cli.parameters import Inventory, console, settings_with
from api.composition import opened_source
from api.errors import PortTaken

app = typer.Typer(help="Run the status service and its dashboard page.")


@app.callback(invoke_without_command=True)
def serve_command(inventory: Inventory = None) -> None:
    """Serve status as JSON and as a page until interrupted; the token is asked for everywhere."""
    settings = settings_with(inventory)
    token_file = settings.state_folder.absolute() / "api-token"
    with opened_source(settings) as source, _bound(settings.api_address, settings.api_port) as listener:
        token = settings.api_token or load_token(token_file)
        where = "the setting api_token" if settings.api_token else f"the file {token_file}"
        console().print(
            f"http://{settings.api_address}:{settings.api_port}/ asks for the token in {where}",
            highlight=False,
            soft_wrap=True,
        )
        config = uvicorn.Config(create_app(source, token), log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])


def _bound(address: str, port: int) -> socket.socket:
    """Bind first, so that a port that is taken gives one message and nothing is started."""
    try:
        return socket.create_server((address, port))
    except OSError as error:
        raise PortTaken(
            f"{address}:{port} cannot be listened on ({error.strerror}); "
            "stop what uses it or set api_port to another",
        ) from error
