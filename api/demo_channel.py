"""The anonymous channel of a demonstration: its trustees' sheets, and the key of its service.

::

    trustees/p-t1.words      the 24 words of T1's sheet: whoever has the folder can be that trustee
    trustees/p-t1/           T1's machine, as `countersign trustee restore` makes it; its passphrase is "demonstration"
    keys/svc-intake.key      registered on the record when the channel is first served

1. Sheets must lie open in a demonstration's folder, and in no other: they are for looking and trying.
2. The seats on the record must be those of the sheets, so that what a visitor files can really be opened.
3. The channel must begin on the day on which it is first served: epochs have no gaps, and a list for each day since the
   story would be gigabytes of covers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from api.desk.session import Known, keep_known
from intake.trustee import sheet, vault
from intake.trustee.mirror import Mirror
from intake.trustee.vault import Own
from keys.files import write_bytes
from keys.passphrase import Passphrase
from keys.seat import seat
from ledger.record.canonical import encode
from ledger.record.fields import later
from ledger.register import View
from ledger.subjects.rosters import held

FOLDER: Final = "trustees"
SERVICE: Final = "svc-intake"
PASSPHRASE: Final = "demonstration"  # noqa: S105 - it protects nothing, and is printed
"""Of every trustee's machine in a demonstration."""
BEFORE: Final = timedelta(minutes=10)
"""A stage's clock runs a minute ahead at each look: it begins so long before now."""


def drawn_seat(folder: Path, random: Callable[[int], bytes], person: str, number: int) -> dict[str, Any]:
    """A seat from a sheet drawn now, whose words are kept in the demonstration's `folder`."""
    entropy = random(sheet.ENTROPY_BYTES)
    (folder / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    words = " ".join(sheet.words(entropy)) + "\n"
    write_bytes(words_path(folder, person), words.encode("ascii"), 0o600)
    return seat(entropy, person, number)


def words_path(folder: Path, person: str) -> Path:
    """Where a trustee's words lie."""
    return folder / FOLDER / f"{person}.words"


def has_sheets(folder: Path) -> bool:
    """False for a demonstration that was made before there were any."""
    return any((folder / FOLDER).glob("*.words"))


def machines(folder: Path, view: View, known: Known) -> list[Path]:
    """Every trustee's own folder, made the first time, and told where everything is now."""
    roster = held(view)[-1]
    homes = []
    for one in roster.roster.seats:
        home = folder / FOLDER / one.person
        entropy = sheet.entropy(words_path(folder, one.person).read_text(encoding="ascii"))
        if not vault.is_there(home):
            own = Own(
                roster.roster.ledger, int(roster.fact.recorded_at[:4]), seat(entropy, one.person, one.seat)
            )
            vault.set_up(home, entropy, own, Passphrase(PASSPHRASE.encode()))
        Mirror(home / "mirror").keep_directory(encode(roster.fact.data))
        keep_known(home, known)
        homes.append(home)
    return homes


def before(now: str) -> str:
    """Where the clock of a stage begins, so that nothing is recorded ahead of `now`."""
    return later(now, -BEFORE)
