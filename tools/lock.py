"""Write requirements.lock (what runs), requirements-dev.lock (and what judges it) and requirements-node.lock, hashed.

    python tools/lock.py            resolve, keeping every pin that still fits
    python tools/lock.py --upgrade  resolve to the newest that fits

The resolution is universal (every platform, Python 3.11 and later), so one file serves everybody. The files must

1. install with `pip install --require-hashes -r FILE` and no other setting,
2. name no index, mirror, path or host: where packages come from is the installing person's decision.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# {what}
# Written by `make lock` from pyproject.toml, not by hand. Install: pip install --require-hashes -r {name}
"""
PROJECT = "pyproject.toml"
LOCKS = (
    ("requirements.lock", "Countersign's runtime, every version and hash pinned.", (PROJECT,)),
    (
        "requirements-dev.lock",
        "The runtime of requirements.lock and the tools of the house on top.",
        (PROJECT, "--extra", "dev", "--constraint", "requirements.lock"),
    ),
    (
        "requirements-node.lock",
        "Node, for building the browser client where the system has none (tools/build_client.py).",
        ("--group", "node"),
    ),
)


def compile_lock(name: str, what: str, extra: tuple[str, ...], options: list[str]) -> None:
    """Resolve one lock and put our header in front of it."""
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "compile", "--quiet", "--output-file", name]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", *extra, *options]
    command += ["--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    path = ROOT / name
    path.write_text(HEADER.format(what=what, name=name) + path.read_text())


if __name__ == "__main__":
    for lock_name, purpose, extras in LOCKS:
        compile_lock(lock_name, purpose, extras, sys.argv[1:])
