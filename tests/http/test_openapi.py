"""The published description is true: schemathesis asks every operation for what it says, and for what it forbids.

Asked from this machine, so withdrawing drafts is part of it; of a real ledger with its log key, over a real server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import validator_for

from api.http import bodies
from ledger.record import fields as f
from tests.http.door import Door, make_demo, serving
from tests.http.live import live

HERE = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_operation_does_what_its_description_says(tmp_path: Path) -> None:
    app, _ = serving(make_demo(tmp_path / "ledger"))
    tool = str(Path(sys.executable).with_name("st"))
    with live(app) as url:
        command = f"run {url}/api/v1/openapi.json --checks all --max-examples 10 --no-color"
        run = subprocess.run(
            [tool, "--config-file", str(HERE / "schemathesis.toml"), *command.split()],
            cwd=tmp_path,
            env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.http.hooks", "PYTHONPATH": str(HERE.parents[1])},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    assert "Operations:       31 selected" in run.stdout


def test_the_description_holds_nothing_of_the_framework(reading: Door) -> None:
    description = reading.stranger.get("/api/v1/openapi.json").json()
    text = json.dumps(description)
    assert "HTTPValidationError" not in text
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                types = set(answer.get("content", {}))
                if int(status) >= 400:
                    assert types == {"application/problem+json"}, (path, method, status)
                elif int(status) == 200:
                    assert types, (path, method)


def test_the_record_itself_fits_the_description(reading: Door) -> None:
    """Must 1 of api/http/bodies.py: every public act of the demonstration, and every word of every list."""
    validator = validator_for(bodies.ACT)
    for entry in reading.stranger.get("/api/v1/entries").json()["entries"]:
        if "act" in entry["entry"]:
            validator.validate(entry["entry"]["act"])
    event: Any = bodies.EVENT["properties"]
    assert set(event["actor"]["properties"]["role"]["enum"]) == f.ROLES
    for name in f.CLASSES | {"regulator:x-1"}:
        validator_for(event["class"]).validate(name)
