"""Disclosures: when a withheld value becomes public, or is erased for good (RECORD §2, DOMAIN §10).

Both name commitments, never values; every hash and signature made before still verifies::

    {"authority":"BOARD_SECRETARY","commitments":["<43 characters>"],"index":4,"reason":"the model is released"}
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import Refusal
from ledger.record import fields as f
from ledger.record.act import Act
from ledger.record.event import Event
from ledger.record.people import each
from ledger.register import View
from ledger.subjects.corrections import recorded, signing_roles
from ledger.subjects.kind import Kind, Unjudged, approving_roles
from ledger.subjects.payload import read_text

PUBLISHED = "disclosure.published"
ERASED = "disclosure.erased"

FORM = """\
# {what}
data:
  index: 4              # the entry
  commitments: []       # which of its withheld values, as they stand in the entry
  authority: BOARD_SECRETARY
  reason: ""
"""


@dataclass(frozen=True, slots=True)
class Disclosing:
    """Commitments of entry `index`, and by which authority and why they are opened or erased."""

    index: int
    commitments: tuple[str, ...]
    authority: str
    reason: str


def read(event: Event) -> Disclosing:
    """`data` of disclosure.published and disclosure.erased."""
    data = f.members(event.data, "/data", ("authority", "commitments", "index", "reason"))
    for i, commitment in enumerate(f.array(data["commitments"], "/data/commitments")):
        f.b64u(commitment, f"/data/commitments/{i}", 32)
    return Disclosing(
        f.integer(data["index"], "/data/index"),
        each(data["commitments"], "/data/commitments", f.text),
        f.one_of(data["authority"], f.ROLES, "/data/authority"),
        read_text(data["reason"], "/data/reason"),
    )


def judge_named(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DIS-1: every commitment named stands in the entry named."""
    named = read(act.event)
    places = {c: view.committed(c) for c in named.commitments}
    strange = [c for c, index in places.items() if index != named.index]
    unread = view.unread(named.index - 1) == named.index
    if unread and strange and all(places[c] is None for c in strange):
        raise Unjudged(named.index)  # sealed fields of an act that is withheld itself
    if strange or not named.commitments:
        why = f"entry {named.index} does not hold {', '.join(strange) or 'what is named'}"
        return [Refusal("G-DIS-1", why, "copy the commitments from the entry: countersign show")]
    return []


def judge_publishing(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DIS-2: published by the roles that signed the act, or by the BOARD_SECRETARY."""
    named, roles = read(act.event), approving_roles(act)
    if named.index >= view.bound or (named.authority == "BOARD_SECRETARY" and "BOARD_SECRETARY" in roles):
        return []
    missing = signing_roles(recorded(view, named.index)) - roles
    if not missing and named.authority in roles:
        return []
    why = f"publishing of entry {named.index} lacks {', '.join(sorted(missing | {named.authority} - roles))}"
    return [Refusal("G-DIS-2", why, "the roles that signed the act approve, or the BOARD_SECRETARY")]


def judge_erasing(view: View, act: Act, now: str) -> list[Refusal]:
    """G-DIS-3: erased by GENERAL_COUNSEL and BOARD_SECRETARY together, in the name of one of them."""
    needed = {"GENERAL_COUNSEL", "BOARD_SECRETARY"}
    missing = sorted(needed - approving_roles(act))
    named = read(act.event).authority
    if not missing and named in needed:
        return []
    why = f"erasing lacks {', '.join(missing)}" if missing else f"{named} has no authority to erase"
    return [Refusal("G-DIS-3", why, "GENERAL_COUNSEL and BOARD_SECRETARY approve; the LTBT is told")]


def published(view: View) -> set[str]:
    """Commitments whose values are public."""
    return {c for fact in view.of_type(PUBLISHED) for c in fact.data["commitments"]}


def erased(view: View) -> dict[str, tuple[int, int]]:
    """Commitments whose values were erased: (entry that held them, entry that says so)."""
    return {
        c: (fact.data["index"], fact.index) for fact in view.of_type(ERASED) for c in fact.data["commitments"]
    }


KINDS = (
    Kind(
        type=PUBLISHED,
        command="publish-disclosure",
        section="DOMAIN 10",
        decides=True,
        read=read,
        stream=lambda view, event: f"disclosure/{event.data.get('index')}",
        judges={"G-DIS-1": judge_named, "G-DIS-2": judge_publishing},
        form=FORM.replace(
            "{what}",
            "Makes withheld values public. Signed by the roles that signed the act, or the secretary.",
        ),
        withholdable=False,
    ),
    Kind(
        type=ERASED,
        command="erase-disclosure",
        section="DOMAIN 10",
        decides=True,
        read=read,
        stream=lambda view, event: f"disclosure/{event.data.get('index')}",
        judges={"G-DIS-1": judge_named, "G-DIS-3": judge_erasing},
        form=FORM.replace(
            "{what}", "Erases withheld values for good. Signed by GENERAL_COUNSEL and BOARD_SECRETARY."
        ),
        withholdable=False,
    ),
)
