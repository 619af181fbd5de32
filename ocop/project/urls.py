"""Addresses: one line a room. Names of the doors are in docs/adr and stay where they are."""

from django.urls import include, path

from ocop.kernel.pages import errors

urlpatterns = [
    path("", include("ocop.portal.urls")),
    path("", include("ocop.accounts.urls")),
    path("", include("ocop.kernel.files.urls")),
    path("", include("ocop.documents.urls")),
    path("", include("ocop.registry.urls")),
    path("", include("ocop.dossiers.urls")),
    path("", include("ocop.councils.urls")),
    path("", include("ocop.certificates.urls")),
    path("", include("ocop.importing.urls")),
    path("", include("ocop.desk.urls")),  # last: its page of a product takes what the register leaves
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
