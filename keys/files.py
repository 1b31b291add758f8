"""A person's key on disk: the private file, and its public record beside it.

    p-7.key         PKCS#8 PEM, sealed with a passphrase (keys/pkcs8.py), mode 0600
    p-7.pub.json    {"key":"k-3e02…","kind":"ed25519","person":"p-7","public":"O2on…"}

1. A file must never be overwritten: it is opened to be made (O_EXCL), and both must be new.
2. The private file must be mode 0600, whatever the umask, and on the disk (fsync of file and folder) before it is used:
   a key that signed and then was lost in a power cut can neither sign nor be revoked by its owner.
3. A private file that others can read must not be used, and the error must say how to close it.
4. A private file without passphrase must be asked for by name (`unsealed=True`): demonstrations only.
5. The public record must be that of the private key.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keys import pkcs8, public
from keys.check import BadKey
from keys.errors import FileTrouble, NoPassphrase
from keys.passphrase import Passphrase
from keys.public import PublicKey
from keys.signing import Ed25519Signer

SHORTEST = (
    12  # characters of a new passphrase; the file may be copied, and then only this stands before the key
)
LARGEST = 65_536  # bytes; no file of ours comes near
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

Random = Callable[[int], bytes]


def private_path(folder: Path, name: str) -> Path:
    return folder / f"{_named(name)}.key"


def public_path(folder: Path, name: str) -> Path:
    return folder / f"{_named(name)}.pub.json"


def create(
    folder: Path,
    name: str,
    person: str,
    *,
    passphrase: Passphrase | None = None,
    unsealed: bool = False,
    random: Random = os.urandom,
) -> PublicKey:
    """Makes a new key and both its files in a folder that is there. `random` gives seed, salt and iv, in this order."""
    seed = random(32)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    signer = Ed25519Signer(private)
    record = PublicKey(person, signer.kind, signer.public)
    if unsealed == (passphrase is not None):
        raise NoPassphrase(
            "A private key file needs a passphrase.", "Give one, or say that it is to have none."
        )
    if passphrase is None:
        pem = pkcs8.unsealed(private)
    elif len(passphrase.reveal().decode("utf-8", "replace")) < SHORTEST:
        raise NoPassphrase(
            f"The passphrase has fewer than {SHORTEST} characters.", "Choose one of several words."
        )
    else:
        pem = pkcs8.seal(private, passphrase, salt=random(pkcs8.SALT_BYTES), iv=random(pkcs8.IV_BYTES))
    made = private_path(folder, name)
    write_bytes(made, pem, 0o600)
    try:
        write_bytes(public_path(folder, name), record.to_bytes(), 0o644)
    except FileTrouble:
        made.unlink()
        raise
    return record


def write_public(folder: Path, name: str, record: PublicKey) -> Path:
    """The public record alone, for a key that lives elsewhere (an SSH key, a passkey)."""
    path = public_path(folder, name)
    write_bytes(path, record.to_bytes(), 0o644)
    return path


def read_public(path: Path) -> PublicKey:
    """FileTrouble when the file cannot be read or is none."""
    try:
        return public.from_bytes(read_bytes(path, private=False))
    except BadKey as bad:
        raise FileTrouble(
            f"{path} is no public key record: {bad}", "Export it again from its private key."
        ) from None


def open_signer(path: Path, passphrase: Callable[[], Passphrase]) -> Ed25519Signer:
    """The key in a private file, ready to sign. `passphrase` is called only when the file is sealed."""
    pem = read_bytes(path, private=True)
    try:
        signer = Ed25519Signer(pkcs8.opened(pem, passphrase() if pkcs8.is_sealed(pem) else None))
    except pkcs8.Damaged as damaged:
        raise FileTrouble(f"{path}: {damaged}", "Take the file from its backup.") from None
    beside = path.with_suffix(".pub.json")
    if beside.exists() and read_public(beside).public != signer.public:
        raise FileTrouble(
            f"{beside} is not the public half of {path}.", "Find out which of the two was exchanged."
        )
    return signer


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise FileTrouble(
            f"{name!r} cannot be the name of a key file.",
            "Use letters, digits, dots, dashes and underscores.",
        )
    return name


def write_bytes(path: Path, content: bytes, mode: int) -> None:
    """A new file of this mode, whole and on the disk; FileTrouble when it cannot be made or is there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise FileTrouble(
            f"{path} is there already.", "A key is never overwritten: use another name."
        ) from None
    except OSError as error:
        raise FileTrouble(
            f"{path} cannot be made: {error.strerror}.", "Check the folder and its disk."
        ) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink()
        raise FileTrouble(f"{path} cannot be written: {error.strerror}.", "Check the disk.") from None


def read_bytes(path: Path, *, private: bool) -> bytes:
    """A file's content; FileTrouble when it cannot be read, or is private and open to others."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(LARGEST + 1) if stat.S_ISREG(status.st_mode) else b""
    except OSError as error:
        raise FileTrouble(
            f"{path} cannot be read: {error.strerror}.", "Check the path and who may read it."
        ) from None
    if not stat.S_ISREG(status.st_mode) or len(content) > LARGEST:
        raise FileTrouble(f"{path} is no key file.", "Check the path.")
    if private and status.st_mode & 0o077:
        raise FileTrouble(f"Others on this machine can read {path}.", f"Close it: chmod 600 {path}")
    return content
