"""Matter for questions: two models, a measurement that makes an assessment due, and a deployment without a gate."""

from __future__ import annotations

from typing import Any

from tests.http.door import Door

DAY = "2026-01-04"
PEOPLE = {"record-effective-compute": "p-assessor"}


def add_models(door: Door) -> None:
    """Heron 4 is 2.1 times Heron 3; Heron 5 is 4.2 times Heron 3, and in general use though nobody let it."""
    for command, data in _acts():
        act, _ = door.act(command, PEOPLE.get(command, "p-rso"), {"data": data})
        answer = door.stranger.post(
            "/api/v1/acts", content=act.raw, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 201, answer.text


def _acts() -> list[tuple[str, dict[str, Any]]]:
    at = f"{DAY}T08:00:00.000000Z"
    out: list[tuple[str, dict[str, Any]]] = []
    for model, mult in (("heron-4", "2.1"), ("heron-5", "4.2")):
        named = {"model_id": model, "codename_cls": "staff", "lineage": {"parent": "heron-3"}}
        measured = {
            "model_id": model,
            "baseline_model": "heron-3",
            "mult": mult,
            "method": "training compute, adjusted for algorithms",
            "at": at,
        }
        out += [("register-model", named), ("record-effective-compute", measured)]
    out.append(("record-deployment", {"model_id": "heron-5", "surface": "general", "at": at}))
    return out
