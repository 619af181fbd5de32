"""Taxonomy, producers (chủ thể), products, evidence, ties."""

from ..rules import Stage
from .assisting import ClaimCode, ClaimCodeQuerySet, Consent, ConsentQuerySet, Means, assisted_by
from .evidence import Evidence, EvidenceQuerySet
from .ideas import Appraisal, BusinessPlan, IdeaRegistration, Packaging, PlanYear
from .merging import KeptApart, Merge, Twin
from .products import STAGE_CHOICES, Product, ProductQuerySet, StageChange
from .reach import communes_of, local_reach, reach, serves_province
from .sites import Site, SiteKind
from .subjects import Subject, SubjectMember, SubjectMemberQuerySet, SubjectQuerySet, subjects_of
from .taxonomy import EvidenceKind, ProductGroup, ProductSet, SetCrosswalk, SubjectKind
from .ties import Tie, TieKind, TieQuerySet

__all__ = [
    "STAGE_CHOICES",
    "Appraisal",
    "BusinessPlan",
    "ClaimCode",
    "ClaimCodeQuerySet",
    "Consent",
    "ConsentQuerySet",
    "Evidence",
    "EvidenceKind",
    "EvidenceQuerySet",
    "IdeaRegistration",
    "KeptApart",
    "Means",
    "Merge",
    "Packaging",
    "PlanYear",
    "Product",
    "ProductGroup",
    "ProductQuerySet",
    "ProductSet",
    "SetCrosswalk",
    "Site",
    "SiteKind",
    "Stage",
    "StageChange",
    "Subject",
    "SubjectKind",
    "SubjectMember",
    "SubjectMemberQuerySet",
    "SubjectQuerySet",
    "Tie",
    "TieKind",
    "TieQuerySet",
    "Twin",
    "assisted_by",
    "communes_of",
    "local_reach",
    "reach",
    "serves_province",
    "subjects_of",
]
