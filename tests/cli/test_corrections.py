"""`corrections`: what was corrected, and whether a decision rested on it."""

from __future__ import annotations

from api.cli.corrections import touched_by
from ledger.engine.taint import taints
from tests.cli.conftest import Shell
from tests.engine.gates import opened, share_all
from tests.engine.heron import inherit, measured
from tests.kit import CEO, RSO
from tests.subjects.test_determinations import correct
from tests.subjects.test_gates import going


def test_1_a_correction_that_changes_no_decision_says_so(demo: Shell) -> None:
    told = demo("corrections").out
    assert "(line kind, material)\n    no gate decision rested on it\n1 correction.\n" in told
    (found,) = demo("corrections", "--json").json()["corrections"]
    assert (found["corrects"], found["path"], found["material"], found["decisions"]) == (7, "/text", True, [])
    assert "Nothing was ever corrected." in demo("corrections", "--known-at", "2025-02-01").out


def test_a_decision_that_rested_on_what_was_corrected_is_told_with_what_it_would_be_now() -> None:
    story = opened()
    step = measured(story, "heron-3.5", "heron-3", "1.2")
    assert inherit(story, "heron-3.5", "heron-3", "1.2") == []
    share_all(story)
    went = story.given("decide-gate", going(story, "heron-3.5"), CEO, RSO)
    correct(story, step, "/mult", "1.2", "4.5")
    (taint,) = taints(story.view)
    said = f"entry {went.index} rested on it (go for deploy heron-3.5 on general): contradicted, DENIED now"
    assert touched_by(taint) == said
