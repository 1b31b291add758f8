"""The fingerprint sheet: one page of paper that lets a stranger tell this ledger from a copy made to deceive.

    Ledger          ledger.example.org/countersign
    Log key         ledger.example.org/countersign+33a1b2c4+AZ…
    its fingerprint 2c26 b46b 68ff c68f f99b 453c 1d30 4134 1342 2d70 6483 bfa0 f98a 5e88 6266 e7ae
    Founding entry  9f86 d081 884c 7d65 9a2f eaa0 c55a d015 a3bf 4f1b 2b0b 822c d15d 6c15 b0f0 0a08
    p-7             k-3e02 49e8 8adb f15d 365d dd94 e18e a184    Responsible Scaling Officer

1. The sheet must name origin, log key, founding leaf hash and every person's key, and say what to compare with whom.
2. The HTML must be one file without script, pictures or addresses, must print on white paper, and must escape whatever
   it is given.
3. The same facts must give the same bytes; the date is an argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from keys import fingerprint
from keys.public import PublicKey

WIDTH = 100  # columns of the plain text
TITLE = "Fingerprint sheet"
WARNING = "This ledger is a demonstration. Its people and keys are invented, and nothing on it was decided by anyone."
COMPARE = (
    "Compare every group of the log key and the founding entry with a sheet that reached you another way than this.",
    "It may come on paper from the board secretary, or be read aloud by a trustee whose voice you know.",
    "Compare a person's key with that person, face to face or on a call, and with nobody else on their behalf.",
    "If one group differs, sign nothing and trust nothing on this ledger. Keep both sheets and tell a trustee.",
    'Give the log key and the founding entry to the verifier: "countersign verify PATH --vkey FILE --founding HASH".',
)
KINDS = {"ed25519": "key file", "sshsig": "SSH key", "webauthn": "passkey"}


@dataclass(frozen=True, slots=True)
class Holder:
    """One key on the sheet: whose, and in which roles its owner was founded, in words."""

    key: PublicKey
    roles: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`founding` is 64 hex digits; `made_on` the day in words or digits; ValueError if vkey is of another origin."""

    origin: str
    organisation: str
    vkey: str
    founding: str
    holders: Sequence[Holder]
    made_on: str
    demonstration: bool = False

    def __post_init__(self) -> None:
        if not self.vkey.startswith(self.origin + "+"):
            raise ValueError("the log key names another ledger than the sheet")
        fingerprint.of_founding(self.founding)

    def text(self) -> str:
        """Plain text for a terminal or a printer; only a long origin or name makes a line longer than WIDTH."""
        lines = [f"{TITLE}: {self.organisation}", ""]
        lines += [*wrap(WARNING, WIDTH), ""] if self.demonstration else []
        for label, value in self._facts():
            for at, line in enumerate(value.split("\n")):
                lines.append(f"{'' if at else label:<16}{line}")
        lines += ["", "People and their keys", ""]
        for holder in self.holders:
            lines += [_who(holder), *(f"    {line}" for line in _marks(holder.key)), ""]
        lines += ["What to compare, and with whom", ""]
        for number, sentence in enumerate(COMPARE, 1):
            lines += wrap(f"{number}. {sentence}", WIDTH, subsequent_indent="   ")
        return "\n".join(lines) + "\n"

    def html(self) -> str:
        """One page for paper."""
        facts = "".join(f"<dt>{escape(label)}<dd>{_code(value)}" for label, value in self._facts())
        people = "".join(
            f"<tr><td>{escape(_who(holder))}<td>{_code(chr(10).join(_marks(holder.key)))}"
            for holder in self.holders
        )
        warning = f"<p class=warning>{escape(WARNING)}" if self.demonstration else ""
        compare = "".join(f"<li>{escape(sentence)}" for sentence in COMPARE)
        title = f"{TITLE}: {escape(self.organisation)}"
        return (
            f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{_POLICY}\n<title>{title}</title>\n'
            f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{warning}\n<dl>{facts}</dl>\n"
            f"<h2>People and their keys</h2>\n<table><tr><th>Person<th>Key{people}</table>\n"
            f"<h2>What to compare, and with whom</h2>\n<ol>{compare}</ol>\n</body>\n</html>\n"
        )

    def _facts(self) -> list[tuple[str, str]]:
        return [
            ("Ledger", self.origin),
            ("Made on", self.made_on),
            ("Log key", self.vkey),
            ("its fingerprint", _halved(fingerprint.of_vkey(self.vkey))),
            ("Founding entry", _halved(fingerprint.of_founding(self.founding))),
        ]


_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
_STYLE = (
    "body{font:11pt/1.45 Georgia,serif;max-width:44em;margin:2em auto;padding:0 1em;color:#000;background:#fff}"
    "h1{font-size:1.5em}h2{font-size:1.15em;margin-top:1.6em}dt{font-weight:bold}dd{margin:0 0 .6em}"
    "code{font:10.5pt/1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35em .8em .35em 0;"
    "border-bottom:1px solid #999}tr{break-inside:avoid}.warning{border:2px solid #000;padding:.5em .8em}"
    "@page{margin:18mm}@media print{body{margin:0;max-width:none}}"
)


def _halved(groups: str) -> str:
    """Sixteen groups as two lines of eight, so that nobody loses their place."""
    words = groups.split(" ")
    return " ".join(words[:8]) + "\n" + " ".join(words[8:])


def _who(holder: Holder) -> str:
    name = f"{holder.name} ({holder.key.person})" if holder.name else holder.key.person
    return ", ".join((name, *holder.roles))


def _marks(key: PublicKey) -> list[str]:
    return [fingerprint.of_key(key), " ".join(filter(None, (KINDS[key.kind], fingerprint.of_ssh(key))))]


def _code(value: str) -> str:
    return f"<code>{escape(value)}</code>"
