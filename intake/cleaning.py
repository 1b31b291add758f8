"""Files before they are attached: what a camera, a phone or an office suite wrote into them is taken out or named.

::

    cleaned = clean("photo.jpg", content)
    cleaned.media_type     "image/png"         pictures are drawn anew, pixel by pixel
    cleaned.removed        ("place, time and device of the picture",)
    cleaned.warnings       ("A picture can hold a mark made for you alone. Could this copy be told from others?",)

1. A picture must be drawn anew: nothing of its bytes but the pixels may come through.
2. What cannot be cleaned here must be said so, in words that tell what it might give away.
3. A hostile file must give a warning, never an exception or a file that is much larger than it was.
"""

from __future__ import annotations

import io
import mimetypes
from dataclasses import dataclass
from typing import Final

import pikepdf
from PIL import Image, ImageOps

PIXELS: Final = 50_000_000
"""A picture with more is not drawn anew."""

_MARKED: Final = (
    "It can hold a mark made for you alone. Could this copy be told from those of your colleagues?"
)
_OFFICE: Final = (
    "application/msword",
    "application/vnd.ms-",
    "application/vnd.openxmlformats",
    "application/vnd.oasis",
    "application/rtf",
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The file to attach: what was taken out of it, and what to think of before sending it."""

    name: str
    media_type: str
    content: bytes
    removed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def media_type_of(name: str) -> str:
    """By the name alone."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def clean(name: str, content: bytes) -> Cleaned:
    """The file as it should be attached."""
    media_type = media_type_of(name)
    if media_type.startswith("image/"):
        return _picture(name, media_type, content)
    if media_type == "application/pdf":
        return _pdf(name, media_type, content)
    warnings = [_MARKED]
    if media_type.startswith(_OFFICE):
        warnings.append(
            "An office document names its author, their firm and every version. Send it as plain text."
        )
    elif media_type.startswith(("audio/", "video/")):
        warnings.append(
            "Recordings hold time, device, often the place, and voices. They are not cleaned here."
        )
    elif media_type in {"application/zip", "application/gzip", "application/x-tar"}:
        warnings.append("What lies in an archive is not cleaned. Attach the files themselves.")
    return Cleaned(name, media_type, content, (), tuple(warnings))


def _picture(name: str, media_type: str, content: bytes) -> Cleaned:
    """Drawn anew as PNG, or left as it is with a warning."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > PIXELS:
                return _left(name, media_type, content, f"has over {PIXELS // 1_000_000} million pixels")
            had = bool(image.info) or bool(image.getexif())
            upright = ImageOps.exif_transpose(image).convert("RGBA" if _clear(image) else "RGB")
            bare = Image.frombytes(upright.mode, upright.size, upright.tobytes())
        out = io.BytesIO()
        bare.save(out, "PNG")
    except Exception:  # noqa: BLE001  a picture library meets hostile bytes; whatever it says, the file is not clean
        return _left(name, media_type, content, "cannot be read as a picture")
    stem = name.rsplit(".", 1)[0]
    removed = ("what the camera or program wrote into it",) if had else ()
    return Cleaned(f"{stem}.png", "image/png", out.getvalue(), removed, (_MARKED,))


def _clear(image: object) -> bool:
    mode = str(getattr(image, "mode", ""))
    return "A" in mode or "transparency" in getattr(image, "info", {})


def _pdf(name: str, media_type: str, content: bytes) -> Cleaned:
    """Without its document information, or as it is with a warning."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            for part in ("/Metadata", "/PieceInfo", "/Names", "/AF"):
                if part in pdf.Root:
                    del pdf.Root[part]
            for page in pdf.pages:
                for part in ("/Metadata", "/PieceInfo", "/LastModified"):
                    if part in page:
                        del page[part]
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            out = io.BytesIO()
            pdf.save(out, deterministic_id=True)
    except ImportError:
        return _left(
            name, media_type, content, "keeps its author and dates: the package pikepdf is not installed"
        )
    except Exception:  # noqa: BLE001  as above
        return _left(name, media_type, content, "cannot be read as PDF")
    pictures = "Pictures inside a PDF are not cleaned. Fonts and wording can tell copies apart, too."
    return Cleaned(name, media_type, out.getvalue(), ("author, program and dates",), (_MARKED, pictures))


def _left(name: str, media_type: str, content: bytes, why: str) -> Cleaned:
    return Cleaned(name, media_type, content, (), (_MARKED, f"{name} {why}. It is attached as it is."))
