"""Signs with a person's SSH key by running `ssh-keygen -Y sign`: a file, an agent, or a security key (sk-).

    $ ssh-keygen -q -Y sign -n countersign-signature -f ~/.ssh/id_ed25519_sk   < message
    -----BEGIN SSH SIGNATURE-----
    U1NIU0lHAAAAAQAAAEoAAAAac2stc3NoLWVkMjU1MTlAb3BlbnNzaC5jb20AAAAgxxwJ…
    -----END SSH SIGNATURE-----

1. No shell may run, and the message must go in through standard input: nothing of it shows in a list of processes.
2. The private key must never be read here; ssh-keygen asks for its passphrase, PIN or touch itself.
3. What comes back must hold under the key that was asked for; anything else is NotSigned.
"""

from __future__ import annotations

import base64
import binascii
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from keys import check
from keys.check import BadKey, encoding, sshsig
from keys.errors import FileTrouble, NotSigned

PATIENCE = 180.0  # seconds for typing a passphrase or finding the security key
_BEGIN, _END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"


class SshSigner:
    """Signs with the key whose public line stands in `path` (or `path` + ".pub").

    Given the private file, ssh-keygen asks the agent first and then the file; given the .pub file, the agent only.
    `tell` shows a sentence to the person while a security key waits to be touched. FileTrouble when the public line
    cannot be read, BadKey when it is of a type that the record does not take.
    """

    kind = "sshsig"
    rp_id: str | None = None
    origins: tuple[str, ...] = ()

    def __init__(
        self,
        path: Path,
        *,
        tell: Callable[[str], None] = lambda sentence: None,
        program: str = "ssh-keygen",
        patience: float = PATIENCE,
    ) -> None:
        blob = public_blob(path if path.suffix == ".pub" else path.with_name(path.name + ".pub"))
        self._path = path
        self._tell = tell
        self._program = program
        self._patience = patience
        self._hardware = sshsig.key(blob).application is not None
        self.public = encoding.encode(blob)
        self.key_id = check.key_id(self.kind, self.public)

    def sign(self, message: bytes) -> str:
        program = shutil.which(self._program)
        if program is None:
            raise NotSigned(f"There is no {self._program} on this machine.", "Install OpenSSH 8.2 or later.")
        if self._hardware:
            # ssh-keygen says so only to a terminal, and its standard error is caught here.
            self._tell("Touch the security key when it blinks.")
        command = [program, "-q", "-Y", "sign", "-n", sshsig.NAMESPACE, "-f", str(self._path)]
        try:
            done = subprocess.run(
                command, input=message, capture_output=True, timeout=self._patience, check=False
            )
        except subprocess.TimeoutExpired:
            raise NotSigned(
                f"ssh-keygen gave no signature within {self._patience:g} seconds.",
                "Have the security key or the passphrase ready, and sign again.",
            ) from None
        except OSError as error:
            raise NotSigned(
                f"ssh-keygen could not be run: {error.strerror}.", "Install OpenSSH again."
            ) from None
        if done.returncode != 0:
            raise NotSigned(
                f"ssh-keygen did not sign with {self._path}: {_last_line(done.stderr)}.",
                "Check that the file or the agent holds the private key, and that it was unlocked or touched.",
            )
        return self._checked(done.stdout, message)

    def _checked(self, armoured: bytes, message: bytes) -> str:
        try:
            sig = encoding.encode(unarmour(armoured))
        except ValueError:
            sig = ""
        if not check.holds(self.kind, self.public, message, sig):
            raise NotSigned(
                f"What ssh-keygen gave back is no signature by the key {self.key_id}.",
                f"Check that {self._path} and its .pub file are of one key, and that a security key asks for touch.",
            )
        return sig

    def __repr__(self) -> str:
        return f"SshSigner({self.key_id}, {str(self._path)!r})"


def public_blob(path: Path) -> bytes:
    """The key blob in a .pub file: the second word of its one line."""
    try:
        words = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError):
        raise FileTrouble(f"The public key {path} cannot be read.", "Make it with ssh-keygen -y.") from None
    try:
        return base64.b64decode(words[1], validate=True)
    except (LookupError, ValueError):
        raise BadKey(f"{path} is no public key of OpenSSH.") from None


def unarmour(text: bytes) -> bytes:
    """The binary blob in an armoured SSH signature; ValueError for anything else."""
    lines = text.strip().splitlines()
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
        raise ValueError("not an armoured SSH signature")
    return binascii.a2b_base64(b"".join(lines[1:-1]), strict_mode=True)


def armour(blob: bytes) -> bytes:
    """The text form, for `ssh-keygen -Y verify` and everybody else's tools."""
    text = base64.b64encode(blob)
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return b"\n".join((_BEGIN, *lines, _END)) + b"\n"


def allowed_signer(person: str, blob: bytes) -> str:
    """The line of an allowed_signers file with which OpenSSH itself checks that person's signatures."""
    algorithm = sshsig.key(blob).algorithm.decode()
    return f'{person} namespaces="{sshsig.NAMESPACE}" {algorithm} {base64.b64encode(blob).decode()}\n'


def _last_line(said: bytes) -> str:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    # What a program says goes to a terminal: keep it printable.
    return (
        "".join(c if c.isprintable() else "?" for c in lines[-1]).rstrip(".")
        if lines
        else "it gave no reason"
    )
