"""An office's own Word file with fields {{so}}, filled in: text takes the place of text, and nothing else happens.

A field is a name of a closed list; whatever else stands between braces is refused, so a file can ask for nothing that
it was not given, and no expression is ever read. A table row that holds fields of a repeated thing ({{sp.ten}}) comes
once for each thing. Values are put in as they are: braces in them are no fields.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from ocop.kernel.papers.tree import tidy
from ocop.kernel.papers.word import same_bytes

_FIELD = re.compile(r"\{\{(.*?)\}\}")
_CODE = re.compile(r"^\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)  # the fields of Word that read nothing
_P, _T, _TR = qn("w:p"), qn("w:t"), qn("w:tr")
_CODES = (qn("w:instrText"), qn("w:fldSimple"))
_ACTIVE = ("word/embeddings/", "word/activex/", "word/afchunk", "word/vbaproject", "customui/", "word/webextensions/")
_TITLES = (  # lines that head a signature
    *("CHỦ TỊCH", "PHÓ CHỦ TỊCH", "KT. CHỦ TỊCH", "TL. CHỦ TỊCH", "TUQ. CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN"),
    *("TM. HỘI ĐỒNG", "CHỦ TỊCH HỘI ĐỒNG", "THƯ KÝ", "TỔ TRƯỞNG", "THỦ TRƯỞNG", "BỘ TRƯỞNG", "THỨ TRƯỞNG"),
    *("GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "KT. CHÁNH VĂN PHÒNG"),
)


@dataclass(frozen=True)
class Spec:
    """What a template may ask for. fields  name -> what it is; rows  the same for a repeated row

    required  must stand in it; signs  the ways in which its signature may be headed, line by line
    """

    fields: Mapping[str, str]
    rows: Mapping[str, str]
    required: tuple[str, ...]
    signs: tuple[tuple[str, ...], ...]


def problems(content: bytes, spec: Spec) -> list[str]:
    """Return why this file cannot be a template, as whole sentences; an empty list: it can.

    content  a .docx that files.store took: no macro, no DTD, no bomb
    """
    found = [*_active(content)]
    document = Document(io.BytesIO(content))
    asked: dict[str, str] = {}
    lines: list[str] = []
    for root in _roots(document):
        for code in root.iter(*_CODES):
            words = code.text or code.get(qn("w:instr")) or ""
            if words.strip() and not _CODE.match(words):
                found.append(f"Mẫu chứa trường động của Word “{words.strip()[:40]}”; chỉ nhận số trang.")
        for paragraph in root.iter(_P):
            text = _text(paragraph)
            lines.append(text.strip())
            for raw in _FIELD.findall(text):
                name = _name(raw)
                asked[name] = raw.strip()
                if name in spec.rows and next(paragraph.iterancestors(_TR), None) is None:
                    found.append(f"Trường {{{{{name}}}}} chỉ dùng trong dòng của bảng.")
    unknown = sorted(raw for name, raw in asked.items() if name not in spec.fields and name not in spec.rows)
    found += [f"Trường {{{{{raw[:60]}}}}} không có trong danh mục." for raw in unknown]
    found += [f"Thiếu trường {{{{{name}}}}}: {spec.fields[name]}." for name in spec.required if name not in asked]
    if _elsewhere(content):
        found.append("Trường chỉ đặt trong thân văn bản, bảng, đầu trang, chân trang; bỏ trường ở chú thích, nhận xét.")
    signs = tuple(line for line in lines if line in _TITLES)
    if signs not in spec.signs:
        wanted = " hoặc ".join("“" + " / ".join(lines) + "”" for lines in spec.signs)
        found.append(f"Phần ký phải ghi {wanted}; mẫu ghi {'“' + ' / '.join(signs) + '”' if signs else 'không có'}.")
    return list(dict.fromkeys(found))


def filled(content: bytes, values: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return a checked template with its fields filled; the same values give the same bytes.

    rows  one mapping for each repeated thing, its names beside those of values
    """
    document = Document(io.BytesIO(content))
    for root in _roots(document):
        places: list[tuple[Any, Mapping[str, str]]] = []
        for line in list(root.iter(_TR)):
            if next(line.iterancestors(_TR), None) is None and any("." in name for name in _asked(line)):
                for row in rows:
                    copy = deepcopy(line)
                    line.addprevious(copy)
                    places += [(paragraph, {**values, **row}) for paragraph in copy.iter(_P)]
                line.getparent().remove(line)
        repeated = {paragraph for paragraph, _ in places}
        places += [(paragraph, values) for paragraph in root.iter(_P) if paragraph not in repeated]
        for paragraph, given in places:
            _put(paragraph, given)
    return same_bytes(document)


def _roots(document: Any) -> Iterator[Any]:
    """The parts of a file that are filled: body, heads and feet of its pages."""
    yield document.element.body
    seen = set()
    for section in document.sections:
        for part in (
            section.header, section.first_page_header, section.even_page_header,
            section.footer, section.first_page_footer, section.even_page_footer,
        ):  # fmt: skip
            if not part.is_linked_to_previous and part._element not in seen:
                seen.add(part._element)
                yield part._element


def _texts(paragraph: Any) -> list[Any]:
    """The texts of a paragraph, not those of a box inside it: these are paragraphs of their own."""
    return [text for text in paragraph.iter(_T) if next(text.iterancestors(_P)) is paragraph]


def _text(paragraph: Any) -> str:
    return "".join(text.text or "" for text in _texts(paragraph))


def _asked(root: Any) -> set[str]:
    return {_name(raw) for paragraph in root.iter(_P) for raw in _FIELD.findall(_text(paragraph))}


def _name(raw: str) -> str:
    """A field as it is listed: Word likes to write capitals."""
    return raw.strip().lower()


def _put(paragraph: Any, values: Mapping[str, str]) -> None:
    """Put values in the place of fields. Word cuts a field into runs as it likes: the first one takes the value."""
    texts = _texts(paragraph)
    whole = _text(paragraph)
    fields = [(found.start(), found.end(), values.get(_name(found[1]), "")) for found in _FIELD.finditer(whole)]
    if not fields:
        return
    place = 0
    for text in texts:
        old = text.text or ""
        new, at = "", place
        for start, end, value in fields:
            if end <= at or start >= place + len(old):
                continue
            new += whole[at:start] if start > at else ""
            new += value if place <= start else ""
            at = min(end, place + len(old))
        new += whole[at : place + len(old)]
        place += len(old)
        if new != old:
            _write(text, tidy(new))


def _write(text: Any, words: str) -> None:
    """Write words into a text of a run; a line end is a break in the same run."""
    first, *others = words.split("\n")
    text.text = first
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    last = text
    for line in others:
        broken = text.makeelement(qn("w:br"))
        more = text.makeelement(_T)
        more.text = line
        more.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        last.addnext(broken)
        broken.addnext(more)
        last = more


def _active(content: bytes) -> list[str]:
    """What a template must not carry: other files inside, and what Word would fetch or run when it opens."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [name.lower() for name in package.namelist()]
        if any(name.startswith(_ACTIVE) for name in names):
            found.append("Mẫu chứa tệp nhúng hoặc thành phần chạy được; bỏ chúng rồi lưu lại.")
        if any(b'TargetMode="External"' in package.read(name) for name in package.namelist() if name.endswith(".rels")):
            found.append("Mẫu gọi nội dung bên ngoài (liên kết, ảnh trên mạng, mẫu gốc); bỏ liên kết rồi lưu lại.")
    return found


def _elsewhere(content: bytes) -> bool:
    """Whether braces stand where nothing is filled: notes, comments, text of drawings."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        others = [
            name
            for name in package.namelist()
            if name.startswith("word/") and name.endswith(".xml")
            and not re.match(r"word/(?:document|header\d*|footer\d*)\.xml", name)
        ]  # fmt: skip
        return any(b"{{" in package.read(name) for name in others)
