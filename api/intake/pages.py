"""The reporter's page of a living ledger: what it is told stands on the record, and it is made anew when that changes.

::

    pages = Living(office, "svc-intake")
    pages().files["/"]     the page of the roster and the keys that stand now
    pages().digest         what an epoch that is sealed now says of the client

1. Every roster and every key of the intake that is not revoked must come from the register, with its place.
2. Where the browser client is not built, a page without a script must be served that takes a sealed file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from api.intake.app import Shown
from api.intake.bare import Bare
from api.web.reporter import Client, Told
from intake.receipt import Receipt
from keys.check.encoding import decode as unb64u
from ledger.errors import NotFound
from ledger.record.canonical import encode
from ledger.register import Register, View
from ledger.subjects import rosters

_KIND: Final = "ed25519"


class Digested(Protocol):
    """Pages and the digest of their files."""

    @property
    def files(self) -> Mapping[str, Shown]: ...

    @property
    def digest(self) -> str: ...

    def received(self, receipt: Receipt) -> Shown: ...

    def refused(self, sentence: str) -> Shown: ...


def told(view: View, person: str, witnesses: tuple[str, ...] = ()) -> Told | None:
    """What the page is told; None before the ledger has a founding and a roster."""
    founded, held = view.roll.founding, rosters.held(view)
    if founded is None or not held:
        return None
    service = tuple(
        (rosters.day(view.register.times[key.registered]), unb64u(key.public.public), key.registered)
        for key in view.roll.keys_of(person)
        if key.public.kind == _KIND and key.revoked is None
    )
    directories = tuple((encode(one.fact.data), one.fact.index) for one in held)
    return Told(founded.organisation, directories, service, str(founded.log), witnesses, founded.demo)


class Books(Protocol):
    """Who reads the ledger."""

    def catch_up(self) -> Register: ...


class Living:
    """The pages of a ledger as it stands."""

    def __init__(self, office: Books, person: str, witnesses: tuple[str, ...] = ()) -> None:
        self._office, self._person, self._witnesses = office, person, witnesses
        self._told: Told | None = None
        self._pages: Digested = Bare()
        self.refresh()

    def __call__(self) -> Digested:
        """The pages that are served now."""
        return self._pages

    def refresh(self) -> None:
        """Look at the register, and make the pages anew when something that they tell has changed."""
        found = told(self._office.catch_up().at(), self._person, self._witnesses)
        if found is None or found == self._told:
            return
        try:
            self._pages = Client(found)
        except NotFound:  # not built: `make client`
            return
        self._told = found
