"""The room `desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers the room."""

    name = "essaim.desk"
    label = "desk"

    def ready(self) -> None:
        """Register the desk's own places."""
        from essaim.desk import actions, departure, privacy
        from essaim.desk.opening import HOURS_LINK, HOURS_PANEL, TO_COMPLETE, TO_COMPLETE_PANEL
        from essaim.foundation.registries import DeskLink, Handover, desk_links, desk_panels, handovers, to_complete

        desk_links.register(DeskLink("accueil", "Accueil", "desk:home", order=0))
        desk_links.register(DeskLink("boite", "Boîte de réception", "desk:inbox", order=1))
        desk_links.register(
            DeskLink("journal", "Journal", "desk:journal", "Qui a fait quoi, quand et pourquoi.", order=900)
        )
        desk_links.register(
            DeskLink("reglages", "Réglages", "desk:settings", "Nom, couleurs, logo et coordonnées du site.", order=910)
        )
        desk_links.register(
            DeskLink(
                "depart",
                "Préparer un départ",
                "desk:departure",
                "Transmettre tout ce que porte une personne qui s’en va.",
                order=895,
            )
        )
        handovers.register(
            Handover(
                "boite",
                "Éléments de la boîte de réception",
                departure.assigned_items,
                actions.hand_assignments,
                order=10,
            )
        )
        handovers.register(Handover("vues", "Vues enregistrées", departure.saved_views, actions.hand_views, order=20))
        desk_links.register(HOURS_LINK)
        desk_panels.register(HOURS_PANEL)
        desk_panels.register(TO_COMPLETE_PANEL)
        to_complete.register(TO_COMPLETE)
        privacy.register()
