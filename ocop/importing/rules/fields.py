"""What each kind of list may hold, and the heads under which offices write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ocop.kernel.text import fold


class Kind(StrEnum):
    """What a list is of."""

    SUBJECTS = "chu-the"
    PRODUCTS = "san-pham"
    RECOGNITIONS = "cong-nhan"
    PAPERS = "giay-to"


KIND_NAMES = {
    Kind.SUBJECTS: "Chủ thể",
    Kind.PRODUCTS: "Sản phẩm",
    Kind.RECOGNITIONS: "Công nhận đã có quyết định",
    Kind.PAPERS: "Giấy tờ, minh chứng",
}


@dataclass(frozen=True)
class Field:
    """One thing that a column may hold. heads  other heads than the label, folded; how  the reader of its cells

    key  tells what the row is about: a list has a column for one of the key fields of its kind, and each row a value
    """

    code: str
    label: str
    heads: frozenset[str] = frozenset()
    how: str = "text"  # text, long, word, code, phone, email, day, term, decision, stars, year, sex
    key: bool = False
    longest: int = 200

    @property
    def spellings(self) -> frozenset[str]:
        return self.heads | {fold(self.label)}


def _heads(text: str) -> frozenset[str]:
    return frozenset(" ".join(head.split()) for head in text.split(","))


_SUBJECT_HEADS = _heads("""
    chu the, chu the ocop, ten chu the, ten chu the ocop, chu the san xuat, ten chu the san xuat, chu the san pham,
    ten co so, co so san xuat, ten co so san xuat, ten don vi, don vi san xuat, ten to chuc ca nhan, don vi,
    ten to chuc, ten htx, ten hop tac xa, chu the tham gia, to chuc ca nhan, ten chu the htx thu cong ty,
    chu the khi cong nhan
""")
_COMMUNE_HEADS = _heads("""
    xa, xa phuong, phuong xa, ten xa, xa phuong thi tran, dia ban xa, xa phuong noi san xuat, noi san xuat, dia ban,
    dia chi xa, dia chi xa phuong, dia chi xa phuong thi tran, dia ban khi cong nhan, noi san xuat xa phuong
""")
_PRODUCT_HEADS = _heads("""
    ten san pham, san pham, san pham ocop, ten san pham ocop, ten san pham dich vu, ten sp
""")
_DISTRICT = Field(
    "district",
    "Huyện, thành phố",
    _heads("""
    huyen, huyen thanh pho, quan huyen, ten huyen, dia chi huyen
"""),
)
_COMMUNE = Field("commune", "Xã, phường", _COMMUNE_HEADS)

FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.SUBJECTS: (
        Field("name", "Tên chủ thể", _SUBJECT_HEADS, key=True),
        Field(
            "kind",
            "Loại hình",
            _heads("""
            loai hinh chu the, loai chu the, loai hinh to chuc, hinh thuc to chuc
        """),
            "word",
        ),
        _COMMUNE,
        _DISTRICT,
        Field(
            "tax_code",
            "Mã số thuế",
            _heads("""
            mst, ma so thue mst, ma so doanh nghiep, ma so thue ma so doanh nghiep
        """),
            "code",
            longest=20,
        ),
        Field(
            "address",
            "Địa chỉ",
            _heads("""
            dia chi chu the, dia chi san xuat, dia chi tru so, thon, thon ban, dia chi cu the
        """),
            longest=300,
        ),
        Field(
            "phone",
            "Điện thoại",
            _heads("""
            so dien thoai, sdt, dt, dien thoai lien he, so dt, dien thoai di dong
        """),
            "phone",
            longest=30,
        ),
        Field("email", "Thư điện tử", _heads("email, e mail, dia chi email, hop thu"), "email"),
        Field(
            "legal_representative",
            "Người đại diện",
            _heads("""
            nguoi dai dien phap luat, dai dien, ho va ten nguoi dai dien, chu co so, nguoi dung dau, giam doc,
            ho ten nguoi dai dien, ho va ten chu co so, ten nguoi dai dien, nguoi lien he
        """),
        ),
        Field("representative_title", "Chức vụ", _heads("chuc danh, chuc vu nguoi dai dien"), longest=100),
        Field("representative_sex", "Giới tính", _heads("gioi, nam nu"), "sex"),
        Field("ethnic_group", "Dân tộc", _heads("dan toc nguoi dai dien"), longest=50),
        Field(
            "registration_number",
            "Số giấy đăng ký kinh doanh",
            _heads("""
            so giay dang ky, so gcn dkkd, so dkkd, giay dang ky kinh doanh, so giay chung nhan dang ky kinh doanh,
            so giay cndkkd, so giay chung nhan dkkd, so dang ky kinh doanh
        """),
            "code",
            longest=60,
        ),
        Field(
            "founded_on",
            "Ngày thành lập",
            _heads("""
            ngay dang ky, ngay thanh lap dang ky, ngay cap dkkd, ngay dang ky kinh doanh
        """),
            "day",
        ),
    ),
    Kind.PRODUCTS: (
        Field("name", "Tên sản phẩm", _PRODUCT_HEADS, key=True),
        Field("code", "Mã", _heads("ma he thong, ma cua he thong"), "code", longest=20),
        Field("subject", "Chủ thể", _SUBJECT_HEADS),
        Field(
            "product_set",
            "Bộ sản phẩm",
            _heads("""
            bo, phan nhom, phan nhom san pham, nhom san pham, so bo, ten bo san pham, bo tieu chi, bo san pham so
        """),
            "word",
        ),
        _COMMUNE,
        _DISTRICT,
        Field("stage", "Giai đoạn", _heads("trang thai san pham"), "word"),
        Field(
            "specification",
            "Quy cách",
            _heads("quy cach dong goi, quy cach san pham, dong goi, khoi luong"),
            longest=300,
        ),
        Field("description", "Mô tả", _heads("mo ta san pham, dac diem"), "long", longest=5000),
        Field("story", "Câu chuyện sản phẩm", _heads("cau chuyen"), "long", longest=10_000),
    ),
    Kind.RECOGNITIONS: (
        Field("name", "Tên sản phẩm", _PRODUCT_HEADS, key=True),
        Field("code", "Mã", _heads("ma he thong, ma cua he thong"), "code", longest=20),
        Field("subject", "Chủ thể", _SUBJECT_HEADS),
        _COMMUNE,
        _DISTRICT,
        Field(
            "stars",
            "Hạng sao",
            _heads("""
            sao, so sao, xep hang, hang, dat sao, phan hang, xep hang sao, ket qua phan hang, ket qua, hang sao ocop,
            ket qua xep hang
        """),
            "stars",
        ),
        Field(
            "number",
            "Số quyết định",
            _heads("""
            quyet dinh, so quyet dinh cong nhan, quyet dinh cong nhan, qd cong nhan, so qd, quyet dinh so,
            quyet dinh cong nhan so, quyet dinh so ngay, so quyet dinh ngay cap, so ngay quyet dinh,
            so hieu quyet dinh, quyet dinh so hieu, quyet dinh cong nhan so hieu, can cu,
            so quyet dinh ngay quyet dinh, quyet dinh so ky hieu, quyet dinh cong nhan so ky hieu,
            so ky hieu quyet dinh
        """),
            "decision",
            longest=60,
        ),
        Field(
            "decided_on",
            "Ngày quyết định",
            _heads("""
            tu ngay, ngay cong nhan, ngay cap, ngay ban hanh, ngay ky, quyet dinh ngay, quyet dinh cong nhan ngay,
            ngay qd, quyet dinh ngay thang nam, quyet dinh cong nhan ngay thang nam, ngay thang nam quyet dinh,
            ngay thang quyet dinh, quyet dinh ngay thang, quyet dinh ngay ban hanh
        """),
            "day",
        ),
        Field(
            "organ_name",
            "Cơ quan công nhận",
            _heads("""
            co quan ban hanh, co quan cap, noi cap, cap cong nhan, co quan quyet dinh, quyet dinh co quan ban hanh,
            quyet dinh cong nhan co quan ban hanh, don vi cong nhan, quyet dinh co quan
        """),
        ),
        Field(
            "year",
            "Năm công nhận",
            _heads("""
            nam, nam danh gia, nam dat, nam cap, nam dat chuan, nam phan hang
        """),
            "year",
        ),
    ),
    Kind.PAPERS: (
        Field("subject", "Chủ thể", _SUBJECT_HEADS),
        Field(
            "kind",
            "Loại giấy tờ",
            _heads("""
            loai, loai minh chung, loai ho so, loai tai lieu, nhom giay to, nhom ho so, ten loai giay to, loai van ban
        """),
            key=True,
        ),
        Field(
            "name",
            "Tên giấy tờ",
            _heads("""
            giay to, minh chung, ten minh chung, ho so, ten ho so, tai lieu, ten tai lieu, giay chung nhan,
            ten giay chung nhan, ho so minh chung, tai lieu minh chung, ten ho so minh chung, giay to minh chung,
            ten tai lieu minh chung, giay to ho so, ten van ban
        """),
            key=True,
        ),
        Field(
            "number",
            "Số, ký hiệu",
            _heads("""
            so, so hieu, so ky hieu, so giay, so giay to, so giay chung nhan, so chung nhan, so van ban, ma so,
            so ky hieu van ban, so gcn, so gcn dkkd, giay chung nhan so
        """),
            longest=100,
        ),
        Field(
            "issuer",
            "Nơi cấp",
            _heads("""
            co quan cap, don vi cap, to chuc cap, co quan ban hanh, noi ban hanh, to chuc chung nhan, co quan cap phep,
            don vi chung nhan, co quan chung nhan, don vi kiem nghiem, co quan don vi cap
        """),
        ),
        Field(
            "valid_from",
            "Ngày cấp",
            _heads("""
            ngay ban hanh, ngay ky, tu ngay, ngay hieu luc, ngay co hieu luc, hieu luc tu, hieu luc tu ngay,
            ngay cap giay, ngay cong bo, ngay kiem nghiem, ngay thang cap, ngay thang nam cap
        """),
            "term",
        ),
        Field(
            "valid_until",
            "Ngày hết hạn",
            _heads("""
            hieu luc, han, het han, den ngay, hieu luc den, hieu luc den ngay, co gia tri den, co gia tri den ngay,
            gia tri den, thoi han, thoi han hieu luc, ngay het hieu luc, thoi han den, han den, ngay het han hieu luc,
            thoi han su dung, han hieu luc
        """),
            "term",
        ),
        Field(
            "scope",
            "Dùng cho",
            _heads("""
            pham vi, pham vi ap dung, ap dung cho, dung cho san pham, san pham ap dung, cap cho, cap cho san pham,
            san pham, ten san pham, san pham ocop, ten san pham ocop, cac san pham, san pham co so
        """),
            longest=2000,
        ),
        _COMMUNE,
        _DISTRICT,
    ),
}

IGNORED = frozenset({"stt", "tt", "so tt", "ghi chu", "so thu tu"})  # heads that every list has and nobody imports


_UNDER = {kind: {text: field for field in fields for text in field.spellings} for kind, fields in FIELDS.items()}


def keys_of(kind: Kind) -> tuple[Field, ...]:
    return tuple(field for field in FIELDS[kind] if field.key)


def field_of(kind: Kind, code: str) -> Field | None:
    return next((field for field in FIELDS[kind] if field.code == code), None)


def field_under(kind: Kind, head: str) -> Field | None:
    """Return the field that offices write under a head; of a head in two rows the upper stands before " / ".

    The whole head counts first, then its last row ("Quyết định / Số" is the number of the decision, not any number);
    what stands in brackets is an explanation.
    """
    bare = re.sub(r"\(.*?\)", " ", head)
    texts = (fold(head), fold(bare), fold(bare.split(" / ")[-1]))
    return next((_UNDER[kind][text] for text in texts if text in _UNDER[kind]), None)
