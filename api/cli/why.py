"""``countersign why``: the rule behind a refusal, a verdict, a finding, or an entry.

::

    $ countersign why G-DET-2
    G-DET-2, a rule for decide-capability (DOMAIN 4.4)
      A milder outcome needs an affirmative case, its open defeaters listed, and an elicitation statement.

    $ countersign why R22-G-DEPLOY-B
    R22-G-DEPLOY-B, policy qsp 2.2, section 6.1 (2); 4.3; 5: must, and it blocks
      …

1. A rule of the policy, of the record, of a kind of act and of the house must each be called what it is.
2. What is not known must be answered with what is near to it, and exit with 1.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

import click

from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.moments import asked_at
from api.cli.rules import RULES
from api.cli.words import TITLES
from ledger.engine import findings as open_findings
from ledger.engine.house import house
from ledger.engine.in_force import governing
from ledger.errors import NotFound
from ledger.policy.house import defaults
from ledger.policy.words import Action, Code
from ledger.register import Fact, View
from ledger.subjects.registry import KINDS

HOUSE: Final = "the house's own: no policy says it"


@dataclass(frozen=True, slots=True)
class Answer:
    """What `name` is, where it is written, and what it says; `now` is what stands on this record about it."""

    name: str
    what: str
    section: str
    says: str
    now: tuple[str, ...] = ()


@click.command()
@common
@click.argument("name", metavar="RULE|CODE|SETTING|INDEX")
@asked_at
@click.pass_obj
def why(call: Call, /, name: str, as_of: str | None, known_at: str | None) -> None:
    """Explain a rule, a code, a house setting, or by which rules an entry was judged."""
    with open_door(call) as door:
        register = door.register()
        view = register.at(as_of=as_of or call.clock(), known_at=known_at)
        answers = list(_entry(view, name) if name.isascii() and name.isdigit() else named(view, name.upper()))
        if not answers:
            near = difflib.get_close_matches(name.upper(), _names(view), 1)
            cure = f"did you mean {near[0]}?" if near else "docs/rules.md lists the rules"
            raise NotFound(f"Nothing here is called {name[:60]!r}", cure)
    for one in answers:
        where = f" ({one.section})" if one.section else ""
        call.screen.say(f"{one.name}, {one.what}{where}")
        call.screen.say(f"  {one.says}")
        for line in one.now:
            call.screen.say(f"  · {line}")
    call.screen.answer([asdict(one) for one in answers], "\n".join(one.says for one in answers))


def named(view: View, name: str) -> Iterator[Answer]:
    """Everything that goes by this name."""
    yield from _guards(name)
    yield from _policy(view, name)
    yield from _codes(view, name)
    if name in RULES:
        says, section = RULES[name]
        yield Answer(name, "a rule of the record", section, says + ".")
    setting = name.lower().replace("-", "_")
    if setting in defaults():
        value = house(view, setting)
        yield Answer(setting, HOUSE, "DOMAIN 9", f"It is {value!r} now; shipped as {defaults()[setting]!r}.")


def _guards(name: str) -> Iterator[Answer]:
    for kind in KINDS.values():
        if name in kind.judges:
            yield Answer(
                name, f"a rule for {kind.command}", kind.section, _sentence(kind.judges[name].__doc__)
            )


def _policy(view: View, name: str) -> Iterator[Answer]:
    policy = governing(view)
    rule = policy.rule(name) if policy else None
    if policy is None or rule is None:
        return
    what = f"policy {policy.policy} {policy.version}, section {rule.ref}"
    force = {"block": "it blocks", "flag": "it raises a finding", "record": "it is kept on record"}
    firm = (
        f"{getattr(rule, 'modality', 'must')}, and {force.get(str(getattr(rule, 'enforce', 'record')), '')}"
    )
    yield Answer(rule.id, f"{what}: {firm}", "", getattr(rule, "text", ""))


def _codes(view: View, name: str) -> Iterator[Answer]:
    base = name.split(":", maxsplit=1)[0]
    for ask in open_findings.PREDICATES:
        doc = ask.__doc__ or ""
        if doc.startswith(f"{base}:"):
            now = [f"entry {x.index}, since {x.since[:10]}: {x.why}" for x in ask(view) if x.code == base]
            yield Answer(
                base, "a finding", "DOMAIN 7", _sentence(doc), tuple(now or ["none on this record now"])
            )
    if base in {code.value for code in Code}:
        policy = governing(view)
        cited = [(a, policy.cited_for(a, Code(base))) for a in Action] if policy else []
        now = [f"{a}: {rule.id} [{rule.ref}] {rule.text}" for a, rule in cited if rule]
        says = "A reason for which a gate denies, or flags where the rule only flags."
        yield Answer(base, "a reason of a gate", "DOMAIN 5", says, tuple(now or [HOUSE]))


def _entry(view: View, name: str) -> Iterator[Answer]:
    index = int(name) if len(name) < 16 else view.bound
    fact = view.register.facts[index] if index < view.bound else None
    if fact is None:
        cure = "`countersign log` lists what there is"
        raise NotFound(f"There is no entry {name[:20]}, or it is withheld and not opened here", cure)
    then = view.register.below(index)
    kind = KINDS.get(fact.type)
    title = TITLES.get(fact.type, fact.type)
    if kind is None or not kind.decides:
        says = "An observation: a fact is always taken in, whatever it says."
        yield Answer(f"Entry {index}", title, kind.section if kind else "", says, tuple(_signed(fact)))
        return
    policy = governing(then)
    version = f"policy {policy.policy} {policy.version}" if policy else "no policy yet"
    says = f"A decision, judged by {version} and by what stood on the record below it."
    asked = [f"{id_}: {_sentence(judge.__doc__)}" for id_, judge in kind.judges.items()]
    yield Answer(f"Entry {index}", title, kind.section, says, (*_signed(fact), *asked))


def _signed(fact: Fact) -> Iterator[str]:
    who = ", ".join(f"{s.person} as {s.role} ({s.statement})" for s in fact.signers)
    yield f"recorded {fact.recorded_at[:10]}, signed by {who}"


def _sentence(doc: str | None) -> str:
    """A docstring's first paragraph without its own name in front."""
    first = " ".join((doc or "").split("\n\n")[0].split())
    head, sep, rest = first.partition(": ")
    said = rest if sep and " " not in head else first
    return said[:1].upper() + said[1:]


def _names(view: View) -> list[str]:
    policy = governing(view)
    return [
        *RULES,
        *(id_ for kind in KINDS.values() for id_ in kind.judges),
        *(code.value for code in Code),
        *((ask.__doc__ or "").split(":")[0] for ask in open_findings.PREDICATES),
        *(name.upper() for name in defaults()),
        *([rule.id for _, rule in policy.rules()] if policy else []),
    ]
