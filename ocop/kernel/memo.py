"""Answers that hold while one page is built.

The parts of a page ask the same question of right again and again: who the reader is to this dossier. Only a page
that changes nothing (GET, HEAD) opens a memo; everywhere else, in every service, each question is asked anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Remember answers inside."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def tell(answer: R, question: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> None:
    """Remember for this page what a wider query has answered along with its own."""
    known = _answers.get()
    if known is not None:
        known[_key(question, args, kwargs)] = answer


def _key(question: Any, args: Any, kwargs: Any) -> Any:
    return getattr(question, "__wrapped__", question), args, tuple(sorted(kwargs.items()))


def once_a_page(question: Callable[P, R]) -> Callable[P, R]:
    """Ask once a page. Arguments must be hashable (rows are, by their key), the answer must not be changed."""

    @wraps(question)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        known = _answers.get()
        if known is None:
            return question(*args, **kwargs)
        key = _key(question, args, kwargs)
        if key not in known:
            known[key] = question(*args, **kwargs)
        answer: R = known[key]
        return answer

    return asked
