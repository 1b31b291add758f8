"""The life of every policy text: who proposed it, was consulted and approved, and when it governed (DOMAIN §11).

::

    chapters(view)    [Chapter(text=Text(version="2.2", …), state="in force", …), Chapter(…), …]

1. Every text of every version must be told, those that came to nothing too.
2. An objection that nobody answered must be shown as long as nobody has.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.engine.in_force import Adopted, Reign, adopted, reigns
from ledger.register import Fact, View
from ledger.subjects import consultations, resolutions, versions
from ledger.subjects.consultations import Consultation
from ledger.subjects.resolutions import Outcome
from ledger.subjects.versions import Text


@dataclass(frozen=True, slots=True)
class Chapter:
    """One text. `governed`: the stretches in which it did; `public_first`: whether it was public before it governed."""

    text: Text
    state: str
    governed: tuple[Reign, ...]
    proposed: Fact | None
    consulted: tuple[Consultation, ...]
    votes: tuple[Outcome, ...]
    approved: Fact | None
    effect: str | None
    published: str | None
    public_first: bool | None
    ended: Fact | None

    @property
    def unanswered(self) -> bool:
        """Whether an objection to it was never answered."""
        return any(x.unanswered for x in self.consulted)


def chapters(view: View) -> list[Chapter]:
    """Every text, the founding's first, then as they were drafted."""
    first = versions.founded(view)
    texts: dict[tuple[str, str], Text] = {}
    for text in ([first] if first else []) + versions.drafts(view):
        texts.setdefault((text.stream, text.digest), text)
    by_text = {(a.text.stream, a.text.digest): a for a in adopted(view)}
    reigned = reigns(view)
    return [_chapter(view, text, by_text.get(key), reigned) for key, text in texts.items()]


def _chapter(view: View, text: Text, found: Adopted | None, reigned: list[Reign]) -> Chapter:
    governed = tuple(
        r for r in reigned if (r.adopted.text.stream, r.adopted.text.digest) == (text.stream, text.digest)
    )
    votes = (
        resolutions.outcome(view, x.data["resolution_id"])
        for x in resolutions.on_text(view, "BOARD", text.digest)
    )
    state = versions.state(view, text)
    if governed:
        state = "in force" if governed[-1].until is None else "superseded"
    published = found.published if found else versions.public_since(view, text)
    first = None
    if found and found.approved and governed:
        first = published is not None and published <= governed[0].since
    return Chapter(
        text=text,
        state=state,
        governed=governed,
        proposed=next(iter(versions.acts(view, versions.PROPOSED, text)), None),
        consulted=tuple(consultations.consultations(view, text.digest)),
        votes=tuple(x for x in votes if x),
        approved=found.approved if found else None,
        effect=found.effect if found and found.approved else None,
        published=published,
        public_first=first,
        ended=versions.ended(view, text),
    )
