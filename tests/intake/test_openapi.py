"""The intake's doors as schemathesis knocks at them: every operation gives what is described here, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.intake.app import Doors, create_app
from intake.bucket import Bucket
from intake.epochs import DAY
from tests.http.live import live
from tests.intake.book import House
from tests.intake.kit import EPOCH, report
from tests.intake.test_app import Page
from tests.intake.test_counter import bundle, stored

SENTENCE: dict[str, Any] = {"text/plain": {"schema": {"type": "string", "minLength": 10, "pattern": "\\.$"}}}
BYTES: dict[str, Any] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
SETTINGS = """
[generation]
deterministic = true

# Only a sealed thing is taken, which no schema can describe.
[[operations]]
include-method = "POST"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "409", "413", "503"]
"""


def answers(*statuses: int, good: dict[str, Any]) -> dict[str, Any]:
    named = {
        status: {"description": "", "content": good if status < 300 else SENTENCE} for status in statuses
    }
    return {str(status): answer for status, answer in named.items()}


def shown(known: int, most: int, content: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0, "maximum": most}
    number = {"name": "n", "in": "path", "required": True, "schema": schema, "example": known}
    return {"get": {"parameters": [number], "responses": answers(200, 404, good=content)}}


def taken(content: dict[str, Any]) -> dict[str, Any]:
    responses = answers(201, 400, 408, 409, 413, 503, good=content)
    return {"post": {"requestBody": {"required": True, "content": BYTES}, "responses": responses}}


def description() -> dict[str, Any]:
    lists = {"application/json": {"schema": {"type": "object", "required": ["lists", "v", "window"]}}}
    receipt = {"application/json": {"schema": {"type": "object", "required": ["items", "last", "sig"]}}}
    most = 2**32 - 1
    paths = {
        "/items": taken(receipt),
        "/desk": taken({"text/plain": {"schema": {"type": "string", "maxLength": 0}}}),
        **{f"/{path}/{{n}}": shown(EPOCH, most, BYTES) for path in ("items", "chunks", "boards", "desk")},
        "/lists/{n}": shown(EPOCH // 92, most, lists),
        "/log/checkpoint": {"get": {"responses": answers(200, good=BYTES)}},
    }
    return {"openapi": "3.1.0", "info": {"title": "intake", "version": "1"}, "paths": paths}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_door_does_what_is_described(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.accept(report().data)
    house.counter.bundle(bundle(1, EPOCH).data, EPOCH)
    house.day(3)
    before = stored(house)
    mirror = {"checkpoint": b"a note"}.get
    app = create_app(
        Doors(house.store, house.counter, Page, mirror, lambda: house.today * DAY + 1.0, Bucket(10**6, 1))
    )
    (tmp_path / "openapi.json").write_text(json.dumps(description()))
    (tmp_path / "schemathesis.toml").write_text(SETTINGS)
    tool = str(Path(sys.executable).with_name("st"))
    with live(app) as url:
        command = f"run openapi.json --url {url} --checks all --max-examples 15 --no-color"
        run = subprocess.run(
            [tool, "--config-file", "schemathesis.toml", *command.split()],
            cwd=tmp_path,
            env={name: value for name, value in os.environ.items() if name != "SCHEMATHESIS_HOOKS"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    assert "Operations:       8 selected" in run.stdout
    assert stored(house) == before
    house.store.close()
