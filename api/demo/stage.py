"""The stage of a demonstration: a cast with open keys, a clock that the story sets, dice that follow from a seed.

::

    with founded(settings, seed) as stage:
        stage.clock.set("2025-01-20")
        stage.record("note", "p-rso", {"data": {"text": "The ledger is open."}})      (Draft, Receipt)

1. With a seed every key, id, salt and time must follow from it, so two runs give the same bytes. Entry 0 says
   ``demo``; no other ledger takes a seed.
2. Keys of a demonstration lie unsealed in its folder: whoever has the folder can sign as anybody. It is for looking.
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
from api.settings import Settings
from keys.files import create as create_key
from keys.files import open_signer, private_path
from keys.passphrase import Passphrase, prompt
from keys.signing import Ed25519Signer, Signer, prove_possession
from ledger.draft import Draft, draft
from ledger.engine.in_force import in_force
from ledger.record.act import Seen, Signature, make_act
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


@contextmanager
def founded(settings: Settings, seed: bytes, policy: dict[str, Any], **more: Any) -> Iterator[Stage]:
    """Found a demonstration ledger in ``settings.folder``, with the cast in front of it.

    `policy` is a policy's data, in force from entry 0 on; `more` goes into the founding (`position`, `settings_`).
    """
    dice, clock = Dice(seed), Clock()
    folder = settings.path("keys")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for person in (*(p for p, _ in CAST), LOG_SERVICE):
        create_key(folder, person, person, unsealed=True, random=dice)
    signers: dict[str, Signer] = {person: unsealed_signer(folder, person) for person, _ in CAST}
    log_key = LogKey(settings.origin, unsealed_signer(folder, LOG_SERVICE))
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
        **more,
    )
    with on_stage(settings, log_key, signers, clock, dice) as stage:
        stage.receipts.append(first)
        yield stage


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
