"""Everything that sign-in can say is Vietnamese: django-allauth ships none, our catalogue must not miss a word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from ocop.accounts import forms
from ocop.accounts.models import Role, User

ENGLISH = re.compile(r"\b(the|please|password|sign|log ?in|your|email|code|enter|error|required|invalid|user)\b", re.I)
OWN_PAGES = [
    "/tai-khoan/", "/tai-khoan/mat-khau/", "/tai-khoan/xac-thuc/", "/tai-khoan/xac-thuc/bat/", "/tai-khoan/xac-nhan/",
    "/viec/", "/thong-bao/", "/tim/?q=che", "/dang-xuat/", "/quan-tri/nguoi-dung/", "/quan-tri/nguoi-dung/moi/",
]  # fmt: skip


def _words(page: str) -> str:
    body = re.sub(r"<(script|style|svg|code)\b.*?</\1>", " ", page[page.index("<body") :], flags=re.S)
    return re.sub(r"\S+@\S+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.mark.parametrize("adapter", [get_adapter, get_factor_adapter])
def test_every_error_of_sign_in_is_translated(adapter):
    with translation.override("vi"):
        said = {name: str(text) for name, text in adapter().error_messages.items()}
    assert not [name for name, text in said.items() if text.isascii()]


@pytest.mark.parametrize(
    "form",
    [
        forms.LoginForm, forms.ChangePasswordForm, forms.ResetPasswordForm, forms.ResetPasswordKeyForm,
        forms.ReauthenticateForm, forms.CodeForm, forms.ConfirmCodeForm,
    ],
)  # fmt: skip
def test_every_label_of_sign_in_is_translated(form):
    with translation.override("vi"):
        labels = [str(field.label) for field in form.base_fields.values()]
    assert labels
    assert not [label for label in labels if label.isascii()]


@pytest.mark.parametrize("password", ["ngắn", "password1234", "nongthilan@mau.vn", "TuyenQuang2026"])
def test_every_refusal_of_a_password_is_vietnamese(password):
    with translation.override("vi"), pytest.raises(ValidationError) as caught:
        validate_password(password, User(email="nongthilan@mau.vn", name="Nông Thị Lan"))
    assert not [text for text in caught.value.messages if text.isascii() or ENGLISH.search(text)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page", ["/dang-nhap/", "/quen-mat-khau/", "/quen-mat-khau/da-gui/", "/quen-mat-khau/xong/", "/dat-mat-khau/a-b/"]
)
def test_a_strangers_page_is_vietnamese(client, page):
    assert not ENGLISH.findall(_words(client.get(page).content.decode()))


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/dang-nhap/", "/quen-mat-khau/"])
def test_an_empty_form_is_answered_in_vietnamese(client, page):
    text = _words(client.post(page, {}).content.decode())
    assert "Hãy nhập mục này." in text
    assert not ENGLISH.findall(text)


@pytest.mark.django_db
@pytest.mark.parametrize("page", OWN_PAGES)
def test_a_signed_in_page_is_vietnamese(client, make_user, sign_in, confirm, page):
    sign_in(make_user(role=Role.ADMIN))
    if page != "/tai-khoan/xac-nhan/":
        confirm()
    answer = client.get(page)
    assert answer.status_code == 200
    assert not ENGLISH.findall(_words(answer.content.decode()))


def test_the_compiled_catalogue_is_that_of_its_source():
    """The .mo file is kept beside the .po file: it must not lag behind."""
    folder = Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES"
    sources = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (folder / "django.po").read_text(), flags=re.M)
    assert len(sources) > 40
    with translation.override("vi"):
        assert [source for source, words in sources if translation.gettext(source) != words] == []
