"""The golden vectors of tests/vectors/intake: made again, and read as another client would read them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from intake import (
    board,
    chunks,
    codename,
    directory,
    envelope,
    epochs,
    mail,
    opening,
    proof,
    receipt,
    reply,
    requests,
)
from intake.derive import Secrets
from intake.directory import Directory
from intake.errors import IntakeTrouble, Mistyped, Unopened
from intake.shares import combine
from keys import hybrid
from keys.check.encoding import decode as b64u
from keys.seat import derive
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from ledger.record.canonical import decode, encode
from ledger.record.epoch import Epoch, epoch
from tools import make_intake_vectors

FOLDER = Path(__file__).parents[1] / "vectors" / "intake"


@cache
def cases(name: str) -> dict[str, dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="ascii"))
    return {case["name"]: case for case in read}


def those(file: str, member: str) -> list[Any]:
    return [pytest.param(case, id=name) for name, case in cases(file).items() if member in case]


def bundled(name: str) -> Directory:
    return directory.read(cases("directories")[name]["data"].encode())


def listed() -> Epoch:
    case = cases("lists")["64 places"]
    return epochs.read(case["signed_list"].encode(), b64u(case["service"])).epoch


@pytest.mark.parametrize("name", make_intake_vectors.FILES)
def test_the_vectors_are_made_again_as_they_stand(name: str) -> None:
    assert make_intake_vectors.made(name) == list(cases(name).values())


def test_no_file_of_vectors_is_left_behind() -> None:
    assert {p.stem for p in FOLDER.iterdir()} == set(make_intake_vectors.FILES)


@pytest.mark.parametrize("case", those("codenames", "typed"))
def test_a_codename_derives_what_stands(case: dict[str, Any]) -> None:
    nonce = bytes.fromhex(case["nonce_hex"])
    for typed in case["typed"]:
        secrets = Secrets.of(typed)
        assert codename.entropy(typed).hex() == case["entropy_hex"]
        assert (secrets.author.public, secrets.cek(nonce).hex()) == (case["author"], case["cek_hex"])
        assert (secrets.bind(nonce).hex(), secrets.tag_key.hex()) == (case["bind_hex"], case["tag_key_hex"])
        assert b64u(case["reply_key"]) == hybrid.hpke_public(bytes.fromhex(case["reply_seed_hex"]))


@pytest.mark.parametrize("case", those("codenames", "mistyped"))
def test_what_is_mistyped_is_called_so(case: dict[str, Any]) -> None:
    with pytest.raises(Mistyped):
        codename.entropy(case["mistyped"])


@pytest.mark.parametrize("case", those("keys", "sealed"))
def test_what_was_sealed_opens(case: dict[str, Any]) -> None:
    seed, info = bytes.fromhex(case["seed_hex"]), bytes.fromhex(case["info_hex"])
    assert hybrid.opened(seed, b64u(case["sealed"]), info).hex() == case["plain_hex"]
    assert hybrid.hpke_public(seed) == b64u(case["public"])


@pytest.mark.parametrize("case", those("directories", "digest_hex"))
def test_a_directory_is_read(case: dict[str, Any]) -> None:
    found = directory.read(case["data"].encode())
    assert found.digest.hex() == case["digest_hex"]
    assert [found.fingerprint(n) for n in range(found.size)] == case["fingerprints"]
    for n, sheet in enumerate(case["sheets_hex"]):
        assert derive(bytes.fromhex(sheet), "hpke").hex() == case["hpke_seeds_hex"][n]
        assert found.hpke(n) == hybrid.hpke_public(bytes.fromhex(case["hpke_seeds_hex"][n]))
        assert found.sign(n) == Ed25519Signer.from_seed(bytes.fromhex(case["sign_seeds_hex"][n])).raw
        assert found.device(n) == Ed25519Signer.from_seed(bytes.fromhex(case["device_seeds_hex"][n])).raw


@pytest.mark.parametrize("case", those("directories", "refused"))
def test_what_is_no_directory_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        directory.read(case["refused"].encode())


@pytest.mark.parametrize("case", those("shares", "k"))
def test_the_first_and_the_last_k_shares_give_the_secret(case: dict[str, Any]) -> None:
    shares = {int(x): bytes.fromhex(y) for x, y in case["shares_hex"].items()}
    for chosen in (sorted(shares)[: case["k"]], sorted(shares)[-case["k"] :]):
        assert combine({x: shares[x] for x in chosen}).hex() == case["secret_hex"]


@pytest.mark.parametrize("case", those("envelopes", "sealed"))
def test_an_envelope_opens_for_its_seats(case: dict[str, Any]) -> None:
    trustees = bundled(case["directory"])
    seeds = cases("directories")[case["directory"]]["hpke_seeds_hex"]
    one = envelope.read(b64u(case["sealed"]), trustees)
    assert one.item.hex() == case["item_hex"]
    found = [one.share(trustees, n, bytes.fromhex(seed)) for n, seed in enumerate(seeds)]
    plain = [share.to_bytes().hex() if share else "00" * 256 for share in found]
    assert plain == case["compartments_hex"]
    if case["body"] is None:
        assert found == [None] * trustees.size
        assert one.body(bytes.fromhex(case["cek_hex"])) is None
        return
    readers = {n: bytes.fromhex(plain[n]) for n, share in enumerate(found) if share}
    mine = found[min(readers)]
    assert mine
    cek = opening.combine(one, trustees, mine, {n: p for n, p in readers.items() if n != mine.seat})
    opened = opening.read(one, cek)
    assert opened
    assert encode(opened.body.members()).decode() == case["body"]
    assert opened.signed is case["signed"] is (case["entropy_hex"] is not None)
    assert cek.hex() == case["cek_hex"]
    assert (len(one.prefix), one.bind.hex()) == (case["prefix_bytes"], case["bind_hex"])


@pytest.mark.parametrize("case", those("envelopes", "xor"))
def test_a_changed_byte_opens_nothing(case: dict[str, Any]) -> None:
    """Some seat's compartment, or the body, fails: nobody reads the text of a changed envelope as if it were whole."""
    whole = cases("envelopes")[case["of"]]
    trustees = bundled(whole["directory"])
    changed = bytearray(b64u(whole["sealed"]))
    changed[case["at"]] ^= case["xor"]
    with pytest.raises((Malformed, IntakeTrouble)):
        envelope.read(bytes(changed), trustees).body(bytes.fromhex(whole["cek_hex"]))


@pytest.mark.parametrize("case", those("chunks", "keys"))
def test_chunks_are_made_again_from_content_and_key(case: dict[str, Any]) -> None:
    content = bytes.fromhex(case["content_hex"]) if case["content_hex"] is not None else b"x" * 300_000
    drawn = iter(b64u(key) for key in case["keys"])
    named, pieces = chunks.attach("a", "text/plain", content, lambda n: next(drawn))
    assert [c.id.hex() for c in named.chunks] == case["ids_hex"]
    assert chunks.content(named, {chunks.chunk_id(p): p for p in pieces}) == content


@pytest.mark.parametrize("case", those("receipts", "lines"))
def test_a_receipt_reads_from_its_lines(case: dict[str, Any]) -> None:
    one = receipt.read(case["receipt"].encode())
    assert one == receipt.read_lines(case["lines"])
    assert one.lines() == case["lines"]
    assert one.to_bytes().decode() == case["receipt"]
    assert one.holds(b64u(case["service"]))


@pytest.mark.parametrize("case", those("receipts", "decision"))
def test_a_receipt_is_decided(case: dict[str, Any]) -> None:
    one = receipt.read(case["receipt"].encode())
    lists = {
        int(e): holding(int(e), one.item if x["listed"] else bytes(32)) for e, x in case["lists"].items()
    }
    decided = receipt.decide(one, b64u(case["key"]), case["today"], lists, lambda item: case["bytes_here"])
    assert decided.value == case["decision"]


def holding(number: int, item: bytes) -> Epoch:
    one = listed()
    row = one.items[0].__class__(one.items[0].nonce, one.items[0].bind, item)
    return Epoch(number, one.directory, (row,), one.chunks, one.desk, one.board, one.client)


def test_a_list_is_read() -> None:
    case = cases("lists")["64 places"]
    one = epochs.read(case["signed_list"].encode(), b64u(case["service"]))
    assert encode(one.epoch.data()).decode() == case["data"]
    assert epochs.client_digest(case["files"]) == one.epoch.client
    assert [epochs.window(one.epoch.epoch)[0], epochs.window(one.epoch.epoch)[-1]] == case["window"]


@pytest.mark.parametrize("case", those("lists", "refused"))
def test_what_is_no_list_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        epoch(decode(case["refused"].encode()))


def test_a_request_is_answered_and_its_share_opens() -> None:
    trustees, desk = bundled("3 seats"), cases("desk")
    asked = requests.read_request(decode(desk["request"]["message"].encode()))
    assert asked.holds(trustees, asked.epoch)
    given = requests.read_share(decode(desk["share"]["message"].encode()), 2)
    plain = given.opened(bytes.fromhex(desk["request"]["one_time_seed_hex"]))
    assert plain.hex() == desk["share"]["plain_hex"]


def test_a_bundle_holds_its_letter_for_one_seat() -> None:
    trustees, desk = bundled("3 seats"), cases("desk")
    seeds = [bytes.fromhex(s) for s in cases("directories")["3 seats"]["hpke_seeds_hex"]]
    bundle = mail.read(b64u(desk["bundle"]["sealed"]), trustees)
    assert bundle.digest == desk["bundle"]["digest_hex"]
    letter = mail.open_box(bundle, trustees, 2, seeds[2])
    assert letter
    assert letter.messages == (decode(desk["request"]["message"].encode()),)
    assert decode(desk["letter"]["text"].encode())["messages"] == list(letter.messages)
    assert mail.open_box(bundle, trustees, 1, seeds[1]) is None


@pytest.mark.parametrize("case", those("boards", "tag_hex"))
def test_a_tag_is_the_first_half_of_an_hmac(case: dict[str, Any]) -> None:
    found = board.tag(bytes.fromhex(case["tag_key_hex"]), case["epoch"], case["j"])
    assert found.hex() == case["tag_hex"] == case["full_hex"][:32]


@pytest.mark.parametrize("case", those("boards", "alone"))
def test_a_reply_is_read(case: dict[str, Any]) -> None:
    trustees = bundled(case["directory"])
    found = reply.read(case["content"].encode(), {trustees.digest: trustees}, b64u(case["reply_key"]))
    assert found.alone is case["alone"]
    assert found.to_bytes().decode() == case["content"]


def test_a_board_is_searched() -> None:
    case = cases("boards")["board"]
    secrets, whole = Secrets(bytes.fromhex(case["entropy_hex"])), b64u(case["sealed"])
    assert board.digest(whole) == case["digest_hex"]
    found = board.find(whole, case["epoch"], secrets.tag_key, secrets.reply_seed)
    assert [content.decode() for content in found] == case["contents"]
    assert board.find(whole, case["epoch"] + 1, secrets.tag_key, secrets.reply_seed) == []


@pytest.mark.parametrize("case", those("proofs", "proof"))
def test_a_proof_convinces_the_official_who_asked(case: dict[str, Any]) -> None:
    whole = cases("envelopes")[case["envelope"]]
    one = envelope.read(b64u(whole["sealed"]), bundled(whole["directory"]))
    question = proof.Question(case["to"], b64u(case["challenge"]), case["ledger"])
    body = proof.check_proof(case["proof"].encode(), question, listed(), one)
    assert (body is not None) is ("cek" in decode(case["proof"].encode()))


def test_one_failure_for_everything_that_does_not_open() -> None:
    whole = cases("envelopes")["report"]
    one = envelope.read(b64u(whole["sealed"]), bundled("5 seats"))
    said = set()
    for cek in (bytes(32), b"\xff" * 32):
        with pytest.raises(Unopened) as e:
            one.body(cek)
        said.add(str(e.value))
    with pytest.raises(Unopened) as e:
        one.share(bundled("5 seats"), 0, bytes(32))
    assert said | {str(e.value)} == {"this does not open"}
