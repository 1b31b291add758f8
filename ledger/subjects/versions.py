"""Versions of a policy as they stand on the record: texts, and what became of each (DOMAIN §4.1).

One version stream, ``policy/<name>/<version>``, may hold several texts; every later act names its text by digest::

    texts(view)                                   (Text(policy="qsp", version="2.3", digest="sha256:…", …), …)
    state(view, text)                             "published"

Which of them governs is told by ``ledger.engine.in_force``; what may be done with them by ``policies``.

1. A text must be found by name, version and digest together.
2. Withdrawing or rejecting must end that text, never the version.
3. A text counts as public from its first publication, as that is corrected; a publication of another document is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ledger.register import Fact, View
from ledger.subjects import publications
from ledger.subjects.founding import initial_policy

DRAFTED: Final = "policy.drafted"
PROPOSED: Final = "policy.proposed"
APPROVED: Final = "policy.approved"
REJECTED: Final = "policy.rejected"
WITHDRAWN: Final = "policy.withdrawn"
PUBLISHED: Final = "policy.published"
SEEN: Final = "policy.text_observed"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a version. `data` is the policy as data; `drafted` is None for the founding's, in force already."""

    policy: str
    version: str
    digest: str
    base: str | None
    data: dict[str, Any]
    drafted: Fact | None

    @property
    def stream(self) -> str:
        """Where its version stands."""
        return stream_of(self.policy, self.version)


def stream_of(policy: object, version: object) -> str:
    """The stream of a version."""
    return f"policy/{policy}/{version}"


def founded(view: View) -> Text | None:
    """The text that was in force when the ledger was founded."""
    policy = initial_policy(view)
    if not policy:
        return None
    name = str(policy["data"].get("policy"))
    return Text(name, policy["version"], policy["text_digest"], None, policy["data"], None)


def drafts(view: View) -> list[Text]:
    """Every drafted text, in order."""
    return [_text(x) for x in view.of_type(DRAFTED)]


def text(view: View, policy: object, version: object, digest: object) -> Text | None:
    """One drafted text: its first draft."""
    found = (x for x in view.of_stream(stream_of(policy, version)) if x.type == DRAFTED)
    return next((_text(x) for x in found if x.data["text_digest"] == digest), None)


def of_version(view: View, version: str) -> list[Text]:
    """The texts of a version, of whatever policy; the founding's first."""
    first = founded(view)
    return [x for x in ([first] if first else []) + drafts(view) if x.version == version]


def acts(view: View, type_: str, text: Text) -> list[Fact]:
    """The acts of a type on a text, in order."""
    found = (x for x in view.of_stream(text.stream) if x.type == type_)
    return [x for x in found if x.data["text_digest"] == text.digest]


def ended(view: View, text: Text) -> Fact | None:
    """What ended a text: its withdrawal or rejection."""
    return next(iter(acts(view, WITHDRAWN, text) + acts(view, REJECTED, text)), None)


def approved(view: View) -> list[tuple[Text, Fact]]:
    """Every approved text with its approval, in the order in which they are to take effect."""
    found = []
    for fact in view.of_type(APPROVED):
        made = text(view, fact.data["policy"], fact.data["version"], fact.data["text_digest"])
        if made is not None:
            found.append((made, fact))
    return sorted(found, key=lambda x: (effect(x[1]), x[1].index))


def effect(approval: Fact) -> str:
    """When an approval wants its text in force: never before it was recorded."""
    return max(str(approval.data["effective_at"]), approval.effective_at)


def public_since(view: View, text: Text) -> str | None:
    """When a text was first published, as the record tells it; None while it is not."""
    return min((published_at(view, x) for x in publishing(view, text)), default=None)


def publishing(view: View, text: Text) -> list[Fact]:
    """The acts that say where a text was published, but those whose publication is of another document."""
    out = []
    for fact in acts(view, PUBLISHED, text):
        documents = {x.data["digest"] for x in publications.texts(view, fact.data["publication_id"])}
        if not documents or text.digest in documents:
            out.append(fact)
    return out


def published_at(view: View, publishing: Fact) -> str:
    """When a text was published: as its publication says; if that is not on the record, as the act itself is dated."""
    found = publications.texts(view, publishing.data["publication_id"])
    dated = [str(x.data["published_at"]) for x in found if x.data["digest"] == publishing.data["text_digest"]]
    return min(dated, default=publishing.effective_at)


def state(view: View, text: Text) -> str:
    """How far a text got by now, whether or not it governs: drafted … published, withdrawn or rejected."""
    end = ended(view, text)
    if end is not None:
        return "withdrawn" if end.type == WITHDRAWN else "rejected"
    public = public_since(view, text)
    if public is not None and public <= view.now:
        return "published"
    for type_ in (APPROVED, PROPOSED):
        if acts(view, type_, text):
            return type_.removeprefix("policy.")
    return "drafted" if text.drafted else "published"


def _text(drafted: Fact) -> Text:
    d = drafted.data
    return Text(d["policy"], d["version"], d["text_digest"], d.get("base_version"), d["policy_data"], drafted)
