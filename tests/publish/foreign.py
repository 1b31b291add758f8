"""What other implementations made; each file says where it is from and under which licence."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vectors"


def vector(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
