"""Names of domains that prove nothing about who writes: mail for everybody, sites hosted under another's name.

Kept by hand, from what people of this country use (2026). A name missing here costs a check by an officer nothing: the
claims by domain are told to her at once, and each can be contested.
"""

from __future__ import annotations

import re

FREE_MAIL = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com windowslive.com
    yahoo.com yahoo.fr ymail.com rocketmail.com aol.com aol.fr gmx.com gmx.fr gmx.net mail.com mail.fr caramail.com
    caramail.fr icloud.com me.com mac.com proton.me protonmail.com protonmail.ch pm.me tutanota.com tutamail.com
    tuta.io fastmail.com zoho.com zohomail.eu yandex.com mail.ru mailo.com mailo.fr net-c.com netcourrier.com ik.me
    ikmail.com infomaniak.com etik.com disroot.org riseup.net posteo.net posteo.de mailbox.org hey.com duck.com
    orange.fr wanadoo.fr free.fr online.fr sfr.fr neuf.fr cegetel.net club-internet.fr numericable.fr noos.fr
    bbox.fr bouyguestelecom.fr laposte.net alice.fr aliceadsl.fr aliceadsl.net libertysurf.fr tiscali.fr voila.fr
    tuta.com nordnet.fr ozone.net k-net.fr dartybox.com
    """.split()
)
"""Anybody may have an address there."""

SHARED_HOSTS = frozenset(
    """
    facebook.com fb.com instagram.com linkedin.com twitter.com x.com youtube.com helloasso.com assoconnect.com
    wordpress.com blogspot.com blogger.com over-blog.com overblog.com canalblog.com wixsite.com wix.com jimdo.com
    jimdofree.com jimdosite.com webador.fr weebly.com e-monsite.com sitew.com sitew.fr webnode.fr webnode.page
    squarespace.com strikingly.com framer.website framer.app notion.site github.io gitlab.io netlify.app vercel.app
    pages.dev web.app firebaseapp.com herokuapp.com google.com sites.google.com goo.gl linktr.ee bit.ly framasite.org
    frama.site pagesperso-orange.fr pagesperso.fr monsite-orange.fr gouv.fr data.gouv.fr pagesjaunes.fr
    business.site eklablog.com eklablog.fr unblog.fr forumactif.com sportsregions.fr clubeo.com footeo.com
    spip.net asso.fr ouvaton.org ouvaton.coop kalisport.com mystrikingly.com my.canva.site canva.site carrd.co
    wifeo.com webself.net odoo.com site123.me pagespro-orange.fr amazonaws.com
    """.split()
)
"""Sites where many live: the name is the host's. « asso.fr » is a suffix that many share, never a name of its own."""

_UNIVERSITY = re.compile(r"(?:^|\.)univ-[a-z0-9-]+\.fr$")
"""Thousands study and work there: an address tells nothing of an association that it lodges."""


def is_shared(domain: str) -> bool:
    """Whether an address at this domain would prove nothing about a structure: free mail, or a host of many sites."""
    domain = domain.lower().strip(".")
    if domain in FREE_MAIL:
        return True
    if domain in {"asso.fr", "gouv.fr"}:
        return True
    if _UNIVERSITY.search(domain):
        return True
    parts = domain.split(".")
    parents = {".".join(parts[start:]) for start in range(len(parts))}
    # « les-lucioles.asso.fr » belongs to one association: that suffix is sold name by name.
    return bool(parents & (SHARED_HOSTS - {"asso.fr"}))
