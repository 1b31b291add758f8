"""ledger.record.sign: what a signer's client does in the end."""

from dataclasses import dataclass

from keys import check
from ledger.record.act import make_act
from ledger.record.sign import sign_event
from tests.kit import RSO, World
from tests.record.verdicts import against, founded


@dataclass(frozen=True)
class RsoKey:
    """The RSO's key as ``keys.signing`` would hand it in."""

    kind: str = "ed25519"
    key_id: str = RSO.key

    def sign(self, message: bytes) -> str:
        return RSO.sign(message)


def signed(world: World, **changes: str) -> list[str]:
    event = world.event("note.recorded", {"text": "Drill held."}, RSO)
    signature = sign_event(
        event,
        seen=world.seen(),
        person=RSO.id,
        role=RSO.role,
        capacity="decider",
        statement="attest",
        signed_at=world.now,
        ledger=changes.get("ledger", world.origin),
        signer=RsoKey(),
    )
    target = {**event, **{name: value for name, value in changes.items() if name != "ledger"}}
    world.append(make_act(target, [signature]).raw)
    return against(world)


def test_what_is_signed_here_is_a_signature_on_the_record() -> None:
    world = founded()
    assert signed(world) == []
    signature = world.signature(world.event("note.recorded", {}), RSO)
    assert (signature.key, check.key_id("ed25519", RSO.public)) == (RSO.key, RSO.key)


def test_it_holds_for_these_bytes_on_this_ledger_only() -> None:
    """Must 2."""
    assert signed(founded(), ledger="other.example/log") == ["7 S-HOLDS"]
    assert signed(founded(), policy="2.2") == ["7 S-HOLDS"]
