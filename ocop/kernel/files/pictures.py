"""Pictures: the copy that is kept, the copy that may be published, and many photos as one paper."""

from __future__ import annotations

import io
from collections.abc import Iterable

from PIL import Image, ImageCms, ImageOps

MAX_PIXELS = 40_000_000
MAX_SIDE = 2400  # pixels of a kept picture: A4 at 200 dots an inch
_FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
_A4 = (595, 842)  # points
_SMALLER = (1600, 75)  # side and quality of the pages of a paper that would be too heavy


class TooManyPixels(Exception):
    """More than 40 megapixels: seen in the header, before a pixel is decoded."""


class Damaged(Exception):
    """Not decodable to the last row."""


def cleaned(content: bytes) -> bytes:
    """Return a picture as it is kept: the same format encoded anew, upright, no side longer than 2,400 pixels.

    Only pixels come along: no place, camera, time, and nothing that was hidden before, between or after them.

    :raises TooManyPixels:
    :raises Damaged:
    """
    image = _decode(content)
    code = _FORMATS[image.format or ""]
    clean = _pixels(image, MAX_SIDE)
    out = io.BytesIO()
    if code == "jpg":
        _save_jpeg(clean, out, 85)
    elif code == "png":
        clean.save(out, "PNG")
    else:
        clean.save(out, "WEBP", quality=85, method=4)
    return out.getvalue()


def published(content: bytes, side: int) -> bytes:
    """Return an upright WebP without any metadata (place, camera, time), no side longer than side pixels."""
    out = io.BytesIO()
    _pixels(_decode(content), side).save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


def joined(photos: Iterable[bytes], most: int) -> bytes:
    """Return one PDF (1.7) of kept pictures, a page each in their order: A4, upright or lying as the picture.

    most  bytes; heavier pages are encoded anew, smaller. The same pictures give the same bytes.
    """
    pages = [_page(photo) for photo in photos]
    if sum(len(page) for page in pages) > most * 0.98:  # the rest is for the file around them
        pages = [_smaller(page) for page in pages]
    return _pdf(pages)


def _decode(content: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content), formats=tuple(_FORMATS))
        if image.width * image.height <= MAX_PIXELS:
            image.load()
            return image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pass
    except Exception as error:  # decoders fail in many ways on bytes made to hurt
        raise Damaged from error
    raise TooManyPixels


def _pixels(image: Image.Image, side: int) -> Image.Image:
    """Upright pixels alone, grey, RGB or RGBA, in the colours of the web."""
    profile = image.info.get("icc_profile")
    grey = image.mode in ("1", "L") and not image.has_transparency_data
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16"):  # a scanner's 65,536 greys
        image, grey = image.point(lambda value: value * (1 / 256)).convert("L"), True
    image = image.convert("L" if grey else "RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    if profile and not grey:  # colours of phones are wider than the web's: converted, because the profile goes too
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), inPlace=True)
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the colours as they are
    clean = Image.new(image.mode, image.size)
    clean.paste(image)  # nothing of `info` comes along
    return clean


def _save_jpeg(image: Image.Image, out: io.BytesIO, quality: int) -> None:
    if image.mode == "RGBA":  # a JPEG has no holes: white paper behind
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    image.save(out, "JPEG", quality=quality, optimize=True)


def _page(photo: bytes) -> bytes:
    """A kept picture as JPEG, which a PDF takes as it is."""
    image = _decode(photo)
    if image.format == "JPEG":
        return photo
    out = io.BytesIO()
    _save_jpeg(_pixels(image, MAX_SIDE), out, 85)
    return out.getvalue()


def _smaller(page: bytes) -> bytes:
    side, quality = _SMALLER
    out = io.BytesIO()
    _save_jpeg(_pixels(_decode(page), side), out, quality)
    return out.getvalue()


def _pdf(pages: list[bytes]) -> bytes:
    """A PDF whose pages are JPEG files, each as large as its sheet allows and in the middle (ISO 32000-1)."""
    out = io.BytesIO(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    out.seek(0, io.SEEK_END)
    places: list[int] = []

    def add(head: str, stream: bytes | None = None) -> None:
        places.append(out.tell())
        body = b"" if stream is None else b"\nstream\n" + stream + b"\nendstream"
        out.write(f"{len(places)} 0 obj\n{head}".encode() + body + b"\nendobj\n")

    kids = " ".join(f"{3 + 3 * number} 0 R" for number in range(len(pages)))
    add("<</Type/Catalog/Pages 2 0 R>>")
    add(f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>")
    for page in pages:
        with Image.open(io.BytesIO(page)) as image:
            (width, height), colours = image.size, "DeviceGray" if image.mode == "L" else "DeviceRGB"
        sheet = _A4 if height >= width else _A4[::-1]
        scale = min(sheet[0] / width, sheet[1] / height)
        w, h = width * scale, height * scale
        draw = f"q {w:.2f} 0 0 {h:.2f} {(sheet[0] - w) / 2:.2f} {(sheet[1] - h) / 2:.2f} cm /I Do Q".encode()
        number = len(places) + 1
        add(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {sheet[0]} {sheet[1]}]"
            f"/Resources<</XObject<</I {number + 2} 0 R>>>>/Contents {number + 1} 0 R>>"
        )
        add(f"<</Length {len(draw)}>>", draw)
        add(
            f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/{colours}"
            f"/BitsPerComponent 8/Filter/DCTDecode/Length {len(page)}>>",
            page,
        )
    start = out.tell()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(places) + 1
    out.write(f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\n".encode())
    out.write(f"startxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()
