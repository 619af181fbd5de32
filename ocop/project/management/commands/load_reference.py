"""Load reference/: an unchanged file is not parsed again; a bad one is refused whole, with the place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ocop.kernel.reference import BadReference, all_warnings
from ocop.project.loading import load_all


class Command(BaseCommand):
    help = "Nạp dữ liệu tham chiếu; --warnings in mọi cảnh báo của các tệp chưa đầy đủ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", default=str(settings.REFERENCE))
        parser.add_argument("--warnings", action="store_true")

    def handle(self, *args: Any, folder: str, warnings: bool, **options: Any) -> None:
        try:
            changed = load_all(Path(folder), now=timezone.now())
        except BadReference as error:
            raise CommandError(f"Chưa nạp: {error}") from error
        self.stdout.write(f"{changed} tệp tham chiếu mới hoặc thay đổi")
        if warnings:
            for name, text in all_warnings():
                self.stdout.write(f"{name}: {text}")
