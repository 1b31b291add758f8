"""Bodies sign by their members: so many trustees for the LTBT, so many directors for the Board (DOMAIN §9).

::

    signing(view, fact)     {"LTBT"}          two trustees signed, and two sign for the body in this house
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ledger.engine.house import house
from ledger.record.act import Act
from ledger.register import Fact, View

MEMBERS: Final = {"LTBT": ("TRUSTEE", "ltbt_signers"), "BOARD": ("DIRECTOR", "board_signers")}
"""The role of a body's members, and the setting that says how many of them sign for it."""


def bodies(view: View, signers: Iterable[tuple[str, str]]) -> set[str]:
    """The bodies for which enough of (person, role) sign."""
    signed = set(signers)
    return {
        body
        for body, (member, setting) in MEMBERS.items()
        if len({person for person, role in signed if role == member}) >= house(view, setting)
    }


def signing(view: View, fact: Fact) -> set[str]:
    """The bodies that signed a fact."""
    return bodies(view, ((s.person, s.role) for s in fact.signers))


def approving_bodies(view: View, act: Act) -> set[str]:
    """The bodies that approve an act."""
    return bodies(view, act.signers("approve"))
