"""Conflicts of interest: who declared one, in which matter (DOMAIN §4.16). They handle and review nothing in it.

::

    {"matter":"nc-2025-1","person":"p-d2","why":"former manager of the team concerned"}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.register import View
from ledger.subjects.kind import decision, in_stream
from ledger.subjects.payload import Person, Slug, Text

DECLARED: Final = "conflict.declared"


@dataclass(frozen=True, slots=True)
class Conflict:
    """`person` has a conflict in `matter`: the id of a case, an audit or another matter."""

    person: Person
    matter: Slug
    why: Text


def conflicted(view: View, matter: str) -> set[str]:
    """Who declared a conflict in a matter."""
    return {x.data["person"] for x in view.of_type(DECLARED) if x.data["matter"] == matter}


KINDS = (
    decision(DECLARED, "declare-conflict", Conflict, "DOMAIN 4.16", in_stream("conflict", "matter"), """\
# A conflict of interest. Who has one handles and reviews nothing in this matter.
data:
  person: p-d2
  matter: nc-2025-1          # the id of the case or audit
  why: ""
"""),
)  # fmt: skip
