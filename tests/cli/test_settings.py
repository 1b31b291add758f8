"""The settings file: what is written is read back, whatever it holds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.settings import FILE, NAMES, Settings, read_settings

ANY = st.text(st.characters(exclude_categories=["Cs"]))


def test_a_settings_file_as_it_is_written(tmp_path: Path) -> None:
    assert Settings(tmp_path, "example.org/log").text() == (
        'origin = "example.org/log"\ndatabase = "ledger.db"\nlog_key = "keys/svc-log.key"\n'
        'site = "site"\nhost = "127.0.0.1"\nport = 8441\n'
    )
    assert list(NAMES) == ["origin", "database", "log_key", "site", "host", "port"]


@given(origin=ANY, database=ANY, port=st.integers(0, 65535))
def test_3_any_settings_come_back(
    origin: str, database: str, port: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("settings")
    settings = Settings(folder, origin, database=database, port=port)
    (folder / FILE).write_text(settings.text(), encoding="utf-8")
    assert read_settings(folder, {}) == settings
