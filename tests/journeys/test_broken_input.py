"""Broken text and impossible numbers in every part of every address, query and form: an answer, never a server error.

Runs on both databases: they fail on different things (NUL, numbers beyond 64 bits, texts longer than a column).
Source: compliance.md section 2.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse

from .doors import DOORS, SIGNED_IN
from .province import Province, one_request

# Values that break a careless look-up, comparison or column: NUL, a number beyond 64 bits, a negative one, a full-width
# digit, a text longer than any column, half a surrogate and a way out of a folder, signs that mean something elsewhere.
NASTY = ("a\0b", "9" * 30, "-1", "１", "x" * 5000, "%ED%A0%80..", "' OR 1=1 -- {{ 7 }}")
QUERIES = ("q", "trang", "xep", "tai", "nhom", "bo", "sao", "xa", "buoc", "loai", "trang-thai", "ma", "minh-chung")
FIELDS = (
    "reason", "version", "once", "chosen", "number", "day", "answer", "criterion", "conflict", "detail", "present",
    "dossier", "evidence", "kind", "name", "email", "ground", "organ", "case", "scorecard", "subject", "product_set",
    "commune", "stars", "dang-dung", "agree", "samples", "muc-1.1", "ly-do-1.1", "role", "agency", "last_day",
    "council", "held_on", "ghe-TOTAL_FORMS", "ghe-INITIAL_FORMS", "ghe-0-email", "result", "file", "photo", "login",
    "password", "next", "code",
)  # fmt: skip
# Addresses that print a paper or hand out a file: they read no query and take no form.
PAPERS = {
    "dossiers:print", "dossiers:evidence", "councils:minutes", "councils:invitation", "councils:notice",
    "councils:sample_list",
    "certificates:decision_paper", "certificates:draft", "certificates:certificate_file", "registry:paper_file",
    "registry:photo", "dossiers:evidence_page", "registry:paper_page",
}  # fmt: skip


def answers(province: Province, role: str, url: str, body: Any = None, query: Any = None, **more: Any) -> int:
    """The status that the role gets; nothing of it stays. body  None: a page is read"""
    client = province.clients[role]
    with one_request():
        return (client.get(url, query or {}) if body is None else client.post(url, body, **more)).status_code


def broken(statuses: dict[str, int]) -> dict[str, int]:
    return {told: status for told, status in statuses.items() if status >= 500}


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.post is None and name not in PAPERS])
def test_no_query_string_breaks_a_page(province: Province, name: str) -> None:
    door = DOORS[name]
    url, role = reverse(name, args=province.args[door.args]), sorted(door.who or SIGNED_IN)[0]
    assert not broken({v: answers(province, role, url, query=dict.fromkeys(QUERIES, v)) for v in NASTY})


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.args != "nothing"])
def test_no_part_of_an_address_breaks_a_page(province: Province, name: str) -> None:
    """Each part of the address in turn; for the number of a thing also one beyond 64 bits. No other thing appears."""
    door = DOORS[name]
    args, role = province.args[door.args], sorted(door.who or SIGNED_IN)[0]
    found = {}
    for place, value in enumerate(args):
        for bad in [0, 2**63, 10**30] if isinstance(value, int) else NASTY:
            url = _address(name, [*args[:place], bad, *args[place + 1 :]])
            found[f"{place}: {bad}"] = answers(province, role, url, door.post)
    assert not broken(found)
    if isinstance(args[0], int) and not door.is_public:
        assert {found[f"0: {bad}"] for bad in (0, 2**63, 10**30)} == {404}


def _address(name: str, args: list[Any]) -> str:
    """The address as somebody types it: any text in the place of a part."""
    marks = [10**6 + n if isinstance(arg, int) else f"PART{n}" for n, arg in enumerate(args)]
    url = reverse(name, args=marks)
    for mark, arg in zip(marks, args, strict=True):
        url = url.replace(str(mark), quote(str(arg), safe=""))
    return url


@pytest.mark.parametrize(
    "name", [n for n, door in DOORS.items() if door.who and n not in PAPERS and not n.startswith("portal:")]
)
def test_no_posted_field_breaks_a_form(province: Province, name: str) -> None:
    """Every field that some form knows, filled with one bad value; a good body with one bad field; no form at all."""
    door = DOORS[name]
    url, role = reverse(name, args=province.args[door.args]), sorted(door.who)[0]
    found = {}
    for value in NASTY:
        found[value] = answers(province, role, url, dict.fromkeys(FIELDS, value))
        for one in door.post or {}:
            found[f"{one}: {value}"] = answers(province, role, url, {**(door.post or {}), one: value})
    found["no form"] = answers(province, role, url, b"\xff\xfe{", content_type="application/json")
    assert not broken(found)


@pytest.mark.parametrize(
    "door", ["/c/{}", "/p/{}", "/r/{}", "/api/v1/san-pham/{}", "/san-pham/{}/", "/kiem-tra/?ma={}"]
)
@pytest.mark.parametrize("code", NASTY)
def test_a_misspelt_code_gets_an_answer(province: Province, door: str, code: str) -> None:
    """Unicode look-alikes are not quietly taken for letters of a code; 0 and O, 1 and I are (proof.md section 1)."""
    with one_request():
        response = province.clients["stranger"].get(door.format(quote(code, safe="")))
    assert response.status_code in (200, 302, 308, 400, 404, 422, 429)
    if response.status_code == 200:  # the form to type one, empty
        assert "=" in door
