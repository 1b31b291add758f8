"""What opens the commitments of one entry (claim 10).

::

    unfold(41, entry, ["WyJ4…"])      Opened(act=…, version=3, commitments=[("f0Xx…", True)], …)

1. Every disclosure must be well-formed and open a commitment of that very entry, under the commitment's name.
2. The act behind a withheld leaf must be an act; its class must equal the leaf's.
3. What is not opened is counted, never a failure: it is withheld, lost or erased.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ledger.errors import Malformed
from ledger.record.act import Act
from ledger.record.disclosure import Disclosure, open_disclosure, withheld_act
from ledger.record.entry import Entry
from ledger.verify.report import Finding, failed

_ASK: Final = "ask for the disclosures of this entry again"


@dataclass(slots=True)
class Opened:
    """An entry with what opens it. `commitments` are (digest, whether it was opened)."""

    act: Act | None
    version: int | None
    commitments: list[tuple[str, bool]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def unfold(index: int, entry: Entry, texts: Iterable[str]) -> Opened:
    """Open what can be opened of an entry."""
    out = Opened(entry.act, entry.stream_version)
    found: dict[str, Disclosure] = {}
    for text in texts:
        try:
            disclosure = open_disclosure(text)
        except Malformed as e:
            out.findings.append(failed(10, index, f"a disclosure is malformed: {e}", _ASK))
        else:
            found[disclosure.commitment()] = disclosure
    if entry.withheld:
        digest = entry.withheld.digest
        behind = found.pop(digest, None)
        out.commitments.append((digest, behind is not None))
        if behind:
            _behind(out, index, entry.withheld.class_, behind)
    if out.act:
        for name, digest in out.act.event.sealed.items():
            opening = found.pop(digest, None)
            out.commitments.append((digest, opening is not None))
            if opening and opening.name != name:
                why = f"the disclosure of {name!r} calls itself {opening.name!r}"[:200]
                out.findings.append(failed(10, index, why, _ASK))
    out.findings += [
        failed(10, index, f"the disclosure of {x.name!r} opens no commitment of this entry"[:200], _ASK)
        for x in found.values()
    ]
    return out


def _behind(out: Opened, index: int, class_: str, disclosure: Disclosure) -> None:
    """The act behind a withheld leaf."""
    try:
        out.act, out.version = withheld_act(disclosure)
    except Malformed as e:
        out.findings.append(failed(10, index, f"what was withheld is no act: {e}", _ASK))
        return
    if out.act.event.class_ != class_:
        why = f"the withheld act's class is {out.act.event.class_}, its leaf says {class_}"
        out.findings.append(failed(10, index, why, "the operator must say which is right"))
