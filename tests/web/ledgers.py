"""Ledgers to look at: one with texts that mean no good, one of transcribed history."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from fastapi import FastAPI

from api.bootstrap import Founder, LogKey, found, open_house
from api.demo.stage import unsealed_signer
from api.http.app import create_app
from api.settings import Settings
from keys.files import create
from ledger.policy.plain import load_file
from ledger.record.act import Seen, make_act, signature_json
from ledger.record.canonical import encode
from ledger.record.founding import LOG_SERVICE
from ledger.record.sign import sign_event
from ledger.transcribe import transcribe
from tests.http.door import NOW, Door

JSON: Final = {"content-type": "application/json"}
SCRIPT: Final = "<script>document.title='taken'</script><img src=x onerror=alert(1)>"
HOSTILE: Final = (
    SCRIPT,
    "x" * 5000,
    "\u202egnp.exe \u2066 left open, \u200bhidden\u200b",
    "{{ 7*7 }} {% raw %} ${7*7} <%= 7 %>",
    "line one\nline two\n\n\tline four",
    "\uffff\ufdd0 noncharacters",
    "עברית ועוד, with English after it",
    "'\"&<>`",
)
LATER: Final = "2026-12-01T12:00:00.000000Z"
ORIGIN: Final = "history.example/countersign"
HISTORY: Final = Path(__file__).parents[2] / "ledger" / "data" / "rsp-history.yaml"


def add_hostile(door: Door) -> None:
    """Notes with hostile texts, a hostile evidence title, a sealed value, a withheld draft."""
    for text in HOSTILE:
        assert (
            door.stranger.post("/api/v1/acts", content=door.note(text).raw, headers=JSON).status_code == 201
        )
    paper = {
        "digest": "sha256:" + "ab" * 32,
        "media_type": "text/html" + "y" * 300,
        "obtained_at": NOW,
        "size_bytes": 2**53 - 1,
        "source": "external",
        "title": SCRIPT + "z" * 500,
        "uri": "javascript:alert(1)",
    }
    form = {"data": {"text": "See the paper."}, "evidence": [paper], "sealed": {"a" * 300: "secret"}}
    act, _ = door.act("note", "p-gc", form)
    assert door.stranger.post("/api/v1/acts", content=act.raw, headers=JSON).status_code == 201
    made = door.stage.draft("note", "p-d1", {"data": {"text": "Hush."}, "class": "board"})
    body = encode({"event": made.event, "signatures": [], "withheld": True})
    assert door.operator.post("/api/v1/docket", content=body, headers=JSON).status_code == 201
    late = door.stage.draft(
        "note", "p-gc", {"data": {"text": SCRIPT}, "not_after": "2026-01-01T00:00:00.000000Z"}
    )
    signature = signature_json(door.stage.sign(late, "p-gc", "attest"))
    body = encode({"event": late.event, "signatures": [signature]})
    assert door.operator.post("/api/v1/docket", content=body, headers=JSON).status_code == 201


def make_history(folder: Path) -> FastAPI:
    """A ledger of transcribed public records, and the application that serves it."""
    keys = folder.parent / "keys"
    keys.mkdir(mode=0o700)
    for person in ("p-importer", LOG_SERVICE):
        create(keys, person, person, unsealed=True)
    settings = Settings(folder, ORIGIN, log_key=str(keys / f"{LOG_SERVICE}.key"))
    log_key = LogKey(ORIGIN, unsealed_signer(keys, LOG_SERVICE))
    signer = unsealed_signer(keys, "p-importer")
    organisation = "Public history of a policy"
    founder = Founder("p-importer", ("IMPORTER",), signer)
    found(settings, log_key, [founder], organisation=organisation, clock=lambda: LATER, entropy=os.urandom)
    with open_house(settings, log_key, clock=lambda: LATER) as house:
        for event in transcribe(load_file(HISTORY), "p-importer").events[:30]:
            head = house.store.head()
            signature = sign_event(
                event,
                seen=Seen(head.size, head.root().hex()),
                person="p-importer",
                role="IMPORTER",
                capacity="transcriber",
                statement="attest",
                signed_at=LATER,
                ledger=ORIGIN,
                signer=signer,
            )
            house.office.record(make_act(event, [signature]))
    return create_app(lambda: open_house(settings, clock=lambda: LATER))
