"""What every record has beside its decisions: a replaced laptop, a withheld note, a draft that waits for a visitor.

These rows have the number 0: the story does not need them, and whoever tries the ledger does.
"""

from __future__ import annotations

from typing import Final

from api.demo.play import Play, Row
from api.demo.stage import new_key, paper


def new_laptop(p: Play) -> None:
    """The security officer's laptop is replaced: a new key, and the end of the old one."""
    stage = p.stage
    folder = stage.house.settings.path("keys")
    signer, data = new_key(stage, folder, "p-ciso-2", "p-ciso")
    p.does("p-sec p-gc", "register-key", data)
    old = stage.signers["p-ciso"].key_id
    stage.signers["p-ciso"] = signer
    p.does("p-ciso", "revoke-key", {"key": old, "reason": "laptop replaced; nothing lost"}, name="old laptop")


def told_the_board(p: Play) -> None:
    """A note for the Board alone, with a value that only its readers may see."""
    p.does(
        "p-d1",
        "note",
        {"text": "The Board heard of the schedule of Heron 5."},
        withheld=True,
        sealed={"schedule": "Run from 17 March, at most nine weeks."},
        evidence=[paper("Minutes of the Board, February", "2025-02-24")],
        **{"class": "board"},
    )


def waiting(p: Play) -> None:
    """One draft stays on the docket for a visitor to sign: it lacks a second officer."""
    stage = p.stage
    _, data = new_key(stage, stage.house.settings.path("keys"), "p-auditor-2", "p-auditor")
    made = stage.draft("register-key", "p-sec", {"data": data})
    stage.house.docket.open(made)
    stage.house.docket.sign(made.event["id"], stage.sign(made, "p-sec", "approve"))


ROWS: Final = (
    Row(0, "2025-02-20", "A laptop is replaced", new_laptop),
    Row(0, "2025-02-24", "The Board hears of a schedule", told_the_board),
)
