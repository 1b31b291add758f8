"""Replay: judges every act of a record again, from the bytes alone (claim 12 of RECORD §7).

It calls the very function that the office called when the act was recorded::

    replay = Replay(keys.check)
    replay.entry(41, "2025-…Z", act, 3)     []   or   [Refusal("E-POLICY", …)]
    replay.judged, replay.unjudged          40, 2

1. An act must be judged against the entries below it and at its own ``recorded_at``.
2. What could not be judged (withheld and not opened, an unknown type, an entry that cannot be read) must be counted,
   never passed over in silence.
3. An act that claims 7 or 8 reject, or whose data are not of its type, must not be folded: nothing later rests on it.
"""

from __future__ import annotations

from ledger.errors import Refusal
from ledger.judge import judge, known
from ledger.record.act import Act
from ledger.record.authority import faults
from ledger.record.roll import KeyCheck
from ledger.register import Register
from ledger.subjects.kind import Unjudged
from ledger.subjects.registry import DECISIONS


class Replay:
    """Judges entries in order. `judged` and `unjudged` count them."""

    def __init__(self, check: KeyCheck) -> None:
        self.register = Register(DECISIONS, check)
        self.judged = 0
        self.unjudged = 0
        self._check = check

    def entry(
        self, index: int, recorded_at: str, act: Act | None, version: int | None, withheld: str | None = None
    ) -> list[Refusal]:
        """Judge the act of the next entry, then take it in. `act` is None where it cannot be read.

        `withheld` is the commitment of the leaf if the act was withheld (and opened, when `act` is there).
        """
        now = max(recorded_at, self.register.recorded_at)
        if act is None or version is None:
            self.unjudged += 1
            self.register.pass_by(index, now, withheld)
            return []
        view = self.register.below(index)
        try:
            refusals = judge(view, act, now, self._check, withheld=withheld is not None)
        except Unjudged as e:
            refusals = list(e.refusals)
            self.unjudged += 1
        else:
            self.judged += known(act)
            self.unjudged += not known(act)
        unread = any(
            r.rule == "E-DATA" for r in refusals
        )  # nothing can be read of it, so nothing may rest on it
        if unread or faults(view.roll, act, view.place(now), self._check):
            self.register.pass_by(index, now, withheld)
        else:
            self.register.fold(act, index, now, version, withheld=withheld)
        return refusals
