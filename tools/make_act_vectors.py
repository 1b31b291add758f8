"""Complete the golden vectors of acts, tests/vectors/acts/<type>.json: canonical bytes and digest of each event.

    python tools/make_act_vectors.py            complete the cases that are new
    python tools/make_act_vectors.py --check    change nothing, fail when something differs or is missing

A new type brings a file with at least ``[{"what": "…", "accepted": true, "event": {…}}]``, a new layout a case more.
This writes the ``event`` as its ``canonical`` text with its ``digest``; a refused case gets the place (``where``) that
is wrong.

1. A case that stands must never change or go: its bytes are on somebody's record. Vectors only grow.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ledger.errors import Malformed
from ledger.record.canonical import decode, encode
from ledger.record.event import event_digest, event_of
from ledger.subjects.registry import KINDS

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "acts"


def read(event: Any) -> str | None:
    """Where today's program finds the event malformed; None when it reads it."""
    try:
        read = event_of(event, "")
        kind = KINDS[read.type]
        kind.read(kind.present(read))
    except Malformed as e:
        return e.where
    return None


def complete(case: dict[str, Any]) -> dict[str, Any]:
    """The case with what follows from its event; SystemExit when it says otherwise."""
    event = decode(case["canonical"].encode()) if "canonical" in case else case["event"]
    found = read(event)
    facts = {
        "accepted": found is None,
        **({} if found is None else {"where": found}),
        "canonical": encode(event).decode(),
        "digest": event_digest(event),
    }
    for name, value in facts.items():
        if case.get(name, value) != value:
            raise SystemExit(f"{event['type']}, {case['what']}: {name} is {value}, not {case[name]}")
    return {"what": case["what"], **facts}


def main() -> int:
    """Complete or check every file."""
    check, wrong = "--check" in sys.argv, []
    for type_ in sorted(KINDS):
        path = FOLDER / f"{type_}.json"
        text = path.read_text(encoding="utf-8") if path.exists() else "[]"
        cases = [complete(case) for case in json.loads(text)]
        if not any(case["accepted"] for case in cases):
            wrong.append(f"{path.name}: no event of this type that is accepted")
        written = json.dumps(cases, indent=1, ensure_ascii=False) + "\n"
        if written != text and check:
            wrong.append(f"{path.name} is not complete")
        elif written != text:
            path.write_text(written, encoding="utf-8")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
