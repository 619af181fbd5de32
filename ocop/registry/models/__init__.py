"""Taxonomy, producers (chủ thể), products, evidence, ties."""

from .evidence import Evidence, EvidenceQuerySet
from .products import Product, ProductQuerySet, Stage
from .reach import local_reach, reach, serves_province
from .subjects import Subject, SubjectMember, SubjectMemberQuerySet, SubjectQuerySet
from .taxonomy import EvidenceKind, ProductGroup, ProductSet, SetCrosswalk, SubjectKind
from .ties import Tie, TieKind, TieQuerySet

__all__ = [
    "Evidence",
    "EvidenceKind",
    "EvidenceQuerySet",
    "Product",
    "ProductGroup",
    "ProductQuerySet",
    "ProductSet",
    "SetCrosswalk",
    "Stage",
    "Subject",
    "SubjectKind",
    "SubjectMember",
    "SubjectMemberQuerySet",
    "SubjectQuerySet",
    "Tie",
    "TieKind",
    "TieQuerySet",
    "local_reach",
    "reach",
    "serves_province",
]
