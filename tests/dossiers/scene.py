"""One moment of September 2026 and the people around a dossier of Chiêm Hóa, for the tests of pages."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from ocop.accounts.models import User
from ocop.dossiers import services
from ocop.dossiers.models import Dossier
from ocop.registry.models import Product, Subject
from tests.factories import PLAN, Stage

NOW = datetime(2026, 9, 8, 2, 41, tzinfo=UTC)  # Tuesday, 09:41 in Vietnam, a week after the plan's day of filing
COMMUNE, ELSEWHERE = "02287", "02509"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
WRONG = re.compile(r"""\sstyle=|\son[a-z]+="|<style|<script(?![^>]*\ssrc=)|(?:src|href)=["'](?:https?:)?//""")


@dataclass
class Scene:
    """Who is there. Every page is asked for at NOW."""

    stage: Stage

    def person(self, who: str) -> User:
        world = self.stage.world
        return {
            "producer": world.producers[0],
            "other producer": world.producers[1],
            "commune officer": world.communes[COMMUNE].officers[0],
            "other commune's officer": world.communes[ELSEWHERE].officers[0],
            "former district officer": world.districts["073"].officers[0],
            "province officer": world.officers[0],
            "secretary": world.secretaries[0],
            "leader": world.leader,
            "council member": world.members[2],
        }[who]

    def client(self, who: str) -> Client:
        client = Client(headers={"host": "localhost"})
        client.force_login(self.person(who))
        return client

    def product(self, name: str = "Cốm nếp (mẫu)", set_no: int = 6) -> Product:
        """A product of the producer's subject, without a dossier."""
        return self.stage.walk.product(replace(PLAN, name=name, set_no=set_no))

    def subject(self) -> Subject:
        return self.product().subject  # type: ignore[return-value]  # every plan has a subject

    def draft(self, name: str = "Cốm nếp (mẫu)", set_no: int = 6) -> Dossier:
        """An empty dossier, opened a moment ago."""
        return services.open_dossier(
            product=self.product(name, set_no), kind="first", by=self.person("producer"), now=NOW
        )

    def returned(self) -> Dossier:
        """Filed, and back from the commune with a reason."""
        dossier = self.stage.filed().dossier
        services.return_dossier(
            dossier=dossier,
            version=dossier.version,
            reason="Hợp đồng liên kết thiếu trang ký",
            by=self.person("commune officer"),
            now=NOW,
        )
        return dossier


def file(name: str = "giay.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def photo(colour: str = "green") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


def once_in(page: str, prefix: str = "") -> str:
    """The token of the form on a page."""
    found = re.search(rf'name="{prefix}once" value="([^"]+)"', page)
    assert found
    return found[1]
