"""Shapes of input of the register; what is allowed is the services' question."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy

from ocop.accounts.models import Role, User
from ocop.areas.models import Area
from ocop.areas.queries import Undetermined, became, communes_on
from ocop.kernel.files import IMAGES, Picked, UploadField
from ocop.kernel.pages.forms import ActForm, DateField, Form, ListedField, RowsField, VersionField

from .models import Evidence, Product, Site, Subject, local_reach
from .queries import evidence_kinds, product_sets, subject_kinds

PAPER_KINDS = ("pdf", "jpg", "png", "webp", "docx", "xlsx", "mp4")
PAPER_HINT = "PDF, JPG, PNG, WEBP, DOCX, XLSX hoặc MP4, tối đa 20 MB một tệp. Có thể chụp bằng điện thoại."
CHOOSE = "Chọn trong danh sách"
ETHNIC_HINT = "Chỉ in trên mẫu 02, 03. Trang không hiện lại; để trống nếu không đổi."


if TYPE_CHECKING:
    _AreaChoice = forms.ModelChoiceField[Area]
else:
    _AreaChoice = forms.ModelChoiceField


class ApartField(forms.CharField):
    """Why a row is another one than those alike. Asked only where some were found: `ask_apart` takes it away else."""

    def __init__(self) -> None:
        super().__init__(
            label="Vẫn là hai: lý do",
            max_length=500,
            required=False,
            help_text="Ghi vì sao đây không phải bản đã có, ví dụ: khác người đại diện, khác thôn.",
        )


class CommuneField(_AreaChoice):
    """A commune of a day, shown with what it lies in."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name}, {obj.parent.full_name}" if obj.parent else str(obj.full_name)


def initial_commune(commune: Area | None, day: date) -> Area | None:
    """Return what became of a commune, if that is one."""
    found = became(commune, day) if commune else None
    return None if isinstance(found, Undetermined) else found


class ProductForm(ActForm):
    """A new product of one of the subjects that the user may write for."""

    subject = forms.ModelChoiceField(Subject.objects.none(), label="Chủ thể", empty_label=CHOOSE)
    name = forms.CharField(label="Tên sản phẩm", max_length=200)
    product_set = ListedField(
        product_sets,
        label="Bộ sản phẩm",
        empty_label=CHOOSE,
        help_text="Theo phụ lục I Quyết định 26/2026/QĐ-TTg; quyết định bộ tiêu chí dùng để chấm.",
    )
    commune = CommuneField(Area.objects.none(), label="Xã, phường nơi sản xuất", empty_label=CHOOSE)
    specification = forms.CharField(
        label="Quy cách", max_length=300, required=False, help_text="Khối lượng, bao gói, ví dụ: túi 500 g, hộp 10 túi."
    )
    description = forms.CharField(label="Mô tả", widget=forms.Textarea, max_length=5000, required=False)
    story = forms.CharField(label="Câu chuyện sản phẩm", widget=forms.Textarea, max_length=10_000, required=False)
    apart = ApartField()

    def __init__(self, *args: Any, user: User, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subjects = Subject.objects.kept_by(user, day).select_related("commune").order_by("folded")
        self.fields["subject"].queryset = subjects  # type: ignore[attr-defined]
        self.fields["commune"].queryset = communes_on(day)  # type: ignore[attr-defined]
        only = list(subjects[:2])
        if len(only) == 1:
            self.initial.update(subject=only[0], commune=initial_commune(only[0].commune, day))


class ProductTextForm(Form):
    """What a product says of itself."""

    name = forms.CharField(label="Tên sản phẩm", max_length=200)
    specification = forms.CharField(label="Quy cách", max_length=300, required=False)
    description = forms.CharField(label="Mô tả", widget=forms.Textarea, max_length=5000, required=False)
    story = forms.CharField(label="Câu chuyện sản phẩm", widget=forms.Textarea, max_length=10_000, required=False)
    version = VersionField()


class PlaceForm(Form):
    """Set and commune of a product that a source left open."""

    product_set = ListedField(product_sets, label="Bộ sản phẩm", empty_label=CHOOSE)
    commune = CommuneField(Area.objects.none(), label="Xã, phường nơi sản xuất", empty_label=CHOOSE)
    version = VersionField()

    def __init__(self, *args: Any, product: Product, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = communes_on(day)  # type: ignore[attr-defined]
        commune = initial_commune(product.commune, day)
        self.initial.update(product_set=product.product_set, commune=commune, version=product.version)


class PhotoForm(Form):
    photo = UploadField(
        label="Ảnh bao bì",
        allow=IMAGES,
        to=reverse_lazy("uploads:begin"),
        help_text="JPG, PNG hoặc WEBP, tối đa 20 MB. Có thể chụp bằng điện thoại.",
    )


class PaperForm(ActForm):
    """A paper for the wallet: the file, and what is printed on it."""

    file = UploadField(
        label="Tệp", allow=PAPER_KINDS, many=True, to=reverse_lazy("uploads:begin"), help_text=PAPER_HINT
    )
    kind = ListedField(evidence_kinds, label="Loại giấy tờ", empty_label=CHOOSE)
    name = forms.CharField(
        label="Tên giấy tờ", max_length=200, required=False, help_text="Để trống thì lấy tên loại giấy tờ."
    )
    number = forms.CharField(label="Số, ký hiệu", max_length=100, required=False)
    issuer = forms.CharField(label="Nơi cấp", max_length=200, required=False)
    valid_from = DateField(label="Ngày cấp", required=False, help_text="ngày/tháng/năm")
    valid_until = DateField(label="Ngày hết hạn", required=False, help_text="Để trống nếu giấy không ghi thời hạn.")

    def __init__(self, *args: Any, kinds: list[str] | None = None, to: str = "", **kwargs: Any) -> None:
        """kinds  codes of the kinds that fit, put in front as the one chosen; to  where the room takes its files"""
        super().__init__(*args, **kwargs)
        if to:
            self.fields["file"].to = to  # type: ignore[attr-defined]
        if kinds:
            self.initial["kind"] = next((kind for kind in evidence_kinds() if kind.code in kinds), None)

    def clean(self) -> dict[str, Any]:
        """Refuse one number for several papers."""
        data = super().clean() or {}
        given = data.get("file")
        if isinstance(given, Picked) and given.papers > 1 and data.get("number"):
            self.add_error(
                "number",
                "Nhiều giấy tờ không mang chung một số. Để trống, hoặc ghép các ảnh thành một giấy tờ.",
            )
        return data


class _Scope(ActForm):
    """What a paper is about: asked once the subject is known and has products or sites."""

    products = RowsField(
        Product.objects.none(),
        label="Chỉ dùng cho sản phẩm",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Không chọn sản phẩm, cơ sở nào: giấy tờ dùng cho cả chủ thể.",
    )
    site = forms.ModelChoiceField(
        Site.objects.none(),
        label="Chỉ của cơ sở, vùng nguyên liệu",
        required=False,
        empty_label="Không riêng cơ sở nào",
    )

    def ask_scope(self, subject: Subject | None) -> None:
        """Offer the products and sites of the subject."""
        products, sites = Product.objects.none(), Site.objects.none()
        if subject is not None:
            products = subject.products.filter(merged_into=None).order_by("search", "pk")
            sites = subject.sites.filter(ended_on=None).order_by("kind", "pk")
        for name, rows in (("products", products), ("site", sites)):
            if rows.exists():
                self.fields[name].queryset = rows  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Refuse a scope of two kinds."""
        data = super().clean() or {}
        if data.get("products") and data.get("site"):
            self.add_error("site", "Chọn sản phẩm, hoặc chọn cơ sở, không chọn cả hai.")
        return data


class ScopeForm(_Scope):
    """What a paper of the wallet is about from now on."""

    def __init__(self, *args: Any, paper: Evidence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_scope(paper.subject)
        self.initial.update(_scope_of(paper))


class _ScopedForm(_Scope, PaperForm):
    """A paper with what it is about."""


def _scope_of(paper: Evidence) -> dict[str, object]:
    return {"site": paper.site_id, "products": list(paper.products.order_by("pk").values_list("pk", flat=True))}


class WalletForm(_ScopedForm):
    """A paper for the wallet of one of the subjects that the user may write for."""

    subject = forms.ModelChoiceField(Subject.objects.none(), label="Chủ thể", empty_label=CHOOSE)
    field_order = ["subject"]

    def __init__(self, *args: Any, subjects: QuerySet[Subject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["subject"]
        field.queryset = subjects  # type: ignore[attr-defined]
        only = list(subjects[:2])
        if len(only) == 1:
            self.initial["subject"] = only[0]
        chosen = self.data.get(self.add_prefix("subject")) if self.is_bound else self.initial.get("subject")
        try:
            self.ask_scope(field.clean(getattr(chosen, "pk", chosen)))
        except forms.ValidationError:
            self.ask_scope(None)


class ReplaceForm(_ScopedForm):
    """The next version of a paper: its kind stays."""

    def __init__(self, *args: Any, paper: Evidence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["kind"]
        self.fields["name"].help_text = "Để trống thì giữ tên cũ."
        self.ask_scope(paper.subject)
        self.initial.update(name=paper.name, issuer=paper.issuer, **_scope_of(paper))
        if paper.blob_id is None:  # the very paper that was listed: what the list says of it stands
            self.initial.update(number=paper.number, valid_from=paper.valid_from, valid_until=paper.valid_until)

    def clean(self) -> dict[str, Any]:
        """Refuse several papers: one takes the place of one."""
        data = super().clean()
        given = data.get("file")
        if isinstance(given, Picked) and given.papers > 1:
            self.add_error("file", "Một giấy tờ thay một giấy tờ. Chọn một tệp, hoặc ghép các ảnh thành một giấy tờ.")
        return data


class _SubjectFields(Form):
    name = forms.CharField(label="Tên chủ thể", max_length=200)
    address = forms.CharField(label="Địa chỉ", max_length=300, required=False)
    phone = forms.CharField(label="Điện thoại", max_length=30, required=False)
    email = forms.EmailField(label="Thư điện tử", required=False)
    legal_representative = forms.CharField(label="Người đại diện pháp luật", max_length=200, required=False)
    representative_title = forms.CharField(label="Chức vụ", max_length=100, required=False)
    representative_sex = forms.ChoiceField(
        label="Giới tính", choices=[("", "Chưa ghi"), ("nam", "Nam"), ("nữ", "Nữ")], required=False
    )
    ethnic_group = forms.CharField(label="Dân tộc", max_length=50, required=False, help_text=ETHNIC_HINT)
    registration_number = forms.CharField(label="Số giấy đăng ký kinh doanh", max_length=60, required=False)
    founded_on = DateField(label="Ngày thành lập, đăng ký", required=False, help_text="ngày/tháng/năm")


class SubjectForm(_SubjectFields):
    """A new subject, entered by an officer."""

    kind = ListedField(subject_kinds, label="Loại hình", empty_label=CHOOSE)
    commune = CommuneField(Area.objects.none(), label="Xã, phường", empty_label=CHOOSE)
    tax_code = forms.CharField(
        label="Mã số thuế", max_length=20, required=False, help_text="Được mã hóa khi lưu; chỉ hiện 4 số cuối."
    )
    apart = ApartField()
    field_order = ["name", "kind", "commune", "tax_code"]

    def __init__(self, *args: Any, user: User, day: date, **kwargs: Any) -> None:
        """A commune's officer enters subjects of the commune; the province's agency of any."""
        super().__init__(*args, **kwargs)
        communes = communes_on(day)
        if not user.has_role(Role.PROVINCE_OFFICER, day):
            communes = communes.filter(local_reach(user, day, "pk", (Role.COMMUNE_OFFICER,)))
        self.fields["commune"].queryset = communes  # type: ignore[attr-defined]
        only = list(communes[:2])
        if len(only) == 1:
            self.initial["commune"] = only[0]


class SubjectTextForm(_SubjectFields):
    """What a subject says of itself."""

    version = VersionField()


class MemberForm(Form):
    email = forms.EmailField(label="Thư điện tử của tài khoản", help_text="Tài khoản do quản trị hệ thống tạo trước.")
