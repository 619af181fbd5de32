"""What every start needs: tables, reference facts, static files; on first start of `sample` the sample province."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from ocop.accounts.models import User
from ocop.accounts.services import new_secret
from ocop.kernel.reference import BadReference
from ocop.project.loading import load_all
from ocop.project.sample.province import load_province


class Command(BaseCommand):
    help = "Chuẩn bị để chạy: bảng dữ liệu, dữ liệu tham chiếu, tệp tĩnh; lần đầu ở chế độ sample thì nạp tỉnh mẫu."
    requires_system_checks = ["database", "security"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-sample", dest="sample", action="store_false", help="không nạp tỉnh mẫu")
        parser.add_argument("--no-static", dest="static", action="store_false", help="không gom tệp tĩnh")

    def handle(self, *args: Any, sample: bool, static: bool, **options: Any) -> None:
        Path(settings.OCOP_DATA).mkdir(parents=True, exist_ok=True, mode=0o700)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Đang tạo bảng dữ liệu…")
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        try:
            changed = load_all(settings.REFERENCE, now=timezone.now())
        except BadReference as error:
            raise CommandError(f"Dữ liệu tham chiếu không dùng được. {error}") from error
        if changed:
            self.stdout.write(f"Đã nạp {changed} tệp dữ liệu tham chiếu.")
        if static:
            call_command("collectstatic", verbosity=0, interactive=False)
        if sample and not settings.PRODUCTION:
            self._sample()

    def _sample(self) -> None:
        """Load the sample province into an empty database, and print how to sign in at every start."""
        kept = Path(settings.OCOP_DATA) / "sample-password.txt"
        if not User.objects.exists():
            self.stdout.write("Đang nạp tỉnh mẫu (chỉ lần đầu)…")
            password = new_secret()
            kept.touch(mode=0o600)
            kept.write_text(password, encoding="ascii")
            load_province(settings.REFERENCE / "products", password=password, now=timezone.now())
        if kept.exists():
            self.stdout.write(
                "Đăng nhập thử, mật khẩu chung: " + kept.read_text(encoding="ascii") + "\n"
                "  chủ thể chuthe1@mau.ocop.vn, chuthe2@… · cán bộ xã xa1@…, xa2@… · tỉnh tinh1@…, tinh2@…\n"
                "  thư ký thuky1@… · hội đồng hoidong1@… (chủ tịch) đến hoidong9@…\n"
                "  huyện (hồ sơ cũ) huyen1@… · quản trị quantri@…"
            )
