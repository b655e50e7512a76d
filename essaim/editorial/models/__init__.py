"""Nouns of the public face."""

from essaim.editorial.models.accessibility import AccessibilityPage
from essaim.editorial.models.base import SitePage
from essaim.editorial.models.contact import ContactMessage, ContactPage
from essaim.editorial.models.day import DayPage
from essaim.editorial.models.glossary import GlossaryPage, Term
from essaim.editorial.models.initiatives import InitiativeIndexPage, InitiativePage
from essaim.editorial.models.laureates import Laureate
from essaim.editorial.models.legal import LegalPage, PrivacyPage
from essaim.editorial.models.news import NewsIndexPage, NewsPage
from essaim.editorial.models.newsletter import Delivery, Letter, LetterPick, NewsletterPage, Subscription
from essaim.editorial.models.pages import ContentPage, HomePage
from essaim.editorial.models.pictures import Picture, Rendition
from essaim.editorial.models.planting import Planted
from essaim.editorial.models.selfcheck import SelfCheckPage

__all__ = [
    "AccessibilityPage",
    "ContactMessage",
    "ContactPage",
    "ContentPage",
    "DayPage",
    "Delivery",
    "GlossaryPage",
    "HomePage",
    "InitiativeIndexPage",
    "InitiativePage",
    "Laureate",
    "LegalPage",
    "Letter",
    "LetterPick",
    "NewsIndexPage",
    "NewsPage",
    "NewsletterPage",
    "Picture",
    "Planted",
    "PrivacyPage",
    "Rendition",
    "SelfCheckPage",
    "SitePage",
    "Subscription",
    "Term",
]
