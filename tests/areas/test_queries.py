from datetime import date

import pytest

from ocop.areas import queries
from ocop.areas.models import Area
from ocop.areas.queries import Undetermined
from ocop.kernel.refusal import Refusal

from .conftest import area

pytestmark = pytest.mark.usefixtures("tree")

TODAY = date(2026, 11, 24)
BEFORE_2021, SINCE_2021 = date(2021, 6, 30), date(2021, 7, 1)
BEFORE_2024, SINCE_2024 = date(2024, 8, 31), date(2024, 9, 1)
BEFORE_2025, SINCE_2025 = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize(
    ("day", "province_code", "districts", "communes"),
    [
        (date(2020, 1, 1), "08", 7, 138),
        (BEFORE_2021, "08", 7, 138),
        (SINCE_2021, "08", 7, 138),
        (BEFORE_2024, "08", 7, 138),
        (SINCE_2024, "08", 7, 137),
        (BEFORE_2025, "08", 7, 137),
        (SINCE_2025, "08", 0, 124),
        (TODAY, "08", 0, 124),
        (date(2019, 10, 1), "02", 11, 193),
        (SINCE_2021, "02", 11, 193),
        (BEFORE_2025, "02", 11, 193),
        (SINCE_2025, "02", 0, 0),
    ],
)
def test_the_tree_of_a_day_has_the_areas_of_that_day(day, province_code, districts, communes):
    areas = Area.objects.in_force_on(day).filter(province_code=province_code)
    assert (areas.districts().count(), areas.communes().count()) == (districts, communes)


def test_the_communes_of_2025_are_117_xa_and_7_phuong():
    communes = Area.objects.in_force_on(SINCE_2025).communes()
    assert (communes.filter(type="xã").count(), communes.filter(type="phường").count()) == (117, 7)


def test_the_communes_of_2021_are_122_xa_10_phuong_and_6_thi_tran():
    communes = Area.objects.in_force_on(SINCE_2021).communes().filter(province_code="08")
    kinds = ("xã", "phường", "thị trấn")
    assert [communes.filter(type=kind).count() for kind in kinds] == [122, 10, 6]


def test_the_tree_is_nested_with_districts_until_2025_and_without_after():
    hagiang, tuyenquang = queries.tree_on(BEFORE_2025)
    assert (hagiang.area.code, tuyenquang.area.code) == ("02", "08")
    assert [node.area.name for node in tuyenquang.children] == [
        "Chiêm Hóa", "Hàm Yên", "Lâm Bình", "Na Hang", "Sơn Dương", "Tuyên Quang", "Yên Sơn",
    ]  # fmt: skip
    assert sum(len(district.children) for district in tuyenquang.children) == 137
    (merged,) = queries.tree_on(SINCE_2025)
    assert {node.area.level for node in merged.children} == {Area.COMMUNE}
    assert len(merged.children) == 124


def test_the_districts_ended_on_30_6_2025():
    assert queries.districts_on(BEFORE_2025).count() == 18
    assert queries.districts_on(SINCE_2025).count() == 0


@pytest.mark.parametrize(("code", "name"), [("02299", "Phúc Sơn"), ("02302", "Minh Quang")])
def test_a_commune_stands_under_the_district_of_the_day(code, name):
    before, after = area(code, BEFORE_2021), area(code, SINCE_2021)
    assert (before.name, before.parent.name) == (name, "Chiêm Hóa")
    assert (after.name, after.parent.name) == (name, "Lâm Bình")


def test_a_first_day_that_is_not_exact_means_also_before():
    assert area("02299", date(2019, 5, 1)).parent.name == "Chiêm Hóa"


def test_a_first_day_that_is_exact_means_not_before():
    kim_phu = Area.objects.filter(code="02497")
    assert kim_phu.in_force_on(date(2020, 1, 1)).count() == 1
    assert kim_phu.in_force_on(date(2019, 12, 31)).count() == 0


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("02215", BEFORE_2025, "Phường Ỷ La"),
        ("02215", SINCE_2025, "Phường Minh Xuân"),
        ("02260", BEFORE_2025, "Xã Đà Vị"),
        ("02260", SINCE_2025, "Xã Hồng Thái"),
        ("02254", BEFORE_2025, "Xã Hồng Thái"),
        ("02254", SINCE_2025, None),
        ("02608", BEFORE_2024, "Xã Hồng Lạc"),
        ("02608", SINCE_2024, "Xã Hồng Sơn"),
        ("02593", BEFORE_2024, "Xã Vân Sơn"),
        ("02593", SINCE_2024, None),
        ("02473", BEFORE_2021, "Xã Thắng Quân"),
        ("02473", SINCE_2021, "Thị trấn Yên Sơn"),
        ("02473", SINCE_2025, "Xã Yên Sơn"),
        ("08", BEFORE_2025, "Tỉnh Tuyên Quang"),
        ("99999", TODAY, None),
    ],
)
def test_a_code_has_the_name_of_the_day_of_the_paper(code, day, name):
    assert queries.name_on(code, day) == name


@pytest.mark.parametrize(
    ("code", "seen", "on", "new_code", "new_name"),
    [
        ("02254", BEFORE_2025, BEFORE_2025, "02254", "Hồng Thái"),
        ("02254", BEFORE_2025, SINCE_2025, "02260", "Hồng Thái"),
        ("02260", BEFORE_2025, SINCE_2025, "02260", "Hồng Thái"),
        ("02215", BEFORE_2025, TODAY, "02215", "Minh Xuân"),
        ("02203", BEFORE_2025, TODAY, "02215", "Minh Xuân"),
        ("02608", BEFORE_2024, SINCE_2024, "02608", "Hồng Sơn"),
        ("02593", BEFORE_2024, SINCE_2024, "02608", "Hồng Sơn"),
        ("02608", BEFORE_2024, SINCE_2025, "02608", "Hồng Sơn"),
        ("02593", BEFORE_2024, SINCE_2025, "02608", "Hồng Sơn"),
        ("02473", BEFORE_2021, SINCE_2021, "02473", "Yên Sơn"),
        ("02299", BEFORE_2021, SINCE_2021, "02299", "Phúc Sơn"),
        ("08", BEFORE_2025, SINCE_2025, "08", "Tuyên Quang"),
        ("02", BEFORE_2025, SINCE_2025, "08", "Tuyên Quang"),
    ],
)
def test_a_commune_became_the_one_of_the_later_day(code, seen, on, new_code, new_name):
    new = queries.became(area(code, seen), on)
    assert isinstance(new, Area)
    assert (new.code, new.name) == (new_code, new_name)
    assert new in Area.objects.in_force_on(on)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("02497", ["Phường Mỹ Lâm", "Phường Minh Xuân"]),  # Kim Phú; the main part first
        ("02494", ["Xã Thái Bình", "Phường Nông Tiến"]),
        ("00688", ["Phường Hà Giang 2", "Phường Hà Giang 1"]),
        ("00967", ["Xã Việt Lâm", "Xã Vị Xuyên"]),
        ("00988", ["Xã Ngọc Đường", "Xã Minh Ngọc"]),
    ],
)
def test_a_split_commune_is_undetermined(code, names):
    old = area(code, BEFORE_2025)
    assert queries.became(old, BEFORE_2025) == old
    new = queries.became(old, SINCE_2025)
    assert isinstance(new, Undetermined)
    assert [candidate.full_name for candidate in new.candidates] == names
    assert str(new) == f"chưa xác định ({names[0]} hoặc {names[1]})"


def test_a_split_commune_is_determined_when_a_person_said_which_part():
    kim_phu, minh_xuan = area("02497", BEFORE_2025), area("02215", SINCE_2025)
    assert queries.became(kim_phu, TODAY, choice=minh_xuan) == minh_xuan
    assert queries.became(kim_phu, BEFORE_2025, choice=minh_xuan) == kim_phu


def test_a_choice_that_took_no_part_is_refused():
    kim_phu, nong_tien = area("02497", BEFORE_2025), area("02212", SINCE_2025)
    with pytest.raises(Refusal, match="Phường Nông Tiến không nhận phần nào của Xã Kim Phú"):
        queries.became(kim_phu, TODAY, choice=nong_tien)


def test_a_commune_that_gave_a_part_away_is_undetermined_only_for_places_seen_before():
    lang_quan = area("02479", BEFORE_2021)
    assert queries.became(lang_quan, SINCE_2021) == lang_quan
    seen_before = queries.became(lang_quan, SINCE_2021, seen=BEFORE_2021)
    assert isinstance(seen_before, Undetermined)
    assert {a.full_name for a in seen_before.candidates} == {"Xã Lang Quán", "Thị trấn Yên Sơn"}
    today = queries.became(lang_quan, SINCE_2025, seen=BEFORE_2021)
    assert str(today) == "Xã Yên Sơn"  # both parts are in it now


def test_the_part_that_stayed_can_be_chosen_too():
    lang_quan, town = area("02479", BEFORE_2021), area("02473", SINCE_2021)
    assert queries.became(lang_quan, SINCE_2021, seen=BEFORE_2021, choice=town) == town
    assert queries.became(lang_quan, SINCE_2021, seen=BEFORE_2021, choice=lang_quan) == lang_quan


def test_an_earlier_map_is_certain_only_where_one_commune_was_merged():
    kien_thiet, minh_xuan = area("02437", SINCE_2025), area("02215", SINCE_2025)
    assert queries.became(kien_thiet, BEFORE_2025) == area("02437", BEFORE_2025)
    assert isinstance(queries.became(minh_xuan, BEFORE_2025), Undetermined)


def test_a_district_became_nothing():
    na_hang = area("072", BEFORE_2025)
    assert queries.became(na_hang, SINCE_2025) == Undetermined(())
    assert str(queries.became(na_hang, SINCE_2025)) == "chưa xác định"


def test_many_are_answered_in_their_order_with_two_queries(django_assert_num_queries):
    queries.line_of(0)  # the changes are read once a process
    places = [(area(code, BEFORE_2025), None) for code in ("02254", "02497", "02203")]
    for count in (1, 3):
        with django_assert_num_queries(2):
            answers = queries.became_each(places[:count], SINCE_2025)
        assert [str(answer) for answer in answers] == [
            "Xã Hồng Thái",
            "chưa xác định (Phường Mỹ Lâm hoặc Phường Minh Xuân)",
            "Phường Minh Xuân",
        ][:count]


def test_a_commune_of_today_holds_old_ones_whole_and_in_part():
    rows = queries.held(area("02215", SINCE_2025), BEFORE_2025)
    assert [(row.area.full_name, row.partly, row.relation) for row in rows] == [
        ("Xã Kim Phú", True, "split"),
        ("Phường Minh Xuân", False, "merged"),
        ("Phường Phan Thiết", False, "merged"),
        ("Phường Tân Hà", False, "merged"),
        ("Phường Tân Quang", False, "merged"),
        ("Xã Trung Môn", False, "merged"),
        ("Phường Ỷ La", False, "merged"),
    ]


@pytest.mark.parametrize(
    ("on", "names"),
    [
        (BEFORE_2024, ["Chi Thiết", "Hồng Lạc", "Văn Phú", "Vân Sơn"]),
        (SINCE_2024, ["Chi Thiết", "Hồng Sơn", "Văn Phú"]),
        (SINCE_2025, ["Hồng Sơn"]),
    ],
)
def test_what_a_commune_holds_follows_the_day(on, names):
    rows = queries.held(area("02608", SINCE_2025), on)
    assert [row.area.name for row in rows] == names
    assert not any(row.partly for row in rows)


def test_a_town_holds_the_parts_that_its_neighbours_gave():
    rows = queries.held(area("02473", SINCE_2021), BEFORE_2021)
    assert [(row.area.name, row.partly, row.relation) for row in rows] == [
        ("Lang Quán", True, "ceded"),
        ("Thắng Quân", False, "renamed"),
        ("Tứ Quận", True, "ceded"),
    ]


def test_held_takes_two_queries_for_one_row_and_for_seven(django_assert_num_queries):
    queries.line_of(0)
    one, seven = area("02437", SINCE_2025), area("02215", SINCE_2025)
    for commune, count in ((one, 1), (seven, 7)):
        with django_assert_num_queries(2):
            assert len(queries.held(commune, BEFORE_2025)) == count


def test_the_line_of_a_commune_goes_back_through_all_its_wholly_merged_communes():
    line = queries.line_of(area("02608", SINCE_2025).pk)
    assert {(a.name, a.valid_from.year) for a in Area.objects.filter(pk__in=line)} == {
        ("Hồng Sơn", 2025), ("Hồng Sơn", 2024), ("Hồng Lạc", 2020), ("Vân Sơn", 2020), ("Chi Thiết", 2020),
        ("Văn Phú", 2020),
    }  # fmt: skip


def test_a_split_commune_is_in_nobodys_line():
    kim_phu = area("02497", BEFORE_2025).pk
    assert kim_phu not in queries.line_of(area("02215", SINCE_2025).pk)
    assert kim_phu not in queries.line_of(area("02509", SINCE_2025).pk)


def test_the_line_of_the_merged_province_holds_both_old_ones():
    line = queries.line_of(area("08", SINCE_2025).pk)
    assert sorted(Area.objects.filter(pk__in=line).values_list("code", flat=True)) == ["02", "08", "08"]


def test_a_line_takes_one_query_whether_the_changes_are_the_same(django_assert_num_queries):
    pk = area("02215", SINCE_2025).pk
    line = queries.line_of(pk)
    with django_assert_num_queries(1):
        assert queries.line_of(pk) == line


@pytest.mark.parametrize(
    ("name", "within", "day", "code"),
    [
        ("Kim Phú", "", BEFORE_2025, "02497"),
        ("xã kim phu", "TP. Tuyên Quang", BEFORE_2025, "02497"),
        ("TT. Yên Sơn", "Yên Sơn", SINCE_2021, "02473"),
        ("Quý Quân", "Huyện Yên Sơn", SINCE_2021, "02431"),
        ("Quí Quân", "075", SINCE_2021, "02431"),
        ("Thuận Hòa", "Hà Giang", BEFORE_2025, "00922"),
        ("Thuận Hoà", "02", BEFORE_2025, "00922"),
        ("Khâu Tinh", "", BEFORE_2025, "02263"),
        ("Phúc Sơn", "Chiêm Hóa", BEFORE_2021, "02299"),
        ("Phúc Sơn", "Lâm Bình", SINCE_2021, "02299"),
        ("Hồng Thái", "", BEFORE_2025, "02254"),
        ("Hồng Thái", "Tuyên Quang", SINCE_2025, "02260"),
    ],
)
def test_a_commune_is_found_by_name_place_and_day(name, within, day, code):
    found = queries.commune_of(name, within, day)
    assert isinstance(found, Area)
    assert found.code == code


@pytest.mark.parametrize(
    ("name", "within", "day", "count"),
    [
        ("Tả Lủng", "Hà Giang", BEFORE_2025, 2),  # in Đồng Văn and in Mèo Vạc
        ("Tả Lủng", "Mèo Vạc", BEFORE_2025, 1),
        ("Tân Quang", "", BEFORE_2025, 2),
        ("Phúc Sơn", "Chiêm Hóa", SINCE_2021, 0),
        ("Kim Phú", "", SINCE_2025, 0),
        ("Kim", "", BEFORE_2025, 0),
        ("", "", BEFORE_2025, 0),
    ],
)
def test_a_name_that_fits_several_or_none_is_undetermined(name, within, day, count):
    found = queries.commune_of(name, within, day)
    assert len(found.candidates if isinstance(found, Undetermined) else [found]) == count
