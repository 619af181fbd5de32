"""Addresses of products, evidence and subjects for those who sign in."""

from django.urls import path

from .rules import Move
from .views import acts, duplicates, ideas, papers, products, sites, subjects

app_name = "registry"
urlpatterns = [
    path("san-pham-cua-toi/", products.listing, name="products"),
    path("san-pham-cua-toi/them/", products.add, name="add_product"),
    path("san-pham-cua-toi/<str:code>/sua/", products.edit, name="edit_product"),
    path("san-pham-cua-toi/<str:code>/noi-san-xuat/", products.place, name="place_product"),
    path("san-pham-cua-toi/<str:code>/anh/", products.photo, name="photo"),
    path("san-pham-cua-toi/<str:code>/doi-anh/", products.change_photo, name="change_photo"),
    path("giay-to/", papers.listing, name="papers"),
    path("giay-to/them/", papers.add, name="add_paper"),
    path("giay-to/<int:pk>/thay/", papers.replace, name="replace_paper"),
    path("giay-to/<int:pk>/pham-vi/", papers.scope, name="paper_scope"),
    path("giay-to/<int:pk>/tep/", papers.file, name="paper_file"),
    path("giay-to/<int:pk>/tep/trang/<int:number>/", papers.file_page, name="paper_page"),
    path("y-tuong/", ideas.listing, name="ideas"),
    path("y-tuong/them/", ideas.add, name="add_idea"),
    path("dang-ky-y-tuong/", ideas.add, name="register_idea"),
    path("y-tuong/<str:code>/", ideas.idea, name="idea"),
    path("y-tuong/<str:code>/phieu/", ideas.slip, name="idea_slip"),
    path("y-tuong/<str:code>/gui-lai/", acts.act, {"move": Move.HAND_IN}, name="hand_in_idea"),
    path("y-tuong/<str:code>/tham-dinh/", acts.act, {"move": Move.APPRAISE}, name="appraise_idea"),
    path("y-tuong/<str:code>/phuong-an/", acts.act, {"move": Move.PLAN}, name="plan"),
    path("y-tuong/<str:code>/xac-nhan/", acts.act, {"move": Move.CONFIRM}, name="confirm_potential"),
    path("y-tuong/<str:code>/bao-bi/", acts.act, {"move": Move.PACKAGE}, name="record_packaging"),
    path("y-tuong/<str:code>/dang-ky/", acts.act, {"move": Move.REGISTER}, name="register_product"),
    path("y-tuong/<str:code>/rut/", acts.act, {"move": Move.WITHDRAW}, name="withdraw_product"),
    path("co-so/", sites.listing, name="sites"),
    path("chu-the/", subjects.listing, name="subjects"),
    path("chu-the/them/", subjects.add, name="add_subject"),
    path("chu-the/<int:pk>/", subjects.subject, name="subject"),
    path("chu-the/<int:pk>/sua/", subjects.edit, name="edit_subject"),
    path("chu-the/<int:pk>/nguoi/", subjects.add_member, name="add_member"),
    path("chu-the/<int:pk>/co-so/them/", sites.add, name="add_site"),
    path("chu-the/<int:pk>/co-so/<int:site_pk>/", sites.edit, name="edit_site"),
    path("chu-the/<int:pk>/co-so/<int:site_pk>/ngung/", sites.end, name="end_site"),
    path("chu-the/<int:pk>/bao-trung/", duplicates.report, name="report_twice"),
    path("chu-the/<int:pk>/trung/<int:other_pk>/", duplicates.subjects, name="compare_subjects"),
    path("san-pham-cua-toi/<str:code>/trung/<str:other>/", duplicates.products, name="compare_products"),
    path("gop/<int:pk>/bo/", duplicates.undo, name="undo_merge"),
]
