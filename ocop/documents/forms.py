"""The signed copy of a document."""

from __future__ import annotations

from typing import Any

from django import forms

from ocop.kernel import files
from ocop.kernel.pages.forms import ActForm


class SignedForm(ActForm):
    """A PDF signed on a machine, or a scan of the signed and sealed paper."""

    file = files.UploadField(
        label="Bản đã ký", allow=("pdf", "jpg", "png"), help_text="PDF ký số, hoặc bản quét có chữ ký và dấu"
    )
    reason = forms.CharField(
        label="Lý do thay",
        max_length=500,
        min_length=10,
        help_text="Bản cũ vẫn giữ trong kho, lý do hiện ở Diễn biến",
        error_messages={"min_length": "Hãy ghi rõ lý do, ít nhất 10 ký tự."},
    )

    def __init__(self, *args: Any, replaces: bool, **kwargs: Any) -> None:
        """replaces  a signed copy is there already"""
        super().__init__(*args, **kwargs)
        if not replaces:
            del self.fields["reason"]
