"""keys/files.py: private keys on disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from keys import check, files, pkcs8
from keys.errors import FileTrouble, NoPassphrase
from keys.passphrase import Passphrase
from keys.public import PublicKey
from tests.keys.authenticator import SshKey, ed25519_key, p256_key

SECRET = "correct horse battery"
PASSPHRASE = Passphrase(SECRET.encode())


def counting(start: int = 1) -> Callable[[int], bytes]:
    """Randomness that is none: the n-th answer is made of n."""
    number = start - 1

    def random(count: int) -> bytes:
        nonlocal number
        number += 1
        return bytes([number]) * count

    return random


def never() -> Passphrase:
    raise AssertionError("asked for a passphrase that is not needed")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    files.create(tmp_path, "p-7", "p-7", unsealed=True, random=counting())
    return tmp_path / "p-7.key"


def test_a_key_is_made_kept_and_opened(tmp_path: Path) -> None:
    record = files.create(tmp_path, "p-7", "p-7", passphrase=PASSPHRASE, random=counting())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p-7.key", "p-7.pub.json"]
    signer = files.open_signer(files.private_path(tmp_path, "p-7"), lambda: PASSPHRASE)
    assert signer.seed() == b"\1" * 32
    assert record == files.read_public(files.public_path(tmp_path, "p-7"))
    assert check.holds(record.kind, record.public, b"message", signer.sign(b"message"))
    content = (tmp_path / "p-7.key").read_bytes()
    assert content == pkcs8.seal(signer._private, PASSPHRASE, salt=b"\2" * 16, iv=b"\3" * 16)


def test_the_same_randomness_makes_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        files.create(tmp_path, name, "p-7", unsealed=True, random=counting(9))
    assert (tmp_path / "one.key").read_bytes() == (tmp_path / "two.key").read_bytes()
    fresh = files.create(tmp_path, "three", "p-7", unsealed=True)
    assert fresh.public != files.read_public(tmp_path / "one.pub.json").public


@pytest.mark.parametrize("name", ["p-7.key", "p-7.pub.json"])
@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_1_nothing_is_overwritten(tmp_path: Path, name: str, kind: str) -> None:
    there = tmp_path / name
    if kind == "file":
        there.write_text("precious")
    elif kind == "link":
        there.symlink_to(tmp_path / "elsewhere")
    else:
        there.mkdir()
    with pytest.raises(FileTrouble, match="there already"):
        files.create(tmp_path, "p-7", "p-7", unsealed=True, random=counting())
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert kind != "file" or there.read_text() == "precious"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_2_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        files.create(tmp_path, "p-7", "p-7", unsealed=True, random=counting())
    finally:
        os.umask(before)
    assert mode(tmp_path / "p-7.key") == 0o600
    assert mode(tmp_path / "p-7.pub.json") == 0o644


def test_2_it_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """File and folder, for each of the two; and what cannot be made durable is taken away again."""
    synced: list[bool] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    files.create(tmp_path, "p-7", "p-7", unsealed=True, random=counting())
    assert synced == [False, True, False, True]

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileTrouble, match="No space left"):
        files.create(tmp_path, "p-8", "p-8", unsealed=True, random=counting())
    assert not list(tmp_path.glob("p-8*"))


@pytest.mark.parametrize("bits", [0o040, 0o020, 0o010, 0o004, 0o002, 0o001, 0o077])
def test_3_a_file_open_to_others_is_not_used(made: Path, bits: int) -> None:
    made.chmod(0o600 | bits)
    with pytest.raises(FileTrouble, match="Others on this machine") as refusal:
        files.open_signer(made, never)
    assert refusal.value.cure == f"Close it: chmod 600 {made}"
    made.chmod(0o400)
    assert files.open_signer(made, never).raw


def test_4_no_passphrase_only_when_asked_for(tmp_path: Path) -> None:
    with pytest.raises(NoPassphrase, match="needs a passphrase"):
        files.create(tmp_path, "p-7", "p-7", random=counting())
    with pytest.raises(NoPassphrase):
        files.create(tmp_path, "p-7", "p-7", passphrase=PASSPHRASE, unsealed=True, random=counting())
    with pytest.raises(NoPassphrase, match="fewer than 12") as refusal:
        files.create(tmp_path, "p-7", "p-7", passphrase=Passphrase(b"hunter2"), random=counting())
    assert "hunter2" not in str(refusal.value)
    assert not list(tmp_path.iterdir())


def test_a_wrong_passphrase(tmp_path: Path) -> None:
    files.create(tmp_path, "p-7", "p-7", passphrase=PASSPHRASE, random=counting())
    with pytest.raises(NoPassphrase, match="does not open"):
        files.open_signer(tmp_path / "p-7.key", lambda: Passphrase(b"wrong"))


def test_5_halves_of_two_keys(tmp_path: Path, made: Path) -> None:
    files.create(tmp_path, "p-8", "p-8", unsealed=True, random=counting(50))
    (tmp_path / "p-8.pub.json").replace(tmp_path / "p-7.pub.json")
    with pytest.raises(FileTrouble, match="not the public half"):
        files.open_signer(made, never)
    (tmp_path / "p-7.pub.json").unlink()
    assert files.open_signer(made, never).raw


@pytest.mark.parametrize("name", ["", ".", "..", "../p-7", "a/b", "-rf", "a\0b", "é", "a" * 65])
def test_a_name_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    for path in (files.private_path, files.public_path):
        with pytest.raises(FileTrouble, match="name of a key file"):
            path(tmp_path, name)


def test_files_that_are_none(tmp_path: Path, made: Path) -> None:
    with pytest.raises(FileTrouble, match="cannot be read"):
        files.open_signer(tmp_path / "missing.key", never)
    with pytest.raises(FileTrouble, match="cannot be read"):
        files.open_signer(tmp_path, never)
    with pytest.raises(FileTrouble, match="no key file"):
        files.read_public(Path("/dev/null"))
    made.write_bytes(b"nonsense")
    with pytest.raises(FileTrouble, match="no private key file"):
        files.open_signer(made, never)
    made.write_bytes(b"x" * (files.LARGEST + 1))
    with pytest.raises(FileTrouble, match="no key file"):
        files.open_signer(made, never)
    (tmp_path / "p-7.pub.json").write_bytes(b"{}")
    with pytest.raises(FileTrouble, match="no public key record"):
        files.read_public(tmp_path / "p-7.pub.json")
    with pytest.raises(FileTrouble, match="cannot be made"):
        files.create(tmp_path / "nowhere", "p-7", "p-7", unsealed=True, random=counting())


@pytest.mark.parametrize("private", [ed25519_key(), p256_key()], ids=["Ed25519", "P-256"])
def test_the_public_record_of_a_key_that_lives_elsewhere(tmp_path: Path, private: object) -> None:
    record = PublicKey("p-7", "sshsig", SshKey(private, b"ssh:").public)  # type: ignore[arg-type]
    path = files.write_public(tmp_path, "p-7", record)
    assert files.read_public(path) == record
    with pytest.raises(FileTrouble, match="there already"):
        files.write_public(tmp_path, "p-7", record)
