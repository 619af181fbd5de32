"""The writing side of certificates: decisions, recognitions, certificates, revocation, the ministry's answer."""

from .ending import revoke
from .issuing import issue_certificate, print_certificate
from .recognising import approve_potential_5, ministry_answer, recognise, record_recognition

__all__ = [
    "approve_potential_5",
    "issue_certificate",
    "ministry_answer",
    "print_certificate",
    "recognise",
    "record_recognition",
    "revoke",
]
