"""ledger/publish/readers.py: its four must-sentences, each by number."""

import pytest

from ledger.errors import Malformed
from ledger.publish.readers import OPENS, disclosures, lines, opens
from ledger.record.canonical import decode
from ledger.record.fields import CLASSES
from tests.fixtures.ledger import Ledger

RECIPIENTS = (*OPENS, "trust", "regulator:eu", "regulator:ca")


def read(ledger: Ledger, recipient: str) -> list[str]:
    view = ledger.register().below(ledger.size)
    return [text for _, text in disclosures(ledger.store, view, recipient)]


@pytest.mark.parametrize("recipient", RECIPIENTS)
@pytest.mark.parametrize("class_", RECIPIENTS)
def test_1_trust_reads_all_and_others_their_own(recipient: str, class_: str) -> None:
    assert opens(recipient, class_) == (recipient == "trust" or (recipient == class_ != "public"))


def test_1_every_class_has_its_row() -> None:
    assert {*OPENS, "trust"} == set(CLASSES)


@pytest.mark.parametrize("recipient", ["", "everyone", "regulator:", "Board", "press"])
def test_1_an_unknown_recipient_gets_nothing(ledger: Ledger, recipient: str) -> None:
    with pytest.raises(Malformed, match="not a disclosure class"):
        read(ledger, recipient)


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_1_to_each_what_is_theirs(ledger: Ledger, recipient: str) -> None:
    for class_ in RECIPIENTS:
        ledger.note(sealed=f"for {class_}", class_=class_)
        if class_ != "public":
            ledger.note(f"act for {class_}", class_=class_, withheld=True)
    everything = [d.text for opened in ledger.opened.values() for d in opened]
    mine = [
        d.text
        for index, opened in ledger.opened.items()
        if (fact := ledger.register().facts[index]) and opens(recipient, fact.class_)
        for d in opened
    ]
    assert read(ledger, recipient) == mine
    assert len(mine) == {"public": 0, "trust": len(everything)}.get(recipient, 2)


def test_2_a_sealed_field_of_a_public_event_waits(ledger: Ledger) -> None:
    index = ledger.note(sealed="later")
    assert read(ledger, "public") == read(ledger, "board") == []
    assert read(ledger, "trust") == [ledger.opened[index][0].text]
    ledger.say("disclosure.published", index, ledger.opened[index][0].commitment())
    assert read(ledger, "public") == read(ledger, "board") == [ledger.opened[index][0].text]


def test_2_published_counts_only_below_the_bound(ledger: Ledger) -> None:
    index = ledger.note(sealed="later")
    said = ledger.say("disclosure.published", index, ledger.opened[index][0].commitment())
    register = ledger.register()
    assert list(disclosures(ledger.store, register.below(said), "public")) == []
    assert list(disclosures(ledger.store, register.below(said + 1), "public"))


def test_3_a_value_inside_a_withheld_act_waits_for_the_act(ledger: Ledger) -> None:
    index = ledger.note("act", class_="board", withheld=True, sealed="inside")
    inside, whole = ledger.opened[index]
    ledger.say("disclosure.published", index, inside.commitment())
    assert read(ledger, "public") == []
    assert set(read(ledger, "board")) == {inside.text, whole.text}
    ledger.say("disclosure.published", index, whole.commitment())
    assert set(read(ledger, "staff")) == {inside.text, whole.text}


def test_4_what_opens_nothing_stays_here(ledger: Ledger) -> None:
    one, two = ledger.note(sealed="one", class_="staff"), ledger.note(sealed="two", class_="staff")
    ledger.store.add_disclosures(one, [ledger.opened[two][0].text])
    assert read(ledger, "trust") == [ledger.opened[one][0].text, ledger.opened[two][0].text]


def test_erased_and_lost_values_are_simply_not_there(ledger: Ledger) -> None:
    index = ledger.note(sealed="gone", class_="staff")
    ledger.say("disclosure.erased", index, ledger.opened[index][0].commitment())
    hidden = ledger.note("gone", class_="staff", withheld=True)
    ledger.store.erase_disclosures(hidden, [ledger.opened[hidden][0].commitment()])
    assert read(ledger, "trust") == read(ledger, "staff") == []
    ledger.close()
    ledger.open()
    assert read(ledger, "staff") == [], "after a restart the register cannot read that act at all"


def test_only_chosen_entries(ledger: Ledger) -> None:
    one, two = ledger.note(sealed="one"), ledger.note(sealed="two")
    view = ledger.register().below(ledger.size)
    found = list(disclosures(ledger.store, view, "trust", [two, two, 99, -1]))
    assert found == [(two, ledger.opened[two][0].text)]
    assert one not in [index for index, _ in found]


def test_lines_are_canonical() -> None:
    data = lines([(4, "abc"), (9, "def")])
    assert data == b'{"disclosure":"abc","index":4}\n{"disclosure":"def","index":9}\n'
    assert [decode(row) for row in data.splitlines()] == [
        {"disclosure": "abc", "index": 4},
        {"disclosure": "def", "index": 9},
    ]
