"""The status of a recognition, for pages of this room and above."""

from __future__ import annotations

from datetime import date
from functools import cache

from django import template
from django.utils.safestring import SafeString

from ocop.certificates.models import Recognition
from ocop.certificates.rules import IN_FORCE, LOOKS, STATUS_NAMES, Status, status_of
from ocop.dossiers.rules import extension_words
from ocop.kernel.templatetags.ocop import badge

register = template.Library()


@register.filter
def status_on(recognition: Recognition, day: date) -> Status | None:
    """The status on a day, for status_badge; None: ever recognised, day of issue unknown."""
    return status_of(recognition, day)


@register.simple_tag
@cache
def status_badge(status: Status | None) -> SafeString:
    """One of the words for a certificate, derived from dates and decisions, with its drawing."""
    words = STATUS_NAMES[status] if status else "chưa rõ ngày cấp"
    return badge(*LOOKS[status], words[0].upper() + words[1:])


@register.filter
def extended_on(recognition: Recognition, day: date) -> str:
    """Until when it is in force past its end, and why, for certificates/extended.html; "" where it is not."""
    goes_on = status_of(recognition, day) is Status.EXTENDED and recognition.valid_until
    return extension_words(goes_on) if goes_on else ""


@register.filter
def lapsed_on(recognition: Recognition, day: date) -> bool:
    """Whether the stars are shown as a former rank: over, or of an unknown day; stars to come are no former rank."""
    return status_of(recognition, day) not in (*IN_FORCE, Status.NOT_YET)
