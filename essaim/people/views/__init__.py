"""Screens of the room: one's own account, and the team's about people."""
