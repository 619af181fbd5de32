"""./run manage recheck SESSION: every conclusion of a session found again from the signed sheets, or what differs."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ocop.councils.models import Session
from ocop.councils.recheck import recheck, words_of
from ocop.kernel.templatetags.ocop import mean


class Command(BaseCommand):
    help = "Tính lại độc lập kết quả một phiên chấm từ các phiếu đã ký; mã thoát 1 nếu có chỗ không khớp."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session", help="mã phiên, ở cuối địa chỉ trang của phiên")

    def handle(self, *, session: str, **options: Any) -> None:
        found = Session.objects.filter(code=session.upper()).first()
        if found is None:
            self.stderr.write(f"Không có phiên chấm mã {session}.")
            sys.exit(2)
        checked = recheck(found)
        for number, one in enumerate(checked, 1):
            conclusion = one.conclusion
            figures = (
                f"{conclusion.points}/{conclusion.sheets} = {mean(conclusion.points, conclusion.sheets)}, "
                f"{conclusion.get_result_display()}"
                if conclusion
                else "–"
            )
            self.stdout.write(f"{number}. {one.item}: {figures}: {'KHÔNG KHỚP' if one.differences else 'khớp'}")
            for difference in one.differences:
                self.stdout.write(f"   {difference}")
        self.stdout.write(f"{found}: {words_of(checked).split(';')[0]}")
        if any(one.differences for one in checked):
            sys.exit(1)
