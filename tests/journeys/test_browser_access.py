"""Every address for every role: who may pass, who finds nothing, who is sent to sign-in. Reading changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from .doors import DOORS, NO_PAGE, SECOND_FACTOR, Door
from .province import ROLES, Province, one_request, writes

ABSENT = {int: 987_654_321, str: "5" * 17}  # numbers and codes that nothing has
SIGN_IN = "/dang-nhap/?next="


def names(resolver: Any, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            assert isinstance(entry, URLPattern)
            yield f"{space}{entry.name}"


def ask(province: Province, role: str, door: Door, url: str) -> HttpResponse:
    """What the role gets at an address, written nothing for good."""
    client = province.clients[role]
    with one_request():
        response = client.get(url) if door.post is None else client.post(url, door.post)
        if response.streaming:
            whole = b"".join(response.streaming_content)
            response = HttpResponse(whole, status=response.status_code, headers=dict(response.headers))
    return response


def absent_page(province: Province, role: str) -> bytes:
    """The body that this role gets for an address that does not exist."""
    if role not in province.absent:
        province.absent[role] = as_of("/khong-co/", ask(province, role, DOORS["desk:work"], "/khong-co/"))
    return province.absent[role]


def as_of(url: str, response: HttpResponse) -> bytes:
    """A body without its own address, which the page offers after sign-in."""
    return response.content.replace(quote(url, safe="").encode(), b"<address>")


def test_every_address_is_placed_in_the_table() -> None:
    assert set(names(get_resolver())) == set(DOORS) | SECOND_FACTOR | NO_PAGE


@pytest.mark.parametrize("name", DOORS)
def test_address(province: Province, name: str) -> None:
    """Who may pass does; the others cannot tell it from an absent one; a stranger signs in or finds nothing."""
    door = DOORS[name]
    args = province.args[door.args]
    url = reverse(name, args=args)
    wrong = []
    for role in ROLES:
        response = ask(province, role, door, url)
        told = f"{response.status_code} {response.headers.get('Location', '')}".strip()
        if role in door.who:
            if response.status_code not in (200, 302, 303, 409, 412, 422) or SIGN_IN in told:
                wrong.append(f"{role} may pass, got {told}")
        elif role == "stranger" and door.turns_away:
            if unquote(told) != f"302 {SIGN_IN}{url}":
                wrong.append(f"a stranger must sign in, got {told}")
        elif response.status_code != 404 or as_of(url, response) != absent_page(province, role):
            wrong.append(f"{role} must find nothing, got {told}")
    assert not wrong, f"{url}: {wrong}"


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.args != "nothing" and door.who])
def test_an_absent_thing_looks_like_a_forbidden_one(province: Province, name: str) -> None:
    door = DOORS[name]
    first, *rest = province.args[door.args]
    url = reverse(name, args=[ABSENT[type(first)], *rest])
    role = "stranger" if door.is_public else sorted(door.who)[0]
    response = ask(province, role, door, url)
    if name.startswith("portal:"):
        assert response.status_code in (400, 404)  # public things: a code on paper may be misspelt or unknown
    elif name != "account_reset_password_from_key":
        assert response.status_code == 404
        assert as_of(url, response) == absent_page(province, role)


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.post is None])
def test_reading_changes_nothing(province: Province, name: str) -> None:
    door = DOORS[name]
    url = reverse(name, args=province.args[door.args])
    for role in sorted(door.who):
        with writes() as seen:
            ask(province, role, door, url)
        assert seen == [], f"{role} read {url}"


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.post is not None])
def test_an_act_is_never_a_reading(province: Province, name: str) -> None:
    """GET of an act: the method is refused before anything is looked up; a stranger may be sent to sign-in."""
    door = DOORS[name]
    url = reverse(name, args=province.args[door.args])
    for role in ROLES:
        with one_request(), writes() as seen:
            response = province.clients[role].get(url)
        expected = {302, 405} if door.turns_away and role == "stranger" else {405}
        assert response.status_code in expected, f"{role} read {url}: {response.status_code}"
        assert seen == []


@pytest.mark.parametrize("name", sorted(SECOND_FACTOR))
def test_pages_of_the_second_factor_let_no_stranger_in(province: Province, name: str) -> None:
    url = reverse(name)
    with one_request():
        assert province.clients["stranger"].get(url).status_code in (302, 404)
    for role in ("producer", "admin"):
        with one_request(), writes() as seen:
            assert province.clients[role].get(url).status_code in (200, 302, 404)
        assert seen == []
