"""Whose hand holds which key: from the key files of a call to persons, their roles and their signatures.

::

    pens = hold(call, view, now, key_files, roles=["RSO"], passphrases)      [Pen("p-7", "RSO", …)]
    pens[0].sign(event, seen=…, statement="approve", capacity="decider", now=…, ledger=…)

1. Person and role must come from the roll, never from a file beside the key.
2. No key may be opened before its owner has read what it will sign.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.cli.call import Call
from api.cli.foresee import roles_of
from api.cli.keyring import Passphrases, key_id_of
from api.cli.trouble import CannotRun
from keys.signing import Signer
from ledger.errors import Refusal, Refused
from ledger.record.act import Seen, Signature
from ledger.record.sign import sign_event
from ledger.register import View


@dataclass(frozen=True, slots=True)
class Pen:
    """A person who can sign in this call, and in which role."""

    person: str
    role: str
    open: Callable[[], Signer]

    def sign(
        self, event: dict[str, Any], *, seen: Seen, statement: str, capacity: str, now: str, ledger: str
    ) -> Signature:
        """Sign; asks for the passphrase if the key is sealed."""
        return sign_event(
            event,
            seen=seen,
            person=self.person,
            role=self.role,
            capacity=capacity,
            statement=statement,
            signed_at=now,
            ledger=ledger,
            signer=self.open(),
        )


def hold(
    call: Call,
    view: View,
    now: str,
    *,
    key_files: Sequence[Path],
    roles: Sequence[str],
    passphrases: Passphrases,
    actor: dict[str, str] | None = None,
) -> list[Pen]:
    """One pen a key file. Refused when a key is not on the roll, is revoked, or its owner holds no role.

    `actor` of a draft signs in the role that the draft gives them, unless `roles` says otherwise.
    """
    pens: list[Pen] = []
    for path in key_files:
        key_id, opener = key_id_of(call, path, passphrases)
        key = view.roll.key(key_id)
        if key is None:
            why = f"the key in {path} ({key_id}) is not on the roll of this ledger"
            raise Refused([Refusal("S-KEY", why, "use a registered key: `countersign keys list` shows them")])
        person = key.public.person
        if not key.valid(view.bound, view.bound):
            why = f"the key in {path} ({person}) is revoked by entry {key.revoked}"
            raise Refused([Refusal("S-KEY", why, "sign with a live key: `countersign keys list` shows them")])
        if any(pen.person == person for pen in pens):
            raise CannotRun(f"two of the keys belong to {person}", "one person signs once: give one of them")
        drafted = [actor["role"]] if actor and actor["person"] == person and not roles else roles
        pens.append(Pen(person, role_of(view, now, person, drafted), opener))
    return pens


def role_of(view: View, now: str, person: str, roles: Sequence[str]) -> str:
    """The role in which a person signs: the one they hold, or that of --role which they hold."""
    held = roles_of(view.roll, person, view.place(now))
    chosen = [r for r in held if r in roles] if roles else held
    if len(chosen) == 1:
        return chosen[0]
    if not held:
        why = f"{person} holds no role now"
        raise Refused([Refusal("S-ROLE", why, "`countersign keys list` shows who holds which role")])
    if not chosen and len(held) == 1 and len(roles) > 1:
        return held[0]  # --role was meant for the others
    if not chosen:
        why = f"{person} does not hold {' or '.join(roles)}"
        raise Refused([Refusal("S-ROLE", why, f"sign as {' or '.join(held)}")])
    raise CannotRun(f"{person} holds {' and '.join(chosen)}", f"say in which role: --role {chosen[0]}")
