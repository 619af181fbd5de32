"""The writing side of certificates: decisions, recognitions, certificates, revocation, the ministry's answer."""

from .deciding import announce_results, approve_potential_5, ministry_answer, recognise
from .ending import revoke
from .issuing import issue_certificate, issue_certificates, print_certificate
from .recording import Recorded, record_recognition, record_recognitions, remove_recorded

__all__ = [
    "Recorded",
    "announce_results",
    "approve_potential_5",
    "issue_certificate",
    "issue_certificates",
    "ministry_answer",
    "print_certificate",
    "recognise",
    "record_recognition",
    "record_recognitions",
    "remove_recorded",
    "revoke",
]
