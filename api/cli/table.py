"""Every command of ``countersign``: where it lives and its line in the help. Nothing is imported to show this.

::

    "record": Entry("Record and sign", "api.cli.record:record", "Fill in a form, sign it, put it on the record.")

1. Everything that the command line can do must stand here; docs/commands.md is tested against it.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Entry(NamedTuple):
    """`section` of the help, `target` as ``module:attribute``, `help` in one line."""

    section: str
    target: str
    help: str


BEGIN: Final = "Begin"
RECORD: Final = "Record and sign"
READ: Final = "Read and verify"
KEEP: Final = "Publish and keep"
TRUST: Final = "Trustees"
REPORT: Final = "Report a concern"
SERVE: Final = "Serve"

TABLE: Final[dict[str, Entry]] = {
    "run": Entry(
        BEGIN, "api.cli.run:run", "Make the demonstration and the public history, and serve them here."
    ),
    "demo": Entry(BEGIN, "api.cli.demo:demo", "Make a demonstration ledger of a fictional organisation."),
    "init": Entry(BEGIN, "api.cli.found:init", "Found a ledger from a founding form."),
    "keys": Entry(BEGIN, "api.cli.keys:keys", "Make, show, list, prove and rotate keys."),
    "guide": Entry(
        BEGIN, "api.cli.guide:guide", "The commands of the four decisions, and what is next for a model."
    ),
    "record": Entry(RECORD, "api.cli.record:record", "Fill in a form, sign it, put it on the record."),
    "sign": Entry(RECORD, "api.cli.sign:sign", "Read a waiting draft and sign it."),
    "docket": Entry(RECORD, "api.cli.docket:docket", "The drafts that wait for signatures."),
    "history": Entry(
        RECORD, "api.cli.history:history", "Transcribe public history into a ledger of its own."
    ),
    "log": Entry(READ, "api.cli.log:log", "What is on the record, one line an entry."),
    "search": Entry(READ, "api.cli.tables:search", "Entries in whose text some words stand."),
    "show": Entry(READ, "api.cli.show:show", "One entry in full, or the proof that it stands there."),
    "verify": Entry(
        READ, "api.cli.verify:verify", "Check a record: signatures, order, rules, nothing cut or changed."
    ),
    "findings": Entry(READ, "api.cli.findings:findings", "What the record shows to be amiss by itself."),
    "models": Entry(
        READ, "api.cli.models:models", "How far each model is from each threshold, who decided, on what."
    ),
    "gate": Entry(
        READ, "api.cli.gate:gate", "May a model be trained, stored or deployed? Exit code for pipelines."
    ),
    "pauses": Entry(READ, "api.cli.pauses:pauses", "What is paused, and what could stop training at all."),
    "clocks": Entry(READ, "api.cli.clocks:clocks", "What is due and overdue, by how much, and how firmly."),
    "why": Entry(READ, "api.cli.why:why", "The rule behind a refusal, a verdict, a finding or an entry."),
    "cases": Entry(
        READ, "api.cli.cases:show_cases", "Noncompliance cases, those that opened themselves too."
    ),
    "commitments": Entry(
        READ, "api.cli.commitments:show_commitments", "What was promised until when, and what came of it."
    ),
    "exceptions": Entry(
        READ,
        "api.cli.exceptions:show_exceptions",
        "Which safeguards are lowered, on whose evidence, until when.",
    ),
    "corrections": Entry(
        READ,
        "api.cli.corrections:show_corrections",
        "What was corrected, when, and whether it changed any decision.",
    ),
    "policy": Entry(READ, "api.cli.policy:policy", "Read, weigh and compare versions of a policy."),
    "tables": Entry(READ, "api.cli.tables:tables", "Keep the record as tables of one SQLite file."),
    "health": Entry(READ, "api.cli.health:health", "Whether this ledger can be relied on to go on working."),
    "publish": Entry(KEEP, "api.cli.publish:publish", "Write the public record as a static folder."),
    "export": Entry(KEEP, "api.cli.publish:export", "Write a bundle that opens without account or network."),
    "backup": Entry(KEEP, "api.cli.backup:backup", "Copy the whole ledger to a folder, while it is in use."),
    "restore": Entry(
        KEEP, "api.cli.backup:restore", "Put a backup back; it is checked before anybody writes to it."
    ),
    "trustee": Entry(
        TRUST, "api.cli.trustee:trustee", "A trustee's sheet of 24 words, and the keys made of it."
    ),
    "desk": Entry(TRUST, "api.cli.desk:desk", "The trustee's desk: a page on this machine, or commands."),
    "monitor": Entry(
        TRUST,
        "api.cli.monitor:monitor",
        "Visit an intake as anybody might, file canaries, and say what is amiss.",
    ),
    "report": Entry(
        REPORT, "api.cli.report:report", "Seal an anonymous report, and find out what became of it."
    ),
    "serve": Entry(SERVE, "api.cli.serve:serve", "Serve the register and its doors."),
    "completion": Entry(
        SERVE, "api.cli.completion:completion", "Print the completion script for your shell."
    ),
}
