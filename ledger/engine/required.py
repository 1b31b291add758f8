"""Which standards a model requires now: the baseline, and what its thresholds ask for that are not below (DOMAIN §5.4).

::

    required(view, "heron-4")    [Required("ASL-2-SECURITY", (), "must"), …, Required("ASL-3-SECURITY", ("CBRN-3",), …)]

1. `undetermined` must add nothing: only a threshold that is decided (inherited, stated) not below adds its standards.
2. What several thresholds ask for must stand once, as firmly as the firmest of them asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.engine.in_force import governing
from ledger.engine.states import State, states
from ledger.policy.schema import Policy
from ledger.policy.words import Modality, StandardKind
from ledger.register import View

SECURITY: Final = frozenset((StandardKind.SECURITY, StandardKind.BOTH))


@dataclass(frozen=True, slots=True)
class Required:
    """A standard (or, with `beside`, what stands beside the standards), the thresholds that ask for it, how firmly."""

    standard: str
    because: tuple[str, ...]
    modality: Modality
    defined: bool = True
    security: bool = False
    beside: bool = False

    @property
    def baseline(self) -> bool:
        """Asked of every model."""
        return not self.because


def required(view: View, model: str, found: Mapping[str, State] | None = None) -> list[Required]:
    """Everything that a model requires, in the policy's order. `found` are its states, where they are known already."""
    policy = governing(view)
    return required_by(policy, found if found is not None else states(view, model)) if policy else []


def required_by(policy: Policy, found: Mapping[str, State]) -> list[Required]:
    """What these states require."""
    out = {name: _required(policy, name, (), Modality.MUST) for name in policy.baseline_standards}
    for t in policy.thresholds:
        if t.requires is None or not found[t.id].over:
            continue
        asks = [(name, t.requires.modality, False) for name in t.requires.standards]
        asks += [(x.id, x.modality, True) for x in t.requires.also]
        if t.requires.undefined and not t.requires.standards:
            asks.append((t.id, Modality.MUST, False))
        for name, modality, beside in asks:
            known = out.get(name)
            because = (*known.because, t.id) if known and not known.baseline else (t.id,)
            if known and known.baseline:
                continue
            firmest = min((known.modality if known else modality, modality), key=list(Modality).index)
            out[name] = _required(policy, name, because, firmest, beside)
    return list(out.values())


def _required(
    policy: Policy, name: str, because: tuple[str, ...], modality: Modality, beside: bool = False
) -> Required:
    written = policy.standard(name)
    security = written.kind in SECURITY if written else not beside  # what is not written may be security too
    return Required(name, because, modality, beside or policy.defined(name), security, beside)
