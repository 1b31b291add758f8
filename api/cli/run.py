"""``countersign run``, which `make run` calls: two ledgers made, published, verified and served, in one command.
The demonstration's anonymous channel is served beside them, by a process of its own (api/cli/run_intake.py).

::

    countersign-demo/demo       Quillmere Labs, fictional, with every kind of act
    countersign-demo/history    the public history of a real Responsible Scaling Policy, transcribed

1. What was made by an earlier run must be used again, so that the second run is quick.
2. Both must be verified with all claims before anything is served, against anchors kept when they were made.
3. The demonstration and the history must never share a ledger.
"""

from __future__ import annotations

import json
import os
import socket
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final

import click

from api.bootstrap import Founder, House, LogKey, found, open_house
from api.cli import demo as demonstration
from api.cli import history
from api.cli.anchor import sheet_of, write_sheet
from api.cli.call import Call, common
from api.cli.client import Client
from api.cli.door import Door
from api.cli.forms import load_yaml
from api.cli.pens import Pen
from api.cli.publish import read_policy
from api.cli.run_intake import beside, open_channel
from api.cli.serve import address, listen, serving
from api.cli.serve import run as run_servers
from api.cli.staging import staged
from api.cli.trouble import CannotRun
from api.cli.verify import check, tell
from api.demo import unsealed_signer
from api.demo_channel import FOLDER, PASSPHRASE, has_sheets
from api.settings import FILE, Settings, read_settings
from keys.check import ed25519
from keys.files import create
from ledger.publish.site import publish
from ledger.record.founding import LOG_SERVICE
from ledger.transcribe import Transcription, transcribe
from ledger.verify.report import OK, OK_WITH_WITHHELD

WHERE: Final = Path("countersign-demo")
TRIED: Final = 20
ANCHOR: Final = "anchor.json"
IMPORTER: Final = "p-importer"
HISTORY: Final = "history.example/countersign"
ABOUT: Final = "Public history of a Responsible Scaling Policy (transcribed)"
NAMES: Final = {"demo": "Demonstration (fictional)", "history": "Public history (transcribed)"}


@click.command()
@common
@click.option("--serve/--no-serve", "serves", default=True, help="Serve both ledgers when they are verified.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8441,
    show_default=True,
    metavar="N",
    help="The first port to try; the next free one is taken.",
)
@click.option("--seed", metavar="N", help="Make the same demonstration, byte for byte, each time.")
@click.pass_obj
def run(call: Call, port: int, seed: str | None, *, serves: bool) -> None:
    """Make the demonstration and the public history, verify both, and serve them on this machine.

    Everything goes into ./countersign-demo (or --dir). Remove that folder to begin anew.
    """
    root = Path(call.dir or call.environment.get("COUNTERSIGN_DIR") or WHERE)
    if (root / FILE).exists():
        raise CannotRun(f"{root} holds a ledger of its own", "name another folder with --dir")
    ledgers: dict[str, Any] = {}
    for name in NAMES:
        folder = root / name
        if not (folder / FILE).exists():
            call.screen.say(f"{NAMES[name]}: making {folder}")
            _make_demo(call, folder, seed) if name == "demo" else _make_history(call, folder)
        ledgers[name] = _prepare(call, name, folder)
    call.screen.answer({"dir": str(root), "ledgers": ledgers}, str(root))
    if not all(x["verdict"] in (OK, OK_WITH_WITHHELD) for x in ledgers.values()):
        click.get_current_context().exit(1)
    if serves:
        _serve(call, root, port)
    else:
        call.screen.say(f"\nServe them: countersign run --dir {root}")


def _make_demo(call: Call, folder: Path, seed: str | None) -> None:
    made = demonstration.make(call, folder, seed)
    _keep_anchor(folder, made)


def _make_history(call: Call, folder: Path) -> None:
    """Found the ledger of history with an importer of its own, and import."""
    with staged(folder) as staging:
        keys = staging / "keys"
        keys.mkdir(mode=0o700)
        for person in (IMPORTER, LOG_SERVICE):
            create(keys, person, person, unsealed=True)
        settings = Settings(staging, HISTORY)
        signer = unsealed_signer(keys, IMPORTER)
        found(
            settings,
            LogKey(HISTORY, unsealed_signer(keys, LOG_SERVICE)),
            [Founder(IMPORTER, (history.IMPORTER,), signer)],
            organisation=ABOUT,
            clock=call.clock,
            entropy=os.urandom,
        )
        with open_house(settings, None, clock=call.clock) as house:
            anchor = write_sheet(staging, sheet_of(house.store, house.office.catch_up(), call.clock()))
        _keep_anchor(staging, anchor)
    demonstration.remember(call, folder)


def _keep_anchor(folder: Path, made: dict[str, Any]) -> None:
    text = json.dumps({"vkey": made["vkey"], "founding": made["founding"]}, indent=1)
    (folder / ANCHOR).write_text(text + "\n", encoding="utf-8")


def _prepare(call: Call, name: str, folder: Path) -> dict[str, Any]:
    """Bring a ledger up to date, publish it, verify it."""
    settings = read_settings(folder.absolute(), {})
    log_key = LogKey(settings.origin, unsealed_signer(folder / "keys", LOG_SERVICE))
    with open_house(settings, log_key, clock=call.clock) as house:
        if name == "history":
            _import(call, house, folder)
        else:
            demonstration.freshen(call, house)
        register = house.office.catch_up()
        with call.screen.watch("Publishing", register.size):
            publish(
                house.store,
                register,
                settings.path(settings.site),
                check=ed25519,
                quorum=read_policy(settings),
            )
    anchor = json.loads((folder / ANCHOR).read_text(encoding="utf-8"))
    report = check(call, str(settings.path(settings.database)), anchor)
    words = f"{NAMES[name]}: {report.facts.entries} entries, verified: {report.words}"
    call.screen.say(words, "ok" if report.verdict in (OK, OK_WITH_WITHHELD) else "bad")
    if report.verdict not in (OK, OK_WITH_WITHHELD):
        tell(call, report)
    return {"dir": str(folder), "origin": settings.origin, "verdict": report.verdict, **report.json()}


def _import(call: Call, house: House, folder: Path) -> Transcription:
    door = Door(call, house, unlock=lambda: None)
    door.register()
    history.check_unmixed(house.office.register)
    pen = Pen(IMPORTER, history.IMPORTER, lambda: unsealed_signer(folder / "keys", IMPORTER))
    transcription = transcribe(load_yaml(str(history.FILE)), IMPORTER)
    client = Client(door, greet=False)
    history.add(door, client, pen, transcription)
    client.head()
    return transcription


def _serve(call: Call, root: Path, port: int) -> None:
    first = read_settings((root / "demo").absolute(), {})
    with_intake = has_sheets(first.folder)
    if with_intake:
        open_channel(call, first)
    else:
        call.screen.aside(
            "This demonstration has no trustees' sheets; make it anew to try the anonymous channel."
        )
    with ExitStack() as stack:
        apps, urls = [], {}
        for name in NAMES:
            settings = read_settings((root / name).absolute(), {})
            bound = stack.enter_context(_free(settings.host, port))
            port = bound.getsockname()[1] + 1 if port else 0
            urls[name] = address(bound)
            log_key = LogKey(settings.origin, unsealed_signer(root / name / "keys", LOG_SERVICE))
            app = stack.enter_context(serving(call, settings, log_key, urls[name], publishing=True))
            apps.append((app, bound))
        if with_intake:
            with _free(first.host, port) as found:
                urls["intake"] = address(found)
            stack.enter_context(beside(call, first, urls["demo"], int(urls["intake"].rpartition(":")[2])))
        for line in guide(root, urls):
            call.screen.say(line)
        run_servers(apps)


def _free(host: str, port: int) -> socket.socket:
    """The port asked for, or the next one that is free."""
    for candidate in range(port, port + TRIED) if port else ():
        with suppress(CannotRun):
            return listen(host, candidate)
    return listen(host, 0)


def guide(root: Path, urls: dict[str, str]) -> list[str]:
    """Where to look, and as whom."""
    demo = root / "demo"
    return [
        "",
        f"  {urls['demo']:<28} Quillmere Labs: fictional, every kind of act",
        f"  {urls['history']:<28} the public history, transcribed from its sources",
        *(
            [f"  {urls['intake']:<28} report a concern: the anonymous channel, by itself"]
            if "intake" in urls
            else ()
        ),
        "",
        "There is no password: people sign with keys. Those of everybody at Quillmere lie in",
        f"{demo / 'keys'}, so you can be any of them:",
        "",
        f"  countersign docket --dir {demo}                              a draft waits for a second officer",
        f"  countersign sign --dir {demo} --key {demo / 'keys' / 'p-rso.key'}    sign it as the RSO",
        f"  countersign log --dir {demo}                                 what is on the record",
        f"  countersign verify --dir {demo}                              check all of it",
        *(
            [f"  countersign desk --home {demo / FOLDER / 'p-t1'}    be a trustee: {PASSPHRASE}"]
            if "intake" in urls
            else ()
        ),
        "",
        "Ctrl-C stops it.",
    ]
