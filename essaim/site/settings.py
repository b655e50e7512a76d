"""Settings of an installation. Everything a territory changes is an environment variable or a row of the database."""

import os
from pathlib import Path

import dj_database_url

from essaim.foundation import installation
from essaim.foundation.mailserver import mail_server
from essaim.foundation.signin import sign_in_provider

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = installation.private_folder(Path(os.environ.get("ESSAIM_DATA_DIR", BASE_DIR / ".data")).resolve())

DEBUG = os.environ.get("ESSAIM_DEBUG", "0") == "1"

SECRET_KEY = os.environ.get("ESSAIM_SECRET_KEY") or installation.kept_secret(DATA_DIR / "secret-key")
SITE_URL = installation.site_url(
    os.environ.get("ESSAIM_SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
)
ALLOWED_HOSTS = installation.hosts(os.environ.get("ESSAIM_HOSTS"), SITE_URL)
HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []

INSTALLED_APPS = [
    "essaim.ui",  # first: its templates of the account pages go before allauth's
    "essaim.editorial",  # before Wagtail: its templates of the editors' pages go before Wagtail's
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.typed_table_block",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "essaim.foundation",
    "essaim.people",
    "essaim.geography",
    "essaim.directory",
    "essaim.observatory",
    "essaim.opendata",
    "essaim.desk",
    "essaim.site",
]

# The page cache stands first after the security headers: an anonymous visitor's repeat never reaches sessions or views.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "essaim.foundation.pagecache.AnonymousPageCacheMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "essaim.foundation.csp.ContentSecurityPolicyMiddleware",
    "essaim.foundation.refusals.BodyLimitMiddleware",  # before whoever reads a body, after whoever signs the answer
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "essaim.people.middleware.LastSeenMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "essaim.foundation.refusals.BusyMiddleware",
    "essaim.ui.middleware.FrenchSpacesMiddleware",  # the innermost: what is cached and measured is what leaves
]

ROOT_URLCONF = "essaim.site.urls"
WSGI_APPLICATION = "essaim.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "essaim.foundation.context.territory",
            ],
            "builtins": ["essaim.ui.templatetags.ui"],
        },
    }
]

FORM_RENDERER = "essaim.ui.forms.SiteRenderer"

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", f"sqlite:///{DATA_DIR / 'essaim.sqlite3'}"), conn_max_age=600
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL, and writers that queue instead of failing: measured in docs/decisions/0002.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728;"
        ),
    }
else:
    # As SQLite's: whoever waits longer is refused in words, not left to hang. `?options=` in the address wins.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c lock_timeout=20s")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "essaim.people.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
# Asking for a password writes to known addresses only; the door (`people.actions.entering`) writes to every one.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 -- the name of a class
ACCOUNT_FORMS = {
    "login": "essaim.people.forms.SignInForm",
    "reset_password": "essaim.people.forms.AskResetForm",
    "reset_password_from_key": "essaim.people.forms.NewPasswordForm",
    "set_password": "essaim.people.forms.FirstPasswordForm",
    "change_password": "essaim.people.forms.ChangeForm",
    "reauthenticate": "essaim.people.forms.ConfirmForm",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/connexion/mon-espace/"  # sends each to the space of their role
# By network: rooms full of people share one address. By account, allauth's own stay: 5 wrong passwords in 5 minutes.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip,5/300s/key", "reset_password": "60/m/ip,5/m/key"}
MFA_ADAPTER = "essaim.people.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # phones run half a minute late
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_FORMS = {
    "authenticate": "essaim.people.forms_account.SecondFactorForm",
    "reauthenticate": "essaim.people.forms_account.ProveAgainForm",
    "activate_totp": "essaim.people.forms_account.TOTPForm",
    "add_webauthn": "essaim.people.forms_account.PasskeyForm",
    "edit_webauthn": "essaim.people.forms_account.KeyNameForm",
}
# One sign-in a role without any secret, for invented accounts beside invented structures; open on one's own machine.
DEMO_DOORS = os.environ.get("ESSAIM_DEMO_DOORS", "1" if installation.is_local(SITE_URL) else "0") == "1"
# Optional: people may also sign in through ProConnect, or the authority's own OpenID Connect provider.
SIGN_IN_PROVIDER = sign_in_provider(
    url=os.environ.get("ESSAIM_OIDC_URL", ""),
    client_id=os.environ.get("ESSAIM_OIDC_CLIENT_ID", ""),
    secret=os.environ.get("ESSAIM_OIDC_SECRET", ""),
    name=os.environ.get("ESSAIM_OIDC_NAME", ""),
    scopes=os.environ.get("ESSAIM_OIDC_SCOPES", ""),
    vouches=os.environ.get("ESSAIM_OIDC_VOUCHES", "0") == "1",
)

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = installation.private_folder(DATA_DIR / "media")  # there from the start: backups name it
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "essaim.foundation.private.PrivateFiles"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if os.environ.get("ESSAIM_TASKS") == "database"
        else "django_tasks.backends.immediate.ImmediateBackend"
    }
}

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}},
    # A size of a picture that another worker has just made must be seen at once: Wagtail would keep what it lacks.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

# Without a mail server, messages are written in the outbox and nobody receives anything.
EMAIL_BACKEND = os.environ.get("ESSAIM_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = DATA_DIR / "outbox"
if os.environ.get("ESSAIM_EMAIL_URL"):
    _mail = mail_server(os.environ["ESSAIM_EMAIL_URL"])
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls
    EMAIL_TIMEOUT = 5  # seconds: a visitor may be waiting, and what is not taken is kept (see foundation.unsent)
DEFAULT_FROM_EMAIL = os.environ.get("ESSAIM_FROM_EMAIL", "ess@essaim.invalid")

# How many proxies of ours write in X-Forwarded-For. None: one, when it speaks from this very machine.
TRUSTED_PROXIES = installation.proxies(os.environ.get("ESSAIM_BEHIND_PROXY", ""))

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# gunicorn itself believes X-Forwarded-Proto from this machine; from elsewhere, the administrator says so.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A page of the editors counts some ten fields a block; Django's 1 000 would refuse the save of a long one.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Map: without tiles the embedded base (Voronoi cells or loaded contours) is drawn. {z}/{x}/{y} template, or empty.
MAP_TILES_URL = os.environ.get("ESSAIM_MAP_TILES_URL", "")
MAP_TILES_ATTRIBUTION = os.environ.get("ESSAIM_MAP_TILES_ATTRIBUTION", "© IGN")
MAP_TILES_ORIGIN = "/".join(MAP_TILES_URL.split("/")[:3]) if MAP_TILES_URL else ""

# Nothing inline, nothing from elsewhere: only map tiles, when a territory sets them, come from another origin.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", *([MAP_TILES_ORIGIN] if MAP_TILES_ORIGIN else [])],
        "font-src": ["'self'"],
        "media-src": ["'self'"],  # videos of pages, kept by the site itself
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "upgrade-insecure-requests": HTTPS,
    }
}
# The editors' pages bring their own interface, which writes styles and scripts inline; visitors never load them.
CONTENT_SECURITY_POLICY_BY_PREFIX = {
    "/cms/": {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "frame-ancestors": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
        "object-src": ["'none'"],
    }
}

# The editors' pages: in French, on this site's own accounts, and never a word to another server.
WAGTAIL_SITE_NAME = "Essaim"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "/connexion/"
WAGTAIL_FRONTEND_LOGIN_URL = "/connexion/"
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILADMIN_COMMENTS_ENABLED = False  # a review has its words; a second channel would keep others, for ever
WAGTAIL_AUTOSAVE_INTERVAL = 3000  # milliseconds without typing: each save writes (measured: docs/decisions/0010)
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 10
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_DATE_FORMAT, WAGTAIL_TIME_FORMAT, WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y", "%H:%M", "%d/%m/%Y %H:%M"
WAGTAILIMAGES_IMAGE_MODEL = "editorial.Picture"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpeg", "jpg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 4 * 1024 * 1024
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"gif": "webp", "jpeg": "webp", "png": "webp", "webp": "webp"}
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "mp4", "odp", "ods", "odt", "pdf", "pptx", "vtt", "webm", "xlsx"]
WAGTAILDOCS_CONTENT_TYPES = {"vtt": "text/vtt"}
WAGTAILIMAGES_IMAGE_FORM_BASE = "essaim.editorial.forms.library.PictureForm"
# What a document may be is looked at, inside too, in essaim/editorial/documents.py.
WAGTAILDOCS_DOCUMENT_FORM_BASE = "essaim.editorial.forms.library.DocumentForm"
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
# Editorial pages alone are searched by it, and by editors alone; visitors have the site's own index.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "french"}}

# Plain lines on the console; nothing personal is logged (no address, no e-mail, no form content).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("ESSAIM_LOG_LEVEL", "WARNING")},
    "loggers": {"django": {"handlers": [], "propagate": True}, "essaim": {"level": "INFO"}},
}

# The demonstration: the same seed makes the same files, byte for byte.
DEMO_SEED = int(os.environ.get("ESSAIM_DEMO_SEED", "86000"))
DEMO_TERRITORY = "200069854"
# A unit with no trace in the official file for this many years is called sleeping: ranked last, never hidden.
SLEEPING_AFTER_YEARS = 8
