"""The sheet of 24 words, and the files that are made of it."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from intake.trustee import sheet, vault
from intake.trustee.sheet import Mistyped, Sheet
from intake.trustee.vault import Own, device, set_up, unlock
from keys import sealed
from keys.errors import FileTrouble, NoPassphrase
from keys.passphrase import Passphrase
from keys.seat import derive, seat
from keys.signing import Ed25519Signer

ENTROPY = bytes(range(32))
SECRET = Passphrase(b"correct horse battery")
OWN = Own("example.org/log", 2026, seat(ENTROPY, "p-t1", 0))


def counted(size: int) -> bytes:
    return bytes(size)


def printed() -> Sheet:
    return Sheet("p-<1>", 0, 2026, "example.org/log", "3b1f 90aa", "2026-01-02", sheet.words(ENTROPY))


def test_1_the_words_are_those_of_bip39() -> None:
    assert sheet.words(bytes(32)) == ("abandon",) * 23 + ("art",)
    assert sheet.entropy(" ".join(sheet.words(ENTROPY))) == ENTROPY


def test_2_spaces_and_capitals_do_not_matter() -> None:
    assert sheet.entropy("\n ".join(word.title() for word in sheet.words(ENTROPY))) == ENTROPY


@pytest.mark.parametrize("typed", ["", "abandon " * 23, "abandon " * 24, "nonsense " * 24])
def test_2_other_words_are_mistyped(typed: str) -> None:
    with pytest.raises(Mistyped):
        sheet.entropy(typed)


def test_3_the_page_is_one_file_that_fetches_nothing() -> None:
    page = printed().html()
    assert "p-&lt;1&gt;" in page
    assert "p-<1>" not in page
    assert not any(part in page for part in ("<script", "http:", "https:", 'src="', "url("))


def test_4_the_sheet_says_what_it_is_and_when_it_ends() -> None:
    for shown in (printed().text(), printed().html()):
        assert "is you" in shown
        assert "destroy the sheet" in shown
        assert all(word in shown for word in sheet.words(ENTROPY))
    assert "abandon" not in repr(printed())


def test_5_any_k_shares_give_the_sheet_back_and_fewer_do_not() -> None:
    shares = sheet.split(ENTROPY, 2, 3)
    for pair in itertools.combinations(shares, 2):
        assert sheet.joined(pair) == ENTROPY
    for share in shares:
        with pytest.raises(Mistyped):
            sheet.joined([share])


def test_1_private_files_are_closed_and_under_the_passphrase(tmp_path: Path) -> None:
    home = tmp_path / "home"
    set_up(home, ENTROPY, OWN, SECRET, random=counted)
    for file in home.glob("*.key"):
        assert file.stat().st_mode & 0o777 == 0o600, file
        if file.name == "device.key":
            continue
        assert derive(ENTROPY, file.stem) not in file.read_bytes()
    with pytest.raises(NoPassphrase):
        unlock(home, lambda: Passphrase(b"another one entirely"))


def test_2_the_sheet_gives_the_same_keys_on_another_machine(tmp_path: Path) -> None:
    for name in ("one", "other"):
        set_up(tmp_path / name, ENTROPY, OWN, SECRET)
    one, other = (unlock(tmp_path / name, lambda: SECRET) for name in ("one", "other"))
    assert (one.hpke, one.store, one.sign.public) == (other.hpke, other.store, other.sign.public)
    assert vault.own(tmp_path / "one") == OWN
    assert one.witness.public == Ed25519Signer.from_seed(derive(ENTROPY, "witness")).public


def test_3_the_machine_never_learns_the_words(tmp_path: Path) -> None:
    set_up(tmp_path, ENTROPY, OWN, SECRET)
    for file in tmp_path.iterdir():
        assert ENTROPY not in file.read_bytes()


def test_4_the_agent_reaches_the_device_key_alone(tmp_path: Path) -> None:
    set_up(tmp_path, ENTROPY, OWN, SECRET)
    assert device(tmp_path).public == OWN.seat["device"]
    for name in ("hpke.key", "sign.key", "ledger.key", "witness.key"):
        (tmp_path / name).unlink()
    assert device(tmp_path).public == OWN.seat["device"]


def test_5_keys_are_never_set_up_over_others(tmp_path: Path) -> None:
    set_up(tmp_path, ENTROPY, OWN, SECRET)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(FileTrouble):
        set_up(tmp_path, ENTROPY, OWN, SECRET)
    assert before == {file: file.read_bytes() for file in tmp_path.iterdir()}


def test_a_sealed_secret_is_of_one_use() -> None:
    content = sealed.seal(b"s" * 32, "hpke", SECRET, salt=bytes(16), iv=bytes(12))
    assert sealed.opened(content, "hpke", SECRET) == b"s" * 32
    for damaged in (content.replace(b"hpke", b"sign"), content[:-9] + content[-8:], b"", b"[]"):
        with pytest.raises(NoPassphrase):
            sealed.opened(damaged, "hpke" if b"sign" not in damaged else "sign", SECRET)
