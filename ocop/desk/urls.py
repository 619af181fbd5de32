"""Addresses of the desk."""

from django.urls import path

from .views import assisted, home, products

app_name = "desk"
urlpatterns = [
    path("viec/", home.work, name="work"),
    path("thong-bao/", home.notices, name="notices"),
    path("thong-bao/da-doc/", home.read_all, name="read_all"),
    path("thong-bao/<int:pk>/", home.open_notice, name="open_notice"),
    path("vai-tro/", home.switch, name="switch"),
    path("phien/", home.session, name="session"),
    path("san-pham-cua-toi/<str:code>/", products.product, name="product"),
    path("nhap-ho/", assisted.listing, name="assisted"),
    path("nhap-ho/<int:pk>/", assisted.subject, name="assisted_subject"),
    path("nhap-ho/<int:pk>/dong-y/", assisted.record_consent, name="record_consent"),
    path("nhap-ho/<int:pk>/rut-dong-y/", assisted.withdraw_consent, name="withdraw_consent"),
    path("nhap-ho/<int:pk>/ban-dong-y/", assisted.consent_scan, name="consent_scan"),
    path("nhap-ho/<int:pk>/ma/", assisted.claim_code, name="claim_code"),
    path("nhap-ho/<int:pk>/phieu/", assisted.slip, name="assisted_slip"),
    path("nhan-tai-khoan/", assisted.claim, name="claim"),
    path("tim/", home.search, name="search"),
]
