"""Shapes of input of assisted entry."""

from __future__ import annotations

from django import forms
from django.urls import reverse_lazy

from ocop.accounts.forms import HINT
from ocop.kernel.files import UploadField
from ocop.kernel.pages.forms import ActForm, DateField
from ocop.registry.models import Means

SCANS = ("pdf", "jpg", "png", "webp")  # of a signed paper


class ConsentForm(ActForm):
    """What a subject said, when and how. One purpose, its box never ticked beforehand (compliance.md section 6)."""

    given_by = forms.CharField(label="Người đồng ý", max_length=200, help_text="Chủ hộ hoặc người đại diện pháp luật.")
    given_on = DateField(label="Ngày đồng ý", help_text="ngày/tháng/năm")
    means = forms.ChoiceField(label="Cách đồng ý", choices=[("", "Chọn cách đồng ý"), *Means.choices])
    proof = forms.CharField(
        label="Người chứng kiến hoặc nơi lưu ghi âm",
        max_length=300,
        required=False,
        help_text="Bắt buộc nếu không có bản giấy có chữ ký.",
    )
    scan = UploadField(
        label="Ảnh hoặc bản quét",
        allow=SCANS,
        required=False,
        to=reverse_lazy("uploads:begin"),
        help_text="Được mã hóa khi lưu; chỉ chủ thể và cán bộ xã mở được.",
    )
    read_out = forms.BooleanField(label="Đã đọc nguyên văn lời đồng ý cho chủ thể nghe, chủ thể đồng ý")


class ClaimForm(ActForm):
    """A code, by someone who has an account."""

    code = forms.CharField(
        label="Mã nhận tài khoản",
        max_length=60,
        help_text="17 chữ và số trên phiếu của UBND xã; gõ liền hay cách đều được.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class NewAccountForm(ClaimForm):
    """A code, and the account to make with it."""

    name = forms.CharField(label="Họ và tên", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label="Thư điện tử",
        max_length=254,
        help_text="Dùng để đăng nhập. Nhắc hạn qua thư chỉ gửi khi bạn đồng ý ở trang Tài khoản.",
        error_messages={"invalid": "Địa chỉ thư chưa đúng, ví dụ an@tuyenquang.vn."},
    )
    password = forms.CharField(
        label="Mật khẩu",
        max_length=200,
        strip=False,
        help_text=HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
