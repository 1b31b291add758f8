"""``countersign publish`` and ``export``: what leaves the house, for everybody or for one recipient."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import click

from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.trouble import CannotRun
from api.cli.words import counted, human
from api.settings import Settings
from keys.check import ed25519
from ledger.errors import Malformed
from ledger.export.bundle import export as write_bundle
from ledger.publish.cosignatures import earlier, read_public
from ledger.publish.site import Published
from ledger.publish.site import publish as write_site
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.quorum import Quorum, parse_quorum

POLICY: Final = "policy.tlog"
_RANGES: Final = re.compile(r"[0-9]{1,15}(-[0-9]{1,15})?(,[0-9]{1,15}(-[0-9]{1,15})?)*")
MOST: Final = 100_000

_policy_option = click.option(
    "--policy",
    metavar="FILE",
    help=f"Which witnesses must confirm (tlog-policy; default: {POLICY} in the folder).",
)


@click.command()
@common
@click.option(
    "--out", metavar="SITE", type=click.Path(path_type=Path), help="Where to write (default: the setting)."
)
@_policy_option
@click.option("--whole", is_flag=True, help="Compare every file there, not only what is new.")
@click.pass_obj
def publish(call: Call, out: Path | None, policy: str | None, *, whole: bool) -> None:
    """Write the public record as a static folder, for any web server or bucket.

    Goes on where it stopped; what was published is never changed. With witnesses, the public state waits for them.
    """
    settings = call.settings()
    site = out or settings.path(settings.site)
    with open_door(call) as door:
        register = door.register()
        with call.screen.watch("Publishing"):
            done = write_site(
                door.house.store,
                register,
                site,
                check=ed25519,
                quorum=read_policy(settings, policy),
                whole=whole,
            )
    if done.size:
        call.screen.say(f"Published {counted(done.size, 'entry')} in {site}.", "ok")
    if done.waiting:
        call.screen.say(
            f"The state of {register.size} entries waits for its witnesses, since {human(done.behind_since or '')}."
            if done.behind_since
            else f"The state of {register.size} entries waits for its witnesses.",
            "wait",
        )
    call.screen.say(f"  Check it: countersign verify {site} --vkey FILE --founding HASH")
    call.screen.answer(published_json(done, site), str(site))


def published_json(done: Published, site: Path) -> dict[str, Any]:
    """What was published, as a document."""
    return {
        "site": str(site),
        "published": done.size,
        "files_written": done.written,
        "waiting": done.waiting is not None,
        "behind_since": done.behind_since,
    }


def read_policy(settings: Settings, given: str | None = None) -> Quorum | None:
    """The policy of witnesses: the file given, or the one in the ledger's folder."""
    text = policy_text(settings, given)
    try:
        return None if text is None else parse_quorum(text)
    except Malformed as e:
        raise Malformed(
            e.what, f"{given or POLICY}, {e.where}" if e.where else given or POLICY, e.cure
        ) from None


def policy_text(settings: Settings, given: str | None = None) -> str | None:
    """The text of the policy of witnesses, if there is one."""
    path = Path(given) if given else settings.folder / POLICY
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if given is None:
            return None
        raise CannotRun(f"There is no {given}", "name the file of your witnesses' policy") from None
    except (OSError, UnicodeDecodeError) as e:
        raise CannotRun(f"{path} cannot be read: {e}", "it is a text file, see tlog-policy") from None


@click.command()
@common
@click.option(
    "--out", required=True, metavar="FILE", type=click.Path(path_type=Path), help="A .zip file or a folder."
)
@click.option("--entries", metavar="LIST", help="Only these, and what is needed to check them: 3,7-9.")
@click.option(
    "--class", "class_", default="public", show_default=True, help="Whose withheld values go along."
)
@_policy_option
@click.pass_obj
def export(call: Call, *, out: Path, entries: str | None, class_: str, policy: str | None) -> None:
    """Write a bundle that opens without account or network.

    It holds what is public, and of the withheld values those that the class of --class may read.
    """
    chosen = None if entries is None else chosen_of(entries)
    settings = call.settings()
    if out.exists():
        raise CannotRun(f"{out} is there already", "name another file: a bundle never replaces anything")
    with open_door(call) as door:
        register = door.register()
        site = settings.path(settings.site)
        note = read_public(site) or door.house.store.checkpoint()
        with call.screen.watch("Exporting"):
            made = write_bundle(
                door.house.store,
                register,
                out,
                checkpoint=note,
                check=ed25519,
                recipient=class_,
                chosen=chosen,
                policy=policy_text(settings, policy),
                earlier=earlier(site),
            )
        left = register.size - SignedCheckpoint.parse(note).checkpoint.size
    what = "the whole record" if chosen is None else "chosen entries"
    call.screen.say(
        f"Wrote {out}: {what}, {made.holds} of {counted(made.size, 'entry')}, for {class_}.", "ok"
    )
    if left:
        call.screen.say(f"{counted(left, 'entry')} not published yet: not in it.", "wait")
    call.screen.say(f"  Check it: countersign verify {out} --vkey FILE --founding HASH")
    call.screen.answer(
        {"file": str(out), "kind": made.kind, "size": made.size, "entries": made.holds, "class": class_},
        str(out),
    )


def chosen_of(text: str) -> set[int]:
    """The indexes that a list such as ``3,7-9`` names."""
    if not _RANGES.fullmatch(text):
        raise Malformed(f"{text[:40]!r} is no list of entries", "--entries", "write 3,7-9")
    chosen: set[int] = set()
    for part in text.split(","):
        lo, _, hi = part.partition("-")
        if int(hi or lo) - int(lo) > MOST:
            raise Malformed(f"{part} names too many entries", "--entries", "export the whole record instead")
        chosen.update(range(int(lo), int(hi or lo) + 1))
    return chosen
