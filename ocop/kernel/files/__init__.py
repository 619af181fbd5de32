"""Files people hand in: checked before anything is written, kept by content, served without trust.

field = files.UploadField(label="Minh chứng")                 # a form: size, name
stored = files.store(upload, upload.name, now=now)            # everything else; stored.blob, stored.name
return files.serve(stored.blob, stored.name)                  # to someone who may read it: the caller's question
"""

from .kinds import IMAGES, KINDS, MAX_BYTES, safe_name
from .serving import PUBLIC_IMAGE_MIME, public_image, serve
from .storage import Stored, missing, open_blob, store, unreferenced
from .uploads import MAX_REQUEST_BYTES, StopTooLarge, TooLarge, UploadField

__all__ = [
    "IMAGES",
    "KINDS",
    "MAX_BYTES",
    "MAX_REQUEST_BYTES",
    "PUBLIC_IMAGE_MIME",
    "StopTooLarge",
    "Stored",
    "TooLarge",
    "UploadField",
    "missing",
    "open_blob",
    "public_image",
    "safe_name",
    "serve",
    "store",
    "unreferenced",
]
