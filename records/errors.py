"""What can go wrong with the records.

RecordsError
├── DatabaseUnavailable      the programme database cannot be opened
├── DatabaseReadOnly         it can be read but not written
├── DatabaseNewer            it was written by a newer release
├── JournalBroken            the hash chain does not hold
├── EvidenceMissing          no evidence under that digest
├── EvidenceAltered          bytes no longer match their digest
├── VaultKeyUnusable         the key of the backups is missing, open to others or no key
├── VaultSealBroken          a backup does not open with the keys at hand
├── BackupUnknown            there is no such backup
├── PlanUnknown              no plan under that digest
├── IllegalTransition        the lifecycle has no such step
├── StaleState               somebody else moved the asset first
├── LockHeld                 another living run holds the lock
└── ApprovalRefused          a signature that does not count
    ├── SignerUnlisted       the key is not among the allowed signers
    ├── SignerIsAuthor       the author's own signature
    ├── SignatureInvalid     it does not fit this digest, purpose or key
    └── ApprovalIncomplete   not enough different identities have approved
"""


class RecordsError(Exception):
    """Base of everything the records raise."""


class DatabaseUnavailable(RecordsError):
    """The programme database cannot be opened."""


class DatabaseReadOnly(RecordsError):
    """The programme database can be read but not written."""


class DatabaseNewer(RecordsError):
    """The programme database holds a revision that this release does not know."""


class JournalBroken(RecordsError):
    """The hash chain of the journal does not hold."""

    def __init__(self, sequence: int, message: str) -> None:
        super().__init__(f"journal entry {sequence}: {message}; restore the database from its backup")
        self.sequence = sequence


class EvidenceMissing(RecordsError):
    """No evidence is stored under that digest."""


class EvidenceAltered(RecordsError):
    """Stored bytes no longer match the digest they are stored under."""


class VaultKeyUnusable(RecordsError):
    """The key of the backups is missing, open to others or no key."""


class VaultSealBroken(RecordsError):
    """A backup does not open with the keys at hand."""


class BackupUnknown(RecordsError):
    """There is no such backup."""


class PlanUnknown(RecordsError):
    """No plan is stored under that digest."""


class IllegalTransition(RecordsError):
    """The lifecycle has no step between these two states."""


class StaleState(RecordsError):
    """The asset is no longer in the state that the caller saw."""


class LockHeld(RecordsError):
    """Another living run holds the lock."""


class ApprovalRefused(RecordsError):
    """A signature that does not count as an approval."""


class SignerUnlisted(ApprovalRefused):
    """The key is not among the allowed signers."""


class SignerIsAuthor(ApprovalRefused):
    """The author of a plan cannot approve it."""


class SignatureInvalid(ApprovalRefused):
    """The signature does not fit this digest, purpose or key."""


class ApprovalIncomplete(ApprovalRefused):
    """Not enough different identities have approved."""
