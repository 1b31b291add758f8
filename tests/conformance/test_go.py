"""A Go program on golang.org/x/mod/sumdb, which we did not write, reads our published ledger.

It checks the note, authenticates the tiles, proves every entry and the consistency of checkpoints. It is compiled from
tests/conformance/go with Debian's golang and golang-golang-x-mod-dev, without modules and without a network.
"""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from keys.check import ed25519
from ledger.publish.site import publish
from ledger.record.entry import splice_withheld
from ledger.record.fields import to_b64u
from ledger.record.merkle import leaf_hash, root_of
from ledger.record.note import COSIGNER_KEY
from tests.fixtures.ledger import Ledger
from tests.kit import NoteKey, World

pytestmark = pytest.mark.conformance

SOURCE = Path(__file__).parent / "go" / "main.go"
GOPATH = Path("/usr/share/gocode")

Reader = Callable[..., dict[str, Any]]
Change = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled reader."""
    go = shutil.which("go")
    if go is None or not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("no Go compiler with golang-golang-x-mod-dev")
    built = tmp_path_factory.mktemp("go") / "reader"
    environment = {"HOME": str(built.parent), **os.environ}
    environment |= {"GO111MODULE": "off", "GOFLAGS": "", "GOPATH": str(GOPATH), "GOTOOLCHAIN": "local"}
    subprocess.run([go, "build", "-o", built, SOURCE], env=environment, check=True, timeout=150)
    return built


@pytest.fixture(scope="module")
def read(program: Path) -> Reader:
    """What the reader says of a folder or URL."""

    def run(vkey: str, base: Path | str, *earlier: int) -> dict[str, Any]:
        command = [program, vkey, base, *(f"earlier/{size}" for size in earlier)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        said: dict[str, Any] = json.loads(done.stdout)
        assert (done.returncode, done.stderr) == (0 if said["ok"] else 1, "")
        return said

    return run


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves a folder on the loopback; gives its URL."""
    servers: list[ThreadingHTTPServer] = []

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    def start(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
        threading.Thread(target=partial(server.serve_forever, 0.01), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def grown(size: int) -> World:
    """A founded ledger of `size` entries, most of which are withheld acts that nobody can open."""
    world = World(witnesses=(NoteKey("witness.example/w1", COSIGNER_KEY, "w1"),))
    world.found()
    for _ in range(min(5, size - 1)):
        world.note()
    for index in range(len(world.entries), size):
        digest = to_b64u(sha256(b"%d" % index).digest())
        leaf = splice_withheld("board", digest, index=index, prev=world.last, recorded_at=world.now)
        world.append_leaf(leaf)
    return world


def root(world: World, size: int | None = None) -> str:
    """In base64, as x/mod writes a hash into JSON."""
    return World.checkpoint(world, size).split("\n")[2]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_go_proves_every_entry(read: Reader, tmp_path: Path, size: int) -> None:
    world = grown(size)
    earlier = [n for n in (1, 2, 3, 128, 255, 256, 257, 512, 600) if n <= size]
    said = read(world.vkey, world.write_tiles(tmp_path, earlier), *earlier)
    assert said == {
        "consistent": earlier,
        "go": said["go"],
        "ok": True,
        "origin": world.origin,
        "records": size,
        "root": root(world),
        "size": size,
    }
    assert said["go"].startswith("go1.")


def test_go_reads_what_we_publish(read: Reader, serve: Callable[[Path], str], tmp_path: Path) -> None:
    """The product's own folder, served over HTTP, grown in three steps."""
    ledger = Ledger(tmp_path / "ledger").found()
    try:
        ledger.note("Drill held.")
        for size in (255, 300, 600):
            ledger.grow(size)
            publish(ledger.store, ledger.register(), tmp_path / "site", check=ed25519)
        root_hash = root_of(map(leaf_hash, (entry for _, entry in ledger.store.entries())))
        said = read(str(ledger.vkey.vkey), serve(tmp_path / "site"), 255, 300)
        assert (said["ok"], said["records"], said["consistent"]) == (True, 600, [255, 300])
        assert said["root"] == to_b64(root_hash)
    finally:
        ledger.close()


def to_b64(data: bytes) -> str:
    return to_b64u(data).replace("-", "+").replace("_", "/") + "="


# ---- so that the tests above say something


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    world = grown(300)
    return world, world.write_tiles(tmp_path_factory.mktemp("whole"), [256])


def tampered(folder: Path, into: Path, name: str, change: Change | None) -> Path:
    """A copy with one file changed, or gone."""
    shutil.copytree(folder, into)
    if change is None:
        (into / name).unlink()
    else:
        data = (into / name).read_bytes()
        assert change(data) != data
        (into / name).write_bytes(change(data))
    return into


def flip(at: int) -> Change:
    return lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


CHANGES: list[tuple[str, Change | None, str]] = [
    ("tile/entries/000", flip(500), "entry 0"),
    ("tile/entries/001.p/44", flip(60), "entry 256"),
    ("tile/entries/001.p/44", lambda d: d[:-1], "ends inside entry 299"),
    ("tile/entries/001.p/44", lambda d: d + b"\0\0", "after its last entry"),
    # x/mod 0.7.0 overlooks some tiles when it authenticates them; the proof of the neighbouring entry does not.
    ("tile/0/000", flip(0), "entry 1"),
    ("tile/0/001.p/44", flip(32 * 44 - 1), "inconsistent tile"),
    ("tile/0/001.p/44", None, "001.p/44"),
    ("tile/1/000.p/1", flip(31), "inconsistent tile"),
    ("checkpoint", lambda d: d.replace(b"\n300\n", b"\n301\n"), "invalid signature"),
    ("checkpoint", lambda d: d.replace(b"test.example/log\n", b"test.example/lag\n"), "invalid signature"),
    ("checkpoint", None, "checkpoint"),
    ("earlier/256", lambda d: d.replace(b"\n256\n", b"\n255\n"), "invalid signature"),
]


@pytest.mark.parametrize("case", CHANGES, ids=range(len(CHANGES)))
def test_go_refuses_what_was_changed(
    read: Reader, whole: tuple[World, Path], tmp_path: Path, case: tuple[str, Change | None, str]
) -> None:
    world, folder = whole
    name, change, why = case
    said = read(world.vkey, tampered(folder, tmp_path / "copy", name, change), 256)
    assert said["ok"] is False
    assert why in said["error"]


def test_go_refuses_another_log(read: Reader, whole: tuple[World, Path]) -> None:
    _, folder = whole
    for key in (NoteKey("test.example/log", key_name="other"), NoteKey("other.example/log")):
        assert "no verifiable signatures" in read(str(key.vkey), folder)["error"]


def test_go_refuses_a_fork(read: Reader, whole: tuple[World, Path], tmp_path: Path) -> None:
    """An earlier checkpoint, well signed by the true key, over another history."""
    world, folder = whole
    other = grown(256)
    other.entries[255] = other.entries[255].replace(b"board", b"staff")
    copy = tampered(folder, tmp_path / "copy", "earlier/256", lambda _: other.checkpoint().encode())
    assert "earlier/256" in read(world.vkey, copy, 256)["error"]
    assert read(world.vkey, folder, 256)["ok"] is True
