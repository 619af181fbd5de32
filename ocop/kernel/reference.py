"""Reference files: loaded whole or not at all, twice changes nothing, an unchanged hash is not parsed again.

What was read from their tables is kept in memory until another file is loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from .memo import once_a_page
from .models import ReferenceFile

P = ParamSpec("P")
R = TypeVar("R")

_loading: ContextVar[bool] = ContextVar("loading", default=False)
_kept: tuple[Hashable, dict[Any, Any]] = ((), {})  # what was loaded, and what was read under it


@once_a_page
def stamp() -> tuple[tuple[int, str], ...]:
    """Return what tells one state of all reference tables from another: the files loaded and their hashes."""
    return tuple(ReferenceFile.objects.order_by("pk").values_list("pk", "sha256"))


def known(read: Callable[P, R]) -> Callable[P, R]:
    """Read reference facts once a process: they change when a file is loaded, and only then are they read again.

    For functions of tables that `load_file` alone writes. The answer is shared and must not be changed. A page asks
    one query (`stamp`) for all of them together.
    """

    @wraps(read)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        global _kept
        if _loading.get():  # half-written tables under the stamp of before
            return read(*args, **kwargs)
        now = stamp()
        if _kept[0] != now:
            _kept = (now, {})
        facts = _kept[1]
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in facts:
            facts[key] = read(*args, **kwargs)
        answer: R = facts[key]
        return answer

    return asked


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
        token = _loading.set(True)
        try:
            warnings = parse(content)
        except BadReference as error:
            raise BadReference(error.place, error.sentence, error.file or name) from error
        except UnicodeDecodeError as error:
            raise BadReference(f"byte {error.start}", "tệp không phải UTF-8", name) from error
        except KeyError as error:
            raise BadReference("cột", f"thiếu {error}", name) from error
        finally:
            _loading.reset(token)
        ReferenceFile.objects.update_or_create(
            name=name, defaults={"sha256": digest, "loaded_at": now, "warnings": warnings}
        )
    return True


def all_warnings() -> list[tuple[str, str]]:
    """Return (file, warning) of everything loaded, in order of file."""
    return [(row.name, text) for row in ReferenceFile.objects.order_by("name") for text in row.warnings]
