"""Builds the offline verifier as one file: dist/countersign-verify.pyz, which needs Python and ``cryptography`` only.

::

    python tools/make_pyz.py                     writes the file, prints its path and SHA-256
    python -I countersign-verify.pyz bundle.zip --vkey sheet.txt

An auditor gets this file from somebody other than the operator, so whoever builds it from the same sources must get
the same bytes:

1. Two builds of the same sources must be identical: names sorted, one date, nothing compressed, no paths, no caches.
2. It must hold ledger's errors, record and verify, keys.check, and nothing else of the project.
"""

from __future__ import annotations

import sys
import zipfile
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "dist" / "countersign-verify.pyz"
CARRIED = (
    "ledger/__init__.py",
    "ledger/errors.py",
    "ledger/record",
    "ledger/verify",
    "keys/__init__.py",
    "keys/check",
)
MAIN = b"""import sys

from ledger.verify.__main__ import main

sys.exit(main())
"""
SHEBANG = b"#!/usr/bin/env python3\n"
DATE = (1980, 1, 1, 0, 0, 0)


def sources() -> list[Path]:
    """The files that it carries, sorted."""
    found: list[Path] = []
    for name in CARRIED:
        path = ROOT / name
        found += path.rglob("*.py") if path.is_dir() else [path]
    return sorted(found)


def build(target: Path) -> bytes:
    """Write the file; give back its bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sources()} | {
        "__main__.py": MAIN
    }
    with target.open("wb") as out:
        out.write(SHEBANG)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(files):
                info = zipfile.ZipInfo(name, DATE)
                info.create_system = 3  # as if made on Unix, wherever it is made
                info.external_attr = 0o644 << 16
                archive.writestr(info, files[name])
    target.chmod(0o755)
    return target.read_bytes()


def main() -> int:
    """Build, and say what was built."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    data = build(target)
    print(f"{target}\nsha256:{sha256(data).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
