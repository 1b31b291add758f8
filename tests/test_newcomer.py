"""Start here: one statement about a model on its way onto the record, and back out to somebody who trusts nobody.

The way is ARCHITECTURE §4, step by step; each step names the file that does it. The statement is a note; a capability
determination, or any other kind of act, goes the very same way: only its judges ask for more.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.bootstrap import Founder, LogKey, found, open_house
from api.settings import Settings
from keys import check
from keys.signing import Ed25519Signer
from ledger.draft import draft
from ledger.engine.in_force import in_force
from ledger.errors import Refused
from ledger.export.bundle import export
from ledger.publish.site import publish
from ledger.record.act import Seen, make_act
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.entry import read_entry
from ledger.record.event import Actor
from ledger.record.merkle import leaf_hash, root_of
from ledger.record.sign import sign_event
from ledger.replay import Replay
from ledger.subjects.registry import COMMANDS
from ledger.verify.asked import Asked
from ledger.verify.verify import verify

ORIGIN = "quillmere.example/log"
NINE = "2025-03-14T09:00:00.000000Z"


def clock() -> str:
    """Time is an argument everywhere, and here it stands still."""
    return NINE


def entropy(count: int, drawn: Iterator[int] = iter(range(1, 256))) -> bytes:  # noqa: B008
    """So is chance: ids and salts. Never the same twice, and the same in every run."""
    return bytes([next(drawn)]) * count


def test_the_way_of_an_act(tmp_path: Path) -> None:
    # Three people and the log have keys. (People keep theirs in files, passkeys or SSH agents: keys/.)
    log = LogKey(ORIGIN, Ed25519Signer.from_seed(bytes([0]) * 32))
    secretary, ceo, rso = (Ed25519Signer.from_seed(bytes([n]) * 32) for n in (1, 2, 3))

    # Entry 0 founds the ledger: it says who holds which role and which key, and everybody on it signs it.
    founders = [
        Founder("p-sec", ("BOARD_SECRETARY",), secretary),
        Founder("p-ceo", ("CEO",), ceo),
        Founder("p-rso", ("RSO",), rso),
    ]
    settings = Settings(tmp_path / "ledger", ORIGIN)
    first = found(settings, log, founders, organisation="Quillmere Labs", clock=clock, entropy=entropy)

    with open_house(settings, log, clock=clock, entropy=entropy) as opened:
        office, store = opened.office, opened.store

        # A form becomes an event (ledger/draft.py). What is confidential enters as a salted commitment only.
        view = office.catch_up().at()
        made = draft(
            COMMANDS["note"],
            {
                "data": {"text": "Heron 4: seven of fifteen autonomy tasks passed, below the line of eight."},
                "sealed": {"tasks": "the list of the fifteen tasks"},
            },
            view=view,
            actor=Actor("p-rso", "RSO", "officer"),
            policy=in_force(view),
            now=NINE,
            entropy=entropy,
        )

        # Two people sign the same bytes (ledger/record/sign.py), and with them the head that they had seen: whoever
        # rewrites what stood before contradicts their signatures, not only the operator's.
        head = store.head()
        signatures = [
            sign_event(
                made.event,
                seen=Seen(head.size, head.root().hex()),
                person=person,
                role=role,
                capacity="officer",
                statement="attest",
                signed_at=NINE,
                ledger=ORIGIN,
                signer=key,
            )
            for person, role, key in (("p-rso", "RSO", rso), ("p-ceo", "CEO", ceo))
        ]
        act = make_act(made.event, signatures)

        # 1, 2. The office brings its register up to the head and judges the act (ledger/office.py, judge.py,
        # subjects/). A refusal names rule, reason and cure, and leaves no trace: here nobody holds the key.
        stranger = Ed25519Signer.from_seed(bytes([9]) * 32)
        forged = sign_event(
            made.event,
            seen=Seen(head.size, head.root().hex()),
            person="p-rso",
            role="RSO",
            capacity="officer",
            statement="attest",
            signed_at=NINE,
            ledger=ORIGIN,
            signer=stranger,
        )
        with pytest.raises(Refused) as refused:
            office.record(make_act(made.event, [forged]), disclosures=made.disclosures)
        assert [refusal.rule for refusal in refused.value.refusals] == ["S-KEY"]
        assert store.head() == head

        # 3. Allowed: the act's bytes are spliced unparsed into an entry (record/entry.py), linked to the entry before,
        # hashed, and stored with the signed checkpoint in one transaction (store/).
        receipt = office.record(act, disclosures=made.disclosures)
        assert receipt.index == 1
        raw = store.entry(1)
        assert act.raw in raw
        assert read_entry(raw).prev == first.leaf_hash.hex()
        assert receipt.leaf_hash == leaf_hash(raw)
        assert b"the list of the fifteen tasks" not in raw

        # 4. The receipt is the promise: a state of the log, signed by its key, with the entry in it.
        signed = SignedCheckpoint.parse(receipt.checkpoint)
        assert signed.holds(log.vkey, check.ed25519)
        assert signed.checkpoint.root == root_of([leaf_hash(store.entry(0)), receipt.leaf_hash])
        assert office.record(act, disclosures=made.disclosures) == receipt  # asked twice, recorded once

        # The record goes out as plain files (publish/), and as one file to hand over (export/).
        site, bundle = tmp_path / "site", tmp_path / "bundle.zip"
        register = office.catch_up()
        publish(store, register, site, check=check.ed25519)
        export(store, register, bundle, checkpoint=receipt.checkpoint, check=check.ed25519)

    # 5. Somebody else, with nothing but the log's public key and the hash of entry 0 on a sheet of paper, re-derives
    # all of it from the bytes (verify/): form, order, tree, signatures, roles, and by the same judges (replay.py)
    # that every act was allowed where it stands.
    def asked() -> Asked:
        return Asked(vkey=log.vkey, founding=first.leaf_hash.hex(), rules=Replay(check))

    for place in (site, bundle, settings.path(settings.database)):
        report = verify(str(place), asked())
        assert (report.words, report.exit_code) == ("OK", 0), report

    # And a rewritten word does not go unnoticed, though it is a single one.
    [entries] = (site / "tile" / "entries").rglob("2")
    entries.chmod(0o644)
    entries.write_bytes(entries.read_bytes().replace(b"below the line", b"above the line"))
    report = verify(str(site), asked())
    assert (report.words, report.exit_code) == ("BROKEN_AT 1", 1)
