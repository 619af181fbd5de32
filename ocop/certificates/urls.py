from django.urls import path

from .views import certificates, decisions, papers, wording

app_name = "certificates"
urlpatterns = [
    path("quyet-dinh/", decisions.decision_list, name="decisions"),
    path("quyet-dinh/<int:pk>/", decisions.decision, name="decision"),
    path("quyet-dinh/<int:pk>/van-ban/<str:name>.<str:kind>", decisions.decision_paper, name="decision_paper"),
    path("quyet-dinh/bo/<int:pk>/", decisions.answer, name="answer"),
    path("quyet-dinh/phien/<str:code>/<str:act>/", decisions.decide, name="decide"),
    path("quyet-dinh/phien/<str:code>/<str:act>/du-thao/<str:name>.<str:kind>", decisions.draft, name="draft"),
    path("phien-cham/<str:code>/giay-to/", papers.papers, name="papers"),
    path("phien-cham/<str:code>/giay-to/tao-zip/", papers.want, name="want_bundle"),
    path("phien-cham/<str:code>/giay-to/zip/<int:pk>/", papers.bundle, name="bundle"),
    path("phien-cham/<str:code>/giay-to/<str:name>/so/", papers.number, name="number"),
    path("phien-cham/<str:code>/giay-to/<str:name>.<str:ending>", papers.paper, name="paper"),
    path("mau-van-ban/", wording.wordings, name="wordings"),
    path("mau-van-ban/<str:code>/", wording.wording, name="wording"),
    path("mau-van-ban/<str:code>/bat-dau.docx", wording.starter_file, name="starter"),
    path("mau-van-ban/<str:code>/<int:number>/<str:name>.docx", wording.version, name="wording_file"),
    path("chung-nhan/", certificates.certificate_list, name="certificates"),
    path("chung-nhan/cap/", certificates.issue, name="issue"),
    path("chung-nhan/<str:code>/", certificates.certificate, name="certificate"),
    path("chung-nhan/<str:code>/giay.pdf", certificates.certificate_file, name="certificate_file"),
    path("chung-nhan/<str:code>/thu-hoi/", certificates.revoke, name="revoke"),
]
