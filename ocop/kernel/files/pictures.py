"""Pictures: whether one can be decoded, and the copy that may be published."""

from __future__ import annotations

import io

from PIL import Image, ImageCms, ImageOps

MAX_PIXELS = 40_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")


class TooManyPixels(Exception):
    """More than 40 megapixels: seen in the header, before a pixel is decoded."""


class Damaged(Exception):
    """Not decodable to the last row."""


def check(content: bytes) -> None:
    """Decode a picture.

    :raises TooManyPixels:
    :raises Damaged:
    """
    _decode(content)


def published(content: bytes, side: int) -> bytes:
    """Return an upright WebP without any metadata (place, camera, time), no side longer than side pixels."""
    image = _decode(content)
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    if profile:  # colours of phones are wider than the web's: converted, because the profile goes too
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), inPlace=True)
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the colours as they are
    clean = Image.new(image.mode, image.size)
    clean.paste(image)  # pixels alone; nothing of `info` comes along
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


def _decode(content: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content), formats=_FORMATS)
        if image.width * image.height <= MAX_PIXELS:
            image.load()
            return image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pass
    except Exception as error:  # decoders fail in many ways on bytes made to hurt
        raise Damaged from error
    raise TooManyPixels
