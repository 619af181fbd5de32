"""Addresses of sign-in, one's account and user administration. Names without prefix are those that allauth knows."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import include, path, re_path

from . import views

own = [
    path("tai-khoan/", views.account, name="account"),
    path("tai-khoan/thu/", views.want_mail, name="want_mail"),
    path("quan-tri/nguoi-dung/", views.users, name="users"),
    path("quan-tri/nguoi-dung/moi/", views.new_user, name="new_user"),
    path("quan-tri/nguoi-dung/<int:pk>/", views.user, name="user"),
    path("quan-tri/nguoi-dung/<int:pk>/mat-khau/", views.renew_secret, name="renew_secret"),
    path("quan-tri/nguoi-dung/<int:pk>/tinh-trang/", views.set_active, name="set_active"),
    path("quan-tri/nguoi-dung/<int:pk>/mo-khoa/", views.open_account, name="open_account"),
    path("quan-tri/phan-cong/<int:pk>/", views.end_appointment, name="end_appointment"),
    path("quan-tri/viec-nen/", views.jobs, name="jobs"),
    path("quan-tri/viec-nen/<int:pk>/", views.run_job_again, name="run_job_again"),
]

urlpatterns = [
    path("", include((own, "accounts"))),
    path("dang-nhap/", account.login, name="account_login"),
    path("dang-nhap/ma/", factor.authenticate, name="mfa_authenticate"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("quen-mat-khau/", account.password_reset, name="account_reset_password"),
    path("quen-mat-khau/da-gui/", account.password_reset_done, name="account_reset_password_done"),
    path("quen-mat-khau/xong/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^dat-mat-khau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("tai-khoan/mat-khau/", account.password_change, name="account_change_password"),
    path("tai-khoan/xac-nhan/", account.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/xac-nhan/ma/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("tai-khoan/xac-thuc/", factor.index, name="mfa_index"),
    path("tai-khoan/xac-thuc/bat/", totp.activate_totp, name="mfa_activate_totp"),
    path("tai-khoan/xac-thuc/tat/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("tai-khoan/xac-thuc/du-phong/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("tai-khoan/xac-thuc/du-phong/moi/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]
