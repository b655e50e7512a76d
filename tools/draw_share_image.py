"""Draw essaim/ui/static/ui/partage.png (1200 × 630), the picture that a shared link shows: the swarm on warm paper."""

import math
from pathlib import Path

from PIL import Image, ImageDraw

PAPER, HONEY, AMBER, LEAF, INK = "#fbf8f1", "#f4b41a", "#f7cf83", "#3d8a70", "#17332c"
RADIUS, SCALE = 92, 2
CELLS = {
    (0, 1): AMBER,
    (1, 0): HONEY,
    (1, 1): INK,
    (2, 0): AMBER,
    (2, 1): HONEY,
    (2, 2): LEAF,
    (3, 1): AMBER,
    (3, 0): HONEY,
}


def main() -> None:
    """Draw twice as large, then reduce: soft edges without another library."""
    image = Image.new("RGB", (1200 * SCALE, 630 * SCALE), PAPER)
    draw = ImageDraw.Draw(image)
    for (column, row), colour in CELLS.items():
        x = 280 + column * RADIUS * math.sqrt(3) + (row % 2) * RADIUS * math.sqrt(3) / 2
        y = 180 + row * RADIUS * 1.5
        corners = [
            (SCALE * (x + 0.94 * RADIUS * math.sin(turn)), SCALE * (y + 0.94 * RADIUS * math.cos(turn)))
            for turn in (math.radians(60 * step) for step in range(6))
        ]
        draw.polygon(corners, fill=colour)
    reduced = image.resize((1200, 630), Image.Resampling.LANCZOS).quantize(64)
    reduced.save(Path(__file__).resolve().parents[1] / "essaim/ui/static/ui/partage.png", optimize=True)


if __name__ == "__main__":
    main()
