"""Timestamps of a real authority, made here by OpenSSL and read by rfc3161-client (claim 11, RFC 3161)."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ledger.verify.report import Report
from ledger.verify.verify import verify
from tests.kit import World
from tests.verify.memory import asked, bundle_of, failing

pytest.importorskip("rfc3161_client")

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here"),
]

CONFIG = """
[req]
distinguished_name = name
prompt = no
x509_extensions = stamping
[name]
CN = Stamping Authority
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256,sha384,sha512
ess_cert_id_alg = sha256
"""


class Authority:
    """A timestamping authority in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "config").write_text(CONFIG)
        (folder / "serial").write_text("01\n")
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "key", "-nodes"]
        self._run("req", "-x509", *key, "-days", "2", "-config", "config", "-out", "cert")

    def stamp(self, data: bytes, digest: str = "sha256") -> bytes:
        """The response over some bytes."""
        (self.folder / "data").write_bytes(data)
        self._run("ts", "-query", "-data", "data", f"-{digest}", "-cert", "-out", "query")
        keys = ["-signer", "cert", "-inkey", "key"]
        self._run(
            "ts",
            "-reply",
            "-config",
            "config",
            "-section",
            "here",
            "-queryfile",
            "query",
            *keys,
            "-out",
            "reply",
        )
        return (self.folder / "reply").read_bytes()

    def _run(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def world() -> World:
    made = World()
    made.found()
    made.note()
    return made


def checked(world: World, stamps: dict[str, bytes]) -> Report:
    files = world.bundle_files(earlier=[1]) | {f"timestamps/{name}": data for name, data in stamps.items()}
    return verify(bundle_of(files), asked(world))


def test_real_stamps_over_the_checkpoint_and_an_earlier_one_are_reported(
    authority: Authority, world: World
) -> None:
    stamps = {
        "1.tsr": authority.stamp(world.checkpoint(1).encode(), "sha512"),
        "2.tsr": authority.stamp(world.checkpoint().encode()),
    }
    report = checked(world, stamps)
    assert failing(report) == {}
    told = [r for c in report.claims if c.number == 11 for r in c.remarks]
    assert sum("says that this checkpoint existed at 20" in r for r in told) == 2
    assert told[-1] == "whether the stamping authorities are to be trusted"


def test_a_real_stamp_over_something_else_is_a_bad_signature(authority: Authority, world: World) -> None:
    report = checked(world, {"2.tsr": authority.stamp(b"another log")})
    assert (report.words, set(failing(report))) == ("BAD_SIGNATURE", {11})


def test_a_damaged_stamp_never_stops_the_verifier(authority: Authority, world: World) -> None:
    stamp = authority.stamp(world.checkpoint().encode())
    for damaged in (b"", stamp[:-40], stamp[:10], stamp[20:]):
        assert set(failing(checked(world, {"2.tsr": damaged}))) == {11}
