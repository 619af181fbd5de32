"""The home of everyone: what waits for me, where my dossiers are; notices and search show one's own alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import resolve
from django.utils import timezone

from ocop.accounts.models import Notice
from ocop.accounts.services import notify
from ocop.certificates.services import record_recognition
from ocop.councils.models import Member
from ocop.desk.queries import own_dossiers, search, standing, worklist
from ocop.desk.rules import MENU, menu
from ocop.kernel.audit import SYSTEM

pytestmark = pytest.mark.django_db


def _page(client, user, path: str = "/viec/") -> str:
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", ["/viec/", "/thong-bao/", "/tim/?q=che"])
def test_a_stranger_is_sent_to_sign_in_and_back(client, path):
    assert client.get(path)["Location"].startswith("/dang-nhap/?next=")


def test_a_filed_dossier_waits_for_its_commune_and_nobody_else(client, stage, last_week):
    walked = stage.filed(filed_on=last_week)
    name = "Đánh giá 4 nội dung, đề nghị tỉnh: Bánh khảo (mẫu)"
    communes = stage.world.communes
    assert name in _page(client, communes["02287"].officers[0])
    for other in (communes["02509"].officers[0], stage.world.officers[0], stage.world.members[0], stage.world.admin):
        assert name not in _page(client, other)
    assert walked.dossier.number in _page(client, stage.world.producers[0])


def test_work_comes_nearest_day_first_under_its_heading(stage, last_week, today):
    stage.filed(filed_on=last_week)
    stage.filed(filed_on=last_week - timedelta(days=3), name="Chè (mẫu)")
    found = worklist(stage.world.communes["02287"].officers[0], today)
    days = [one.work.due for _, ones in found.groups for one in ones]
    assert found.total == 2
    assert days == sorted(days)
    assert worklist(stage.world.communes["02287"].officers[0], days[0] + timedelta(days=1)).late >= 1


def test_the_days_left_are_told(client, stage, last_week, today):
    walked = stage.filed(filed_on=last_week)
    left = (walked.dossier.due_on - today).days
    assert f"Còn {left} ngày" in _page(client, stage.world.communes["02287"].officers[0])


def test_where_my_dossier_is(stage, last_week, today):
    stage.proposed(filed_on=last_week)
    (one,) = own_dossiers(stage.world.producers[0], today)
    assert [(stop.label, stop.state) for stop in one.stops][:4] == [
        ("Chủ thể nộp", "done"), ("Xã đánh giá", "done"), ("Tỉnh kiểm tra", "now"), ("Hội đồng cấp tỉnh chấm", "next"),
    ]  # fmt: skip
    assert one.stops[2].note.startswith("Tỉnh đang kiểm tra từ ")
    assert own_dossiers(stage.world.producers[1], today) == []


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_home_costs_at_most_12_queries_whatever_waits(
    client, stage, last_week, how_many, django_assert_max_num_queries
):
    for n in range(how_many):
        stage.filed(filed_on=last_week, name=f"Bánh khảo {n} (mẫu)")
    for user in (
        stage.world.producers[0], stage.world.communes["02287"].officers[0], stage.world.officers[0],
        stage.world.members[0], stage.world.secretaries[0],
    ):  # fmt: skip
        client.force_login(user)
        client.get("/viec/")
        with django_assert_max_num_queries(12):
            client.get("/viec/")


def test_the_frame_costs_one_query_beside_session_and_user(stage, today, django_assert_num_queries):
    user = type(stage.world.officers[0]).objects.get(pk=stage.world.officers[0].pk)
    with django_assert_num_queries(1):
        found = standing(user, today)
        assert user.has_role("province_officer", today)  # read with it
    assert found.who == {"province_officer"}


def test_who_one_is(stage, today):
    stage.walk.council("province", today)
    assert standing(stage.world.producers[0], today).words == "Chưa có vai trò"
    stage.filed(filed_on=today)
    producer = standing(stage.world.producers[0], today)
    assert (producer.who, producer.on_duty, producer.privileged) == ({"producer"}, False, False)
    member = standing(stage.world.members[0], today)
    assert (member.who, member.on_duty, member.privileged) == ({"member"}, True, True)
    admin = standing(stage.world.admin, today)
    assert (admin.who, admin.on_duty, admin.privileged) == ({"admin"}, True, True)
    assert standing(stage.world.officers[0], today).privileged is False


def test_every_menu_entry_leads_to_a_page():
    for _, url, _ in MENU:
        assert resolve(url).view_name


@pytest.mark.parametrize(
    "person",
    [
        lambda world: world.producers[0],
        lambda world: world.officers[0],
        lambda world: world.secretaries[0],
        lambda world: world.leader,
        lambda world: world.members[0],
        lambda world: world.admin,
        lambda world: world.communes["02287"].officers[0],
    ],
)
def test_every_entry_of_ones_menu_opens(client, stage, last_week, today, person):
    stage.filed(filed_on=last_week)
    stage.walk.council("province", today)
    user = person(stage.world)
    nav = re.search(r'<nav class="menu".*?</nav>', _page(client, user), flags=re.S)[0]
    for url in re.findall(r'href="([^"]+)"', nav):
        assert client.get(url).status_code == 200, url


def test_notices_are_ones_own_and_are_marked_when_opened(client, stage):
    mine, other = stage.world.producers[0], stage.world.officers[0]
    notify([mine], "Hồ sơ của bạn được trả lại.", path="/viec/", now=timezone.now())
    notify([other], "Tin của người khác.", now=timezone.now())
    page = _page(client, mine, "/thong-bao/")
    assert "Hồ sơ của bạn được trả lại." in page
    assert "Tin của người khác." not in page
    assert '<span class="count">1</span>' in page
    notice = Notice.objects.get(user=mine)
    assert client.get(f"/thong-bao/{notice.pk}/").status_code == 405
    assert client.post(f"/thong-bao/{notice.pk}/")["Location"] == "/viec/"
    assert '<span class="count">1</span>' not in _page(client, mine, "/thong-bao/")
    strange = Notice.objects.get(user=other)
    assert client.post(f"/thong-bao/{strange.pk}/").status_code == 404
    strange.refresh_from_db()
    assert strange.read_at is None


def test_all_notices_are_read_at_once(client, stage):
    user = stage.world.officers[0]
    for n in range(3):
        notify([user], f"Tin {n}", now=timezone.now())
    client.force_login(user)
    client.post("/thong-bao/da-doc/")
    assert not Notice.objects.filter(user=user, read_at=None).exists()


def test_search_needs_no_accents_and_every_word(stage, last_week, today):
    walked = stage.filed(filed_on=last_week)
    mine = stage.world.producers[0]
    assert [p.name for p in search(mine, today, "banh khao").products] == ["Bánh khảo (mẫu)"]
    assert [p.name for p in search(mine, today, "KHẢO bánh").products] == ["Bánh khảo (mẫu)"]
    assert search(mine, today, "banh chung").products == []
    assert [s.name for s in search(mine, today, "na pang").subjects] == ["Hợp tác xã Nà Pàng (mẫu)"]
    number = walked.dossier.number
    assert [d.number for d in search(mine, today, number.lower()).dossiers] == [number]
    assert [d.number for d in search(mine, today, walked.dossier.code).dossiers] == [number]
    assert search(mine, today, "  ").total == 0


def test_search_finds_only_what_one_may_see(client, stage, last_week, today):
    stage.filed(filed_on=last_week)
    assert search(stage.world.communes["02287"].officers[0], today, "banh khao").total == 2  # product and dossier
    for stranger in (stage.world.communes["02509"].officers[0], stage.world.producers[1], stage.world.admin):
        assert search(stranger, today, "banh khao").total == 0
        assert "Không có kết quả nào" in _page(client, stranger, "/tim/?q=banh+khao")


def test_text_of_others_is_escaped(client, stage):
    user = stage.world.officers[0]
    notify([user], "<script>alert(1)</script>", now=timezone.now())
    assert "<script>alert" not in _page(client, user, "/thong-bao/")
    assert "<script>alert" not in _page(client, user, "/tim/?q=<script>alert(1)</script>")


def test_a_page_of_someone_signed_in_is_not_stored(client, stage):
    client.force_login(stage.world.officers[0])
    assert client.get("/viec/")["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("decided", "words", "gold"),
    [
        (timedelta(days=10), "Còn 35 tháng", True),
        (timedelta(days=1096 - 60), "Còn ", True),
        (timedelta(days=4 * 365), "Hết hiệu lực", False),
        (None, "chưa rõ ngày cấp", False),
    ],
)
def test_a_product_shows_gold_only_while_its_stars_are_in_force(client, stage, today, decided, words, gold):
    product = stage.filed(filed_on=today).dossier.product
    day = None if decided is None else today - decided
    record_recognition(
        product=product, stars=4, level="province", organ_name="UBND tỉnh", number="1", decided_on=day,
        year=day.year if day else 2022, source="Báo Tuyên Quang", by=SYSTEM, now=timezone.now(),
    )  # fmt: skip
    page = _page(client, stage.world.producers[0])
    assert words in page
    assert ("#stars-4" in page) == gold
    assert ("Hạng cũ: 4 sao" in page) != gold


def test_a_product_without_stars_says_so(client, stage, today):
    stage.filed(filed_on=today)
    assert "Sản phẩm đã đăng ký, chưa có sao" in _page(client, stage.world.producers[0])


def test_the_count_of_a_step_opens_its_list(client, stage, last_week):
    stage.proposed(filed_on=last_week)
    page = _page(client, stage.world.officers[0])
    (link,) = re.findall(r'href="(/ho-so/\?[^"]+)"', page)
    listed = client.get(link).content.decode()
    assert "Bánh khảo (mẫu)" in listed
    assert "Bỏ qua điều kiện lạ" not in listed


def _nav(page: str) -> list[str]:
    nav = re.search(r'<nav class="menu".*?</nav>', page, flags=re.S)[0]
    return re.findall(r"<a [^>]*>([^<]+)</a>", nav)


@pytest.fixture
def two_roles(stage, last_week, today):
    """A producer who also sits on a council."""
    stage.filed(filed_on=last_week)
    stage.walk.council("province", today)
    user = stage.world.producers[0]
    Member.objects.filter(user=stage.world.members[0]).update(user=user)
    return user


def test_a_role_is_chosen_in_the_account_menu_and_stays_for_the_session(client, two_roles):
    page = _page(client, two_roles)
    assert "Kho giấy tờ" in _nav(page)
    assert "Phiên chấm" in _nav(page)
    assert 'class="tabs"' not in page
    assert client.post("/vai-tro/", {"vai-tro": "producer"})["Location"] == "/viec/"
    page = client.get("/ho-so/").content.decode()
    assert _nav(page) == [words for words, _, _ in menu(["producer"], "/")]
    assert 'class="tabs"' in page
    client.post("/vai-tro/", {"vai-tro": "member"})
    page = client.get("/viec/").content.decode()
    assert _nav(page) == ["Việc của tôi", "Hồ sơ", "Phiên chấm", "Kết quả"]
    assert "Hồ sơ đang ở đâu" not in page  # the producer's own
    client.post("/vai-tro/", {"vai-tro": ""})
    assert {"Kho giấy tờ", "Phiên chấm"} <= set(_nav(client.get("/viec/").content.decode()))


def test_a_role_changes_no_right(client, two_roles, stage):
    client.force_login(two_roles)
    client.post("/vai-tro/", {"vai-tro": "producer"})
    assert client.get("/phien-cham/").status_code == 200
    client.post("/vai-tro/", {"vai-tro": "admin"})  # not one of his
    assert client.get("/quan-tri/nguoi-dung/").status_code == 404
    assert "Kho giấy tờ" in _nav(client.get("/viec/").content.decode())


def test_who_has_one_role_gets_no_switch(client, stage):
    assert "Hiện theo vai trò" not in _page(client, stage.world.officers[0])


def test_the_district_is_told_that_it_has_ended(client, stage):
    sentence = "Cấp huyện đã kết thúc ngày 30/06/2025."
    assert sentence in _page(client, stage.world.districts["073"].officers[0])
    assert sentence not in _page(client, stage.world.producers[0])
    assert sentence not in _page(client, stage.world.officers[0])


def _seen(client, minutes: float, name: str = "ocop_seen") -> None:
    session = client.session
    session[name] = (timezone.now() - timedelta(minutes=minutes)).isoformat()
    session.save()


def test_asking_how_long_a_session_lasts_does_not_prolong_it_but_staying_does(client, stage):
    user = stage.world.officers[0]
    client.force_login(user)
    client.get("/viec/")
    _seen(client, 29)
    for _ in range(2):
        told = client.get("/phien/").json()
        assert (told["user"], told["final"]) == (user.pk, False)
        assert 50 < told["seconds"] <= 60
    assert 29 * 60 < client.post("/phien/").json()["seconds"] <= 30 * 60
    _seen(client, 31)
    assert client.get("/phien/").status_code == 302


def test_a_member_has_15_minutes_and_nobody_more_than_12_hours(client, two_roles):
    client.force_login(two_roles)
    assert 14 * 60 < client.get("/phien/").json()["seconds"] <= 15 * 60
    _seen(client, 12 * 60 - 3, "ocop_began")
    told = client.post("/phien/").json()
    assert told["final"] is True
    assert 2 * 60 < told["seconds"] <= 3 * 60
