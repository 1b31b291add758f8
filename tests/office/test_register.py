"""The register: facts in order, and views of them bounded by place and instant. Its rules by number."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.record.canonical import encode
from ledger.record.event import Imported
from ledger.register import Amendment, Register
from tests.kit import CEO
from tests.office.facts import act, at, correction, digest, folded, founded, id_of, note, register

# ---- 1. entries in order, facts for ever


@pytest.mark.parametrize(("index", "recorded_at"), [(0, at(9)), (2, at(9)), (1, at(0) + "x"), (1, at(-1))])
def test_1_only_the_next_entry_is_folded(index: int, recorded_at: str) -> None:
    made = folded(note("a"))
    if (index, recorded_at) == (1, at(0) + "x"):  # later than the last, so it is taken
        made.fold(note("b"), index, recorded_at, 1)
        return
    with pytest.raises(ValueError, match="does not follow entry 0"):
        made.fold(note("b"), index, recorded_at, 1)
    with pytest.raises(ValueError, match="does not follow entry 0"):
        made.pass_by(index, recorded_at)
    assert made.size == 1
    assert made.recorded_at == at(0)


def test_1_a_fold_changes_no_fact() -> None:
    made = folded(note("a"), note("b"))
    before = list(made.facts)
    texts = [encode(fact.data) for fact in before if fact]
    made.fold(correction("c", "a", "/text", "x"), 2, at(2), 1)
    assert all(old is new for old, new in zip(before, made.facts, strict=False))
    assert [encode(fact.data) for fact in before if fact] == texts


def test_1_a_second_act_under_a_taken_id_takes_nothing_over() -> None:
    """The verifier calls such a record broken; whoever folds it on the way must still answer as before."""
    made = folded(note("a", "first"), correction("c", "a", "/text", "corrected"))
    made.fold(note("a", "second"), 2, at(2), 1)
    made.fold(act("c", "note.recorded", {"text": "no correction"}), 3, at(3), 1)
    made.fold(correction("c", "a", "/text", "hijacked"), 4, at(4), 1)
    fact = made.at().get(id_of("a"))
    assert fact is not None
    assert (fact.index, fact.data) == (0, {"text": "corrected"})
    assert made.below(2).get(id_of("a")) == fact
    assert [f.data["text"] for f in made.at().of_type("note.recorded")] == [
        "corrected",
        "second",
        "no correction",
    ]


def test_1_a_fold_that_fails_takes_nothing_in() -> None:
    """An office that was told of an entry it cannot take in must not go on without it."""
    made = folded(founded())
    key = CEO.listed() | {"proof": "A" * 86}
    again = act("again", "key.registered", key, stream="person/p-ceo")
    for _ in range(2):
        with pytest.raises(Malformed):
            made.fold(again, 1, at(1), 1)
        assert (made.size, made.recorded_at, made.by_id(id_of("again"))) == (1, at(0), None)


def test_1_the_fold_is_deterministic() -> None:
    acts = [note("a"), correction("c", "a", "/text", "x"), note("b", effective_at=at(-9)), founded()]
    one, two = folded(*acts), folded(*acts)
    assert list(one.at()) == list(two.at())
    assert one.at().of_type("note.recorded") == two.at().of_type("note.recorded")


def test_1_a_passed_entry_is_counted_and_knows_its_commitment() -> None:
    made = folded(note("a"))
    made.pass_by(1, at(1), digest(1))
    made.pass_by(2, at(2))
    made.fold(note("b"), 3, at(3), 1)
    assert made.size == 4
    assert [fact.index for fact in made.at()] == [0, 3]
    assert made.at().committed(digest(1)) == 1
    assert made.below(1).committed(digest(1)) is None
    assert (made.at().unread(), made.at().unread(0), made.at().unread(1)) == (1, 1, None)
    assert (made.below(1).unread(), made.below(2).unread()) == (None, 1)


def test_1_commitments_of_sealed_fields_and_withheld_acts_stand_where_they_came_first() -> None:
    made = folded(note("a", sealed={"why": digest("s")}))
    made.fold(note("b", sealed={"why": digest("s")}), 1, at(1), 1, withheld=digest("w"))
    assert made.at().committed(digest("s")) == 0
    assert made.at().committed(digest("w")) == 1
    assert made.at().committed(digest("unknown")) is None


def test_1_versions_count_by_stream() -> None:
    made = folded(note("a", stream="note/x"), note("b", stream="note/x"), note("c", stream="note/y"))
    assert [made.version(s) for s in ("note/x", "note/y", "note/z")] == [2, 1, 0]


# ---- 2. known_at is a place


def test_2_known_at_is_a_bound() -> None:
    made = folded(note("a"), note("b"), note("c"))
    made.fold(note("d"), 3, at(2), 1)  # two entries of one instant
    bounds = {when: made.at(known_at=when).bound for when in (at(-1), at(0), at(1), at(2), at(99))}
    assert bounds == {at(-1): 0, at(0): 1, at(1): 2, at(2): 4, at(99): 4}
    assert made.at().bound == 4
    assert made.below(2).bound == 2


# ---- 3. what a view shows


def test_3_a_view_shows_what_stands_below_its_bound() -> None:
    made = folded(note("a"), note("b"), note("c"))
    view = made.below(2)
    assert [f.index for f in view] == [0, 1]
    assert [f.index for f in view.of_type("note.recorded")] == [0, 1]
    assert view.get(id_of("b")) is not None
    assert view.get(id_of("c")) is None
    assert view.get(id_of("nobody")) is None
    assert view.of_stream(f"note/{id_of('c')}") == []
    assert view.of_type("unknown") == []
    assert (view.place(at(7)).index, view.place(at(7)).recorded_at) == (2, at(7))


def test_3_a_view_shows_what_was_true_at_its_instant() -> None:
    made = folded(
        note("late", effective_at=at(-60)), note("now"), note("ahead", effective_at=at(5)), note("again")
    )
    assert [f.index for f in made.at(as_of=at(-60)).of_type("note.recorded")] == [0]
    assert [f.index for f in made.at(as_of=at(0)).of_type("note.recorded")] == [0, 1, 3]
    assert [f.index for f in made.at(as_of=at(4)).of_type("note.recorded")] == [0, 1, 3]
    assert [f.index for f in made.at(as_of=at(5)).of_type("note.recorded")] == [0, 1, 3, 2]
    assert made.at(as_of=at(-61)).of_type("note.recorded") == []


def test_3_facts_are_ordered_by_effect_then_entry() -> None:
    made = folded(
        note("a", stream="s/1", effective_at=at(9)),
        note("b", stream="s/1", effective_at=at(3)),
        note("c", stream="s/1", effective_at=at(3)),
    )
    assert [f.index for f in made.at().of_stream("s/1")] == [1, 2, 0]
    latest = made.at(as_of=at(5)).latest("s/1")
    assert latest is not None
    assert latest.index == 2
    assert made.at(as_of=at(2)).latest("s/1") is None
    assert made.at().latest("s/none") is None


def test_3_a_subject_is_the_first_two_parts_of_a_stream() -> None:
    streams = ["d/heron/A", "d/heron/B", "d/heron", "d/heron-2/A", "ledger"]
    made = folded(*(note(s, stream=s) for s in streams))
    assert [f.stream for f in made.at().of_subject("d/heron")] == ["d/heron/A", "d/heron/B", "d/heron"]
    assert [f.stream for f in made.at().of_subject("ledger")] == ["ledger"]
    assert made.at().of_subject("d") == []


def test_3_a_correction_counts_from_its_own_entry_on() -> None:
    made = folded(note("a", "yellow"), note("b"), correction("c", "a", "/text", "red"))
    texts = [f.data["text"] for n in range(4) for f in [made.below(n).get(id_of("a"))] if f]
    assert texts == ["yellow", "yellow", "red"]
    assert made.at(known_at=at(1)).of_type("note.recorded")[0].data == {"text": "yellow"}
    assert made.at(known_at=at(2)).of_type("note.recorded")[0].data == {"text": "red"}
    assert made.at(as_of=at(0)).of_type("note.recorded")[0].data == {"text": "red"}
    assert made.at().get(id_of("c")) is not None


def test_3_a_fact_says_what_was_recorded_and_by_whom() -> None:
    made = register()
    evidence = {
        "digest": "sha256:" + "1" * 64,
        "media_type": "text/plain",
        "obtained_at": at(0),
        "size_bytes": 3,
        "source": "internal",
        "title": "Paper",
    }
    made.fold(
        note("a", sealed={"why": digest(1)}, class_="board", evidence=[evidence], supersedes=id_of("z")),
        0,
        at(1),
        7,
        withheld=digest(2),
    )
    fact = made.facts[0]
    assert fact is not None
    assert (fact.index, fact.version, fact.recorded_at, fact.withheld, fact.class_) == (
        0,
        7,
        at(1),
        True,
        "board",
    )
    assert [(s.person, s.role, s.statement) for s in fact.signers] == [("p-rso", "RSO", "attest")]
    assert (fact.sealed, fact.evidence[0].title, fact.supersedes) == ({"why": digest(1)}, "Paper", id_of("z"))
    assert (fact.corrects, fact.retracts, fact.policy, fact.imported) == (None, None, None, None)


# ---- 4. decisions


def test_4_a_decision_takes_effect_no_earlier_than_it_was_recorded() -> None:
    made = folded(
        note("zero"),
        act("early", "gate.decided", {}, effective_at=at(-5)),
        act("later", "gate.decided", {}, effective_at=at(9)),
        note("observed", effective_at=at(-5)),
    )
    assert [f.effective_at for f in made.at() if f.index] == [at(1), at(9), at(-5)]
    assert [f.index for f in made.at(as_of=at(0)).of_type("gate.decided")] == []
    assert [f.index for f in made.at(as_of=at(1)).of_type("gate.decided")] == [1]


def test_4_what_is_imported_decides_nothing_and_keeps_its_date() -> None:
    imported = act(
        "i",
        "gate.decided",
        {},
        effective_at=at(-5),
        provenance={"imported": {"confidence": "high", "source": "page", "transcribed_by": "p-imp"}},
    )
    [fact] = folded(imported).at()
    assert (fact.effective_at, fact.decides) == (at(-5), False)
    assert fact.imported == Imported("high", "page", "p-imp")


def test_4_no_correction_dates_a_decision_back() -> None:
    made = folded(note("zero"), act("d", "gate.decided", {}), correction("c", "d", "/effective_at", at(-500)))
    fact = made.at().get(id_of("d"))
    assert fact is not None
    assert fact.effective_at == at(1)
    made.fold(correction("c2", "d", "/effective_at", at(500)), 3, at(3), 1)
    assert [f.effective_at for f in made.at().of_type("gate.decided")] == [at(500)]
    assert made.at(as_of=at(499)).of_type("gate.decided") == []


# ---- 5. corrections


def test_5_a_timing_correction_moves_the_instant_only() -> None:
    made = folded(note("a"), note("b"), correction("c", "a", "/effective_at", at(-60)))
    fact = made.at().get(id_of("a"))
    recorded = made.facts[0]
    assert fact is not None
    assert recorded is not None
    assert fact == replace(recorded, effective_at=at(-60))
    assert [f.index for f in made.at(as_of=at(-60)).of_type("note.recorded")] == [0]
    assert made.at(as_of=at(-60), known_at=at(1)).of_type("note.recorded") == []
    assert [f.index for f in made.at().of_type("note.recorded")] == [0, 1]


@pytest.mark.parametrize("to", [5, None, "", "soon", ["x"], {"a": 1}, "2025-02-31T00:00:00.000000Z"])
def test_5_an_instant_that_is_none_moves_nothing(to: Any) -> None:
    made = folded(note("a"), correction("c", "a", "/effective_at", to))
    assert [f.effective_at for f in made.at().of_type("note.recorded")] == [at(0)]


def test_5_corrections_of_one_value_follow_each_other() -> None:
    made = folded(note("a", "1"), *(correction(n, "a", "/text", str(n)) for n in (2, 3, 4)))
    assert [made.below(n).of_type("note.recorded")[0].data["text"] for n in range(1, 5)] == list("1234")


def test_5_a_correction_of_a_correction_amends_the_correction() -> None:
    made = folded(
        note("a", "yellow"),
        correction("c", "a", "/text", "orange"),
        correction("cc", "c", "/is", "red"),
    )
    assert made.below(2).of_type("note.recorded")[0].data == {"text": "orange"}
    assert made.at().of_type("note.recorded")[0].data == {"text": "red"}
    first = made.at().get(id_of("c"))
    assert first is not None
    assert first.data["is"] == "red"
    assert made.at().amendments(id_of("a")) == [Amendment(1, id_of("c"), "/text", "red")]
    assert made.below(2).amendments(id_of("a")) == [Amendment(1, id_of("c"), "/text", "orange")]


def test_5_a_correction_of_a_correction_may_point_into_its_value() -> None:
    made = folded(
        act("a", "x.y", {"scores": [{"share": "0.1"}]}),
        correction("c", "a", "/scores", [{"share": "0.46"}, {"share": "0.5"}]),
        correction("cc", "c", "/is/1/share", "0.55"),
        correction("ccc", "cc", "/is", "0.56"),
    )
    shares = [[s["share"] for s in f.data["scores"]] for n in (2, 3, 4) for f in made.below(n).of_type("x.y")]
    assert shares == [["0.46", "0.5"], ["0.46", "0.55"], ["0.46", "0.56"]]


def test_5_a_correction_of_a_path_takes_the_first_place_back() -> None:
    made = folded(
        act("a", "x.y", {"p": "1", "q": "1"}),
        correction("c", "a", "/p", "2"),
        correction("cc", "c", "/field_path", "/q"),
    )
    assert [f.data for f in made.below(2).of_type("x.y")] == [{"p": "2", "q": "1"}]
    assert [f.data for f in made.at().of_type("x.y")] == [{"p": "1", "q": "2"}]


def test_5_a_timing_correction_of_a_correction_moves_the_correction() -> None:
    made = folded(
        note("a"), correction("c", "a", "/text", "x"), correction("cc", "c", "/effective_at", at(99))
    )
    first = made.at().get(id_of("c"))
    assert first is not None
    assert first.effective_at == at(99)
    assert [f.data["text"] for f in made.at().of_type("note.recorded")] == ["x"]


def test_5_a_long_chain_of_corrections_is_read() -> None:
    made = folded(note("c0", "0"), correction("c1", "c0", "/text", "1"))
    for n in range(2, 3000):
        made.fold(correction(f"c{n}", f"c{n - 1}", "/is", str(n)), n, at(n), 1)
    assert [f.data["text"] for f in made.at().of_type("note.recorded")] == ["2999"]


def test_5_no_correction_replaces_the_whole() -> None:
    made = folded(note("a"), correction("c", "a", "/text", "x"), correction("cc", "c", "", "no object"))
    assert [f.data for f in made.at().of_type("note.recorded")] == [{"text": "x"}]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "text",
        "/text/0",
        "/missing",
        "/list/2",
        "/list/-",
        "/list/00",
        "/list/-1",
        "/~2",
        "/a~1b~0c/x",
    ],
)
def test_5_a_pointer_to_nothing_changes_nothing(path: str) -> None:
    data = {"text": "t", "list": ["x", "y"], "a/b~c": "z"}
    made = folded(act("a", "x.y", data), correction("c", "a", path, "CHANGED"))
    fact = made.at().get(id_of("a"))
    assert fact is not None
    assert fact.data == data


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/text", {"text": "N", "list": ["x", ["y"]], "a/b~c": "z"}),
        ("/list/0", {"text": "t", "list": ["N", ["y"]], "a/b~c": "z"}),
        ("/list/1/0", {"text": "t", "list": ["x", ["N"]], "a/b~c": "z"}),
        ("/a~1b~0c", {"text": "t", "list": ["x", ["y"]], "a/b~c": "N"}),
    ],
)
def test_5_a_pointer_reaches_into_lists_and_odd_names(path: str, expected: Any) -> None:
    made = folded(
        act("a", "x.y", {"text": "t", "list": ["x", ["y"]], "a/b~c": "z"}), correction("c", "a", path, "N")
    )
    assert [f.data for f in made.at().of_type("x.y")] == [expected]


def test_5_nothing_corrects_itself_or_what_comes_later() -> None:
    made = folded(
        correction("self", "self", "/is", "x"), correction("c", "later", "/text", "x"), note("later", "kept")
    )
    assert [f.data["text"] for f in made.at().of_type("note.recorded")] == ["kept"]
    fact = made.at().get(id_of("self"))
    assert fact is not None
    assert fact.data["field_path"] == "/is"
    assert made.amended == {}


def test_5_only_a_correction_corrects() -> None:
    made = folded(note("a"), note("b", corrects=id_of("a")))
    assert made.at().amendments(id_of("a")) == []


@pytest.mark.parametrize("path", ["/appointments/0/role", "/policy", "/effective_at"])
def test_5_who_may_sign_is_never_amended(path: str) -> None:
    made = folded(founded(), correction("c", "founding", path, at(5)))
    assert made.at().get(id_of("founding")) == made.facts[0]


def test_5_what_was_erased_is_never_amended() -> None:
    data = {"authority": "CEO", "commitments": [digest(1)], "index": 0, "reason": "agreed"}
    made = folded(note("a"), act("e", "disclosure.erased", data), correction("c", "e", "/commitments", []))
    assert [f.data for f in made.at().of_type("disclosure.erased")] == [data]


def test_5_what_the_public_reads_leaves_withheld_corrections_out() -> None:
    made = folded(note("a", "0"), correction("c", "a", "/text", "1"))
    made.fold(correction("w", "a", "/text", "2"), 2, at(2), 1, withheld=digest("w"))
    made.fold(correction("cw", "w", "/is", "3"), 3, at(3), 1)
    made.fold(correction("wc", "c", "/is", "4"), 4, at(4), 1, withheld=digest("wc"))
    view = made.at()
    assert [(a.index, a.is_) for a in view.amendments(id_of("a"))] == [(1, "4"), (2, "3")]
    assert [(a.index, a.is_) for a in view.amendments(id_of("a"), public=True)] == [(1, "1")]


# ---- the roll


def test_a_withheld_act_never_reaches_the_roll() -> None:
    made = folded(founded())
    data = {"instrument": "sha256:" + "1" * 64, "person": "p-ceo", "reason": "left", "role": "CEO"}
    ended = act("end", "appointment.ended", data, stream="person/p-ceo", class_="board")
    made.fold(ended, 1, at(1), 1, withheld=digest("w"))
    assert made.roll.holds(made.at().place(at(2)), "p-ceo", "CEO", 2)
    assert [f.type for f in made.at()] == ["ledger.founded", "appointment.ended"]


def test_an_empty_register_answers() -> None:
    made: Register = register()
    view = made.at(as_of=at(0), known_at=at(0))
    assert (made.size, made.recorded_at, view.bound, list(view), view.unread()) == (0, "", 0, [], None)


# ---- 6. a view is asked at an instant


def test_6_a_view_is_asked_at_as_of_else_known_at_else_the_last_entry() -> None:
    made = folded(note("a"), note("b"), note("c"))
    assert made.at(as_of=at(9), known_at=at(1)).now == at(9)
    assert made.at(known_at=at(1)).now == at(1)
    assert made.at().now == made.recorded_at
    assert made.below(2).now == made.times[1]
    assert folded().at().now == ""


def test_7_everything_counts_once_the_last_effect_has_come() -> None:
    made = folded(note("now"), note("ahead", effective_at=at(50)), note("again"))
    assert [made.over(bound, at(49)) for bound in range(4)] == [True, True, False, False]
    assert made.over(3, at(50))
    assert made.over(3, None)


def test_7_a_timing_correction_moves_the_last_effect_and_one_of_a_correction_leaves_it_open() -> None:
    moved = folded(note("a"), correction("c", "a", "/effective_at", at(99)))
    assert (moved.over(2, at(98)), moved.over(2, at(99))) == (False, True)
    moved = folded(
        note("a"),
        correction("c", "a", "/text", at(99)),
        correction("cc", "c", "/field_path", "/effective_at"),
    )
    assert not moved.over(3, at(500))
    assert [f.effective_at for f in moved.at().of_type("note.recorded")] == [at(99)]
    assert moved.at(as_of=at(98)).of_type("note.recorded") == []
