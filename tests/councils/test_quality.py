"""Severity, agreement, dividing criteria and missed marks, worked by hand; who reads the page."""

from __future__ import annotations

from fractions import Fraction

import pytest

from ocop.councils.quality import Divided, Missed, Severity, alpha, divided, missed, severities
from ocop.councils.services import close_item
from ocop.project.sample.walk import at

from .conftest import DAY, Hall, signed_in


def test_agreement_is_that_of_the_literature() -> None:
    """Krippendorff 2011, section C: four observers, twelve units, missing values; interval alpha .849."""
    units = [
        [1, 1, 1],
        [2, 2, 3, 2],
        [3, 3, 3, 3],
        [3, 3, 3, 3],
        [2, 2, 2, 2],
        [1, 2, 3, 4],
        [4, 4, 4, 4],
        [1, 1, 2, 1],
        [2, 2, 2, 2],
        [5, 5, 5],
        [1, 1],
        [3],
    ]
    found = alpha(units)
    assert found is not None
    assert round(float(found), 3) == 0.849


def test_full_agreement_is_1_and_what_never_varies_says_nothing() -> None:
    assert alpha([[70, 70], [80, 80]]) == 1
    assert alpha([[70, 70], [70, 70]]) is None
    assert alpha([[70], [90]]) is None
    # values 1, 2, 2, 1: observed (1+1)+(1+1) = 4; expected 2(4 x 10 - 36)/3 = 8/3; 1 - 4 x 3/8 = -1/2
    assert alpha([[1, 2], [2, 1]]) == Fraction(-1, 2)


def test_severity_is_the_mean_difference_to_the_mean_of_each_product() -> None:
    """Means 72 and 80: An gives 3 and 1 less, Bình 0 and 1 more, Cúc 3 more on the first alone."""
    found = severities([{"An": 69, "Bình": 72, "Cúc": 75}, {"An": 79, "Bình": 81}, {}])
    assert found == {
        "An": Severity(2, Fraction(-2), Fraction(-3), Fraction(-1)),
        "Bình": Severity(2, Fraction(1, 2), Fraction(0), Fraction(1)),
        "Cúc": Severity(1, Fraction(3), Fraction(3), Fraction(3)),
    }


def test_a_criterion_divides_by_the_mean_distance_of_its_highest_and_lowest_points() -> None:
    found = divided([("1.1", [1, 3, 3]), ("1.1", [2, 2]), ("1.1", [0, 3]), ("2.1", [5, 5])])
    assert found == {"1.1": Divided(3, 2, Fraction(5, 3)), "2.1": Divided(1, 0, Fraction(0))}


def test_a_mark_is_missed_by_a_share_of_the_products_that_are_asked_for_it() -> None:
    found = missed([(("2.1", 4), True), (("2.1", 4), False), (("2.1", 4), True), (("4.1", 3), False)])
    assert found == {("2.1", 4): Missed(3, 2), ("4.1", 3): Missed(1, 0)}
    assert found["2.1", 4].share == Fraction(2, 3)


@pytest.mark.usefixtures("clock")
def test_the_page_is_the_secretarys_and_the_chairs_alone_and_goes_out_as_tables(hall: Hall) -> None:
    """76 and eight times 72: the mean is 652/9, the first lies 32/9 above it."""
    address = f"/hoi-dong/{hall.council.pk}/chat-luong/"
    secretary = signed_in(hall.secretary)
    assert "Chưa có sản phẩm nào kết luận" in secretary.get(address).text
    hall.sign_all(76, 72)
    close_item(item=hall.item, by=hall.secretary, now=at(DAY, 11))
    for user in (hall.member, hall.officer, hall.producer):
        assert signed_in(user).get(address).status_code == 404
    assert signed_in(hall.chair).get(address).status_code == 200
    page = secretary.get(address).text
    assert "+3,56" in page
    assert "-0,44" in page
    assert "<svg" in page
    assert " style=" not in page
    for table in ("thanh-vien", "tieu-chi", "muc-toi-thieu"):
        assert secretary.get(f"{address}?tai=xlsx&bang={table}").content.startswith(b"PK")
    assert "Chưa có sản phẩm nào kết luận" in secretary.get(f"{address}?nam=2025").text
