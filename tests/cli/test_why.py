"""`why`: every name that a refusal, a verdict or a finding shows can be asked for."""

from __future__ import annotations

import pytest

from api.cli.rules import RULES
from api.cli.why import named
from ledger.engine.findings import PREDICATES
from ledger.policy.shipped import definition
from ledger.policy.words import Code
from ledger.subjects.registry import KINDS
from tests.cli.conftest import Shell
from tests.given import Story

NAMES = [
    "E-LIVE",
    "g-det-2",
    "LINE_KIND_MISMATCH",
    "SAFEGUARD_MISSING:ASL-3-SECURITY",
    "R22-G-DEPLOY-B",
    "promptly",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_told_with_what_it_is_and_what_it_says(demo: Shell, name: str) -> None:
    [one] = demo("why", name, "--json").json()[:1]
    assert one["name"].upper().startswith(name.upper().split(":", maxsplit=1)[0])
    assert one["what"]
    assert one["says"]


def test_a_rule_of_the_policy_a_house_rule_and_a_rule_of_the_record_are_told_apart(demo: Shell) -> None:
    what = {name: demo("why", name, "--json").json()[0]["what"] for name in NAMES}
    assert what["R22-G-DEPLOY-B"].startswith("policy rsp 2.2, section 6.1")
    assert what["promptly"] == "the house's own: no policy says it"
    assert what["E-LIVE"] == "a rule of the record"
    assert what["g-det-2"] == "a rule for decide-capability"


def test_an_entry_is_told_with_its_signers_and_the_rules_that_it_was_judged_by(demo: Shell) -> None:
    told = demo("why", "3").out
    assert "signed by" in told
    assert "policy rsp 2.2" in told
    assert "a fact is always taken in" in demo("why", "2").out
    assert "no entry 9999" in demo("why", "9999", code=1).err


def test_what_is_not_known_is_answered_with_what_is_near(demo: Shell) -> None:
    assert "Did you mean G-DET-2?" in demo("why", "G-DEZ-2", code=1).err


def test_everything_that_can_be_shown_to_people_can_be_asked_for() -> None:
    view = Story("2.2").view
    names = {
        *RULES,
        *(id_ for kind in KINDS.values() for id_ in kind.judges),
        *(code.value for code in Code),
        *((ask.__doc__ or "").split(":", maxsplit=1)[0] for ask in PREDICATES),
        *(rule.id for _, rule in definition("rsp-2.2").policy.rules()),
    }
    for name in sorted(names):
        answers = list(named(view, name))
        assert answers, name
        assert all(len(one.says) > 10 for one in answers), name
