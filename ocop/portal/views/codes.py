"""What a code tells: certificate (/c/), package (/p/), receipt of a dossier (/r/), and the form to type one."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ocop.accounts.http import Request
from ocop.certificates.models import Recognition
from ocop.certificates.rules import IN_FORCE, LOOKS, Status, status_of
from ocop.dossiers.models import Dossier
from ocop.dossiers.whereabouts import whereabouts
from ocop.kernel import codes
from ocop.kernel.text import clean

from .. import queries
from ..kept import kept
from ..limits import FAILED_CODES
from ..rules import current, rank_words, status_words, verdict

ANSWERS = {
    "con-hieu-luc": "Được dùng nhãn OCOP đến hết ngày ghi trên trang.",
    "sap-het-han": "Vẫn được dùng nhãn OCOP, thời hạn còn từ 90 ngày trở xuống.",
    "keo-dai": "Đã quá 36 tháng, còn được dùng nhãn OCOP đến khi có kết quả đánh giá lại, không quá 180 ngày.",
    "het-hieu-luc": "Đã quá 36 tháng, hoặc đã thay bằng công nhận mới.",
    "da-thu-hoi": "Cơ quan nhà nước đã thu hồi, không được dùng nhãn OCOP.",
    "chua-hieu-luc": "Quyết định chưa tới ngày có hiệu lực.",
    "tam-dinh-chi": "Tạm thời không được dùng nhãn OCOP.",
}


def _failed(request: Request, typed: str, status: int) -> HttpResponse:
    """A code that tells nothing: 400 misspelt, 404 unknown, 429 too many of them."""
    values = {"typed": typed[:60], "misspelt": status == 400, "blocked": status == 429}
    response = render(request, "portal/code_failed.html", values, status=status)
    response["Cache-Control"] = "no-store"
    if status == 429:
        response["Retry-After"] = str(FAILED_CODES.window)
    else:
        FAILED_CODES.count(request, request.now)
    return response


def _answer(request: Request, typed: str, door: str, length: int, show: Callable[[str], HttpResponse]) -> HttpResponse:
    """Check the spelling, send other spellings to the plain one, slow down who guesses.

    Source: proof.md section 1 (bad syntax or check 400, unknown 404, other spellings 308).
    """
    if FAILED_CODES.reached(request, request.now):
        return _failed(request, typed, 429)
    code = codes.plain(typed.strip("/"))
    if not codes.is_valid(code, length):
        return _failed(request, typed, 400)
    if code != typed:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponsePermanentRedirect(f"/{door}/{code}{query}", preserve_request=True)
    return show(code)


@require_safe
def certificate(request: Request, code: str) -> HttpResponse:
    """The page behind a certificate's QR: whether it is valid, first."""

    def show(plain: str) -> HttpResponse:
        return kept(
            request, (queries.stamp(), request.day), lambda: _verdict(request, queries.recognition(plain), plain)
        )

    return _answer(request, code, "c", codes.LONG, show)


@require_safe
def package(request: Request, code: str) -> HttpResponse:
    """The page behind a package without GTIN: the current recognition of its product."""

    def show(plain: str) -> HttpResponse:
        now = queries.stamp()

        def build() -> HttpResponse:
            entry = queries.register(request.day, now).by_code.get(plain)
            return _verdict(request, queries.recognition(entry.row.code) if entry else None, plain)

        return kept(request, (now, request.day), build)

    return _answer(request, code, "p", codes.SHORT, show)


def _verdict(request: Request, found: Recognition | None, typed: str) -> HttpResponse:
    if found is None:
        return _failed(request, typed, 404)
    standing = current(queries.history(found.product_id), request.day)
    status = status_of(found, request.day)
    values = {
        "recognition": found,
        "product": found.product,
        "product_url": f"/san-pham/{found.product.slug}/",
        "verdict": verdict(found, found.stars, request.day),
        "in_force": status in IN_FORCE,
        "rank": rank_words(found.stars, status),
        "ended": found.ended_on is not None and found.ended_on <= request.day,
        "lapsed": status is Status.EXPIRED,
        "revoked": status is Status.REVOKED,
        "other": standing if standing.pk != found.pk and status_of(standing, request.day) in IN_FORCE else None,
        "number": found.certificate.number if hasattr(found, "certificate") else "",
        "similar": _similar(found),
        "host": settings.OCOP_HOST,
    }
    return render(request, "portal/code.html", values)


def _similar(found: Recognition) -> str:
    """The list of products of the same set that are in force; "" where the set is unknown."""
    if found.product.product_set is None:
        return ""
    pairs = [
        ("bo", found.product.product_set.number),
        *(("trang-thai", one.value) for one in Status if one in IN_FORCE),
    ]
    return f"/san-pham/?{urlencode(pairs)}"


@require_safe
def dossier(request: Request, code: str) -> HttpResponse:
    """Where is my dossier: step, holder, since when, days left, last seal, never whose. Never kept."""

    def show(plain: str) -> HttpResponse:
        where = whereabouts(plain, request.day)
        if where is None:
            return _failed(request, plain, 404)
        response = render(request, "portal/dossier.html", {"where": where, "code": plain})
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return _answer(request, code, "r", codes.LONG, show)


@require_safe
def check(request: Request) -> HttpResponse:
    """Type a code, or the address under a QR; the answer has its own address."""
    typed = clean(request.GET.get("ma", ""))[:200]
    if not typed:
        return kept(request, request.day, lambda: _form(request, "", ""))
    if FAILED_CODES.reached(request, request.now):
        return _failed(request, typed, 429)
    code = codes.plain(urlsplit(typed).path.rstrip("/").rpartition("/")[2])
    if codes.is_valid(code, codes.SHORT):
        return HttpResponseRedirect(f"/p/{code}")
    if codes.is_valid(code, codes.LONG):
        is_dossier = Dossier.objects.filter(code=code, filed_on__isnull=False).exists()
        return HttpResponseRedirect(f"/{'r' if is_dossier else 'c'}/{code}")
    FAILED_CODES.count(request, request.now)
    return _form(request, typed, _what_is_wrong(code), status=400)


def _what_is_wrong(code: str) -> str:
    if code.isdigit() and len(code) in (8, 12, 13, 14) and code.isascii():
        return "Đây là số mã vạch. Hãy nhập 17 ký tự dưới mã QR của giấy chứng nhận, hoặc 8 ký tự trên bao bì."
    if code.startswith("HS") or code.startswith("H5"):
        return "Đây là số hồ sơ. Hãy nhập mã tra cứu 17 ký tự in trên giấy biên nhận."
    return f"Mã có 17 hoặc 8 ký tự; mã vừa nhập có {len(code)} ký tự hoặc sai một ký tự. Kiểm tra từng ký tự."


def _form(request: Request, typed: str, error: str, status: int = 200) -> HttpResponse:
    answers = [(*LOOKS[found], status_words(found), ANSWERS[found.value]) for found in LOOKS if found]
    values = {"typed": typed, "error": error, "answers": answers, "host": settings.OCOP_HOST}
    return render(request, "portal/check.html", values, status=status)
