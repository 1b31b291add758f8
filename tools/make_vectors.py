"""Write the golden vectors of the record's bytes to tests/vectors/record, from fixed seeds.

    python tools/make_vectors.py            add the cases that are new
    python tools/make_vectors.py --check    change nothing, fail when something differs or is missing

1. A case that stands must never change: its bytes are on somebody's record. Vectors only grow.
2. Nothing here may depend on a clock, on chance, or on the tests' own helpers.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256, shake_256
from pathlib import Path
from typing import Any, TypeAlias

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keys import check
from keys.check import sshsig, webauthn
from ledger.record import fields as f
from ledger.record import tiles
from ledger.record.act import Act, Seen, Signature, make_act, signature_message
from ledger.record.canonical import decode, encode
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from ledger.record.disclosure import Disclosure, disclose, withhold
from ledger.record.entry import NO_PREV, splice, splice_withheld
from ledger.record.event import event_digest
from ledger.record.merkle import EMPTY_ROOT, consistency_proof, inclusion_proof, leaf_hash, root_of
from ledger.record.note import COSIGNER_KEY, LOG_KEY, Vkey, cosign, sign_note
from ledger.record.proof import Proof
from ledger.record.sign import sign_event

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "record"
ORIGIN = "vectors.example/log"
START = "2025-03-20T16:00:00.000000Z"

Case: TypeAlias = dict[str, Any]


def seed(name: str) -> bytes:
    """The private seed of a key, the salt of a disclosure: SHA-256 of what it is for."""
    return sha256(f"countersign vector: {name}".encode()).digest()


@dataclass(frozen=True)
class Key:
    """An Ed25519 key of somebody on the vectors' ledger."""

    person: str
    role: str

    kind = "ed25519"

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(seed(self.person))

    @property
    def raw(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def public(self) -> str:
        return f.to_b64u(self.raw)

    @property
    def key_id(self) -> str:
        return check.key_id(self.kind, self.public)

    def sign(self, message: bytes) -> str:
        return f.to_b64u(self.private.sign(message))


@dataclass(frozen=True)
class NoteKey:
    """The same seed as a key for notes."""

    name: str
    person: str
    type: int = LOG_KEY

    @property
    def vkey(self) -> Vkey:
        return Vkey(self.name, self.type, Key(self.person, "").raw)

    def sign(self, message: bytes) -> bytes:
        return Key(self.person, "").private.sign(message)


SECRETARY, CEO, RSO = Key("p-1", "BOARD_SECRETARY"), Key("p-2", "CEO"), Key("p-3", "RSO")
T1, T2, LOG = Key("p-4", "TRUSTEE"), Key("p-5", "TRUSTEE"), Key("svc-log", "SERVICE")
CISO = Key("p-6", "CISO")
FOUNDERS = (SECRETARY, CEO, RSO, T1, T2, LOG)
LOG_NOTES = NoteKey(ORIGIN, LOG.person)
WITNESS = NoteKey("witness.example/w1", "witness", COSIGNER_KEY)

INSTRUMENT = {
    "digest": "sha256:" + sha256(b"resolution").hexdigest(),
    "media_type": "application/pdf",
    "obtained_at": START,
    "size_bytes": 10,
    "source": "internal",
    "title": "Resolution 7 – appointment of a CISO",
    "uri": "https://vectors.example/7.pdf",
}


# ---- values


def canonical() -> Iterator[Case]:
    """Values and their one encoding."""
    values: dict[str, Any] = {
        "null": None,
        "true": True,
        "empty text": "",
        "largest integer": 2**53 - 1,
        "smallest integer": -(2**53 - 1),
        "zero": 0,
        "empty array": [],
        "empty object": {},
        "sorted keys": {"b": 1, "a": 2, "B": 3, "aa": 4, "": 5, "~": 6, " ": 7, "10": 8, "9": 9},
        "line feed and tab": "a\n\tb",
        "quote and backslash": '"\\/',
        "beyond the basic plane": "§ é – 日本 \U0001d11e",
        "delete and C1 controls": "\x7f\x80\x9f",
        "line separators and a byte order mark": "\u2028\u2029\ufeff",
        "noncharacters": "\ufffe\uffff\ufdd0\U0010ffff",
        "not in normal form C": "e\u0301",
        "an event of DOMAIN": {"share": "0.46", "models": ["heron-4"], "of": {"x": None, "y": False}},
    }
    deep: Any = 1
    for _ in range(32):
        deep = [deep]
    values["32 levels"] = deep
    for name, value in values.items():
        yield {"name": name, "value": value, "canonical_hex": encode(value).hex()}


def refused() -> Iterator[Case]:
    """Bytes that are no canonical JSON."""
    texts: dict[str, str] = {
        "float": "[1.5]",
        "whole float": "[1.0]",
        "exponent": "[1e2]",
        "minus zero": "[-0]",
        "not a number": "[NaN]",
        "infinity": "[Infinity]",
        "2^53": "[9007199254740992]",
        "17 digits": "[12345678901234567]",
        "5,000 digits": f"[{'9' * 5000}]",
        "leading zero": "[01]",
        "doubled key": '{"a":1,"a":1}',
        "doubled key, once escaped": '{"a":1,"\\u0061":1}',
        "unsorted keys": '{"b":1,"a":1}',
        "space": '{"a": 1}',
        "trailing line feed": "{}\n",
        "two values": "{}{}",
        "needless escape": '["\\u0041"]',
        "escaped slash": '["\\/"]',
        "long escape of a line feed": '["\\u000a"]',
        "lone surrogate": '["\\ud800"]',
        "escaped NUL": '["\\u0000"]',
        "escaped carriage return": '["\\r"]',
        "raw line feed": '["\n"]',
        "key beyond ASCII": '{"é":1}',
        "key with a control": '{"\\n":1}',
        "byte order mark": "\ufeff{}",
        "nothing": "",
        "33 levels": "[" * 33 + "]" * 33,
        "1,000 nested lists": "[" * 1000 + "]" * 1000,
        "1,000 levels under a doubled key": '{"a":' * 993 + "1" + "}" * 992 + ',"a":1}',
    }
    for name, text in texts.items():
        yield {"name": name, "bytes_hex": text.encode().hex()}
    for name, data in {
        "UTF-16": "[]".encode("utf-16"),
        "overlong": b'["\xc0\xaf"]',
        "CESU": b'["\xed\xa0\x80"]',
    }.items():
        yield {"name": name, "bytes_hex": data.hex()}


def keys() -> Iterator[Case]:
    """Key ids and raw bytes; the same raw bytes in two kinds are one key."""
    ed25519 = RSO.raw
    p256 = (
        ec.derive_private_key(int.from_bytes(seed("p256"), "big"), ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    string = sshsig.string
    publics = {
        "ed25519": ("ed25519", ed25519),
        "ssh-ed25519": ("sshsig", string(b"ssh-ed25519") + string(ed25519)),
        "sk-ssh-ed25519": (
            "sshsig",
            string(b"sk-ssh-ed25519@openssh.com") + string(ed25519) + string(b"ssh:"),
        ),
        "ecdsa-sha2-nistp256": (
            "sshsig",
            string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(p256),
        ),
        "passkey, EdDSA": ("webauthn", webauthn.spki(ed25519)),
        "passkey, ES256": ("webauthn", webauthn.spki(p256)),
    }
    for name, (kind, public) in publics.items():
        text = f.to_b64u(public)
        yield {
            "name": name,
            "kind": kind,
            "public": text,
            "key": check.key_id(kind, text),
            "raw_hex": check.raw(kind, text).hex(),
        }


def possessions() -> Iterator[Case]:
    """What a new key signs to show that its owner holds it."""
    message = check.possession_message(CISO.key_id, "ed25519", ORIGIN, CISO.person)
    yield {
        "name": "ed25519",
        "key": CISO.key_id,
        "ledger": ORIGIN,
        "person": CISO.person,
        "seed_hex": seed(CISO.person).hex(),
        "message_hex": message.hex(),
        "proof": CISO.sign(message),
    }


def disclosures() -> Iterator[Case]:
    """Salted commitments."""
    values: dict[str, Any] = {
        "text": "Because the red team …",
        "object": {"a": [1, None], "b": "é"},
        "null": None,
        "empty text": "",
    }
    for name, value in values.items():
        salt = seed(f"salt {name}")[:16]
        made = disclose("rationale", value, salt)
        yield {
            "name": name,
            "salt_hex": salt.hex(),
            "field": "rationale",
            "value": value,
            "disclosure": made.text,
            "commitment": made.commitment(),
        }


# ---- a small ledger


class Log:
    """Seven entries: founding, roster, appointment, key, a note with a sealed field, a withheld act, a revocation."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.acts: list[Act] = []
        self.opened: list[tuple[int, Disclosure]] = []
        self.versions: dict[str, int] = {}
        self.build()

    def now(self) -> str:
        return f.later(START, timedelta(minutes=len(self.acts)))

    def act(self, type_: str, data: Any, by: tuple[Key, ...], stream: str, **members: Any) -> Act:
        now, statement = self.now(), members.pop("statement", "approve")
        at = int(f.instant(now).timestamp() * 1000)
        event = {
            "actor": {"capacity": "decider", "person": by[0].person, "role": by[0].role},
            "class": "public",
            "data": data,
            "effective_at": now,
            "id": f.make_ulid(at, seed(f"id {len(self.acts)}")[:10]),
            "not_after": f.later(now, timedelta(days=30)),
            "policy": None,
            "provenance": "live",
            "schema": 1,
            "stream": stream,
            "type": type_,
        } | members
        leaves = [leaf_hash(e) for e in self.entries]
        signatures = [
            sign_event(
                event,
                seen=Seen(len(leaves), (root_of(leaves) if leaves else EMPTY_ROOT).hex()),
                person=key.person,
                role=key.role,
                capacity="decider",
                statement=statement,
                signed_at=now,
                ledger=ORIGIN,
                signer=key,
            )
            for key in by
        ]
        act = make_act(event, signatures)
        self.acts.append(act)
        self.versions[stream] = self.versions.get(stream, 0) + 1
        return act

    def append(self, act: Act) -> None:
        prev = leaf_hash(self.entries[-1]) if self.entries else NO_PREV
        version = self.versions[act.event.stream]
        self.entries.append(
            splice(
                act.raw, index=len(self.entries), prev=prev, recorded_at=self.now(), stream_version=version
            )
        )

    def withhold(self, act: Act) -> None:
        made = withhold(act, self.versions[act.event.stream], seed("salt withheld")[:16])
        self.opened.append((len(self.entries), made))
        self.entries.append(
            splice_withheld(
                act.event.class_,
                made.commitment(),
                index=len(self.entries),
                prev=leaf_hash(self.entries[-1]),
                recorded_at=self.now(),
            )
        )

    def build(self) -> None:
        instrument = INSTRUMENT["digest"]
        self.append(self.act("ledger.founded", founding(), FOUNDERS, "ledger"))
        self.append(self.act("trust.roster_changed", roster(), (T1, T2), "trust/roster"))
        data: Any = {"from": START, "instrument": instrument, "person": CISO.person, "role": CISO.role}
        self.append(
            self.act("appointment.made", data, (SECRETARY,), f"person/{CISO.person}", evidence=[INSTRUMENT])
        )
        data = listed(CISO) | {
            "proof": CISO.sign(check.possession_message(CISO.key_id, "ed25519", ORIGIN, CISO.person))
        }
        self.append(self.act("key.registered", data, (CEO, SECRETARY), f"person/{CISO.person}"))
        sealed = disclose("rationale", "Because the red team …", seed("salt sealed")[:16])
        self.opened.append((len(self.entries), sealed))
        note: Any = {"text": "Drill held.\nNobody left the building – 14 minutes."}
        members = {"statement": "attest", "sealed": {"rationale": sealed.commitment()}, "class": "staff"}
        self.append(self.act("note.recorded", note, (RSO,), "note/drill", **members))
        note = {"text": "An unreleased model: heron-5."}
        self.withhold(
            self.act(
                "note.recorded", note, (CISO,), "note/heron", **{"statement": "attest", "class": "board"}
            )
        )
        data = {"compromised_from": 5, "key": CISO.key_id, "reason": "laptop stolen"}
        self.append(self.act("key.revoked", data, (SECRETARY, CEO, RSO), f"person/{CISO.person}"))

    def read(self, level: int, index: int) -> bytes:
        return root_of(leaf_hash(e) for e in self.entries[index << level : (index + 1) << level])

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(ORIGIN, size, root_of(leaf_hash(e) for e in self.entries[:size]))


def listed(key: Key) -> dict[str, Any]:
    return {"key": key.key_id, "kind": key.kind, "person": key.person, "public": key.public}


def founding() -> dict[str, Any]:
    return {
        "appointments": [
            {"from": START, "person": k.person, "role": k.role} for k in FOUNDERS if k is not LOG
        ],
        "demo": True,
        "format": 1,
        "keys": [listed(k) for k in FOUNDERS],
        "log": {"vkey": str(LOG_NOTES.vkey)},
        "organisation": {"name": "Quillmere Labs"},
        "origin": ORIGIN,
        "people": [k.person for k in FOUNDERS],
        "policy": None,
        "settings": {},
    }


def roster() -> dict[str, Any]:
    return {
        "from_epoch": 20170,
        "ledger": ORIGIN,
        "panels": [{"id": "ltbt", "k": 2, "name": "Long-Term Benefit Trust", "seats": [0, 1]}],
        "seats": [
            {
                "device": Key(f"device {k.person}", "").public,
                "hpke": f.to_b64u(shake_256(seed(f"hpke {k.person}")).digest(1216)),
                "person": k.person,
                "seat": i,
                "sign": Key(f"sign {k.person}", "").public,
            }
            for i, k in enumerate((T1, T2))
        ],
        "v": 1,
    }


def events() -> Iterator[Case]:
    """Events and their digests."""
    for act in Log().acts:
        yield {
            "name": f"{act.event.type} {act.event.id}",
            "event": act.event_json,
            "canonical_hex": encode(act.event_json).hex(),
            "digest": act.event_digest(),
        }


def signatures() -> Iterator[Case]:
    """What each signer of the small ledger signs, and the signature."""
    for act in Log().acts:
        for s in act.signatures:
            yield signature_case(act, s)


def signature_case(act: Act, s: Signature) -> Case:
    return {
        "name": f"{act.event.type} {act.event.id} {s.person}",
        "seed_hex": seed(s.person).hex(),
        "event": event_digest(act.event_json),
        "key": s.key,
        "message": signature_message(s, act.event_digest(), ORIGIN).decode(),
        "sig": s.sig,
    }


def log() -> Iterator[Case]:
    """The small ledger: leaves, checkpoints, cosignature, proofs, tiles, disclosures."""
    made = Log()
    size = len(made.entries)
    yield {
        "name": "parties",
        "origin": ORIGIN,
        "log_vkey": str(LOG_NOTES.vkey),
        "log_seed_hex": seed(LOG.person).hex(),
        "witness_vkey": str(WITNESS.vkey),
        "witness_seed_hex": seed(WITNESS.person).hex(),
    }
    for i, entry in enumerate(made.entries):
        yield {
            "name": f"entry {i}",
            "entry": decode(entry),
            "bytes_hex": entry.hex(),
            "leaf_hex": leaf_hash(entry).hex(),
        }
    for index, opened in made.opened:
        yield {
            "name": f"disclosure of entry {index}",
            "line": encode({"disclosure": opened.text, "index": index}).decode(),
        }
    for n in range(1, size + 1):
        yield {"name": f"checkpoint {n}", "note": sign_checkpoint(made.checkpoint(n), LOG_NOTES)}
    text = made.checkpoint(size).text()
    yield {
        "name": f"checkpoint {size}, cosigned",
        "note": sign_note(text, LOG_NOTES) + str(cosign(text, WITNESS, 1742486400)),
    }
    for n in range(1, size + 1):
        for i in range(n):
            yield {
                "name": f"inclusion of {i} in {n}",
                "proof_hex": [h.hex() for h in inclusion_proof(i, n, made.read)],
            }
        for m in range(1, n + 1):
            proof = [h.hex() for h in consistency_proof(m, n, made.read)]
            yield {"name": f"consistency of {m} with {n}", "proof_hex": proof}
    signed = SignedCheckpoint.parse(sign_checkpoint(made.checkpoint(size), LOG_NOTES))
    for i in (0, size - 1):
        yield {
            "name": f"proof file of {i}",
            "file": str(Proof(i, tuple(inclusion_proof(i, size, made.read)), signed)),
        }
    for tile in tiles.tiles_of(size):
        if tile.level == tiles.ENTRIES:
            data = tiles.join_entries(made.entries)
        else:
            data = b"".join(made.read(8 * tile.level, i) for i in range(tile.width))
        yield {"name": tile.path, "base64": base64.b64encode(data).decode()}


FILES: dict[str, Callable[[], Iterator[Case]]] = {
    "canonical": canonical,
    "refused": refused,
    "keys": keys,
    "possessions": possessions,
    "disclosures": disclosures,
    "events": events,
    "signatures": signatures,
    "log": log,
}


def text_of(cases: list[Case]) -> str:
    """A file of vectors, ASCII so that no editor changes it."""
    return json.dumps(cases, indent=1, ensure_ascii=True) + "\n"


def standing(name: str) -> list[Case]:
    """The cases that stand in a file; none when there is no file yet."""
    path = FOLDER / f"{name}.json"
    cases: list[Case] = json.loads(path.read_text(encoding="ascii")) if path.exists() else []
    return cases


def differences(name: str, made: list[Case]) -> list[str]:
    """The cases that stand and are no longer made as they stand."""
    by_name = {case["name"]: case for case in made}
    return [f"{name}.json: {old['name']}" for old in standing(name) if by_name.get(old["name"]) != old]


def main(only_check: bool) -> int:
    """Write what is new; refuse to touch what stands."""
    made = {name: list(make()) for name, make in FILES.items()}
    wrong = [line for name, cases in made.items() for line in differences(name, cases)]
    new = [name for name, cases in made.items() if len(cases) > len(standing(name))]
    for line in wrong:
        print(f"differs from what stands: {line}")
    if wrong or (only_check and new):
        print(f"new cases in: {', '.join(new) or 'none'}")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in new:
        (FOLDER / f"{name}.json").write_text(text_of(made[name]), encoding="ascii")
        print(f"{name}.json: {len(made[name])} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
