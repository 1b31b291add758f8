"""``countersign monitor``: visit the intake as anybody might, and say what is amiss.

::

    $ countersign monitor --once --intake https://intake.example.org --ledger SITE --vkey sheet.txt --state m.json
    ✗ suppressed      The intake promised a canary and listed it on none of the promised days.

A look fetches the pages as a visitor does, the verified ledger, and the intake's own lists; it follows every canary to
its day, and files one when its time has come. It reads no report and needs no key.

| code | what is amiss |
|---|---|
| `client-changed` | the page is not the one that the newest daily list names |
| `missing-epoch` | a daily list is not on the ledger a day after its day ended |
| `differing-list` | the intake signed another list of a day than the ledger holds |
| `suppressed` | a canary with a receipt stands in no list that it was promised |
| `undelivered` | a listed canary's bytes are not served |
| `no-receipt` | the intake refused a canary, or gave no receipt that holds |
| `unreachable` | the intake does not answer |

1. What is fetched must be what every visitor may fetch, without anything that tells a monitor from a visitor.
2. Each alarm must carry what shows it: receipts as three lines, lists as they were signed.
3. The exit code must be 1 when there is an alarm, 0 when not, 2 when the ledger cannot be verified.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import click

from api.cli.call import Call, common
from api.cli.channel import Channel, day_of
from api.cli.reporting import channel_of, of_ledger, told
from api.cli.trouble import CannotRun
from api.desk.fetch import Web, source_of
from intake import canaries, envelope, epochs
from intake.canaries import State
from intake.receipt import Decision
from ledger.errors import CountersignError, Malformed
from ledger.record.canonical import decode, encode
from ledger.record.fields import instant

EVERY: Final = 3600
"""Seconds between two looks."""
PER_DAY: Final = 0.5
SCRIPT: Final = "/client/report.js"
ASKED_BY_SCRIPT: Final = "/client/directory.json"
_WHAT: Final = {
    Decision.SUPPRESSED: "The intake promised a canary and listed it on none of the promised days.",
    Decision.UNDELIVERED: "A canary is listed, and its bytes are not served.",
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something amiss; `evidence` is what shows it to others."""

    code: str
    epoch: int
    what: str
    evidence: Any = None

    def members(self) -> dict[str, Any]:
        return {"code": self.code, "epoch": self.epoch, "evidence": self.evidence, "what": self.what}


@click.command()
@common
@of_ledger
@click.option("--intake", required=True, metavar="URL", help="The intake's address.")
@click.option("--state", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Where receipts are kept between looks. No words, no names.")  # fmt: skip
@click.option("--once", is_flag=True, help="File one canary now, look once, and end.")
@click.option("--look", is_flag=True, help="Look once, file a canary if its time has come, and end.")
@click.option(
    "--per-day",
    type=click.FloatRange(0, 48, min_open=True),
    default=PER_DAY,
    show_default=True,
    help="Canaries a day, on average.",
)
@click.option(
    "--every", type=click.IntRange(1), default=EVERY, show_default=True, help="Seconds between looks."
)
@click.pass_obj
def monitor(
    call: Call,
    /,
    intake: str,
    file: Path,
    per_day: float,
    every: int,
    *,
    once: bool,
    look: bool,
    **given: Any,
) -> int:
    """Visit the intake as anybody might: does it serve the page, keep its promises, and list every day?

    Files canaries at random times and follows them. Runs until it is stopped, or once with --once or --look. Run it
    from a network that the intake does not know as yours, such as Tor (torsocks countersign monitor …).
    """
    rest = threading.Event()
    while True:
        with told():
            state = _state(file, call)
            alarms = _look(call, given, _web(intake), state, per_day=per_day, now=once)
            canaries.keep(file, state)
        for alarm in alarms:
            call.screen.say(f"{alarm.code:<15} {alarm.what}", "bad")
        if not alarms:
            call.screen.say(f"All is well; {len(state.receipts)} canaries are under way.", "ok")
        document = {
            "alarms": [alarm.members() for alarm in alarms],
            "filed": state.filed,
            "followed": state.followed,
            "under_way": len(state.receipts),
        }
        call.screen.answer(document, "\n".join(alarm.code for alarm in alarms) or "ok")
        if once or look:
            return 1 if alarms else 0
        rest.wait(every)


def _state(path: Path, call: Call) -> State:
    try:
        return canaries.read(path.read_bytes())
    except FileNotFoundError:
        return State(day_of(call.clock()), 0)


def _web(place: str) -> Web:
    try:
        found = source_of(place)
    except CountersignError as e:
        raise CannotRun.of(e) from None
    if not isinstance(found, Web):
        raise CannotRun(f"{place} is no address", "give the intake's address: https://…")
    return found


def _look(
    call: Call, given: dict[str, Any], web: Web, state: State, *, per_day: float, now: bool
) -> list[Alarm]:
    """One look; `now` files a canary whatever its time."""
    channel = channel_of(call, given)
    at = int(instant(call.clock()).timestamp())
    today = epochs.of(at)
    alarms = list(missing(channel, state.since, at))
    try:
        alarms += _page(web, channel)
        alarms += _lists(web, channel, today)
        alarms += _followed(web, channel, state, today)
    except CountersignError as e:
        alarms.append(Alarm("unreachable", today, f"The intake does not answer: {e}."))
    if state.next == 0 and not now:
        state.next = at + canaries.wait(per_day, secrets.token_bytes)
    elif now or at >= state.next:
        state.next = at + canaries.wait(per_day, secrets.token_bytes)
        alarms += _file(web, channel, state, today)
    return alarms


def missing(channel: Channel, since: int, at: int) -> Iterator[Alarm]:
    """Days that ended more than a day ago and are not on the ledger."""
    first = min([since, *channel.epochs])
    for number in range(first, at // epochs.DAY - 1):
        if number not in channel.epochs:
            yield Alarm(
                "missing-epoch", number, f"The list of day {number} is not on the ledger a day after its end."
            )


def visit(web: Web) -> dict[str, bytes]:
    """What a visitor's browser loads: the page, what it names, and what its script asks for."""
    page = web.fetch("/")
    if page is None:
        return {}
    found = {"/": page}
    names = _Names()
    names.feed(page.decode("utf-8", "replace"))
    for path in [*names.found, *([ASKED_BY_SCRIPT] if SCRIPT in names.found else ())]:
        body = web.fetch(path)
        if body is not None:
            found[path] = body
    return found


def _page(web: Web, channel: Channel) -> Iterator[Alarm]:
    if not channel.epochs:
        return
    newest = channel.epochs[max(channel.epochs)]
    files = {path: sha256(body).hexdigest() for path, body in visit(web).items()}
    digest = epochs.client_digest(files)
    if digest != newest.client:
        what = "The page is not the one that the newest daily list names. (It changes with the trustees, for a day.)"
        evidence = {"digest": digest, "files": files, "named": newest.client}
        yield Alarm("client-changed", newest.epoch, what, evidence)


def _lists(web: Web, channel: Channel, today: int) -> Iterator[Alarm]:
    """Every list of the newest two windows that the intake shows must be the ledger's."""
    newest = epochs.window(today)
    for number in range(newest.start - epochs.WINDOW, newest.stop):
        offered, held = web.listing(number), channel.epochs.get(number)
        if offered is None or held is None:
            continue
        if encode(decode(offered)["data"]) != encode(held.data()):
            signed = any(_holds(offered, key) for key in channel.keys(number))
            what = f"The intake {'signed' if signed else 'shows'} another list of day {number} than the ledger holds."
            yield Alarm("differing-list", number, what, decode(offered))


def _holds(offered: bytes, key: bytes) -> bool:
    try:
        epochs.read(offered, key)
    except Malformed:
        return False
    return True


def _followed(web: Web, channel: Channel, state: State, today: int) -> Iterator[Alarm]:
    def served(epoch: int, item: bytes) -> bool:
        data = web.fetch(f"/items/{epoch}") or b""
        size = envelope.length(data[1]) if len(data) > 1 else 1
        return any(envelope.item_id(data[at : at + size]) == item for at in range(0, len(data), size))

    for held, decision in canaries.follow(state, channel.keys, today, channel.epochs, served):
        if decision in _WHAT:
            yield Alarm(decision.value, held.last, _WHAT[decision], canaries.members(held))


def _file(web: Web, channel: Channel, state: State, today: int) -> list[Alarm]:
    """File a canary, and keep its receipt."""
    sealed = canaries.canary(channel.directory(today), secrets.token_bytes)
    try:
        held = web.hand_in(sealed.to_bytes())
        canaries.require_promise(held, sealed.envelope.item, today, channel.keys(held.first))
    except CountersignError as e:
        return [Alarm("no-receipt", today, f"The intake gave no receipt for a canary: {e}.")]
    state.filed += 1
    state.receipts.append(held)
    return []


class _Names(HTMLParser):
    """Every script, style sheet and picture of the page's own origin, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = values.get("src") or (values.get("href") if tag == "link" else None)
        if name and name.startswith("/") and name not in self.found:
            self.found.append(name)
