"""Appointments: who holds which role, from when, by which instrument (RECORD §3, DOMAIN §4.16).

Who may appoint is decided by ``ledger.record.authority``, which the offline verifier has too; here stands
what the domain adds::

    {"from":"2025-01-06T00:00:00.000000Z","instrument":"sha256:…","person":"p-9","role":"RSO","to":"2027-01-06T…Z"}
"""

from __future__ import annotations

from ledger.errors import Refusal
from ledger.record import people
from ledger.record.act import Act
from ledger.record.event import Event
from ledger.record.people import Appointment, AppointmentEnd
from ledger.record.roll import BODIES, SERVICE, SERVICE_PREFIX
from ledger.register import View
from ledger.subjects.kind import Kind
from ledger.subjects.payload import read_text

SINGLE = ("CEO", "RSO")
"""Roles of which there is one holder at a time, and never one person as both (DOMAIN §4.16)."""

APPOINT_FORM = """\
# Who holds a role from when. Signed by the BOARD_SECRETARY; the secretary's own seat by two directors;
# a trustee's seat by a trustee in office. The person concerned does not count.
data:
  person: p-9
  role: CISO
  from: 2025-01-06T00:00:00.000000Z
  # to: 2027-01-06T00:00:00.000000Z
  instrument: board-resolution.pdf     # one of the evidence files below, by name
evidence: [{file: board-resolution.pdf, title: "Board resolution", source: internal}]
"""

END_FORM = """\
# A role ends with this entry. Signed as the appointment was.
data:
  person: p-9
  role: CISO
  reason: ""
  instrument: board-resolution.pdf
evidence: [{file: board-resolution.pdf, title: "Board resolution", source: internal}]
"""


def judge_dates(view: View, act: Act, now: str) -> list[Refusal]:
    """G-APP-1: an appointment ends after it begins and names a role that a person can hold."""
    return [Refusal("G-APP-1", why, cure) for why, cure in unsound(people.appointment(act.event))]


def judge_single(view: View, act: Act, now: str) -> list[Refusal]:
    """G-APP-2: one CEO and one RSO at a time, and never one person as both [DOMAIN 4.16]."""
    made = people.appointment(act.event)
    running = [t.appointment for own in list(view.roll.tenures.values()) for t in own if t.below(view.bound)]
    return [Refusal("G-APP-2", why, cure) for other in running for why, cure in clashes(other, made)]


def judge_new(view: View, act: Act, now: str) -> list[Refusal]:
    """G-APP-4: what stands is not appointed again: two drafts of one appointment make one entry [RECORD 3]."""
    made = people.appointment(act.event)
    for tenure in view.roll.tenures.get((made.person, made.role), ()):
        standing = tenure.appointment
        if tenure.below(view.bound) and (standing.from_, standing.to) == (made.from_, made.to):
            why = f"{made.person} is {made.role} from {made.from_} by entry {tenure.made} already"
            return [Refusal("G-APP-4", why, "withdraw the draft; a next term has dates of its own")]
    return []


def unsound(made: Appointment) -> list[tuple[str, str]]:
    """What is wrong with an appointment by itself, as (reason, cure)."""
    out = []
    if made.to is not None and made.to <= made.from_:
        out.append(("the appointment ends before it begins", "let 'to' lie after 'from'"))
    if made.role in BODIES or made.role == SERVICE or made.person.startswith(SERVICE_PREFIX):
        why = f"{made.person} cannot be appointed {made.role}"
        out.append((why, "bodies act by their members (DIRECTOR, TRUSTEE); services are registered by key"))
    return out


def clashes(standing: Appointment, made: Appointment) -> list[tuple[str, str]]:
    """Why `made` cannot stand beside `standing`, as (reason, cure). The same person's next term may overlap."""
    if not {standing.role, made.role} <= set(SINGLE) or not _overlap(standing, made):
        return []
    holds = f"{standing.person} holds {standing.role} in that time"
    if standing.role == made.role and standing.person != made.person:
        return [(holds, "end that appointment first, or let this one begin after it")]
    if standing.role != made.role and standing.person == made.person:
        return [(f"{holds} and cannot be {made.role} too", "CEO and RSO are two persons")]
    return []


def judge_ended(view: View, act: Act, now: str) -> list[Refusal]:
    """G-APP-3: only an appointment that stands can be ended."""
    end = people.appointment_end(act.event)
    if any(t.below(view.bound) for t in view.roll.tenures.get((end.person, end.role), ())):
        return []
    why = f"{end.person} holds no appointment as {end.role}"
    return [Refusal("G-APP-3", why, "look up the roll: countersign keys list")]


def _overlap(a: Appointment, b: Appointment) -> bool:
    return (a.to is None or b.from_ < a.to) and (b.to is None or a.from_ < b.to)


def _stream(view: View, event: Event) -> str:
    return f"person/{event.data.get('person')}"


def read_made(event: Event) -> Appointment:
    """`data` of appointment.made."""
    return people.appointment(event)


def read_ended(event: Event) -> AppointmentEnd:
    """`data` of appointment.ended."""
    read = people.appointment_end(event)
    read_text(read.reason, "/data/reason")
    return read


KINDS = (
    Kind(
        type=people.APPOINTED,
        command="appoint",
        section="DOMAIN 4.16",
        decides=True,
        read=read_made,
        stream=_stream,
        judges={"G-APP-1": judge_dates, "G-APP-2": judge_single, "G-APP-4": judge_new},
        form=APPOINT_FORM,
        withholdable=False,
        scheduled=True,
    ),
    Kind(
        type=people.ENDED,
        command="end-appointment",
        section="DOMAIN 4.16",
        decides=True,
        read=read_ended,
        stream=_stream,
        judges={"G-APP-3": judge_ended},
        form=END_FORM,
        withholdable=False,
    ),
)
