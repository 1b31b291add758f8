"""Each type of entry in readable words: its headline, and what stands in it.

::

    headline(act)    "p-assessor2 is appointed Assessor"
    body(act)        (Item("Who", …), Item("Role", …), Item("From", …)), ()

1. A type without words of its own must still be shown in full, by its outline.
2. A headline must be made of what the act says, and hold on a page, in a list and in a feed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from api import titles
from api.web import words
from api.web.outline import Change, Item, corrected, item, outline
from ledger.record.act import Act
from ledger.register import Amendment, View

Data = dict[str, Any]


def headline(act: Act, view: View, amendments: tuple[Amendment, ...] = ()) -> str:
    """One line that says what happened."""
    data, _ = corrected(act.event.data, amendments)
    made = _HEADLINES.get(act.event.type)
    if made is None:
        return words.clip(_plainly(act))
    try:
        return words.clip(made(data, act, view))
    except (KeyError, TypeError, AttributeError, IndexError):  # an older or newer layout
        return words.kind(act.event.type)


def body(act: Act, amendments: tuple[Amendment, ...] = ()) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """What the act says, as it reads now, each corrected value with its earlier readings; then what is left."""
    data, changes = corrected(act.event.data, amendments)
    layout = _BODIES.get(act.event.type)
    if layout is None:
        return outline(data, changes), ()
    told = tuple(one(data, changes) for one in layout if one.name in data)
    rest = {name: value for name, value in data.items() if name not in {one.name for one in layout}}
    return told, outline(rest, changes)


def _plainly(act: Act) -> str:
    """The name of the type, and where that is one of ours what it is about: ``Deployment: heron-4``."""
    about = titles.subject(act.event.stream) if act.event.type in titles.TITLES else ""
    return words.kind(act.event.type) + (f": {about}" if about else "")


def _entry_of(event_id: str | None, view: View) -> str:
    fact = view.get(event_id or "")
    return f"entry {fact.index}" if fact else "an entry that is not public"


_HEADLINES: Final[dict[str, Callable[[Data, Act, View], str]]] = {
    "ledger.founded": lambda d, a, v: f"The record of {d['organisation']['name']} begins",
    "trust.roster_changed": lambda d, a, v: (
        f"The directory of trustees: {words.count(len(d['seats']), 'seat')}"
    ),
    "appointment.made": lambda d, a, v: f"{d['person']} is appointed {words.role(d['role'])}",
    "appointment.ended": lambda d, a, v: f"{d['person']} is no longer {words.role(d['role'])}",
    "key.registered": lambda d, a, v: f"A new key of {d['person']}",
    "key.revoked": lambda d, a, v: f"A key is revoked: {d['reason']}",
    "note.recorded": lambda d, a, v: str(d["text"]),
    "entry.corrected": lambda d, a, v: f"Correction of {_entry_of(a.event.corrects, v)}",
    "disclosure.published": lambda d, a, v: f"A withheld value of entry {d['index']} is published",
    "disclosure.erased": lambda d, a, v: f"A withheld value of entry {d['index']} is erased",
    "history.imported": lambda d, a, v: str(d["title"]),
    "compute.measured": lambda d, a, v: (
        f"{d.get('model_id') or d['run_id']} is {d['mult']} times {d['baseline_model']}"
    ),
    "evaluation.recorded": lambda d, a, v: f"Result of {d['evaluation_id']}: {d['result']}",
    "determination.made": lambda d, a, v: (
        f"{d['model_id']} and {d['threshold']}: {d['outcome'].replace('_', ' ')}"
    ),
}


@dataclass(frozen=True, slots=True)
class One:
    """How one member is told: under which label, in which words."""

    name: str
    label: str
    say: Callable[[Any], Any] = lambda value: value
    form: str = ""

    def __call__(self, data: Data, changes: dict[str, tuple[Change, ...]]) -> Item:
        """The member as an item."""
        told = item(self.label, self.say(data[self.name]), changes, f"/{self.name}")
        return Item(told.label, told.pointer, self.form or told.form, told.value, told.items, told.changes)


def _panels(panels: list[Data]) -> list[str]:
    return [f"{p['name']}: any {p['k']} of {len(p['seats'])} open a report together" for p in panels]


def _policy(policy: Data | None) -> str:
    return "none yet" if policy is None else str(policy.get("version"))


def _appointments(made: list[Data]) -> list[str]:
    return [f"{a['person']}: {words.role(a['role'])}" for a in made]


_REASON: Final = One("reason", "Reason")
_PERSON: Final = One("person", "Who", form="person")
_ROLE: Final = One("role", "Role", words.role)
_KEY: Final = (
    One("key", "Key", form="hash"),
    One("kind", "Kind of key", lambda k: words.KEYS.get(k, k)),
    One("public", "Public key", form="hash"),
)
_DISCLOSURE: Final = (
    One("index", "Of entry", form="entry"),
    One("commitments", "Which values", lambda c: c, form="list"),
    One("authority", "By authority of", words.role),
    _REASON,
)
_BODIES: Final[dict[str, tuple[One, ...]]] = {
    "ledger.founded": (
        One("organisation", "Organisation", lambda o: o["name"]),
        One("origin", "Name of the record"),
        One("policy", "Policy in force from here on", _policy),
        One("rotation", "The record's own key is replaced by", lambda r: [words.role(x) for x in r]),
        One("appointments", "First appointments", _appointments),
    ),
    "trust.roster_changed": (
        One("panels", "Who opens reports", _panels),
        One("seats", "Seats", lambda seats: [s["person"] for s in seats]),
    ),
    "appointment.made": (
        _PERSON,
        _ROLE,
        One("from", "From"),
        One("to", "Until"),
        One("instrument", "By this paper", form="hash"),
    ),
    "appointment.ended": (_PERSON, _ROLE, _REASON, One("instrument", "By this paper", form="hash")),
    "key.registered": (_PERSON, *_KEY),
    "key.revoked": (
        One("key", "Key", form="key"),
        _REASON,
        One("compromised_from", "In doubt from entry on", form="entry"),
    ),
    "note.recorded": (One("text", "Statement"), One("about", "About")),
    "entry.corrected": (
        One("was", "Read"),
        One("is", "Reads now"),
        One("how", "How it came to light"),
        One("discovered_by", "Found by", form="person"),
        One("discovered_at", "Found on"),
        One("kind", "Kind of error", lambda k: k.replace("_", " ")),
        One("material", "Could it have changed a decision?"),
        One("effects", "Effects"),
        One("republish", "To be published again"),
        One("field_path", "Field"),
    ),
    "disclosure.published": _DISCLOSURE,
    "disclosure.erased": _DISCLOSURE,
    "history.imported": (
        One("text", "What the source says"),
        One("stated_date", "Date as stated"),
        One("precision", "Precision of the date", lambda p: words.PRECISIONS.get(p, p)),
        One("subject", "About"),
        One("title", "Title"),
    ),
}
