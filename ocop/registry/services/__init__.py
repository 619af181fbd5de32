"""The writing side of the register: subjects, products from idea on, evidence, sites, ties; rows entered twice."""

from .assisting import CODE_LIFE, make_claim_code, record_consent, take_over, withdraw_consent
from .bulk import (
    NewProduct,
    NewSubject,
    add_products,
    add_subjects,
    change_products,
    change_subjects,
    remove_products,
    remove_subjects,
)
from .evidence import add_evidence, add_papers, change_scope, replace_evidence
from .ideas import appraise_idea, hand_in_idea, register_idea, register_idea_of_newcomer
from .listed import ListedPaper, list_papers, unlist_papers
from .merging import keep_apart, merge_products, merge_subjects, report_twice, undo_merge
from .products import PRODUCT_FIELDS, add_product, change_product, give_official_code, place_product, set_photo
from .sites import end_site, save_site
from .stages import (
    MOST_YEARS,
    YearFigures,
    confirm_potential,
    hand_in_plan,
    record_packaging,
    register_product,
    withdraw_product,
)
from .subjects import SUBJECT_FIELDS, add_member, add_subject, change_subject
from .ties import tie

__all__ = [
    "CODE_LIFE",
    "MOST_YEARS",
    "PRODUCT_FIELDS",
    "SUBJECT_FIELDS",
    "ListedPaper",
    "NewProduct",
    "NewSubject",
    "YearFigures",
    "add_evidence",
    "add_member",
    "add_papers",
    "add_product",
    "add_products",
    "add_subject",
    "add_subjects",
    "appraise_idea",
    "change_product",
    "change_products",
    "change_scope",
    "change_subject",
    "change_subjects",
    "confirm_potential",
    "end_site",
    "give_official_code",
    "hand_in_idea",
    "hand_in_plan",
    "keep_apart",
    "list_papers",
    "make_claim_code",
    "merge_products",
    "merge_subjects",
    "place_product",
    "record_consent",
    "record_packaging",
    "register_idea",
    "register_idea_of_newcomer",
    "register_product",
    "remove_products",
    "remove_subjects",
    "replace_evidence",
    "report_twice",
    "save_site",
    "set_photo",
    "take_over",
    "tie",
    "undo_merge",
    "unlist_papers",
    "withdraw_consent",
    "withdraw_product",
]
