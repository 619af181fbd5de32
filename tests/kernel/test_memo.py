"""Answers hold while one page is built, and nowhere else."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from ocop.kernel.memo import once_a_page, one_page, tell
from ocop.kernel.pages.middleware import PagesMiddleware


@pytest.fixture
def question():
    asked = []

    @once_a_page
    def ask(who, *, day=0):
        asked.append((who, day))
        return len(asked)

    return ask, asked


def test_outside_a_page_every_question_is_asked_anew(question):
    ask, asked = question
    assert [ask("a"), ask("a")] == [1, 2]
    assert asked == [("a", 0), ("a", 0)]


def test_inside_a_page_the_same_question_is_asked_once_and_another_is_not_mixed_up(question):
    ask, asked = question
    with one_page():
        assert [ask("a"), ask("a"), ask("b"), ask("a", day=1), ask("a")] == [1, 1, 2, 3, 1]
    assert ask("a") == 4
    assert asked == [("a", 0), ("b", 0), ("a", 1), ("a", 0)]


def test_what_a_wider_question_answered_is_not_asked_on_that_page(question):
    ask, asked = question
    tell(7, ask, "a")  # no page is built: nothing is remembered
    with one_page():
        assert ask("a") == 1
        tell(7, ask, "b", day=2)
        assert [ask("b", day=2), ask("b")] == [7, 2]
    assert asked == [("a", 0), ("b", 0)]


def test_the_next_page_asks_again(question):
    ask, _ = question
    with one_page():
        first = ask("a")
    with one_page():
        assert ask("a") == first + 1


@pytest.mark.parametrize(("method", "times"), [("get", 1), ("head", 1), ("post", 2), ("put", 2), ("delete", 2)])
def test_only_a_request_that_changes_nothing_remembers(question, method, times):
    ask, asked = question

    def view(request):
        ask("a")
        ask("a")
        return HttpResponse()

    request = getattr(RequestFactory(), method)("/")
    request.session = type("Session", (), {"accessed": False})()
    PagesMiddleware(view)(request)
    assert len(asked) == times
