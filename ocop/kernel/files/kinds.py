"""What a file is, by its content and not by its name; what is not on the list is refused with the reason.

Source: compliance.md section 3. A sniffing library is of no use here: it takes an .xlsx for a .docx and an .exe for a
.zap, and seven kinds are soon recognised.
"""

from __future__ import annotations

import io
import re
import struct
import xml.parsers.expat
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from ocop.kernel import text
from ocop.kernel.refusal import Refusal

from . import pictures

MB = 1024 * 1024
MAX_BYTES = 20 * MB
MAX_UNPACKED, MAX_ENTRIES, MAX_RATIO = 200 * MB, 2000, 100
MAX_NAME = 120
_BROKEN = (EOFError, OSError, ValueError)


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken in. code  its usual extension; inline  may be shown inside a page's frame."""

    code: str
    mime: str
    inline: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    kind.code: kind
    for kind in (
        Kind("pdf", "application/pdf", inline=True),
        Kind("jpg", "image/jpeg", inline=True),
        Kind("png", "image/png", inline=True),
        Kind("webp", "image/webp", inline=True),
        Kind("docx", _OFFICE + "wordprocessingml.document"),
        Kind("xlsx", _OFFICE + "spreadsheetml.sheet"),
        Kind("mp4", "video/mp4"),
    )
}
IMAGES = frozenset({"jpg", "png", "webp"})
_MP4_BRANDS = frozenset((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"))


def _pdf_name(name: str) -> bytes:
    """A pattern for a name of a PDF, each letter as itself or as #hh (ISO 32000-1, 7.3.5)."""
    return b"/" + b"".join(b"(?:%s|#%02x|#%02X)" % (re.escape(c.encode()), ord(c), ord(c)) for c in name)


_PDF_BLANK = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])*"
_PDF_ENCRYPTED = re.compile(
    _pdf_name("Encrypt") + _PDF_BLANK + rb"(?:<<|\d+" + _PDF_BLANK + rb"\d+" + _PDF_BLANK + rb"R)"
)
_PAGE_OF_WEB = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe)[\s>/]", re.IGNORECASE)
_PDF_END = re.compile(rb"%%EOF[\0\t\n\f\r ]*\Z")

# What people send instead: (beginning, where it stands, its name, what to do)
_SEND_PDF = "Lưu lại thành PDF rồi tải lên."
_FOREIGN: tuple[tuple[bytes, int, str, str], ...] = (
    (b"MZ", 0, "chương trình máy tính (exe)", "Chọn đúng tệp tài liệu hoặc ảnh."),
    (b"\x7fELF", 0, "chương trình máy tính", "Chọn đúng tệp tài liệu hoặc ảnh."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "tệp Office đời cũ hoặc có mật khẩu",
     "Bỏ mật khẩu, lưu lại thành docx, xlsx hoặc PDF rồi tải lên."),
    (b"Rar!", 0, "tệp nén rar", "Giải nén rồi tải lên từng tệp."),
    (b"7z\xbc\xaf\x27\x1c", 0, "tệp nén 7z", "Giải nén rồi tải lên từng tệp."),
    (b"\x1f\x8b", 0, "tệp nén gz", "Giải nén rồi tải lên từng tệp."),
    (b"PK", 0, "tệp nén zip", "Giải nén rồi tải lên từng tệp."),
    (b"ftyphei", 4, "ảnh HEIC", "Chuyển ảnh sang JPG rồi tải lên."),
    (b"ftypmif1", 4, "ảnh HEIC", "Chuyển ảnh sang JPG rồi tải lên."),
    (b"ftypavif", 4, "ảnh AVIF", "Chuyển ảnh sang JPG rồi tải lên."),
    (b"ftypqt", 4, "phim MOV", "Chuyển phim sang MP4 rồi tải lên."),
    (b"GIF8", 0, "ảnh GIF", "Chuyển ảnh sang JPG hoặc PNG rồi tải lên."),
    (b"BM", 0, "ảnh BMP", "Chuyển ảnh sang JPG hoặc PNG rồi tải lên."),
    (b"{\\rtf", 0, "tệp RTF", _SEND_PDF),
    (b"<", 0, "trang web hoặc mã nguồn (html, svg, xml)", _SEND_PDF),
)  # fmt: skip


def safe_name(name: str) -> str:
    """Return a file name as it is kept and shown: NFC, Vietnamese letters stay, folders and control signs go.

    At most 120 characters, the extension always whole; never empty, never beginning with a dot.
    """
    last = text.clean(name).replace("\n", " ").replace("\\", "/").rpartition("/")[2]
    last = re.sub(r'[<>:"|?*]', "_", last).strip(". ")
    stem, dot, extension = last.rpartition(".")
    if not dot or len(extension) > 10:
        stem, dot, extension = last, "", ""
    return f"{text.cut(stem, MAX_NAME - len(dot + extension)) or 'tệp'}{dot}{extension}"


def check_shape(name: str, size: int, allow: Collection[str]) -> Kind:
    """Return the kind that a safe name claims, by name and size alone.

    :raises Refusal: empty, too heavy, an extension that is not taken
    """
    if not size:
        raise refusal(name, "Tệp rỗng, không có nội dung.", "Chọn lại tệp rồi tải lên.")
    if size > MAX_BYTES:
        raise too_heavy(name, size)
    code = name.rpartition(".")[2].lower()
    code = "jpg" if code == "jpeg" else code
    if code not in allow:
        taken = ", ".join(code for code in KINDS if code in allow)
        raise refusal(name, "Loại tệp này không được nhận.", f"Các loại được nhận: {taken}.")
    return KINDS[code]


def taken(name: str, content: bytes, allow: Collection[str]) -> tuple[Kind, bytes]:
    """Return the kind of a file, and its bytes as they are kept, after looking at name, size and content.

    name  a safe name; allow  codes of KINDS
    A picture is encoded anew (see `pictures.cleaned`), all else is kept as it came.

    :raises Refusal: empty, too heavy, not allowed, not what its name says, encrypted, with macros, damaged, a bomb,
        two files in one
    """
    kind = check_shape(name, len(content), allow)
    true_code = _sniff(name, content)
    if true_code != kind.code:
        raise refusal(
            name,
            f"Tên tệp ghi {kind.code} nhưng nội dung là {true_code}.",
            f"Đổi đuôi tên tệp thành .{true_code} rồi tải lên, hoặc chọn đúng tệp.",
        )
    if kind.code == "pdf":
        _check_pdf(name, content)
    elif kind.code == "mp4":
        _check_mp4(name, content)
    return kind, _cleaned_picture(name, content) if kind.code in IMAGES else content


def refusal(name: str, why: str, next: str) -> Refusal:
    """The refusal of one file, by its name."""
    return Refusal(f"Chưa nhận tệp “{name}”.", why, next)


def too_heavy(name: str, size: int) -> Refusal:
    """The refusal of a file of more than 20 MB; its size is rounded up, so that it never reads as allowed."""
    tenths = -(-size * 10 // MB)
    weight = f"{tenths // 10},{tenths % 10}".removesuffix(",0")
    return refusal(name, f"Tệp nặng {weight} MB, tối đa {MAX_BYTES // MB} MB.", "Hãy tách từng trang hoặc giảm cỡ ảnh.")


def _sniff(name: str, content: bytes) -> str:
    """The code of the true kind, by signature. An Office file is looked into on the way."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp" and content[8:12] in _MP4_BRANDS:
        return "mp4"
    if content.startswith(b"PK\x03\x04") and (code := _office(name, content)):
        return code
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    for sign, place, what, next in _FOREIGN:
        if (start if sign == b"<" else content)[place:].startswith(sign):
            raise refusal(name, f"Nội dung thật của tệp là {what}, không được nhận.", next)
    raise refusal(name, "Nội dung tệp không thuộc loại được nhận hoặc đã hỏng.", "Mở thử tệp trên máy rồi tải lên lại.")


def _office(name: str, content: bytes) -> str | None:
    """docx, xlsx, or None for another zip. Sizes are looked at before anything is unpacked."""
    damaged = refusal(name, "Tệp Office bị hỏng.", "Mở bằng Word hoặc Excel, lưu lại rồi tải lên.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            # measured against the bytes that came, because entries of a bomb may overlap
            if len(entries) > MAX_ENTRIES or unpacked > min(MAX_UNPACKED, MAX_RATIO * len(content)):
                raise refusal(name, "Tệp phình quá lớn khi mở.", "Lưu lại bằng Word hoặc Excel, bớt ảnh hoặc tách tệp.")
            if any(entry.flag_bits & 1 for entry in entries):
                raise refusal(name, "Tệp có mật khẩu.", "Bỏ mật khẩu, lưu lại rồi tải lên.")
            if not all(_is_as_long_as_it_says(content, entry) for entry in entries):
                raise damaged
            if "[Content_Types].xml" not in package.namelist():
                return None
            types = package.read("[Content_Types].xml")
            parts = [PurePosixPath(entry.filename.lower()) for entry in entries]
            if b"macroEnabled" in types or any(p.name == "vbaproject.bin" or "macrosheets" in p.parts for p in parts):
                raise refusal(name, "Tệp có chứa macro.", "Lưu lại thành docx hoặc xlsx không có macro rồi tải lên.")
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")) and _has_doctype(package, entry):
                    raise refusal(name, "Tệp gọi nội dung bên ngoài (DTD).", _SEND_PDF)
    except (zipfile.BadZipFile, zlib.error, struct.error, xml.parsers.expat.ExpatError, NotImplementedError, *_BROKEN):
        raise damaged from None
    codes = [code for code in ("docx", "xlsx") if f"{KINDS[code].mime}.main+xml".encode() in types]
    return codes[0] if len(codes) == 1 else None


def _is_as_long_as_it_says(content: bytes, entry: zipfile.ZipInfo) -> bool:
    """Whether a part unpacks to the length in the directory: a reader that trusts no directory unpacks all of it."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return False
    sign, name, extra = struct.unpack_from("<4s22xHH", content, entry.header_offset)
    start = entry.header_offset + 30 + name + extra
    packed = memoryview(content)[start : start + entry.compress_size]
    if sign != b"PK\x03\x04" or len(packed) != entry.compress_size:
        return False
    if entry.compress_type == zipfile.ZIP_STORED:
        return entry.compress_size == entry.file_size
    unpacked, rest, inflate = 0, bytes(packed), zlib.decompressobj(-zlib.MAX_WBITS)
    while not inflate.eof and unpacked <= entry.file_size:
        piece = inflate.decompress(rest, MB)
        if not piece and not inflate.eof:
            return False  # cut off
        unpacked, rest = unpacked + len(piece), inflate.unconsumed_tail
    return inflate.eof and unpacked == entry.file_size


def _has_doctype(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether a part declares a DTD: read up to its root element, in whatever encoding it is."""
    found: list[bool] = []
    parser = xml.parsers.expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: found.append(True)
    parser.StartElementHandler = lambda *_: found.append(False)
    with package.open(entry) as part:
        while not found and (chunk := part.read(4096)):
            parser.Parse(chunk)
    if not found:
        parser.Parse(b"", True)
    return found[0]


def _check_pdf(name: str, content: bytes) -> None:
    if b"%%EOF" not in content[-4096:]:
        raise refusal(name, "Tệp PDF bị cắt cụt hoặc hỏng.", "Mở thử tệp trên máy rồi tải lên lại.")
    if not _PDF_END.search(content, len(content) - 4096) or _PAGE_OF_WEB.search(content[:1024]) or _ends_zip(content):
        raise refusal(
            name, "Tệp PDF chứa thêm một tệp khác ở đầu hoặc cuối.", "Mở tệp, in lại thành PDF rồi tải bản mới lên."
        )
    if _PDF_ENCRYPTED.search(content):
        raise refusal(name, "Tệp PDF bị khóa bằng mật khẩu hoặc hạn chế quyền.", "Bỏ khóa, lưu lại rồi tải lên.")


def _ends_zip(content: bytes) -> bool:
    """Whether an unpacking program would take the bytes for a zip: it looks for a directory at the end."""
    return zipfile.is_zipfile(io.BytesIO(content))


def _cleaned_picture(name: str, content: bytes) -> bytes:
    try:
        return pictures.cleaned(content)
    except pictures.TooManyPixels:
        millions = pictures.MAX_PIXELS // 1_000_000
        raise refusal(name, f"Ảnh quá lớn, tối đa {millions} triệu điểm ảnh.", "Giảm cỡ ảnh rồi tải lên.") from None
    except pictures.Damaged:
        raise refusal(name, "Ảnh bị hỏng, không mở được.", "Chụp hoặc lưu lại ảnh rồi tải lên.") from None


def _check_mp4(name: str, content: bytes) -> None:
    """Walk the boxes (ISO/IEC 14496-12): they add up to the file and hold an index and a film."""
    place, seen = 0, set[bytes]()
    while place + 8 <= len(content):
        size, box = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        if size == 1:
            size = int.from_bytes(content[place + 8 : place + 16])
        elif size == 0:  # up to the end
            size = len(content) - place
        seen.add(box)
        place += max(size, 8)
    if place != len(content) or not {b"moov", b"mdat"} <= seen:
        raise refusal(name, "Phim bị cắt cụt hoặc hỏng.", "Quay hoặc lưu lại phim rồi tải lên.")
