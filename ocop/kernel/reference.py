"""Loading of reference files: whole or not at all, twice changes nothing, an unchanged hash is not parsed again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from .models import ReferenceFile


class BadReference(Exception):
    """A reference file that does not add up. Nothing of it was written.

    place  where in the file, e.g. "tiêu chí 2.3" or "dòng 17"; sentence  what is wrong, in Vietnamese
    """

    def __init__(self, place: str, sentence: str, file: str = "") -> None:
        super().__init__(place, sentence, file)
        self.place, self.sentence, self.file = place, sentence, file

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.sentence}" if self.file else f"{self.place}: {self.sentence}"


def load_file(path: Path, name: str, parse: Callable[[bytes], list[str]], *, now: datetime) -> bool:
    """Parse one file unless its hash is the loaded one; returns whether anything was parsed.

    name  its stable name in the table; parse  writes the rows and returns warnings in Vietnamese
    :raises BadReference: the file is missing or does not add up; the transaction is rolled back
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadReference("tệp", f"không đọc được ({error.strerror})", name) from error
    digest = hashlib.sha256(content).hexdigest()
    if ReferenceFile.objects.filter(name=name, sha256=digest).exists():
        return False
    with transaction.atomic():
        try:
            warnings = parse(content)
        except BadReference as error:
            raise BadReference(error.place, error.sentence, error.file or name) from error
        except UnicodeDecodeError as error:
            raise BadReference(f"byte {error.start}", "tệp không phải UTF-8", name) from error
        except KeyError as error:
            raise BadReference("cột", f"thiếu {error}", name) from error
        ReferenceFile.objects.update_or_create(
            name=name, defaults={"sha256": digest, "loaded_at": now, "warnings": warnings}
        )
    return True


def all_warnings() -> list[tuple[str, str]]:
    """Return (file, warning) of everything loaded, in order of file."""
    return [(row.name, text) for row in ReferenceFile.objects.order_by("name") for text in row.warnings]
