"""A site whose log's key is rotated: each checkpoint under its own key, also while it waits for witnesses."""

from pathlib import Path

import pytest

from keys.check import ed25519
from ledger.durable import Contradiction
from ledger.publish.cosignatures import Standing, add_cosignature, ask, site_keys
from ledger.publish.site import Published, publish
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.note import Vkey, cosign
from ledger.record.quorum import Quorum, parse_quorum
from ledger.verify.asked import Asked
from ledger.verify.verify import verify
from tests.fixtures.ledger import W1, Ledger
from tests.kit import ORIGIN, NoteKey

OLD, NEW = NoteKey(ORIGIN).vkey, NoteKey(ORIGIN, key_name="log 2").vkey
ONE = parse_quorum(f"log {OLD}\nlog {NEW}\nwitness W1 {W1.vkey}\nquorum W1\n")


def rotate(ledger: Ledger, overlap: int = 0) -> None:
    """Record the rotation, and go on with the new key."""
    ledger.world.rotate("log 2", overlap=overlap, seen=ledger.seen())
    raw = ledger.world.entries.pop()
    ledger.append(raw[len(b'{"act":') : raw.rindex(b',"index":')], [])
    ledger.close()
    ledger.world.log_key = "log 2"
    ledger.open()


def put(ledger: Ledger, site: Path, quorum: Quorum | None = None) -> Published:
    return publish(ledger.store, ledger.register(), site, check=ed25519, quorum=quorum)


def vkey(site: Path) -> Vkey:
    return Vkey.parse((site / "vkey").read_text().strip())


def test_9_the_vkey_is_that_of_the_public_checkpoint(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    put(ledger, site)
    rotate(ledger)
    put(ledger, site)
    assert vkey(site) == OLD
    ledger.note()
    put(ledger, site)
    assert vkey(site) == NEW
    for held in (OLD, NEW):
        founding = (site / "founding").read_text().strip()
        assert verify(str(site), Asked(vkey=held, founding=founding)).words == "OK"
    assert put(ledger, site).written == 0


def test_9_a_site_of_another_ledger_is_not_taken_over(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    put(ledger, site)
    (site / "vkey").write_text(f"{NoteKey(ORIGIN, key_name='other').vkey}\n")
    with pytest.raises(Contradiction):
        put(ledger, site)


def test_a_checkpoint_of_the_new_key_waits_for_its_witnesses_beside_a_public_one_of_the_old(
    tmp_path: Path, ledger: Ledger
) -> None:
    site = tmp_path / "site"
    put(ledger, site)
    rotate(ledger)
    ledger.note()
    assert put(ledger, site, ONE).size == 1
    assert vkey(site) == OLD
    keys = site_keys(site)
    assert keys.vkeys == (OLD, NEW)
    request = ask(site, 1, logs=keys, check=ed25519)
    assert keys.signer(request.checkpoint, ed25519) == NEW
    line = str(cosign(request.checkpoint.note.text, W1, 1_700_000_000))
    standing = add_cosignature(site, line, logs=keys, check=ed25519, quorum=ONE)
    assert standing == Standing(3, None)
    assert vkey(site) == NEW
    public = SignedCheckpoint.parse((site / "checkpoint").read_bytes())
    assert keys.signer(public, ed25519) == NEW
