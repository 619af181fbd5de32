"""The office's own wording of papers: adopted after a check, in versions, from a day on."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ocop.certificates.models import Wording
from ocop.certificates.printing import print_piece
from ocop.certificates.queries import wording_on, wordings_of
from ocop.certificates.services import adopt_wording
from ocop.certificates.wording import KINDS, SAMPLE, SAMPLE_ROWS, starter
from ocop.kernel import files
from ocop.kernel.papers.template import filled, problems
from ocop.kernel.refusal import Forbidden, Refusal
from tests.dossiers.scene import once_in

from .conftest import DECIDED
from .test_round import NOW, Round, sat

__all__ = ["sat"]


def reworded(text: str) -> bytes:
    document = docx.Document(io.BytesIO(starter(KINDS["to-trinh"], DECIDED)))
    document.paragraphs[-1].insert_paragraph_before(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def adopt(sat: Round, content: bytes | None, day: date = DECIDED, by=None) -> Wording:
    stored = files.store(content, "mau.docx", now=NOW) if content else None
    organ = sat.session.council.organ
    return adopt_wording(organ=organ, kind="to-trinh", stored=stored, valid_from=day, by=by or sat.secretary, now=NOW)


def printed(sat: Round, ending: str = "docx", day: date = DECIDED) -> str:
    rows = wordings_of(sat.session.council.organ)
    content = print_piece(sat.piece("to-trinh-recognised"), sat.session, ending, rows, day)
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("code", KINDS)
def test_the_file_to_begin_from_passes_its_own_check_and_prints_the_sample(code):
    content = starter(KINDS[code], DECIDED)
    assert problems(content, KINDS[code].spec) == []
    made = filled(content, SAMPLE, SAMPLE_ROWS)
    assert "{{" not in "".join(p.text for p in docx.Document(io.BytesIO(made)).element.body.iter() if p.text)


def test_an_adopted_wording_prints_the_figures_of_the_rows_and_says_draft_until_numbered(sat):
    adopt(sat, reworded("Lời văn riêng của tỉnh: {{so_san_pham}} sản phẩm, {{phien}}."))
    text = printed(sat)
    assert f"Lời văn riêng của tỉnh: 01 sản phẩm, {sat.session.name}." in text
    assert "Bánh khảo (mẫu)" in text
    assert "DỰ THẢO" in text
    sat.number("to-trinh-recognised", "45/TTr-SNNMT")
    assert "DỰ THẢO" not in printed(sat)
    assert "45/TTr-SNNMT" in printed(sat)


def test_a_paper_in_its_own_wording_has_no_pdf_but_the_signed_one(sat):
    adopt(sat, reworded("Lời văn riêng"))
    with pytest.raises(Refusal, match="gắn bản PDF đã ký"):
        printed(sat, "pdf")


def test_a_version_holds_from_its_day_on_and_the_built_in_form_can_come_back(sat):
    first, last = DECIDED, date(2026, 10, 20)
    adopt(sat, reworded("Bản một"), first)
    adopt(sat, None, last)
    rows = wordings_of(sat.session.council.organ)
    days = (date(2026, 10, 11), first, date(2026, 10, 19), last)
    assert [wording_on(rows, "to-trinh", day) is not None for day in days] == [False, True, True, False]
    assert [row.version for row in rows] == [2, 1]
    with pytest.raises(Refusal, match="đã qua"):
        adopt(sat, reworded("Bản ba"), date(2026, 10, 11))


def test_only_secretary_and_administrator_of_the_organ_word_its_papers(sat):
    with pytest.raises(Forbidden):
        adopt(sat, reworded("Lời văn riêng"), by=sat.officer)


def test_a_template_that_would_run_code_is_refused_beside_the_field_with_every_reason(sat, visit):
    office = visit(sat.secretary)
    page = office.get("/mau-van-ban/to-trinh/").content.decode()
    assert "{{so_san_pham}}" in page
    sent = {
        "file": SimpleUploadedFile("mau.docx", reworded("{{ ''.__class__ }}")),
        "valid_from": "12/10/2026",
        "once": once_in(page),
    }
    answer = office.post("/mau-van-ban/to-trinh/", sent)
    assert answer.status_code == 422
    assert "không có trong danh mục" in answer.content.decode()
    assert not Wording.objects.exists()
    sent["file"] = SimpleUploadedFile("mau.docx", reworded("Lời văn riêng"))
    assert office.post("/mau-van-ban/to-trinh/", sent | {"once": ""}).status_code == 302
    assert office.get("/mau-van-ban/to-trinh/1/xem-thu.docx").status_code == 200
    assert visit(sat.officer).get("/mau-van-ban/").status_code == 404
