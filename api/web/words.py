"""Words on screens (EXPERIENCE): how roles, statements, classes, times and hashes read to people.

::

    moment("2025-03-14T09:04:00.000000Z")    14 March 2025, 09:04 UTC
    short("sha256:9c1f…64 digits…e2b7")      9c1f…e2b7
    role("RSO")                              Responsible scaling officer (RSO)

1. Officers must never meet the words leaf, tile or Merkle here; auditors find them under "exact terms".
2. A word that is not known must be shown as it stands in the record, never left out.
3. A character that nobody sees must not change what is read: it is shown by its number.
"""

from __future__ import annotations

import re
from typing import Final

from api.titles import TITLES
from ledger.record.fields import instant

ROLES: Final = {
    "ACTING_RSO": "Acting responsible scaling officer",
    "ASSESSOR": "Assessor",
    "AUDITOR": "Auditor",
    "BOARD": "The Board",
    "BOARD_SECRETARY": "Board secretary",
    "CEO": "Chief executive (CEO)",
    "CISO": "Head of security (CISO)",
    "DIRECTOR": "Director",
    "EXTERNAL_REVIEWER": "External reviewer",
    "GENERAL_COUNSEL": "General counsel",
    "IMPORTER": "Transcriber of public records",
    "INTERNAL_REVIEWER": "Internal reviewer",
    "LTBT": "The Long-Term Benefit Trust",
    "PEOPLE": "People team",
    "REPORTER": "Reporter",
    "RSO": "Responsible scaling officer (RSO)",
    "SERVICE": "Service of this ledger",
    "TRUSTEE": "Trustee",
}
SHORT: Final = {"ACTING_RSO": "acting RSO", "CEO": "CEO", "CISO": "CISO", "RSO": "RSO"}
"""Roles that are known by their letters, for lines that hold several."""
STATEMENTS: Final = {
    "abstain": "abstains",
    "acknowledge": "received it (which is not: agrees)",
    "approve": "approves",
    "attest": "states that this is so",
    "consulted": "was consulted",
    "reject": "rejects",
}
CLASSES: Final = {
    "board": "for the Board",
    "public": "public",
    "reporter_safe": "safe for reporters",
    "restricted_staff": "for named staff",
    "staff": "for staff",
    "trust": "for the Trust",
}
TYPES: Final = TITLES | {
    "appointment.ended": "End of an appointment",
    "appointment.made": "Appointment",
    "disclosure.erased": "Withheld value erased",
    "disclosure.published": "Withheld value published",
    "entry.corrected": "Correction",
    "history.imported": "Transcribed public record",
    "key.registered": "New key",
    "key.revoked": "Key revoked",
    "ledger.founded": "Founding",
    "note.recorded": "Note",
    "trust.roster_changed": "Trust directory",
}
KEYS: Final = {"ed25519": "key file", "sshsig": "SSH key", "webauthn": "passkey"}
SOURCES: Final = {
    "external": "from outside",
    "internal": "internal",
    "partner": "from a partner",
    "public": "public source",
}
CONFIDENCES: Final = {"high": "high confidence", "low": "low confidence", "medium": "medium confidence"}
PRECISIONS: Final = {
    "after": "some time after it",
    "before": "some time before it",
    "day": "the day",
    "month": "the month",
    "none": "not dated",
    "year": "the year",
}

HIDDEN: Final = re.compile("[\u00ad\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
"""Characters that nobody sees and that can turn what is read around, or hide something in it."""

_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{15}Z")


def moment(time: str) -> str:
    """A time for people; to the second only where there is one. Anything else as it stands."""
    if not _TIME.fullmatch(time):
        return time
    try:
        at = instant(time)
    except ValueError:
        return time
    clock = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    return f"{at.day} {at:%B} {at.year}, {clock} UTC"


def day(time: str) -> str:
    """The day of a time, or of a day: ``14 March 2025``."""
    return moment(time if "T" in time else f"{time}T00:00:00.000000Z").partition(",")[0]


def short(digest: str) -> str:
    """A hash, key id or other long text with its middle left out."""
    text = digest.removeprefix("sha256:")
    return text if len(text) <= 12 else f"{text[:4]}…{text[-4:]}"


def role(name: str) -> str:
    """A role in words."""
    return ROLES.get(name, name)


def brief_role(name: str) -> str:
    """A role in few words, for a line that names several."""
    return SHORT.get(name, role(name))


def statement(name: str) -> str:
    """What a signature says."""
    return STATEMENTS.get(name, name)


def readers(class_: str) -> str:
    """Whom a disclosure class is for."""
    if class_.startswith("regulator:"):
        return f"for the regulator {class_.removeprefix('regulator:')}"
    return CLASSES.get(class_, class_)


def kind(type_: str) -> str:
    """A type of entry in words."""
    return TYPES.get(type_, type_)


def modality(name: str) -> str:
    """How firmly a rule is meant: ``must``; of a rule of the house it is said whose it is."""
    return name.replace("_", " ")


def visible(value: object) -> object:
    """A value on its way onto a page, with hidden characters made visible: ``⟨U+202E⟩``. Markup stays as it is."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return HIDDEN.sub(lambda m: f"⟨U+{ord(m[0]):04X}⟩", value)
    return value


def clip(text: str, most: int = 120) -> str:
    """The beginning of a text, on one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return line[:most].rpartition(" ")[0].rstrip(".,;:") + "…" if " " in line[:most] else line[:most] + "…"


def count(number: int, one: str, many: str = "") -> str:
    """``1 entry``, ``14 entries``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
