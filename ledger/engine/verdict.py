"""Verdicts: what a gate answers, and why; each reason with what would cure it (DOMAIN §5).

::

    Verdict(Question("deploy", "heron-4", "limited_partner"), …, marks=(), reasons=(
      Reason(code="SAFEGUARD_MISSING:ASL-3-DEPLOYMENT", rule="R22-G-DEPLOY-B", ref="6.1 (2); 4.3; 5", modality="must",
      enforce="deny", about=("heron-4",), why="ASL-3-DEPLOYMENT is not satisfied for heron-4 …", cure="have …", …),))

1. A verdict must be `denied` where one reason denies, and `permitted` otherwise: flags never add up to a denial.
2. Reasons must stand by code, then by rule; a reason without a rule of the policy names the rule ``house``.
3. `inputs` must name every entry that the verdict leans on, and `inputs_digest` what they said as read then.
4. A rule that flags must never deny, and one that blocks never only flag: `enforced` is the policy's data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from ledger.policy.rules import Clock, GateRule, Rule
from ledger.policy.schema import Policy
from ledger.policy.words import Action, Code, Enforce
from ledger.record.canonical import encode
from ledger.register import Fact, View

DENY: Final = "deny"
FLAG: Final = "flag"
PERMITTED: Final = "permitted"
DENIED: Final = "denied"
HOUSE: Final = "house"

UNDER_EXCEPTION: Final = "under_exception"
RESTS_ON_OPENING: Final = "RESTS_ON_OPENING_STATEMENT"
NO_GATE: Final = "no_gate"
"""The policy has no gate for this surface."""
_CODES: Final = frozenset(code.value for code in Code)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `about`: models, thresholds or standards; `evidence_ids`: the entries behind it, as event ids."""

    code: str
    rule: str
    ref: str
    modality: str
    enforce: str
    about: tuple[str, ...]
    evidence_ids: tuple[str, ...]
    why: str
    cure: str

    @property
    def denies(self) -> bool:
        """Whether it alone denies."""
        return self.enforce == DENY


@dataclass(frozen=True, slots=True)
class Question:
    """May this model be trained (by this run), stored, or deployed on this surface? `planned`: (baseline, multiple)."""

    action: Action
    model: str
    surface: str | None = None
    run: str | None = None
    planned: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, as true at `as_of` and known below entry `bound`."""

    question: Question
    policy: str
    as_of: str
    bound: int
    reasons: tuple[Reason, ...]
    marks: tuple[str, ...]
    inputs: tuple[str, ...]
    inputs_digest: str

    @property
    def verdict(self) -> str:
        """``permitted`` or ``denied``."""
        return DENIED if any(r.denies for r in self.reasons) else PERMITTED

    @property
    def permitted(self) -> bool:
        """Whether nothing denies."""
        return self.verdict == PERMITTED

    def denials(self) -> list[str]:
        """The codes that deny."""
        return [r.code for r in self.reasons if r.denies]

    def flags(self) -> list[str]:
        """The codes that only flag."""
        return [r.code for r in self.reasons if not r.denies]


@dataclass(slots=True)
class Asked:
    """A question being answered: the view and the policy, and what piles up on the way."""

    view: View
    policy: Policy
    question: Question
    reasons: list[Reason] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    seen: dict[str, Fact] = field(default_factory=dict)

    def see(self, *facts: Fact | None) -> tuple[str, ...]:
        """Note that the answer leans on these entries; their ids."""
        found = [fact for fact in facts if fact is not None]
        self.seen |= {fact.id: fact for fact in found}
        return tuple(fact.id for fact in found)

    def entry(self, index: int) -> Fact | None:
        """An entry by its index, as read here."""
        fact = self.view.register.facts[index]
        return self.view.get(fact.id) if fact else None

    def rule(self, code: str) -> Rule | GateRule | None:
        """The rule that yields a code in this gate, else in the commitments; None means the house."""
        return self.policy.cited_for(self.question.action, Code(code)) if code in _CODES else None

    def say(
        self,
        code: str,
        why: str,
        cure: str,
        *,
        about: Iterable[str] = (),
        facts: Iterable[Fact | None] = (),
        on: str = "",
        enforce: str | None = None,
        rule: Rule | GateRule | Clock | None = None,
        modality: str | None = None,
        ref: str | None = None,
    ) -> None:
        """Add a reason. `on` is what the code is about; `enforce` says what the code does where no rule says so."""
        found = rule or self.rule(code)
        self.reasons.append(
            Reason(
                code=f"{code}:{on}" if on else code,
                rule=found.id if found else HOUSE,
                ref=ref or (found.ref if found else HOUSE),
                modality=modality
                or (str(found.modality) if found else "must" if enforce != FLAG else "should"),
                enforce=enforce or enforced(found),
                about=tuple(dict.fromkeys(about)),
                evidence_ids=self.see(*facts),
                why=why,
                cure=cure,
            )
        )

    def due(
        self, code: str, model: str, trigger: str, why: str, *, index: int, modality: str, ref: str | None
    ) -> None:
        """Flag an assessment that is due, as firmly as the words that it comes from."""
        cure = "open an assessment of it, end its testing and decide what it names"
        about, facts = (model, trigger), (self.entry(index),)
        self.say(code, why, cure, about=about, facts=facts, enforce=FLAG, modality=modality, ref=ref)

    def answer(self) -> Verdict:
        """The verdict of what piled up."""
        reasons = sorted(self.reasons, key=lambda r: (r.code, r.rule, r.about, r.why))
        return Verdict(
            question=self.question,
            policy=self.policy.version,
            as_of=self.view.now,
            bound=self.view.bound,
            reasons=tuple(reasons),
            marks=tuple(sorted(self.marks)),
            inputs=tuple(sorted(self.seen)),
            inputs_digest=digest(self.seen.values()),
        )


def enforced(rule: Rule | GateRule | Clock | None) -> str:
    """What a rule does in a gate: it denies where it blocks, or blocks from a multiple on; else it flags."""
    if rule is None:
        return DENY
    blocks = rule.enforce is Enforce.BLOCK or (isinstance(rule, GateRule) and rule.block_at is not None)
    return DENY if blocks else FLAG


def digest(facts: Iterable[Fact]) -> str:
    """The digest of entries as they read, by id: another correction gives another one."""
    read: list[Any] = sorted(
        [fact.id, fact.effective_at, sha256(encode(fact.data)).hexdigest()] for fact in facts
    )
    return f"sha256:{sha256(encode(read)).hexdigest()}"
