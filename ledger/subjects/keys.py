"""Keys: registered with a proof of possession, revoked by index (RECORD §3, DOMAIN §4.16).

Who may register or revoke is decided by ``ledger.record.authority``. A revocation works from its own entry on;
with ``compromised_from`` the entries from there keep their place, and what rested on them must be decided again::

    {"compromised_from":31,"key":"k-…","reason":"laptop stolen"}
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.record import people
from ledger.record.event import Event
from ledger.record.people import KeyRegistration, KeyRevocation
from ledger.register import View
from ledger.subjects.kind import Kind
from ledger.subjects.payload import read_text

REGISTER_FORM = """\
# A new key of a person, made by its owner with `countersign keys new` (the .pub.json file goes here).
# Signed by the BOARD_SECRETARY and one of CEO, RSO, GENERAL_COUNSEL, or by two of these three; a trustee's key
# by another trustee and the BOARD_SECRETARY. The owner's signature counts for nothing.
data: {}              # the contents of the .reg.json file that `countersign keys prove` writes
"""

REVOKE_FORM = """\
# A key ends with this entry. Its owner may do so alone with any live key.
data:
  key: k-
  reason: ""
  # compromised_from: 31   # from this entry on its signatures must be decided again (two officers sign)
"""


@dataclass(frozen=True, slots=True)
class Voided:
    """SIGNATURE_VOIDED: the signature of `person` in entry `index` was made when key `key` was compromised."""

    index: int
    person: str
    key: str
    revoked: int


def voided(view: View) -> list[Voided]:
    """Signatures that lost their force by a revocation with ``compromised_from`` (RECORD §3)."""
    since = {
        k.public.key: (k.compromised_from, k.revoked)
        for k in view.roll.keys.values()
        if k.revoked is not None and k.revoked < view.bound and k.compromised_from is not None
    }
    return [
        Voided(fact.index, s.person, s.key, since[s.key][1] or 0)
        for fact in (view if since else ())
        for s in fact.signers
        if s.key in since and fact.index >= (since[s.key][0] or 0)
    ]


def read_registered(event: Event) -> KeyRegistration:
    """`data` of key.registered."""
    return people.key_registration(event.data)


def read_revoked(event: Event) -> KeyRevocation:
    """`data` of key.revoked."""
    read = people.key_revocation(event.data)
    read_text(read.reason, "/data/reason")
    return read


def _owner_stream(view: View, event: Event) -> str:
    key = view.roll.key_below(str(event.data.get("key")), view.bound)
    return f"person/{key.public.person if key else event.data.get('person')}"


KINDS = (
    Kind(
        type=people.REGISTERED,
        command="register-key",
        section="DOMAIN 4.16",
        decides=True,
        read=read_registered,
        stream=_owner_stream,
        form=REGISTER_FORM,
        withholdable=False,
    ),
    Kind(
        type=people.REVOKED,
        command="revoke-key",
        section="DOMAIN 4.16",
        decides=True,
        read=read_revoked,
        stream=_owner_stream,
        form=REVOKE_FORM,
        withholdable=False,
    ),
)
