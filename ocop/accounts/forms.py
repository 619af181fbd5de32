"""Forms of sign-in (allauth's, with our hints) and of user administration."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from django import forms

from ocop.kernel.pages.forms import ActForm, DateField, Form

from .adapter import attempt
from .models import Agency, Role, User
from .services import forget_attempt

HINT = "Từ 12 ký tự, dùng được mọi chữ và dấu cách. Không dùng tên chương trình, địa danh, mật khẩu phổ biến."


class _Plain(forms.Form):
    """allauth's fields as our pages show them: labels above, no placeholders, hints in one sentence."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = HINT if name == "password1" else ""
            if name == "code":
                field.widget.attrs |= {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class LoginForm(_Plain, account.LoginForm):  # type: ignore[misc]  # allauth is untyped
    pass


class ChangePasswordForm(_Plain, account.ChangePasswordForm):  # type: ignore[misc]
    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        if self.user.check_password(password):
            raise forms.ValidationError("Mật khẩu mới phải khác mật khẩu đang dùng.", "same")
        return password


class ResetPasswordForm(_Plain, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(_Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(_Plain, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class _Counted(_Plain):
    """A wrong code counts like a wrong password."""

    user: User

    def clean_code(self) -> str:
        tried = attempt(self.user.email)
        code: str = super().clean_code()  # type: ignore[misc]  # of allauth's form, which stands behind
        forget_attempt(tried)
        return code


class CodeForm(_Counted, factor.AuthenticateForm):  # type: ignore[misc]
    pass


class ConfirmCodeForm(_Counted, factor.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateForm(_Plain, totp.ActivateTOTPForm):  # type: ignore[misc]
    pass


class UserForm(ActForm):
    """A new account."""

    name = forms.CharField(label="Họ và tên", max_length=200)
    email = forms.EmailField(
        label="Thư điện tử",
        max_length=254,
        error_messages={"invalid": "Địa chỉ thư chưa đúng, ví dụ an@tuyenquang.vn."},
    )


class AppointmentForm(Form):
    """A role in an agency for a term."""

    role = forms.ChoiceField(label="Vai trò", choices=[("", "Chọn vai trò"), *Role.choices])
    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name", "valid_from"), label="Cơ quan", empty_label="Chọn cơ quan"
    )
    title = forms.CharField(label="Chức danh", max_length=200, required=False)
    valid_from = DateField(label="Từ ngày")
    valid_to = DateField(label="Đến hết ngày", required=False, help_text="Để trống nếu chưa định ngày kết thúc.")


class EndForm(Form):
    last_day = DateField(label="Ngày cuối")
