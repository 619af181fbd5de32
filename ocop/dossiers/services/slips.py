"""Slip numbers (phiếu số) of the receipt boxes of Mẫu số 01: a gapless series a commune and one for the province."""

from __future__ import annotations

from datetime import date

from ocop.kernel import series

from ..models import Dossier, Slip
from ..rules import Route, Step

# QĐ 26/2026/QĐ-TTg annex III, Mẫu số 01: given by the commune and again by the province
_LEVELS = {Step.AT_COMMUNE: "commune", Step.AT_PROVINCE: "province"}


def give_slip(*, dossier: Dossier, step: Step, day: date) -> None:
    """Number a dossier where it arrives for the first time, in the transaction of its move.

    Nothing happens on the routes of districts, whose form is not known, and when it comes back to the same office.
    """
    level = _LEVELS.get(step)
    if level is None or dossier.route not in (Route.PROVINCE_2025, Route.COMMUNE_2025):
        return
    if Slip.objects.filter(dossier=dossier, level=level).exists():
        return
    commune = dossier.commune
    giver = commune.code if level == "commune" else f"province-{commune.province_code}"
    serial = series.take(f"slip-{giver}-{day.year}")
    number = f"{serial:04d}/PĐK-{commune.province_code}-{commune.code}-{day.year}"
    Slip.objects.create(dossier=dossier, level=level, number=number, received_on=day)
