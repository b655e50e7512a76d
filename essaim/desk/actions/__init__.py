"""Verbs of the desk."""

from essaim.desk.actions.assigning import AssignmentRefused, assign, assign_many, hand_assignments
from essaim.desk.actions.views import ViewRefused, delete_view, hand_views, save_view

__all__ = [
    "AssignmentRefused",
    "ViewRefused",
    "assign",
    "assign_many",
    "delete_view",
    "hand_assignments",
    "hand_views",
    "save_view",
]
