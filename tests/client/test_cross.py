"""Python and the browser client read what the other writes: every format, through the golden vectors and beyond."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from intake import chunks, directory, envelope, epochs, opening, proof, receipt
from intake import shares as shamir
from intake.body import Attachment, Body, Chunk
from intake.derive import Secrets
from intake.directory import Directory
from keys import check, hybrid
from keys.check.encoding import decode as b64u
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from ledger.record.canonical import decode, encode
from ledger.record.epoch import epoch
from ledger.record.fields import to_b64u
from tests.client.conftest import Bridge

pytestmark = [pytest.mark.conformance, pytest.mark.xdist_group("client")]

FOLDER = Path(__file__).parents[1] / "vectors" / "intake"
WORDS = "abandon amount liar amount expire adjust cage candy arch gather drum buyer"


@cache
def cases(name: str) -> dict[str, dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="ascii"))
    return {case["name"]: case for case in read}


def those(file: str, member: str) -> list[Any]:
    return [pytest.param(case, id=name) for name, case in cases(file).items() if member in case]


def hex_b64u(written: str) -> str:
    return to_b64u(bytes.fromhex(written))


def trustees(name: str = "5 seats") -> tuple[str, list[bytes], Directory]:
    case = cases("directories")[name]
    seeds = [bytes.fromhex(seed) for seed in case["hpke_seeds_hex"]]
    return case["data"], seeds, directory.read(case["data"].encode())


def test_labelled_hashes(client: Bridge) -> None:
    for case in cases("labels").values():
        assert client.ask("hash", label=case["label"], data=hex_b64u(case["x_hex"])) == case["h_hex"]


@pytest.mark.parametrize("case", those("codenames", "typed"))
def test_a_codename_derives_the_same(client: Bridge, case: dict[str, Any]) -> None:
    for typed in case["typed"]:
        said = client.ask("codename", typed=typed, nonce=hex_b64u(case["nonce_hex"]))
        assert said == {
            "author": case["author"],
            "author_seed": case["author_seed_hex"],
            "reply_seed": case["reply_seed_hex"],
            "reply_key": case["reply_key"],
            "tag_key": case["tag_key_hex"],
            "bind_salt": case["bind_salt_hex"],
            "bind": case["bind_hex"],
            "cek": case["cek_hex"],
        }


@pytest.mark.parametrize("case", those("codenames", "mistyped"))
def test_both_call_it_mistyped(client: Bridge, case: dict[str, Any]) -> None:
    assert client.refuses("codename", typed=case["mistyped"], nonce="")


def test_words_drawn_in_the_browser_are_words_here(client: Bridge) -> None:
    for _ in range(20):
        words = client.ask("words")
        assert client.ask("codename", typed=words, nonce="")["author"] == Secrets.of(words).author.public


@pytest.mark.parametrize("case", those("keys", "sealed"))
def test_what_python_sealed_opens_there(client: Bridge, case: dict[str, Any]) -> None:
    seed, info = hex_b64u(case["seed_hex"]), hex_b64u(case["info_hex"])
    assert client.ask("hpke_public", seed=seed) == case["public"]
    assert client.ask("open", seed=seed, info=info, sealed=case["sealed"]) == hex_b64u(case["plain_hex"])


def test_keys_that_agree_on_nothing_are_no_keys(client: Bridge) -> None:
    """Every encoding of an X25519 point of small order, and a lattice half beyond its modulus."""
    data = decode(trustees("3 seats")[0].encode())
    sound = b64u(data["seats"][0]["hpke"])
    p = 2**255 - 19
    eight = 325606250916557431795983626356110631294008115727848805560023387167927233504
    eighth = 39382357235489614581723060781553021112529911719440698176882885853963445705823
    points = [u + high for u in (0, 1, p - 1, p, p + 1, eight, eighth) for high in (0, 2**255)]
    halves = [sound[:1184] + u.to_bytes(32, "little") for u in points]
    for public in (*halves, b"\xff" * 1152 + sound[1152:]):
        data["seats"][0]["hpke"] = to_b64u(public)
        assert not agree(
            client, "directory", lambda: directory.read(encode(data)), data=encode(data).decode()
        )


def test_what_the_browser_sealed_opens_here(client: Bridge) -> None:
    for n in range(5):
        seed, plain = bytes([n]) * 32, bytes(range(n * 50))
        sealed = client.ask(
            "seal", key=to_b64u(hybrid.hpke_public(seed)), info=to_b64u(b"i"), plain=to_b64u(plain)
        )
        assert hybrid.opened(seed, b64u(sealed), b"i") == plain


@pytest.mark.parametrize("case", those("directories", "digest_hex"))
def test_a_directory_is_read_alike(client: Bridge, case: dict[str, Any]) -> None:
    said = client.ask("directory", data=case["data"])
    assert said == {"digest": case["digest_hex"], "fingerprints": case["fingerprints"]}


@pytest.mark.parametrize("case", those("directories", "refused"))
def test_both_refuse_the_directory(client: Bridge, case: dict[str, Any]) -> None:
    assert client.refuses("directory", data=case["refused"])


@pytest.mark.parametrize("case", those("shares", "k"))
def test_shares_of_either_combine_in_the_other(client: Bridge, case: dict[str, Any]) -> None:
    first = dict(sorted(case["shares_hex"].items())[: case["k"]])
    assert client.ask("combine", shares=first) == case["secret_hex"]
    xs = [1, 2, 5, 12]
    made = client.ask("split", secret=hex_b64u(case["secret_hex"]), k=case["k"], xs=xs)
    some = [str(x) for x in xs] if case["k"] <= 4 else []
    chosen = {int(x): bytes.fromhex(made[x]) for x in some[-case["k"] :]}
    assert not chosen or shamir.combine(chosen).hex() == case["secret_hex"]


@pytest.mark.parametrize("case", those("envelopes", "sealed"))
def test_an_envelope_of_python_opens_there(client: Bridge, case: dict[str, Any]) -> None:
    data, seeds, _ = trustees(case["directory"])
    said = client.ask("envelope_open", data=data, envelope=case["sealed"], seeds=[to_b64u(s) for s in seeds])
    assert said["item"] == case["item_hex"]
    assert [s is None for s in said["shares"]] == [p == "00" * 256 for p in case["compartments_hex"]]
    body = decode(case["body"].encode()) if case["body"] else {}
    assert (said["text"], said["kind"]) == (body.get("text"), body.get("kind"))
    assert said["genuine"] is (case["signed"] if body else None)
    cek = case["cek_hex"]
    assert client.ask("body", data=data, envelope=case["sealed"], cek=cek) == body.get("text")


@pytest.mark.parametrize("case", those("envelopes", "xor"))
def test_a_changed_byte_opens_nothing_there(client: Bridge, case: dict[str, Any]) -> None:
    whole = cases("envelopes")[case["of"]]
    changed = bytearray(b64u(whole["sealed"]))
    changed[case["at"]] ^= case["xor"]
    data, _, _ = trustees(whole["directory"])
    assert client.refuses("body", data=data, envelope=to_b64u(bytes(changed)), cek=whole["cek_hex"])


@pytest.mark.parametrize(
    ("excluded", "follow_up", "words"),
    [([], False, WORDS), ([3], False, WORDS), ([1, 4], True, WORDS), ([0], False, None)],
)
def test_an_envelope_of_the_browser_opens_here(
    client: Bridge, excluded: list[int], follow_up: bool, words: str | None
) -> None:
    data, seeds, found = trustees()
    panel = found.roster.panels[0]
    text = "Zwölf Prüfungen – 十二 🔍\nand a tab\there"
    letter = {"text": text, "panel": panel.id, "excluded": excluded, "attachments": [], "followUp": follow_up}
    sealed = envelope.read(b64u(client.ask("envelope_seal", data=data, letter=letter, typed=words)), found)
    shares = [sealed.share(found, n, seed) for n, seed in enumerate(seeds)]
    assert [n for n, share in enumerate(shares) if share is None] == excluded
    holders = [share for share in shares if share]
    others = {share.seat: share.to_bytes() for share in holders[1:]}
    read = opening.read(sealed, opening.combine(sealed, found, holders[0], others))
    assert read
    assert (read.body.text, read.body.excluded) == (text, tuple(excluded))
    assert read.signed is (words is not None)
    if words:
        mine = Secrets.of(words)
        assert sealed.bind == mine.bind(sealed.nonce)
        assert sealed.body(mine.cek(sealed.nonce)) == read.body
        assert (read.body.reply_key is None) is follow_up
        assert read.body.reply_key in (None, mine.reply_key)


@pytest.mark.parametrize("case", those("chunks", "keys"))
def test_chunks_of_python_open_there(client: Bridge, case: dict[str, Any]) -> None:
    content = bytes.fromhex(case["content_hex"]) if case["content_hex"] is not None else b"x" * 300_000
    drawn = iter(b64u(key) for key in case["keys"])
    named, pieces = chunks.attach("a", "text/plain", content, lambda n: next(drawn))
    keys = [{"id": c.id.hex(), "key": to_b64u(c.key)} for c in named.chunks]
    sealed = [to_b64u(piece) for piece in pieces]
    assert b64u(client.ask("file", chunks=keys, size=named.size, sealed=sealed)) == content


@pytest.mark.parametrize("size", [0, 1, 262_144, 262_145])
def test_chunks_of_the_browser_open_here(client: Bridge, size: int) -> None:
    content = random.Random(size).randbytes(size)
    said = client.ask("attach", content=to_b64u(content))
    named = tuple(Chunk(bytes.fromhex(c["id"]), b64u(c["key"])) for c in said["chunks"])
    pieces = {chunks.chunk_id(b64u(piece)): b64u(piece) for piece in said["sealed"]}
    assert chunks.content(Attachment("a", "text/plain", said["size"], named), pieces) == content
    assert said["digest"] == chunks.digest(tuple(c.id for c in named))


@pytest.mark.parametrize("case", those("receipts", "lines"))
def test_a_receipt_reads_alike(client: Bridge, case: dict[str, Any]) -> None:
    for how in (
        {"receipt": case["receipt"]},
        {"lines": case["lines"]},
        {"lines": f"\n  {case['lines']}\n\n"},
    ):
        said = client.ask("receipt", key=case["service"], **how)
        one = receipt.read(case["receipt"].encode())
        assert said == {"lines": one.lines(), "holds": True, "item": one.item.hex(), "chunks": one.chunks}


@pytest.mark.parametrize("case", those("receipts", "decision"))
def test_a_receipt_is_decided_alike(client: Bridge, case: dict[str, Any]) -> None:
    asked = {name: case[name] for name in ("receipt", "key", "today", "lists", "bytes_here")}
    assert client.ask("decide", **asked) == case["decision"]


def test_a_list_reads_alike(client: Bridge) -> None:
    case = cases("lists")["64 places"]
    sig = decode(case["signed_list"].encode())["sig"]
    said = client.ask("list", data=case["data"], sig=sig, key=case["service"], typed=WORDS)
    one = epoch(decode(case["data"].encode()))
    mine = Secrets.of(WORDS)
    own = [place.item.hex() for place in one.items if mine.bind(place.nonce) == place.bind]
    assert said["mine"] == own != []
    assert (said["epoch"], said["places"], said["holds"]) == (one.epoch, len(one.items), True)
    assert said["window"] * epochs.WINDOW == case["window"][0]


@pytest.mark.parametrize("case", those("lists", "refused"))
def test_both_refuse_the_list(client: Bridge, case: dict[str, Any]) -> None:
    assert client.refuses("list", data=case["refused"])


@pytest.mark.parametrize("case", those("boards", "alone"))
def test_a_reply_reads_alike(client: Bridge, case: dict[str, Any]) -> None:
    data, _, found = trustees(case["directory"])
    said = client.ask("reply", content=case["content"], reply_key=case["reply_key"], directories=[data])
    seats = [s["seat"] for s in decode(case["content"].encode())["signatures"]]
    assert said["signers"] == [found.roster.seats[s].person for s in seats]
    assert (len(said["signers"]) == 1) is case["alone"]
    ask = {"content": case["content"], "reply_key": case["reply_key"], "directories": [data]}
    assert client.refuses("reply", **ask, excluded=said["signers"][:1])
    assert client.refuses("reply", **{**ask, "directories": []})


def test_a_board_is_searched_alike(client: Bridge) -> None:
    case = cases("boards")["board"]
    directories = [trustees(d["name"])[0] for d in cases("directories").values() if "digest_hex" in d]
    ask = {"board": case["sealed"], "typed": WORDS, "directories": directories, "excluded": []}
    said = client.ask("board", epoch=case["epoch"], **ask)
    assert {r["text"] for r in said} == {decode(c.encode())["text"] for c in case["contents"]}
    assert client.ask("board", epoch=case["epoch"] + 1, **ask) == []


@pytest.mark.parametrize("case", those("proofs", "proof"))
def test_a_proof_of_python_convinces_there(client: Bridge, case: dict[str, Any]) -> None:
    whole = cases("envelopes")[case["envelope"]]
    data, _, _ = trustees(whole["directory"])
    ask = {
        "proof": case["proof"],
        "to": case["to"],
        "challenge": case["challenge"],
        "ledger": case["ledger"],
        "list": cases("lists")[case["list"]]["data"],
        "envelope": whole["sealed"],
        "data": data,
    }
    said = client.ask("proof", **ask)
    assert (said["text"] is not None) is ("cek" in decode(case["proof"].encode()))
    assert client.ask("proof", **{**ask, "to": "Somebody else"}) is None


@pytest.mark.parametrize("with_text", [True, False])
def test_a_proof_of_the_browser_convinces_here(client: Bridge, with_text: bool) -> None:
    case = cases("proofs")["without the text"]
    listed = cases("lists")[case["list"]]["data"]
    ask = {name: case[name] for name in ("to", "challenge", "ledger")}
    made = client.ask("prove", typed=WORDS, list=listed, with_text=with_text, **ask)
    one = epoch(decode(listed.encode()))
    question = proof.Question(case["to"], b64u(case["challenge"]), case["ledger"])
    item = bytes.fromhex(decode(made.encode())["item"])
    same = proof.make(Secrets.of(WORDS), question, one, item, show_text=with_text)
    assert same.to_bytes().decode() == made
    proof.check_proof(made.encode(), question, one)


def agree(client: Bridge, op: str, here: Any, **ask: Any) -> bool:
    """Whether Python reads it; the client must do the same."""
    try:
        here()
        read = True
    except Malformed:
        read = False
    assert client.refuses(op, **ask) is not read, ask
    return read


def test_both_read_the_same_canonical_json(client: Bridge) -> None:
    """Texts made wrong in small ways: what one refuses, the other refuses."""
    rng = random.Random(4)
    whole = encode(
        {"a": [1, -2, None, True, "é\n\t🔍", {"10": 0, "9": ""}], "b": 2**53 - 1, "z": {"y": '\\"'}}
    )
    spare = b'{}[]",:0123456789eE.+-ntrue\\u \x00\n\xc3\xa9\xed\xa0\x80'
    reads = 0
    for _ in range(1500):
        text = bytearray(whole)
        for _ in range(rng.randint(0, 2)):
            at = rng.randrange(len(text))
            way = rng.randrange(3)
            if way == 0:
                text[at] = rng.choice(spare)
            elif way == 1:
                del text[at]
            else:
                text.insert(at, rng.choice(spare))
        reads += agree(client, "canonical", lambda t=bytes(text): decode(t), data=to_b64u(bytes(text)))
    assert 300 < reads < 1400


def mutated(rng: random.Random, value: Any) -> Any:
    """A JSON value with one thing about it changed."""
    value = json.loads(json.dumps(value))
    at = value
    while isinstance(at, dict | list) and at:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = rng.choice(keys)
        if not isinstance(at[key], dict | list) or not at[key] or rng.random() < 0.3:
            old = at[key]
            new = [None, -1, 0, 1, 31, 10**12, "", "x", [], {}, True, [old], old]
            if isinstance(old, str) and old:
                new += [old[:-1], old + "A", old.upper(), old[::-1], old[:-1] + "_"]
            if rng.random() < 0.2 and isinstance(at, dict):
                del at[key]
            else:
                at[key] = rng.choice(new)
            return value
        at = at[key]
    return value


def test_both_read_the_same_receipts_lists_and_directories(client: Bridge) -> None:
    rng = random.Random(11)
    one = decode(cases("receipts")["plain"]["receipt"].encode())
    listed = decode(cases("lists")["64 places"]["data"].encode())
    data = decode(cases("directories")["3 seats"]["data"].encode())
    key = cases("receipts")["plain"]["service"]
    for _ in range(150):
        text = encode(mutated(rng, one))
        agree(client, "receipt", lambda t=text: receipt.read(t), receipt=text.decode(), key=key)
        text = encode(mutated(rng, listed))
        agree(client, "list", lambda t=text: epoch(decode(t)), data=text.decode())
        text = encode(mutated(rng, data))
        agree(client, "directory", lambda t=text: directory.read(t), data=text.decode())


def test_both_hold_the_same_signatures(client: Bridge) -> None:
    """Small orders, high S, points beyond the field, and changed bits."""
    rng = random.Random(7)
    signer = Ed25519Signer.from_seed(bytes(32))
    sig = signer.sign_bytes(b"m")
    order = 2**252 + 27742317777372353535851937790883648493
    high = sig[:32] + (int.from_bytes(sig[32:], "little") + order).to_bytes(32, "little")
    odd = [
        (signer.raw, sig),
        (signer.raw, high),
        (bytes(32), sig),
        (b"\x01" + bytes(31), b"\x01" + bytes(63)),
    ]
    odd += [
        (b"\xec" + b"\xff" * 30 + b"\x7f", b"\x01" + bytes(63)),
        (b"\xff" * 32, sig),
        (signer.raw, sig[:-1]),
    ]
    for _ in range(60):
        changed = bytearray(signer.raw + sig)
        changed[rng.randrange(96)] ^= 1 << rng.randrange(8)
        odd.append((bytes(changed[:32]), bytes(changed[32:])))
    for public, one in odd:
        said = client.ask("verify", key=to_b64u(public), sig=to_b64u(one), message=to_b64u(b"m"))
        assert said is check.ed25519(public, one, b"m"), (public.hex(), one.hex())
    assert Body("report", "ltbt", "x").author is None
