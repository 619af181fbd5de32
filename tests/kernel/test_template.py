"""An office's Word file with fields: filled as text, checked before, and never able to run anything.

Source: issue "Councils whose scores nobody can doubt" 11 and its bad input `{{ ''.__class__ }}`.
"""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from ocop.kernel.papers.template import Spec, filled, problems

SPEC = Spec(
    {"so": "số", "ten": "tên", "can_cu": "căn cứ"}, {"sp.ten": "tên sản phẩm"}, ("so",),
    (("CHỦ TỊCH",), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
)  # fmt: skip


def word(*lines: str, cells: tuple[str, ...] = (), signs: tuple[str, ...] = ("CHỦ TỊCH",)) -> bytes:
    document = docx.Document()
    for line in (*lines, *signs):
        document.add_paragraph(line)
    if cells:
        table = document.add_table(2, len(cells))
        for place, text in enumerate(cells):
            table.cell(0, place).text = "Tên cột"
            table.cell(1, place).text = text
    return saved(document)


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(content: bytes, name: str, more: bytes) -> bytes:
    """The file with one more part, or one more text in a part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            new.writestr(
                entry, old.read(entry).replace(b"</Relationships>", more) if entry == name else old.read(entry)
            )
        if name not in old.namelist():
            new.writestr(name, more)
    return out.getvalue()


def lines_of(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


def test_a_whole_template_has_no_problem_and_spaces_in_braces_are_allowed():
    assert problems(word("Số: {{ SO }}", cells=("{{sp.ten}}",)), SPEC) == []
    assert problems(word("Số: {{so}}", signs=("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")), SPEC) == []


@pytest.mark.parametrize(
    "asked", ["''.__class__", "so.__class__.__mro__", "7*7", "settings.SECRET_KEY", "% import os %", "so|upper"]
)
def test_whatever_is_no_name_of_the_list_is_an_unknown_field(asked):
    [found] = problems(word("Số: {{so}}", f"x {{{{ {asked} }}}} y"), SPEC)
    assert found == f"Trường {{{{{asked}}}}} không có trong danh mục."


def test_a_missing_field_and_a_wrong_signatory_are_told_together():
    assert problems(word("Không có trường", signs=("GIÁM ĐỐC",)), SPEC) == [
        "Thiếu trường {{so}}: số.",
        "Phần ký phải ghi “CHỦ TỊCH” hoặc “KT. CHỦ TỊCH / PHÓ CHỦ TỊCH”; mẫu ghi “GIÁM ĐỐC”.",
    ]


def test_a_field_of_a_row_stands_in_a_row_alone():
    assert problems(word("{{so}} {{sp.ten}}"), SPEC) == ["Trường {{sp.ten}} chỉ dùng trong dòng của bảng."]


def test_what_word_would_fetch_or_run_is_refused():
    good = word("{{so}}")
    link = b'<Relationship Id="x" Type="t" Target="http://a.vn/t.dotm" TargetMode="External"/></Relationships>'
    assert "nhúng" in problems(packed(good, "word/embeddings/o.bin", b"x"), SPEC)[0]
    assert "bên ngoài" in problems(packed(good, "word/_rels/document.xml.rels", link), SPEC)[0]
    document = docx.Document(io.BytesIO(good))
    run = document.paragraphs[0].add_run()
    code = run._r.makeelement(docx.oxml.ns.qn("w:instrText"))
    code.text = 'DDEAUTO c:\\windows\\cmd.exe "/k"'
    run._r.append(code)
    assert "trường động" in problems(saved(document), SPEC)[0]


def test_a_field_that_word_cut_into_runs_is_one_field():
    document = docx.Document()
    paragraph = document.add_paragraph("Số ")
    for piece in ("{", "{s", "o}", "}", " và {{ten}}."):
        paragraph.add_run(piece).bold = piece == "o}"
    document.add_paragraph("CHỦ TỊCH")
    content = saved(document)
    assert problems(content, SPEC) == []
    assert lines_of(filled(content, {"so": "05/QĐ", "ten": "Chè"}, []))[0] == "Số 05/QĐ và Chè."


def test_values_are_text_whatever_they_hold():
    value = "<w:p>{{ten}} & \"{{ ''.__class__ }}\""
    made = filled(word("{{so}}|{{ten}}", cells=("{{sp.ten}}",)), {"so": value, "ten": "Chè"}, [{"sp.ten": "{{so}}"}])
    assert lines_of(made)[0] == f"{value}|Chè"
    assert docx.Document(io.BytesIO(made)).tables[0].cell(1, 0).text == "{{so}}"


def test_a_row_comes_once_for_each_thing_and_lines_become_breaks():
    content = word("{{can_cu}}", cells=("{{sp.ten}}", "{{so}}"))
    made = filled(content, {"so": "5", "can_cu": "Một;\nHai."}, [{"sp.ten": name} for name in ("Chè", "Mật", "Cốm")])
    table = docx.Document(io.BytesIO(made)).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == [["Chè", "5"], ["Mật", "5"], ["Cốm", "5"]]
    assert lines_of(made)[0] == "Một;\nHai."
    assert len(docx.Document(io.BytesIO(filled(content, {"so": "5"}, []))).tables[0].rows) == 1
    assert made == filled(content, {"so": "5", "can_cu": "Một;\nHai."}, [{"sp.ten": n} for n in ("Chè", "Mật", "Cốm")])
