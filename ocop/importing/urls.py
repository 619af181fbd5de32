"""Addresses of imports for those who sign in."""

from django.urls import path

from . import views

app_name = "importing"
urlpatterns = [
    path("nhap-excel/", views.listing, name="imports"),
    path("nhap-excel/tai-len/", views.upload, name="upload"),
    path("nhap-excel/<int:pk>/", views.page, name="import"),
    path("nhap-excel/<int:pk>/cot/", views.columns, name="columns"),
    path("nhap-excel/<int:pk>/doc-lai/", views.read_again, name="read_again"),
    path("nhap-excel/<int:pk>/ghi/", views.confirm, name="confirm"),
    path("nhap-excel/<int:pk>/loai-khac/", views.use_again, name="use_again"),
    path("nhap-excel/<int:pk>/hoan-tac/", views.undo, name="undo"),
]
