"""Pages: what a refusal becomes, what is never stored, what every page shows, how days and numbers are written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path
from django.utils.datastructures import MultiValueDict

from ocop.kernel.audit import Actor, Entry
from ocop.kernel.pages import errors
from ocop.kernel.pages.forms import ActForm, DateField, Form, VersionField
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.kernel.templatetags import ocop as tags

KERNEL = Path(errors.__file__).parents[1]


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refusal("Chưa trả hồ sơ.", "Hồ sơ <b>không</b> ở bước tiếp nhận.", "Mở lại trang.")


def forbid(request: HttpRequest) -> HttpResponse:
    raise Forbidden("Chưa mở hồ sơ.", "Hồ sơ này của chủ thể khác.", "Mở hồ sơ của bạn.")


def private(request: HttpRequest) -> HttpResponse:
    request.session["seen"] = True
    return HttpResponse("riêng")


def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("public.html", {}, request))


def show(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("components/messages.html", {}, request))


urlpatterns = [
    path("tra/", refuse),
    path("cam/", forbid),
    path("rieng/", private),
    path("chung/", public),
    path("form/", show),
]
handler404 = errors.not_found

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def plain_static(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = str(tmp_path)
    settings.ALLOWED_HOSTS = ["testserver"]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def render(source: str, address: str = "/", **values: object) -> str:
    request = RequestFactory().get(address)
    return Template(source).render(Context({"request": request, **values})).strip()


# --- a refusal becomes an answer


def test_a_refused_post_goes_back_to_its_form_and_says_what_why_next(client):
    answer = client.post("/tra/", headers={"referer": "http://testserver/form/?q=che"})
    assert (answer.status_code, answer["Location"]) == (303, "/form/?q=che")
    page = client.get("/form/").content.decode()
    assert "<strong>Chưa trả hồ sơ.</strong> Hồ sơ &lt;b&gt;không&lt;/b&gt; ở bước tiếp nhận. Mở lại trang." in page
    assert 'class="notice danger"' in page


@pytest.mark.parametrize("referer", ["", "https://evil.example/form/", "//evil.example/", "javascript:alert(1)"])
def test_a_refused_post_from_elsewhere_is_answered_in_place(client, referer):
    answer = client.post("/tra/", headers={"referer": referer} if referer else {})
    assert answer.status_code == 409
    assert "Hồ sơ &lt;b&gt;không&lt;/b&gt; ở bước tiếp nhận." in answer.content.decode()


def test_a_refused_get_is_a_page_and_no_redirect(client):
    answer = client.get("/tra/", headers={"referer": "http://testserver/tra/"})
    assert answer.status_code == 409
    assert "<h1>Chưa trả hồ sơ.</h1>" in answer.content.decode()


def test_a_refused_fragment_is_its_sentence(client):
    answer = client.post("/tra/", headers={"hx-request": "true", "referer": "http://testserver/form/"})
    assert answer.status_code == 409
    assert answer.content.decode().startswith("<strong>Chưa trả hồ sơ.</strong> Hồ sơ &lt;b&gt;")


def test_a_refused_json_call_gets_its_three_sentences(client):
    answer = client.post("/tra/", headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert answer.json() == {
        "what": "Chưa trả hồ sơ.",
        "why": "Hồ sơ <b>không</b> ở bước tiếp nhận.",
        "next": "Mở lại trang.",
    }


def test_forbidden_and_absent_look_alike(client):
    forbidden, absent = client.get("/cam/"), client.get("/khong/")
    assert (forbidden.status_code, absent.status_code) == (404, 404)
    assert forbidden.content.decode().replace("%2Fcam%2F", "%2Fkhong%2F") == absent.content.decode()
    assert "chủ thể khác" not in forbidden.content.decode()


def test_the_404_page_offers_a_stranger_sign_in_and_return(client):
    assert 'href="/dang-nhap/?next=%2Fkhong%2F%3Fa%3D1%26b%3D2"' in client.get("/khong/?a=1&b=2").content.decode()


def test_a_broken_token_and_a_broken_page_answer_in_vietnamese():
    request = RequestFactory().post("/tra/")
    assert errors.csrf(request).status_code == 403
    assert "chưa ghi gì" in errors.csrf(request).content.decode()
    assert (errors.bad_request(request).status_code, errors.server_error(request).status_code) == (400, 500)
    assert "Hệ thống gặp lỗi" in errors.server_error(request).content.decode()


def test_the_500_page_needs_neither_database_nor_manifest(settings, django_assert_num_queries):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    with django_assert_num_queries(0):
        assert errors.server_error(RequestFactory().get("/")).status_code == 500


# --- what is never stored


def test_a_page_that_knows_its_reader_is_not_stored_and_a_public_one_may_be(client):
    assert client.get("/rieng/")["Cache-Control"] == "no-store"
    stranger = Client().get("/chung/")
    assert "Cache-Control" not in stranger
    assert "Cookie" not in stranger.get("Vary", "")


def test_a_public_page_asks_no_question_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/chung/")


def test_pages_may_use_no_camera_and_no_place(client):
    assert "camera=(), geolocation=()" in client.get("/chung/")["Permissions-Policy"]


# --- what every page shows


@pytest.mark.parametrize(
    ("production", "rehearsal", "banner"),
    [(False, False, "Dữ liệu mẫu."), (True, False, None), (True, True, "DIỄN TẬP."), (False, True, "DIỄN TẬP.")],
)
def test_sample_and_rehearsal_pages_say_so(client, settings, production, rehearsal, banner):
    settings.PRODUCTION, settings.REHEARSAL = production, rehearsal
    page = client.get("/chung/").content.decode()
    assert re.findall(r"<strong>(Dữ liệu mẫu\.|DIỄN TẬP\.)</strong>", page) == ([banner] if banner else [])


@pytest.mark.parametrize("base", ["public.html", "office.html", "scoring.html", "bare.html", "enter.html", "404.html"])
def test_every_frame_is_vietnamese_with_a_skip_link_to_its_main_part(base):
    page = render_to_string(base, {}, RequestFactory().get("/"))
    assert '<html lang="vi">' in page
    assert 'href="#noi-dung"' in page
    assert page.count("<main") == page.count('id="noi-dung"') == 1
    assert page.count("<h1") <= 1


def test_templates_carry_no_inline_style_script_or_foreign_host():
    wrong = re.compile(r"""\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|(?:src|href)=["'](?:https?:)?//""")
    texts = {p: p.read_text(encoding="utf-8") for p in (KERNEL / "templates").rglob("*.html")}
    assert len(texts) > 25
    assert [p.name for p, text in texts.items() if wrong.search(text)] == []
    styles = [p.read_text(encoding="utf-8") for p in (KERNEL / "static" / "css").glob("*.css")]
    assert [text for text in styles if re.search(r"url\(.(?:https?:)?//|@import", text)] == []


def test_every_icon_that_a_template_names_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (KERNEL / "static" / "icons.svg").read_text(encoding="utf-8")))
    used = set()
    for template in KERNEL.parent.rglob("templates/**/*.html"):
        used |= set(re.findall(r'{% icon "([^"]+)"', template.read_text(encoding="utf-8")))
    assert used
    assert used <= drawn


def test_each_of_the_26_sets_has_a_drawing():
    assert sorted(tags.DRAWINGS) == list(range(1, 27))
    for drawing, _words in [*tags.DRAWINGS.values(), tags.NO_DRAWING]:
        assert (KERNEL / "static" / "illustrations" / f"{drawing}.svg").is_file()
    assert 'alt="Hình minh họa nhóm mật ong và nông sản khác"' in tags.illustration(4)
    assert "generic.svg" in tags.illustration(None)


def test_a_first_visit_to_a_public_page_loads_less_than_its_100_kb():
    static = KERNEL / "static"
    fonts = [static / "fonts" / f"be-vietnam-pro-{w}-{s}.woff2" for w in (400, 600) for s in ("latin", "vietnamese")]
    others = [static / "css" / "base.css", static / "css" / "public.css", static / "icons.svg", static / "brand.svg"]
    assert sum(file.stat().st_size for file in fonts) < 35_000
    assert sum(file.stat().st_size for file in others) < 65_000  # before compression, which makes it a fifth


# --- components


def test_stars_are_drawn_and_written_and_a_lapsed_rank_has_no_gold():
    shown = render('{% include "components/stars.html" with stars=4 %}')
    assert "#stars-4" in shown
    assert "4 sao" in shown
    lapsed = render('{% include "components/stars.html" with stars=3 lapsed=True %}')
    assert "Hạng cũ: 3 sao" in lapsed
    assert "<svg" not in lapsed


def test_a_timeline_names_who_and_why_and_says_what_was_erased():
    at = datetime(2025, 10, 12, 2, 41, tzinfo=UTC)
    told = Entry(at, "x", Actor(1, "Nguyễn Văn An", "cán bộ xã", "UBND xã Sơn Dương"), "Thiếu <trang> ký", {}, {})
    erased = Entry(at, "x", None, "", {}, {})
    shown = render('{% include "components/timeline.html" %}', events=[("Trả lại", told), ("Nộp", erased)])
    assert "Nguyễn Văn An, cán bộ xã, UBND xã Sơn Dương" in shown
    assert "Lý do: Thiếu &lt;trang&gt; ký" in shown
    assert "09:41 ngày 12/10/2025" in shown
    assert "Nội dung đã xóa" in shown


@pytest.mark.parametrize(
    ("value", "words"),
    [(29, "Còn 1 điểm"), (30, "Còn 20 điểm"), (66, "Còn 4 điểm"), (89, "Còn 1 điểm"), (90, "Đủ điểm 5 sao")],
)
def test_the_scale_says_how_many_points_the_next_star_needs(value, words):
    shown = render("{% scale value %}", value=value)
    assert f"<strong>{words}</strong>" in shown
    assert f'x1="{value}%"' in shown


# --- days and numbers


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (date(2025, 12, 10), "Còn 56 ngày"),
        (date(2025, 10, 16), "Còn 1 ngày"),
        (date(2025, 10, 15), "Hôm nay là hạn cuối"),
        (date(2025, 10, 14), "Quá hạn 1 ngày"),
        (None, ""),
    ],
)
def test_days_left_are_words(last, words):
    assert tags.days_left(last, date(2025, 10, 15)) == words


@pytest.mark.parametrize(
    ("today", "words", "tone"),
    [
        (date(2024, 7, 11), "Chưa có hiệu lực", "ok"),
        (date(2025, 10, 15), "Còn 20 tháng 27 ngày", "ok"),
        (date(2027, 1, 12), "Còn 6 tháng", "ok"),
        (date(2027, 1, 13), "Còn 180 ngày", "ok"),
        (date(2027, 4, 13), "Còn 90 ngày", "ok"),  # 91 days, today among them
        (date(2027, 4, 14), "Còn 89 ngày", "warning"),
        (date(2027, 6, 11), "Còn 31 ngày", "warning"),
        (date(2027, 6, 12), "Còn 30 ngày", "danger"),
        (date(2027, 7, 12), "Hôm nay là ngày cuối", "danger"),
        (date(2027, 7, 13), "Hết hiệu lực từ 13/07/2027", "danger"),
    ],
)
def test_a_validity_counts_its_last_day_and_turns_amber_at_90_and_red_at_30(today, words, tone):
    shown = tags.validity_of(date(2024, 7, 12), date(2027, 7, 12), today)
    assert (shown.words, shown.tone) == (words, tone)
    assert 0 <= shown.used <= 100


def test_a_moment_is_shown_on_its_vietnamese_day():
    late = datetime(2025, 10, 14, 17, 30, tzinfo=UTC)
    assert (tags.vi_date(late), tags.vi_datetime(late)) == ("15/10/2025", "00:30 ngày 15/10/2025")
    assert (tags.vi_date(None), tags.vi_weekday(date(2025, 10, 15))) == ("chưa rõ", "Thứ Tư, 15/10/2025")


@pytest.mark.parametrize(
    ("total", "count", "text"),
    [(247, 3, "82,33"), (248, 3, "82,67"), (8999, 100, "89,99"), (1, 8, "0,13"), (0, 5, "0,00"), (None, 0, "–")],
)
def test_a_mean_is_shown_with_two_decimals_rounded_half_up(total, count, text):
    assert tags.mean(total, count) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234.5, "1.234,5"), (1000000, "1.000.000"), (Decimal("-0.50"), "-0,5"), (0, "0"), (999, "999"), (None, "–")],
)
def test_numbers_have_dots_for_thousands_and_a_decimal_comma(value, text):
    assert tags.number(value) == text


@pytest.mark.parametrize(
    ("thousand", "text"), [(51380000, "51.380,0"), (49, "0,0"), (50, "0,1"), (-1250, "-1,3"), (61000, "61,0")]
)
def test_money_is_million_dong_with_one_decimal(thousand, text):
    assert tags.million(thousand) == text


def test_a_code_is_read_in_groups_and_points_are_whole():
    assert render("{{ code|grouped }} {{ seven|points }} {{ none|points }}", code="7K2M9QXD4", seven=7, none=None) == (
        "7K2M 9QXD 4 7 –"
    )


def test_a_query_link_keeps_the_other_conditions_and_never_the_download():
    assert render("{% query trang=2 %}", "/?q=ch%C3%A8&sao=4&sao=5&trang=1&tai=xlsx") == (
        "?q=ch%C3%A8&amp;sao=4&amp;sao=5&amp;trang=2"
    )
    assert render("{% query sao=None %}", "/?sao=4&q=a") == "?q=a"


def test_each_once_token_is_another():
    tokens = re.findall(r'value="([\w-]{20,64})"', render("{% once_token %}{% once_token %}"))
    assert len(set(tokens)) == 2


# --- forms


class Return(ActForm):
    reason = forms.CharField(label="Lý do trả hồ sơ", min_length=5)
    house = forms.CharField(label="HTX nộp hồ sơ", required=False)
    kind = forms.ChoiceField(label="Cách trả", choices=[("a", "Qua mạng")], widget=forms.RadioSelect)
    day = DateField(label="Hạn", help_text="ngày/tháng/năm", required=False)
    secret = forms.CharField(label="Mật khẩu", strip=False, required=False)
    version = VersionField()


def test_text_is_cleaned_before_it_is_checked_and_passwords_are_not():
    form = Return(_posted(reason="  Thie\u0302\u0301u\u200b  tra\u0323ng "))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["reason"] == "Thiếu trạng"
    assert form.cleaned_data["secret"] == "  hai  dấu cách "


def _posted(**changes: str) -> MultiValueDict:
    data = {"reason": "Thiếu trang", "kind": "a", "version": "3", "secret": "  hai  dấu cách "} | changes
    return MultiValueDict({key: [value] for key, value in data.items()})


def test_invisible_signs_do_not_fill_a_required_field():
    form = Return(_posted(reason="\u200b \u200b \u200b"))
    assert form.errors["reason"] == ["Hãy nhập lý do trả hồ sơ."]


def test_missing_answers_are_asked_for_by_name():
    form = Return(MultiValueDict())
    assert form.errors["kind"] == ["Hãy chọn cách trả."]
    assert form.errors["version"] == ["Biểu mẫu đã cũ. Mở lại trang rồi thử lại."]


def test_an_error_is_bound_to_its_field_and_linked_from_the_summary():
    shown = render(
        '{% include "components/form_errors.html" %}{% for field in form.visible_fields %}'
        '{% include "components/field.html" %}{% endfor %}',
        form=Return(_posted(day="30/02/2025", kind="")),
    )
    assert '<a href="#id_day">Hạn</a>: Ngày 30/02/2025 không có thật. Nhập ngày/tháng/năm.' in shown
    assert 'aria-describedby="id_day_helptext id_day_error"' in shown
    assert 'id="id_day_error"' in shown
    assert 'href="#id_kind_0"' in shown
    assert 'id="id_kind_0"' in shown
    assert "Hạn<span" in shown  # optional fields say so
    assert shown.count("(không bắt buộc)") == 3


def test_a_form_shown_twice_carries_two_tokens_and_one_sent_keeps_its_own():
    fresh = [Return()["once"].value() for _ in range(2)]
    assert fresh[0] != fresh[1]
    assert Return(_posted(once="abc"))["once"].value() == "abc"


def test_a_right_form_is_carried_out_once_and_answers():
    done: list[str] = []

    def act() -> HttpResponse:
        done.append(form.cleaned_data["reason"])
        return HttpResponse("xong")

    form = Return(_posted())
    answer = form.carry_out(act)
    assert answer is not None
    assert answer.content == b"xong"
    assert done == ["Thiếu trang"]


@pytest.mark.parametrize(("data", "status"), [(None, 200), ({"reason": ""}, 422)])
def test_a_form_not_sent_or_with_mistakes_is_not_carried_out(data, status):
    form = Return(None if data is None else _posted(**data))
    assert form.carry_out(lambda: pytest.fail("carried out")) is None
    assert form.status == status


def test_what_the_rules_refuse_is_said_beside_what_was_typed():
    def refuse() -> HttpResponse:
        raise Refusal("Chưa trả hồ sơ.", "Hồ sơ đã rút.", "Mở lại trang.")

    form = Return(_posted())
    assert form.carry_out(refuse) is None
    assert form.status == 422
    assert form.non_field_errors() == ["Chưa trả hồ sơ. Hồ sơ đã rút. Mở lại trang."]
    assert form["reason"].value() == "Thiếu trang"


def test_who_may_not_act_at_all_gets_no_form_to_try_again():
    def forbid() -> HttpResponse:
        raise Forbidden("Chưa trả hồ sơ.", "Hồ sơ của xã khác.", "Liên hệ xã đó.")

    with pytest.raises(Forbidden):
        Return(_posted()).carry_out(forbid)


@pytest.mark.parametrize("text", ["15/10/2025", "15/10/2025 ", "15-10-2025", "15.10.2025", "2025-10-15"])
def test_a_day_may_be_written_as_people_write_it(text):
    assert DateField().clean(text) == date(2025, 10, 15)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("30/02/2025", "Ngày 30/02/2025 không có thật. Nhập ngày/tháng/năm."),
        ("29/2/2023", "Ngày 29/02/2023 không có thật. Nhập ngày/tháng/năm."),
        ("2025-13-01", "Ngày 01/13/2025 không có thật. Nhập ngày/tháng/năm."),
        ("1/1/25", "“1/1/25” không phải ngày. Nhập ngày/tháng/năm, ví dụ 15/10/2025."),
        ("hôm nay", "“hôm nay” không phải ngày. Nhập ngày/tháng/năm, ví dụ 15/10/2025."),
    ],
)
def test_a_day_that_never_was_is_refused_by_name(text, sentence):
    with pytest.raises(ValidationError) as caught:
        DateField().clean(text)
    assert caught.value.messages == [sentence]


def test_a_leap_day_and_a_single_digit_day_are_days():
    assert (DateField().clean("29/2/2024"), DateField().clean("5/3/2025")) == (date(2024, 2, 29), date(2025, 3, 5))


def test_a_stored_day_is_shown_as_vietnamese_write_it():
    class One(Form):
        day = DateField()

    assert 'value="05/03/2025"' in str(One(initial={"day": date(2025, 3, 5)})["day"])
