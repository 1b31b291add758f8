"""A selective bundle: chosen entries, each with the proof that it stands in the log. It shows less, and says so.

::

    leaves/41.json  leaves/41.tlog-proof      entry 41 stands in the log of this checkpoint

1. Every leaf must be proved against the very checkpoint of the bundle, at the index of its name.
2. Signatures are checked with the keys that the bundle's own entries register; others are counted as not checked.
3. What needs the entries left out (order, roles, revocations, heads) must say ``not checked``.
4. The checkpoint must be signed by the key at hand itself: that a rotation was allowed needs all entries. Earlier ones
   may be signed by the keys before it, as the bundle's own entries under that checkpoint say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ledger.errors import Malformed
from ledger.record.act import Act, signature_message
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.entry import MAX_ENTRY_BYTES, Entry, read_entry
from ledger.record.founding import founding
from ledger.record.log_keys import LogKeys, rotation
from ledger.record.merkle import leaf_hash, verify_inclusion
from ledger.record.note import Vkey
from ledger.record.people import FOUNDED, REGISTERED, ROTATED, PublicKey, key_registration
from ledger.record.proof import Proof
from ledger.record.roll import log_service_key
from ledger.verify import notes
from ledger.verify.acts import Read, count_entry, note_act
from ledger.verify.asked import Asked, anchor_notes, find_key, find_policy, openings
from ledger.verify.authority import Keys
from ledger.verify.founding import entry_0_findings
from ledger.verify.leaf import read_leaf
from ledger.verify.opening import unfold
from ledger.verify.report import ROLLBACK, Facts, Finding, Findings, Report, failed, report
from ledger.verify.source import Source
from ledger.verify.stamps import timestamps

MOST: Final = 100_000
Signed = Callable[[SignedCheckpoint], bool]

_AGAIN: Final = "ask for the bundle again"
_LEFT_OUT: Final = {
    2: "entries between were left out: only what stands here was looked at",
    6: "an earlier checkpoint of another size cannot be compared with chosen entries",
    8: "not checked: who held which role and key needs all entries",
    9: "not checked: the heads that signers had seen need all entries",
    12: "not checked: the rules need all entries",
}


def verify_chosen(source: Source, asked: Asked, keys: Keys) -> Report:
    """Verify a selective bundle."""
    findings = Findings()
    note, found = notes.read_note(source.checkpoint())
    findings.add(found)
    findings.add(source.faults(0))
    findings.add(Finding(claim, None, None, why) for claim, why in _LEFT_OUT.items())
    leaves = _leaves(source, findings)
    first = leaves.get(0)
    vkey = find_key(source, asked, first)
    logs = None if vkey is None else _log_keys(leaves, vkey)
    own = logs.since(vkey) if logs and vkey else None
    own = LogKeys(own.terms[:1]) if own else None
    if note:
        findings.add(notes.signed(note, own, keys.ed25519))
        findings.add(
            _included(source, leaves, note, lambda n: vkey is not None and n.holds(vkey, keys.ed25519))
        )
        policy, wrong = find_policy(source, asked)
        findings.add(wrong)
        if not any(x.ok is False for x in wrong):
            findings.add(notes.cosigned(note, policy, own, keys.ed25519))
        heads, unsigned = notes.read_earlier([*asked.earlier, *source.earlier()], logs, keys.ed25519)
        findings.add(unsigned)
        findings.add(x for old in heads for x in _earlier(old, note))
    if first is not None:
        findings.add(entry_0_findings(first, note.checkpoint.origin if note else None, logs, asked.founding))
    read = _read(source, asked, leaves, findings)
    if note is None:
        findings.add(notes.unread(len(leaves)))
    origin = note.checkpoint.origin if note else ""
    findings.add(_signatures(read[1], origin, keys))
    findings.add(timestamps(source, asked.earlier))
    named = replace(
        _facts(source, asked, note, read[0]),
        vkey=str(vkey or ""),
        founding=leaf_hash(first).hex() if first is not None else "",
    )
    return report(findings, named, [*anchor_notes(asked, 0), _ONLY])


_ONLY: Final = (
    "This bundle holds chosen entries: it shows that they stand in the log, and nothing of what was left out."
)


def _leaves(source: Source, findings: Findings) -> dict[int, bytes]:
    chosen = source.chosen or ()
    if len(chosen) > MOST:
        findings.add(
            [failed(1, None, f"{len(chosen)} chosen entries, the limit is {MOST}", "ask for a whole bundle")]
        )
    out = {}
    for index in chosen[:MOST]:
        raw = source.beside(f"leaves/{index}.json")
        if raw is None or len(raw) > MAX_ENTRY_BYTES:
            findings.add([failed(1, index, f"it has no readable bytes of at most {MAX_ENTRY_BYTES}", _AGAIN)])
        else:
            out[index] = raw
    return out


def _included(
    source: Source, leaves: dict[int, bytes], note: SignedCheckpoint, signed: Signed
) -> list[Finding]:
    """Claim 3 of each leaf, and claim 4 of proofs that bring another signature than the bundle's own checkpoint."""
    out, head = [], note.checkpoint
    for index, raw in leaves.items():
        try:
            proof = Proof.parse(source.beside(f"leaves/{index}.tlog-proof") or b"")
        except Malformed as e:
            out.append(failed(3, index, f"its proof cannot be read: {e}", _AGAIN))
            continue
        if proof.index != index or proof.checkpoint.note.text != note.note.text:
            out.append(failed(3, index, "its proof is for another entry or another checkpoint", _AGAIN))
        elif not verify_inclusion(index, head.size, leaf_hash(raw), proof.hashes, head.root):
            out.append(failed(3, index, "its proof does not lead to the checkpoint's root", _AGAIN))
        elif proof.checkpoint.note != note.note and not signed(proof.checkpoint):
            out.append(failed(4, index, "the log's key did not sign the checkpoint in its proof", _AGAIN))
    return out


def _earlier(old: notes.Earlier, note: SignedCheckpoint) -> list[Finding]:
    head = note.checkpoint
    if old.size > head.size:
        why = f"{old.name} covers {old.size} entries, this bundle's checkpoint only {head.size}"
        return [failed(6, head.size, why, "keep both checkpoints", ROLLBACK)]
    if old.size == head.size and old.root != head.root:
        return [failed(6, None, f"{old.name}: another root at the same size", "keep both checkpoints")]
    return []


def _read(
    source: Source, asked: Asked, leaves: dict[int, bytes], findings: Findings
) -> tuple[Read, list[tuple[int, Entry, Act]]]:
    """Claims 1, 2 in part and 10; what was read, and the acts."""
    texts: dict[int, list[str]] = {}
    for opening in openings(source, asked):
        if isinstance(opening, Finding):
            findings.add([opening])
        elif opening[0] in leaves:
            texts.setdefault(opening[0], []).append(opening[1])
        else:
            findings.add(
                [failed(10, opening[0], "a disclosure belongs to an entry that is not here", _AGAIN)]
            )
    out, acts = Read(0, 0), []
    for index, raw in leaves.items():
        entry, wrong = read_leaf(index, raw)
        out.findings += wrong
        out.count += 1
        if entry is None:
            continue
        if entry.index != index:
            out.findings.append(failed(2, index, f"it calls itself entry {entry.index}", _AGAIN))
        opened = unfold(index, entry, texts.get(index, ()))
        out.findings += opened.findings
        count_entry(out, index, entry, opened)
        if opened.act is not None:
            note_act(out, index, entry, opened.act)
            acts.append((index, entry, opened.act))
    ids: dict[str, int] = {}
    for name, at in out.ids:
        if ids.setdefault(name, at) != at:
            out.findings.append(failed(2, at, f"event {name} stands in entry {ids[name]} already", _AGAIN))
    findings.add(out.findings)
    return out, acts


def _signatures(acts: list[tuple[int, Entry, Act]], origin: str, keys: Keys) -> list[Finding]:
    """Claim 7, with the keys that entries of the bundle register."""
    known: dict[str, PublicKey] = {}
    for _, entry, act in acts:
        if entry.withheld is None:
            known |= {key.key: key for key in _keys(act, keys)}
    out: list[Finding] = []
    unknown = 0
    for index, _, act in acts:
        digest = act.event_digest()
        for s in act.signatures:
            key = known.get(s.key)
            if key is None or key.person != s.person:
                unknown += 1
            elif s.kind != key.kind or not keys.holds(
                key.kind,
                key.public,
                signature_message(s, digest, origin),
                s.sig,
                rp_id=key.rp_id,
                origins=key.origins,
            ):
                out.append(
                    failed(7, index, f"S-HOLDS: the signature of {s.person} does not hold", "ask the signer")
                )
    if unknown:
        out.append(Finding(7, None, None, f"{unknown} signatures are by keys that no entry here registers"))
        out.append(Finding(7, True, None, "the others were checked"))
    return out


def _log_keys(leaves: dict[int, bytes], vkey: Vkey) -> LogKeys:
    """The log's keys as the bundle's entries name them if `vkey` is one of them, else `vkey` alone."""
    out: LogKeys | None = None
    for index, raw in sorted(leaves.items()):
        try:
            act = read_entry(raw).act
            if act is not None and act.event.type == FOUNDED and index == 0:
                out = LogKeys.only(founding(act.event.data).log)
            elif act is not None and act.event.type == ROTATED and out is not None:
                out = out.rotated(index, rotation(act.event.data))
        except Malformed:
            continue
    return out if out is not None and vkey in out.vkeys else LogKeys.only(vkey)


def _keys(act: Act, check: Keys) -> tuple[PublicKey, ...]:
    try:
        if act.event.type == ROTATED:
            return (log_service_key(rotation(act.event.data).vkey, check),)
        if act.event.type == FOUNDED:
            return founding(act.event.data).keys
        return (key_registration(act.event.data).key,) if act.event.type == REGISTERED else ()
    except Malformed:
        return ()


def _facts(source: Source, asked: Asked, note: SignedCheckpoint | None, read: Read) -> Facts:
    counts = read.counts
    return Facts(
        source=source.address.place,
        origin=note.checkpoint.origin if note else "",
        size=note.checkpoint.size if note else 0,
        root=note.checkpoint.root.hex() if note else "",
        anchored=asked.vkey is not None,
        pinned=asked.founding is not None and 0 in (source.chosen or ()),
        checkpoint=str(note.note) if note else "",
        entries=read.count,
        withheld={k.partition(":")[2]: n for k, n in sorted(counts.items()) if k.startswith("withheld:")},
        withheld_unopened=len(read.unopened),
        sealed=counts["sealed"],
        sealed_unopened=counts["sealed_unopened"],
        chosen=True,
    )
