"""ledger.policy.moment and multiple: phrases of clocks, and exact numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.policy import multiple
from ledger.policy.load import load
from ledger.policy.moment import EVENTS, Moment
from tests.policy.kit import VERSIONS, data


@pytest.mark.parametrize(
    "text",
    [
        "whenever",
        "",
        "testing.begun",
        "audit.final(x)",
        "audit.final or",
        "audit.final, else never",
        None,
        3,
        "AUDIT.FINAL",
    ],
)
def test_rule_1_unknown_moments_are_refused(text: object) -> None:
    with pytest.raises(Malformed):
        Moment.parse(text)


def test_rule_2_the_older_phrasings() -> None:
    moments = {
        (clock.id[4:], str(clock.starts_at), str(clock.met_by))
        for version in VERSIONS
        for clock in load(data(version)).clocks
        if clock.starts_at
    }
    assert moments == {
        ("C-RSOQ", "report.issued (rso_implementation), else founding", "report.issued (rso_implementation)"),
        ("C-EVAL", "testing.ended (evaluation)", "testing.ended (evaluation)"),
        ("C-COMPREHENSIVE", "testing.ended (comprehensive)", "assessment.opened (comprehensive)"),
        ("C-MONTH", "trigger.reached", "assessment.decided (comprehensive)"),
        ("C-REAPPROVE", "safeguard.decided or safeguard.reapproved", "safeguard.reapproved"),
        (
            "C-AUDIT",
            "audit.final (procedural_compliance), else founding",
            "audit.final (procedural_compliance)",
        ),
        ("C-PUBLIC", "publication.recorded (7.2.1), else founding", "publication.recorded (7.2.1)"),
        ("C-USG", "model.above_baseline", "government.notified (above_ASL2)"),
    }


moments = st.builds(
    Moment,
    st.lists(st.sampled_from(sorted(EVENTS)), min_size=1, max_size=3, unique=True).map(tuple),
    st.none() | st.sampled_from(["comprehensive", "7.2.1", "above_ASL2"]),
    st.none() | st.sampled_from(["founding", "in_force"]),
)


@given(moments)
def test_rule_3_writing_and_reading_agree(moment: Moment) -> None:
    assert Moment.parse(str(moment)) == moment


@pytest.mark.parametrize("text", ["4.0", "0", "0.50", "10", "123.456", "0.0"])
def test_multiple_rule_1_reads_decimals(text: str) -> None:
    assert multiple.parse(text) == Fraction(text)


@pytest.mark.parametrize(
    "text", ["", "04", "4.", ".5", "-1", "+1", "1e3", "4,0", "٤", "4.0 ", "1" * 61, 4, 4.0, None, True]
)
def test_multiple_rule_1_refuses_everything_else(text: object) -> None:
    with pytest.raises(Malformed) as e:
        multiple.parse(text, "/x")
    assert e.value.where == "/x"


def test_multiple_rule_2_is_exact() -> None:
    assert multiple.parse("2.1") * multiple.parse("2.1") == Fraction("4.41") >= multiple.parse("4.0")
    assert multiple.parse("3." + "9" * 40) < multiple.parse("4.0")
