"""Addresses of councils: founding, sessions, products of a session, sheets, results, papers."""

from django.urls import path

from .views import councils, items, papers, results, sessions, sheets

app_name = "councils"
urlpatterns = [
    path("hoi-dong/", councils.listing, name="councils"),
    path("hoi-dong/moi/", councils.found, name="found"),
    path("hoi-dong/moi/du-thao.<str:ending>", papers.founding_draft, name="founding_draft"),
    path("hoi-dong/<int:pk>/", councils.council, name="council"),
    path("hoi-dong/<int:pk>/thay-doi/", councils.change, name="change"),
    path("hoi-dong/<int:pk>/nhiem-ky/", councils.term, name="term"),
    path("hoi-dong/<int:pk>/<str:name>.<str:ending>", papers.of_council, name="council_paper"),
    path("phien-cham/", sessions.listing, name="sessions"),
    path("phien-cham/moi/", sessions.plan, name="plan"),
    path("phien-cham/<str:code>/", sessions.session, name="session"),
    path("phien-cham/<str:code>/hoi-truong/", sessions.hall, name="hall"),
    path("phien-cham/<str:code>/them/", sessions.add, name="add"),
    path("phien-cham/<str:code>/moi-hop/", sessions.invite, name="invite"),
    path("phien-cham/<str:code>/co-mat/", sessions.attendance, name="attendance"),
    path("phien-cham/<str:code>/mo/", sessions.open_session, name="open"),
    path("phien-cham/<str:code>/nhac/", sessions.remind, name="remind"),
    path("phien-cham/<str:code>/ket-thuc/", sessions.close, name="close"),
    path("phien-cham/<str:code>/bien-ban.<str:ending>", papers.minutes, name="minutes"),
    path("phien-cham/<str:code>/giay-moi/<int:member>.<str:ending>", papers.invitation, name="invitation"),
    path("phien-cham/<str:code>/<int:pk>/", items.item, name="item"),
    path("phien-cham/<str:code>/<int:pk>/bo/", items.remove, name="remove"),
    path("phien-cham/<str:code>/<int:pk>/loi-ich/", items.declare, name="declare"),
    path("phien-cham/<str:code>/<int:pk>/nhan-dinh/", items.find, name="find"),
    path("phien-cham/<str:code>/<int:pk>/nhan-dinh/<int:finding>/", items.confirm, name="confirm"),
    path("phien-cham/<str:code>/<int:pk>/nhan-dinh/<int:finding>/bo/", items.drop, name="drop"),
    path("phien-cham/<str:code>/<int:pk>/mien-phieu/<int:member>/", items.excuse, name="excuse"),
    path("phien-cham/<str:code>/<int:pk>/mo-lai/<int:member>/", items.reopen, name="reopen"),
    path("phien-cham/<str:code>/<int:pk>/dong-vong/", items.close, name="close_round"),
    path("phieu-cham/<str:code>/<int:pk>/", sheets.sheet, name="sheet"),
    path("phieu-cham/<str:code>/<int:pk>/bat-dau/", sheets.start, name="start"),
    path("phieu-cham/<str:code>/<int:pk>/luu/", sheets.save, name="save"),
    path("phieu-cham/<str:code>/<int:pk>/xem-lai/", sheets.review, name="review"),
    path("phieu-cham/<str:code>/<int:pk>/ky/", sheets.sign, name="sign"),
    path("phieu-da-ky/<int:pk>/", sheets.signed, name="signed"),
    path("phieu-danh-gia/", papers.sheet_list, name="empty_sheets"),
    path("phieu-danh-gia/<str:code>.<str:ending>", papers.empty_sheet, name="empty_sheet"),
    path("ket-qua/", results.listing, name="results"),
    path("ket-qua/<int:pk>/", results.result, name="result"),
    path("ket-qua/<int:pk>/thong-bao.<str:ending>", papers.notice, name="notice"),
]
