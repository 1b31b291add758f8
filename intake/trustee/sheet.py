"""The sheet: 24 words on paper, from which all keys of a trustee's year come (INTAKE §5).

::

    Trustee's sheet 2026                                  p-t1, seat 0
    Ledger          example.org/log
    Fingerprint     3b1f 90aa 51c2 7d1e 0c4f              read it aloud to the board secretary

     1 abandon     2 ability     3 able        4 about    …

1. The words must be the BIP39 English words of the entropy itself, checksum included; nothing else is on the sheet.
2. Words typed back must be taken however they are spaced and capitalised; a wrong checksum is mistyped, and never says
   which word.
3. The HTML must be one file without script, pictures or addresses, and must escape whatever it is given.
4. Whoever holds the sheet is the trustee: it must say so, and say when it is to be destroyed.
5. Any `k` shares of the sheet must give it back, and fewer must tell nothing of it (SLIP-39).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from textwrap import wrap

from mnemonic import Mnemonic

from keys.errors import KeyTrouble

ENTROPY_BYTES = 32
WORDS = 24
WIDTH = 92
ADVICE = (
    "Whoever holds these words is you: with two colleagues' help they could read what staff report in confidence.",
    "Keep the sheet on paper, where only you can reach it. Do not photograph, scan or type it anywhere but here.",
    "If your computer is lost, `countersign trustee restore` makes its keys anew; colleagues give the cases back.",
    "Read the fingerprint aloud to whoever puts your seat on the record, face to face or on a call.",
    "When the time for keeping this year's reports has ended, destroy the sheet. Only that erases them.",
)


class Mistyped(KeyTrouble):
    """These are not the words of a sheet."""


def words(entropy: bytes) -> tuple[str, ...]:
    """The 24 words; ValueError unless there are 32 bytes."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError("a sheet has 32 bytes")
    return tuple(Mnemonic("english").to_mnemonic(entropy).split(" "))


def entropy(typed: str) -> bytes:
    """The 32 bytes of words that were typed; Mistyped."""
    given = typed.lower().split()
    if len(given) != WORDS:
        raise Mistyped(f"These are {len(given)} words.", f"A sheet has {WORDS}: type them in their order.")
    try:
        return bytes(Mnemonic("english").to_entropy(given))
    except (ValueError, LookupError):
        raise Mistyped("These are not the words of a sheet.", "Compare each with the paper.") from None


def split(secret: bytes, k: int, of: int) -> tuple[str, ...]:
    """`of` SLIP-39 shares of a sheet, any `k` of which give it back. (The library draws its own randomness.)"""
    from shamir_mnemonic import generate_mnemonics  # noqa: PLC0415 - few ask for shares

    if not 2 <= k <= of <= 16:
        raise KeyTrouble(f"{k} of {of} shares cannot be made.", "Ask for at least 2, of at most 16.")
    return tuple(generate_mnemonics(1, [(k, of)], secret)[0])


def joined(shares: Sequence[str]) -> bytes:
    """The 32 bytes of a sheet, of which these are enough shares; Mistyped."""
    from shamir_mnemonic import MnemonicError, combine_mnemonics  # noqa: PLC0415

    try:
        secret = combine_mnemonics([" ".join(share.lower().split()) for share in shares])
    except MnemonicError:
        raise Mistyped(
            "These are not enough shares of one sheet.", "Type each share whole, and as many as it takes."
        ) from None
    if len(secret) != ENTROPY_BYTES:
        raise Mistyped("These are shares of something else.", "Take those of the trustee's sheet.")
    return bytes(secret)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed. The words do not show in a repr."""

    person: str
    seat: int
    year: int
    ledger: str
    fingerprint: str
    made_on: str
    words: tuple[str, ...] = field(repr=False)

    def text(self) -> str:
        """Plain text for a terminal or a printer."""
        lines = [f"Trustee's sheet {self.year}: {self.person}", ""]
        lines += [f"{label:<16}{value}" for label, value in self._facts()] + [""]
        for row in range(0, len(self.words), 4):
            cells = (f"{n:>2} {word:<12}" for n, word in enumerate(self.words[row : row + 4], row + 1))
            lines.append("   ".join(cells).rstrip())
        lines.append("")
        for number, sentence in enumerate(ADVICE, 1):
            lines += wrap(f"{number}. {sentence}", WIDTH, subsequent_indent="   ")
        return "\n".join(lines) + "\n"

    def html(self) -> str:
        """One page for paper."""
        title = f"Trustee’s sheet {self.year}: {escape(self.person)}"
        facts = "".join(f"<dt>{escape(label)}<dd>{escape(value)}" for label, value in self._facts())
        listed = "".join(f"<li>{escape(word)}" for word in self.words)
        advice = "".join(f"<li>{escape(sentence)}" for sentence in ADVICE)
        return (
            f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{_POLICY}\n<title>{title}</title>\n'
            f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<dl>{facts}</dl>\n"
            f"<ol class=words>{listed}</ol>\n<h2>What to do with it</h2>\n<ol>{advice}</ol>\n</body>\n</html>\n"
        )

    def _facts(self) -> list[tuple[str, str]]:
        return [
            ("Seat", str(self.seat)),
            ("Ledger", self.ledger),
            ("Made on", self.made_on),
            ("Fingerprint", self.fingerprint),
        ]


_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
_STYLE = (
    "body{font:11pt/1.45 Georgia,serif;max-width:44em;margin:2em auto;padding:0 1em;color:#000;background:#fff}"
    "h1{font-size:1.5em}h2{font-size:1.15em;margin-top:1.6em}dt{font-weight:bold}dd{margin:0 0 .4em}"
    ".words{columns:3;border:2px solid #000;padding:1em 1em 1em 3em;font:13pt/2 ui-monospace,Menlo,Consolas,monospace}"
    "@page{margin:18mm}@media print{body{margin:0;max-width:none}}"
)
