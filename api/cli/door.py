"""The way from a command to a ledger: through the running server where there is one, else straight into the store.

::

    office.json   {"pid":4711,"url":"http://127.0.0.1:8441"}      written by `countersign serve` in the ledger's folder

    with open_door(call, write=True) as door:
        receipt = door.record(act, disclosures=made.disclosures)

1. Reading goes to the store in any case, so that a signer's checks rest on the entries and not on a server's word.
2. The log key must be asked for only when an act is about to be recorded here.
3. A server that does not answer must be named, and the store be used.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from api.bootstrap import House, LogKey, open_house
from api.cli.call import Call
from api.cli.keyring import LOG_VARIABLE, Passphrases, open_file
from api.cli.trouble import CannotRun
from api.settings import Settings
from keys.files import read_public
from ledger.docket import Pending
from ledger.errors import CountersignError, Malformed, Refusal, Refused
from ledger.office import Office
from ledger.record.act import Act, Signature, make_act
from ledger.record.canonical import decode, encode
from ledger.record.fields import b64u
from ledger.record.note import LOG_KEY, Vkey
from ledger.register import Register
from ledger.store.port import Receipt

OFFICE: Final = "office.json"
PATIENCE: Final = 2.0
RECORDING: Final = 60.0


class LazyLogKey:
    """The log's key, opened when it first signs. Its public half lies beside it."""

    def __init__(self, settings: Settings, passphrases: Passphrases) -> None:
        self._path = settings.path(settings.log_key)
        self._origin = settings.origin
        self._passphrases = passphrases
        self._key: LogKey | None = None
        public = self._path.with_suffix(".pub.json")
        if public.exists():
            self.vkey = Vkey(settings.origin, LOG_KEY, b64u(read_public(public).public, "", 32))
        else:
            self.vkey = self.unlock().vkey

    def unlock(self) -> LogKey:
        """Open it, asking for its passphrase if it is sealed."""
        if self._key is None:
            question = f"Passphrase of the log key ({self._path.name}): "
            signer = open_file(self._path, self._passphrases, question, LOG_VARIABLE)
            self._key = LogKey(self._origin, signer)
        return self._key

    def sign(self, message: bytes) -> bytes:
        """The bare signature that a note carries."""
        return self.unlock().sign(message)


class Door:
    """One ledger, open for one command."""

    def __init__(
        self, call: Call, house: House, *, unlock: Callable[[], object] | None = None, url: str | None = None
    ) -> None:
        """`unlock` opens the log key when an act is about to be recorded; None when nothing will be."""
        self.call = call
        self.house = house
        self.url = url
        self._unlock = unlock

    @property
    def origin(self) -> str:
        """The ledger's name."""
        return self.house.settings.origin

    @property
    def office(self) -> Office:
        """Judges; and records, when the door was opened to write and nobody serves the ledger."""
        return self.house.office

    def register(self) -> Register:
        """Everything on the record, read up to the head."""
        register = self.office.register
        total = self.house.store.head().size
        with self.call.screen.watch("Reading the record", total, lambda: register.size):
            return self.office.catch_up()

    def record(self, act: Act, *, withheld: bool = False, disclosures: Sequence[str] = ()) -> Receipt:
        """Put an act on the record, through whoever has the log key."""
        if self.url is None:
            self._ready_to_write()
            return self.office.record(act, withheld=withheld, disclosures=disclosures)
        body: dict[str, Any] = decode(act.raw)
        if disclosures:
            body["disclosures"] = list(disclosures)
        if withheld:
            body["withheld"] = True
        post(f"{self.url}/api/v1/acts", encode(body))
        index = self.house.store.index_of(act.event.id)
        if index is None:
            raise CannotRun(
                f"the server at {self.url} says that it recorded the act, and this folder does not hold it",
                "ask its operator which ledger it serves",
            )
        self.register()
        return self.house.store.receipt(index)

    def sign(self, pending: Pending, signature: Signature) -> Pending | Receipt:
        """Add a signature to a draft on the docket; records the act if it is the last that was missing."""
        others = [s for s in pending.signatures if s.person != signature.person]
        wants = [p for p in pending.wants if p != signature.person]
        try:
            act = make_act(pending.event, [*others, signature])
            complete = not wants and not self.office.judge(act, withheld=pending.withheld)
        except Malformed:  # the actor's own signature is still missing
            return self.house.docket.sign(pending.id, signature)
        if complete and self.url is None:
            self._ready_to_write()
        if complete and self.url is not None:
            receipt = self.record(act, withheld=pending.withheld, disclosures=pending.disclosures)
            self.house.docket.withdraw(pending.id)
            return receipt
        return self.house.docket.sign(pending.id, signature)

    def _ready_to_write(self) -> None:
        if self._unlock is None:
            raise CannotRun("this ledger was opened to read only", "report this as a bug")
        self._unlock()


@contextmanager
def open_door(call: Call, *, write: bool = False, passphrases: Passphrases | None = None) -> Iterator[Door]:
    """Open the ledger that the call names. `write` when the command may record."""
    settings = call.settings()
    url = running_office(settings.folder) if write else None
    log_key = None
    if write and url is None:
        if (settings.folder / OFFICE).exists():
            call.screen.aside(f"The server named in {OFFICE} does not answer; using the store directly.")
        else:
            call.screen.aside("No server runs on this ledger; using the store directly.")
        log_key = LazyLogKey(settings, passphrases or Passphrases(call))
    elif url:
        call.screen.aside(f"Recording through the server at {url}.")
    with _opened(call, settings, log_key) as house:
        yield Door(call, house, unlock=log_key.unlock if log_key else None, url=url)


@contextmanager
def _opened(call: Call, settings: Settings, log_key: LazyLogKey | None) -> Iterator[House]:
    with ExitStack() as stack:
        try:
            house = stack.enter_context(open_house(settings, log_key, clock=call.clock))
        except CountersignError as e:
            raise CannotRun.of(e) from None
        yield house


def running_office(folder: Path) -> str | None:
    """The address of the server that serves this folder, if it answers."""
    try:
        url = json.loads((folder / OFFICE).read_bytes())["url"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    try:
        _request(f"{url}/healthz", None, PATIENCE)
    except (OSError, ValueError):
        return None
    return str(url)


def post(url: str, body: bytes) -> Any:
    import urllib.error

    try:
        return _request(url, body, RECORDING)
    except urllib.error.HTTPError as e:
        raise _problem(e.code, e.read(1_000_000)) from None
    except (OSError, ValueError) as e:
        raise CannotRun(
            f"the server did not answer to the end ({e}); the act may be on the record or not",
            "look with `countersign log`; recording the same act again is harmless",
        ) from None


def _request(url: str, body: bytes | None, timeout: float) -> Any:
    import urllib.request

    if not url.startswith(("http://", "https://")):
        raise ValueError("not an address")
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310  checked above
    direct = urllib.request.build_opener(
        urllib.request.ProxyHandler({})
    )  # no proxy stands before this machine
    with direct.open(request, timeout=timeout) as answer:
        return answer.read()


def _problem(code: int, body: bytes) -> Exception:
    """What an RFC 9457 problem says, as the error that it was on the server."""
    try:
        problem = json.loads(body)
        refusals = [
            Refusal(str(r["rule"]), str(r["reason"]), str(r["cure"])) for r in problem.get("refusals", ())
        ]
        detail, where, cure = (str(problem.get(name, "")) for name in ("detail", "where", "cure"))
    except (ValueError, LookupError, TypeError, AttributeError):
        return CannotRun(f"the server answered with status {code}", "look at its log")
    if refusals:
        return Refused(refusals)
    return (
        Malformed(detail, where, cure)
        if code < 500
        else CannotRun(detail, cure or "look at the server's log")
    )
