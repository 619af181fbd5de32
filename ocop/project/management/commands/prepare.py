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
from ocop.project.sample.world import SAMPLE_HOST

SIGN_INS = {  # who is worth trying first; the others of the sample province have the same password
    "chuthe1": "chủ thể",
    "chuthe2": "chủ thể khác",
    "xa1": "cán bộ xã Chiêm Hóa",
    "xa3": "cán bộ phường Mỹ Lâm",
    "huyen1": "cán bộ huyện Chiêm Hóa (hồ sơ trước 01/7/2025)",
    "tinh1": "cơ quan tham mưu cấp tỉnh, người nhập quyết định",
    "tinh2": "cơ quan tham mưu cấp tỉnh, người cấp giấy",
    "totuvan1": "thành viên Tổ tư vấn",
    "thuky1": "thư ký hội đồng tỉnh",
    "thuky2": "thư ký thứ hai",
    "lanhdao": "lãnh đạo tỉnh",
    "hoidong1": "Chủ tịch Hội đồng",
    "hoidong2": "Phó Chủ tịch Hội đồng",
    **{f"hoidong{n}": "ủy viên Hội đồng" for n in range(3, 10)},
    "quantri": "quản trị hệ thống",
}


class Command(BaseCommand):
    help = "Chuẩn bị để chạy: bảng dữ liệu, dữ liệu tham chiếu, tệp tĩnh; lần đầu ở chế độ sample thì nạp tỉnh mẫu."
    requires_system_checks = ["database", "security"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-sample", dest="sample", action="store_false", help="không nạp tỉnh mẫu")
        parser.add_argument("--no-reference", dest="reference", action="store_false", help="không nạp tệp tham chiếu")
        parser.add_argument("--no-static", dest="static", action="store_false", help="không gom tệp tĩnh")

    def handle(self, *args: Any, sample: bool, reference: bool, static: bool, **options: Any) -> None:
        Path(settings.OCOP_DATA).mkdir(parents=True, exist_ok=True, mode=0o700)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Đang tạo bảng dữ liệu…")
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        if reference:
            self._reference()
        if static:
            call_command("collectstatic", verbosity=0, interactive=False)
        if sample and not settings.PRODUCTION:
            self._sample()

    def _reference(self) -> None:
        try:
            changed = load_all(settings.REFERENCE, now=timezone.now())
        except BadReference as error:
            raise CommandError(f"Dữ liệu tham chiếu không dùng được. {error}") from error
        if changed:
            self.stdout.write(f"Đã nạp {changed} tệp dữ liệu tham chiếu.")

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
            self._print_sign_ins(kept.read_text(encoding="ascii"))

    def _print_sign_ins(self, password: str) -> None:
        """One line a sample user: address, password, what he does."""
        self.stdout.write("Đăng nhập thử tại /dang-nhap/:")
        shown = {f"{name}@{SAMPLE_HOST}": words for name, words in SIGN_INS.items()}
        for user in User.objects.filter(is_sample=True, email__in=shown).order_by("pk"):
            self.stdout.write(f"  {user.email:<26} {password}  {shown[user.email]}")
