"""The contract of every source of an import."""

from typing import Protocol

from inventory.imports.models import ImportedFacts


class ImportSource(Protocol):
    """Something that facts are imported from; it knows nothing of files, merging or provenance.

    An implementation is made with all it needs (a path or a client, the mapping, the municipality) and reads
    once. It leaves out nothing silently: what it does not take is in ``ImportedFacts.skipped``.
    """

    def read(self) -> ImportedFacts:
        """Return what the source knows.

        Raises:
            ImportRefusedError: it cannot be read, or its names collide; nothing of it is imported.

        """
        ...
