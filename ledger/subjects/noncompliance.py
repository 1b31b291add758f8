"""Noncompliance cases: what is told of one (DOMAIN §4.10). Decisions are in case_handling, its state in engine.cases.

A person or a body opens a case, or it opens itself from a conduct finding; then its id is that of the causing event::

    {"case_id":"nc-2025-1","concerns_roles":["CEO"],"origin":"person","rules":["R22-G-DEPLOY-A"],
     "summary":"The endpoint was on before the gate allowed it.","summary_cls":"public"}

1. An allegation from outside must stay ``alleged`` until somebody with authority finds otherwise.
2. A body opens a case with as many signatures as the house asks for; with fewer it counts as a person's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from ledger.record.event import Event
from ledger.register import View
from ledger.subjects.kind import StreamOf, observation
from ledger.subjects.payload import Class, Decimal, Duration, Person, Role, Slug, Text, Time

OPENED: Final = "noncompliance.opened"
TRIAGED: Final = "noncompliance.triaged"
FOUND: Final = "noncompliance.found"
PLANNED: Final = "noncompliance.action_planned"
DONE: Final = "noncompliance.action_done"
CLOSED: Final = "noncompliance.closed"
REOPENED: Final = "noncompliance.reopened"
NOTIFIED: Final = "board.notified"
STREAM: Final = "case-nc"

_SELF_OPENED: Final = re.compile(r"nc-([0-7][0-9A-HJKMNP-TV-Z]{25})")

Status = Literal["substantiated", "not_substantiated", "inconclusive"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A case, opened by a person or a body, or told by somebody outside. The summary may be sealed."""

    case_id: Slug
    origin: Literal["person", "body", "external_allegation"]
    rules: tuple[Text, ...]
    summary_cls: Class
    concerns_roles: tuple[Role, ...]
    summary: Text | None = None
    body: Literal["BOARD", "LTBT"] | None = None
    source: Text | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """One time that it happened, and by how much: a duration or a number."""

    what: Text
    when: Time
    lasted: Duration | None = None
    measured: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, with the developer's view beside it."""

    case_id: Slug
    status: Status
    facts: Text
    instances: tuple[Instance, ...]
    developer_view: Text
    contested_by: Person | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A corrective action is done; what shows it is evidence of the entry."""

    case_id: Slug
    action: Slug
    how: Text


@dataclass(frozen=True, slots=True)
class Notified:
    """The Board was notified of cases (by their ids) or of anything else (by event ids)."""

    at: Time
    items: tuple[Text, ...]


def case_key(case_id: str) -> str:
    """The id as streams have it: ``nc-<event id>`` is the case that this event opened by itself."""
    found = _SELF_OPENED.fullmatch(case_id)
    return found[1] if found else case_id


def in_case() -> StreamOf:
    """The stream of the case that an act names."""

    def stream(view: View, event: Event) -> str:
        return f"{STREAM}/{case_key(str(event.data.get('case_id')))}"

    return stream


KINDS = (
    observation(OPENED, "open-case", Opened, "DOMAIN 4.10", in_case(), """\
# A noncompliance case is opened. Two trustees, or two directors, open it for their body.
data:
  case_id: nc-2025-1
  origin: person             # person body external_allegation (said by somebody outside: alleged, not found)
  rules: []                  # rule ids of the policy, such as R22-G-DEPLOY-A
  summary_cls: public        # who may read the summary; seal it for others than the public
  summary: ""
  concerns_roles: []         # roles that it concerns: they handle, review and close nothing of it
  # body: LTBT
  # source: who says so, for an external allegation
"""),
    observation(FOUND, "record-finding", Found, "DOMAIN 4.10", in_case(), """\
# What was found in a case. It decides the case's state when a handler or a director signs it who is not concerned.
data:
  case_id: nc-2025-1
  status: substantiated      # substantiated not_substantiated inconclusive
  facts: ""
  instances:
    - {what: "", when: 2025-06-04T09:00:00.000000Z, lasted: P8D}
  developer_view: ""
  # contested_by: p-ceo
"""),
    observation(DONE, "complete-action", Done, "DOMAIN 4.10", in_case(), """\
# A planned action is done. Attach what shows it.
data:
  case_id: nc-2025-1
  action: a1
  how: ""
# evidence: [{file: pipeline.pdf, title: "Pipeline", source: internal}]
"""),
    observation(NOTIFIED, "notify-board", Notified, "DOMAIN 4.10", lambda view, event: f"notice/{event.id}", """\
# The Board was notified. Items are case ids (nc-EVENT-ID for a case that opened itself) or event ids.
data:
  at: 2025-06-12T11:00:00.000000Z
  items: [""]
"""),
)  # fmt: skip
