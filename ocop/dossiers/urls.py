"""Addresses of dossiers: list, workspace, one criterion, moves, evidence, prints."""

from django.urls import path

from .views import criteria, drafts, files, lists, moves, workspace

app_name = "dossiers"
urlpatterns = [
    path("ho-so/", lists.listing, name="list"),
    path("ho-so/lap/<str:product>/", drafts.start, name="open"),
    path("ho-so/<str:code>/", workspace.detail, name="detail"),
    path("ho-so/<str:code>/toan-bo/", workspace.whole, name="whole"),
    path("ho-so/<str:code>/bieu-mau/", drafts.forms, name="forms"),
    path("ho-so/<str:code>/doi-bo-tieu-chi/", drafts.change_scorecard, name="change_scorecard"),
    path("ho-so/<str:code>/tieu-chi/<str:criterion>/", criteria.criterion, name="criterion"),
    path("ho-so/<str:code>/tieu-chi/<str:criterion>/truong-hop/", criteria.case, name="case"),
    path("ho-so/<str:code>/tieu-chi/<str:criterion>/kho/", criteria.attach, name="attach"),
    path("ho-so/<str:code>/tieu-chi/<str:criterion>/tai-len/", criteria.upload, name="upload"),
    path("ho-so/<str:code>/tieu-chi/<str:criterion>/go/<int:pin>/", criteria.detach, name="detach"),
    path("ho-so/<str:code>/nop/", moves.submit, name="submit"),
    path("ho-so/<str:code>/rut/", moves.withdraw, name="withdraw"),
    path("ho-so/<str:code>/nop-lai/", moves.refile, name="refile"),
    path("ho-so/<str:code>/mau-03/", moves.assess, name="assess"),
    path("ho-so/<str:code>/tra-lai/", moves.send_back, name="return"),
    path("ho-so/<str:code>/de-nghi/", moves.propose, name="propose"),
    path("ho-so/<str:code>/tiep-nhan/", moves.accept, name="accept"),
    path("ho-so/<str:code>/chuyen-tinh/", moves.send_up, name="send_up"),
    path("ho-so/<str:code>/giay-to/<int:evidence>/", files.evidence, name="evidence"),
    path("ho-so/<str:code>/in/<str:form>.<str:kind>", files.print_form, name="print"),
]
