"""The desk's pages and forms. Each form is one act of the trustee; everything works without a script.

::

    /  /report/<L>  /cases  /record  /mail      and POST /unlock /lock /refresh /request /approve /decline /open …

1. A form must do one thing, and lead back to a page that shows what came of it.
2. Nothing must be answered, given or signed by loading a page.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.desk import record
from api.desk.overview import overview, report
from api.desk.render import PAST, Renderer, checked
from api.desk.session import Session
from intake import chunks
from intake.trustee import desk, outgoing, statistics
from intake.trustee.event import DETRIMENTS, OUTCOMES, SCOPES
from intake.trustee.room import Room
from intake.trustee.threads import opened, thread_of
from keys.passphrase import Passphrase
from ledger.errors import NotFound

router = APIRouter()

LARGEST: Final = 400_000


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form of this page; Malformed for any other."""
    async with request.form(max_fields=40, max_part_size=LARGEST) as sent:
        fields: dict[str, str] = {}
        for name, value in sent.multi_items():
            fields[name] = value if isinstance(value, str) else (await value.read(LARGEST)).hex()
    checked(request, fields)
    return fields


Form = Annotated[dict[str, str], Depends(_form)]


def _session(request: Request) -> Session:
    session: Session = request.app.state.session
    return session


At = Annotated[Session, Depends(_session)]


def _page(request: Request, template: str, **given: Any) -> Response:
    renderer: Renderer = request.app.state.pages
    return renderer.page(template, here=request.url.path, **given)


def _back(to: str = "/") -> Response:
    return RedirectResponse(to, 303, PAST)


@router.get("/")
def home(request: Request, at: At) -> Response:
    if at.unlocked is None:
        return _page(request, "desk_unlock.html")
    with at.room() as room:
        return _page(request, "desk_home.html", o=overview(room, at.alarms))


@router.get("/report/{item}")
def one_report(request: Request, at: At, item: str) -> Response:
    with at.room() as room:
        thread = thread_of(room, item)
        if thread is None:
            raise NotFound("this report is not open here", "open it with your colleagues first")
        return _page(
            request,
            "desk_report.html",
            r=report(room, thread),
            free=outgoing.free_slots(room),
            scopes=SCOPES,
            detriments=DETRIMENTS,
            outcomes=OUTCOMES,
        )


@router.get("/report/{item}/file/{number}")
def attachment(at: At, item: str, number: int) -> Response:
    with at.room() as room:
        found = opened(room, item)
        if found is None or number >= len(found.body.attachments):
            raise NotFound("no such file in this report")
        named = found.body.attachments[number]
        pieces = {c.id: room.mirror.chunk(c.id.hex()) or b"" for c in named.chunks}
        data = chunks.content(named, pieces)
    return Response(
        data,
        media_type="application/octet-stream",
        headers={**PAST, "content-disposition": f'attachment; filename="attachment-{number + 1}"'},
    )


@router.get("/cases")
def cases(request: Request, at: At) -> Response:
    with at.room() as room:
        return _page(request, "desk_cases.html", o=overview(room, at.alarms))


@router.get("/mail")
def mail(request: Request, at: At) -> Response:
    with at.room() as room:
        quarter = statistics.countable(room.now)
        panels = [p.id for p in room.directory(room.today).roster.panels if _seat(room) in p.seats]
        counted = {
            p: (statistics.statement(room, p, quarter), statistics.signed(room, p, quarter)) for p in panels
        }
        return _page(request, "desk_mail.html", o=overview(room, at.alarms), quarter=quarter, counted=counted)


@router.get("/mail/bundle")
def bundle(at: At) -> Response:
    """Today's mail as a file, for colleagues who meet."""
    with at.room() as room:
        data = outgoing.export(room)
        name = f"{room.person}-{room.today}.desk"
    headers = {**PAST, "content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.get("/record")
def the_record(request: Request, at: At) -> Response:
    known = at.known()
    with at.room() as room:
        looked = record.look(at.home, room.unlocked, known.ledger, known.vkey, room.notes.looked)
        return _page(request, "desk_record.html", k=looked, line=room.notes.looked.get("line", ""))


@router.post("/unlock")
def unlock(at: At, form: Form) -> Response:
    at.unlock(lambda: Passphrase(form.get("passphrase", "").encode()))
    with at.room() as room:
        desk.look_through(room)
    return _back()


@router.post("/lock")
def lock(at: At, form: Form) -> Response:
    at.lock()
    return _back()


@router.post("/refresh")
def refresh(at: At, form: Form) -> Response:
    source = at.source()
    with at.room() as room:
        at.alarms = desk.refresh(room, source, at.known().first)
        at.fetched = room.now
    return _back()


@router.post("/request")
def request(at: At, form: Form) -> Response:
    with at.room() as room:
        desk.request(room, form.get("item", ""))
        desk.finish(room)
    return _back()


@router.post("/approve")
def approve(at: At, form: Form) -> Response:
    with at.room() as room:
        desk.approve(room, form.get("id", ""))
        desk.finish(room)
    return _back()


@router.post("/decline")
def decline(at: At, form: Form) -> Response:
    with at.room() as room:
        desk.decline(room, form.get("id", ""))
        desk.finish(room)
    return _back()


@router.post("/open")
def open_report(at: At, form: Form) -> Response:
    item = form.get("item", "")
    with at.room() as room:
        try:
            desk.open_report(room, item, tell="tell" in form)
        finally:
            desk.finish(room)
    return _back(f"/report/{item}")


@router.post("/answer")
def answer(at: At, form: Form) -> Response:
    item = form.get("item", "")
    with at.room() as room:
        alone = form.get("how") == "alone"
        desk.answer(room, item, form.get("text", ""), form.get("kind", ""), alone=alone)
        desk.finish(room)
    return _back(f"/report/{item}")


@router.post("/cosign")
def cosign(at: At, form: Form) -> Response:
    with at.room() as room:
        desk.cosign(room, form.get("id", ""))
        desk.finish(room)
    return _back()


@router.post("/alone")
def alone(at: At, form: Form) -> Response:
    with at.room() as room:
        desk.send_alone(room, form.get("id", ""))
        desk.finish(room)
    return _back()


@router.post("/event")
def event(at: At, form: Form) -> Response:
    item, type_ = form.get("item", ""), form.get("type", "")
    with at.room() as room:
        desk.record(room, item, type_, _data(type_, form))
        desk.finish(room)
    return _back(f"/report/{item}")


@router.post("/meet")
def meet(at: At, form: Form) -> Response:
    """Read a colleague's file."""
    with at.room() as room:
        desk.receive_file(room, bytes.fromhex(form.get("file", "")))
    return _back()


@router.post("/statistics")
def sign_statistics(at: At, form: Form) -> Response:
    with at.room() as room:
        statistics.sign(room, form.get("panel", ""), statistics.countable(room.now))
        desk.finish(room)
    return _back("/mail")


@router.post("/record/confirm")
def confirm(at: At, form: Form) -> Response:
    known = at.known()
    with at.room() as room:
        line = record.confirm(at.home, room.unlocked, known.ledger, known.vkey, room.now)
        looked = record.look(at.home, room.unlocked, known.ledger, known.vkey, room.notes.looked)
        room.notes.looked = {"line": line, "note": looked.note, "size": looked.size}
    return _back("/record")


@router.post("/record/seen")
def seen(at: At, form: Form) -> Response:
    known = at.known()
    with at.room() as room:
        looked = record.look(at.home, room.unlocked, known.ledger, known.vkey, room.notes.looked)
        if not looked.good:
            raise NotFound("a record that does not verify is not noted as seen")
        room.notes.looked |= {"note": looked.note, "size": looked.size}
    return _back("/record")


def _data(type_: str, form: dict[str, str]) -> dict[str, Any]:
    note = form.get("note", "").strip().replace("\r\n", "\n")
    match type_:
        case "assessed":
            concerns = sorted(set(form.get("concerns", "").split()))
            return {
                "concerns": concerns,
                "detriment": form.get("detriment", ""),
                "note": note,
                "scope": form.get("scope", ""),
            }
        case "concluded":
            return {"note": note, "outcome": form.get("outcome", "")}
        case "referred":
            return {"note": note, "to": form.get("to", "").strip()}
        case "exclusion_lifted" | "retention_expired":
            return {}
        case _:
            return {"note": note}


def _seat(room: Room) -> int | None:
    return room.seat(room.directory(room.today))
