"""`/cms/`: Wagtail's pages behind our door, without those whose matter has another owner here."""

from django.urls import include, path, re_path
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from essaim.editorial.door import Account, door
from essaim.editorial.views import cms

urlpatterns = decorate_urlpatterns(
    [
        path("account/", require_admin_access(Account.as_view())),
        # Accounts, and what they may do: « essaim officer », « essaim editorial contributor ». The site's name and
        # address: the team's settings. Passwords: the site's own pages.
        re_path(r"^(?:users|groups|sites|password_reset)/", cms.elsewhere),
        re_path(r"^bulk/(?:people|auth)/", cms.elsewhere),
        # Who did what, on the whole site: the team's. Each page's own history stays with whoever may write it.
        path("reports/site-history/", cms.site_history),
        path("reports/site-history/results/", cms.site_history_results),
        path("", include("wagtail.admin.urls")),
    ],
    door,
)
