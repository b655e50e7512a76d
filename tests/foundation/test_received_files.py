"""What is sent to us: any file is either read or refused in plain words; an honest scan passes."""

from __future__ import annotations

import io
import struct

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from essaim.foundation.documents import clean_proof
from essaim.foundation.images import clean_image


def drawn(kind: str, size: tuple[int, int] = (24, 12), orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x8825] = {1: "N", 2: (46.0, 34.0, 48.0)}
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind, exif=exif)
    return out.getvalue()


SAMPLES = [drawn("JPEG"), drawn("WEBP"), drawn("PNG")]


def cleaned(raw: bytes) -> Image.Image:
    return Image.open(clean_image(io.BytesIO(raw), max_width=20, max_height=20))


@settings(max_examples=150, deadline=None)
@given(
    sample=st.sampled_from(SAMPLES),
    changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(0, 2000),
)
def test_a_damaged_picture_is_read_or_refused(sample, changes, cut):
    raw = bytearray(sample)
    for place, value in changes:
        raw[place % len(raw)] = value
    try:
        cleaned(bytes(raw[: len(raw) - cut % 40]))
    except ValidationError:
        return


def test_damaged_notes_leave_the_picture(monkeypatch):
    def broken(_self):
        raise struct.error("unpack requires a buffer of 12 bytes")

    monkeypatch.setattr(Image.Image, "getexif", broken)
    assert cleaned(drawn("JPEG")).size == (20, 10)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_set_upright_and_fits(kind, orientation):
    made = cleaned(drawn(kind, orientation=orientation))
    assert made.size == ((20, 10) if orientation < 5 else (10, 20))
    assert not made.getexif()
    # The gradient is dark at the top: where that edge goes tells which way it was turned.
    middle = made.convert("L")
    ends = {
        "top": middle.getpixel((made.width // 2, 0)),
        "bottom": middle.getpixel((made.width // 2, made.height - 1)),
        "left": middle.getpixel((0, made.height // 2)),
        "right": middle.getpixel((made.width - 1, made.height // 2)),
    }
    top = {1: "top", 2: "top", 3: "bottom", 4: "bottom", 5: "left", 6: "right", 7: "right", 8: "left"}
    assert min(ends, key=ends.__getitem__) == top[orientation]


@pytest.mark.parametrize(
    ("mode", "wanted"), [("P", "RGB"), ("L", "RGB"), ("LA", "RGBA"), ("RGBA", "RGBA"), ("1", "RGB")]
)
def test_every_kind_of_pixels_is_read(mode, wanted):
    out = io.BytesIO()
    Image.new(mode, (40, 40)).save(out, "PNG")
    assert cleaned(out.getvalue()).mode == wanted


def pdf(inside: bytes = b"", packed: bytes = b"") -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog "
        + inside
        + b">>\nendobj\n2 0 obj\n<< /Length 9 >>\nstream\r\n"
        + packed
        + b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    )


def proof(raw: bytes) -> bytes:
    return clean_proof(io.BytesIO(raw), "récépissé.pdf", len(raw))[0].read()


@pytest.mark.parametrize("packed", [b"\x80/JS \x00", b"/XFA(", b"stream\n/JavaScript "])
def test_letters_met_by_chance_in_a_scan_mean_nothing(packed):
    raw = pdf(packed=packed)
    assert proof(raw) == raw


@pytest.mark.parametrize(
    "inside",
    [
        b"/OpenAction << /S /JavaScript /JS (app.alert) >> ",
        b"/OpenAction << /S /J#61vaScript >> ",
        b"/AA << /S /#4a#53 >> ",
        b"/Names << /EmbeddedFiles 3 0 R >> ",
        b"/S/Launch/F(x)",
    ],
)
def test_a_pdf_that_says_it_runs_something_is_refused(inside):
    with pytest.raises(ValidationError, match="programme"):
        proof(pdf(inside))
    with pytest.raises(ValidationError, match="programme"):
        proof(pdf(packed=b"\x00") + pdf(inside))


def test_many_openings_without_an_end_cost_one_reading():
    with pytest.raises(ValidationError, match="programme"):
        proof(pdf().replace(b"endstream", b"stream\n" * 300_000 + b"/JS "))
