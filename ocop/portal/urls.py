"""Public addresses. They stay where they are: QR codes are printed on paper."""

from django.urls import path

from .api import api, description
from .views import areas, codes, comments, data, home, register

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("favicon.ico", home.icon, name="icon"),
    path("san-pham/", register.products, name="products"),
    path("san-pham/<str:slug>/", register.product, name="product"),
    path("anh/<str:code>/<str:mark>.webp", register.photo, name="photo"),
    path("c/<path:code>", codes.certificate, name="certificate"),
    path("p/<path:code>", codes.package, name="package"),
    path("r/<path:code>", codes.dossier, name="dossier"),
    path("kiem-tra/", codes.check, name="check"),
    path("gop-y/", comments.comments, name="comments"),
    path("gop-y/<str:code>/", comments.comment, name="comment"),
    path("dia-ban/", areas.areas, name="areas"),
    path("dia-ban/<str:code>/", areas.area, name="area"),
    path("du-lieu-mo/", data.page, name="open_data"),
    path("du-lieu-mo/san-pham-ocop.csv", data.csv, name="open_csv"),
    path("du-lieu-mo/san-pham-ocop.json", data.as_json, name="open_json"),
    path("api/v1/openapi.json", description, name="openapi"),
    path("api/v1/", api.urls),
]
