"""docs/read-models.md names every table and column of the file, and no other."""

import re
from pathlib import Path

from ledger.views import derived, rows

PAGE = (Path(__file__).parents[2] / "docs" / "read-models.md").read_text(encoding="utf-8")


def test_every_column_is_documented() -> None:
    documented: dict[str, list[str]] = {}
    for part in re.split(r"^(?=`[a-z_]+`: )", PAGE, flags=re.MULTILINE)[1:]:
        name = part[1 : part.index("`", 1)]
        documented[name] = re.findall(r"^\| `([a-z_]+)` \|", part, flags=re.MULTILINE)
    assert documented == {name: list(columns) for name, columns in (rows.TABLES | derived.COLUMNS).items()}
