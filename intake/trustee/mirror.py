"""The mirror: every trustee's machine keeps all that the intake publishes, and says what is missing or differs.

::

    mirror/directory/<digest>  list/20245  envelope/<L>  chunk/<id>  bundle/<digest>  board/<digest>

Everything is fetched of every epoch, in one order, whatever is in it: so neither the server nor whoever watches the
line sees which items concern a trustee. A year is about 3.8 GB at five seats.

1. Nothing must be kept under a name that its bytes do not hash to, and no list that the intake's key did not sign.
2. What is fetched, and in which order, must depend on public lists alone.
3. A listed item, chunk, bundle or board whose bytes are missing or differ must raise an alarm until they are there; so
   must a list that is missing a day after its end, and a second list of an epoch.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from intake import directory as directories
from intake import envelope, epochs
from intake.directory import Directory
from intake.epochs import SignedList
from ledger.errors import Malformed
from ledger.record.epoch import Epoch

LATE: Final = 1
"""Epochs after which a list that is not there is an alarm."""


class Source(Protocol):
    """Where the intake's bytes can be had; None for what is not there. A server, a folder, another mirror."""

    def directory(self, digest: str) -> bytes | None: ...

    def listing(self, epoch: int) -> bytes | None: ...

    def envelope(self, item: str) -> bytes | None: ...

    def chunk(self, id_: str) -> bytes | None: ...

    def bundle(self, digest: str) -> bytes | None: ...

    def board(self, digest: str) -> bytes | None: ...

    def bundles(self, epoch: int) -> list[bytes]:
        """The bundles uploaded so far in an epoch that is not sealed yet."""
        ...


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a trustee must hear of, as a sentence; `evidence` names files of the mirror."""

    code: str
    epoch: int
    what: str
    evidence: tuple[str, ...] = ()


class Mirror:
    """A folder of public bytes. It is a Source itself, for colleagues and for tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def directory(self, digest: str) -> bytes | None:
        return self.read("directory", digest)

    def listing(self, epoch: int) -> bytes | None:
        return self.read("list", str(epoch))

    def envelope(self, item: str) -> bytes | None:
        return self.read("envelope", item)

    def chunk(self, id_: str) -> bytes | None:
        return self.read("chunk", id_)

    def bundle(self, digest: str) -> bytes | None:
        return self.read("bundle", digest)

    def board(self, digest: str) -> bytes | None:
        return self.read("board", digest)

    def bundles(self, epoch: int) -> list[bytes]:
        found = (self.bundle(digest) for digest in self.names("bundle"))
        return [b for b in found if b is not None and int.from_bytes(b[35:39], "big") == epoch]

    def epochs(self) -> list[int]:
        """The epochs whose lists are here."""
        return sorted(int(name) for name in self.names("list"))

    def epoch(self, number: int, key: bytes) -> Epoch | None:
        """The list of an epoch, as the intake's key signed it; None if it is not here."""
        data = self.listing(number)
        return None if data is None else epochs.read(data, key).epoch

    def known(self) -> dict[bytes, Directory]:
        """The directories that are here, by digest."""
        found = (directories.read(data) for d in self.names("directory") if (data := self.directory(d)))
        return {directory.digest: directory for directory in found}

    def keep_directory(self, data: bytes) -> Directory:
        """Keep a directory; whoever hands it in has found it on the ledger."""
        found = directories.read(data)
        self.keep("directory", found.digest.hex(), data)
        return found

    def keep(self, kind: str, name: str, data: bytes) -> None:
        """Keep bytes that were checked, whole or not at all."""
        path = self.folder / kind / name
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{name}.{os.getpid()}")
        partial.write_bytes(data)
        partial.replace(path)

    def read(self, kind: str, name: str) -> bytes | None:
        """What is kept under a name."""
        try:
            return (self.folder / kind / name).read_bytes()
        except FileNotFoundError:
            return None

    def names(self, kind: str) -> Iterator[str]:
        """The names of what is kept of a kind, sorted."""
        folder = self.folder / kind
        names = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
        return (name for name in names if not name.startswith("."))


def pull(source: Source, mirror: Mirror, key: bytes, wanted: Iterable[int], today: int) -> list[Alarm]:
    """Fetch and check the epochs `wanted`; what is amiss. `key` is the intake's, `today` the running epoch."""
    alarms: list[Alarm] = []
    for number in wanted:
        alarms += _pull_epoch(source, mirror, key, number, today)
    return alarms


def pull_mail(source: Source, mirror: Mirror, epoch: int) -> None:
    """Fetch the bundles of an epoch that is not sealed yet: they are for reading, the list will say which count."""
    for data in source.bundles(epoch):
        mirror.keep("bundle", sha256(data).hexdigest(), data)


def _pull_epoch(source: Source, mirror: Mirror, key: bytes, number: int, today: int) -> Iterator[Alarm]:
    offered = source.listing(number)
    listed = _listed(offered, key, number)
    mine = mirror.listing(number)
    if offered is not None and listed is None:
        yield Alarm("bad-list", number, "The daily list is not signed by the intake, or is of another day.")
    if mine is not None and listed is not None and listed.to_bytes() != mine:
        second = sha256(offered or b"").hexdigest()
        mirror.keep("second-list", f"{number}-{second[:16]}", offered or b"")
        yield Alarm(
            "two-lists",
            number,
            "The intake signed two different lists for this day.",
            (f"list/{number}", f"second-list/{number}-{second[:16]}"),
        )
    if mine is None and listed is not None:
        mirror.keep("list", str(number), listed.to_bytes())
    found = _listed(mirror.listing(number), key, number)
    if found is None:
        if today - number > LATE:
            yield Alarm("missing-list", number, "The daily list was not published within a day of its end.")
        return
    yield from _pull_bytes(source, mirror, found)


def _pull_bytes(source: Source, mirror: Mirror, found: SignedList) -> Iterator[Alarm]:
    day = found.epoch
    wanted: list[tuple[str, str, str, Callable[[str], bytes | None], Callable[[bytes], str]]] = [
        ("directory", "directory of trustees", day.directory, source.directory, _sha256),
        *(("envelope", "listed item", i.item.hex(), source.envelope, _item) for i in day.items),
        *(("chunk", "piece of an attachment", c, source.chunk, _sha256) for c in day.chunks),
        *(("bundle", "trustee's bundle", d, source.bundle, _sha256) for d in day.desk),
        ("board", "board of answers", day.board, source.board, _sha256),
    ]
    for kind, word, name, fetch, name_of in wanted:
        have = mirror.read(kind, name)
        data = have if have is not None and name_of(have) == name else fetch(name)
        if data is None:
            yield Alarm(
                "missing-bytes", day.epoch, f"The bytes of a {word} are missing.", (f"{kind}/{name}",)
            )
        elif name_of(data) != name:
            yield Alarm(
                "other-bytes", day.epoch, f"Other bytes are served for a {word}.", (f"{kind}/{name}",)
            )
        else:
            mirror.keep(kind, name, data)


def _listed(data: bytes | None, key: bytes, number: int) -> SignedList | None:
    if data is None:
        return None
    try:
        found = epochs.read(data, key)
    except Malformed:
        return None
    return found if found.epoch.epoch == number else None


def _sha256(data: bytes) -> str:
    return sha256(data).hexdigest()


def _item(data: bytes) -> str:
    return envelope.item_id(data).hex()
