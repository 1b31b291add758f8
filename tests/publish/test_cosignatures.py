"""ledger/publish/cosignatures.py: its five must-sentences, each by number."""

from pathlib import Path

import pytest

from keys.check import ed25519
from ledger.durable import Contradiction
from ledger.errors import Malformed, NotFound
from ledger.publish.cosignatures import Standing, add_cosignature, ask, earlier, read_public
from ledger.publish.site import Published, publish
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.log_keys import LogKeys
from ledger.record.note import COSIGNER_KEY, Line, cosign
from ledger.record.quorum import parse_quorum
from ledger.witness import Witness
from tests.fixtures.ledger import POLICY, W1, W2, Ledger, files
from tests.kit import NoteKey

QUORUM = parse_quorum(POLICY)
ONE = parse_quorum(POLICY.replace("all all", "any any").replace("quorum all", "quorum any"))


def bring_up(ledger: Ledger, site: Path, *, free: bool = False) -> Published:
    return publish(ledger.store, ledger.register(), site, check=ed25519, quorum=None if free else QUORUM)


def text_of(site: Path, name: str) -> str:
    return SignedCheckpoint.parse((site / name).read_bytes()).note.text


def line(site: Path, name: str, witness: NoteKey = W1, seconds: int = 1_700_000_000) -> str:
    return str(cosign(text_of(site, name), witness, seconds))


def add(ledger: Ledger, site: Path, lines: str) -> Standing:
    return add_cosignature(site, lines, logs=LogKeys.only(ledger.vkey.vkey), check=ed25519, quorum=QUORUM)


@pytest.fixture
def site(tmp_path: Path, ledger: Ledger) -> Path:
    """Nine entries wait for W1 and W2."""
    bring_up(ledger.grow(9), tmp_path / "site")
    return tmp_path / "site"


def test_1_only_lines_that_hold_are_kept(site: Path, ledger: Ledger) -> None:
    before = files(site)
    stranger = NoteKey("witness.example/w3", COSIGNER_KEY, "w3")
    liar = NoteKey(W1.name, COSIGNER_KEY, "liar")
    good = line(site, "cosignatures/9")
    forged = cosign(text_of(site, "cosignatures/9"), W2, 1_700_000_000).signature
    moved = str(Line(W1.name, W1.vkey.id, forged))
    other = str(cosign("other.example/log\n9\nKgAA\n", W1, 1))
    for bad in (line(site, "cosignatures/9", stranger), line(site, "cosignatures/9", liar), moved, other):
        with pytest.raises(
            Malformed, match=r"no line here confirms .* witness\.example/w1, witness\.example/w2"
        ):
            add(ledger, site, bad)
    for garbage in ("", "nonsense", "— a b", "— witness.example/w1 !!!!\n"):
        with pytest.raises(Malformed):
            add(ledger, site, garbage)
    assert files(site) == before
    assert add(ledger, site, line(site, "cosignatures/9", stranger) + good).waiting is not None
    held = SignedCheckpoint.parse((site / "cosignatures/9").read_bytes()).note
    assert [x.name for x in held.lines] == [ledger.vkey.name, W1.name]


def test_2_it_becomes_public_with_the_last_line_that_is_needed(site: Path, ledger: Ledger) -> None:
    standing = add(ledger, site, line(site, "cosignatures/9", W1))
    assert standing.public == 0
    assert standing.waiting is not None
    assert "confirmed by W1" in standing.waiting.missing
    assert read_public(site) is None
    assert add(ledger, site, line(site, "cosignatures/9", W2).rstrip("\n")) == Standing(9, None)
    public = read_public(site)
    assert public is not None
    assert QUORUM.met(SignedCheckpoint.parse(public).note, ed25519)
    assert not (site / "cosignatures/9").exists()
    assert bring_up(ledger, site).written == 0


def test_3_the_one_before_is_kept(site: Path, ledger: Ledger) -> None:
    add(ledger, site, line(site, "cosignatures/9", W1) + line(site, "cosignatures/9", W2))
    nine = read_public(site)
    bring_up(ledger.grow(12), site)
    assert earlier(site) == {}
    add(ledger, site, line(site, "cosignatures/12", W1) + line(site, "cosignatures/12", W2))
    assert earlier(site) == {9: nine}


def test_3_the_public_one_only_grows(site: Path, ledger: Ledger) -> None:
    bring_up(ledger.grow(12), site)
    nine = line(site, "cosignatures/9", W1) + line(site, "cosignatures/9", W2)
    add(ledger, site, line(site, "cosignatures/12", W1) + line(site, "cosignatures/12", W2))
    with pytest.raises(Malformed):
        add(ledger, site, nine)
    assert text_of(site, "checkpoint").split("\n")[1] == "12"


def test_4_a_late_line_joins_what_is_public_already(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    bring_up(ledger, site, free=True)
    assert add(ledger, site, line(site, "checkpoint", W1)) == Standing(1, None)
    assert add(ledger, site, line(site, "checkpoint", W2)) == Standing(1, None)
    public = read_public(site) or ""
    assert [x.name for x in SignedCheckpoint.parse(public).note.lines] == [ledger.vkey.name, W1.name, W2.name]
    assert bring_up(ledger, site, free=True).written == 0
    bring_up(ledger.grow(2), site, free=True)
    assert earlier(site)[1] == public


def test_4_of_two_lines_by_one_key_the_later_stays(site: Path, ledger: Ledger) -> None:
    for seconds in (1_700_000_100, 1_700_000_000):
        add(ledger, site, line(site, "cosignatures/9", W1, seconds))
    held = SignedCheckpoint.parse((site / "cosignatures/9").read_bytes()).note
    assert held.cosigned_by(W1.vkey, ed25519) == 1_700_000_100
    assert len(held.lines) == 2


def test_4_a_kept_checkpoint_with_another_text_is_tampering(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    bring_up(ledger, site, free=True)
    (site / "earlier").mkdir()
    (site / "earlier/1").write_text("something else\n")
    with pytest.raises(Contradiction, match=r"earlier/1 is no checkpoint of this ledger"):
        bring_up(ledger.grow(2), site, free=True)
    assert text_of(site, "checkpoint").split("\n")[1] == "1"


def test_4_a_crash_between_keeping_and_replacing_loses_no_line(tmp_path: Path, ledger: Ledger) -> None:
    """``earlier/1`` is there already, and then a witness confirms 1 once more."""
    site = tmp_path / "site"
    bring_up(ledger, site, free=True)
    (site / "earlier").mkdir()
    (site / "earlier/1").write_text(read_public(site) or "")
    add(ledger, site, line(site, "checkpoint", W1))
    public = read_public(site)
    bring_up(ledger.grow(2), site, free=True)
    assert earlier(site) == {1: public}


def test_5_several_wait_and_each_can_be_confirmed(site: Path, ledger: Ledger) -> None:
    bring_up(ledger.grow(12), site)
    bring_up(ledger.grow(15), site)
    assert sorted(p.name for p in (site / "cosignatures").iterdir()) == ["12", "15", "9"]
    add(ledger, site, line(site, "cosignatures/12", W1))
    after = add(ledger, site, line(site, "cosignatures/12", W2))
    assert after.public == 12
    assert after.waiting is not None
    assert after.waiting.size == 15
    assert [p.name for p in (site / "cosignatures").iterdir()] == ["15"]
    assert earlier(site) == {}, "9 was never public"


def test_5_a_changed_candidate_is_tampering(site: Path, ledger: Ledger) -> None:
    (site / "cosignatures/8").write_bytes((site / "cosignatures/9").read_bytes())
    with pytest.raises(
        Contradiction, match="cosignatures/8 is no checkpoint of this ledger: it is for 9 entries"
    ):
        bring_up(ledger, site)


def test_a_looser_policy_lets_go_what_waited(site: Path, ledger: Ledger) -> None:
    add(ledger, site, line(site, "cosignatures/9", W1))
    after = publish(ledger.store, ledger.register(), site, check=ed25519, quorum=ONE)
    assert (after.size, after.waiting) == (9, None)


def test_log_and_witnesses_together(tmp_path: Path, ledger: Ledger) -> None:
    """Publish, ask, confirm by hand, add: over and over."""
    site = tmp_path / "site"
    witnesses = [
        Witness(tmp_path / key.key_name, key, [ledger.vkey.vkey], check=ed25519, clock=lambda: 1_700_000_000)
        for key in (W1, W2)
    ]
    for size in (1, 2, 255, 256, 300, 600):
        bring_up(ledger.grow(size), site)
        for one in witnesses:
            last = one.last(ledger.vkey.name)
            body = ask(site, last.size if last else 0, logs=LogKeys.only(ledger.vkey.vkey), check=ed25519)
            answer = one.add_checkpoint(str(body).encode())
            assert answer.status == 200
            add(ledger, site, answer.body)
        assert bring_up(ledger, site) == Published(size, 0, None, None)
    assert sorted(earlier(site)) == [1, 2, 255, 256, 300]


def test_a_witness_may_be_asked_for_any_that_waits(site: Path, ledger: Ledger) -> None:
    bring_up(ledger.grow(12), site)
    for size in (9, 12):
        body = ask(site, 0, logs=LogKeys.only(ledger.vkey.vkey), check=ed25519, size=size)
        assert body.checkpoint.checkpoint.size == size
    with pytest.raises(NotFound):
        ask(site, 0, logs=LogKeys.only(ledger.vkey.vkey), check=ed25519, size=10)
