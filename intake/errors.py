"""What can go wrong in the anonymous channel.

::

    CountersignError
    ├── Malformed            (ledger.errors) bytes that are not what they claim to be
    └── IntakeTrouble
        ├── Unopened         something does not decrypt or is not for this key: one failure, without a reason
        ├── Mistyped         these twelve words are no codename
        ├── TooFewEligible   the panel has fewer than k seats left after the exclusions
        ├── WrongShare       these seats sent something other than what they were given
        ├── TooFewShares     fewer than k shares are here
        ├── DishonestSealer  good shares that give no key: whoever sealed it meant nobody to open it
        ├── DirectoryChanged the trustees have changed, seal again
        ├── NonceKnown       other bytes under a nonce that is taken
        ├── BundleKnown      another bundle of this seat is here for this epoch
        └── Full             no place within 30 epochs, or too many uploads at once

No message carries a secret, a name or a time.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.errors import CountersignError


class IntakeTrouble(CountersignError):
    """Base of what goes wrong here; `cure` says what to do."""

    cure = ""


class Unopened(IntakeTrouble):
    """One opaque failure for everything that does not open (INTAKE §9)."""

    def __init__(self) -> None:
        super().__init__("this does not open")


class Mistyped(IntakeTrouble):
    """The words are no codename."""

    cure = "compare each word with what you wrote down"

    def __init__(self) -> None:
        super().__init__("these are not the twelve words of a codename")


class TooFewEligible(IntakeTrouble):
    """`left` of the panel's seats may read it and `k` are needed."""

    cure = "choose another panel"

    def __init__(self, panel: str, k: int, left: int) -> None:
        super().__init__(f"panel {panel} opens with {k} and has {left} without those whom you exclude")
        self.panel, self.k, self.left = panel, k, left


class WrongShare(IntakeTrouble):
    """`seats` sent a share that misses the envelope's commitment: they, and not whoever sealed it."""

    def __init__(self, seats: Iterable[int]) -> None:
        self.seats = tuple(sorted(seats))
        super().__init__(
            f"the share of seat {', '.join(map(str, self.seats))} is not what that seat was given"
        )


class TooFewShares(IntakeTrouble):
    """`have` shares are here and `k` are needed."""

    def __init__(self, k: int, have: int) -> None:
        super().__init__(f"{have} of {k} shares are here")
        self.k, self.have = k, have


class DishonestSealer(IntakeTrouble):
    """Every helper sent what it was given, and it gives no key: whoever sealed this is at fault."""

    def __init__(self) -> None:
        super().__init__(
            "the shares are as they were sealed and give no key: it was sealed so as not to open"
        )


class DirectoryChanged(IntakeTrouble):
    """The envelope names a directory that no coming epoch with room has."""

    cure = "seal it again to the directory in force"

    def __init__(self) -> None:
        super().__init__("the trustees have changed, seal again")


class NonceKnown(IntakeTrouble):
    """Other bytes under this nonce were accepted before."""

    cure = "a client seals once per nonce; send the identical bytes, or seal anew with a new nonce"

    def __init__(self) -> None:
        super().__init__("other bytes with this mark are here already")


class BundleKnown(IntakeTrouble):
    """A seat sends one bundle an epoch."""

    cure = "what is new goes into the next epoch's bundle"

    def __init__(self) -> None:
        super().__init__("another bundle of this seat is here for this epoch")


class Full(IntakeTrouble):
    """No receipt can be given now. The same sealed bytes may be handed in later, or to another relay or trustee."""

    cure = "keep the sealed file and hand in the same bytes later or elsewhere"

    def __init__(self, why: str) -> None:
        super().__init__(why)
