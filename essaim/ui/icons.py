"""The site's icons, drawn on a 24 × 24 grid with a round pen. Decorative: words always stand beside them."""

# ruff: noqa: E501 -- a drawing is one line

from __future__ import annotations

ICONS: dict[str, str] = {
    "alert": '<path d="M12 3.5 21.5 20h-19z"/><path d="M12 10v4.5M12 17.3v.1"/>',
    "arrow-left": '<path d="M20 12H4.5M11 5l-7 7 7 7"/>',
    "arrow-right": '<path d="M4 12h15.5M13 5l7 7-7 7"/>',
    "bell": '<path d="M5.5 17h13c-1.6-1.7-1.8-3.4-1.8-6.2a4.7 4.7 0 0 0-9.4 0c0 2.8-.2 4.5-1.8 6.2z"/><path d="M10 20.3c1 .9 3 .9 4 0"/>',
    "building": '<path d="M4 20.5V8.5l8-5 8 5v12M2.5 20.5h19M9.5 20.5v-5h5v5M9 10.5v.1M15 10.5v.1"/>',
    "calendar": '<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/><path d="M3.5 10h17M8 2.8v4M16 2.8v4"/>',
    "check": '<path d="m4.5 12.5 5 5 10-11"/>',
    "chevron-down": '<path d="m5.5 9 6.5 6.5L18.5 9"/>',
    "chevron-left": '<path d="M15 5.5 8.5 12l6.5 6.5"/>',
    "chevron-right": '<path d="m9 5.5 6.5 6.5L9 18.5"/>',
    "clock": '<circle cx="12" cy="12" r="8.7"/><path d="M12 7v5.3l3.5 2"/>',
    "close": '<path d="m5.5 5.5 13 13M18.5 5.5l-13 13"/>',
    "copy": '<rect x="8.5" y="8.5" width="12" height="12" rx="2.5"/><path d="M15.5 5.5v-.2a1.8 1.8 0 0 0-1.8-1.8H5.3a1.8 1.8 0 0 0-1.8 1.8v8.4a1.8 1.8 0 0 0 1.8 1.8h.2"/>',
    "download": '<path d="M12 3.5V15M6.5 10.3 12 15.5l5.5-5.2M4 20.3h16"/>',
    "edit": '<path d="m4 20 1-4.5L16.3 4.2a1.9 1.9 0 0 1 2.7 0l.8.8a1.9 1.9 0 0 1 0 2.7L8.5 19z"/><path d="m14.3 6.2 3.5 3.5"/>',
    "eye": '<path d="M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>',
    "external": '<path d="M13.5 4H20v6.5M20 4l-9 9M17 14.5v4a1.8 1.8 0 0 1-1.8 1.8H5.8A1.8 1.8 0 0 1 4 18.5V8.8A1.8 1.8 0 0 1 5.8 7h4"/>',
    "file": '<path d="M6 3.5h8L19 8.5v12H6a1.5 1.5 0 0 1-1.5-1.5V5A1.5 1.5 0 0 1 6 3.5z"/><path d="M13.5 3.8V9H19M8.5 13h7M8.5 16.5h5"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "heart": '<path d="M12 20C5.5 15.5 3 12 3 8.7A4.7 4.7 0 0 1 12 7a4.7 4.7 0 0 1 9 1.7C21 12 18.5 15.5 12 20z"/>',
    "hexagon": '<path d="m12 2.8 8 4.6v9.2l-8 4.6-8-4.6V7.4z"/>',
    "history": '<path d="M3.8 12a8.3 8.3 0 1 0 2.6-6L3.8 8.3M3.8 3.8v4.5h4.5M12 7.5v4.8l3 1.8"/>',
    "home": '<path d="M3.5 11.5 12 4l8.5 7.5M6 9.5v10.3h12V9.5"/>',
    "inbox": '<path d="M4 13.5 6.5 5h11l2.5 8.5v5a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18.5zM4 13.5h5l1 2.5h4l1-2.5h5"/>',
    "info": '<circle cx="12" cy="12" r="8.7"/><path d="M12 11.3v5M12 7.8v.1"/>',
    "list": '<path d="M9 6h11M9 12h11M9 18h11M4.5 6v.1M4.5 12v.1M4.5 18v.1"/>',
    "locate": '<circle cx="12" cy="12" r="6.5"/><path d="M12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M12 12v.1"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2.5"/><path d="m3.5 7 8.5 6.5L20.5 7"/>',
    "map": '<path d="m3.5 6.5 5.7-2.5 5.6 2.5 5.7-2.5v13.5l-5.7 2.5-5.6-2.5-5.7 2.5zM9.2 4v13.5M14.8 6.5V20"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "minus": '<path d="M5 12h14"/>',
    "phone": '<path d="M5 3.8h3.5l1.7 4.4-2.2 1.6a12 12 0 0 0 6.2 6.2l1.6-2.2 4.4 1.7V19a1.7 1.7 0 0 1-1.9 1.7A15.8 15.8 0 0 1 3.3 5.7 1.7 1.7 0 0 1 5 3.8z"/>',
    "pin": '<path d="M12 21.3c-4.7-5-7-8.5-7-11.5a7 7 0 0 1 14 0c0 3-2.3 6.5-7 11.5z"/><circle cx="12" cy="9.8" r="2.5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 8.5V3.5h10v5M7 17H4.5A1.5 1.5 0 0 1 3 15.5V10A1.5 1.5 0 0 1 4.5 8.5h15A1.5 1.5 0 0 1 21 10v5.5a1.5 1.5 0 0 1-1.5 1.5H17M7 14h10v6.5H7z"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.7"/><path d="m15.5 15.5 5.3 5.3"/>',
    "settings": '<circle cx="12" cy="12" r="3"/><path d="M12 2.8v3M12 18.2v3M2.8 12h3M18.2 12h3M5.5 5.5l2.1 2.1M16.4 16.4l2.1 2.1M5.5 18.5l2.1-2.1M16.4 7.6l2.1-2.1"/>',
    "share": '<circle cx="17.5" cy="5.5" r="2.5"/><circle cx="6" cy="12" r="2.5"/><circle cx="17.5" cy="18.5" r="2.5"/><path d="m8.3 10.8 7-4M8.3 13.2l7 4"/>',
    "sort": '<path d="M7.5 4.5v15M3.5 15.5l4 4 4-4M16.5 19.5v-15M12.5 8.5l4-4 4 4"/>',
    "tag": '<path d="M3.5 4.5v7l9 9 8-8-9-9h-7a1 1 0 0 0-1 1z"/><path d="M8 8v.1"/>',
    "trash": '<path d="M4.5 6.5h15M9.5 6.5V4h5v2.5M6.5 6.5l.8 13.5h9.4l.8-13.5M10.3 10.5v6M13.7 10.5v6"/>',
    "undo": '<path d="M8.5 5 4 9.5 8.5 14M4.5 9.5h10a5 5 0 0 1 0 10H9"/>',
    "upload": '<path d="M12 15.5V4M6.5 9 12 3.8 17.5 9M4 20.3h16"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4 20.3c.8-4 3.8-6 8-6s7.2 2 8 6"/>',
    "users": '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 19.5c.6-3.6 3-5.3 6.5-5.3s5.9 1.7 6.5 5.3M15 4.8a3.5 3.5 0 0 1 0 6.4M17.5 14.6c2.2.6 3.5 2.2 4 4.9"/>',
}

# Families are told apart by hue and by shape; the shapes are drawn on 16 × 16.
FAMILY_MARKS: dict[str, str] = {
    "association": '<circle cx="8" cy="8" r="7"/>',
    "cooperative": '<path d="m8 .4 6.7 3.8v7.6L8 15.6l-6.7-3.8V4.2z"/>',
    "mutual": '<rect x="1.4" y="1.4" width="13.2" height="13.2" rx="1.6"/>',
    "foundation": '<path d="M8 1 15.8 15H.2z"/>',
    "company": '<path d="M8 0c1.2 4.6 3.4 6.8 8 8-4.6 1.2-6.8 3.4-8 8-1.2-4.6-3.4-6.8-8-8 4.6-1.2 6.8-3.4 8-8z"/>',
}

FAMILY_LABELS: dict[str, str] = {
    "association": "association",
    "cooperative": "coopérative",
    "mutual": "mutuelle",
    "foundation": "fondation",
    "company": "société commerciale de l’ESS",
}
