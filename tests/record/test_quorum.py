"""ledger.record.quorum: which confirmations a checkpoint needs (the grammar is C2SP tlog-policy)."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.check import ed25519
from ledger.errors import Malformed
from ledger.record.note import COSIGNER_KEY, LOG_KEY, cosign, parse_note, sign_note
from ledger.record.quorum import Group, Quorum, parse_quorum
from tests.kit import NoteKey

TEXT = "example.org/log\n41\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
LOG = NoteKey("example.org/log")
WITNESSES = {
    name: NoteKey(f"{name}.example", COSIGNER_KEY, name) for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")
}
KEYS = {name: str(key.vkey) for name, key in WITNESSES.items()}
LINES = "\n".join(f"witness {name} {key}" for name, key in KEYS.items())
SPEC = f"""
log {LOG.vkey}

{LINES}
group X-witnesses 2 X1 X2 X3
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def refused(text: str | bytes) -> Malformed:
    with pytest.raises(Malformed) as caught:
        parse_quorum(text)
    return caught.value


def met(policy: str, *names: str) -> bool:
    note = parse_note(sign_note(TEXT, LOG) + "".join(str(cosign(TEXT, WITNESSES[n], 1000)) for n in names))
    return parse_quorum(policy).met(note, ed25519)


def test_the_specifications_example_is_read() -> None:
    policy = parse_quorum(SPEC)
    assert policy == Quorum(
        logs=(LOG.vkey,),
        witnesses={name: key.vkey for name, key in WITNESSES.items()},
        groups={
            "X-witnesses": Group(2, ("X1", "X2", "X3")),
            "Y-witnesses": Group(1, ("Y1", "Y2", "Y3")),
            "X-and-Y": Group(2, ("X-witnesses", "Y-witnesses")),
        },
        name="X-and-Y",
    )
    assert parse_quorum(SPEC.encode()) == policy


@pytest.mark.parametrize(
    ("names", "enough"),
    [
        ("", False),
        ("X1", False),
        ("X1 X2", False),
        ("X1 X2 X3", False),
        ("Y1 Y2 Y3", False),
        ("X1 Y1 Y2 Y3", False),
        ("X1 X2 Y3", True),
        ("X2 X3 Y1 Y2", True),
        ("X1 X2 X3 Y1 Y2 Y3", True),
    ],
)
def test_the_example_is_met_by_two_of_x_and_one_of_y(names: str, enough: bool) -> None:
    assert met(SPEC, *names.split()) is enough


@pytest.mark.parametrize(
    ("quorum", "names", "enough"),
    [
        ("quorum none", "", True),
        ("quorum X1", "X1", True),
        ("quorum X1", "X2 Y1", False),
        ("group g all X1 X2\nquorum g", "X1", False),
        ("group g all X1 X2\nquorum g", "X1 X2", True),
        ("group g any X1 X2\nquorum g", "X2", True),
        ("group g any X1 X2\nquorum g", "X3", False),
        ("group g 1 X1\nquorum g", "X1", True),
        ("group g 3 X1 X2 X3 Y1\nquorum g", "X1 Y1", False),
        ("group g 3 X1 X2 X3 Y1\nquorum g", "X1 X3 Y1", True),
        ("group g any X1\ngroup h all g Y1\nquorum h", "X1", False),
        ("group g any X1\ngroup h all g Y1\nquorum h", "X1 Y1", True),
    ],
)
def test_a_quorum_is_met_by_enough_and_not_by_fewer(quorum: str, names: str, enough: bool) -> None:
    assert met(f"{LINES}\n{quorum}\n", *names.split()) is enough


def test_a_missing_quorum_is_said_in_a_sentence() -> None:
    note = parse_note(sign_note(TEXT, LOG) + str(cosign(TEXT, WITNESSES["X1"], 1000)))
    assert parse_quorum(SPEC).missing(note, ed25519) == "confirmed by X1; the quorum X-and-Y is not met"
    assert "nobody" in str(parse_quorum(SPEC).missing(parse_note(sign_note(TEXT, LOG)), ed25519))


def test_a_cosignature_that_does_not_hold_counts_for_nothing() -> None:
    line = cosign(TEXT.replace("41", "42"), WITNESSES["X1"], 1000)
    note = parse_note(sign_note(TEXT, LOG) + str(line))
    assert not parse_quorum(f"{LINES}\nquorum X1\n").met(note, ed25519)


def test_a_witness_that_signs_twice_counts_once() -> None:
    lines = [cosign(TEXT, WITNESSES["X1"], seconds) for seconds in (1000, 1001)]
    note = parse_note(sign_note(TEXT, LOG) + "".join(map(str, lines)))
    assert not parse_quorum(f"{LINES}\ngroup g 2 X1 X2\nquorum g\n").met(note, ed25519)


def test_white_space_comments_urls_and_order_are_free() -> None:
    text = (
        f"# a comment\n\t# another {LOG.vkey}\n \t \n"
        f"\twitness  X1\t{KEYS['X1']}  https://x1.example/ \n"
        f"group g any X1\n log {LOG.vkey} https://example.org/log\nquorum g\nwitness X2 {KEYS['X2']}"
    )
    policy = parse_quorum(text)
    assert list(policy.witnesses) == ["X1", "X2"]
    assert policy.logs == (LOG.vkey,)


def test_only_the_quorum_is_needed() -> None:
    assert parse_quorum("quorum none\n") == Quorum((), {}, {}, "none")


X1, X2 = f"witness X1 {KEYS['X1']}\n", f"witness X2 {KEYS['X2']}\n"
AGAIN = NoteKey("again.example", COSIGNER_KEY, "X1").vkey
LOG_AGAIN = NoteKey("example.com/log").vkey


@pytest.mark.parametrize(
    ("text", "what"),
    [
        # Must 1: exactly one quorum line; only what stands above may be named.
        ("", "no quorum line"),
        (X1, "no quorum line"),
        ("quorum none\nquorum none\n", "line 2: a second quorum line"),
        (f"{X1}quorum X1\nquorum X1\n", "line 3: a second quorum line"),
        (f"quorum X1\n{X1}", "line 1: 'X1' is not defined above"),
        (f"group g any X1\n{X1}quorum g\n", "line 1: 'X1' is not defined above"),
        (f"{X1}quorum x1\n", "'x1' is not defined above"),
        (f"{X1}group g any g\nquorum g\n", "line 2: 'g' is not defined above"),
        (f"{X1}group g any none\nquorum g\n", "'none' is not defined above"),
        # Must 2: one key, one name, one place to count.
        (f"{X1}witness X2 {KEYS['X1']}\nquorum X1\n", "line 2: this public key stands above"),
        (f"{X1}witness X2 {AGAIN}\nquorum X1\n", "line 2: this public key stands above"),
        (f"log {LOG.vkey}\nlog {LOG.vkey}\nquorum none\n", "line 2: this public key stands above"),
        (f"log {LOG.vkey}\nlog {LOG_AGAIN}\nquorum none\n", "line 2: this public key stands above"),
        (f"{X1}{X2}group g any X1\ngroup h any X1 X2\nquorum h\n", "line 4: 'X1' stands in two groups"),
        (f"{X1}{X2}group g all X1 X1\nquorum g\n", "line 3: 'X1' stands in two groups"),
        (f"{X1}witness X1 {KEYS['X2']}\nquorum X1\n", "line 2: the name 'X1' is taken"),
        (f"{X1}{X2}group X2 any X1\nquorum X2\n", "line 3: the name 'X2' is taken"),
        (f"{X1}{X2}group g any X1\ngroup g any X2\nquorum g\n", "line 4: the name 'g' is taken"),
        (f"witness none {KEYS['X1']}\nquorum none\n", "line 1: the name 'none' is taken"),
        (f"{X1}group none any X1\nquorum none\n", "line 2: the name 'none' is taken"),
        # Thresholds: 1 <= k <= n, in decimal.
        (f"{X1}{X2}group g 0 X1 X2\nquorum g\n", "line 3: '0' of 2 members"),
        (f"{X1}{X2}group g 3 X1 X2\nquorum g\n", "line 3: '3' of 2 members"),
        (f"{X1}{X2}group g -1 X1 X2\nquorum g\n", "'-1' of 2 members"),
        (f"{X1}{X2}group g 02 X1 X2\nquorum g\n", "'02' of 2 members"),
        (f"{X1}{X2}group g +1 X1 X2\nquorum g\n", "'+1' of 2 members"),
        (f"{X1}{X2}group g ALL X1 X2\nquorum g\n", "'ALL' of 2 members"),
        (f"{X1}{X2}group g ٢ X1 X2\nquorum g\n", "of 2 members"),
        (f"{X1}{X2}group g {'9' * 5000} X1 X2\nquorum g\n", "of 2 members"),
        (f"{X1}group g any\nquorum g\n", "line 2: a group line reads"),
        (f"{X1}group g\nquorum g\n", "line 2: a group line reads"),
        # Lines of another form.
        ("log\nquorum none\n", "line 1: a log line reads"),
        (f"log {LOG.vkey} a b\nquorum none\n", "line 1: a log line reads"),
        (f"witness {KEYS['X1']}\nquorum none\n", "line 1: a witness line reads"),
        (f"witness X1 {KEYS['X1']} a b\nquorum none\n", "line 1: a witness line reads"),
        ("quorum\n", "line 1: a quorum line reads"),
        ("quorum none none\n", "line 1: a quorum line reads"),
        ("Quorum none\n", "line 1: unknown line 'Quorum'"),
        ("quorum none # why\n", "line 1: a quorum line reads"),
        ("witnesses 3\nquorum none\n", "unknown line"),
        ("log example.org/log\nquorum none\n", "line 1: not a verifier key"),
        # A key of the wrong type for its line.
        (f"log {KEYS['X1']}\nquorum none\n", "line 1: a key of type 0x04 where 0x01"),
        (f"witness X1 {LOG.vkey}\nquorum X1\n", "line 1: a key of type 0x01 where 0x04"),
        # Control characters, in comments and empty lines too.
        ("quorum none\r\n", "line 1: control character"),
        ("# a\x00b\nquorum none\n", "line 1: control character"),
        ("# a\x7f\nquorum none\n", "line 1: control character"),
        ("\r\nquorum none\n", "line 1: control character"),
        ("\x0bquorum none\n", "line 1: control character"),
        ("\ufeffquorum none\n", "line 1: unknown line"),
        ("\u00a0quorum none\n", "line 1: unknown line"),
        ("quorum\u00a0none\n", "line 1: unknown line"),
    ],
    ids=count(),
)
def test_what_the_grammar_does_not_allow_is_refused_by_line(text: str, what: str) -> None:
    """Must 1 and 2."""
    for data in (text, text.encode()):
        assert what in str(refused(data))
        assert len(str(refused(data))) < 300


def test_bytes_above_ascii_are_opaque() -> None:
    """tlog-policy, Character set: names are octets, whatever they mean; a vkey's name is UTF-8."""
    kelvin = f"witness \u212a {KEYS['X1']}\nwitness K {KEYS['X2']}\nquorum \u212a\n".encode()
    assert list(parse_quorum(kelvin).witnesses) == ["\u212a", "K"]
    stray = (
        b"# \xff\nwitness \xff "
        + KEYS["X1"].encode()
        + b" https://\xfe/\nwitness \xfe "
        + KEYS["X2"].encode()
    )
    policy = parse_quorum(stray + b"\ngroup \xc3 all \xff \xfe\nquorum \xc3\n")
    assert len(policy.witnesses) == 2
    missing = policy.missing(
        parse_note(sign_note(TEXT, LOG) + str(cosign(TEXT, WITNESSES["X1"], 1))), ed25519
    )
    assert missing == "confirmed by ?; the quorum ? is not met"
    named = NoteKey("wächter.example", COSIGNER_KEY, "Y1")
    policy = parse_quorum(f"witness W {named.vkey}\nquorum W\n".encode())
    assert policy.witnesses["W"] == named.vkey
    assert policy.met(parse_note(sign_note(TEXT, LOG) + str(cosign(TEXT, named, 1))), ed25519)


def test_as_much_is_read_as_the_specification_asks() -> None:
    """tlog-policy, Implementation limits: 32 logs, witnesses and groups."""
    logs = [NoteKey(f"log{i}", LOG_KEY, f"log{i}").vkey for i in range(32)]
    witnesses = [NoteKey(f"w{i}", COSIGNER_KEY, f"w{i}").vkey for i in range(32)]
    text = "".join(f"log {key}\n" for key in logs)
    text += "".join(f"witness w{i} {key}\n" for i, key in enumerate(witnesses))
    text += (
        "group g0 any w0\n"
        + "".join(f"group g{i} all g{i - 1} w{i}\n" for i in range(1, 32))
        + "quorum g31\n"
    )
    assert parse_quorum(text).groups["g31"] == Group(2, ("g30", "w31"))


def test_a_tower_of_groups_is_answered() -> None:
    """A hostile file may nest groups without end; the answer must not take a stack frame for each."""
    tower = "".join(f"group g{i} any g{i - 1}\n" for i in range(1, 5000))
    text = f"{X1}group g0 any X1\n{tower}quorum g4999\n"
    assert met(text, "X1")
    assert not met(text)


@given(
    st.binary(max_size=80) | st.text(max_size=40) | st.text("log witnessgroupquorum none12\t\n#", max_size=80)
)
def test_whatever_comes_in_only_malformed_comes_out(data: str | bytes) -> None:
    try:
        policy = parse_quorum(data)
    except Malformed as e:
        str(e).encode("utf-8", "surrogateescape")
        return
    assert policy.name
