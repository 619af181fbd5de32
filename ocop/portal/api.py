"""The API, version 1: read-only, the same rows as the register page. Described at /api/v1/openapi.json."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer
from pydantic import create_model

from ocop.kernel import codes
from ocop.kernel.pages.listing import LONGEST_QUERY, MOST_PER_PAGE, PER_PAGE
from ocop.kernel.text import clean

from . import dictionary, queries
from .forms import DAY, MAP, as_of
from .limits import FAILED_CODES


class Readable(JSONRenderer):
    """Vietnamese letters as they are."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Sản phẩm OCOP tỉnh Tuyên Quang",
    version="1.0.0",
    description="Sản phẩm từng được công nhận OCOP và tình trạng trong ngày. Chỉ đọc, không cần đăng nhập.",
    urls_namespace="api-v1",
    renderer=Readable(),
    docs_url=None,  # its page loads scripts of other hosts
    openapi_url=None,  # `description` serves it readable
)

_TYPES: dict[str, Any] = {"chữ": str, "số": int | None, "ngày": date | None}
_FIELDS: dict[str, Any] = {
    name: (_TYPES[kind], Field(..., description=words)) for name, kind, words, _ in dictionary.DATA
}
Product = create_model("SanPham", __base__=Schema, **_FIELDS)


class Problem(Schema):
    """What was refused, why, and what to do next."""

    viec: str = Field(..., description="Việc không thực hiện được")
    ly_do: str = Field(..., description="Lý do")
    cach_lam: str = Field(..., description="Việc nên làm tiếp")


class Page(Schema):
    """One page of products."""

    ngay: date = Field(..., description="Ngày của tình trạng")
    dia_gioi: date = Field(..., description="Ngày của địa giới mà mã xã và địa bàn tính theo")
    tong: int = Field(..., description="Số sản phẩm khớp")
    trang: int = Field(..., description="Trang này")
    so_trang: int = Field(..., description="Số trang")
    san_pham: list[Product]  # type: ignore[valid-type]


class Asked(Schema):
    """Conditions, named as on the page; a condition given several times takes each of its values."""

    q: str = Field("", max_length=LONGEST_QUERY, description="Chữ cần tìm, có dấu hay không dấu")
    trang_thai: list[str] = Field(
        [], alias="trang-thai", description="con-hieu-luc, sap-het-han, keo-dai, het-hieu-luc, ..."
    )
    sao: list[str] = Field([], description="Hạng sao: 3, 4, 5")
    nhom: list[str] = Field([], description="Mã nhóm, như trong địa chỉ của trang sản phẩm")
    bo: list[str] = Field([], description="Số của bộ sản phẩm, 1 đến 26")
    xa: list[str] = Field([], description="Mã xã, phường theo địa giới đang hỏi, 5 chữ số")
    ngay: str = Field("", max_length=30, description="Sổ đăng ký tính đến ngày (yyyy-mm-dd); trống là hôm nay")
    dia_gioi: str = Field("", max_length=30, alias="dia-gioi", description="hien-nay, 2021 hoặc một ngày")
    trang: int = Field(1, ge=1, le=100_000, description="Trang, từ 1")
    moi_trang: int = Field(PER_PAGE, ge=1, le=MOST_PER_PAGE, alias="moi-trang", description="Số sản phẩm mỗi trang")


class Refused(Exception):
    """An answer other than 200, with its three sentences."""

    def __init__(self, status: int, ly_do: str, cach_lam: str) -> None:
        super().__init__(status, ly_do, cach_lam)
        self.status, self.ly_do, self.cach_lam = status, ly_do, cach_lam


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    body = {"viec": "Chưa trả được dữ liệu.", "ly_do": error.ly_do, "cach_lam": error.cach_lam}
    return api.create_response(request, body, status=error.status)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    names = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors}))
    return refused(request, Refused(422, f"Điều kiện không đúng: {names}.", "Xem mô tả của từng điều kiện."))


@api.get("/san-pham", response={200: Page, 422: Problem}, operation_id="san_pham", summary="Danh sách sản phẩm")
def products(request: HttpRequest, asked: Annotated[Asked, Query(...)]) -> dict[str, Any]:
    """Find products; in the order of the page: best fit, in force, more stars, newer."""
    today = request.day  # type: ignore[attr-defined]  # set by PagesMiddleware
    when, problems = as_of({DAY: asked.ngay, MAP: asked.dia_gioi}, today)
    for sentence in problems.values():
        raise Refused(422, sentence, "Xem mô tả của từng điều kiện.")
    register = queries.register_as_of(when)
    wanted = {"trang-thai": asked.trang_thai, "sao": asked.sao, "nhom": asked.nhom, "bo": asked.bo, "xa": asked.xa}
    found = register.find(clean(asked.q))
    for one in queries.ASPECTS:
        values = wanted[one.name]
        if unknown := [value for value in values if value not in register.names(one.name)]:
            raise Refused(422, f"Không có {one.label.lower()} “{unknown[0][:30]}”.", "Xem mô tả của từng điều kiện.")
        if values:
            found = found.where(one, values)
    ordered = found.order_by("fits", "by_stars")
    start = (asked.trang - 1) * asked.moi_trang
    return {
        "ngay": register.day,
        "dia_gioi": register.map_day,
        "tong": ordered.count(),
        "trang": asked.trang,
        "so_trang": max(1, -(-ordered.count() // asked.moi_trang)),
        "san_pham": [dictionary.data_of(entry) for entry in ordered[start : start + asked.moi_trang]],
    }


@api.get(
    "/san-pham/{ma_san_pham}",
    response={200: Product, 400: Problem, 404: Problem, 429: Problem},
    operation_id="mot_san_pham",
    summary="Một sản phẩm",
)
def product(request: HttpRequest, ma_san_pham: str) -> dict[str, Any]:
    """Read one product by its code of 8 characters, in any spelling."""
    now, day = request.now, request.day  # type: ignore[attr-defined]  # set by PagesMiddleware
    if FAILED_CODES.reached(request, now):
        raise Refused(429, "Địa chỉ này đã hỏi sai quá nhiều mã.", "Thử lại sau 10 phút.")
    code = codes.plain(ma_san_pham)
    entry = queries.register(day).by_code.get(code)
    if entry is not None:
        return dictionary.data_of(entry)
    FAILED_CODES.count(request, now)
    if not codes.is_valid(code, codes.SHORT):
        raise Refused(400, "Mã sản phẩm sai.", "Mã có 8 ký tự, kiểm tra từng ký tự.")
    raise Refused(404, "Không có sản phẩm được công nhận nào mang mã này.", "Tìm theo tên ở danh sách.")


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI file, in readable UTF-8; any host may read it."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    response = JsonResponse(schema, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Access-Control-Allow-Origin"] = "*"
    return response
