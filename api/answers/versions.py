"""A text of the policy as a document: who proposed, was consulted and approved, and when it governed.

::

    text(chapter)    {"policy": "rsp", "version": "2.3", "state": "in force", "in_force": […], …}
"""

from __future__ import annotations

from typing import Any

from ledger.engine.policy_history import Chapter
from ledger.register import Fact


def text(one: Chapter) -> dict[str, Any]:
    """The life of one text."""
    return {
        "policy": one.text.policy,
        "version": one.text.version,
        "text_digest": one.text.digest,
        "base_version": one.text.base,
        "state": one.state,
        "in_force": [{"since": r.since or None, "until": r.until} for r in one.governed],
        "drafted": one.text.drafted.index if one.text.drafted else None,
        "proposed": _entry(one.proposed),
        "consulted": [
            {
                "body": x.opened.data["body"],
                "opened": x.opened.index,
                "outcome": x.outcome,
                "entry": x.response.index if x.response else None,
                "by": list(x.response.data["by_trustees"]) if x.response else [],
                "unanswered": x.unanswered,
            }
            for x in one.consulted
        ],
        "votes": [
            {
                "body": v.body,
                "carried": v.carried,
                "for": v.for_,
                "against": v.against,
                "abstain": v.abstain,
                "recused": v.recused,
                "quorum": v.needed,
            }
            for v in one.votes
        ],
        "approved": _entry(one.approved),
        "effective_at": one.effect,
        "public_since": one.published,
        "public_first": one.public_first,
        "ended": _entry(one.ended),
    }


def _entry(fact: Fact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    by = [{"person": s.person, "role": s.role} for s in fact.signers]
    return {"entry": fact.index, "recorded_at": fact.recorded_at, "by": by}
