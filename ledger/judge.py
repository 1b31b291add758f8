"""The one judgement: may this act stand at this place?

The docket asks it what is missing, the office before it appends, the replay on an auditor's machine: all three
call this function object, so nobody can be judged by another rule than the one that is replayed::

    judge(register.below(41), act, now, check)   []   or   [Refusal("A-KEY", "…", "…"), …]

1. It must depend on the view, the act, the instant and the withheld mark only.
2. Signatures and their authority (S-…, A-…) must hold for every act, known type or not.
3. An observation is refused for its form, keys and times only, never for what it says (DOMAIN P1).
4. A decision must carry the policy version in force when it is recorded (P2) and not be dated back (§3).
5. What DOMAIN §10 wants public must not be withheld, and a public act is not withheld.
6. What is corrected must still be what its type allows, and dated as it might have been at first; an entry in clear
   is corrected in clear.
7. A rule that cannot be asked because an act is withheld here must not silence the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from ledger.engine.in_force import in_force
from ledger.errors import Malformed, Refusal
from ledger.record import fields as f
from ledger.record.act import Act
from ledger.record.authority import faults
from ledger.record.event import Event
from ledger.record.pointer import put
from ledger.record.roll import KeyCheck
from ledger.register import EFFECTIVE_AT, Fact, View
from ledger.subjects import corrections
from ledger.subjects.kind import Kind, Unjudged
from ledger.subjects.registry import KINDS

MAX_LIFE: Final = timedelta(days=30)
AHEAD: Final = timedelta(minutes=5)
BACK: Final = timedelta(days=1)


def judge(view: View, act: Act, now: str, check: KeyCheck, *, withheld: bool = False) -> list[Refusal]:
    """Every reason why `act` may not be recorded at `now` on top of `view`; empty when it may.

    Raises Unjudged, with the other refusals, when a judge would need an act that is withheld and not opened here.
    """
    view = replace(view, asked=now)
    out = [x.refusal for x in faults(view.roll, act, view.place(now), check)]
    out += _times(act, now)
    kind = KINDS.get(act.event.type)
    if kind is None or act.event.schema > kind.schema:
        return out
    try:
        act = replace(act, event=kind.present(act.event))
        kind.read(act.event)
    except Malformed as e:
        where = f" at {e.where}" if e.where else ""
        return [*out, Refusal("E-DATA", f"{act.event.type}: {e.what}{where}", e.cure or "correct the draft")]
    out += _form(view, act, kind, now, withheld)
    unread = None
    for ask in kind.judges.values():
        try:
            out += ask(view, act, now)
        except Unjudged as e:
            unread = e.index
    if kind.read is corrections.read:
        out += _corrected(view, act.event, now, withheld)
    if unread is not None:
        raise Unjudged(unread, out)
    return out


def known(act: Act) -> bool:
    """True when this version of the program can judge what the act says, not only who signed it."""
    kind = KINDS.get(act.event.type)
    return kind is not None and act.event.schema <= kind.schema


def _times(act: Act, now: str) -> Iterator[Refusal]:
    e = act.event
    if e.not_after is not None:
        if now > e.not_after:
            yield Refusal(
                "E-EXPIRED",
                f"it might be recorded until {e.not_after}, now is {now}",
                "draft and sign it anew",
            )
        if e.not_after > f.later(f.ulid_time(e.id), MAX_LIFE):
            yield Refusal(
                "E-NOT-AFTER", "not_after lies over 30 days after the time in the id", "at most P30D"
            )


def _form(view: View, act: Act, kind: Kind, now: str, withheld: bool) -> Iterator[Refusal]:
    e = act.event
    expected = kind.stream(view, e)
    if e.stream != expected:
        yield Refusal("E-STREAM", f"{e.type} stands in stream {e.stream}", f"it belongs to {expected}")
    if e.effective_at > f.later(now, AHEAD) and not kind.scheduled:
        yield Refusal(
            "E-FUTURE", f"effective at {e.effective_at}, now is {now}", "record it when it has happened"
        )
    if kind.decides:
        yield from _decision(view, act)
    if not any(s.person == e.actor.person and s.statement == kind.statement for s in act.signatures):
        yield Refusal(
            "E-STATEMENT", f"the actor does not {kind.statement}", f"the actor signs '{kind.statement}'"
        )
    if kind.actors and e.actor.role not in kind.actors:
        roles = ", ".join(sorted(kind.actors))
        yield Refusal("E-ACTOR", f"{e.type} is not recorded as {e.actor.role}", f"sign as {roles}")
    must = not kind.withholdable or (kind.public_when is not None and kind.public_when(view, e))
    if withheld and (must or e.class_ == "public"):
        yield Refusal(
            "E-WITHHELD",
            f"{e.type} of class {e.class_} may not be withheld",
            "record it in clear (DOMAIN 10)",
        )
    if e.imported and (e.actor.role, e.actor.person) != ("IMPORTER", e.imported.transcribed_by):
        why = f"transcribed by {e.imported.transcribed_by}, recorded by {e.actor.person} as {e.actor.role}"
        yield Refusal("E-IMPORTER", why, "who transcribed it signs, as IMPORTER (DOMAIN P10)")
    twice = any(view.committed(c) is not None for c in e.sealed.values())
    if twice or len(set(e.sealed.values())) < len(e.sealed):
        yield Refusal(
            "E-COMMITMENT", "a commitment stands on the record already", "seal the value with a fresh salt"
        )


def _decision(view: View, act: Act) -> Iterator[Refusal]:
    e, governs = act.event, in_force(view)
    if e.imported is not None:
        yield Refusal(
            "E-LIVE", f"{e.type} is a decision and cannot be imported", "decide it live, or import history"
        )
        return
    if e.policy != governs:
        yield Refusal(
            "E-POLICY", f"drafted under policy {e.policy}, in force is {governs}", "draft and sign it anew"
        )
    if e.effective_at < f.later(f.ulid_time(e.id), -BACK):
        why = f"a decision of {f.ulid_time(e.id)} dated back to {e.effective_at}"
        yield Refusal(
            "E-BACKDATED", why, "a decision takes effect when it is recorded; date it at most P1D back"
        )


def _corrected(view: View, event: Event, now: str, withheld: bool) -> Iterator[Refusal]:
    """G-COR-4: what is corrected is still of its type, and dated as it might have been at first."""
    correction = corrections.read(event)
    fact = view.get(correction.corrects)
    if fact is None:
        return
    kind = KINDS.get(fact.type)
    if withheld and not fact.withheld:
        why = f"entry {fact.index} stands in clear, and its readers would not see the correction"
        yield Refusal("E-WITHHELD", why, "correct in clear; seal what is confidential")
    if correction.field_path == EFFECTIVE_AT:
        to = f.time(correction.is_, "/data/is")
        if fact.decides and to < fact.recorded_at:
            why = f"the decision of entry {fact.index} was recorded at {fact.recorded_at}"
            yield Refusal("G-COR-4", why, "a decision takes effect when it is recorded, not before")
        if to > f.later(now, AHEAD) and not (kind and kind.scheduled):
            yield Refusal("G-COR-4", f"moved to {to}, now is {now}", "correct it when it has happened")
    elif kind is not None and fact.schema <= kind.schema:
        data = put(fact.data, correction.field_path, correction.is_)
        try:
            kind.read(kind.present(_event(fact, data)))
        except Malformed as e:
            why = f"entry {fact.index} would be no {fact.type} any more: {e.what} at {e.where}"
            yield Refusal("G-COR-4", why, e.cure or "state a value that its layout allows")


def _event(fact: Fact, data: dict[str, Any]) -> Event:
    return Event(
        id=fact.id,
        type=fact.type,
        schema=fact.schema,
        stream=fact.stream,
        effective_at=fact.effective_at,
        not_after=None,
        policy=fact.policy,
        class_=fact.class_,
        actor=fact.actor,
        data=data,
        sealed=fact.sealed,
        evidence=fact.evidence,
        imported=fact.imported,
        corrects=fact.corrects,
        retracts=fact.retracts,
        supersedes=fact.supersedes,
    )
