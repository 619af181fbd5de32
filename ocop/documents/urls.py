"""Addresses of the register of documents (sổ văn bản)."""

from django.urls import path

from . import views

app_name = "documents"
urlpatterns = [
    path("van-ban/", views.listing, name="documents"),
    path("van-ban/<int:pk>/", views.document, name="document"),
    path("van-ban/<int:pk>/ban-ky/", views.signed, name="signed"),
]
