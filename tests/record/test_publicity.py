"""ledger.record.publicity: what may never be withheld."""

from ledger.record.people import ROLL_TYPES
from ledger.record.publicity import NEVER_WITHHELD


def test_whatever_the_roll_reads_is_public() -> None:
    """Must 1."""
    assert ROLL_TYPES <= NEVER_WITHHELD


def test_nothing_is_taken_from_the_floor() -> None:
    """Must 2 (DOMAIN §10: everything others verify by). A type may be added here and there, none taken away."""
    assert {
        "ledger.founded",
        "appointment.made",
        "appointment.ended",
        "key.registered",
        "key.revoked",
        "settings.changed",
        "trust.roster_changed",
        "intake.epoch_sealed",
        "trust.statistics_published",
        "disclosure.published",
        "disclosure.erased",
        "log.rotated",
        "log.restored",
    } <= NEVER_WITHHELD
