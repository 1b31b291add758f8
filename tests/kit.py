"""A small world in which ledgers are made by hand, honest and hostile ones. It knows bytes only, and judges nothing.

::

    world = World()                              # a cast with fixed keys, a log key, a clock
    world.found()                                # entry 0
    world.note("Drill held.")                    # entry 1, signed by the RSO
    world.record("key.revoked", {…}, by=[GC, CEO])
    world.write_tiles(folder)                    # or write_bundle(path), write_database(path)

What ``World`` does not do, an attack does to ``world.entries``, the list of leaves: cut it, swap it, flip a bit,
then ``relink`` it, as an operator would who wants the hashes to fit.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keys import check
from ledger.record import fields as f
from ledger.record import tiles
from ledger.record.act import Seen, Signature, make_act, read_act, signature_message
from ledger.record.canonical import Json, decode, encode
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from ledger.record.disclosure import Disclosure, disclose, withhold
from ledger.record.entry import NO_PREV, splice, splice_withheld
from ledger.record.event import event_digest
from ledger.record.merkle import EMPTY_ROOT, Frontier, inclusion_proof, leaf_hash, root_of
from ledger.record.note import COSIGNER_KEY, LOG_KEY, Vkey, cosign
from ledger.record.proof import Proof

ORIGIN: Final = "test.example/log"
START: Final = "2025-01-06T09:00:00.000000Z"
SCHEMA: Final = Path(__file__).parents[1] / "ledger" / "store" / "schema" / "sqlite.sql"


def private_key(name: str) -> Ed25519PrivateKey:
    """The same key for the same name, always."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"kit " + name.encode()).digest())


def salt(name: str) -> bytes:
    """A salt that is the same in every run."""
    return sha256(b"salt " + name.encode()).digest()[:16]


@dataclass(frozen=True)
class Person:
    """Somebody with a role and a key. ``replace(RSO, key_name="other")`` is the same person with another key."""

    id: str
    role: str
    key_name: str = ""

    @cached_property
    def private(self) -> Ed25519PrivateKey:
        return private_key(self.key_name or self.id)

    @property
    def public(self) -> str:
        return f.to_b64u(self.private.public_key().public_bytes_raw())

    @property
    def key(self) -> str:
        return check.key_id("ed25519", self.public)

    def listed(self) -> Json:
        """The key as entry 0 lists it."""
        return {"key": self.key, "kind": "ed25519", "person": self.id, "public": self.public}

    def sign(self, message: bytes) -> str:
        return f.to_b64u(self.private.sign(message))


@dataclass(frozen=True)
class NoteKey:
    """A log's or a witness's key."""

    name: str
    type: int = LOG_KEY
    key_name: str = "log"

    @property
    def vkey(self) -> Vkey:
        return Vkey(self.name, self.type, private_key(self.key_name).public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return private_key(self.key_name).sign(message)


def witness(name: str) -> NoteKey:
    """A witness's key."""
    return NoteKey(f"witness.example/{name}", COSIGNER_KEY, f"witness {name}")


CEO: Final = Person("p-ceo", "CEO")
RSO: Final = Person("p-rso", "RSO")
SECRETARY: Final = Person("p-sec", "BOARD_SECRETARY")
GC: Final = Person("p-gc", "GENERAL_COUNSEL")
T1: Final = Person("p-t1", "TRUSTEE")
T2: Final = Person("p-t2", "TRUSTEE")
D1: Final = Person("p-d1", "DIRECTOR")
D2: Final = Person("p-d2", "DIRECTOR")
IMPORTER: Final = Person("p-imp", "IMPORTER")
LOG: Final = Person("svc-log", "SERVICE", "log")
NOBODY: Final = Person("p-mallory", "CEO")
"""Appointed by nobody."""
CAST: Final = (CEO, RSO, SECRETARY, GC, T1, T2, D1, D2, IMPORTER, LOG)

INSTRUMENT: Final = {
    "digest": "sha256:" + "1" * 64,
    "media_type": "application/pdf",
    "obtained_at": START,
    "size_bytes": 4711,
    "source": "internal",
    "title": "Resolution of the Board",
}


def founding(origin: str = ORIGIN, log: Vkey | None = None, cast: Iterable[Person] = CAST) -> dict[str, Json]:
    """`data` of entry 0."""
    cast = list(cast)
    return {
        "appointments": [
            {"from": START, "person": p.id, "role": p.role} for p in cast if p.role != "SERVICE"
        ],
        "demo": True,
        "format": 1,
        "keys": [p.listed() for p in cast],
        "log": {"vkey": str(log or NoteKey(origin).vkey)},
        "organisation": {"name": "Quillmere Labs"},
        "origin": origin,
        "people": [p.id for p in cast],
        "policy": None,
        "settings": {},
    }


def relink(entries: Sequence[bytes], since: int = 0) -> list[bytes]:
    """Number and link the entries from `since` on anew, as somebody does who rewrites history."""
    out = list(entries[:since])
    prev = leaf_hash(out[-1]) if out else NO_PREV
    for index, raw in enumerate(entries[since:], since):
        value = decode(raw)
        value["index"], value["prev"] = index, prev.hex()
        out.append(encode(value))
        prev = leaf_hash(out[-1])
    return out


@dataclass
class World:
    """A ledger in memory: `entries` are the leaves, `notes` the checkpoints by size, `opened` the disclosures."""

    origin: str = ORIGIN
    entries: list[bytes] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    opened: list[tuple[int, str]] = field(default_factory=list)
    witnesses: tuple[NoteKey, ...] = ()
    log_key: str = "log"
    now: str = START
    made: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    hidden: dict[int, tuple[str, int, bytes]] = field(default_factory=dict)
    _tree: tuple[list[bytes], Frontier] = field(default_factory=lambda: ([], Frontier()), repr=False)
    """The entries whose head was asked for last, and their tree."""

    # ---- making acts

    @property
    def log(self) -> NoteKey:
        return NoteKey(self.origin, LOG_KEY, self.log_key)

    @property
    def vkey(self) -> str:
        return str(self.log.vkey)

    @property
    def founding_hash(self) -> str:
        """Leaf hash of entry 0, in hex."""
        return leaf_hash(self.entries[0]).hex()

    def tick(self, by: timedelta = timedelta(minutes=1)) -> str:
        self.now = f.later(self.now, by)
        return self.now

    def seen(self, size: int | None = None) -> Seen:
        """The head after `size` entries (None: all)."""
        upto = self.entries[:size]
        known, frontier = self._tree
        if upto[: len(known)] != known:
            known, frontier = [], Frontier()
        frontier = frontier.copy()
        for raw in upto[len(known) :]:
            frontier.append(leaf_hash(raw))
        self._tree = upto, frontier
        return Seen(len(upto), frontier.root().hex())

    def event(self, type_: str, data: Json, actor: Person = RSO, **members: Any) -> dict[str, Json]:
        """An event by `actor`; `members` replace or add members (class_ for class), None removes one."""
        self.made += 1
        milliseconds = int((f.instant(self.now).timestamp()) * 1000)
        id_ = f.make_ulid(milliseconds, sha256(b"id %d" % self.made).digest()[:10])
        event: dict[str, Json] = {
            "actor": {"capacity": "decider", "person": actor.id, "role": actor.role},
            "class": "public",
            "data": data,
            "effective_at": self.now,
            "id": id_,
            "not_after": f.later(self.now, timedelta(days=7)),
            "policy": None,
            "provenance": "live",
            "schema": 1,
            "stream": f"note/{id_}",
            "type": type_,
        }
        event |= {name.rstrip("_"): value for name, value in members.items()}
        return {name: value for name, value in event.items() if value is not None or name == "policy"}

    def signature(
        self,
        event: Json,
        person: Person,
        statement: str = "approve",
        *,
        seen: Seen | None = None,
        ledger: str | None = None,
    ) -> Signature:
        """`person` signs `event` in their role, having seen the present head."""
        unsigned = Signature(
            person.id,
            person.role,
            "decider",
            person.key,
            "ed25519",
            seen or self.seen(),
            self.now,
            statement,
            "",
        )
        message = signature_message(unsigned, event_digest(event), self.origin if ledger is None else ledger)
        return replace(unsigned, sig=person.sign(message))

    def act(
        self,
        type_: str,
        data: Json,
        by: Sequence[Person] = (RSO,),
        *,
        statement: str = "approve",
        seen: Seen | None = None,
        **members: Any,
    ) -> bytes:
        """A signed act, the first of `by` being its actor."""
        event = self.event(type_, data, by[0], **members)
        return make_act(event, [self.signature(event, p, statement, seen=seen) for p in by]).raw

    # ---- appending: a pure splice, whatever it is

    def append_at(self, act: bytes, index: int) -> None:
        """Put an act after the last of `entries` as entry `index`, for ledgers too long to be kept in memory."""
        self.append_leaf(splice(act, index=index, prev=self.last, recorded_at=self.tick(), stream_version=1))

    def append(self, act: bytes, *, recorded_at: str | None = None, version: int | None = None) -> int:
        """Put an act on the record as the next entry."""
        stream = decode(act)["event"]["stream"]
        version = version or self.versions.get(stream, 0) + 1
        self.versions[stream] = version
        return self.append_leaf(
            splice(
                act,
                index=len(self.entries),
                prev=self.last,
                recorded_at=recorded_at or self.tick(),
                stream_version=version,
            )
        )

    def append_leaf(self, leaf: bytes) -> int:
        self.entries.append(leaf)
        return len(self.entries) - 1

    @property
    def last(self) -> bytes:
        return leaf_hash(self.entries[-1]) if self.entries else NO_PREV

    def withhold(
        self, act: bytes, class_: str = "board", *, opened: bool = True, version: int | None = None
    ) -> int:
        """Put an act on the record as commitment only; with `opened` its disclosure lies beside the record."""
        read = read_act(act)
        version = version or self.versions.get(read.event.stream, 0) + 1
        self.versions[read.event.stream] = version
        disclosure = withhold(read, version, salt(read.event.id))
        index = self.append_leaf(
            splice_withheld(
                class_,
                disclosure.commitment(),
                index=len(self.entries),
                prev=self.last,
                recorded_at=self.tick(),
            )
        )
        self.hidden[index] = (read.event.stream, version, act)
        if opened:
            self.opened.append((index, disclosure.text))
        return index

    def record(self, type_: str, data: Json, by: Sequence[Person] = (RSO,), **members: Any) -> int:
        """Sign and append in one."""
        return self.append(self.act(type_, data, by, **members))

    # ---- ready-made acts

    def found(self, data: Json = None, by: Sequence[Person] = CAST) -> int:
        """Entry 0."""
        by = [replace(p, key_name=self.log_key) if p is LOG else p for p in by]
        data = founding(self.origin, self.log.vkey, by) if data is None else data
        by = sorted(by, key=lambda p: p is not SECRETARY)
        return self.record("ledger.founded", data, by, stream="ledger", seen=Seen(0, EMPTY_ROOT.hex()))

    def note(self, text: str = "Drill held.", by: Person = RSO, **members: Any) -> int:
        return self.record("note.recorded", {"text": text}, [by], statement="attest", **members)

    def secret_note(self, text: str = "For the Board.", *, opened: bool = True, class_: str = "board") -> int:
        """A withheld note."""
        act = self.act("note.recorded", {"text": text}, statement="attest", class_=class_)
        return self.withhold(act, class_, opened=opened)

    def sealed_note(self, value: Json = "because", *, opened: bool = True, name: str = "rationale") -> int:
        """A public note with one sealed field."""
        disclosure: Disclosure = disclose(name, value, salt(f"{len(self.entries)}"))
        index = self.note("Sealed.", sealed={name: disclosure.commitment()}, class_="staff")
        if opened:
            self.opened.append((index, disclosure.text))
        return index

    def appoint(self, person: Person, by: Sequence[Person] = (SECRETARY,), **data: Any) -> int:
        data = {
            "from": START,
            "instrument": INSTRUMENT["digest"],
            "person": person.id,
            "role": person.role,
        } | data
        return self.record("appointment.made", data, by, evidence=[INSTRUMENT], stream=f"person/{person.id}")

    def end(self, person: Person, by: Sequence[Person] = (SECRETARY,)) -> int:
        data = {
            "instrument": INSTRUMENT["digest"],
            "person": person.id,
            "reason": "left",
            "role": person.role,
        }
        return self.record("appointment.ended", data, by, evidence=[INSTRUMENT], stream=f"person/{person.id}")

    def register(self, person: Person, by: Sequence[Person] = (SECRETARY, CEO), **data: Any) -> int:
        """A new key of `person`, with its proof of possession."""
        proof = person.sign(check.possession_message(person.key, "ed25519", self.origin, person.id))
        return self.record(
            "key.registered", person.listed() | {"proof": proof} | data, by, stream=f"person/{person.id}"
        )

    def revoke(self, person: Person, by: Sequence[Person] = (SECRETARY, CEO), **data: Any) -> int:
        return self.record(
            "key.revoked",
            {"key": person.key, "reason": "lost"} | data,
            by,
            stream=f"person/{person.id}",
        )

    def rotate(
        self,
        key_name: str,
        by: Sequence[Person] = (SECRETARY, CEO),
        *,
        log: Person | None = None,
        statement: str = "attest",
        seen: Seen | None = None,
        **data: Any,
    ) -> int:
        """``log.rotated`` to the key of this name; `log` is the svc-log that attests (default: with the log's key)."""
        new, old = Person("svc-log", "SERVICE", key_name), log or replace(LOG, key_name=self.log_key)
        proof = new.sign(check.possession_message(new.key, "ed25519", self.origin, "svc-log"))
        vkey = NoteKey(self.origin, LOG_KEY, key_name).vkey
        data = {"overlap": 2, "proof": proof, "reason": "yearly", "vkey": str(vkey)} | data
        event = self.event("log.rotated", data, by[0], stream="ledger")
        signatures = [self.signature(event, p, seen=seen) for p in by]
        if statement:
            signatures.append(self.signature(event, old, statement, seen=seen))
        return self.append(make_act(event, signatures).raw)

    # ---- signing heads

    def checkpoint(self, size: int | None = None) -> str:
        """The signed checkpoint of the first `size` entries, with the witnesses' cosignatures."""
        seen = self.seen(size)
        text = Checkpoint(self.origin, seen.size, bytes.fromhex(seen.root))
        note = sign_checkpoint(text, self.log)
        seconds = int(f.instant(self.now).timestamp())
        return note + "".join(str(cosign(text.text(), w, seconds)) for w in self.witnesses)

    def relink(self, since: int = 0) -> None:
        self.entries = relink(self.entries, since)

    # ---- writing it down

    def files(self, earlier: Iterable[int] = ()) -> dict[str, bytes]:
        """A tlog-tiles folder by path."""
        return (
            self.tile_files()
            | self.extra_files(earlier)
            | {
                "vkey": f"{self.vkey}\n".encode(),
                "founding": f"{self.founding_hash}\n".encode(),
            }
        )

    def extra_files(self, earlier: Iterable[int]) -> dict[str, bytes]:
        out = {"checkpoint": self.checkpoint().encode()}
        if self.opened:
            out["disclosures.jsonl"] = disclosure_lines(self.opened)
        return out | {f"earlier/{n}": self.checkpoint(n).encode() for n in earlier}

    def tile_files(self, *, hashes: bool = True) -> dict[str, bytes]:
        leaves = [leaf_hash(e) for e in self.entries]
        out = {}
        for tile in tiles.tiles_of(len(self.entries)):
            lo = tile.index * tiles.WIDTH
            if tile.level == tiles.ENTRIES:
                out[tile.path] = tiles.join_entries(self.entries[lo : lo + tile.width])
            elif hashes:
                step = 1 << tiles.HEIGHT * tile.level
                out[tile.path] = b"".join(
                    root_of(leaves[i * step : (i + 1) * step]) for i in range(lo, lo + tile.width)
                )
        return out

    def write_tiles(self, folder: Path, earlier: Iterable[int] = ()) -> Path:
        return write_files(folder, self.files(earlier))

    def bundle_files(self, earlier: Iterable[int] = (), policy: str | None = None) -> dict[str, bytes]:
        """A whole bundle by path."""
        manifest = {"format": 1, "kind": "whole", "origin": self.origin, "size": len(self.entries)}
        out = {p.removeprefix("tile/"): d for p, d in self.tile_files(hashes=False).items()}
        out |= self.extra_files(earlier) | {"manifest.json": encode(manifest)}
        return out | ({"policy.tlog": policy.encode()} if policy is not None else {})

    def chosen_files(self, *indexes: int) -> dict[str, bytes]:
        """A selective bundle by path."""
        leaves = [leaf_hash(e) for e in self.entries]
        manifest = {"format": 1, "kind": "chosen", "origin": self.origin, "size": len(self.entries)}
        out = {"manifest.json": encode(manifest), "checkpoint": self.checkpoint().encode()}

        def read(level: int, index: int) -> bytes:
            return root_of(leaves[index << level : (index + 1) << level])

        for i in indexes:
            proof = Proof(
                i, tuple(inclusion_proof(i, len(leaves), read)), SignedCheckpoint.parse(self.checkpoint())
            )
            out |= {f"leaves/{i}.json": self.entries[i], f"leaves/{i}.tlog-proof": str(proof).encode()}
        chosen = [(i, text) for i, text in self.opened if i in indexes]
        return out | ({"disclosures.jsonl": disclosure_lines(chosen)} if chosen else {})

    def write_bundle(self, path: Path, **options: Any) -> Path:
        return write_zip(path, self.bundle_files(**options))

    def write_database(self, path: Path, *, checkpoints: Iterable[int] | None = None) -> Path:
        """As the store would have written it, one checkpoint a commit (or only `checkpoints`)."""
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA synchronous = OFF")
            db.executescript(SCHEMA.read_text(encoding="utf-8"))
            frontier = Frontier()
            for index, raw in enumerate(self.entries):
                frontier.append(leaf_hash(raw))
                try:
                    db.execute(_INSERT, self._row(index, raw))
                except sqlite3.IntegrityError:
                    db.execute(_INSERT, (index + 1, f"again {index}", *[None] * 4, raw, leaf_hash(raw)))
            sizes = range(1, len(self.entries) + 1) if checkpoints is None else checkpoints
            db.executemany(
                "INSERT INTO checkpoints VALUES (?,?,?)",
                [
                    (n, bytes.fromhex(self.seen(n).root), self.notes.get(n) or self.checkpoint(n))
                    for n in sizes
                ],
            )
            db.execute(
                "UPDATE head SET size = ?, last = ?, peaks = ?, recorded_at = ?",
                (frontier.size, self.last, b"".join(frontier.peaks), self.now),
            )
            db.executemany(
                "INSERT INTO disclosures VALUES (?,?,?)",
                [(i + 1, f.to_b64u(sha256(t.encode()).digest()), t) for i, t in self.opened],
            )
            db.executemany("INSERT INTO state VALUES (?,?)", [("format", "1"), ("origin", self.origin)])
            db.commit()
        return path

    def _row(self, index: int, raw: bytes) -> tuple[Any, ...]:
        """Hostile leaves get a row too, with whatever can be read of them."""
        names: tuple[Any, ...]
        try:
            entry = json.loads(raw)
            event, size = entry["act"]["event"], len(encode(entry["act"]))
            names = (event["id"], event["stream"], entry["stream_version"], event["type"], size)
        except (ValueError, KeyError, TypeError):
            names = (f"none {index}", None, None, None, None)
        return (index + 1, *names, raw, leaf_hash(raw))


_INSERT: Final = "INSERT INTO entries VALUES (?,?,?,?,?,?,?,?)"


def disclosure_lines(opened: Iterable[tuple[int, str]]) -> bytes:
    return b"".join(encode({"disclosure": text, "index": i}) + b"\n" for i, text in opened)


def write_files(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def edited(raw: bytes, edit: Callable[[Any], None]) -> bytes:
    """An entry (or act) with its JSON changed by `edit`, canonical again."""
    value = decode(raw)
    edit(value)
    return encode(value)
