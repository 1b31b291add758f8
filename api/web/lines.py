"""One entry as a line of a list, and one entry as a page: what the templates are given.

::

    line(shown, view)    Line(index=7, headline="Heron 4, autonomy tasks: …", kind="Note", …)
    page(shown, view)    Page(line=…, told=(…), signed=(…), sealed=(…), tree=…, …)

1. Of an entry that is withheld nothing but its class, time and place may stand here.
2. Beside a determination must stand whose burden of proof it was, and by a decision of a gate what it rests on that
   was corrected since.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from api.public.record import Shown
from api.web import words
from api.web.kinds import body, headline
from api.web.outline import Item, item
from api.web.standings import claimed
from api.web.status import Status
from api.web.tree import Tree, draw
from ledger.engine import taint
from ledger.engine.deployments import DECIDED
from ledger.record.act import Act, Signature
from ledger.record.event import Evidence, event_digest
from ledger.register import EFFECTIVE_AT, Signer, View
from ledger.subjects.determinations import MADE


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list."""

    index: int
    headline: str
    kind: str
    recorded_at: str
    by: str
    dated: str
    hash: str
    statuses: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A withheld value: what became of it, and the value itself where it is public."""

    label: str
    status: Status
    item: Item | None
    commitment: str


@dataclass(frozen=True, slots=True)
class Page:
    """An entry on a page of its own. `act` None: withheld."""

    line: Line
    act: Act | None
    burden: str
    told: tuple[Item, ...]
    rest: tuple[Item, ...]
    signed: tuple[Signature, ...]
    sealed: tuple[Sealed, ...]
    evidence: tuple[Evidence, ...]
    effective: Item | None
    related: tuple[tuple[str, int], ...]
    class_: str
    digest: str
    exact: str
    tree: Tree


def line(shown: Shown, view: View) -> Line:
    """An entry in a list."""
    act, entry = shown.act, shown.entry
    statuses = []
    if entry.withheld:
        readers = words.readers(entry.withheld.class_)
        statuses.append(Status("ok", "published since") if act else Status("non", f"withheld, {readers}"))
    if shown.amendments:
        statuses.append(
            Status("warn", f"corrected by entry {shown.amendments[-1].index}", shown.amendments[-1].index)
        )
    return Line(
        entry.index,
        headline(act, view, shown.amendments) if act else "Withheld entry",
        words.kind(act.event.type) if act else "Withheld",
        entry.recorded_at,
        signers(act.signatures) if act else "",
        dated(act) if act else "",
        shown.leaf_hash.hex(),
        tuple(statuses),
    )


def page(shown: Shown, view: View) -> Page:
    """An entry on a page of its own."""
    act = shown.act
    told, rest = body(act, shown.amendments) if act else ((), ())
    withheld = shown.entry.withheld
    return Page(
        line=_with_causes(line(shown, view), act, view),
        act=act,
        burden=_burden(act) if act else "",
        told=told,
        rest=rest,
        signed=act.signatures if act else (),
        sealed=tuple(_sealed(shown, act)) if act else (),
        evidence=act.event.evidence if act else (),
        effective=_effective(shown, act) if act else None,
        related=tuple(_related(shown, act, view)),
        class_=act.event.class_ if act else withheld.class_ if withheld else "public",
        digest=withheld.digest if withheld else event_digest(act.event_json) if act else "",
        exact=pretty(json.loads(shown.raw)),
        tree=draw(shown.index, view.bound),
    )


def dated(act: Act) -> str:
    """How the source of a transcript dates it: ``2024-03``, ``after 2024-03``; empty where it does not, or live."""
    stated, precision = act.event.data.get("stated_date"), act.event.data.get("precision")
    if act.event.imported is None or not stated or precision == "none":
        return ""
    return f"{precision} {stated}" if precision in ("after", "before") else str(stated)


def signers(signatures: Sequence[Signature] | Sequence[Signer]) -> str:
    """Who signed: ``p-sec (Board secretary) and p-rso (RSO)``; many are counted."""
    named = [f"{s.person} ({words.brief_role(s.role)})" for s in signatures]
    if len(named) > 3:
        return f"{named[0]} and {len(named) - 1} others"
    return ", ".join([*named[:-2], " and ".join(named[-2:])])


def pretty(value: Any) -> str:
    """JSON for people: characters that nobody sees are written as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return words.HIDDEN.sub(lambda m: json.dumps(m[0])[1:-1], text)


def _sealed(shown: Shown, act: Act) -> list[Sealed]:
    out = []
    for name, commitment in act.event.sealed.items():
        opened = shown.opened(commitment)
        if opened:
            entry = shown.published[commitment]
            status = Status("ok", f"published by entry {entry}", entry)
        elif commitment in shown.erased:
            entry = shown.erased[commitment]
            status = Status("bad", f"erased by entry {entry}", entry)
        else:
            public = act.event.class_ == "public"
            readers = "" if public else f", {words.readers(act.event.class_)}"
            status = Status("non", f"withheld value{readers}")
        told = item("Value", opened.value) if opened else None
        out.append(Sealed(name.replace("_", " ").capitalize() or name, status, told, commitment))
    return out


def _burden(act: Act) -> str:
    data = act.event.data
    return claimed(data["model_id"], data["threshold"], data["outcome"]) if act.event.type == MADE else ""


def _with_causes(made: Line, act: Act | None, view: View) -> Line:
    """A decision of a gate says which later entries changed what it rests on."""
    fact = view.get(act.event.id) if act and act.event.type == DECIDED else None
    causes = [x.cause.index for x in taint.of(view, fact)] if fact else []
    more = tuple(Status("warn", "rests on something since corrected", index) for index in causes)
    return replace(made, statuses=made.statuses + more)


def _effective(shown: Shown, act: Act) -> Item | None:
    """When it counts from, where that is another day; a transcript is dated by its source instead."""
    if act.event.imported:
        return None
    moved = [a for a in shown.amendments if a.path == EFFECTIVE_AT]
    now = str(moved[-1].is_) if moved else act.event.effective_at
    return item("Effective", now) if moved or now[:10] != shown.entry.recorded_at[:10] else None


def _related(shown: Shown, act: Act | None, view: View) -> list[tuple[str, int]]:
    """Entries that this one speaks of, and those that speak of it."""
    out = []
    if act:
        for name, event_id in (
            ("Corrects", act.event.corrects),
            ("Retracts", act.event.retracts),
            ("Replaces", act.event.supersedes),
        ):
            fact = view.get(event_id or "")
            if fact:
                out.append((name, fact.index))
    out += [("Corrected by", a.index) for a in shown.amendments]
    out += [("Value published by", index) for index in dict.fromkeys(shown.published.values())]
    out += [("Value erased by", index) for index in dict.fromkeys(shown.erased.values())]
    return out
