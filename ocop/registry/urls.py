"""Addresses of products, evidence and subjects for those who sign in."""

from django.urls import path

from .views import papers, products, subjects

app_name = "registry"
urlpatterns = [
    path("san-pham-cua-toi/", products.listing, name="products"),
    path("san-pham-cua-toi/them/", products.add, name="add_product"),
    path("san-pham-cua-toi/<str:code>/", products.product, name="product"),
    path("san-pham-cua-toi/<str:code>/sua/", products.edit, name="edit_product"),
    path("san-pham-cua-toi/<str:code>/noi-san-xuat/", products.place, name="place_product"),
    path("san-pham-cua-toi/<str:code>/anh/", products.photo, name="photo"),
    path("san-pham-cua-toi/<str:code>/doi-anh/", products.change_photo, name="change_photo"),
    path("giay-to/", papers.listing, name="papers"),
    path("giay-to/them/", papers.add, name="add_paper"),
    path("giay-to/<int:pk>/", papers.paper, name="paper"),
    path("giay-to/<int:pk>/tep/", papers.file, name="paper_file"),
    path("chu-the/", subjects.listing, name="subjects"),
    path("chu-the/them/", subjects.add, name="add_subject"),
    path("chu-the/<int:pk>/", subjects.subject, name="subject"),
    path("chu-the/<int:pk>/sua/", subjects.edit, name="edit_subject"),
    path("chu-the/<int:pk>/nguoi/", subjects.add_member, name="add_member"),
]
