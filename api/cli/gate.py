"""``countersign gate``: may this model be trained, stored, or deployed here? Fit for a release pipeline.

::

    $ countersign gate deploy heron-4 --surface limited_partner          exit 1
    ✗ DENIED: deploy heron-4 on limited_partner, under policy 2.2, as of 2025-06-02
    ✗ SAFEGUARD_MISSING:ASL-3-DEPLOYMENT  [R22-G-DEPLOY-B, section 6.1 (2); 4.3; 5, must]
          ASL-3-DEPLOYMENT is not satisfied for heron-4 on limited_partner (CBRN-3 is not below)
          What would cure it: have ASL-3-DEPLOYMENT decided satisfied for this model and limited_partner

    $ countersign gate check verdict.json

1. Exit 0 means permitted, 1 denied, 2 that it could not be asked: a pipeline that cannot ask must not ship.
2. Rules of the policy and rules of the house must be told apart in every line.
3. A verdict must be asked of this instant unless another is named.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from api.answers.asked import unread
from api.cli.call import Call, common
from api.cli.door import Door, open_door
from api.cli.keyring import Passphrases
from api.cli.moments import asked_at
from api.cli.options import passphrase_option
from api.cli.pens import hold
from api.cli.trouble import CannotRun
from api.cli.words import counted
from keys import check
from ledger.engine.gate import evaluate
from ledger.engine.pinned import document, named, pin, unpinned
from ledger.engine.verdict import Question, Reason, Verdict
from ledger.errors import CountersignError, Malformed
from ledger.policy.words import Action
from ledger.record.canonical import encode
from ledger.record.checkpoint import SignedCheckpoint
from ledger.register import Register, View
from ledger.subjects.gates import kept


@click.command()
@common
@click.argument("action", type=click.Choice([*(a.value for a in Action), "check"]))
@click.argument("model", metavar="MODEL|FILE")
@click.option("--surface", help="Where to deploy it (deploy alone).")
@click.option("--run", "run_id", metavar="RUN", help="Which training run (train).")
@click.option(
    "--planned",
    multiple=True,
    metavar="MODEL=MULT",
    help="How large the run is planned (train): heron-4=1.3.",
)
@asked_at
@click.option("--form", "form", is_flag=True, help="Print the form of a decision on this verdict.")
@click.option(
    "--sign",
    "key",
    type=click.Path(path_type=Path),
    metavar="KEY",
    help="Sign the verdict; it pins the record.",
)
@passphrase_option
@click.pass_obj
def gate(call: Call, /, action: str, model: str, **given: Any) -> int:
    """May we? Exits with 0 permitted, 1 denied, 2 could not be asked.

    MODEL is asked about; with `check`, FILE is a signed verdict to be checked against this ledger.
    """
    try:
        if action == "check":
            return _check(call, Path(model))
        return _ask(call, Action(action), model, **given)
    except CountersignError as e:
        raise CannotRun.of(e) from None


def _ask(
    call: Call,
    action: Action,
    model: str,
    *,
    surface: str | None,
    run_id: str | None,
    planned: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    form: bool,
    key: Path | None,
    passphrase_fd: int | None,
) -> int:
    question = Question(action, model, surface, run_id, tuple(_step(text) for text in planned))
    with open_door(call) as door:
        view = door.register().at(as_of=as_of or known_at or call.clock(), known_at=known_at)
        verdict, hidden = evaluate(view, question), unread(view)
        signed = _signed(call, door, verdict, key, passphrase_fd) if key else None
    if form:
        filled = kept(verdict) | {"bound": verdict.bound, "decision": "go" if verdict.permitted else "no_go"}
        click.echo(json.dumps({"data": filled | {"conditions": []}}, indent=1))
        return 0 if verdict.permitted else 1
    if signed is not None:
        click.echo(signed)
        return 0 if verdict.permitted else 1
    _tell(call, verdict)
    if hidden:
        call.screen.aside(f"{counted(hidden, 'withheld entry')} cannot be read here and counted for nothing.")
    call.screen.answer(document(verdict) | {"unread": hidden, "known_at": known_at}, verdict.verdict)
    return 0 if verdict.permitted else 1


def _step(text: str) -> tuple[str, str]:
    from ledger.policy.multiple import parse

    base, mark, mult = text.partition("=")
    try:
        parse(mult)
    except Malformed:
        mark = ""
    if not mark or not base:
        raise click.BadParameter(
            f"{text!r} is no planned multiple: write heron-4=1.3", param_hint="--planned"
        )
    return base, mult


def _tell(call: Call, verdict: Verdict) -> None:
    q = verdict.question
    where = f" on {q.surface}" if q.surface else ""
    head = f"{verdict.verdict.upper()}: {q.action} {q.model}{where}, under policy {verdict.policy}"
    call.screen.say(f"{head}, as of {verdict.as_of[:10]}", "ok" if verdict.permitted else "bad")
    for reason in verdict.reasons:
        call.screen.say(f"{reason.code}  [{source(reason)}]", "bad" if reason.denies else "wait")
        call.screen.say(f"      {reason.why}")
        call.screen.say(
            f"      {'What would cure it' if reason.denies else 'What would end it'}: {reason.cure}"
        )
    for mark in verdict.marks:
        call.screen.say(MARKS[mark], "wait")


def source(reason: Reason) -> str:
    """Whose rule it is: the policy's, by id and section, or the house's."""
    if reason.rule == "house":
        where = f", after section {reason.ref}" if reason.ref not in ("house", None) else ""
        return f"house rule{where}, {reason.modality}"
    return f"{reason.rule}, section {reason.ref}, {reason.modality}"


MARKS = {
    "RESTS_ON_OPENING_STATEMENT": "It rests on what was stated at founding, not decided on this ledger.",
    "under_exception": "It holds under an exception: a standard is lowered.",
    "no_gate": "The policy has no gate for this surface.",
}


def _signed(call: Call, door: Door, verdict: Verdict, key: Path, passphrase_fd: int | None) -> str:
    passphrases = Passphrases(call, passphrase_fd)
    view = door.register().at()
    (pen,) = hold(call, view, call.clock(), key_files=[key], roles=[], passphrases=passphrases)
    signer = pen.open()
    return pin(
        document(verdict),
        checkpoint=door.house.store.checkpoint(),
        ledger=door.origin,
        person=pen.person,
        key=signer.key_id,
        sign=signer.sign,
    )


def _check(call: Call, path: Path) -> int:
    """A signed verdict against this ledger: whose it is, on which state it rests, and whether it is what comes out."""
    try:
        data = path.read_bytes()
    except OSError as e:
        raise CannotRun(f"{path} cannot be read: {e.strerror}") from None
    with open_door(call) as door:
        register = door.register()
        roll, person = register.roll, named(data)

        def holds(key_id: str, message: bytes, signature: Any) -> bool:
            key = roll.key(key_id)
            return (
                key is not None
                and key.public.person == person
                and key.valid(register.size, register.size)
                and check.holds(
                    key.public.kind,
                    key.public.public,
                    message,
                    signature,
                    rp_id=key.public.rp_id,
                    origins=key.public.origins,
                )
            )

        signed = unpinned(data.strip(), holds)
        said = signed["verdict"]
        head = SignedCheckpoint.parse(signed["checkpoint"])
        try:
            here = SignedCheckpoint.parse(door.house.store.checkpoint(head.checkpoint.size)).checkpoint
        except CountersignError:
            here = None
        if signed["ledger"] != door.origin or here != head.checkpoint:
            raise CannotRun(
                f"{path} pins another state than this ledger ever had", "check it where it was made"
            )
        steps = tuple((s["baseline_model"], s["mult"]) for s in said["planned"])
        question = Question(Action(said["action"]), said["model"], said["surface"], said["run"], steps)
        again = document(evaluate(_view(register, said), question))
    same = encode(again) == encode(said)
    if not same:
        call.screen.say(
            f"Signed by {person}; recomputed, the verdict is {again['verdict']}, or has other reasons", "bad"
        )
    else:
        call.screen.say(f"Signed by {person}; recomputed, it is the same: {said['verdict']}", "ok")
    call.screen.answer({"same": same, "signed": said, "recomputed": again, "person": person}, said["verdict"])
    return 0 if same else 1


def _view(register: Register, said: dict[str, Any]) -> View:
    return View(register, said["bound"], said["as_of"], said["as_of"])
