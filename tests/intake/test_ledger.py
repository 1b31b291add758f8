"""The whole way on a real ledger: a report, its epoch judged and recorded, opened by trustees of its roster."""

from datetime import timedelta
from pathlib import Path

import pytest

from api.intake.ledger import OfficeLedger
from intake import envelope, epochs, opening
from intake.body import Body
from intake.counter import Counter
from intake.receipt import Decision, decide
from intake.sealing import Seal, seal_due
from intake.store import Store, create
from keys.check import raw
from keys.seat import derive
from keys.signing import Ed25519Signer
from ledger.errors import Refused, StoreUnavailable
from ledger.record import fields as f
from ledger.record.canonical import encode
from ledger.record.epoch import SEALED, epoch
from tests.intake.kit import WORDS, Drawn, seed
from tests.kit import CEO, SECRETARY, T1, T2, Person
from tests.office.desk import Desk, registering
from tests.office.test_judge_roll import roster

INTAKE = Person("svc-intake", "SERVICE", "intake")


def running(desk: Desk) -> int:
    return epochs.of(f.instant(desk.clock.now).timestamp())


def test_a_report_goes_all_the_way(tmp_path: Path) -> None:
    from hashlib import sha256

    desk = Desk.found(tmp_path)
    today = running(desk)
    desk.record("register-key", [SECRETARY, CEO], registering(INTAKE))
    desk.record("change-roster", [T1, T2], roster(T1, T2, from_epoch=today))
    key = Ed25519Signer(INTAKE.private)
    ledger = OfficeLedger(
        desk.office, key, head=desk.office.store.head, record=desk.office.record, entropy=desk.dice
    )
    create(tmp_path / "intake.db", today)
    store = Store(tmp_path / "intake.db")
    counter = Counter(store, ledger, key, ledger.origin, Drawn("counter"))
    seal = Seal(key, "c" * 64, Drawn("seal"))

    (directory,) = ledger.directories()
    sealed = envelope.seal(
        directory, Body("report", "ltbt", "What happened."), seed("n")[:16], Drawn("r"), WORDS
    )
    given = counter.accept(sealed.data, today)
    desk.clock.move(timedelta(days=3))
    assert seal_due(store, ledger, seal, running(desk)) == [today, today + 1, today + 2]

    facts = desk.office.catch_up().at().of_type(SEALED)
    lists = {fact.data["epoch"]: epoch(fact.data) for fact in facts}
    service = raw("ed25519", INTAKE.public)
    assert decide(given, service, running(desk), lists, lambda item: True) is Decision.LISTED
    seeds = {n: derive(sha256(p.id.encode()).digest(), "hpke") for n, p in enumerate((T1, T2))}
    shares = {n: sealed.share(directory, n, s) for n, s in seeds.items()}
    mine, other = shares[0], shares[1]
    assert mine
    assert other
    opened = opening.read(sealed, opening.combine(sealed, directory, mine, {1: other.to_bytes()}))
    assert opened
    assert opened.body.text == "What happened."

    # A crash before the mark: entered again, it stands once; with other data somebody must look.
    first = epoch(facts[0].data)
    assert ledger.enter(first) == facts[0].index
    with pytest.raises(StoreUnavailable, match="with other data"):
        ledger.enter(epoch(first.data() | {"client": "d" * 64}))
    with pytest.raises(Refused, match="G-EPO-1"):
        ledger.enter(epoch(first.data() | {"epoch": today + 9}))
    for fact in facts:
        assert len(encode(fact.data)) == len(encode(facts[0].data))
    store.close()
    desk.close()
