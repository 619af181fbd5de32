"""A page that names a variable which is not there fails its test instead of showing nothing.

In force for every test (tests/conftest.py). What a template may lack it says: a condition ("if x") and the filters
default and default_if_none are answered as Django answers them. Pages of libraries keep Django's way.
"""

from __future__ import annotations

import pytest
from django.template import Context, Variable, VariableDoesNotExist
from django.template.base import FilterExpression

from .source import OCOP

MAY_LACK = {"default", "default_if_none"}


class UnknownVariable(AssertionError):
    """A template of ours names a variable that its page does not give."""


@pytest.fixture(autouse=True)
def strict_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise UnknownVariable where Django would show nothing."""
    plain = FilterExpression.resolve

    def resolve(self: FilterExpression, context: Context, ignore_failures: bool = False) -> object:
        page = context.template
        ours = page is not None and str(page.origin.name).startswith(str(OCOP))
        said = ignore_failures or any(function.__name__ in MAY_LACK for function, _ in self.filters)
        if ours and not said and isinstance(self.var, Variable):
            try:
                self.var.resolve(context)
            except VariableDoesNotExist as error:
                raise UnknownVariable(f"{page.name}: {{{{ {self.token} }}}}") from error
        return plain(self, context, ignore_failures)

    monkeypatch.setattr(FilterExpression, "resolve", resolve)
