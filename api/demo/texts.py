"""The versions of the year's policy as data: QSP 2.2, and the three texts of QSP 2.3 that were put forward.

::

    text_b() = text_a() with one more item out of scope, slipped in after the Trust was asked about A
"""

from __future__ import annotations

from copy import deepcopy
from hashlib import sha256
from typing import Any, Final

from ledger.policy.diff import diff
from ledger.policy.shipped import definition
from ledger.record import canonical

LINE: Final = {"id": "AUT-50", "kind": "red", "metric": "share_of_tasks_passed", "op": ">=", "value": "0.50"}
SLIPPED_IN: Final = "insiders with standing access to training clusters"


def qsp() -> dict[str, Any]:
    """QSP 2.2: the shipped rsp-2.2 under another name, with one evaluation line of its own."""
    data: dict[str, Any] = deepcopy(definition("rsp-2.2").policy.data)
    for threshold in data["thresholds"]:
        if threshold["id"] == "MODEL-AUTONOMY":
            threshold["lines"] = [LINE]
    return data | {"policy": "qsp", "title": "Quillmere Scaling Policy, version 2.2 (fictional)"}


def text_a() -> dict[str, Any]:
    """ "Routinely" becomes "at least monthly": it tightens, and the clock follows from it."""
    data = qsp() | {
        "version": "2.3",
        "supersedes": "2.2",
        "title": "Quillmere Scaling Policy, version 2.3 (fictional)",
        "effective_on": "2025-11-03",
    }
    preliminary = data["assessment"]["preliminary"]
    preliminary |= {"cadence": "at least monthly", "cadence_unit": "P1M"}
    preliminary.pop("note", None)
    return data


def text_b() -> dict[str, Any]:
    """Text A, and one more item out of scope of ASL-3 Security: it loosens."""
    data = text_a()
    for standard in data["standards"]:
        if standard["id"] == "ASL-3-SECURITY":
            standard["out_of_scope"] = [*standard["out_of_scope"], SLIPPED_IN]
    return data


def text_c() -> dict[str, Any]:
    """Text A with what the Trust had commented."""
    data = text_a()
    data["assessment"]["preliminary"]["question"] += " Written down with its basis, each time."
    return data


def digest(data: dict[str, Any]) -> str:
    """The digest of a text. Here the data stands for the printed text."""
    return "sha256:" + sha256(canonical.encode(data)).hexdigest()


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, str]]:
    """Every changed path with its direction, as computed: these proposers state what is so."""
    return [{"path": c.path, "direction": str(c.direction)} for c in diff(old, new)]
