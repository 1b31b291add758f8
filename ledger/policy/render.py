"""Policies, changes and weaknesses as plain text for a terminal, and as JSON for a program.

What ``countersign policy diff rsp-2.1 rsp-2.2`` prints begins::

    rsp 2.1 -> rsp 2.2: 6 changes: 3 loosen, 3 are unclear

    LOOSENS
      - /standards/ASL-3-SECURITY/out_of_scope  [4.2]
          highly sophisticated state-compromised insiders

1. What loosens must be listed first, and every change exactly once.
2. Every line must name the section of the text in brackets, where the data name one.
3. The JSON forms must hold every field of what they show, and be canonical JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill

from ledger.policy.diff import Change, gravest_first
from ledger.policy.direction import Direction
from ledger.policy.lint import Weakness
from ledger.policy.rules import duty
from ledger.policy.schema import Policy
from ledger.policy.stops import stops
from ledger.policy.words import Action
from ledger.record import canonical
from ledger.record.canonical import Json

_WIDTH = 100
_SIGNS = {"add": "+", "remove": "-", "replace": "~", "move": ">"}
_HEADS = {
    Direction.LOOSENS: "LOOSENS",
    Direction.UNCLEAR: "UNCLEAR (only the wording can tell)",
    Direction.NEUTRAL: "NEUTRAL",
    Direction.TIGHTENS: "TIGHTENS",
}
_COUNTS = {
    Direction.LOOSENS: ("loosens", "loosen"),
    Direction.UNCLEAR: ("is unclear", "are unclear"),
    Direction.NEUTRAL: ("is neutral", "are neutral"),
    Direction.TIGHTENS: ("tightens", "tighten"),
}


def name(policy: Policy) -> str:
    """What a version is called in a line of text: ``rsp 2.2``."""
    return f"{policy.policy} {policy.version}"


def show(policy: Policy) -> str:
    """One version on a page or two: what it is about, what it demands, who decides, and by when."""
    lines = [
        f"{name(policy)}: {policy.title}",
        f"effective on {policy.effective_on}, gates by {policy.gate_style}",
    ]
    lines += ["", "Thresholds"]
    for t in policy.thresholds:
        required = [_standard(policy, s) for s in t.requires.standards] if t.requires else []
        required += [o.id for o in t.requires.also] if t.requires else []
        then = f" -> {', '.join(required)}" if required else " (requires nothing)"
        lines += [f"  {t.id}{then}  [{t.ref}]", *_text(t.summary, 6)]
    for action in Action:
        lines += ["", f"Before anyone may {action}"]
        lines += _rules((r.id, f"{r.modality}, {r.enforce}", r.ref, r.text) for r in policy.gate(action))
    lines += ["", "What stops training"]
    lines += [f"  {stop.rule}: depends on {_KINDS[stop.kind]}  [{stop.ref}]" for stop in stops(policy)]
    lines += ["", "Who decides"]
    for what, a in policy.approvals.named():
        parts = (
            ("proposed by", a.propose),
            ("approved by", a.approve),
            ("on demand of", a.by),
            ("asked:", a.consult),
        )
        told = (("told first:", a.notify_before), ("told:", a.notify), ("told after:", a.notify_after))
        said = "; ".join(f"{how} {', '.join(roles)}" for how, roles in parts + told if roles)
        lines.append(f"  {what}: {said or f'as {a.follows}'}  [{a.ref}]")
    lines += ["", "By when"]
    for c in policy.clocks:
        limit = f"every {c.every}" if c.every else f"within {c.within}"
        lines += _rules([(c.id, f"{limit}, {c.modality}", c.ref, c.text)])
    lines += ["", "Ways out"]
    lines += _rules(
        (e.id, f"{e.form or 'condition or bar'}, {e.modality}", e.ref, e.text) for e in policy.exceptions
    )
    lines += ["", "Commitments"]
    lines += _rules(
        (r.id, f"{r.modality}, {r.enforce}", r.ref, r.text) for r in policy.commitments() + policy.response
    )
    lines += [f"  {w.id}: withdrawn; {w.disclosure}  [{w.ref}]" for w in policy.withdrawn_commitments]
    lines += ["", "Silent on", *(line for silence in policy.silent_on for line in _text(f"- {silence}", 2))]
    return "\n".join(lines) + "\n"


def diff_text(old: Policy, new: Policy, changes: Sequence[Change]) -> str:
    """Changes by direction, loosening first."""
    head = f"{name(old)} -> {name(new)}: {len(changes)} change{'' if len(changes) == 1 else 's'}"
    counts = {d: sum(change.direction is d for change in changes) for d in Direction}
    found = [f"{n} {_COUNTS[d][n > 1]}" for d, n in counts.items() if n]
    lines = [head + (f": {', '.join(found)}" if found else "")]
    for direction in Direction:
        if counts[direction]:
            lines += ["", _HEADS[direction]]
        for change in changes:
            if change.direction is direction:
                lines += _change(change, new if change.op != "remove" else old)
    return "\n".join(lines) + "\n"


def lint_text(policy: Policy, weaknesses: Sequence[Weakness]) -> str:
    """Weaknesses with their cures."""
    lines = [f"{name(policy)}: {len(weaknesses)} weakness{'' if len(weaknesses) == 1 else 'es'}"]
    for w in weaknesses:
        lines += ["", f"{w.code}  {w.path}{f'  [{w.ref}]' if w.ref else ''}"]
        lines += [*_text(w.text, 2), *_text(f"cure: {w.cure}", 2)]
    return "\n".join(lines) + "\n"


def diff_json(changes: Iterable[Change]) -> Json:
    """Changes as JSON, loosening first."""
    return [
        {
            "path": c.path,
            "op": c.op,
            "before": c.before,
            "after": c.after,
            "direction": str(c.direction),
            "was": c.was,
            "whole": c.whole,
            "leaves": c.leaves,
        }
        for c in gravest_first(changes)
    ]


def lint_json(weaknesses: Iterable[Weakness]) -> Json:
    """Weaknesses as JSON."""
    return [
        {"code": str(w.code), "path": w.path, "ref": w.ref, "text": w.text, "cure": w.cure}
        for w in weaknesses
    ]


_KINDS = {"effort": "the developer's own effort", "finding": "what evaluations find"}


def _standard(policy: Policy, standard: str) -> str:
    return standard if policy.defined(standard) else f"{standard} (not yet written)"


def _change(change: Change, policy: Policy) -> Iterator[str]:
    ref = section(policy, change.path)
    item = change.path != change.whole and (isinstance(change.before, str) or isinstance(change.after, str))
    shown = change.whole if item and change.op in ("add", "remove") else change.path
    yield f"  {_SIGNS[change.op]} {shown}{f'  [{ref}]' if ref else ''}"
    if change.op == "move":
        yield f"      from {change.was}"
    before, after = in_words(change.before), in_words(change.after)
    if before and after:
        yield from _text(f"was: {before}", 6)
        yield from _text(f"is:  {after}", 6)
    else:
        yield from _text(before or after, 6)


def section(policy: Policy, path: str) -> str:
    """The section of the innermost part on a path that cites one."""
    value: Json = policy.data
    ref = ""
    for step in path.split("/")[1:]:
        wanted = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            value = next(
                (i for i in value if isinstance(i, dict) and duty(i.get("id", "")) == duty(wanted)), None
            )
        else:
            value = value.get(wanted) if isinstance(value, dict) else None
        if isinstance(value, dict):
            ref = value.get("ref", ref)
    return ref


def in_words(value: Json) -> str:
    """A value in words: the text of a rule or a threshold, a plain value as it is, the rest as JSON."""
    if isinstance(value, dict):
        value = value.get("text") or value.get("summary") or value
    return "" if value is None else value if isinstance(value, str) else canonical.encode(value).decode()


def _rules(rules: Iterable[tuple[str, str, str, str]]) -> Iterator[str]:
    for id_, how, ref, text in rules:
        yield f"  {id_} ({how})  [{ref}]"
        yield from _text(text, 6)


def _text(text: str, indent: int) -> list[str]:
    margin = " " * indent
    return fill(text, _WIDTH, initial_indent=margin, subsequent_indent=margin, break_long_words=False).split(
        "\n"
    )
