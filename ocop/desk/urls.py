"""Addresses of the desk."""

from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("viec/", views.work, name="work"),
    path("thong-bao/", views.notices, name="notices"),
    path("thong-bao/da-doc/", views.read_all, name="read_all"),
    path("thong-bao/<int:pk>/", views.open_notice, name="open_notice"),
    path("vai-tro/", views.switch, name="switch"),
    path("phien/", views.session, name="session"),
    path("san-pham-cua-toi/<str:code>/", views.product, name="product"),
    path("tim/", views.search, name="search"),
]
