"""``countersign health``: whether a ledger can be relied on to go on working, one line a question.

::

    ✓ record     15 entries, as the log signed them
    ✗ clock      9 minutes behind the last entry
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

import click

from api.cli.call import Call, common
from api.cli.client import Client
from api.cli.door import OFFICE, Door, open_door, running_office
from api.cli.publish import read_policy
from api.cli.screen import Tone
from api.cli.trouble import explain
from api.cli.words import counted, human
from api.settings import Settings
from ledger.errors import CountersignError
from ledger.office import BEHIND
from ledger.publish.cosignatures import read_public
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.fields import instant
from ledger.record.quorum import NONE

ROOM: Final = 100 * 1024 * 1024
"""Bytes of free disk below which somebody should look."""
PATIENT: Final = timedelta(days=1)
"""How long entries may lack their witnesses before that is an alarm."""


class Finding(NamedTuple):
    """One question: `ok` True well, None to look at, False wrong."""

    about: str
    ok: bool | None
    what: str


_TONES: Final[dict[bool | None, Tone]] = {True: "ok", None: "wait", False: "bad"}


@click.command()
@common
@click.pass_obj
def health(call: Call) -> None:
    """Whether this ledger can be relied on to go on working. Exit code 1 when something is wrong.

    This is about its keeping; whether it is true, `countersign verify` says.
    """
    settings = call.settings()
    with open_door(call) as door:
        findings = [*_of_record(call, door), *_of_folder(settings)]
    for about, ok, what in findings:
        call.screen.say(f"{about:<10} {what}", _TONES[ok])
    wrong = any(ok is False for _, ok, _ in findings)
    words: dict[bool | None, str] = {True: "ok", None: "look", False: "wrong"}
    checks = [{"about": a, "state": words[ok], "what": what} for a, ok, what in findings]
    call.screen.answer({"ok": not wrong, "checks": checks}, "wrong" if wrong else "ok")
    click.get_current_context().exit(int(wrong))


def _of_record(call: Call, door: Door) -> Iterator[Finding]:
    store = door.house.store
    try:
        known = Client(door, greet=False).head()
        yield Finding("record", True, f"{counted(known.size, 'entry')}, as the log signed them")
    except CountersignError as e:
        yield Finding("record", False, explain(e).reasons[0].reason)
        return
    recorded = door.register().recorded_at
    behind = door.office.clock_behind()
    if behind > BEHIND:
        yield Finding("clock", False, f"{behind} behind the last entry ({human(recorded)}): set the clock")
    else:
        yield Finding("clock", True, human(call.clock()))
    if (why := store.restored()) is not None:
        yield Finding(
            "writing", False, f"refused since it was restored {why}: countersign restore --published SITE"
        )
    yield _published(door)
    drafts = door.house.docket.all()
    expired = [d.id for d in drafts if d.expired]
    what = f"{counted(len(drafts), 'draft')} on it"
    yield Finding(
        "docket", None if expired else True, what + (f", {len(expired)} of them expired" if expired else "")
    )


def _published(door: Door) -> Finding:
    settings, size = door.house.settings, door.house.store.head().size
    note = read_public(settings.path(settings.site))
    policy = read_policy(settings)
    public = 0 if note is None else SignedCheckpoint.parse(note).checkpoint.size
    if public < size and policy is not None and policy.name != NONE:
        return _unconfirmed(door, public)
    if note is None:
        return Finding("published", None, "nothing yet: countersign publish")
    if public < size:
        return Finding("published", None, f"{public} of {size} entries: countersign publish")
    return Finding(
        "published", public == size, f"{public} entries" + ("" if public == size else f", {size} are here")
    )


def _unconfirmed(door: Door, public: int) -> Finding:
    """Where witnesses must confirm: how long the oldest entry has waited that they have not."""
    since, now = door.register().times[public], door.call.clock()
    age = max(instant(now) - instant(since), timedelta(0))
    what = f"{public} of {door.office.register.size} entries; the others lack their witnesses since {human(since)}"
    return Finding(
        "published", False if age > PATIENT else None, f"{what}: countersign publish, and ask them"
    )


def _of_folder(settings: Settings) -> Iterator[Finding]:
    key = settings.path(settings.log_key)
    try:
        mode = key.stat().st_mode
        open_ = stat.S_IMODE(mode) & 0o077
        yield Finding(
            "log key", not open_, f"others can read {key}: chmod 600" if open_ else f"{key.name} is there"
        )
    except OSError as e:
        yield Finding("log key", None, f"{key} is not here ({e.strerror}): this folder can only be read")
    free = shutil.disk_usage(settings.folder).free
    yield Finding("disk", free > ROOM, f"{free // (1024 * 1024)} MB free")
    url = running_office(settings.folder)
    stale = url is None and (settings.folder / OFFICE).exists()
    what = f"serves at {url}" if url else "none runs on this folder"
    yield Finding(
        "server", None if stale else True, what + (f"; the one in {OFFICE} does not answer" if stale else "")
    )
