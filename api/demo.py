"""The demonstration ledger: Quillmere Labs, a fictional organisation, through every kind of act that there is.

``countersign demo --dir D [--seed N]`` walks this story through the same doors a user has; with a seed, every key,
id, salt and time follows from it, so two runs give the same bytes. Entry 0 says ``demo``; no other ledger takes a seed.

1. Keys of a demonstration lie unsealed in its folder: whoever has the folder can sign as anybody. It is for looking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from api.bootstrap import Founder, House, LogKey, found, open_house
from api.demo_channel import drawn_seat
from api.settings import Settings
from keys.files import create as create_key
from keys.files import open_signer, private_path
from keys.passphrase import Passphrase, prompt
from keys.signing import Ed25519Signer, Signer, prove_possession
from ledger.draft import Draft, draft
from ledger.engine.in_force import in_force
from ledger.policy.plain import load_file
from ledger.record.act import Seen, Signature, make_act
from ledger.record.disclosure import open_disclosure
from ledger.record.event import Actor
from ledger.record.fields import later
from ledger.record.founding import LOG_SERVICE
from ledger.record.sign import sign_event
from ledger.store.port import Receipt
from ledger.subjects.registry import COMMANDS

ORIGIN: Final = "quillmere.example/countersign"
ORGANISATION: Final = "Quillmere Labs (fictional)"
START: Final = "2025-01-06T09:00:00.000000Z"
TRUSTEES: Final = ("p-t1", "p-t2", "p-t3", "p-t4", "p-t5")
CAST: Final = (
    ("p-ceo", "CEO"),
    ("p-rso", "RSO"),
    ("p-sec", "BOARD_SECRETARY"),
    ("p-gc", "GENERAL_COUNSEL"),
    ("p-ciso", "CISO"),
    ("p-people", "PEOPLE"),
    ("p-assessor", "ASSESSOR"),
    ("p-auditor", "AUDITOR"),
    *((f"p-d{i}", "DIRECTOR") for i in range(1, 7)),
    *((person, "TRUSTEE") for person in TRUSTEES),
)
ROLES: Final = dict(CAST)
POLICY: Final = Path(__file__).parent.parent / "ledger" / "policy" / "definitions" / "policy-rsp-2.2.yaml"


@dataclass(slots=True)
class Clock:
    """A clock that the story sets: it moves by a minute each time somebody looks."""

    now: str = START

    def __call__(self) -> str:
        self.now = later(self.now, timedelta(minutes=1))
        return self.now

    def set(self, day: str) -> None:
        """Go to nine o'clock of a day."""
        self.now = f"{day}T09:00:00.000000Z"


@dataclass(slots=True)
class Dice:
    """Bytes that follow from a seed. For demonstrations and tests only."""

    seed: bytes
    drawn: int = 0

    def __call__(self, count: int) -> bytes:
        out = b""
        while len(out) < count:
            out += sha256(b"countersign/demo/v1\n" + self.seed + self.drawn.to_bytes(8, "big")).digest()
            self.drawn += 1
        return out[:count]


@dataclass(slots=True)
class Stage:
    """The cast with their keys, in front of one open ledger."""

    house: House
    clock: Clock
    dice: Callable[[int], bytes]
    signers: dict[str, Signer]
    receipts: list[Receipt] = field(default_factory=list)

    def draft(self, command: str, actor: str, form: dict[str, Any], capacity: str = "officer") -> Draft:
        """Fill in a form as `actor`."""
        register = self.house.office.catch_up()
        view = register.at()
        who, now = Actor(actor, ROLES[actor], capacity), self.clock()
        kind, governs = COMMANDS[command], in_force(view, at=now)
        return draft(kind, form, view=view, actor=who, policy=governs, now=now, entropy=self.dice)

    def sign(self, made: Draft, person: str, statement: str, capacity: str = "officer") -> Signature:
        """`person` signs, having seen the head."""
        head = self.house.store.head()
        return sign_event(
            made.event,
            seen=Seen(head.size, head.root().hex()),
            person=person,
            role=ROLES[person],
            capacity=capacity,
            statement=statement,
            signed_at=self.clock(),
            ledger=self.house.settings.origin,
            signer=self.signers[person],
        )

    def record(
        self, command: str, people: str, form: dict[str, Any], *, withheld: bool = False
    ) -> tuple[Draft, Receipt]:
        """`people` (the actor first) sign a form and the act is recorded."""
        names = people.split()
        made = self.draft(command, names[0], form)
        statement = COMMANDS[command].statement
        act = make_act(made.event, [self.sign(made, person, statement) for person in names])
        receipt = self.house.office.record(act, withheld=withheld, disclosures=made.disclosures)
        self.receipts.append(receipt)
        return made, receipt


def demonstrate(settings: Settings, seed: bytes) -> list[Receipt]:
    """Make the whole demonstration ledger in ``settings.folder``; the receipts of its entries, in order."""
    dice, clock = Dice(seed), Clock()
    folder = settings.path("keys")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for person in (*(p for p, _ in CAST), LOG_SERVICE):
        create_key(folder, person, person, unsealed=True, random=dice)
    signers: dict[str, Signer] = {person: unsealed_signer(folder, person) for person, _ in CAST}
    log_key = LogKey(settings.origin, unsealed_signer(folder, LOG_SERVICE))
    policy = {
        "version": "2.2",
        "data": load_file(POLICY),
        "text_digest": "sha256:" + sha256(POLICY.read_bytes()).hexdigest(),
    }
    first = found(
        settings,
        log_key,
        [Founder(person, (role,), signers[person]) for person, role in CAST],
        organisation=ORGANISATION,
        clock=clock,
        entropy=dice,
        policy=policy,
        rotation=("BOARD_SECRETARY", "CEO"),
        demo=True,
    )
    with on_stage(settings, log_key, signers, clock, dice) as stage:
        stage.receipts.append(first)
        _story(stage, folder)
        return stage.receipts


def unsealed_signer(folder: Path, person: str) -> Ed25519Signer:
    """A demonstration key, which has no passphrase."""
    return open_signer(private_path(folder, person), _no_passphrase)


def _no_passphrase() -> Passphrase:
    return prompt("A demonstration key is sealed; its passphrase: ")


@contextmanager
def on_stage(
    settings: Settings,
    log_key: LogKey,
    signers: dict[str, Signer],
    clock: Clock,
    dice: Callable[[int], bytes],
) -> Iterator[Stage]:
    """Open a demonstration ledger with its cast."""
    with open_house(settings, log_key, clock=clock, entropy=dice) as house:
        yield Stage(house, clock, dice, signers)


def paper(title: str, day: str, source: str = "internal") -> dict[str, Any]:
    """Evidence: the digest of a paper that this story made up."""
    text = f"{ORGANISATION}: {title}, {day}\n".encode()
    return {
        "digest": "sha256:" + sha256(text).hexdigest(),
        "media_type": "text/plain",
        "obtained_at": f"{day}T08:00:00.000000Z",
        "size_bytes": len(text),
        "source": source,
        "title": title,
    }


def _story(stage: Stage, folder: Path) -> None:
    _trust(stage)
    stage.clock.set("2025-01-13")
    stage.record(
        "note", "p-rso", {"data": {"text": "The ledger is open. Every capability determination goes on it."}}
    )
    stage.clock.set("2025-02-03")
    resolution = paper("Board resolution 2025-02: second assessor", "2025-02-03")
    stage.record(
        "appoint",
        "p-sec",
        {
            "data": {
                "person": "p-assessor2",
                "role": "ASSESSOR",
                "from": "2025-02-10T00:00:00.000000Z",
                "instrument": resolution["digest"],
            },
            "evidence": [resolution],
        },
    )
    _keys(stage, folder)
    stage.clock.set("2025-03-14")
    measured, _ = stage.record(
        "note",
        "p-assessor",
        {
            "data": {"text": "Heron 4, autonomy tasks: share passed 0.46, entered as a yellow line."},
            "sealed": {"protocol": "Seven of fifteen two-hour tasks passed; transcripts in folder H4-A."},
            "evidence": [paper("Heron 4 autonomy evaluation", "2025-03-14")],
        },
    )
    stage.record(
        "note",
        "p-d1",
        {"data": {"text": "The Board heard of the Heron 5 schedule."}, "class": "board"},
        withheld=True,
    )
    stage.clock.set("2025-08-08")
    stage.record(
        "correct-entry",
        "p-assessor p-ceo p-rso",
        {
            "corrects": measured.event["id"],
            "data": {
                "field_path": "/text",
                "was": measured.event["data"]["text"],
                "is": "Heron 4, autonomy tasks: share passed 0.46, measured against a red line (0.50).",
                "kind": "line_kind",
                "material": True,
                "discovered_at": "2025-08-01T09:00:00.000000Z",
                "discovered_by": "p-rso",
                "how": "An outside reader held the line against the policy text.",
                "effects": [],
                "republish": [],
            },
        },
    )
    _disclosures(stage, measured)
    stage.clock.set("2025-12-29")
    stage.record(
        "note",
        "p-auditor",
        {"data": {"text": "Yearly review: every signature recomputed offline; all hold."}},
    )
    _waiting(stage, folder)


def _trust(stage: Stage) -> None:
    stage.clock.set("2025-01-07")
    folder = stage.house.settings.folder
    seats = [drawn_seat(folder, stage.dice, person, i) for i, person in enumerate(TRUSTEES)]
    panel = {"id": "ltbt", "k": 3, "name": "Long-Term Benefit Trust", "seats": list(range(len(seats)))}
    stage.record(
        "change-roster",
        " ".join(TRUSTEES),
        {
            "data": {
                "v": 1,
                "ledger": stage.house.settings.origin,
                "from_epoch": 20098,
                "panels": [panel],
                "seats": seats,
            }
        },
    )


def new_key(stage: Stage, folder: Path, name: str, person: str) -> tuple[Signer, dict[str, Any]]:
    """A second key of `person`, and the data that registers it."""
    create_key(folder, name, person, unsealed=True, random=stage.dice)
    signer = unsealed_signer(folder, name)
    proof = prove_possession(signer, stage.house.settings.origin, person)
    return signer, {
        "key": signer.key_id,
        "kind": signer.kind,
        "person": person,
        "public": signer.public,
        "proof": proof,
    }


def _keys(stage: Stage, folder: Path) -> None:
    stage.clock.set("2025-02-11")
    signer, data = new_key(stage, folder, "p-assessor2", "p-assessor2")
    stage.record("register-key", "p-sec p-rso", {"data": data})
    stage.signers["p-assessor2"] = signer
    stage.clock.set("2025-02-20")
    signer, data = new_key(stage, folder, "p-ciso-2", "p-ciso")
    stage.record("register-key", "p-sec p-gc", {"data": data})
    old = stage.signers["p-ciso"].key_id
    stage.signers["p-ciso"] = signer
    stage.record("revoke-key", "p-ciso", {"data": {"key": old, "reason": "laptop replaced; nothing lost"}})


def _disclosures(stage: Stage, measured: Draft) -> None:
    stage.clock.set("2025-08-14")
    store = stage.house.store
    index = store.index_of(measured.event["id"])
    commitment = open_disclosure(measured.disclosures[0]).commitment()
    named = {"index": index, "commitments": [commitment], "authority": "BOARD_SECRETARY"}
    reason = {"reason": "The corrected summary cites it."}
    stage.record("publish-disclosure", "p-sec", {"data": named | reason})
    stage.clock.set("2025-09-01")
    noted, receipt = stage.record(
        "note",
        "p-people",
        {
            "data": {"text": "A staff matter was settled."},
            "class": "board",
            "sealed": {"matter": "Names and terms."},
        },
    )
    stage.clock.set("2025-11-03")
    commitment = open_disclosure(noted.disclosures[0]).commitment()
    named = {"index": receipt.index, "commitments": [commitment], "authority": "GENERAL_COUNSEL"}
    stage.record(
        "erase-disclosure", "p-gc p-sec", {"data": named | {"reason": "Agreed term of the settlement."}}
    )


def _waiting(stage: Stage, folder: Path) -> None:
    """One draft stays on the docket, for a visitor to sign: it lacks a second officer."""
    stage.clock.set("2025-12-30")
    _, data = new_key(stage, folder, "p-auditor-2", "p-auditor")
    made = stage.draft("register-key", "p-sec", {"data": data})
    stage.house.docket.open(made)
    stage.house.docket.sign(made.event["id"], stage.sign(made, "p-sec", "approve"))
