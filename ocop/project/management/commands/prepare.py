"""What every start needs: tables, reference facts, static files; on first start of `sample` the sample province."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from ocop.kernel.reference import BadReference
from ocop.project.loading import load_all


class Command(BaseCommand):
    help = "Chuẩn bị để chạy: bảng dữ liệu, dữ liệu tham chiếu, tệp tĩnh; lần đầu ở chế độ sample thì nạp tỉnh mẫu."
    requires_system_checks = ["database", "security"]

    def handle(self, *args: Any, **options: Any) -> None:
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
        call_command("collectstatic", verbosity=0, interactive=False)
