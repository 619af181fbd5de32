"""Where files go in pieces. A room that counts its files has an address of its own to begin at."""

from django.urls import path

from . import views

app_name = "uploads"
urlpatterns = [
    path("tai-len/", views.begin, name="begin"),
    path("tai-len/<str:code>/", views.upload, name="upload"),
]
