"""The real ssh-keygen, for tests: makes keys, signs, and gives the second opinion."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

needs_ssh_keygen = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen here"
)
NAMESPACE = "countersign-signature"


def generate(folder: Path, kind: str, *, passphrase: str = "", name: str = "id") -> Path:
    """A new key pair; the path of its private file."""
    path = folder / name
    bits = ["-b", "256"] if kind == "ecdsa" else []
    command = ["ssh-keygen", "-q", "-t", kind, *bits, "-C", "a comment", "-N", passphrase, "-f", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


def armoured(blob: bytes) -> bytes:
    return b"-----BEGIN SSH SIGNATURE-----\n" + base64.encodebytes(blob) + b"-----END SSH SIGNATURE-----\n"


def accepts(folder: Path, algorithm: bytes, blob: bytes, signature: bytes, message: bytes) -> bool:
    """What `ssh-keygen -Y verify` says of the binary signature."""
    allowed, file = folder / "allowed_signers", folder / "signature"
    allowed.write_text(f"p-7 {algorithm.decode()} {base64.b64encode(blob).decode()}\n")
    file.write_bytes(armoured(signature))
    command = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        str(allowed),
        "-I",
        "p-7",
        "-n",
        NAMESPACE,
        "-s",
        str(file),
    ]
    return subprocess.run(command, input=message, capture_output=True, check=False).returncode == 0
