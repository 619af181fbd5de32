"""How sign-in behaves where allauth leaves it to us: no sign-up, one-time secrets end, second factors are sealed."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils import timezone

from ocop.kernel import qr, restricted

from .models import User
from .services import set_own_password


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """A one-time secret after its 24 hours is as wrong as any other password.

        A stopped account is answered like an unknown one.
        """
        user: User | None = super().authenticate(request, **credentials)
        if user is None or not user.is_active:
            return None
        if user.must_change_password and user.secret_until and user.secret_until < timezone.now():
            return None
        return user

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def set_password(self, user: User, password: str) -> None:
        set_own_password(user=user, password=password, now=timezone.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)  # type: ignore[no-any-return]

    def unlock(self, request: HttpRequest, user: User) -> None:
        """Forget the failed attempts of an account: an administrator gave it a new secret."""
        self._delete_login_attempts_cached_email(request, email=user.email)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    def encrypt(self, text: str) -> str:
        return base64.b64encode(restricted.encrypt(text.encode(), "second factor")).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return restricted.decrypt(base64.b64decode(encrypted_text), "second factor").decode()

    def build_totp_svg(self, url: str) -> str:
        return qr.svg(url)
