"""keys/ssh.py with the real ssh-keygen, and with false ones."""

from __future__ import annotations

import base64
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from keys import check, ssh
from keys.check import BadKey, encoding
from keys.errors import FileTrouble, NotSigned
from keys.signing import Signer, prove_possession
from tests.keys.authenticator import SshKey, ed25519_key, p256_key
from tests.keys.ssh_programs import generate, needs_ssh_keygen

MESSAGE = b"countersign/signature/v1\n{}"
PASSWORD = "correct horse battery"


def pretend(folder: Path, script: str) -> str:
    """A program that stands in for ssh-keygen."""
    path = folder / "pretend-ssh-keygen"
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)
    return str(path)


def written(folder: Path, key: SshKey) -> Path:
    """The public line of a key that ssh-keygen did not make."""
    path = folder / "id_sk.pub"
    path.write_text(f"{key.algorithm.decode()} {base64.b64encode(key.blob).decode()} a comment\n")
    return path


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An ssh-agent of our own. Its socket has a short path: the system allows 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="agent") as folder:
        address = f"{folder}/s"
        with subprocess.Popen(["ssh-agent", "-D", "-a", address], stdout=subprocess.DEVNULL) as process:
            for _ in range(100):
                if Path(address).exists():
                    break
                time.sleep(0.05)
            monkeypatch.setenv("SSH_AUTH_SOCK", address)
            yield
            process.terminate()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No agent and no dialogue of whoever runs the tests."""
    for variable in ("SSH_AUTH_SOCK", "SSH_ASKPASS", "DISPLAY"):
        monkeypatch.delenv(variable, raising=False)


@needs_ssh_keygen
@pytest.mark.conformance
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_3_ssh_keygen_signs_and_verifies_again(tmp_path: Path, kind: str) -> None:
    path = generate(tmp_path, kind)
    signer: Signer = ssh.SshSigner(path)
    sig = signer.sign(MESSAGE)
    assert isinstance(sig, str)
    assert check.holds("sshsig", signer.public, MESSAGE, sig)
    assert prove_possession(signer, "ledger.example.org", "p-7")

    blob = encoding.decode(sig)
    (tmp_path / "allowed").write_text(ssh.allowed_signer("p-7", encoding.decode(signer.public)))
    (tmp_path / "sig").write_bytes(ssh.armour(blob))
    command = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "p-7"]
    command += ["-n", "countersign-signature", "-s", str(tmp_path / "sig")]
    subprocess.run(command, input=MESSAGE, check=True, capture_output=True)
    assert ssh.unarmour(ssh.armour(blob)) == blob


@needs_ssh_keygen
@pytest.mark.conformance
@pytest.mark.skipif(shutil.which("ssh-agent") is None, reason="there is no ssh-agent here")
@pytest.mark.usefixtures("agent")
def test_an_agent_signs(tmp_path: Path) -> None:
    path = generate(tmp_path, "ed25519")
    subprocess.run(["ssh-add", "-q", str(path)], check=True, capture_output=True)
    path.unlink()
    signer = ssh.SshSigner(path.with_suffix(".pub"))
    assert check.holds("sshsig", signer.public, MESSAGE, signer.sign(MESSAGE))


@needs_ssh_keygen
@pytest.mark.conformance
def test_2_ssh_keygen_asks_for_the_passphrase_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = generate(tmp_path, "ed25519", passphrase=PASSWORD)
    helper = tmp_path / "askpass"
    helper.write_text(f"#!/bin/sh\necho '{PASSWORD}'\n")
    helper.chmod(0o755)
    monkeypatch.setenv("SSH_ASKPASS", str(helper))
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    signer = ssh.SshSigner(path)
    assert check.holds("sshsig", signer.public, MESSAGE, signer.sign(MESSAGE))

    helper.write_text("#!/bin/sh\nexit 1\n")  # the person declines
    with pytest.raises(NotSigned, match="did not sign") as refusal:
        signer.sign(MESSAGE)
    assert "unlocked" in refusal.value.cure


@needs_ssh_keygen
@pytest.mark.conformance
def test_a_lost_private_half(tmp_path: Path) -> None:
    path = generate(tmp_path, "ed25519")
    path.unlink()
    with pytest.raises(NotSigned, match="did not sign"):
        ssh.SshSigner(path).sign(MESSAGE)
    with pytest.raises(NotSigned, match="did not sign"):
        ssh.SshSigner(path.with_suffix(".pub")).sign(MESSAGE)


@needs_ssh_keygen
@pytest.mark.conformance
def test_3_halves_of_two_keys(tmp_path: Path) -> None:
    """Whatever ssh-keygen makes of it, no signature by another key comes out."""
    one, other = generate(tmp_path, "ed25519", name="one"), generate(tmp_path, "ed25519", name="other")
    shutil.copy(other.with_suffix(".pub"), one.with_suffix(".pub"))
    with pytest.raises(NotSigned):
        ssh.SshSigner(one).sign(MESSAGE)


@pytest.mark.parametrize("private", [ed25519_key(), p256_key()], ids=["Ed25519", "P-256"])
def test_a_security_key_asks_for_a_touch(
    tmp_path: Path, private: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = SshKey(private, b"ssh:")  # type: ignore[arg-type]
    told: list[str] = []
    (tmp_path / "armoured").write_bytes(ssh.armour(key.signature(MESSAGE)))
    program = pretend(
        tmp_path, f'cat > {tmp_path}/stdin; echo "$@" > {tmp_path}/arguments; cat {tmp_path}/armoured\n'
    )
    signer = ssh.SshSigner(written(tmp_path, key), tell=told.append, program=program)
    assert check.holds("sshsig", key.public, MESSAGE, signer.sign(MESSAGE))
    assert told == ["Touch the security key when it blinks."]
    assert (tmp_path / "stdin").read_bytes() == MESSAGE
    expected = f"-q -Y sign -n countersign-signature -f {tmp_path}/id_sk.pub\n"
    assert (tmp_path / "arguments").read_text() == expected

    (tmp_path / "armoured").write_bytes(ssh.armour(key.signature(MESSAGE, flags=0)))
    with pytest.raises(NotSigned, match="no signature by the key"):
        signer.sign(MESSAGE)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("exit 255", "it gave no reason"),
        ("echo 'first' >&2; echo 'Permission denied.' >&2; exit 1", "Permission denied"),
        ("printf 'bad \\033[31m words' >&2; exit 1", r"bad \?\[31m words"),
        ("cat > /dev/null", "no signature by the key"),
        ("cat > /dev/null; echo nonsense", "no signature by the key"),
        (
            "cat > /dev/null; echo '-----BEGIN SSH SIGNATURE-----'; echo '!'; echo '-----END SSH SIGNATURE-----'",
            "no sig",
        ),
        ("exec sleep 60", "within 0.3 seconds"),
    ],
)
def test_3_what_goes_wrong_is_said(tmp_path: Path, script: str, sentence: str) -> None:
    program = pretend(tmp_path, script + "\n")
    signer = ssh.SshSigner(written(tmp_path, SshKey(ed25519_key())), program=program, patience=0.3)
    if "sleep" not in script:
        signer = ssh.SshSigner(tmp_path / "id_sk.pub", program=program)
    with pytest.raises(NotSigned, match=sentence) as refusal:
        signer.sign(MESSAGE)
    assert refusal.value.cure.endswith(".")


def test_a_missing_program(tmp_path: Path) -> None:
    path = written(tmp_path, SshKey(ed25519_key()))
    with pytest.raises(NotSigned, match="There is no no-such-program") as refusal:
        ssh.SshSigner(path, program="no-such-program").sign(MESSAGE)
    assert "Install OpenSSH" in refusal.value.cure
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF")
    broken.chmod(0o755)
    with pytest.raises(NotSigned, match="could not be run"):
        ssh.SshSigner(path, program=str(broken)).sign(MESSAGE)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("", BadKey),
        ("ssh-ed25519", BadKey),
        ("ssh-ed25519 !!!!", BadKey),
        ("ssh-ed25519 AAAA", BadKey),
        ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQ==", BadKey),
        (None, FileTrouble),
        (b"\xff\xfe", FileTrouble),
    ],
)
def test_a_public_line_that_cannot_be_used(
    tmp_path: Path, line: str | bytes | None, error: type[Exception]
) -> None:
    path = tmp_path / "id.pub"
    if line is not None:
        path.write_bytes(line if isinstance(line, bytes) else line.encode())
    for given in (path, tmp_path / "id"):
        with pytest.raises(error):
            ssh.SshSigner(given)


@pytest.mark.parametrize("text", [b"", b"-----BEGIN SSH SIGNATURE-----\n", b"a\nb\nc\n"])
def test_armour_is_needed(text: bytes) -> None:
    with pytest.raises(ValueError, match="armoured"):
        ssh.unarmour(text)


def test_a_repr_names_the_key(tmp_path: Path) -> None:
    signer = ssh.SshSigner(written(tmp_path, SshKey(ed25519_key())))
    assert signer.key_id in repr(signer)
