"""The way in from a browser: a file that is too large is let go while it arrives and still gets a clear answer."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from ocop.kernel.refusal import Refusal

from . import kinds

MAX_REQUEST_BYTES = 60 * kinds.MB


class TooLarge(InMemoryUploadedFile):
    """Stands in the form for a file that was not kept. size  what the sender sent; its content is empty."""

    def __init__(self, name: str, field_name: str, size: int, *, together: bool) -> None:
        super().__init__(io.BytesIO(), field_name, name, "application/octet-stream", size, None)
        self._together = together

    def refusal(self, shown: str) -> Refusal:
        """Return why it was not kept: too heavy itself, or one too many of one sending."""
        if not self._together:
            return kinds.too_heavy(shown, self.size or 0)
        limit = MAX_REQUEST_BYTES // kinds.MB
        return kinds.refusal(
            shown, f"Các tệp gửi cùng lúc nặng quá {limit} MB.", "Chia làm nhiều lần, mỗi lần gửi ít tệp hơn."
        )


class StopTooLarge(FileUploadHandler):
    """Stops keeping a file beyond 20 MB, and all files of a request beyond 60 MB.

    The rest is read and dropped, because a browser that is cut off shows no page; the other fields (and the token
    against forged requests) arrive, and the form finds a `TooLarge` in the place of the file.
    Stands first in FILE_UPLOAD_HANDLERS.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._all = 0
        self._over = self._together = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._over = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass a chunk on to the next handler, or None once the limit is passed."""
        if not self._over:
            self._all += len(raw_data)
            self._together = self._all > MAX_REQUEST_BYTES
            self._over = self._together or start + len(raw_data) > kinds.MAX_BYTES
        return None if self._over else raw_data

    def file_complete(self, file_size: int) -> TooLarge | None:
        """Leave a file of the right size to the next handlers; put a `TooLarge` in the place of another."""
        if not self._over:
            return None
        for handler in self.request.upload_handlers if self.request else ():
            if handler is not self:
                handler.upload_interrupted()  # removes its temporary file
        together = self._together and file_size <= kinds.MAX_BYTES
        return TooLarge(self.file_name or "", self.field_name or "", file_size, together=together)


@dataclass(frozen=True)
class Picked:
    """What a form was given that has come before it: codes of uploads in their order. together  as one paper"""

    codes: tuple[str, ...]
    together: bool

    @property
    def papers(self) -> int:
        return 1 if self.together else len(self.codes)


class UploadInput(forms.FileInput):
    """Chooses a file; upload.js sends it in pieces and puts the codes of its uploads in its place.

    Without the script it is the browser's own field: one file, sent with the form.
    """

    template_name = "components/upload_input.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if codes := tuple(code for code in data.getlist(name) if code):
            return Picked(codes, together=len(codes) == 1 or bool(data.get(f"{name}-together")))
        return files.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        picked = value if isinstance(value, Picked) else Picked((), False)
        return {**context, "codes": picked.codes, "together": picked.together}


class UploadField(forms.FileField):
    """A form's file: name and size are checked here, the content by `take` or `store`.

    allow  codes of KINDS; many  several files may be chosen: papers of their own, or photos together as one; only a
    field whose view calls `take` may say so; to  the address where its pieces go; empty: with the form alone
    """

    widget = UploadInput

    def __init__(
        self, *, allow: Collection[str] = tuple(kinds.KINDS), many: bool = False, to: object = "", **options: Any
    ) -> None:
        self.allow, self.many, self.to = allow, many, to
        super().__init__(**options)

    @property
    def takes_photos(self) -> bool:
        return not kinds.IMAGES.isdisjoint(self.allow)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        accept = ",".join(f".{code}" for code in kinds.KINDS if code in self.allow)
        return {**super().widget_attrs(widget), "accept": accept.replace(".jpg", ".jpg,.jpeg")}

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Show again what was picked before; a browser fills no file field."""
        return data if isinstance(data, Picked) else initial

    def to_python(self, data: Any) -> Any:
        """Return the upload as it came, or what was picked before.

        :raises ValidationError: the whole sentences of the refusal
        """
        if data in self.empty_values:
            return None
        if isinstance(data, Picked):
            if not self.to or (len(data.codes) > 1 and not self.many):
                raise ValidationError("Chỉ nhận một tệp ở đây. Bỏ bớt rồi gửi lại.", code="refused")
            return data
        shown = kinds.safe_name(data.name or "")
        try:
            if isinstance(data, TooLarge):
                raise data.refusal(shown)
            kinds.check_shape(shown, data.size or 0, self.allow)
        except Refusal as refusal:
            raise ValidationError(str(refusal), code="refused") from refusal
        return data
