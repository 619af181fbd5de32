"""Mail of the sample province: written into its data folder, never sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.filebased import EmailBackend


class FolderBackend(EmailBackend):
    def __init__(self, *args: Any, **options: Any) -> None:
        Path(settings.EMAIL_FILE_PATH).mkdir(parents=True, exist_ok=True)
        super().__init__(*args, **options)
