"""The same story with the record in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.cli.conftest import PASSPHRASE, Shell
from tests.fixtures.postgres import database, postgres_server

__all__ = ["postgres_server"]

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]

FORM = """
origin: ledger.test/log
organisation: Test Labs
people:
  - {{person: p-ceo, roles: [CEO], key: new}}
  - {{person: p-sec, roles: [BOARD_SECRETARY], key: new}}
database: "{address}"
"""


@pytest.fixture
def address(postgres_server: str) -> Iterator[str]:
    """A new database, as an address."""
    with database(postgres_server) as conninfo:
        parts = conninfo_to_dict(conninfo)
        host = quote(str(parts.get("host", "")), safe="")
        yield f"postgresql://{parts.get('user', '')}@/{parts['dbname']}?host={host}"


def test_founded_recorded_countersigned_verified_and_backed_up(
    shell: Shell, tmp_path: Path, note: Path, appointment: Path, address: str
) -> None:
    (tmp_path / "founding.yaml").write_text(FORM.format(address=address))
    shell.environment["COUNTERSIGN_PASSPHRASE"] = PASSPHRASE
    shell.dir = tmp_path / "ledger"
    shell("init", "-f", tmp_path / "founding.yaml")
    assert shell("record", "note", "-f", note, "--key", shell.key("p-ceo"), "--yes", "--quiet").out == "1\n"
    waiting = shell(
        "record", "appoint", "-f", appointment, "--key", shell.key("p-ceo"), "--yes", "--json"
    ).json()
    assert ["p-sec", "BOARD_SECRETARY"] in waiting["must_sign"]
    assert shell("sign", "--key", shell.key("p-sec"), "--yes", "--json").json()["index"] == 2
    assert shell("verify", "--quiet").out == "OK\n"
    assert shell("health", "--json").json()["ok"]
    shell("publish")
    shell("backup", "--out", tmp_path / "copy")
    assert shell("verify", tmp_path / "copy" / "record.db", "--quiet").out == "OK\n"


def test_a_server_that_is_not_there(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "founding.yaml").write_text(FORM.format(address="postgresql://u@127.0.0.1:1/none"))
    shell.environment["COUNTERSIGN_PASSPHRASE"] = PASSPHRASE
    shell.dir = tmp_path / "ledger"
    assert shell("init", "-f", tmp_path / "founding.yaml", code=2).err.count("✗") == 1
    assert not shell.dir.exists()
