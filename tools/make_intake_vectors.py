"""Write the golden vectors of the anonymous channel to tests/vectors/intake, from fixed seeds.

    python tools/make_intake_vectors.py            add the cases that are new
    python tools/make_intake_vectors.py --check    change nothing, fail when something differs or is missing

1. A case that stands must never change: another client was held to it.
2. HPKE draws its own randomness, so what was sealed cannot be made again: it is taken from the file where it stands
   there (member `sealed`), and everything else of the case is made from it anew.
3. Secrets stand in the cases, so that every implementation can open what is sealed and seal alike.
"""

from __future__ import annotations

import hmac
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256, shake_256
from pathlib import Path
from typing import Any, Final, TypeAlias

from intake import (
    board,
    chunks,
    codename,
    compartment,
    directory,
    envelope,
    epochs,
    mail,
    opening,
    proof,
    receipt,
    reply,
    requests,
    shares,
)
from intake.body import Body
from intake.derive import Secrets
from intake.directory import Directory
from intake.envelope import Envelope
from intake.labels import h
from keys import hybrid
from keys.seat import derive, seat
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import encode
from ledger.record.epoch import Epoch, Listed

FOLDER: Final = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "intake"
ORIGIN: Final = "vectors.example/log"
EPOCH: Final = 20245
ENTROPY: Final = bytes(range(16))
NONCES: Final = {name: sha256(name.encode()).digest()[:16] for name in ("report", "follow-up", "no proof")}

Case: TypeAlias = dict[str, Any]


def seed(name: str) -> bytes:
    """32 secret bytes: SHA-256 of what they are for."""
    return sha256(f"countersign intake vector: {name}".encode()).digest()


class Drawn:
    """Chance that always falls alike: one stream of SHAKE256 for each name."""

    def __init__(self, name: str) -> None:
        self.name, self.at = name, 0

    def __call__(self, n: int) -> bytes:
        start, self.at = self.at, self.at + n
        return shake_256(seed(self.name)).digest(self.at)[start:]


SECRETS: Final = Secrets(ENTROPY)
SERVICE: Final = Ed25519Signer.from_seed(seed("svc-intake"))


def sheet(number: int) -> bytes:
    """The entropy of a trustee's sheet."""
    return seed(f"trustee {number}")


def key(number: int, use: str) -> Ed25519Signer:
    """A trustee's Ed25519 key."""
    return Ed25519Signer.from_seed(derive(sheet(number), use))


def hpke(number: int) -> bytes:
    """A trustee's HPKE seed."""
    return derive(sheet(number), "hpke")


@cache
def trustees(size: int) -> Directory:
    """Directories of three and five seats."""
    panels = [
        {"id": "ltbt", "k": (size + 1) // 2, "name": "Long-Term Benefit Trust", "seats": list(range(size))}
    ]
    if size > 3:
        panels.append({"id": "directors", "k": 2, "name": "Directors", "seats": [1, 3, 4]})
    data = {
        "from_epoch": EPOCH - 100,
        "ledger": ORIGIN,
        "panels": panels,
        "seats": [seat(sheet(n), f"p-{n + 1}", n) for n in range(size)],
        "v": 1,
    }
    return directory.read(encode(data))


# ---- the cases


def labels(sealed: Case) -> Iterator[Case]:
    """H, and what is signed after which heading."""
    for label, x in (("item", b""), ("bind", b"\x00" * 64), ("fingerprint", b'{"a":1}')):
        yield {"name": label, "label": label, "x_hex": x.hex(), "h_hex": h(label, x).hex()}


def codenames(sealed: Case) -> Iterator[Case]:
    """Words and their bytes, as typed and mistyped; all that they derive."""
    for n, entropy in enumerate((ENTROPY, bytes(16), b"\xff" * 16, seed("codename")[:16])):
        words, secrets = codename.words(entropy), Secrets(entropy)
        nonce = seed(f"nonce {n}")[:16]
        yield {
            "name": f"codename {n}",
            "words": words,
            "entropy_hex": entropy.hex(),
            "typed": ["  " + words.upper().replace(" ", "   ") + "\n", words],
            "nonce_hex": nonce.hex(),
            "reply_seed_hex": secrets.reply_seed.hex(),
            "reply_key": f.to_b64u(secrets.reply_key),
            "author_seed_hex": secrets.derive("author").hex(),
            "author": secrets.author.public,
            "tag_key_hex": secrets.tag_key.hex(),
            "bind_salt_hex": secrets.bind_salt(nonce).hex(),
            "bind_hex": secrets.bind(nonce).hex(),
            "cek_hex": secrets.cek(nonce).hex(),
        }
    good = codename.words(ENTROPY).split()
    for name, words in (
        ("eleven words", " ".join(good[:11])),
        ("a word that is none", " ".join(["countersign", *good[1:]])),
        ("wrong checksum", " ".join([good[1], good[0], *good[2:]])),
        ("twenty-four words", " ".join(good * 2)),
    ):
        yield {"name": name, "mistyped": words}


def keys(sealed: Case) -> Iterator[Case]:
    """The hybrid suite: keys from seeds, and sealed bytes to open."""
    for name, plain in (("nothing", b""), ("a share", bytes(range(256)))):
        secret = seed(f"hybrid {name}")
        public, info = hybrid.hpke_public(secret), h("compartment", name.encode())
        box = sealed.get(name) or f.to_b64u(hybrid.seal(public, plain, info))
        yield {
            "name": name,
            "seed_hex": secret.hex(),
            "public": f.to_b64u(public),
            "info_hex": info.hex(),
            "plain_hex": plain.hex(),
            "sealed": box,
        }


def directories(sealed: Case) -> Iterator[Case]:
    """Two directories, their secrets, and what is none."""
    for size in (3, 5):
        one = trustees(size)
        yield {
            "name": f"{size} seats",
            "data": one.data.decode(),
            "digest_hex": one.digest.hex(),
            "fingerprints": [one.fingerprint(n) for n in range(size)],
            "sheets_hex": [sheet(n).hex() for n in range(size)],
            "hpke_seeds_hex": [hpke(n).hex() for n in range(size)],
            "sign_seeds_hex": [derive(sheet(n), "sign").hex() for n in range(size)],
            "device_seeds_hex": [derive(sheet(n), "device").hex() for n in range(size)],
        }
    text = trustees(3).data.decode()
    first = seat(sheet(0), "p-1", 0)
    for name, data in (
        ("a space", text.replace(":", ": ", 1)),
        ("k of one", text.replace('"k":2', '"k":1')),
        ("k beyond the panel", text.replace('"k":2', '"k":4')),
        ("another format", text.replace('"v":1', '"v":2')),
        ("a member too many", text.replace('"v":1', '"v":1,"w":1')),
        ("a key twice", text.replace(first["sign"], first["device"])),
        ("a seat misnumbered", text.replace('"seat":1', '"seat":7')),
        ("a key of small order", text.replace(first["sign"], "AQ" + "A" * 41)),
        ("an HPKE key that is none", text.replace(first["hpke"], "_" * 1620 + first["hpke"][-2:])),
    ):
        yield {"name": name, "refused": data}


def sharing(sealed: Case) -> Iterator[Case]:
    """Secrets, their shares at each x, and any k of them."""
    for k, xs in ((2, (1, 2)), (2, (2, 4, 5)), (3, (1, 2, 3, 4, 5)), (12, tuple(range(1, 13)))):
        name = f"{k} of {len(xs)}"
        secret = seed(name)
        made = shares.split(secret, k, xs, Drawn(name))
        yield {
            "name": name,
            "k": k,
            "secret_hex": secret.hex(),
            "shares_hex": {str(x): y.hex() for x, y in made.items()},
        }


def _attached() -> tuple[Body, list[bytes]]:
    named, pieces = chunks.attach("a.txt", "text/plain", b"evidence", Drawn("chunk"))
    return Body("report", "ltbt", "What happened – and when.\n", (3,), (named,)), pieces


BODIES: Final[dict[str, tuple[int, Body, bool]]] = {
    "report": (5, _attached()[0], True),
    "follow-up": (5, Body("follow_up", "ltbt", "One thing more.", (3,)), True),
    "no proof": (5, Body("report", "directors", "I keep no words."), False),
    "report to three": (3, Body("report", "ltbt", ""), True),
}


def _nonce(name: str) -> bytes:
    return NONCES.get(name, sha256(name.encode()).digest()[:16])


@cache
def _sealed(name: str, standing: str | None) -> tuple[Envelope, bytes]:
    """An envelope and its content key; the bytes as they stand where they do."""
    size, body, proved = BODIES[name]
    cek = SECRETS.cek(_nonce(name)) if proved else Drawn(name)(32)
    if standing:
        return envelope.read(f.b64u(standing, ""), trustees(size)), cek
    secrets = SECRETS if proved else None
    return envelope.seal(trustees(size), body, _nonce(name), Drawn(name), secrets), cek


def envelopes(sealed: Case) -> Iterator[Case]:
    """Envelopes with everything in them, a cover, and what changed bytes do."""
    for name, (size, _, proved) in BODIES.items():
        one, cek = _sealed(name, sealed.get(name))
        plain = one.body(cek)
        if plain is None:
            raise ValueError(f"{name} reads as a cover")
        yield {
            "name": name,
            "directory": f"{size} seats",
            "entropy_hex": ENTROPY.hex() if proved else None,
            "nonce_hex": one.nonce.hex(),
            "cek_hex": cek.hex(),
            "bind_hex": one.bind.hex(),
            "item_hex": one.item.hex(),
            "prefix_bytes": len(one.prefix),
            "compartments_hex": [_plain(one, size, n).hex() for n in range(size)],
            "body": encode(plain.members()).decode(),
            "signed": plain.holds(one.prefix),
            "sealed": f.to_b64u(one.data),
        }
    drawn = Drawn("cover")
    standing = sealed.get("cover")
    one = Envelope(f.b64u(standing, "")) if standing else envelope.cover(trustees(3), drawn)
    yield {
        "name": "cover",
        "directory": "3 seats",
        "cek_hex": Drawn("cover")(32).hex(),
        "item_hex": one.item.hex(),
        "compartments_hex": ["00" * 256] * 3,
        "body": None,
        "sealed": f.to_b64u(one.data),
    }
    size = 3
    for what, at in (
        ("format", 0),
        ("seats", 1),
        ("directory", 2),
        ("nonce", 34),
        ("bind", 50),
        ("key commitment", 82),
        ("share commitment", 114),
        ("compartment of seat 0", 114 + 32 * size),
        ("compartment of seat 2", 114 + 32 * size + 2 * 1392),
        ("body", envelope.length(size) - 1),
    ):
        yield {"name": f"changed {what}", "of": "report to three", "at": at, "xor": 1, "opens": False}


def _plain(one: Envelope, size: int, number: int) -> bytes:
    found = one.share(trustees(size), number, hpke(number))
    return found.to_bytes() if found else compartment.NOTHING


def pieces(sealed: Case) -> Iterator[Case]:
    """Chunks: content, key, id; the digest of a receipt. The 262,160 bytes are made from these."""
    for content in (b"evidence", b"", b"x" * 300_000):
        name = f"{len(content)} bytes"
        named, _ = chunks.attach(
            "a.txt", "text/plain", content, Drawn("chunk" if content == b"evidence" else name)
        )
        yield {
            "name": name,
            "content_hex": content.hex() if len(content) < 100 else None,
            "content": f"x repeated {len(content)} times" if len(content) >= 100 else None,
            "keys": [f.to_b64u(c.key) for c in named.chunks],
            "ids_hex": [c.id.hex() for c in named.chunks],
            "digest_hex": chunks.digest(tuple(c.id for c in named.chunks)),
        }


def receipts(sealed: Case) -> Iterator[Case]:
    """A receipt in both forms, and every decision."""
    items = {"plain": seed("item"), "with chunks": seed("item 2")}
    for name, item in items.items():
        digest = chunks.digest((seed("a"), seed("b"))) if "chunks" in name else ""
        one = receipt.give(SERVICE, ORIGIN, range(EPOCH, EPOCH + 3), item, digest)
        yield {
            "name": name,
            "service_seed_hex": seed("svc-intake").hex(),
            "service": SERVICE.public,
            "receipt": one.to_bytes().decode(),
            "lines": one.lines(),
        }
    one = receipt.give(SERVICE, ORIGIN, range(EPOCH, EPOCH + 3), items["plain"])
    other = Ed25519Signer.from_seed(seed("nobody"))
    there, without = {"listed": True}, {"listed": False}
    for name, signer, today, found, bytes_here, word in (
        ("forged", other, EPOCH + 9, [there, without, without], True, "receipt not valid"),
        ("listed", SERVICE, EPOCH + 1, [there, None, None], True, "listed"),
        ("listed late", SERVICE, EPOCH + 9, [without, without, there], True, "listed"),
        ("undelivered", SERVICE, EPOCH + 9, [there, without, without], False, "undelivered"),
        ("too early", SERVICE, EPOCH + 2, [without, without, None], False, "too early"),
        ("cannot tell", SERVICE, EPOCH + 3, [without, None, without], False, "cannot tell"),
        ("suppressed", SERVICE, EPOCH + 3, [without, without, without], False, "suppressed"),
    ):
        yield {
            "name": name,
            "receipt": one.to_bytes().decode(),
            "key": signer.public,
            "today": today,
            "lists": {str(EPOCH + n): x for n, x in enumerate(found) if x},
            "bytes_here": bytes_here,
            "decision": word,
        }


def _entry(places: int = 64, directory_hex: str = "") -> Epoch:
    drawn = Drawn("epoch")
    rows = [Listed(drawn(16), drawn(32), drawn(32)) for _ in range(places - 1)]
    report, _ = _sealed("report to three", _standing("envelopes").get("report to three"))
    rows.append(Listed(report.nonce, report.bind, report.item))
    return Epoch(
        EPOCH,
        directory_hex or trustees(3).digest.hex(),
        tuple(sorted(rows, key=lambda row: row.item)),
        tuple(sorted(drawn(32).hex() for _ in range(32))),
        tuple(sorted(drawn(32).hex() for _ in range(3))),
        drawn(32).hex(),
        epochs.client_digest({"/": sha256(b"page").hexdigest(), "/client.js": sha256(b"script").hexdigest()}),
    )


def lists(sealed: Case) -> Iterator[Case]:
    """An epoch's data and the intake's signature over it."""
    one = epochs.sign(_entry(), SERVICE)
    yield {
        "name": "64 places",
        "service": SERVICE.public,
        "data": encode(one.epoch.data()).decode(),
        "signed_list": one.to_bytes().decode(),
        "files": {"/": sha256(b"page").hexdigest(), "/client.js": sha256(b"script").hexdigest()},
        "window": [epochs.window(EPOCH)[0], epochs.window(EPOCH)[-1]],
    }
    data = one.epoch.data()
    items = f.b64u(data["items"], "")
    for name, changed in (
        ("63 places", {"items": f.to_b64u(items[:-80])}),
        ("not sorted", {"items": f.to_b64u(items[80:160] + items[:80] + items[160:])}),
        ("an item twice", {"items": f.to_b64u(items[:80] + items[:80] + items[160:])}),
        ("31 chunks", {"chunks": data["chunks"][:-1]}),
        ("chunks not sorted", {"chunks": data["chunks"][::-1]}),
        ("a bundle twice", {"desk": data["desk"][:1] * 2}),
        ("a member too many", {"count": 1}),
    ):
        yield {"name": name, "refused": encode(data | changed).decode()}


def desk(sealed: Case) -> Iterator[Case]:
    """A request, a share, a letter, a bundle with news for one seat."""
    three = trustees(3)
    report, _ = _sealed("report to three", _standing("envelopes").get("report to three"))
    one_time = seed("one-time")
    public = hybrid.hpke_public(one_time)
    asked = requests.ask(three, report.item, EPOCH + 2, public, (0, key(0, "sign")))
    yield {
        "name": "request",
        "one_time_seed_hex": one_time.hex(),
        "message": encode(asked.members()).decode(),
    }
    given = requests.give(asked, report, three, EPOCH + 3, (2, hpke(2)))
    if "share" in sealed:
        given = replace(given, share=f.b64u(sealed["share"], ""))
    yield {
        "name": "share",
        "of": "report to three",
        "info_hex": opening.reseal_info(report.item, 2, 0, public).hex(),
        "plain_hex": given.opened(one_time).hex(),
        "message": encode(given.members()).decode(),
        "sealed": f.to_b64u(given.share),
    }
    letter = mail.Letter(three.digest, EPOCH + 2, 0, 2, (asked.members(),))
    padded = mail.write(letter, key(0, "sign"))
    yield {
        "name": "letter",
        "from": 0,
        "to": 2,
        "text": padded[4 : 4 + int.from_bytes(padded[:4], "big")].decode(),
    }
    answer = _answer()
    j = board.SLOTS * 0 + 1
    slots = [board.filler(EPOCH + 2, n, Drawn(f"slot {n}")) for n in range(board.SLOTS)]
    slots[1] = board.post(answer.to_bytes(), (SECRETS.reply_key, SECRETS.tag_key), EPOCH + 2, j)
    standing = sealed.get("bundle")
    bundle = (
        mail.read(f.b64u(standing, ""), three)
        if standing
        else mail.pack(three, 0, EPOCH + 2, ({2: padded}, slots), key(0, "device"))
    )
    yield {
        "name": "bundle",
        "directory": "3 seats",
        "seat": 0,
        "epoch": EPOCH + 2,
        "news_for": [2],
        "digest_hex": bundle.digest,
        "sealed": f.to_b64u(bundle.data),
    }


def _answer() -> reply.Reply:
    three = trustees(3)
    one = reply.Reply(
        three.digest,
        EPOCH + 2,
        seed("reply")[:16],
        reply.address(SECRETS.reply_key),
        "We have read it. Thank you.",
    )
    return one.signed(0, key(0, "sign")).signed(2, key(2, "sign"))


def boards(sealed: Case) -> Iterator[Case]:
    """Tags, an answer, and a whole board with that answer on it."""
    for e, j in ((EPOCH, 0), (EPOCH + 2, 1), (2**32 - 1, 47)):
        yield {
            "name": f"tag {e} {j}",
            "tag_key_hex": SECRETS.tag_key.hex(),
            "epoch": e,
            "j": j,
            "tag_hex": board.tag(SECRETS.tag_key, e, j).hex(),
            "full_hex": hmac.digest(
                SECRETS.tag_key,
                b"countersign/intake/v1/board\x00" + e.to_bytes(4, "big") + j.to_bytes(2, "big"),
                "sha256",
            ).hex(),
        }
    for name, one in (
        ("reply of two", _answer()),
        ("reply of one", replace(_answer(), signatures=_answer().signatures[:1])),
    ):
        yield {
            "name": name,
            "directory": "3 seats",
            "reply_key": f.to_b64u(SECRETS.reply_key),
            "content": one.to_bytes().decode(),
            "alone": one.alone,
        }
    content = _answer().to_bytes()
    keys_ = (SECRETS.reply_key, SECRETS.tag_key)
    standing = sealed.get("board")
    whole = (
        f.b64u(standing, "")
        if standing
        else board.compose(
            3,
            EPOCH + 2,
            {0: [board.post(content, keys_, EPOCH + 2, j) if j == 1 else board.filler(EPOCH + 2, j, Drawn(f"b{j}"))
                 for j in range(4)]},
            Drawn("board"),
        )
    )  # fmt: skip
    yield {
        "name": "board",
        "epoch": EPOCH + 2,
        "entropy_hex": ENTROPY.hex(),
        "digest_hex": board.digest(whole),
        "contents": [c.decode() for c in board.find(whole, EPOCH + 2, SECRETS.tag_key, SECRETS.reply_seed)],
        "sealed": f.to_b64u(whole),
    }


def proofs(sealed: Case) -> Iterator[Case]:
    """Proofs to an official, with and without the text."""
    question = proof.Question("An inspector of example.gov", seed("challenge"), ORIGIN)
    report, _ = _sealed("report to three", _standing("envelopes").get("report to three"))
    for name, shown in (("without the text", False), ("with the text", True)):
        made = proof.make(SECRETS, question, _entry(), report.item, show_text=shown)
        yield {
            "name": name,
            "to": question.to,
            "challenge": f.to_b64u(question.challenge),
            "ledger": question.ledger,
            "list": "64 places",
            "envelope": "report to three",
            "proof": made.to_bytes().decode(),
        }


FILES: Final[dict[str, Callable[[Case], Iterator[Case]]]] = {
    "labels": labels,
    "codenames": codenames,
    "keys": keys,
    "directories": directories,
    "shares": sharing,
    "envelopes": envelopes,
    "chunks": pieces,
    "receipts": receipts,
    "lists": lists,
    "desk": desk,
    "boards": boards,
    "proofs": proofs,
}


def standing_cases(name: str) -> list[Case]:
    """The cases that stand in a file; none when there is no file yet."""
    path = FOLDER / f"{name}.json"
    cases: list[Case] = json.loads(path.read_text(encoding="ascii")) if path.exists() else []
    return cases


def _standing(name: str) -> Case:
    return {case["name"]: case["sealed"] for case in standing_cases(name) if "sealed" in case}


def made(name: str) -> list[Case]:
    """The cases of a file, around what stands sealed in it."""
    return list(FILES[name](_standing(name)))


def main(only_check: bool) -> int:
    """Write what is new; refuse to touch what stands."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wrong = 0
    for name in FILES:
        try:
            cases = made(name)
        except (Malformed, ValueError) as e:
            print(f"{name}.json cannot be made: {e}")
            return 1
        by_name = {case["name"]: case for case in cases}
        differ = [old["name"] for old in standing_cases(name) if by_name.get(old["name"]) != old]
        new = len(cases) > len(standing_cases(name))
        if differ or (new and only_check):
            print(f"{name}.json: {', '.join(differ) or 'new cases'}")
            wrong = 1
        elif new:
            text = json.dumps(cases, indent=1, ensure_ascii=True) + "\n"
            (FOLDER / f"{name}.json").write_text(text, encoding="ascii")
            print(f"{name}.json: {len(cases)} cases")
    return wrong


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
