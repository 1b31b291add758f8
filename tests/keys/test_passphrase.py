"""keys/passphrase.py: where passphrases come from, and that they stay hidden."""

from __future__ import annotations

import getpass
import os
import pickle
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from keys import passphrase
from keys.errors import NoPassphrase
from keys.passphrase import LONGEST, VARIABLE, Passphrase

SECRET = "correct horse battery"


def answers(*typed: str) -> Callable[[str], str]:
    left = list(typed)
    return lambda question: left.pop(0)


def descriptor(folder: Path, content: bytes) -> int:
    path = folder / "secret"
    path.write_bytes(content)
    return os.open(path, os.O_RDONLY)


def test_2_it_does_not_show() -> None:
    hidden = Passphrase(SECRET.encode())
    assert hidden.reveal() == SECRET.encode()
    for text in (repr(hidden), str(hidden), f"{hidden}", repr([hidden])):
        assert SECRET not in text
    with pytest.raises(TypeError):
        pickle.dumps(hidden)


def test_a_prompt_asks_twice_for_a_new_one() -> None:
    assert passphrase.prompt("Passphrase: ", ask=answers(SECRET)).reveal() == SECRET.encode()
    assert passphrase.prompt("New: ", twice=True, ask=answers(SECRET, SECRET)).reveal() == SECRET.encode()
    with pytest.raises(NoPassphrase, match="differ") as refusal:
        passphrase.prompt("New: ", twice=True, ask=answers(SECRET, "other"))
    assert SECRET not in str(refusal.value)


def test_3_no_visible_prompt() -> None:
    def visible(question: str) -> str:
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=1)
        return SECRET

    def ended(question: str) -> str:
        raise EOFError

    for ask in (visible, ended):
        with pytest.raises(NoPassphrase, match="no terminal"):
            passphrase.prompt("Passphrase: ", ask=ask)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"secret", b"secret"),
        (b"secret\n", b"secret"),
        (b"secret\r\n", b"secret"),
        (b"secret\nmore\n", b"secret"),
        (b" sec ret \n", b" sec ret "),
        (b"\xff\xfe\n", b"\xff\xfe"),
    ],
)
def test_4_the_first_line_of_a_descriptor(tmp_path: Path, content: bytes, expected: bytes) -> None:
    opened = descriptor(tmp_path, content)
    assert passphrase.from_descriptor(opened).reveal() == expected
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(opened)


@pytest.mark.parametrize("content", [b"", b"\n", b"\nsecret\n"])
def test_an_empty_one_is_none(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NoPassphrase, match="empty"):
        passphrase.from_descriptor(descriptor(tmp_path, content))


def test_a_descriptor_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NoPassphrase, match=f"more than {LONGEST}"):
        passphrase.from_descriptor(descriptor(tmp_path, b"x" * (LONGEST + 1)))
    for closed in (-1, 987, 2**70):
        with pytest.raises(NoPassphrase, match="cannot be read"):
            passphrase.from_descriptor(closed)


def test_the_environment() -> None:
    assert passphrase.from_environment({VARIABLE: SECRET}).reveal() == SECRET.encode()
    assert passphrase.from_environment({"OTHER": "\udcff"}, "OTHER").reveal() == b"\xff"
    with pytest.raises(NoPassphrase, match="not set"):
        passphrase.from_environment({})
    with pytest.raises(NoPassphrase, match="empty"):
        passphrase.from_environment({VARIABLE: ""})


def test_the_order_is_descriptor_environment_prompt(tmp_path: Path) -> None:
    opened = descriptor(tmp_path, b"from the descriptor")
    environment = {VARIABLE: "from the environment"}
    ask = answers("from the prompt")
    take = passphrase.source("?", environment=environment, descriptor=opened, ask=ask)
    os.fstat(opened)  # nothing is read before it is asked for
    assert take().reveal() == b"from the descriptor"
    assert passphrase.source("?", environment=environment, ask=ask)().reveal() == b"from the environment"
    assert passphrase.source("?", environment={}, ask=ask)().reveal() == b"from the prompt"
