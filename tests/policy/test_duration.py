"""ledger.policy.duration: one way to write a length of time, and an order only where there is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.engine.calendar import add
from ledger.errors import Malformed
from ledger.policy.duration import Duration, compare
from ledger.record.fields import to_time

small = st.integers(0, 30)
calendar = st.builds(Duration, years=st.integers(0, 9), months=small, days=small, hours=small, seconds=small)
durations = st.one_of(
    calendar.filter(lambda d: d != Duration()),
    st.builds(Duration, weeks=st.integers(1, 60)),
    st.builds(Duration, business_days=st.integers(1, 40)),
)
starts = st.integers(0, 80300).flatmap(
    lambda day: st.integers(0, 86_399).map(
        lambda second: to_time(datetime(1890, 1, 1, tzinfo=UTC) + timedelta(days=day, seconds=second))
    )
)


@pytest.mark.parametrize(
    "text", ["P6M", "P12M", "P1Y", "P30D", "P1W", "P5BD", "PT72H", "P1Y2M3DT4H5M6S", "PT90M"]
)
def test_rule_1_reads_what_it_writes(text: str) -> None:
    assert str(Duration.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *"P PT P0D PT0S P06M P6m 6M -P6M P1.5Y P1D1M P1W1D P1Y1W P1MT P5BDT1H P1D5BD P٣M P100000D routinely".split(),
        *("", "P6M ", "P" + "9" * 50 + "D", None, 6, {"P": 1}),
    ],
)
def test_rule_1_refuses_every_other_form(text: object) -> None:
    with pytest.raises(Malformed) as e:
        Duration.parse(text, "/clocks/0/every")
    assert e.value.where == "/clocks/0/every"


@given(durations)
def test_rule_1_writing_and_reading_agree(d: Duration) -> None:
    assert Duration.parse(str(d)) == d


def test_rule_2_nothing_is_converted() -> None:
    year, months = Duration.parse("P1Y"), Duration.parse("P12M")
    assert compare(year, months) == 0
    assert year != months
    assert str(months) == "P12M"


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ("P3M", "P6M", -1),
        ("P1Y", "P12M", 0),
        ("P1W", "P7D", 0),
        ("PT72H", "P3D", 0),
        ("P6M", "P180D", 1),
        ("P6M", "P182D", None),
        ("P6M", "P185D", -1),
        ("P1M", "P4W", None),
        ("P1M", "P5W", -1),
        ("P5BD", "P4D", 1),
        ("P5BD", "P7D", None),
        ("P5BD", "P8D", -1),
        ("P5BD", "P6BD", -1),
        ("P1M1D", "P1M", 1),
        ("P1M1D", "P2M", -1),
        ("P1Y", "P365D", None),
        ("P1Y", "P364D", 1),
    ],
)
def test_rule_3_orders_what_has_an_order(one: str, other: str, order: int | None) -> None:
    a, b = Duration.parse(one), Duration.parse(other)
    assert compare(a, b) == order
    assert compare(b, a) == (None if order is None else -order)


@given(durations, starts)
def test_rule_3_bounds_hold_from_every_day(d: Duration, start: str) -> None:
    fewest, most = d.bounds
    lasted = datetime.fromisoformat(add(start, d)) - datetime.fromisoformat(start)
    assert timedelta(seconds=fewest) <= lasted <= timedelta(seconds=most)


@given(durations, durations, starts)
def test_rule_3_the_order_holds_from_every_day(one: Duration, other: Duration, start: str) -> None:
    if compare(one, other) == -1:
        assert add(start, one) <= add(start, other)
    elif compare(one, other) == 0:
        assert add(start, one) == add(start, other)
