"""Errors as people meet them: what was refused, by which rule, why, and what would cure it.

::

    ✗ Not recorded. 1 reason:

      A-KEY (RECORD 3)  A key of p-2 is approved by CEO only.
      Cure: BOARD_SECRETARY and one of CEO, RSO, GENERAL_COUNSEL approve, or two of these three; not the owner.

With ``--json``, one shape for every error::

    {"error":{"kind":"refused","exit":1,"reasons":[{"rule":"A-KEY","section":"RECORD 3","reason":"…","cure":"…"}]}}

1. Exit code 1 must mean that the answer is no, 2 that the command could not do its work.
2. No stack trace may reach a user; COUNTERSIGN_DEBUG=1 asks for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from api.cli.rules import RULES
from keys.errors import KeyTrouble
from ledger import errors

DEBUG = "COUNTERSIGN_DEBUG"


class CannotRun(Exception):
    """The command could not do its work: `what` is in the way, `cure` says what to do."""

    def __init__(self, what: str, cure: str = "") -> None:
        super().__init__(what, cure)
        self.what, self.cure = what, cure

    @classmethod
    def of(cls, error: errors.CountersignError) -> Self:
        """An error of the ledger that keeps the command from working at all."""
        reason = explain(error).reasons[0]
        return cls(reason.reason, reason.cure)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, as a sentence, with its cure; `rule` and its `section` where a rule said no."""

    reason: str
    cure: str = ""
    rule: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error, ready to be told. `exit_code` 1 or 2."""

    kind: str
    exit_code: int
    reasons: tuple[Reason, ...]

    def text(self) -> str:
        """For a person: one paragraph a reason."""
        if self.kind != "refused":
            return "\n\n".join(
                _sentence(r.reason) + (f" {_sentence(r.cure)}" if r.cure else "") for r in self.reasons
            )
        count = "1 reason" if len(self.reasons) == 1 else f"{len(self.reasons)} reasons"
        return f"Refused, {count}. Nothing was recorded." + "".join(map(_paragraph, self.reasons))

    def document(self) -> dict[str, Any]:
        """For a program."""
        reasons = [
            {"rule": r.rule or None, "section": r.section or None, "reason": r.reason, "cure": r.cure or None}
            for r in self.reasons
        ]
        return {"error": {"kind": self.kind, "exit": self.exit_code, "reasons": reasons}}


def explain(error: Exception) -> Trouble:
    """What to tell about an error, whatever it is."""
    match error:
        case CannotRun():
            return Trouble("cannot-run", 2, (Reason(error.what, error.cure),))
        case errors.Refused():
            return Trouble("refused", 1, tuple(map(refusal, error.refusals)))
        case errors.Malformed():
            where = f"{error.where}: " if error.where else ""
            return Trouble("malformed", 1, (Reason(where + error.what, error.cure),))
        case errors.NotFound():
            return Trouble("not-found", 1, (Reason(error.what, error.cure),))
        case errors.StoreUnavailable() if word := getattr(error, "word", ""):
            return Trouble("contradiction", 1, (Reason(f"{word}: {error.what}", error.cure),))
        case errors.StoreUnavailable():
            return Trouble("unavailable", 2, (Reason(error.what, error.cure),))
        case errors.Conflict():
            return Trouble("busy", 2, (Reason(f"Others keep recording: {error}", "try again in a moment"),))
        case errors.CountersignError():
            return Trouble("conflict", 1, (Reason(str(error)),))
        case KeyTrouble():
            return Trouble("key", 2, (Reason(error.reason, error.cure),))
        case _ if type(error).__name__ == "Unjudged":
            why = f"This rests on entry {error.args[0]}, which is withheld and cannot be read here"
            return Trouble("unjudged", 2, (Reason(why, "work where its disclosure is kept"),))
        case ValueError() if type(error).__name__ == "BadKey":
            return Trouble("key", 2, (Reason(str(error), "use a key that the record takes"),))
        case OSError():
            named = f"{error.filename}: " if error.filename else ""
            cure = "check the path, its permissions and the disk"
            return Trouble("system", 2, (Reason(f"{named}{error.strerror or error}", cure),))
        case _:
            what = f"Something went wrong inside countersign ({type(error).__name__})"
            cure = f"run the command again with {DEBUG}=1 to see where, and report that"
            return Trouble("internal", 2, (Reason(what, cure),))


def refusal(said: errors.Refusal) -> Reason:
    """A rule's no, with the section that the rule comes from."""
    return Reason(said.reason, said.cure, said.rule, section(said.rule))


def section(rule: str) -> str:
    """Where a rule stands written; empty when nobody says."""
    if rule in RULES:
        return RULES[rule][1]
    from ledger.subjects.registry import KINDS

    family = rule.rpartition("-")[0]  # one of its guards is the judge's own: G-COR-4
    own = [k for k in KINDS.values() if rule in k.judges]
    kin = (k for k in KINDS.values() if any(family and id_.rpartition("-")[0] == family for id_ in k.judges))
    return next((kind.section for kind in (*own, *kin)), "")


def _paragraph(r: Reason) -> str:
    rule = f"{r.rule} ({r.section})" if r.section else r.rule
    return f"\n\n  {rule}: {_sentence(r.reason)}" + (
        f"\n  What would cure it: {_sentence(r.cure)}" if r.cure else ""
    )


def _sentence(text: str) -> str:
    if text.partition(" ")[0].isalpha():  # a name such as p-ceo or form.yaml stays as it is written
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!", ":", '"')) else text + "."
