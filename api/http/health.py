"""Health: for whoever watches the machine. No secrets, no paths, no versions.

::

    GET /healthz
    {"status":"ok","size":14,"recorded_at":"2025-12-29T09:02:00.000000Z","published":14,"clock":"2026-…Z",
     "clock_behind":false,"restored":false}

1. `clock_behind` must be true when the clock lags over 5 minutes behind the last entry: recording goes on with the
   record's time, and somebody must set the clock (RECORD §4).
"""

from __future__ import annotations

from fastapi import APIRouter

from api.http.answers import problems
from api.http.shapes import HealthShape
from api.public.parameters import Public
from ledger.office import BEHIND
from ledger.record.fields import later

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Is it well?", responses=problems())
def healthz(record: Public) -> HealthShape:
    """200 as long as the record can be read; `status` says whether somebody should look."""
    head = record.house.store.head()
    clock = record.house.office.clock()
    behind = later(clock, BEHIND) < head.recorded_at
    restored = record.house.store.restored() is not None
    return HealthShape(
        status="attention" if behind or restored else "ok",
        size=head.size,
        recorded_at=head.recorded_at,
        published=head.size - record.waiting(),
        clock=clock,
        clock_behind=behind,
        restored=restored,
    )
