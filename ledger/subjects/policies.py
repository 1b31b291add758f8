"""Policy texts: drafted, proposed and withdrawn (DOMAIN §4.1). What the Board decides of them: adoptions.py.

A change is judged by the version that it replaces, and every act names the text that it is about::

    {"base_version":"2.2","policy":"qsp","policy_data":{…},"summary":"…","text_digest":"sha256:…","version":"2.3"}
    {"changes":[{"direction":"tightens","path":"/assessment/preliminary/cadence"}],"policy":"qsp","rationale":"…",
     "requested_effective_at":"2025-11-03T00:00:00.000000Z","text_digest":"sha256:…","version":"2.3","withdraws":[]}

1. A digest must stand for one text: the same words never mean other data, and no version that governed is written anew.
2. What changes must be computed from the data, never believed: a proposal covers every change and names every
   commitment that it drops.
3. Who proposes must come from the version in force, else from the house.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from ledger.engine.house import procedure
from ledger.engine.in_force import adopted, policy_of
from ledger.errors import Malformed, Refusal
from ledger.policy.cover import uncovered
from ledger.policy.diff import Change, commitments_dropped, diff
from ledger.policy.load import load
from ledger.policy.rules import duty
from ledger.record.act import Act
from ledger.record.event import Event
from ledger.register import View
from ledger.subjects import versions
from ledger.subjects.kind import Kind, approving_roles, decision
from ledger.subjects.payload import Digest, Object, Slug, Text, Time, read_payload

_WHERE: Final = "/data/policy_data"


@dataclass(frozen=True, slots=True)
class Draft:
    """A text of a version and what it says as data."""

    policy: Slug
    version: Slug
    text_digest: Digest
    policy_data: Object
    summary: Text
    base_version: Slug | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """What the proposers say of a change. What changed from what to what is computed."""

    path: Text
    direction: Literal["tightens", "loosens", "neutral", "unclear"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text is proposed. `withdraws`: the commitments that it drops, by rule id."""

    policy: Slug
    version: Slug
    text_digest: Digest
    rationale: Text
    changes: tuple[Stated, ...]
    withdraws: tuple[Slug, ...]
    requested_effective_at: Time


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The proposers take a text back."""

    policy: Slug
    version: Slug
    text_digest: Digest
    reason: Text


def read_draft(event: Event) -> Draft:
    """`data` of policy.drafted: the policy in it is read as strictly as a shipped one."""
    made = read_payload(Draft, event.data)
    try:
        policy = load(made.policy_data)
    except Malformed as e:
        raise Malformed(e.what, f"{_WHERE}{e.where}", e.cure) from None
    for member, said in (("policy", policy.policy), ("version", policy.version)):
        if getattr(made, member) != said:
            raise Malformed(f"the policy calls its {member} {said}", f"/data/{member}", "name it as it does")
    return made


def judge_base(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-1: a draft changes a version that is in force or approved."""
    base = read_draft(act.event).base_version
    known = [a.text.version for a in adopted(view)]
    if base in known or (base is None and not known):
        return []
    why = f"{base or 'no version'} is neither in force nor approved"
    return [Refusal("G-POL-1", why, f"base it on one of {', '.join(known) or 'none: leave it out'}")]


def judge_digest(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-10: a digest stands for one text, and a version that was approved is not written anew."""
    made = read_draft(act.event)
    first, out = versions.founded(view), []
    for known in ([first] if first else []) + versions.drafts(view):
        if known.digest == made.text_digest and known.data != made.policy_data:
            why = f"{made.text_digest} stands for another text of {known.version}"
            out.append(Refusal("G-POL-10", why, "name the digest of this very text"))
            break
    if made.version in [a.text.version for a in adopted(view) if a.text.policy == made.policy]:
        why = f"{made.policy} {made.version} is adopted"
        out.append(Refusal("G-POL-10", why, "give the changed text a version of its own"))
    return out


def judge_proposers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-0: a text is proposed by everyone whom the version in force names [2.0 7.1.7]."""
    needed = procedure(view, "policy_change")
    missing = [role for role in needed.propose if role not in approving_roles(act)]
    if not missing:
        return []
    why = f"the proposal lacks {', '.join(missing)}"
    return [Refusal("G-POL-0", why, f"{' and '.join(needed.propose)} approve [{needed.ref}]")]


def judge_covered(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-2: every change in the data is covered by a stated path."""
    made, text = read_payload(Proposal, act.event.data), named(view, act)
    left = uncovered(changes(view, text), [x.path for x in made.changes]) if text else ()
    if not left:
        return []
    why = f"{len(left)} changes are not named: {', '.join(x.path for x in left[:5])}"
    return [Refusal("G-POL-2", why, "countersign policy diff lists them; state a path for each")]


def judge_dropped(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-3: every commitment that is dropped is named in `withdraws`."""
    made, text = read_payload(Proposal, act.event.data), named(view, act)
    base = base_of(view, text) if text else None
    told = {duty(x) for x in made.withdraws}
    dropped = commitments_dropped(base, text.data) if text and base else ()
    left = [x for x in dropped if duty(x) not in told]
    if not left:
        return []
    return [
        Refusal(
            "G-POL-3", f"commitments are dropped and not named: {', '.join(left)}", "name them in withdraws"
        )
    ]


def judge_standing(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-9: the text is drafted, and was neither withdrawn nor rejected nor approved."""
    text, digest = named(view, act), act.event.data.get("text_digest")
    if text is None:
        why = f"no text {digest} of {act.event.data.get('policy')} {act.event.data.get('version')} is drafted"
        return [Refusal("G-POL-9", why, "draft it first: countersign record draft-policy")]
    end = versions.ended(view, text) or next(iter(versions.acts(view, versions.APPROVED, text)), None)
    if end is None:
        return []
    why = f"entry {end.index} ended this text: {end.type.removeprefix('policy.')}"
    return [Refusal("G-POL-9", why, "draft another text")]


def judge_withdrawal(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-11: a text is taken back by one of those who propose."""
    needed = procedure(view, "policy_change")
    if approving_roles(act) & set(needed.propose):
        return []
    why = f"none of {', '.join(needed.propose)} takes it back"
    return [Refusal("G-POL-11", why, f"one of them approves [{needed.ref}]")]


def changes(view: View, text: versions.Text) -> list[Change]:
    """What a text changes in the version that it is based on."""
    base = base_of(view, text)
    return diff(base, text.data) if base is not None else []


def base_of(view: View, text: versions.Text) -> dict[str, Any] | None:
    """The data of the version that a text changes; None where there is none, or none that can be read."""
    found = [a.text for a in adopted(view) if a.text.version == text.base]
    return found[-1].data if found and policy_of(found[-1]) else None


def named(view: View, act: Act) -> versions.Text | None:
    """The text that an act is about."""
    d = act.event.data
    return versions.text(view, d.get("policy"), d.get("version"), d.get("text_digest"))


def in_version(view: View, event: Event) -> str:
    """The stream of the version that an act names."""
    return versions.stream_of(event.data.get("policy"), event.data.get("version"))


NAMED: Final = """\
  policy: qsp
  version: "2.3"
  text_digest: sha256:...
"""

KINDS = (
    Kind(versions.DRAFTED, "draft-policy", "DOMAIN 4.1", True, read_draft, in_version, f"""\
# A text of a policy version, with what it says as data (policy_data may name a YAML file).
data:
{NAMED}\
  base_version: "2.2"        # the version that it changes
  policy_data: {{}}            # our-policy.yaml
  summary: ""
""", judges={"G-POL-1": judge_base, "G-POL-10": judge_digest}, withholdable=False),
    decision(versions.PROPOSED, "propose-policy", Proposal, "DOMAIN 4.1", in_version, f"""\
# A drafted text is proposed, by everyone whom the version in force names. `countersign policy diff` lists the changes.
data:
{NAMED}\
  rationale: ""
  changes: []                # [{{path: /assessment/preliminary/cadence, direction: tightens}}]
  withdraws: []              # the ids of commitments that it drops
  requested_effective_at: 2025-11-03T00:00:00.000000Z
""", judges={"G-POL-0": judge_proposers, "G-POL-2": judge_covered, "G-POL-3": judge_dropped,
             "G-POL-9": judge_standing}, withholdable=False),
    decision(versions.WITHDRAWN, "withdraw-proposal", Withdrawal, "DOMAIN 4.1", in_version, f"""\
# A text is taken back before it was approved, by one of those who propose. The version may get another text.
data:
{NAMED}\
  reason: ""
""", judges={"G-POL-9": judge_standing, "G-POL-11": judge_withdrawal}, withholdable=False),
)  # fmt: skip
