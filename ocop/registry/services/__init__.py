"""The writing side of the register: subjects, products, evidence, ties."""

from .evidence import add_evidence
from .products import PRODUCT_FIELDS, add_product, change_product, give_official_code, place_product, set_photo
from .subjects import SUBJECT_FIELDS, add_member, add_subject, change_subject
from .ties import tie

__all__ = [
    "PRODUCT_FIELDS",
    "SUBJECT_FIELDS",
    "add_evidence",
    "add_member",
    "add_product",
    "add_subject",
    "change_product",
    "change_subject",
    "give_official_code",
    "place_product",
    "set_photo",
    "tie",
]
