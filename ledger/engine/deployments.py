"""Where a model is in use under a go-ahead: there a gate is asked about keeping it, elsewhere about a first deployment.

::

    go_ahead(view, "heron-4", "general")         the Fact of the decision to go; None where it is not in use by one
    kept(view)                                   [Kept("heron-4", "general", since="2025-07-21T…Z", by=<Fact>), …]

1. A go-ahead must be decided, in time for the deployment, and not have run out by then.
2. What the opening position puts in use counts as under a go-ahead (DOMAIN §4.1 Starting).
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.policy.schema import Policy
from ledger.register import Fact, View
from ledger.subjects import models, opening

DECIDED = "gate.decided"
GO = "go"


@dataclass(frozen=True, slots=True)
class Kept:
    """A model in use on a surface since `since`, by decision (or opening position) `by`; `deployed` says so."""

    model: str
    surface: str
    since: str
    by: Fact
    deployed: Fact


def gated(policy: Policy, surface: str | None) -> bool:
    """Whether the policy has a deploy gate for a surface; one that is not settled counts as public until it is."""
    if policy.deploy_surfaces:
        return surface in policy.deploy_surfaces
    if policy.public_surfaces:
        return surface in policy.public_surfaces.public + policy.public_surfaces.unsettled
    return True


def go_ahead(view: View, model: str, surface: str | None) -> Fact | None:
    """By which decision a model is in use on a surface now."""
    found = next((k for k in kept(view, model) if k.surface == surface), None)
    return found.by if found else None


def kept(view: View, model: str) -> list[Kept]:
    """The surfaces on which a model is in use under a go-ahead."""
    out: dict[str, Kept] = {}
    if stated := opening.stated(view):
        founded, position = stated[0], stated[1].model(model)
        for name in position.surfaces if position else ():
            out[name] = Kept(model, name, founded.effective_at, founded, founded)
    for fact in view.of_stream(f"model/{model}"):
        surface = str(fact.data.get("surface"))
        if fact.type == models.DE_DEPLOYED:
            out.pop(surface, None)
        elif fact.type == models.DEPLOYED:
            by = covering(view, model, surface, models.happened(fact))
            if by is not None and surface not in out:
                out[surface] = Kept(model, surface, models.happened(fact), by, fact)
    return list(out.values())


def covering(view: View, model: str, surface: str, at: str) -> Fact | None:
    """The go-ahead that covers a deployment of an instant: the last decision by then, if it said go and still held."""
    said = [
        x
        for x in view.of_stream(f"gate/{model}/deploy")
        if x.type == DECIDED and x.data.get("surface") == surface and x.effective_at <= at
    ]
    last = said[-1] if said else None
    if last is None or last.data["decision"] != GO or last.data.get("valid_until", at) < at:
        return None
    return last
