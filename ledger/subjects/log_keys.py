"""The log itself: its key put in place of another, and its going on after a restore (RECORD §5, ADR 0012).

Who may rotate the key is decided by ``ledger.record.authority``, and which checkpoints it signs by
``ledger.record.log_keys``, since the offline verifier needs both. A restored log goes on by itself when it extends
everything that had left the house; against the word of a witness a person answers for it with their name::

    log.restored   {"despite":[{"claims":60,"witness":"T2"}],"published":{"root":"<hex>","size":57},"reason":"…"}

1. A log must go on despite a witness only by a person's approval, which svc-log attests.
2. It must extend what it says was published; and a witness is overruled only if it claims more.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import Refusal
from ledger.record import fields as f
from ledger.record.act import Act
from ledger.record.canonical import Json
from ledger.record.event import Event
from ledger.record.fields import to_b64u
from ledger.record.founding import LOG_SERVICE
from ledger.record.log_keys import Rotation, rotation
from ledger.record.people import ROTATED, each
from ledger.record.roll import SERVICE
from ledger.register import View
from ledger.subjects.kind import Kind, approving
from ledger.subjects.payload import read_text

RESTORED = "log.restored"
STREAM = "ledger"

ROTATE_FORM = """\
# Another key signs the log from now on. Written by `countersign keys rotate-log`, which makes the key and lets the
# log's present key attest. Approved by whom the founding names under `rotation`; else by the BOARD_SECRETARY and one
# of CEO, RSO, GENERAL_COUNSEL, or by two of these three.
data:
  vkey: ""            # the new log key, as a verifier key
  proof: ""           # its proof of possession
  overlap: 1000       # how many entries more the present key signs
  reason: ""
"""

RESTORE_FORM = """\
# The log goes on after a restore although a witness claims more entries. Written by `countersign restore --despite`.
data:
  published: {size: 57, root: ""}
  despite: [{witness: T2, claims: 60}]
  reason: ""
"""


@dataclass(frozen=True, slots=True)
class Overruled:
    """`witness` says that it confirmed `claims` entries, and shows no checkpoint of them."""

    witness: str
    claims: int


@dataclass(frozen=True, slots=True)
class Restored:
    """The log extends the `size` entries with `root` that had left the house, and goes on `despite` some witnesses."""

    size: int
    root: str
    despite: tuple[Overruled, ...]
    reason: str


def read_rotated(event: Event) -> Rotation:
    """`data` of log.rotated."""
    read = rotation(event.data)
    read_text(read.reason, "/data/reason")
    return read


def read_restored(event: Event) -> Restored:
    """`data` of log.restored."""
    data = f.members(event.data, "/data", ("despite", "published", "reason"))
    published = f.members(data["published"], "/data/published", ("root", "size"))
    return Restored(
        f.integer(published["size"], "/data/published/size"),
        f.hex64(published["root"], "/data/published/root"),
        each(data["despite"], "/data/despite", _overruled),
        read_text(data["reason"], "/data/reason"),
    )


def _overruled(value: Json, where: str) -> Overruled:
    f.members(value, where, ("claims", "witness"))
    return Overruled(
        f.text(value["witness"], f"{where}/witness"), f.integer(value["claims"], f"{where}/claims")
    )


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-LOG-1: a log goes on after a restore in the name of a person, with the log's key [RECORD 5]."""
    out = []
    if all(role == SERVICE for _, role in approving(act)):
        out.append(
            Refusal("G-LOG-1", "no person answers for going on", "a person approves, in their own name")
        )
    logs = view.roll.logs(view.bound)
    attesting = [s.key for s in act.signatures if (s.person, s.statement) == (LOG_SERVICE, "attest")]
    keys = [key.public.public for id_ in attesting if (key := view.roll.key_below(id_, view.bound))]
    if logs is None or keys != [to_b64u(logs.newest.public)]:
        out.append(Refusal("G-LOG-1", "the log's key does not attest it", "let svc-log attest with it"))
    return out


def judge_sizes(view: View, act: Act, now: str) -> list[Refusal]:
    """G-LOG-2: a restored log holds what was published, and overrules only who claims more [RECORD 5]."""
    restored = read_restored(act.event)
    out = []
    if restored.size > view.bound:
        why = f"{restored.size} entries were published, the log holds {view.bound}"
        out.append(Refusal("G-LOG-2", why, "restore a newer backup, or found a successor"))
    for one in restored.despite:
        if one.claims <= restored.size:
            why = f"{one.witness} claims {one.claims} entries, which the log holds"
            out.append(Refusal("G-LOG-2", why, "name only witnesses that claim more"))
    return out


KINDS = (
    Kind(
        type=ROTATED,
        command="rotate-log-key",
        section="RECORD 5",
        decides=True,
        read=read_rotated,
        stream=lambda view, event: STREAM,
        form=ROTATE_FORM,
        withholdable=False,
    ),
    Kind(
        type=RESTORED,
        command="restore-log",
        section="RECORD 5",
        decides=True,
        read=read_restored,
        stream=lambda view, event: STREAM,
        judges={"G-LOG-1": judge_signers, "G-LOG-2": judge_sizes},
        form=RESTORE_FORM,
        withholdable=False,
    ),
)
