"""The whole main job in a fresh database inside DIR, never the live one; as often as one likes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ocop.project.sample.rehearsal import rehearse

INSIDE = "OCOP_REHEARSAL_FOLDER"  # set for the inner process alone, whose database lies in the folder


class Command(BaseCommand):
    help = "Diễn tập toàn bộ công việc trong một cơ sở dữ liệu mới ở DIR; mọi giấy tờ ghi DIỄN TẬP."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", required=True, help="thư mục nhận kết quả")

    def handle(self, *args: Any, out: str, **options: Any) -> None:
        folder = Path(out).resolve()
        if os.environ.get(INSIDE) == str(folder):
            self._inside(folder)
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(folder / ".data", ignore_errors=True)
            (folder / ".data").mkdir()
        except OSError as error:
            raise CommandError(f"Không ghi được vào {folder}: {error.strerror}.") from error
        started = time.monotonic()
        env = {
            key: value
            for key, value in os.environ.items()
            if key not in ("DATABASE_URL", "OCOP_SECRET_KEY", "OCOP_DATA_KEY")
        }
        env.update(OCOP_DATA=str(folder / ".data"), OCOP_MODE="sample", OCOP_HOST=settings.OCOP_HOST)
        env[INSIDE] = str(folder)
        done = subprocess.run(
            [sys.executable, "-m", "django", "rehearse", "--out", str(folder)], env=env, stdout=sys.stderr
        )
        if done.returncode:
            raise CommandError("Diễn tập chưa xong; xem lỗi ở trên.")
        self.stderr.write(f"Diễn tập xong trong {time.monotonic() - started:.0f} giây.")
        self.stdout.write(str(folder / "summary.json"))

    def _inside(self, folder: Path) -> None:
        if Path(settings.OCOP_DATA) != folder / ".data":
            raise CommandError("Diễn tập chỉ chạy trên cơ sở dữ liệu của chính nó.")
        settings.REHEARSAL = True
        call_command("prepare", sample=False, stdout=self.stderr)
        for name in ("bien-ban", "quyet-dinh", "chung-nhan"):
            shutil.rmtree(folder / name, ignore_errors=True)
        walked = rehearse(folder)
        self.stderr.write(f"{len(walked)} lượt đánh giá.")
