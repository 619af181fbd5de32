"""Files people hand in: checked before anything is written, kept by content, served without trust.

field = files.UploadField(label="Minh chứng", to=…, many=True) # a form: size, name; sent in pieces where scripts run
papers = files.take(form.cleaned_data["file"], by=user, now=now) # what it was given, checked and kept
stored = files.store(upload, upload.name, now=now)            # everything else; stored.blob, stored.name
return files.serve(stored.blob, stored.name)                  # to someone who may read it: the caller's question
shown = files.preview_of(stored.blob, name, address)          # its pages as pictures, see previews.py
"""

from .kinds import IMAGES, KINDS, MAX_BYTES, safe_name
from .large import drop_large, keep_large, read_large, serve_large
from .previews import PREVIEWED, Preview, prepare, prepare_later, preview_of
from .resumable import MOST_BYTES, MOST_FILES, Room, take
from .serving import PUBLIC_IMAGE_MIME, public_image, serve, serve_page
from .storage import Stored, missing, open_blob, store, unreferenced
from .uploads import MAX_REQUEST_BYTES, Picked, StopTooLarge, TooLarge, UploadField

__all__ = [
    "IMAGES",
    "KINDS",
    "MAX_BYTES",
    "MAX_REQUEST_BYTES",
    "MOST_BYTES",
    "MOST_FILES",
    "PREVIEWED",
    "PUBLIC_IMAGE_MIME",
    "Picked",
    "Preview",
    "Room",
    "StopTooLarge",
    "Stored",
    "TooLarge",
    "UploadField",
    "drop_large",
    "keep_large",
    "missing",
    "open_blob",
    "prepare",
    "prepare_later",
    "preview_of",
    "public_image",
    "read_large",
    "safe_name",
    "serve",
    "serve_large",
    "serve_page",
    "store",
    "take",
    "unreferenced",
]
