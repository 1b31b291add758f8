"""One length for everything: u32 length ‖ content ‖ zeros (INTAKE §2, §10).

    00 00 00 05 "hello" 00 00 … 00        pad(b"hello", 16384)

1. The length must be at most size - 4 and what follows the content must be zeros, so there is one encoding only.
2. All zeros must read as nothing: covers and filler look like that.
"""

from __future__ import annotations

from ledger.errors import Malformed


def pad(content: bytes, size: int) -> bytes:
    """`content` in `size` bytes; Malformed says by how much it is too long."""
    if len(content) > size - 4:
        raise Malformed(
            f"{len(content)} bytes of text and names", "", f"at most {size - 4}: shorten the text"
        )
    return (len(content).to_bytes(4, "big") + content).ljust(size, b"\x00")


def unpad(padded: bytes) -> bytes:
    """The content; Malformed unless `pad` writes it so."""
    length = int.from_bytes(padded[:4], "big")
    if len(padded) < 4 or length > len(padded) - 4 or padded[4 + length :].strip(b"\x00"):
        raise Malformed("padding is not a length, the content and zeros")
    return padded[4 : 4 + length]
