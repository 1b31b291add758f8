"""Affirmative (safety) cases: claims, arguments, evidence, and what speaks against them (DOMAIN §4.3, [SC]).

A case is a tree; every statement of it is a whole new tree, so old ones stay readable::

    {"case_id":"sc-heron-4-cbrn","nodes":[
      {"kind":"claim","ground":"inability","node_id":"c1","status":"supported","text":"Heron 4 cannot …"},
      {"kind":"defeater","node_id":"d1","parent":"c1","status":"contested","text":"Elicitation may …"}]}

1. A top claim must state its ground; every other node hangs under a node of the same case.
2. An open defeater blocks nothing by itself but must be listed in the decision that rests on the case.
3. A case whose only ground is ``absence_of_found_attack`` is labelled "negative evidence only" wherever shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ledger.errors import Malformed
from ledger.record.event import Event
from ledger.register import Fact, View
from ledger.subjects.kind import Kind, in_stream
from ledger.subjects.payload import Digest, Slug, Text, read_payload

STATED = "case.stated"

Ground = Literal["inability", "control", "trustworthiness", "understanding", "absence_of_found_attack"]


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the tree. `ground` stands on top claims only."""

    node_id: Slug
    kind: Literal["claim", "argument", "evidence", "context", "assumption", "defeater"]
    text: Text
    status: Literal["supported", "contested", "defeated", "assumed"]
    parent: Slug | None = None
    ground: Ground | None = None
    evidence: Digest | None = None


@dataclass(frozen=True, slots=True)
class SafetyCase:
    """A whole case."""

    case_id: Slug
    nodes: tuple[Node, ...]


def read(event: Event) -> SafetyCase:
    """`data` of case.stated: a tree."""
    case = read_payload(SafetyCase, event.data)
    _check_tree(case.nodes)
    return case


def _check_tree(nodes: Sequence[Node]) -> None:
    seen: set[str] = set()
    for i, node in enumerate(nodes):
        where = f"/data/nodes/{i}"
        if node.node_id in seen:
            raise Malformed(f"node {node.node_id} stands twice", where)
        if node.parent is None and (node.kind != "claim" or node.ground is None):
            raise Malformed(
                "a top node is a claim with a ground", where, "state 'ground', or name its 'parent'"
            )
        if node.parent is not None and (node.parent not in seen or node.ground is not None):
            raise Malformed(
                "its parent does not stand above it, or it is no top claim", where, "order nodes from the top"
            )
        seen.add(node.node_id)
    if not nodes:
        raise Malformed("a case without nodes", "/data/nodes", "begin with a top claim")


def stated(view: View, case_id: str) -> Fact | None:
    """The case as it stands."""
    return view.latest(f"case/{case_id}")


def open_defeaters(case: Fact) -> list[str]:
    """Defeaters that are not themselves defeated."""
    nodes = case.data["nodes"]
    return [n["node_id"] for n in nodes if n["kind"] == "defeater" and n["status"] != "defeated"]


def negative_evidence_only(case: Fact) -> bool:
    """True when nothing but the absence of a found attack carries the case."""
    grounds = {n["ground"] for n in case.data["nodes"] if "ground" in n}
    return grounds == {"absence_of_found_attack"}


KINDS = (
    Kind(STATED, "state-case", "DOMAIN 4.3", False, read, in_stream("case", "case_id"), """\
# An affirmative case: claims, arguments, evidence, and what speaks against them.
data:
  case_id: sc-heron-4-cbrn
  nodes:
    - {node_id: c1, kind: claim, ground: inability, status: supported, text: ""}
    - {node_id: a1, kind: argument, parent: c1, status: supported, text: ""}
    - {node_id: d1, kind: defeater, parent: c1, status: contested, text: ""}
"""),
)  # fmt: skip
