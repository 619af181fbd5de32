"""Templates: all are used, and none names a variable that its page does not give."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template, engines
from django.template.base import Origin

from .source import OCOP
from .strict_templates import UnknownVariable
from .unused_templates import named, templates, unused


def render(text: str, *, name: str = str(OCOP / "kernel/templates/x.html"), **context: object) -> str:
    engine = engines["django"].engine
    return Template(text, origin=Origin(name), name="x.html", engine=engine).render(Context(context))


def test_every_template_is_named_somewhere():
    assert unused() == []


def test_a_template_that_nothing_names_is_found(monkeypatch):
    monkeypatch.setattr("tests.house.unused_templates.named", lambda: named() - {"office.html"})
    assert unused() == ["office.html"]
    assert "components/timeline.html" in templates()


@pytest.mark.parametrize("text", ["{{ nothing }}", "{{ thing.nothing }}", "{{ nothing|upper }}"])
def test_an_unknown_variable_of_our_template_fails(text):
    with pytest.raises(UnknownVariable, match="nothing"):
        render(text, thing="a")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{{ thing }}", "a"),
        ("{{ thing.upper }}", "A"),
        ("{% if nothing %}x{% else %}y{% endif %}", "y"),
        ('{{ nothing|default:"z" }}', "z"),
    ],
)
def test_what_is_there_or_said_to_be_optional_passes(text, wanted):
    assert render(text, thing="a") == wanted


def test_templates_of_libraries_keep_djangos_way():
    assert render("{{ nothing }}", name="/site-packages/allauth/x.html") == ""


def test_what_a_page_takes_of_an_answer_stands_inside_its_body():
    """htmx looks among the children of the answer's body: one that names the body finds none and empties the page."""
    wanted = [
        one for path in OCOP.rglob("*.html") for one in re.findall(r'hx-select="([^"]*)"', path.read_text("utf-8"))
    ]
    assert len(wanted) >= 3
    assert [one for one in wanted if not re.fullmatch(r"#[a-z-]+", one)] == []
