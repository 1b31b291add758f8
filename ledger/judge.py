"""The one judgement: may this act stand at this place?

The docket asks it what is missing, the office before it appends, the replay on an auditor's machine: all three
call this function object, so nobody can be judged by another rule than the one that is replayed::

    judge(register.below(41), act, now, check)   []   or   [Refusal("A-KEY", "…", "…"), …]

1. It must depend on the view, the act, the instant and the withheld mark only.
2. Signatures and their authority (S-…, A-…) must hold for every act, known type or not.
3. An observation is refused for its form, keys and times only, never for what it says (DOMAIN P1).
4. A decision must carry the policy version in force when it is recorded (P2) and not be dated back (§3).
5. What DOMAIN §10 wants public must not be withheld, and a public act is not withheld.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ledger.engine.in_force import in_force
from ledger.errors import Malformed, Refusal
from ledger.record import fields as f
from ledger.record.act import Act
from ledger.record.authority import faults
from ledger.record.roll import KeyCheck
from ledger.register import View
from ledger.subjects import KINDS
from ledger.subjects.kind import Kind

MAX_LIFE: Final = timedelta(days=30)
AHEAD: Final = timedelta(minutes=5)
BACK: Final = timedelta(days=1)


def judge(view: View, act: Act, now: str, check: KeyCheck, *, withheld: bool = False) -> list[Refusal]:
    """Every reason why `act` may not be recorded at `now` on top of `view`; empty when it may.

    Raises Unjudged when a judge would need an act that is withheld and not opened here.
    """
    out = [x.refusal for x in faults(view.roll, act, view.place(now), check)]
    out += _times(act, now)
    kind = KINDS.get(act.event.type)
    if kind is None or act.event.schema > kind.schema:
        return out
    try:
        kind.read(act.event)
    except Malformed as e:
        where = f" at {e.where}" if e.where else ""
        return [*out, Refusal("E-DATA", f"{act.event.type}: {e.what}{where}", e.cure or "correct the draft")]
    out += _form(view, act, kind, now, withheld)
    for name in kind.judges:
        out += kind.judges[name](view, act, now)
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
    if withheld and (not kind.withholdable or e.class_ == "public"):
        yield Refusal(
            "E-WITHHELD",
            f"{e.type} of class {e.class_} may not be withheld",
            "record it in clear (DOMAIN 10)",
        )
    standing = [view.register.committed(c) for c in e.sealed.values()]
    twice = any(at is not None and at < view.bound for at in standing)
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
