"""Small things about key files that several commands need: names beside a key, the data that registers it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from api.cli.forms import load_yaml
from api.cli.trouble import CannotRun
from keys import files, pkcs8
from keys.signing import Signer, prove_possession


def registration(signer: Signer, person: str, ledger: str) -> dict[str, Any]:
    """`data` of key.registered."""
    data: dict[str, Any] = {
        "key": signer.key_id,
        "kind": signer.kind,
        "person": person,
        "proof": prove_possession(signer, ledger, person),
        "public": signer.public,
    }
    if signer.rp_id is not None:
        data |= {"rp_id": signer.rp_id, "origins": list(signer.origins)}
    return data


def beside(path: Path, suffix: str) -> Path:
    """The file of another suffix beside a key."""
    return path.with_name(path.name.removesuffix(".pub").removesuffix(".key") + suffix)


def owner(path: Path) -> str:
    """Whose key a file is, as its public record says."""
    record = beside(path, ".pub.json")
    if not record.exists():
        raise CannotRun(f"{path} does not say whose key it is", "say so: --person PERSON")
    return files.read_public(record).person


def write_new(path: Path, data: dict[str, Any]) -> None:
    """Write a form; one that is there with the same content is left alone."""
    try:
        with path.open("x", encoding="utf-8") as file:
            json.dump(data, file, indent=1, sort_keys=True)
            file.write("\n")
    except FileExistsError:
        if load_yaml(str(path)) != data:
            raise CannotRun(f"{path} is there already", "name another file: --out FILE") from None
    except OSError as e:
        raise CannotRun(f"{path} cannot be written: {e.strerror}", "name another place: --out FILE") from None


def copy_sealed(path: Path, to: Path) -> Path:
    """Copy a private key file that is sealed; it must be new there. Gives the copy."""
    try:
        content = path.read_bytes()[: files.LARGEST]
        if not pkcs8.is_sealed(content):
            raise CannotRun(
                f"{path} is no key file sealed with a passphrase", "only sealed keys may be copied"
            )
        copy = to / path.name
        descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except FileExistsError:
        raise CannotRun(f"{to / path.name} is there already", "a copy never replaces anything") from None
    except OSError as e:
        raise CannotRun(f"{e.filename or path}: {e.strerror}", "check the path and its permissions") from None
    return copy
