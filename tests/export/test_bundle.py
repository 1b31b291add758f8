"""ledger/export/bundle.py: its four must-sentences, each by number, and what the offline verifier says of bundles."""

from pathlib import Path
from typing import Any

import pytest

from keys.check import ed25519
from ledger.errors import Malformed, NotFound, StoreUnavailable
from ledger.export.bundle import Bundle, export, with_their_context
from ledger.publish.cosignatures import earlier
from ledger.publish.site import publish
from ledger.record.canonical import decode
from ledger.record.checkpoint import Checkpoint, sign_checkpoint
from ledger.record.note import cosign
from ledger.record.people import ROLL_TYPES
from ledger.record.proof import Proof
from ledger.record.quorum import parse_quorum
from ledger.verify.asked import Asked
from ledger.verify.verify import verify
from tests.fixtures.ledger import POLICY, W1, W2, Ledger, files
from tests.kit import ORIGIN, NoteKey


def bundle(ledger: Ledger, to: Path, **options: Any) -> Bundle:
    note = options.pop("checkpoint", None) or ledger.store.checkpoint()
    return export(ledger.store, ledger.register(), to, checkpoint=note, check=ed25519, **options)


def verdict(ledger: Ledger, place: Path) -> str:
    founding = ledger.store.leaf_hashes(0, 1)[0].hex()
    report = verify(str(place), Asked(vkey=ledger.vkey.vkey, founding=founding))
    return report.words if report.exit_code < 2 else f"{report.words}: {report.meaning}"


@pytest.fixture
def story(ledger: Ledger) -> dict[str, int]:
    """A ledger with something of everything, by name."""
    made = {"plain": ledger.note("Said in the open.")}
    made["sealed"] = ledger.note("With a value for staff.", sealed="staff only", class_="staff")
    made["board"] = ledger.note("For the Board.", class_="board", withheld=True)
    made["shown"] = ledger.note("With a value that is published.", sealed="shown")
    made["said"] = ledger.say(
        "disclosure.published", made["shown"], ledger.opened[made["shown"]][0].commitment()
    )
    made["wrong"] = ledger.note("Passed 0.46.")
    made["correction"] = ledger.note("It was 0.50.", corrects=made["wrong"])
    made["again"] = ledger.note("It was 0.51.", corrects=made["correction"])
    made["secret correction"] = ledger.note(
        "And this is why.", corrects=made["wrong"], class_="board", withheld=True
    )
    return made


@pytest.mark.parametrize("name", ["a.zip", "a"])
@pytest.mark.parametrize("recipient", ["public", "staff", "board", "trust", "regulator:eu"])
def test_a_whole_bundle_holds(
    tmp_path: Path, ledger: Ledger, story: dict[str, int], name: str, recipient: str
) -> None:
    made = bundle(ledger, tmp_path / name, recipient=recipient)
    assert (made.kind, made.size, made.holds) == ("whole", ledger.size, ledger.size)
    assert verdict(ledger, tmp_path / name) == (
        "OK" if recipient in ("board", "trust") else "OK_WITH_WITHHELD"
    )


@pytest.mark.parametrize("name", ["a.zip", "a"])
def test_a_chosen_bundle_holds(tmp_path: Path, ledger: Ledger, story: dict[str, int], name: str) -> None:
    made = bundle(ledger, tmp_path / name, chosen={story["sealed"], story["board"]}, recipient="board")
    assert (made.kind, made.holds) == ("chosen", 3)
    assert verdict(ledger, tmp_path / name) == "OK"


def test_several_tiles(tmp_path: Path, ledger: Ledger) -> None:
    ledger.grow(600)
    bundle(ledger, tmp_path / "a")
    assert sorted(name for name in files(tmp_path / "a") if name.startswith("entries/")) == [
        "entries/000",
        "entries/001",
        "entries/002.p/88",
    ]
    assert verdict(ledger, tmp_path / "a") == "OK_WITH_WITHHELD"
    bundle(ledger, tmp_path / "b.zip", chosen={255, 256, 599})
    assert verdict(ledger, tmp_path / "b.zip") == "OK_WITH_WITHHELD"


def test_an_older_state_can_be_handed_out(tmp_path: Path, ledger: Ledger, story: dict[str, int]) -> None:
    note = ledger.store.checkpoint(story["said"])
    bundle(ledger, tmp_path / "a", checkpoint=note)
    found = files(tmp_path / "a")
    assert "disclosures.jsonl" not in found, "the value was not public yet"
    assert decode(found["manifest.json"])["size"] == story["said"]
    assert verdict(ledger, tmp_path / "a") == "OK_WITH_WITHHELD"


def test_what_lies_beside_goes_along(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    for size in (2, 3):
        publish(ledger.grow(size).store, ledger.register(), site, check=ed25519)
    text = ledger.store.checkpoint().rpartition("\n\n")[0] + "\n"
    note = ledger.store.checkpoint() + "".join(str(cosign(text, w, 1_700_000_000)) for w in (W1, W2))
    stamps = {"3.tsr": b"\x30"}
    bundle(
        ledger,
        tmp_path / "a",
        checkpoint=note,
        policy=POLICY,
        earlier=earlier(site) | {9: "x"},
        timestamps=stamps,
    )
    found = files(tmp_path / "a")
    assert {"policy.tlog", "earlier/2", "timestamps/3.tsr", "vkey", "founding", "checkpoint"} <= set(found)
    assert "earlier/9" not in found
    assert found["checkpoint"].decode() == note
    bundle(ledger, tmp_path / "c.zip", checkpoint=note, policy=POLICY, earlier=earlier(site))
    assert verdict(ledger, tmp_path / "c.zip") == "OK_WITH_WITHHELD"
    bundle(ledger, tmp_path / "d.zip", policy=POLICY)
    asked = Asked(vkey=ledger.vkey.vkey, policy=parse_quorum(POLICY))
    assert verify(str(tmp_path / "c.zip"), asked).words == "OK_WITH_WITHHELD"
    assert verify(str(tmp_path / "d.zip"), asked).words == "WITNESS_MISSING"
    for name in ("../3.tsr", "3.txt", "a/b.tsr", ""):
        with pytest.raises(Malformed):
            bundle(ledger, tmp_path / "b", timestamps={name: b""})


@pytest.mark.parametrize("chosen", [None, {1}])
def test_1_a_store_that_was_changed_gives_no_bundle(
    tmp_path: Path, ledger: Ledger, chosen: set[int] | None
) -> None:
    ledger.note("before")
    ledger.note("after")
    ledger.place.unbelt()
    ledger.place.execute("UPDATE entries SET entry = CAST(replace(entry, 'before', 'beyond') AS BLOB)")
    with pytest.raises(StoreUnavailable, match="verify the store"):
        bundle(ledger, tmp_path / "a", chosen=chosen)
    assert not (tmp_path / "a").exists()


def test_1_a_changed_leaf_hash_gives_no_proof(tmp_path: Path, ledger: Ledger) -> None:
    ledger.note()
    ledger.place.unbelt()
    ledger.place.execute("UPDATE entries SET leaf = zeroblob(32) WHERE seq = 1")
    with pytest.raises(StoreUnavailable, match="do not prove entry"):
        bundle(ledger, tmp_path / "a", chosen={1})


def test_1_a_checkpoint_of_another_key_or_size_is_refused(tmp_path: Path, ledger: Ledger) -> None:
    other = sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), NoteKey(ORIGIN, key_name="other"))
    with pytest.raises(StoreUnavailable, match="not signed by the key that the record names"):
        bundle(ledger, tmp_path / "a", checkpoint=other)
    for size in (0, 2):
        with pytest.raises(NotFound):
            bundle(
                ledger,
                tmp_path / "a",
                checkpoint=sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), ledger.vkey),
            )
    with pytest.raises(StoreUnavailable, match="do not give the root"):
        bundle(
            ledger, tmp_path / "a", checkpoint=sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), ledger.vkey)
        )


def opened(folder: Path) -> list[int]:
    data = files(folder).get("disclosures.jsonl", b"")
    return [decode(row)["index"] for row in data.splitlines()]


@pytest.mark.parametrize(
    ("recipient", "names"),
    [
        ("public", ["shown"]),
        ("staff", ["sealed", "shown"]),
        ("board", ["board", "shown", "secret correction"]),
        ("trust", ["sealed", "board", "shown", "secret correction"]),
        ("regulator:eu", ["shown"]),
    ],
)
def test_2_to_each_what_they_may_open(
    tmp_path: Path, ledger: Ledger, story: dict[str, int], recipient: str, names: list[str]
) -> None:
    bundle(ledger, tmp_path / "a", recipient=recipient)
    assert opened(tmp_path / "a") == [story[name] for name in names]
    chosen = {story["shown"], story["board"]}
    bundle(ledger, tmp_path / "b", recipient=recipient, chosen=chosen)
    assert opened(tmp_path / "b") == [story[name] for name in names if story[name] in chosen]


def test_2_an_unknown_recipient_gets_no_bundle(tmp_path: Path, ledger: Ledger) -> None:
    with pytest.raises(Malformed, match="not a disclosure class"):
        bundle(ledger, tmp_path / "a", recipient="press")


def test_3_signatures_can_be_checked_from_what_comes_along(
    tmp_path: Path, ledger: Ledger, story: dict[str, int]
) -> None:
    bundle(ledger, tmp_path / "a", chosen={story["plain"]})
    leaves = {name for name in files(tmp_path / "a") if name.startswith("leaves/")}
    expected = {0, story["plain"]} | {f.index for f in ledger.register().at() if f.type in ROLL_TYPES}
    assert leaves == {f"leaves/{i}{end}" for i in expected for end in (".json", ".tlog-proof")}
    for index in expected:
        entry = (tmp_path / f"a/leaves/{index}.json").read_bytes()
        proof = Proof.parse((tmp_path / f"a/leaves/{index}.tlog-proof").read_bytes())
        assert proof.shows(entry, ledger.vkey.vkey, ed25519)
        assert str(proof.checkpoint.note) == (tmp_path / "a/checkpoint").read_text()


def test_3_a_corrected_statement_brings_its_correction(ledger: Ledger, story: dict[str, int]) -> None:
    found = with_their_context(ledger.register(), ledger.size, {story["wrong"]}, "public")
    assert found == [0, story["wrong"], story["correction"], story["again"]]
    assert story["wrong"] not in with_their_context(
        ledger.register(), ledger.size, {story["correction"]}, "public"
    )


def test_4_a_withheld_correction_does_not_tell_itself(ledger: Ledger, story: dict[str, int]) -> None:
    for recipient in ("public", "staff"):
        assert story["secret correction"] not in with_their_context(
            ledger.register(), ledger.size, {story["wrong"]}, recipient
        )
    for recipient in ("board", "trust"):
        assert story["secret correction"] in with_their_context(
            ledger.register(), ledger.size, {story["wrong"]}, recipient
        )


@pytest.mark.parametrize("index", [-1, 1, 1 << 60])
def test_an_entry_that_is_not_there(tmp_path: Path, ledger: Ledger, index: int) -> None:
    with pytest.raises(NotFound, match="no entry"):
        bundle(ledger, tmp_path / "a", chosen={index})


def test_an_empty_ledger_has_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nothing was recorded yet"):
        bundle(Ledger(tmp_path / "a"), tmp_path / "b", checkpoint="x")
