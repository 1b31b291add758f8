"""Everything that can go wrong in the ledger, as one tree.

::

    CountersignError
    ├── Malformed            bytes or values that are not what they claim to be
    ├── Refused              an act that the record or a rule does not allow: one Refusal per reason
    ├── Conflict             the head moved between judging and appending: catch up and judge again
    ├── AlreadyRecorded      the same act, asked twice: here is the place of the first
    ├── IdReused             another act under an event id that is taken
    ├── NotFound             no such entry, checkpoint, draft or file
    └── StoreUnavailable     the database or disk cannot do it now; nothing was written

Errors carry fields, not formatted blobs: ``api`` turns each class into one RFC 9457 problem.
No error here knows HTTP, and none carries a secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class CountersignError(Exception):
    """Base of every error that is raised on purpose."""


class Malformed(CountersignError):
    """`what` is wrong at `where` (a path such as ``/act/event/not_after``); `cure` says what would be right."""

    def __init__(self, what: str, where: str = "", cure: str = "") -> None:
        super().__init__(what, where, cure)
        self.what, self.where, self.cure = what, where, cure

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} ({self.cure})" if self.cure else text


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why an act may not be recorded.

    >>> Refusal("R-KEY-1", "one signature counts, two are needed", "let CEO, RSO or GENERAL_COUNSEL sign too")
    """

    rule: str
    reason: str
    cure: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason}. {self.cure}"


class Refused(CountersignError):
    """The act was judged and not recorded. Holds at least one Refusal; the record is unchanged."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(tuple(refusals))
        self.refusals = tuple(refusals)

    def __str__(self) -> str:
        return "\n".join(map(str, self.refusals))


class Conflict(CountersignError):
    """The head has moved to `head` entries since the act was judged."""

    def __init__(self, head: int) -> None:
        super().__init__(head)
        self.head = head

    def __str__(self) -> str:
        return f"the record has moved on to {self.head} entries"


class AlreadyRecorded(CountersignError):
    """These very bytes already stand at `index`."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index

    def __str__(self) -> str:
        return f"already recorded as entry {self.index}"


class IdReused(CountersignError):
    """`event_id` is taken by other bytes at `index`."""

    def __init__(self, event_id: str, index: int) -> None:
        super().__init__(event_id, index)
        self.event_id, self.index = event_id, index

    def __str__(self) -> str:
        return f"event id {self.event_id} stands in entry {self.index} with other content; draft again under a new id"


class NotFound(CountersignError):
    """`what` does not exist."""

    def __init__(self, what: str, cure: str = "") -> None:
        super().__init__(what, cure)
        self.what, self.cure = what, cure

    def __str__(self) -> str:
        return f"{self.what} ({self.cure})" if self.cure else self.what


class StoreUnavailable(CountersignError):
    """The store cannot do this now (`what`); `cure` says what a person can do. Nothing was written."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what, cure)
        self.what, self.cure = what, cure

    def __str__(self) -> str:
        return f"{self.what}. {self.cure}"
