"""The writing side of each kind of list."""

from ...rules.fields import Kind
from . import papers, products, recognitions, subjects
from .shared import Pairs, Writer

WRITERS: dict[Kind, Writer] = {
    Kind.SUBJECTS: subjects,
    Kind.PRODUCTS: products,
    Kind.RECOGNITIONS: recognitions,
    Kind.PAPERS: papers,
}

__all__ = ["WRITERS", "Pairs", "Writer"]
