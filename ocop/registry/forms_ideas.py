"""Shapes of input of ideas, plans, sites and rows that look alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from ocop.accounts.models import Role, User
from ocop.areas.models import Area
from ocop.areas.queries import communes_on
from ocop.kernel.pages.forms import ActForm, DateField, Form, ListedField, VersionField

from .forms import CHOOSE, ApartField, CommuneField, initial_commune
from .models import Product, Site, SiteKind, Subject, SubjectKind
from .permissions import communes_to_register
from .queries import product_sets
from .rules import CAUSE_NAMES, SCALE_NAMES, Scale
from .services import MOST_YEARS, YearFigures

if TYPE_CHECKING:
    _Products = forms.ModelMultipleChoiceField[Product]
else:
    _Products = forms.ModelMultipleChoiceField

_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]{1,20}(?:[.,][0-9]{1,10})?")
NEWCOMER = ("newcomer", "kind", "phone")  # what is asked of a household that is in no list yet
HOUSEHOLD = "household"  # code of its kind: most of them are one
MOST = 10**13  # what the widest figure of a plan needs: ten million billion dong, in thousands


class NumberField(forms.Field):
    """A number as people write it, '1.170,5', read as a whole count of its smallest part.

    places  decimals taken: 4 for hectares kept as square metres, 3 for million dong kept as thousands, 0 for whole
    """

    def __init__(self, *, places: int = 0, most: int = MOST, **kwargs: Any) -> None:
        self.places, self.most = places, most
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal" if places else "numeric"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = "" if value in self.empty_values else str(value).replace(" ", "")
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise ValidationError(
                f"“{text}” không phải số. Nhập ví dụ: {'1,5' if self.places else '1.200'}.", "invalid"
            )
        if "," in text or text.count(".") > 1 or re.search(r"\.\d{3}$", text):
            text = text.replace(".", "").replace(",", ".")
        scaled = Decimal(text).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            words = f"nhiều nhất {self.places} chữ số sau dấu phẩy" if self.places else "chỉ nhận số nguyên"
            raise ValidationError(f"Số có quá nhiều chữ số lẻ: {words}.", "invalid")
        if scaled > self.most:
            raise ValidationError("Số quá lớn. Kiểm tra lại đơn vị.", "max_value")
        return int(scaled)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        whole, part = divmod(value, 10**self.places)
        return str(whole) + (f",{part:0{self.places}d}".rstrip("0") if part else "")


class _IdeaFacts(ActForm):
    name = forms.CharField(label="Tên ý tưởng sản phẩm", max_length=200, help_text="Ví dụ: Trà lá sen Nà Hang.")
    description = forms.CharField(
        label="Mô tả ngắn", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False
    )
    materials = forms.CharField(
        label="Nguyên liệu chính, lấy từ đâu",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        help_text="Ví dụ: lá sen tại thôn Nà Hang, khoảng 2 ha.",
    )
    scale = forms.ChoiceField(
        label="Hiện trạng",
        choices=[(scale.value, name) for scale, name in SCALE_NAMES.items()],
        widget=forms.RadioSelect,
    )
    needs = forms.CharField(
        label="Cần hỗ trợ gì", widget=forms.Textarea(attrs={"rows": 2}), max_length=1000, required=False
    )


class IdeaForm(_IdeaFacts):
    """An idea of one of the subjects that the user may write for: a few fields, on a phone.

    newcomer, kind, phone  asked of a commune's officer alone: a household that is in no list yet
    """

    subject = forms.ModelChoiceField(Subject.objects.none(), label="Chủ thể", empty_label=CHOOSE)
    newcomer = forms.CharField(
        label="Hoặc hộ, cơ sở chưa có trong danh sách",
        max_length=200,
        required=False,
        help_text="Ghi tên là đủ, chưa cần tài khoản, mã số thuế. Ví dụ: Hộ Ma Thị Lan.",
    )
    kind = forms.ModelChoiceField(
        SubjectKind.objects.order_by("position"),
        label="Loại hình của hộ, cơ sở mới",
        empty_label=CHOOSE,
        required=False,
    )
    phone = forms.CharField(
        label="Điện thoại của hộ, cơ sở mới",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    commune = CommuneField(Area.objects.none(), label="Xã, phường nơi sản xuất", empty_label=CHOOSE)
    apart = ApartField()
    field_order = [
        "subject",
        "newcomer",
        "kind",
        "phone",
        "name",
        "materials",
        "scale",
        "description",
        "needs",
        "commune",
    ]

    def __init__(self, *args: Any, user: User, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subjects = Subject.objects.kept_by(user, day).select_related("commune").order_by("folded")
        communes = communes_on(day)
        self.fields["subject"].queryset = subjects  # type: ignore[attr-defined]
        self.fields["commune"].queryset = communes  # type: ignore[attr-defined]
        self.initial.setdefault("scale", Scale.NONE)
        if user.has_role(Role.COMMUNE_OFFICER, day):
            self.fields["subject"].required = False
            self.fields["subject"].label = "Chủ thể đã có"
            self.initial["kind"] = SubjectKind.objects.filter(code=HOUSEHOLD).first()
            own = list(communes.filter(pk__in=communes_to_register(user, day).values("pk"))[:2])
            if len(own) == 1:
                self.initial["commune"] = own[0]
            return
        for name in NEWCOMER:
            del self.fields[name]
        only = list(subjects[:2])
        if len(only) == 1:
            self.initial.update(subject=only[0], commune=initial_commune(only[0].commune, day))

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two: a subject of the list, or the name and kind of one that is in no list."""
        data = super().clean() or {}
        if "newcomer" not in self.fields:
            return data
        if data.get("subject") and data.get("newcomer"):
            self.add_error("newcomer", "Chọn chủ thể trong danh sách, hoặc ghi tên mới, không cả hai.")
        elif not (data.get("subject") or data.get("newcomer") or self.errors.keys() & {"subject", "newcomer"}):
            self.add_error("subject", "Hãy chọn chủ thể, hoặc ghi tên hộ, cơ sở chưa có trong danh sách.")
        elif data.get("newcomer") and not data.get("kind"):
            self.add_error("kind", "Hãy chọn loại hình.")
        return data


class MoveForm(ActForm):
    """Base of the forms that move a product on: the version that the page showed. Alone: a move without more words."""

    version = VersionField()

    def __init__(self, *args: Any, product: Product, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = product.version


class IdeaAgainForm(MoveForm, _IdeaFacts):
    """A returned idea, mended."""

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, product=product, **kwargs)
        self.initial.update(name=product.name, description=product.description)
        if hasattr(product, "idea"):
            self.initial.update({name: getattr(product.idea, name) for name in ("materials", "scale", "needs")})


class AppraisalForm(MoveForm):
    """Thẩm định: figures of material and labour, an opinion, the result."""

    material_area = NumberField(places=4, label="Diện tích vùng nguyên liệu (ha)", help_text="Ví dụ: 2,5. Không có: 0.")
    local_share = NumberField(most=100, label="Nguyên liệu địa phương (%)")
    workers = NumberField(most=100_000, label="Lao động (người)")
    local_workers = NumberField(most=100_000, label="Trong đó lao động địa phương (người)")
    opinion = forms.CharField(
        label="Ý kiến thẩm định",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=3000,
        help_text="Nếu trả lại: ghi rõ cần sửa gì, chủ thể thấy nguyên văn.",
    )
    passed = forms.TypedChoiceField(
        label="Kết quả",
        choices=[("dat", "Đạt, đề nghị lập phương án"), ("tra-lai", "Trả lại chủ thể")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "dat",
        empty_value=None,
    )


class PlanForm(MoveForm):
    """The plan, or a newer version of it that starts from the last. years  its figures, a PlanYearForm each"""

    output_unit = forms.CharField(label="Đơn vị sản lượng", max_length=30, help_text="Ví dụ: kg, hộp, lít, lượt khách.")
    technology = forms.CharField(
        label="Quy trình, công nghệ, thiết bị",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        required=False,
    )
    market = forms.CharField(
        label="Thị trường tiêu thụ", widget=forms.Textarea(attrs={"rows": 3}), max_length=5000, required=False
    )

    def __init__(self, *args: Any, product: Product, day: date, **kwargs: Any) -> None:
        super().__init__(*args, product=product, day=day, **kwargs)
        last = product.plans.order_by("-number").first()
        self.initial.update(
            {name: getattr(last, name) for name in ("output_unit", "technology", "market")} if last else {}
        )
        known = list(last.years.order_by("year").values("year", *PlanYearForm.FIGURES)) if last else []
        after = known[-1]["year"] + 1 if known else day.year
        known += [{"year": after + more} for more in range(MOST_YEARS - len(known))]
        data = self.data if self.is_bound else None
        self.years = [PlanYearForm(data, prefix=f"nam{n}", initial=row) for n, row in enumerate(known)]

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(row.is_valid() for row in self.years)])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = [row.cleaned_data for row in self.years if row.is_valid() and not row.is_blank]
        return {**data, "years": [YearFigures(**row) for row in given]}


class PlanYearForm(Form):
    """One year: whole output, money in million dong, people. A row without any figure is no row."""

    year = forms.IntegerField(
        label="Năm", min_value=2018, max_value=2100, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    output = NumberField(label="Sản lượng", required=False)
    revenue = NumberField(places=3, label="Doanh thu (triệu đồng)", required=False)
    capital = NumberField(places=3, label="Vốn (triệu đồng)", required=False)
    labour = NumberField(most=100_000, label="Lao động (người)", required=False)
    FIGURES = ("output", "revenue", "capital", "labour")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = [name for name in self.FIGURES if data.get(name) is not None]
        if given and not self.errors:
            for name in set(self.FIGURES) - set(given):
                self.add_error(name, "Ghi số, không có thì ghi 0.")
        return data

    @property
    def is_blank(self) -> bool:
        return all(self.cleaned_data.get(name) is None for name in self.FIGURES)


class PackagingForm(MoveForm):
    pack = forms.CharField(
        label="Bao bì, nhãn", max_length=300, help_text="Ví dụ: túi giấy hút chân không 200 g, nhãn đủ nội dung."
    )
    stamp = forms.CharField(
        label="Tem truy xuất nguồn gốc", max_length=300, help_text="Loại tem, đơn vị cấp, mã quét thử."
    )
    from_day = DateField(label="Có từ ngày", help_text="ngày/tháng/năm")

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, day=day, **kwargs)
        self.initial["from_day"] = day


class WithdrawForm(MoveForm):
    cause = forms.ChoiceField(
        label="Nguyên nhân", choices=[("", CHOOSE), *((c.value, n) for c, n in CAUSE_NAMES.items())]
    )
    reason = forms.CharField(label="Lý do", widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)


class RegisterForm(MoveForm):
    """Set and commune stand from registration on."""

    product_set = ListedField(
        product_sets,
        label="Bộ sản phẩm",
        empty_label=CHOOSE,
        help_text="Theo phụ lục I Quyết định 26/2026/QĐ-TTg; quyết định bộ tiêu chí dùng để chấm.",
    )
    commune = CommuneField(Area.objects.none(), label="Xã, phường nơi sản xuất", empty_label=CHOOSE)

    def __init__(self, *args: Any, product: Product, day: date, **kwargs: Any) -> None:
        super().__init__(*args, product=product, day=day, **kwargs)
        self.fields["commune"].queryset = communes_on(day)  # type: ignore[attr-defined]
        self.initial.update(product_set=product.product_set, commune=initial_commune(product.commune, day))


class SiteForm(ActForm):
    """A workshop, a raw-material area or a point of sale."""

    kind = forms.ChoiceField(label="Loại", choices=SiteKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(
        label="Tên", max_length=200, help_text="Ví dụ: Xưởng sao chè Hồng Thái; Vùng chè Khau Tràng."
    )
    commune = CommuneField(Area.objects.none(), label="Xã, phường", empty_label=CHOOSE)
    address = forms.CharField(label="Thôn, địa chỉ", max_length=300, required=False)
    size = NumberField(places=4, label="Diện tích (ha)", required=False, help_text="Ví dụ: 2,5; 300 m² ghi 0,03.")
    capacity = NumberField(label="Công suất", required=False, help_text="Số nguyên, ví dụ: 200.")
    capacity_unit = forms.CharField(
        label="Đơn vị công suất", max_length=30, required=False, help_text="Ví dụ: kg/ngày, tấn/vụ."
    )
    position = forms.CharField(
        label="Tọa độ",
        max_length=40,
        required=False,
        help_text="Vĩ độ, kinh độ, ví dụ: 22.3541, 105.3862. Được mã hóa khi lưu, không công khai.",
    )
    products = _Products(
        Product.objects.none(),
        label="Dùng cho sản phẩm",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = VersionField(initial=0)

    def __init__(self, *args: Any, subject: Subject, day: date, site: Site | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = subject.products.filter(merged_into=None).order_by("search", "pk")
        self.fields["commune"].queryset = communes_on(day)  # type: ignore[attr-defined]
        self.fields["products"].queryset = products  # type: ignore[attr-defined]
        self.initial["commune"] = initial_commune(site.commune if site else subject.commune, day)
        if site is not None:
            self.initial.update(
                {
                    name: getattr(site, name)
                    for name in ("kind", "name", "address", "size", "capacity", "capacity_unit", "position", "version")
                }
            )
            self.initial["products"] = list(site.products.order_by("pk").values_list("pk", flat=True))

    def clean_position(self) -> str:
        """Return "lat, lon" with five decimals (about a metre), inside Vietnam's box.

        Source: the country's mainland lies between 8.4 and 23.4 N, 102.1 and 109.5 E.
        """
        text = self.cleaned_data["position"]
        if not text:
            return ""
        found = re.fullmatch(r"(\d{1,2}\.\d{1,8})[,;\s]+(\d{3}\.\d{1,8})", text)
        if not found:
            raise ValidationError("Ghi vĩ độ rồi kinh độ, ví dụ: 22.3541, 105.3862.", "invalid")
        lat, lon = (Decimal(part) for part in found.groups())
        if not (Decimal("8.4") <= lat <= Decimal("23.4") and Decimal("102.1") <= lon <= Decimal("109.5")):
            raise ValidationError("Điểm này nằm ngoài Việt Nam. Kiểm tra vĩ độ (trước) và kinh độ (sau).", "invalid")
        return f"{lat:.5f}, {lon:.5f}"


class ReasonForm(ActForm):
    reason = forms.CharField(label="Lý do", widget=forms.Textarea(attrs={"rows": 2}), max_length=500)


class MergeForm(ReasonForm):
    """Which of two rows stays."""

    keep = forms.ChoiceField(label="Giữ bản nào", widget=forms.RadioSelect)
    field_order = ["keep", "reason"]

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = choices  # type: ignore[attr-defined]
