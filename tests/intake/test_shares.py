"""Shamir's sharing, against somebody else's implementation and by every choice of shares."""

from itertools import combinations

import pyshamir  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.shares import combine, split
from tests.intake.kit import Drawn

SECRET = bytes(range(32))


@given(st.binary(min_size=1, max_size=40), st.integers(2, 6), st.integers(0, 6), st.binary(max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_k_shares_give_the_secret_back(secret: bytes, k: int, more: int, name: bytes) -> None:
    xs = list(range(1, k + more + 1))
    made = split(secret, k, xs, Drawn(name.hex()))
    for chosen in list(combinations(xs, k))[:20]:
        assert combine({x: made[x] for x in chosen}) == secret


@pytest.mark.parametrize(("k", "n"), [(2, 3), (3, 5), (12, 12)])
def test_another_implementation_reads_our_shares_and_we_read_theirs(k: int, n: int) -> None:
    made = split(SECRET, k, range(1, n + 1), Drawn("ours"))
    theirs = [bytearray(y + bytes((x,))) for x, y in made.items()]
    assert bytes(pyshamir.combine(theirs[:k])) == SECRET
    parts = pyshamir.split(SECRET, n, k)
    assert combine({part[-1]: bytes(part[:-1]) for part in parts[-k:]}) == SECRET


@pytest.mark.parametrize("xs", [(0, 1), (1, 1), (1, 256), ()])
def test_1_x_of_zero_doubles_and_what_is_no_byte_are_refused(xs: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="x from 1 to 255"):
        split(SECRET, 2, xs, Drawn(""))
    with pytest.raises(ValueError, match="x from 1 to 255"):
        combine(dict.fromkeys((0, 1), SECRET))


@pytest.mark.parametrize("k", [0, 1, 4])
def test_1_k_lies_between_two_and_the_number_of_shares(k: int) -> None:
    with pytest.raises(ValueError, match="k is at least 2"):
        split(SECRET, k, (1, 2, 3), Drawn(""))


def test_2_k_minus_1_shares_fit_every_secret() -> None:
    """For each two shares of three, and each secret byte, exactly one value of the third share makes it the secret."""
    made = split(b"\x2a", 3, (1, 2, 3), Drawn("one byte"))
    for x, y in combinations(made, 2):
        third = next(iter({1, 2, 3} - {x, y}))
        secrets = {combine({x: made[x], y: made[y], third: bytes((v,))}) for v in range(256)}
        assert secrets == {bytes((v,)) for v in range(256)}


def test_2_every_coefficient_is_drawn_alike() -> None:
    """Over all values that chance can give, each share takes each value equally often, whatever the secret is."""
    for secret in (b"\x00", b"\x7f"):
        shares = [split(secret, 2, (1, 200), lambda n, v=v: bytes((v,)) * n) for v in range(256)]  # type: ignore[misc]
        assert {s[1] for s in shares} == {s[200] for s in shares} == {bytes((v,)) for v in range(256)}
