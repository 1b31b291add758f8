"""The demonstration year 2025: Quillmere Labs under "QSP 2.2", from founding to the yearly review.

``countersign demo --dir D [--seed N]`` plays it through the same doors a user has. QSP 2.2 is the shipped
``rsp-2.2`` under another name, with one evaluation line of its own.

1. Nothing in it may be a real organisation's or a real person's.
"""

from __future__ import annotations

from typing import Final

from api.demo import autumn, chores, closing, summer, texts, winter
from api.demo.play import Play, play
from api.demo.stage import founded
from api.settings import Settings

POSITION: Final = {
    "models": [
        {
            "model_id": "heron-3",
            "surfaces": ["general"],
            "thresholds": [
                {"threshold": "CBRN-3", "outcome": "below"},
                {"threshold": "MODEL-AUTONOMY", "outcome": "checkpoint_not_reached"},
            ],
        }
    ],
    "standards": [
        {"standard": "ASL-2-DEPLOYMENT", "models": ["*"], "surfaces": ["*"]},
        {"standard": "ASL-2-SECURITY", "models": ["*"], "surfaces": ["*"]},
    ],
    "testing_ended": "2024-12-09T17:00:00.000000Z",
}
"""Attested at founding, not decided on this ledger."""


BYLAWS: Final = {"board_quorum": 4, "board_majority": "simple"}


ROWS: Final = tuple(
    sorted((*winter.ROWS, *chores.ROWS, *summer.ROWS, *autumn.ROWS, *closing.ROWS), key=lambda row: row.day)
)


def demonstrate(settings: Settings, seed: bytes, until: str | None = None) -> Play:
    """Make the demonstration ledger in ``settings.folder``, up to the day `until`; what happened."""
    data = texts.qsp()
    in_force = {"version": data["version"], "data": data, "text_digest": texts.digest(data)}
    with founded(settings, seed, in_force, position=POSITION, house_settings=BYLAWS) as stage:
        played = play(stage, ROWS, until)
        chores.waiting(played)
        return played
