"""One copy of what very many entries have in common."""

from __future__ import annotations

import json

from ledger.record.shared import shared


def test_1_the_data_is_the_same_and_its_names_are_kept_once() -> None:
    raw = '{"line one":{"kind of":"red"},"many of":[1,null,{"kind of":true},["x"]]}'
    first, second = shared(json.loads(raw)), shared(json.loads(raw))
    assert first == second == json.loads(raw)
    assert [*map(id, first)] == [*map(id, second)]
    assert id(next(iter(first["line one"]))) == id(next(iter(second["many of"][2])))
