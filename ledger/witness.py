"""A witness: confirms that a log only grew (C2SP tlog-witness v1.0). Here is the judging; nothing here speaks HTTP.

What the log asks (over HTTP the body of ``add-checkpoint``, on a stick a file of the same bytes)::

    old 41
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=

    example.org/log
    57
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.org/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

and what it gets: ``200`` with a line ``— trust.example/t1 jWbPP…``, or another status with the reason.

1. A checkpoint must be confirmed only if its log is trusted (404), signed it (403), and it extends the last one that
   was confirmed: from exactly its size (409, with that size), by a proof that holds (422), never backwards (400).
2. Comparing with the last head and storing the new one must be one step, durable before the answer leaves.
3. Nothing that anybody may send must raise: what cannot be read is a 400, signatures that cannot be read a 403.
4. A confirmation says that the log only grew. It must be made by a cosigner's key (0x04), which signs nothing else.
5. The same checkpoint must be confirmed again when asked: an answer may get lost.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from ledger.durable import Contradiction, Failpoint, pass_by, read_file, trouble, writing
from ledger.errors import Malformed
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint
from ledger.record.merkle import EMPTY_ROOT, HASH_BYTES, verify_consistency
from ledger.record.note import COSIGNER_KEY, MAX_NOTE_BYTES, Ed25519, NoteSigner, Vkey, cosign

OK: Final = 200
BAD_REQUEST: Final = 400
NOT_SIGNED: Final = 403
UNKNOWN_LOG: Final = 404
OTHER_SIZE: Final = 409
NOT_CONSISTENT: Final = 422

MAX_HASHES: Final = 63
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class Request:
    """The log asks to confirm `checkpoint`, which by `proof` extends the tree of `old` entries."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: SignedCheckpoint

    def __str__(self) -> str:
        return f"{_head(self.old, self.proof)}\n{self.checkpoint.note}"

    @classmethod
    def parse(cls, body: bytes) -> Request:
        """Read a request; Malformed unless it is exactly what ``str`` writes."""
        old, proof, note = _frame(body)
        return cls(old, proof, SignedCheckpoint.parse(note))


def _head(old: int, proof: tuple[bytes, ...]) -> str:
    return f"old {old}\n" + "".join(base64.b64encode(h).decode() + "\n" for h in proof)


def _frame(body: bytes) -> tuple[int, tuple[bytes, ...], str]:
    """Old size, proof, and the note as it stands there; Malformed."""
    if len(body) > MAX_NOTE_BYTES:
        raise Malformed(f"a request of {len(body)} bytes, the limit is {MAX_NOTE_BYTES}")
    try:
        head, blank, note = body.decode().partition("\n\n")
        first, *rows = head.split("\n")
        proof = tuple(base64.b64decode(row, validate=True) for row in rows)
    except (UnicodeDecodeError, binascii.Error, ValueError):
        raise Malformed("not a request to confirm a checkpoint") from None
    old = _OLD.fullmatch(first)
    short = any(len(h) != HASH_BYTES for h in proof)
    if not blank or not old or len(proof) > MAX_HASHES or short or _head(int(old[1]), proof) != head + "\n":
        raise Malformed(
            "not a request to confirm a checkpoint", "", "it reads: old size, proof, empty line, checkpoint"
        )
    return int(old[1]), proof, note


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness says: a tlog-witness `status` and the `body` that goes with it (media type `media_type`)."""

    status: int
    body: str

    @property
    def media_type(self) -> str:
        return "text/x.tlog.size" if self.status == OTHER_SIZE else "text/plain; charset=utf-8"


def judge(
    body: bytes, logs: Mapping[str, Vkey], last: Callable[[str], Checkpoint | None], check: Ed25519
) -> SignedCheckpoint | Answer:
    """The checkpoint to be confirmed, or the answer why not. `last` gives the head confirmed last for an origin."""
    try:
        old, proof, note = _frame(body)
        head = Checkpoint.parse(note.rpartition("\n\n")[0] + "\n")
    except Malformed as e:
        return Answer(BAD_REQUEST, f"{e}\n")
    if head.origin not in logs:
        return Answer(UNKNOWN_LOG, "this log is not known here\n")
    try:
        signed = SignedCheckpoint.parse(note)
    except Malformed as e:  # signatures that cannot be read are none
        return Answer(NOT_SIGNED, f"{e}\n")
    if not signed.holds(logs[head.origin], check):
        return Answer(NOT_SIGNED, "the log did not sign this\n")
    if old > head.size:
        return Answer(BAD_REQUEST, f"{old} entries before, {head.size} after: a log only grows\n")
    before = last(head.origin) or Checkpoint(head.origin, 0, EMPTY_ROOT)
    if old != before.size:
        return Answer(OTHER_SIZE, f"{before.size}\n")
    if head.size == before.size and head.root != before.root:
        return Answer(OTHER_SIZE, f"{before.size}\n")
    if not verify_consistency(before.size, head.size, before.root, head.root, proof):
        return Answer(NOT_CONSISTENT, f"the proof does not lead from {before.size} to {head.size} entries\n")
    return signed


class Witness:
    """A witness with its memory in `folder`. `clock` gives seconds since 1970."""

    def __init__(
        self,
        folder: Path,
        signer: NoteSigner,
        logs: Iterable[Vkey],
        *,
        check: Ed25519,
        clock: Callable[[], int],
        failpoint: Failpoint = pass_by,
    ) -> None:
        if signer.vkey.type != COSIGNER_KEY:
            raise ValueError("only a cosigner's key (0x04) confirms checkpoints")
        self.folder = folder
        self._signer, self._check, self._clock, self._failpoint = signer, check, clock, failpoint
        self._logs = {key.name: key for key in logs}

    def add_checkpoint(self, body: bytes) -> Answer:
        """Judge a request, remember the new head, confirm it. Raises StoreUnavailable when it cannot remember."""
        with writing(self.folder, self._failpoint) as folder:
            found = judge(body, self._logs, self.last, self._check)
            if isinstance(found, Answer):
                return found
            folder.replace(self._name(found.checkpoint.origin), str(found.note).encode())
            folder.settle()
        return Answer(OK, str(cosign(found.note.text, self._signer, self._clock())))

    def last(self, origin: str) -> Checkpoint | None:
        """The head that was confirmed last for a log."""
        path = self.folder / self._name(origin)
        with trouble(path):
            data = read_file(path)
        if data is None:
            return None
        try:
            held = SignedCheckpoint.parse(data)
        except Malformed:
            held = None
        if held is None or not held.holds(self._logs[origin], self._check):
            raise Contradiction(
                "TAMPERED",
                f"{path} is not the checkpoint that was confirmed last",
                "confirm nothing: without its memory a witness is none; restore it, or retire this witness's key",
            )
        return held.checkpoint

    def _name(self, origin: str) -> str:
        return sha256(origin.encode()).hexdigest()
