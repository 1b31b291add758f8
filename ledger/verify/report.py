"""What the verifier says: findings, the verdict they make, and what to do about it (RECORD §7, §8).

::

    Finding(2, False, 17, "prev is not the hash of entry 16", "compare with a copy …")
    Report.verdict   "BROKEN_AT"       Report.index   17       Report.exit_code   1

1. The lowest-numbered claim that fails must give the verdict; all findings are counted and listed.
2. BROKEN_AT must name the smallest index of all findings of claims 2 and 3, or of 10 if only that fails.
3. Exit code 0 must mean that everything checked held, 1 that something did not, 2 that it could not run.
4. Of each claim at most ``KEPT`` findings are kept (those that came first), however many there are.
5. A claim that was not asked, or only in part, must say so; it never reads as held.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

KEPT: Final = 20

TITLES: Final = {
    1: "every entry is written in its one canonical form",
    2: "no entry is missing, out of order or out of time, and no event stands twice",
    3: "the entries have the tree root that the checkpoint names",
    4: "the log's key signed the checkpoint",
    5: "enough witnesses cosigned the checkpoint",
    6: "the record extends every earlier checkpoint",
    7: "every signature holds",
    8: "every signer held the key and the role",
    9: "every head that a signer had seen is a prefix of this record",
    10: "every disclosure opens its commitment",
    11: "the timestamps hold",
    12: "every decision was allowed by the rules at its place",
}

WORDS: Final = {
    1: "MALFORMED",
    2: "BROKEN_AT",
    3: "BROKEN_AT",
    4: "BAD_SIGNATURE",
    5: "WITNESS_MISSING",
    6: "FORK",
    7: "BAD_SIGNATURE",
    8: "NO_AUTHORITY",
    9: "FORK",
    10: "BROKEN_AT",
    11: "BAD_SIGNATURE",
    12: "RULE_BROKEN",
}

ROLLBACK: Final = "ROLLBACK"
FORK: Final = "FORK"
STALE: Final = "STALE"
_OF_CLAIM_6: Final = (ROLLBACK, FORK, STALE)

OK: Final = "OK"
OK_WITH_WITHHELD: Final = "OK_WITH_WITHHELD"
NOT_RUN: Final = "NOT_RUN"

_MEANING: Final = {
    OK: (
        "Nothing in this record contradicts it.",
        "Keep this report and the checkpoint; give it as --earlier next time.",
    ),
    OK_WITH_WITHHELD: (
        "Nothing contradicts this record; some acts are withheld and were not read.",
        "Keep the checkpoint. Ask the operator for the disclosures that your class may see.",
    ),
    "MALFORMED": (
        "An entry is not written in the one form that the record has, so it may read differently elsewhere.",
        "Compare the named entry with another copy of the record; do not rely on it until the operator explains it.",
    ),
    "BROKEN_AT": (
        "From the named entry on this is not the record that was signed: an entry was changed, removed or moved.",
        "Keep this copy as evidence; compare it from that entry on with a witness's, the published tiles or a backup.",
    ),
    "ROLLBACK": (
        "The record is shorter than one that its own log key had signed before: its end was cut off.",
        "Keep both checkpoints: together they prove it. Tell the witnesses and the other readers.",
    ),
    "FORK": (
        "There are two histories: this one, and another that the log or a signer had seen.",
        "Keep both heads: together they prove it. Tell the witnesses and the other readers.",
    ),
    "STALE": (
        "Nothing contradicts this record, but it is older than you allow.",
        "Fetch a newer one; if there is none, ask the operator and the witnesses why.",
    ),
    "WITNESS_MISSING": (
        "Too few witnesses say that they saw this state of the record.",
        "Wait for the cosignatures and verify again; if they do not come, ask the witnesses what they saw.",
    ),
    "BAD_SIGNATURE": (
        "A signature does not hold: what it stands under is not what was signed, or not signed by that key.",
        "Do not rely on what it covers. Ask the signer, by another channel, what they signed.",
    ),
    "NO_AUTHORITY": (
        "Somebody signed without the key or the role for it, so the act does not count.",
        "Treat the named entry and what rests on it as not decided, and ask the Board's secretary.",
    ),
    "RULE_BROKEN": (
        "The record is authentic, and it holds an act that the rules did not allow at its place.",
        "Read the named entry and the rule; the act should have been refused when it was recorded.",
    ),
    NOT_RUN: ("The verifier could not do its work, so it says nothing about the record.", ""),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What claim `claim` has to say about entry `where` (None: about no single entry).

    `ok` is False for what fails, True for a remark on what holds, None for what could not be checked.
    `word` overrides the claim's verdict word (claim 6 has three).
    """

    claim: int
    ok: bool | None
    where: int | None
    why: str
    cure: str = ""
    word: str = ""


def failed(claim: int, where: int | None, why: str, cure: str = "", word: str = "") -> Finding:
    """A finding against the record."""
    return Finding(claim, False, where, why, cure, word)


class Findings:
    """All that was found so far: counted wholly, kept in part."""

    def __init__(self) -> None:
        self.kept: dict[int, list[Finding]] = {}
        self.remarks: dict[int, list[str]] = {}
        self.unchecked: dict[int, str] = {}
        self.counts: dict[int, int] = {}
        self.first: dict[int, int] = {}
        self.words: set[str] = set()

    def add(self, findings: Iterable[Finding]) -> None:
        """Take findings in."""
        for finding in findings:
            claim = finding.claim
            if finding.ok is True:
                self.remarks.setdefault(claim, []).append(finding.why)
            elif finding.ok is None:
                self.unchecked.setdefault(claim, finding.why)
            else:
                self._failed(claim, finding)

    def _failed(self, claim: int, finding: Finding) -> None:
        self.counts[claim] = self.counts.get(claim, 0) + 1
        if finding.where is not None:
            self.first[claim] = min(finding.where, self.first.get(claim, finding.where))
        if finding.word:
            self.words.add(finding.word)
        kept = self.kept.setdefault(claim, [])
        if len(kept) < KEPT:
            kept.append(finding)

    @property
    def failing(self) -> bool:
        """True when anything was found against the record."""
        return bool(self.counts)

    def verdict(self, unopened: int) -> tuple[str, int | None]:
        """The word and the first bad index; `unopened` withheld acts make OK less."""
        if not self.counts:
            return (OK_WITH_WITHHELD if unopened else OK), None
        claim = min(self.counts)
        word, index = WORDS[claim], self.first.get(claim)
        if claim in (2, 3):
            index = min((self.first[c] for c in (2, 3) if c in self.first), default=None)
        if claim == 6:
            word = next((w for w in _OF_CLAIM_6 if w in self.words), word)
        return word, (index or 0 if word == "BROKEN_AT" else index)


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """One claim: `state` is held, failed, in part or not checked; `count` of failing findings, `findings` kept."""

    number: int
    title: str
    state: str
    remarks: tuple[str, ...]
    count: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What was verified, counted. `withheld` counts withheld entries by class, opened or not.

    `closed` are the first commitments that nothing opened: their entry, and the entry that says it was erased, if any.
    """

    source: str = ""
    origin: str = ""
    size: int = 0
    root: str = ""
    vkey: str = ""
    founding: str = ""
    anchored: bool = False
    pinned: bool = False
    checkpoint: str = ""
    entries: int = 0
    withheld: dict[str, int] = field(default_factory=dict)
    withheld_unopened: int = 0
    sealed: int = 0
    sealed_unopened: int = 0
    erased: int = 0
    closed: tuple[tuple[int, int | None], ...] = ()
    resumed_at: int = 0
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer."""

    verdict: str
    index: int | None
    claims: tuple[ClaimReport, ...]
    facts: Facts
    notes: tuple[str, ...] = ()
    why: str = ""
    cure: str = ""

    @property
    def words(self) -> str:
        """The verdict as it is printed: ``BROKEN_AT 17``."""
        return f"{self.verdict} {self.index}" if self.verdict == "BROKEN_AT" else self.verdict

    @property
    def exit_code(self) -> int:
        """0 all held, 1 something did not, 2 could not run."""
        return {OK: 0, OK_WITH_WITHHELD: 0, NOT_RUN: 2}.get(self.verdict, 1)

    @property
    def meaning(self) -> str:
        """What the verdict means, in a sentence."""
        return self.why or _MEANING[self.verdict][0]

    @property
    def advice(self) -> str:
        """What to do now."""
        return self.cure or _MEANING[self.verdict][1]

    def json(self) -> dict[str, Any]:
        """The report as JSON value."""
        facts = self.facts
        return {
            "advice": self.advice,
            "anchored": facts.anchored,
            "checkpoint": {
                "note": facts.checkpoint,
                "origin": facts.origin,
                "root": facts.root,
                "size": facts.size,
            },
            "claims": [_claim_json(c) for c in self.claims],
            "entries": facts.entries,
            "erased": facts.erased,
            "exit": self.exit_code,
            "founding": facts.founding,
            "founding_pinned": facts.pinned,
            "index": self.index,
            "meaning": self.meaning,
            "notes": list(self.notes),
            "resumed_at": facts.resumed_at,
            "closed": [{"erased_by": by, "index": at} for at, by in facts.closed],
            "sealed": {"total": facts.sealed, "unopened": facts.sealed_unopened},
            "selective": facts.chosen,
            "source": facts.source,
            "verdict": self.words,
            "vkey": facts.vkey,
            "withheld": {"by_class": facts.withheld, "unopened": facts.withheld_unopened},
        }


def _claim_json(claim: ClaimReport) -> dict[str, Any]:
    return {
        "claim": claim.number,
        "count": claim.count,
        "findings": [{"cure": x.cure, "where": x.where, "why": x.why} for x in claim.findings],
        "remarks": list(claim.remarks),
        "state": claim.state,
        "title": claim.title,
    }


def report(findings: Findings, facts: Facts, notes: Iterable[str] = ()) -> Report:
    """The report of what was found."""
    claims = []
    for number, title in TITLES.items():
        remarks = list(findings.remarks.get(number, ()))
        state = "held"
        if number in findings.counts:
            state = "failed"
        elif number in findings.unchecked:
            state = "not checked" if findings.unchecked[number].startswith("not checked") else "in part"
        if number in findings.unchecked:
            remarks.append(findings.unchecked[number].removeprefix("not checked: "))
        kept = tuple(sorted(findings.kept.get(number, ()), key=lambda x: -1 if x.where is None else x.where))
        claims.append(ClaimReport(number, title, state, tuple(remarks), findings.counts.get(number, 0), kept))
    verdict, index = findings.verdict(facts.withheld_unopened)
    return Report(verdict, index, tuple(claims), facts, tuple(notes))


def not_run(why: str, cure: str, source: str = "") -> Report:
    """The report of a run that did not come about."""
    return Report(NOT_RUN, None, (), Facts(source=source), (), why, cure)
