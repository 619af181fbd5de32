"""The writing side of certificates: decisions, recognitions, certificates, revocation, the ministry's answer."""

from .bundling import drop_bundles, make_bundle, want_bundle
from .deciding import announce_results, approve_potential_5, ministry_answer, recognise
from .ending import revoke
from .issuing import issue_certificate, issue_certificates, print_certificate
from .numbering import number_paper
from .recording import Recorded, record_recognition, record_recognitions, remove_recorded
from .wording import adopt_wording

__all__ = [
    "Recorded",
    "adopt_wording",
    "announce_results",
    "approve_potential_5",
    "drop_bundles",
    "issue_certificate",
    "issue_certificates",
    "make_bundle",
    "ministry_answer",
    "number_paper",
    "print_certificate",
    "recognise",
    "record_recognition",
    "record_recognitions",
    "remove_recorded",
    "revoke",
    "want_bundle",
]
