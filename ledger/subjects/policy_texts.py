"""Where a policy text was published and what was seen there; what the record shows amiss about a change (DOMAIN §4.1).

::

    {"changelog":{"covers":["/assessment/preliminary/cadence"],"digest":"sha256:…"},"policy":"qsp",
     "publication_id":"qsp-2.3","text_digest":"sha256:…","version":"2.3"}

1. A change log, and a summary for the web if there is one, must cover every change that is computed from the data.
2. EFFECT_BEFORE_PUBLICATION must go by what was on the record when the change was to take effect: a publication that is
   recorded later with an earlier date may bring the version into force and dissolves nothing (DOMAIN §3).
3. A stated direction that is milder than the computed one is disputed; what computes as unclear disputes nothing.
4. A vote on a text other than the one consulted on must be shown as long as that text may still be adopted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.engine.calendar import overdue_at
from ledger.engine.house import procedure
from ledger.engine.in_force import adopted
from ledger.policy.cover import covering, milder, overall, uncovered
from ledger.policy.diff import Change
from ledger.policy.direction import Direction
from ledger.policy.duration import Duration
from ledger.policy.words import Publish
from ledger.record.event import Event
from ledger.register import Fact, View
from ledger.subjects import adoptions, consultations, policies, publications, resolutions, versions
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.kind import observation
from ledger.subjects.payload import Digest, Slug, Text, Time

_SAME_DAY: Final = Duration()


@dataclass(frozen=True, slots=True)
class Listing:
    """A document that lists changes, and the paths of those that it tells of."""

    digest: Digest
    covers: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class PolicyPublication:
    """A text was published, as the publication of that id (§4.12)."""

    policy: Slug
    version: Slug
    text_digest: Digest
    publication_id: Slug
    changelog: Listing | None = None
    redline_digest: Digest | None = None
    web_summary: Listing | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """The text of a version as somebody found it at an address."""

    policy: Slug
    version: Slug
    url: Text
    digest: Digest
    seen_at: Time


def changelog_missing(view: View) -> Iterator[Finding]:
    """CHANGELOG_MISSING: a changed version was published without a change log, or with one that lacks a change."""
    for text, fact in _published(view):
        changes = policies.changes(view, text)
        log = fact.data.get("changelog")
        if changes and log is None:
            why = f"{text.policy} {text.version} was published without a change log of its {len(changes)} changes"
            yield Finding("CHANGELOG_MISSING", fact.index, fact.recorded_at, why)
        elif log and (left := uncovered(changes, log["covers"])):
            why = f"the change log of {text.policy} {text.version} lacks {_paths(left)}"
            yield Finding("CHANGELOG_MISSING", fact.index, fact.recorded_at, why)


def summary_omits_change(view: View) -> Iterator[Finding]:
    """SUMMARY_OMITS_CHANGE: the web summary of a changed version does not tell of a change."""
    for text, fact in _published(view):
        summary = fact.data.get("web_summary")
        if summary and (left := uncovered(policies.changes(view, text), summary["covers"])):
            why = f"the web summary of {text.policy} {text.version} omits {_paths(left)}"
            yield Finding("SUMMARY_OMITS_CHANGE", fact.index, fact.recorded_at, why)


def effect_before_publication(view: View) -> Iterator[Finding]:
    """EFFECT_BEFORE_PUBLICATION: a change was to take effect, and the record knew of no publication yet."""
    for one in adopted(view):
        if one.approved is None:
            continue
        known = min(
            (max(versions.published_at(view, x), x.recorded_at) for x in versions.publishing(view, one.text)),
            default=None,
        )
        due = one.effect if one.rule is Publish.BEFORE_EFFECT else overdue_at(one.effect, _SAME_DAY)
        in_time = known is not None and (known <= one.effect or known < due)
        if view.now >= due and not in_time:
            why = f"{one.text.policy} {one.text.version} was to take effect {one.effect[:10]}, and was " + (
                f"known to be public only on {known[:10]}" if known else "not known to be public"
            )
            yield Finding("EFFECT_BEFORE_PUBLICATION", one.approved.index, due, why)


def direction_disputed(view: View) -> Iterator[Finding]:
    """DIRECTION_DISPUTED: the proposers call a change milder than it computes to be."""
    for fact in view.of_type(versions.PROPOSED):
        text = versions.text(view, fact.data["policy"], fact.data["version"], fact.data["text_digest"])
        if text is None:
            continue
        stated = {x["path"]: Direction(x["direction"]) for x in fact.data["changes"]}
        for path, held in covering(policies.changes(view, text), stated).under.items():
            if held and milder(stated[path], overall(held)):
                why = f"{path} is called {stated[path]} and computes as {overall(held)}"
                yield Finding("DIRECTION_DISPUTED", fact.index, fact.recorded_at, why)


def consulted_on_other_text(view: View) -> Iterator[Finding]:
    """CONSULTED_ON_OTHER_TEXT: a body votes on a text, and another one of the version was consulted on."""
    by_digest = {x.digest: x for x in versions.drafts(view)}
    bodies = procedure(view, "policy_change").consult
    for asked in view.of_type(resolutions.OPENED):
        text = by_digest.get(asked.data["text_digest"])
        if text is None or versions.ended(view, text):
            continue
        for body in bodies:
            close = asked.data["closes_at"]
            other = consultations.heard(adoptions.about(view, text.stream), body, close)
            this = consultations.consultations(view, text.digest)
            if other and not consultations.heard(this, body, close):
                consulted = other.opened.data["text_digest"]
                why = f"{body} was consulted on {consulted}, the vote is on {text.digest}"
                yield Finding("CONSULTED_ON_OTHER_TEXT", asked.index, asked.recorded_at, why)


def silent_policy_variant(view: View) -> Iterator[Finding]:
    """SILENT_VARIANT: another text of a version stands at an address than was published for it."""
    for seen in view.of_type(versions.SEEN):
        known = [
            x for x in versions.of_version(view, seen.data["version"]) if x.policy == seen.data["policy"]
        ]
        digests = {x.digest for x in known}
        for text in known:
            for fact in versions.publishing(view, text):
                found = publications.texts(view, fact.data["publication_id"])
                digests |= {x.data["digest"] for x in found if x.data["published_at"] <= seen.data["seen_at"]}
        if known and seen.data["digest"] not in digests:
            why = f"{seen.data['url']} showed another text of {seen.data['policy']} {seen.data['version']}"
            yield Finding("SILENT_VARIANT", seen.index, seen.recorded_at, why)


def _published(view: View) -> Iterator[tuple[versions.Text, Fact]]:
    for fact in view.of_type(versions.PUBLISHED):
        text = versions.text(view, fact.data["policy"], fact.data["version"], fact.data["text_digest"])
        if text is not None:
            yield text, fact


def _paths(left: tuple[Change, ...]) -> str:
    more = f" and {len(left) - 3} more" if len(left) > 3 else ""
    return ", ".join(x.path for x in left[:3]) + more


def _stream(view: View, event: Event) -> str:
    return versions.stream_of(event.data.get("policy"), event.data.get("version"))


FINDINGS: Final[tuple[Predicate, ...]] = (
    changelog_missing,
    summary_omits_change,
    effect_before_publication,
    direction_disputed,
    consulted_on_other_text,
    silent_policy_variant,
)

KINDS = (
    observation(versions.PUBLISHED, "record-policy-publication", PolicyPublication, "DOMAIN 4.1", _stream, """\
# A text of a version was published, as the publication of that id (record-publication), with its change log.
data:
  policy: qsp
  version: "2.3"
  text_digest: sha256:...
  publication_id: qsp-2.3
  # changelog: {digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000", covers: []}
  # redline_digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  # web_summary: {digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000", covers: []}
"""),
    observation(versions.SEEN, "observe-policy-text", Seen, "DOMAIN 4.1", _stream, """\
# The text of a version, as somebody found it at an address.
data:
  policy: qsp
  version: "2.3"
  url: ""
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  seen_at: 2025-11-04T08:00:00.000000Z
"""),
)  # fmt: skip
