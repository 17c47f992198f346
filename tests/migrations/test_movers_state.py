"""What a mover remembers, without any platform."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from migrations.movers.mover import (
    KEPT_ROUNDS,
    CopyRound,
    DiskChecksum,
    Freeze,
    MoveState,
    RoundKind,
    Verification,
    with_round,
)

AT = datetime(2027, 3, 1, 22, 0, tzinfo=UTC)
STATE = MoveState(move="app-1-20270301T220000000000", server="app-1", phase="seeding")


def round_of(kind: RoundKind, bytes_copied: int) -> CopyRound:
    return CopyRound(
        kind=kind, bytes_copied=bytes_copied, prepare_seconds=0.1, copy_seconds=2.5, finished_at=AT
    )


def test_state_reads_back_as_it_was_written() -> None:
    checksum = DiskChecksum(
        disk="vda",
        size_bytes=4096,
        source_sha256="ab" * 32,
        target_sha256="cd" * 32,
        source_stamp=(4096, 1_900_000_000_123_456_789),
        target_stamp=(8192, 1_900_000_001_123_456_789),
    )
    state = with_round(STATE, round_of("seed", 300)).model_copy(
        update={
            "phase": "copied",
            "checkpoint": "samdrift-1",
            "freeze": Freeze(began_at=AT, seconds=2.1),
            "verification": Verification(disks=(checksum,), seconds=0.4),
            "target_started_at": AT,
        }
    )
    assert MoveState.model_validate_json(state.model_dump_json()) == state
    assert state.verification is not None
    assert state.verification.differing == ("vda",)


def test_totals_count_every_round_and_the_list_keeps_the_seed_and_the_latest() -> None:
    state = with_round(STATE, round_of("seed", 1000))
    for number in range(50):
        state = with_round(state, round_of("sync", number))
    state = with_round(state, round_of("final", 7))

    latest = tuple(round_of("sync", number) for number in range(50 - KEPT_ROUNDS + 1, 50))
    assert state == STATE.model_copy(
        update={
            "rounds": (round_of("seed", 1000), *latest, round_of("final", 7)),
            "bytes_seeded": 1000,
            "bytes_in_deltas": sum(range(50)) + 7,
            "deltas": 51,
        }
    )


def test_second_seed_begins_the_list_anew_and_adds_to_the_totals() -> None:
    state = with_round(with_round(STATE, round_of("seed", 1000)), round_of("sync", 5))
    state = with_round(state, round_of("seed", 1100))
    assert (state.rounds, state.bytes_seeded, state.bytes_in_deltas) == ((round_of("seed", 1100),), 2100, 5)


def test_comparison_of_no_disk_is_no_comparison() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        Verification(disks=(), seconds=0.1)


def test_time_without_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Freeze(began_at=datetime(2027, 3, 1, 22, 0))  # noqa: DTZ001 - the mistake that must be caught
