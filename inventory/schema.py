"""The JSON Schema of every file of an inventory, for editors: completion and checking while writing."""

from pydantic import BaseModel, JsonValue

from inventory.errors import InventoryError
from inventory.loaders.documents import MUNICIPALITY_FILES, CentreDocument, RootDocument
from inventory.violations import suggest

FILES: dict[str, type[BaseModel]] = {
    "samdrift.yaml": RootDocument,
    "centres/NAME.yaml": CentreDocument,
    **{f"municipalities/NAME/{name}": model for name, model in MUNICIPALITY_FILES.items()},
}
"""Every file of an inventory folder, with the model of its form."""


def render_json_schema(file: str) -> dict[str, JsonValue]:
    """Return the JSON Schema of one of ``FILES``.

    Raises:
        InventoryError: there is no such file in an inventory.

    """
    model = FILES.get(file)
    if model is None:
        raise InventoryError(f"an inventory has no file '{file}'; {suggest(file, tuple(FILES), most=30)}")
    schema = model.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": file}
