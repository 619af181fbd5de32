"""The advisory team: proposals beside the self-score, field visits with findings and photos."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from ocop.dossiers import services
from ocop.dossiers.checking import comparison
from ocop.dossiers.models import Advice, Dossier, Grant, Visit
from ocop.dossiers.rules import team_name
from ocop.dossiers.workspace import sheet_for
from ocop.kernel.models import Event
from ocop.kernel.refusal import Refusal

from .scene import NOW, PDF, WRONG, Scene, file, once_in

DAY = NOW.date()


def said(answer: HttpResponse) -> str:
    return [str(message) for message in get_messages(answer.wsgi_request)][-1]  # type: ignore[attr-defined]


def team(scene: Scene, number: int = 0) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(scene.stage.world.team[number])
    return client


def advise(scene: Scene, dossier: Dossier, answer: object, reason: str = "", version: int = 0) -> Advice:
    return services.save_advice(
        dossier=dossier, criterion="1.1", answer=answer, reason=reason, version=version,
        by=scene.stage.world.team[0], now=NOW,
    )  # fmt: skip


def photo_with_place() -> bytes:
    """A JPEG that says where it was taken and lies on its side."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (40, 20), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("filed_on", "name"),
    [
        (date(2026, 5, 21), "Tổ giúp việc"),
        (date(2026, 5, 22), "Tổ tư vấn"),
        (date(2024, 3, 12), "Tổ giúp việc"),
        (None, "Tổ tư vấn"),
    ],
)
def test_the_team_bears_the_name_of_its_time(filed_on, name):
    assert team_name(filed_on) == name


def test_a_proposal_unlike_the_self_score_needs_a_reason(scene: Scene) -> None:
    dossier = scene.stage.proposed().dossier
    own = dossier.self_scores.get(criterion="1.1").answer
    other = 0 if own else 1
    advise(scene, dossier, own)
    with pytest.raises(Refusal, match="chưa có lý do"):
        advise(scene, dossier, other, version=0)
    with pytest.raises(Refusal, match="không có mức này"):
        advise(scene, dossier, 99, "Không có mức 99")
    advise(scene, dossier, other, "Hợp đồng chỉ có hai hộ", version=0)
    with pytest.raises(Refusal, match="Người khác vừa cập nhật"):
        advise(scene, dossier, own, version=0)
    assert Advice.objects.get().version == 1


def test_side_by_side_tells_where_they_differ_and_what_the_sum_would_be(scene: Scene) -> None:
    dossier = scene.stage.proposed().dossier
    day = DAY + timedelta(days=1)
    sheet = sheet_for(scene.person("province officer"), dossier, day)
    line = sheet.lines["1.1"]
    other = next(option for option in line.criterion.options if option.index != line.answer)
    advise(scene, dossier, other.index, "Đối chiếu hợp đồng")
    found = comparison(dossier, sheet, [])
    [row] = [row for row in found.rows if row.advice]
    assert (row.points, row.words, row.differs) == (other.points, other.text_vi, True)
    assert found.checked == 1
    assert found.proposed == sheet.total - line.points + other.points
    page = scene.client("province officer").get(f"{dossier.get_absolute_url()}doi-chieu/").content.decode()
    for words in ("Khác tự chấm", "Đối chiếu hợp đồng", "Đánh giá của xã (mẫu 03)", "Tổ tư vấn đề xuất 1/"):
        assert words in page


def test_the_team_proposes_page_by_page(scene: Scene) -> None:
    dossier = scene.stage.proposed().dossier
    client, address = team(scene), dossier.get_absolute_url()
    assert f'href="{address}kiem-tra/"' in client.get("/viec/").content.decode()
    page = client.get(f"{address}tham-tra/1.1/").content.decode()
    assert "Chủ thể tự chấm" in page
    own = dossier.self_scores.get(criterion="1.1").answer
    other = 0 if own else 1
    refused = client.post(f"{address}tham-tra/1.1/", {"answer": str(other), "explanation": "", "version": 0})
    assert refused.status_code == 422
    assert "chưa có lý do" in refused.content.decode()
    sent = client.post(f"{address}tham-tra/1.1/", {"answer": str(other), "explanation": "Đã đối chiếu", "version": 0})
    assert sent["Location"] == f"{address}tham-tra/1.2/"
    assert client.get(f"{address}tham-tra/9.9/").status_code == 404


def test_a_field_visit_has_findings_pinned_to_criteria_and_photos_without_coordinates(scene: Scene) -> None:
    dossier = scene.stage.proposed().dossier
    client, address = team(scene), dossier.get_absolute_url()
    page = client.get(f"{address}khao-sat/them/").content.decode()
    form = {"held_on": "08/09/2026", "place": "Xưởng thôn Nà Pàng", "people": "Âu Thị Hiền", "once": once_in(page)}
    sent = client.post(f"{address}khao-sat/them/", form)
    visit = Visit.objects.get()
    assert sent["Location"] == visit.get_absolute_url()
    found = {"ghi-criterion": "1.1", "ghi-text": "Kho có 2 tấn nếp của xã"}
    client.post(f"{visit.get_absolute_url()}ghi-nhan/", found)
    picture = {
        "anh-file": file("IMG_1.jpg", photo_with_place()),
        "anh-place": "Kho nguyên liệu",
        "anh-criterion": "1.1",
    }
    assert said(client.post(f"{visit.get_absolute_url()}anh/", picture)) == "Đã thêm ảnh khảo sát."
    shown = client.get(visit.get_absolute_url()).content.decode()
    for words in ("Kho có 2 tấn nếp của xã", "Kho nguyên liệu, tiêu chí 1.1", "Xưởng thôn Nà Pàng"):
        assert words in shown
    served = client.get(f"{visit.get_absolute_url()}anh/{visit.photos.get().pk}/")
    image = Image.open(io.BytesIO(served.content))
    assert (image.format, image.size) == ("WEBP", (20, 40))  # upright
    assert not image.getexif()
    assert "Kho có 2 tấn nếp của xã" in client.get(f"{address}doi-chieu/").content.decode()
    client.post(f"{visit.get_absolute_url()}ghi-nhan/{visit.findings.get().pk}/bo/")
    client.post(f"{visit.get_absolute_url()}anh/{visit.photos.get().pk}/bo/")
    assert not visit.findings.exists()
    assert not visit.photos.exists()
    assert Event.objects.about(dossier).filter(kind="dossier.visit_finding_dropped").exists()


@pytest.mark.parametrize("held_on", ["31/08/2026", "09/09/2026"])
def test_a_visit_lies_between_the_filing_and_today(scene: Scene, held_on: str) -> None:
    dossier = scene.stage.proposed().dossier  # filed 1/9, today is 8/9
    form = {"held_on": held_on, "place": "Xưởng", "people": "Tổ tư vấn"}
    sent = team(scene).post(f"{dossier.get_absolute_url()}khao-sat/them/", form)
    assert sent.status_code == 422
    assert "Chọn ngày từ 01/09/2026 đến hôm nay." in sent.content.decode()
    assert not Visit.objects.exists()


@pytest.mark.parametrize("name", ["anh.pdf", "anh.jpg"])
def test_only_pictures_are_photos(scene: Scene, name: str) -> None:
    visit = make_visit(scene)
    form = {"anh-file": file(name, PDF), "anh-place": "Kho"}
    sent = team(scene).post(f"{visit.get_absolute_url()}anh/", form)
    assert sent.status_code == 422
    assert not visit.photos.exists()


def make_visit(scene: Scene, name: str = "Bánh khảo (mẫu)") -> Visit:
    return services.record_visit(
        dossier=scene.stage.proposed(name=name).dossier, held_on=DAY, place=f"Xưởng {name}", people="Tổ tư vấn",
        summary="", by=scene.stage.world.team[0], now=NOW,
    )  # fmt: skip


def test_visits_are_read_in_offices_alone(scene: Scene) -> None:
    visit = make_visit(scene)
    Grant.objects.create(
        dossier=visit.dossier, user=scene.person("council member"), valid_from=DAY, valid_to=None, reason="Phiên chấm"
    )
    seen = {"commune officer", "province officer", "secretary", "leader"}
    for who in ("producer", "other commune's officer", "council member", *seen):
        client = scene.client(who)
        assert client.get(visit.get_absolute_url()).status_code == (200 if who in seen else 404), who
        assert ("1 buổi khảo sát" in client.get("/thuc-dia/").content.decode()) == (who in seen), who
    stranger = Client(headers={"host": "localhost"})
    assert stranger.get(visit.get_absolute_url()).status_code == 404
    assert stranger.get("/thuc-dia/")["Location"] == "/dang-nhap/?next=/thuc-dia/"


def test_the_list_of_visits_is_filtered_downloaded_and_asks_no_more_for_three(
    scene: Scene, django_assert_max_num_queries
) -> None:
    visit, client = make_visit(scene), team(scene)
    client.get("/thuc-dia/")
    with django_assert_max_num_queries(12) as one:
        client.get("/thuc-dia/")
    for name in ("Cốm nếp (mẫu)", "Bánh gai (mẫu)"):
        make_visit(scene, name)
    with django_assert_max_num_queries(12) as three:
        page = client.get("/thuc-dia/").content.decode()
    assert "3 buổi khảo sát" in page
    assert len(one.captured_queries) == len(three.captured_queries)
    assert "1 buổi khảo sát" in client.get("/thuc-dia/?q=com+nep").content.decode()
    assert "3 buổi khảo sát" in client.get(f"/thuc-dia/?xa={visit.dossier.commune_id}&nam=2026").content.decode()
    assert client.get("/thuc-dia/?q=com&tai=xlsx").content.startswith(b"PK")


def test_pages_of_the_team_carry_no_inline_style_or_script(scene: Scene) -> None:
    visit, client = make_visit(scene), team(scene)
    address = visit.dossier.get_absolute_url()
    for page in (
        f"{address}doi-chieu/",
        f"{address}tham-tra/1.1/",
        f"{address}khao-sat/them/",
        visit.get_absolute_url(),
        "/thuc-dia/",
    ):
        assert WRONG.search(client.get(page).content.decode()) is None, page
