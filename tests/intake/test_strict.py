"""Hostile bytes: whatever a parser is fed, it reads the one encoding or says Malformed or Unopened, in bounded time."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import (
    body,
    chunks,
    directory,
    envelope,
    epochs,
    mail,
    opening,
    padding,
    proof,
    receipt,
    reply,
    upload,
)
from intake.body import Attachment, Body, Chunk
from intake.errors import IntakeTrouble
from ledger.errors import Malformed
from tests.intake.kit import EPOCH, FIVE, ORIGIN, SERVICE, WORDS, Drawn, hpke, plains

RECEIPT = receipt.give(SERVICE, ORIGIN, range(EPOCH, EPOCH + 3), bytes(32))
COVER = envelope.cover(FIVE, Drawn("cover"))
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

READERS: dict[str, tuple[Callable[[bytes], Any], bytes]] = {
    "directory": (directory.read, FIVE.data),
    "receipt": (receipt.read, RECEIPT.to_bytes()),
    "lines": (lambda d: receipt.read_lines(d.decode("utf-8", "replace")), RECEIPT.lines().encode()),
    "envelope": (lambda d: envelope.read(d, FIVE), COVER.data),
    "upload": (lambda d: upload.read(d, FIVE), COVER.data),
    "bundle": (lambda d: mail.read(d, FIVE), bytes(mail.length(5))),
    "letter": (lambda d: mail.read_letter(d, SERVICE.raw), padding.pad(b'{"v":1}', mail.PLAIN)),
    "body": (body.read, Body("report", "ltbt", "x").to_bytes()),
    "reply": (lambda d: reply.read(d, {FIVE.digest: FIVE}, WORDS.reply_key), b'{"v":1}'),
    "list": (lambda d: epochs.read(d, SERVICE.raw), b'{"data":{},"sig":""}'),
    "proof": (lambda d: proof.check_proof(d, proof.Question("", b"", ""), None), b'{"v":1}'),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", READERS)
@QUICK
@given(data=st.data())
def test_noise_and_changed_bytes_raise_nothing_else(name: str, data: st.DataObject) -> None:
    read, good = READERS[name]
    noise = data.draw(st.one_of(st.binary(max_size=300), st.just(good)))
    if noise == good and good:
        at = data.draw(st.integers(0, len(good) - 1))
        noise = good[:at] + bytes((data.draw(st.integers(0, 255)),)) + good[at + 1 :]
    try:
        read(noise)
    except (Malformed, IntakeTrouble):
        return
    assert name in {"directory", "receipt", "lines", "envelope", "upload", "body"}


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
keys = st.binary(min_size=32, max_size=32)
attachments = st.builds(
    Attachment,
    name=texts.filter(bool),
    media_type=texts.filter(bool),
    size=st.integers(0, 10**6),
    chunks=st.lists(st.builds(Chunk, keys, keys), max_size=3).map(tuple),
)
written = st.builds(
    Body,
    kind=st.sampled_from(body.KINDS),
    panel=st.just("ltbt"),
    text=texts,
    excluded=st.sets(st.integers(0, 4), max_size=2).map(lambda s: tuple(sorted(s))),
    attachments=st.lists(attachments, max_size=3).map(tuple),
)


@given(written)
@QUICK
def test_a_body_reads_as_it_was_written(one: Body) -> None:
    assert body.read(one.to_bytes()) == one


@given(written, st.binary(min_size=16, max_size=16), st.booleans())
@settings(max_examples=15, deadline=None)
def test_what_was_sealed_opens_as_it_was(one: Body, nonce: bytes, proved: bool) -> None:
    sealed = envelope.seal(FIVE, one, nonce, Drawn("round"), WORDS if proved else None)
    readers = plains(sealed, range(5))
    assert sorted(readers) == [s for s in range(5) if s not in one.excluded]
    first = min(readers)
    mine = sealed.share(FIVE, first, hpke(first))
    assert mine
    cek = opening.combine(sealed, FIVE, mine, {s: p for s, p in readers.items() if s != first})
    opened = opening.read(sealed, cek)
    assert opened
    assert (opened.body.text, opened.body.attachments, opened.signed) == (one.text, one.attachments, proved)


@given(st.binary(max_size=400), st.integers(4, 500))
@QUICK
def test_padding_has_one_encoding(content: bytes, size: int) -> None:
    if len(content) > size - 4:
        with pytest.raises(Malformed):
            padding.pad(content, size)
        return
    padded = padding.pad(content, size)
    assert padding.unpad(padded) == content
    assert len(padded) == size
    if len(content) < size - 4:
        with pytest.raises(Malformed):
            padding.unpad(padded[:-1] + b"\x01")


@pytest.mark.parametrize("content", [b"", b"x", b"x" * chunks.PLAIN, b"x" * (chunks.PLAIN + 1)], ids=len)
def test_an_attachment_comes_back_whole(content: bytes) -> None:
    named, pieces = chunks.attach("a", "text/plain", content, Drawn("file"))
    assert {len(p) for p in pieces} == {chunks.BYTES}
    held = {chunks.chunk_id(p): p for p in pieces}
    assert chunks.content(named, held) == content
    with pytest.raises(IntakeTrouble):
        chunks.content(named, {})
    with pytest.raises(IntakeTrouble):
        chunks.content(named, {i: p[:-1] + bytes((p[-1] ^ 1,)) for i, p in held.items()})


def test_a_text_that_is_too_long_says_so() -> None:
    with pytest.raises(Malformed, match="bytes of text and names"):
        Body("report", "ltbt", "x" * 16_400).to_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {"author": bytes(32)},
        {"sig": bytes(64)},
        {"reply_key": bytes(1216)},
        {"reply_key": bytes(1216), "tag_key": bytes(32)},
        {"author": bytes(32), "sig": bytes(64), "tag_key": bytes(32)},
        {"excluded": (3, 1)},
        {"excluded": (1, 1)},
        {"kind": "cover"},
        {"panel": ""},
        {"attachments": (Attachment("a", "b", 1, (Chunk(bytes(32), bytes(32)),) * 33),)},
    ],
    ids=str,
)
def test_2_a_body_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    from dataclasses import replace

    with pytest.raises(Malformed):
        replace(Body("report", "ltbt", "x"), **change).to_bytes()
