"""An intake for the browser's tests: the real formats and the real page, all else in memory and as wicked as asked.

1. It must answer as INTAKE §10 says, so that what the page does here it does with the real one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.web.reporter import HEADERS, Client, File, Told
from intake import board, chunks, directory, envelope, epochs, receipt, upload
from intake.derive import Secrets
from intake.directory import Directory
from intake.reply import Reply, address
from keys import hybrid
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from ledger.record import merkle
from ledger.record.canonical import decode, encode
from ledger.record.checkpoint import Checkpoint
from ledger.record.epoch import SEALED, Epoch, Listed
from ledger.record.fields import to_b64u
from ledger.record.note import COSIGNER_KEY, LOG_KEY, Note, Vkey, cosign, parse_note, sign_note
from ledger.record.tiles import ENTRIES, Tile, join_entries

ORIGIN: Final = "quillmere.example/countersign"
TRUSTEES: Final = ("Ada Okafor", "Bo Lindqvist", "Chen Wei", "Dara Singh", "Eli Novak")
RECEIVED: Final = "received"


def today() -> int:
    """The running epoch."""
    return epochs.of(time.time())


class NoteKey:
    """A log's or a witness's key."""

    def __init__(self, name: str, type_: int, secret: str = "") -> None:
        self._signer = Ed25519Signer.from_seed(sha256(f"{secret}{name}".encode()).digest())
        self.vkey = Vkey(name, type_, self._signer.raw)

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign_bytes(message)


def made_directory() -> tuple[Directory, list[bytes], list[Ed25519Signer]]:
    """Five trustees in two panels, with their HPKE seeds and signing keys."""

    def seed(what: str, n: int) -> bytes:
        return sha256(f"{what} {n}".encode()).digest()

    seeds = [seed("hpke", n) for n in range(5)]
    signers = [Ed25519Signer.from_seed(seed("sign", n)) for n in range(5)]
    seats = [
        {
            "device": Ed25519Signer.from_seed(seed("device", n)).public,
            "hpke": to_b64u(hybrid.hpke_public(seeds[n])),
            "person": f"t-{TRUSTEES[n].split()[0].lower()}",
            "seat": n,
            "sign": signers[n].public,
        }
        for n in range(5)
    ]
    panels = [
        {"id": "ltbt", "k": 3, "name": "Long-Term Benefit Trust", "seats": [0, 1, 2, 3, 4]},
        {"id": "directors", "k": 2, "name": "Independent directors", "seats": [2, 3, 4]},
    ]
    data = {"from_epoch": today() - 100, "ledger": ORIGIN, "panels": panels, "seats": seats, "v": 1}
    return directory.read(encode(data)), seeds, signers


@dataclass
class Intake:
    """What was handed in, the lists, and a ledger of them. `wicked` names how it misbehaves."""

    directory: Directory
    seeds: list[bytes]
    signers: list[Ed25519Signer]
    service: Ed25519Signer
    wicked: str = ""
    taken: dict[bytes, upload.Upload] = field(default_factory=dict)
    uploads: list[bytes] = field(default_factory=list)
    posts: list[tuple[Reply, Secrets, int]] = field(default_factory=list)
    lists: dict[int, epochs.SignedList] = field(default_factory=dict)
    placed: dict[int, int] = field(default_factory=dict)
    envelopes: dict[int, bytes] = field(default_factory=dict)
    boards: dict[int, bytes] = field(default_factory=dict)
    entries: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.log, self.witness = NoteKey(ORIGIN, LOG_KEY), NoteKey("trust.example/ada", COSIGNER_KEY)
        self.record("ledger.founded", {})
        self.record("trust.roster_changed", decode(self.directory.data))
        service = {"kind": "ed25519", "person": "svc-intake", "public": self.service.public}
        self.record("key.registered", service)
        told = Told(
            "Quillmere Labs",
            ((self.directory.data, 1),),
            ((0, self.service.raw, 2),),
            str(self.log.vkey),
            (str(self.witness.vkey),),
            demo=True,
        )
        self.client = Client(told)

    def record(self, type_: str, data: Any) -> int:
        """One more entry of the ledger; not signed, which the page does not ask about."""
        index = len(self.entries)
        act = {"event": {"data": data, "type": type_}, "signatures": []}
        entry = {"act": act, "index": index, "prev": "0" * 64, "recorded_at": "", "stream_version": 1, "v": 1}
        self.entries.append(encode(entry))
        return index

    def take(self, data: bytes) -> receipt.Receipt:
        """A receipt for an upload; Malformed."""
        one = upload.read(data, self.directory)
        self.uploads.append(data)
        if self.wicked != "drops":
            self.taken[one.envelope.item] = one
        item = bytes(32) if self.wicked == "promises another" else one.envelope.item
        signer = Ed25519Signer.from_seed(token_bytes(32)) if self.wicked == "forges" else self.service
        return receipt.give(signer, ORIGIN, range(today(), today() + 3), item, chunks.digest(one.ids))

    def answer(self, words: str, text: str, seats: tuple[int, ...], slot: int = 0) -> None:
        """Post an answer for the holder of these words."""
        secrets = Secrets.of(words)
        reply = Reply(self.directory.digest, today(), token_bytes(16), address(secrets.reply_key), text)
        for seat in seats:
            reply = reply.signed(seat, self.signers[seat])
        self.posts.append((reply, secrets, 4 * seats[0] + slot))

    def seal(self, number: int) -> None:
        """The list of a day, with covers, and its board."""
        mine = [one.envelope for one in self.taken.values()]
        self.taken.clear()
        whole = mine + [envelope.cover(self.directory, token_bytes) for _ in range(64 - len(mine))]
        whole.sort(key=lambda e: e.item)
        messages = [
            [board.filler(number, 4 * s + j, token_bytes) for j in range(4)]
            for s in range(self.directory.size)
        ]
        for reply, secrets, j in self.posts:
            keys = (secrets.reply_key, secrets.tag_key)
            messages[j // 4][j % 4] = board.post(reply.to_bytes(), keys, number, j)
        self.boards[number] = b"".join(b"".join(row) for row in messages)
        items = tuple(Listed(e.nonce, e.bind, e.item) for e in whole)
        hashes = tuple(sorted(sha256(token_bytes(8)).hexdigest() for _ in range(32)))
        sealed = Epoch(
            number,
            self.directory.digest.hex(),
            items,
            hashes,
            (),
            board.digest(self.boards[number]),
            self.client.digest,
        )
        self.lists[number] = epochs.sign(sealed, self.service)
        data = [e.data for e in whole]
        if self.wicked == "other bytes":
            data = [envelope.cover(self.directory, token_bytes).data for _ in data]
        self.envelopes[number] = b"".join(data)
        if self.wicked != "ledger refuses":
            self.placed[number] = self.record(SEALED, sealed.data())

    def window(self, number: int) -> bytes:
        """The lists of 92 days."""
        rows = [
            {"data": one.epoch.data(), "entry": self.placed.get(e), "sig": to_b64u(one.sig)}
            for e, one in sorted(self.lists.items())
            if e // epochs.WINDOW == number and not (self.wicked == "skips" and e == today() + 1)
        ]
        return encode({"lists": rows, "v": 1, "window": number})

    def published(self, path: str) -> bytes | None:
        """The mirror of the ledger."""
        leaves = [merkle.leaf_hash(e) for e in self.entries]
        size = len(leaves)
        text = Checkpoint(ORIGIN, size, merkle.root_of(leaves)).text()
        note = parse_note(sign_note(text, self.log))
        line = cosign(text, self.witness, int(time.time()))
        found = {
            "checkpoint": str(Note(text, (*note.lines, line))).encode(),
            Tile(ENTRIES, 0, size).path: join_entries(self.entries),
            Tile(0, 0, size).path: b"".join(leaves),
        }
        return found.get(path)


def make_intake() -> Intake:
    """An honest intake with yesterday's list."""
    found = made_directory()
    intake = Intake(*found, Ed25519Signer.from_seed(sha256(b"svc-intake").digest()))
    intake.seal(today() - 1)
    return intake


def make_app(intake: Intake, extra: dict[str, File] | None = None) -> FastAPI:
    """The routes that the page uses."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    def answer(file: File | None, status: int = 200) -> Response:
        if file is None:
            return Response(b"nothing here", 404, dict(HEADERS), "text/plain; charset=utf-8")
        return Response(file.body, status, dict(HEADERS), file.media_type)

    @app.post("/items")
    async def items(request: Request) -> Response:
        plain = request.headers.get("content-type", "").startswith("multipart/")
        if plain:
            async with request.form(max_part_size=upload.longest(5) + 1) as form:
                given = form["sealed"]
                assert not isinstance(given, str)
                data = await given.read()
        else:
            data = await request.body()
        if intake.wicked == "full":
            sentence = "There is no room for more reports today. Try again later."
            return Response(sentence, 503, dict(HEADERS), "text/plain; charset=utf-8")
        try:
            given_receipt = intake.take(data)
        except Malformed as e:
            sentence = f"This is no sealed report: {e}."
            if plain:
                return answer(intake.client.refused(sentence), 400)
            return Response(sentence, 400, dict(HEADERS), "text/plain; charset=utf-8")
        if plain:
            return answer(intake.client.received(given_receipt), 201)
        return answer(File(given_receipt.to_bytes(), "application/json"), 201)

    def got(path: str, found: Callable[[], bytes | None]) -> Response:
        body = found()
        return answer(None if body is None else File(body, "application/octet-stream"))

    @app.get("/{path:path}")
    def get(path: str) -> Response:
        intake.asked.append(path)
        head, _, rest = path.partition("/")
        if head == "log":
            return got(path, lambda: intake.published(rest))
        if head == "lists" and rest.isdigit():
            return got(path, lambda: intake.window(int(rest)))
        if head == "items" and rest.isdigit():
            return got(path, lambda: intake.envelopes.get(int(rest)))
        if head == "boards" and rest.isdigit():
            return got(path, lambda: intake.boards.get(int(rest)))
        return answer({**intake.client.files, **(extra or {})}.get(f"/{path}"))

    return app
