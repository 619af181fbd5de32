"""How sign-in behaves where allauth leaves it to us: no sign-up, one-time secrets end, second factors are sealed."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from ocop.kernel import qr, restricted
from ocop.kernel.refusal import Refusal

from . import sessions
from .models import SignInFailure, User
from .services import count_attempt, forget_attempt, set_own_password


def attempt(email: str) -> SignInFailure:
    """Count an attempt of the present request to sign in. :raises ValidationError: account or network is shut"""
    request = context.request
    try:
        return count_attempt(email=email, address=get_ip(request), now=timezone.now())
    except Refusal as refusal:
        raise ValidationError(f"{refusal.why} {refusal.next}", "shut") from refusal


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """A one-time secret after its 24 hours is as wrong as any other password, a stopped account unknown."""
        tried = attempt(credentials["email"])
        user: User | None = super().authenticate(request, **credentials)
        if user is None or not user.is_active:
            return None
        if user.must_change_password and user.secret_until and user.secret_until < timezone.now():
            return None
        forget_attempt(tried)
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sessions.begin(request.session, timezone.now())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just signed in is not asked again."""
        return not sessions.just_began(context.request.session, timezone.now())

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def set_password(self, user: User, password: str) -> None:
        set_own_password(user=user, password=password, now=timezone.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)  # type: ignore[no-any-return]


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    def encrypt(self, text: str) -> str:
        return base64.b64encode(restricted.encrypt(text.encode(), "second factor")).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return restricted.decrypt(base64.b64decode(encrypted_text), "second factor").decode()

    def build_totp_svg(self, url: str) -> str:
        return qr.svg(url)
