"""Django's settings. What may differ between two installations comes from `environment`; the rest is fixed here."""

import os
import sys

import pysqlite3

sys.modules["sqlite3"] = pysqlite3  # before Django's backend: Debian's library has the WAL race fixed in 3.51.3

from django.contrib.messages import constants as message_levels  # noqa: E402
from django.core.exceptions import ImproperlyConfigured  # noqa: E402

from . import environment  # noqa: E402

try:
    ENVIRONMENT = environment.read(dict(os.environ))
except ImproperlyConfigured as error:  # the sentence for who runs it, not the way through our code
    sys.exit(f"Chưa khởi động. {error}")
ROOT = environment.ROOT
REFERENCE = ROOT / "reference"
PRODUCTION = ENVIRONMENT.production
OCOP_HOST = ENVIRONMENT.host
OCOP_DATA = ENVIRONMENT.data
OCOP_DATA_KEY = ENVIRONMENT.data_key
OCOP_CLAMD = ENVIRONMENT.clamd
SECRET_KEY = ENVIRONMENT.secret_key
REHEARSAL = False  # set by `rehearse` alone, on its own database: every paper and page says DIỄN TẬP

DEBUG = False
ALLOWED_HOSTS = [OCOP_HOST.split(":")[0], "127.0.0.1", "localhost"] if not PRODUCTION else [OCOP_HOST.split(":")[0]]
ROOT_URLCONF = "ocop.project.urls"
WSGI_APPLICATION = "ocop.project.wsgi.application"

INSTALLED_APPS = [
    "ocop.project",
    "ocop.portal",
    "ocop.desk",
    "ocop.importing",
    "ocop.certificates",
    "ocop.councils",
    "ocop.dossiers",
    "ocop.scorecards",
    "ocop.registry",
    "ocop.documents",
    "ocop.accounts",
    "ocop.areas",
    "ocop.kernel",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "template_partials",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ocop.desk.middleware.DeskMiddleware",
    "ocop.kernel.pages.middleware.PagesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "ocop.kernel.pages.context.page",
            ],
            "builtins": ["template_partials.templatetags.partials", "ocop.kernel.templatetags.ocop"],
        },
    }
]

DATABASES = {"default": ENVIRONMENT.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"}}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [ROOT / "ocop" / "project" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

STATIC_URL = "/static/"
STATIC_ROOT = OCOP_DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31536000

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "ocop.accounts.passwords.ProgrammeWords"},
]
LOGIN_URL = "/dang-nhap/"
LOGIN_REDIRECT_URL = "/viec/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "ocop.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login": "1000/h/ip",  # right ones too: a whole office signs in from one address
    "login_failed": None,  # accounts.services.count_attempt
    "reset_password": "20/h/ip,5/h/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "OCOP Tuyên Quang: "
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # accounts.sessions.FRESH
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # who passes a reset is in, whatever others tried at the account
ACCOUNT_FORMS = {
    "login": "ocop.accounts.forms.LoginForm",
    "change_password": "ocop.accounts.forms.ChangePasswordForm",
    "reset_password": "ocop.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "ocop.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "ocop.accounts.forms.ReauthenticateForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if PRODUCTION else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "OCOP Tuyên Quang"
MFA_ADAPTER = "ocop.accounts.adapter.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are opened by an administrator, not by mail
MFA_FORMS = {
    "authenticate": "ocop.accounts.forms.CodeForm",
    "reauthenticate": "ocop.accounts.forms.ConfirmCodeForm",
    "activate_totp": "ocop.accounts.forms.ActivateForm",
}
PASSWORD_RESET_TIMEOUT = 3600

SESSION_COOKIE_NAME = "__Host-ocop" if PRODUCTION else "ocop"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ocop.kernel.pages.errors.csrf"
CSRF_TRUSTED_ORIGINS = [f"https://{OCOP_HOST}"]
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "ocop.kernel.files.StopTooLarge",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

MESSAGE_TAGS = {message_levels.ERROR: "danger"}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "ocop.kernel.mail.FolderBackend"
EMAIL_FILE_PATH = str(OCOP_DATA / "mail")
DEFAULT_FROM_EMAIL = f"OCOP Tuyên Quang <khong-tra-loi@{OCOP_HOST.split(':')[0]}>"

SILENCED_SYSTEM_CHECKS = ["security.W019"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "ocop.kernel.logs.OneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"ocop": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
