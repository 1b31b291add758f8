"""What each rule asks, in a sentence, and the section of the specification that it comes from.

::

    RULES["E-LIVE"]     ("Decisions are made live; only observations are imported", "DOMAIN 4.20")

Refusals name the section, and ``docs/rules.md`` is written from this table. Guards (G-…) say both beside their code.

1. Every rule that anything refuses by must stand here.
"""

from __future__ import annotations

from typing import Final

RULES: Final = {
    "E-ACTOR": ("The actor has one of the roles in which this kind of act is recorded", "DOMAIN 4"),
    "E-BACKDATED": ("A decision is dated at most a day before the time in its id", "DOMAIN 3"),
    "E-COMMITMENT": ("A commitment stands once in the whole record", "RECORD 8"),
    "E-DATA": ("The data have exactly the layout of their type and schema", "RECORD 8"),
    "E-EXPIRED": ("The act is recorded by its `not_after`, not kept in a drawer", "RECORD 2"),
    "E-FUTURE": ("What is not scheduled has happened: effective at most five minutes from now", "DOMAIN 3"),
    "E-IMPORTER": ("What is imported is signed by who transcribed it, as IMPORTER", "DOMAIN 1, P10"),
    "E-LIVE": ("Decisions are made live; only observations are imported", "DOMAIN 4.20"),
    "E-NOT-AFTER": ("`not_after` lies at most 30 days after the time in the id", "RECORD 2"),
    "E-POLICY": ("A decision names the policy version in force when it is recorded", "DOMAIN 1, P2"),
    "E-SEEN": ("The heads that the signers saw were signed by this log", "RECORD 3"),
    "E-STATEMENT": (
        "The actor's own signature says approve (decisions) or attest (observations)",
        "RECORD 8",
    ),
    "E-STREAM": ("The event stands in the stream that its kind gives it", "RECORD 8"),
    "E-TYPE": (
        "The recorder knows the type and its schema; a reader keeps what it does not know",
        "RECORD 8",
    ),
    "E-UNREAD": ("Nothing leans on an act that is withheld and can no longer be read here", "RECORD 2"),
    "E-WITHHELD": (
        "What must be public is not withheld, and what stands in clear is corrected in clear",
        "DOMAIN 10",
    ),
    "S-HOLDS": ("Every signature holds over this event, ledger, person, role, key and head", "RECORD 3"),
    "S-KEY": ("The key is the signer's own, and live both where they looked and at the entry", "RECORD 3"),
    "S-ROLE": ("The role is the signer's, both where they looked and at the entry", "RECORD 3"),
    "S-SERVICE": ("A service signs only its own types", "RECORD 3"),
    "A-APPOINT": ("Seats are given and taken by their authority, never by the person concerned", "RECORD 3"),
    "A-DATA": ("What changes the roll can be read by everybody, and names what is there", "RECORD 8"),
    "A-FOUND": ("A ledger is founded once, by entry 0, and every key that it lists signs it", "RECORD 4"),
    "A-KEY": (
        "A key is registered or revoked by two of the four offices; its owner may revoke it",
        "RECORD 3",
    ),
    "A-KEY-NEW": (
        "A key, and its raw bytes in any kind, stands on the roll once, revoked or not",
        "RECORD 3",
    ),
    "A-KEY-OLD": ("Only a live key of the roll is revoked", "RECORD 3"),
    "A-KEY-SOUND": ("A key is of a sound curve point and named by its id", "RECORD 8"),
    "A-KEY-TRUST": ("A trustee's key takes another trustee and the secretary", "RECORD 3"),
    "A-LIVE": ("Nothing imported changes who may sign", "RECORD 8"),
    "A-POSSESSION": (
        "The new key itself has signed for whom, and on which ledger, it is registered",
        "RECORD 3",
    ),
    "A-ROSTER": ("The roster takes two trustees and everybody whose seat it adds or changes", "RECORD 3"),
    "A-ROTATE": (
        "The log's key is replaced by its present key and by whom the founding names for it",
        "RECORD 5",
    ),
    "D-ACTOR": ("The actor signs in the role and capacity that the draft names", "RECORD 8"),
    "D-DONE": ("A signature comes before its act is recorded", "RECORD 3"),
    "D-NEW": ("An id has one draft, with one content and under one set of conditions", "RECORD 2"),
    "D-SIGNED": ("Who sends a draft over HTTP has signed it", "RECORD 3"),
    "D-WANTS": ("Those whom the opener waits for have signed, whatever they say", "ARCHITECTURE 1"),
    "C-ANCHOR": ("The ledger has the log key and entry 0 that this machine knows", "RECORD 4"),
    "C-CLOCK": ("The time in the event's id is not ahead of the signer's clock", "RECORD 2"),
    "C-EXPIRED": ("`not_after` has not passed, and does not keep the act in a drawer", "RECORD 2"),
    "C-FORK": ("The entries that this machine saw are still the same", "RECORD 3"),
    "C-HEAD": ("The state is signed by the log key, and the entries have its root", "RECORD 3"),
    "C-KEY": ("The key stands on the ledger's roll", "RECORD 3"),
    "C-ROLLBACK": ("The record is no shorter than this machine saw it", "RECORD 3"),
    "H-DEMO": ("Real history and demonstrations never share a ledger", "DOMAIN 4.20"),
    "H-LIVE": ("History stands in a ledger of its own, on which nobody decides", "DOMAIN 4.20"),
}
