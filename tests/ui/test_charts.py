"""Charts: what they refuse to show, and that what they draw is well formed, inside its frame and true."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from essaim.ui.charts.bars import words_of
from essaim.ui.charts.drawing import INVENTED, SAID, description, draw, standalone, svg
from essaim.ui.charts.layout import FILE, NARROW, WIDE
from essaim.ui.charts.line import BREAK
from essaim.ui.charts.pen import FILE_LOOKS, FILE_ONLY, PREFIX, Pen, short
from essaim.ui.charts.samples import sample_charts
from essaim.ui.charts.spec import (
    Bar,
    Bars,
    Cell,
    Chart,
    Column,
    Link,
    Moment,
    Point,
    Segment,
    Shares,
    State,
    TimeLine,
)
from essaim.ui.charts.table import table
from essaim.ui.charts.text import balanced, width, wrap

SECRET = Point("secret statistique", state=State.UNKNOWN)
LAYOUTS = (NARROW, WIDE, FILE)


def drawn(drawing, layout=WIDE):
    pen = Pen(False, "s")
    height = draw(pen, drawing, layout, 2)
    root = ElementTree.fromstring(f"<svg>{pen.definitions()}{''.join(pen.parts)}</svg>")
    return root, height


def words(root):
    return ["".join(node.itertext()) for node in root.iter("text")]


def of_class(root, name):
    return [node for node in root.iter() if f"{PREFIX}{name}" in node.get("class", "").split()]


def chart(drawing, **more):
    return Chart("essai", "Un titre", "Ce qui est montré", drawing, "Insee, 2018", **more)


# --- what a spec refuses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "1", "value": -1},
        {"text": "1", "value": float("nan")},
        {"text": "1", "value": float("inf")},
        {"text": "", "value": 1},
        {"text": "1"},
        {"text": "secret", "value": 0, "state": State.UNKNOWN},
        {"text": "1", "low": 3, "high": 2},
        {"text": "1", "high": 2},
    ],
    ids=str,
)
def test_a_number_that_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\w"):
        Point(**wrong)


def test_a_chart_never_goes_without_title_nor_source():
    bars = Bars((Bar("a", (Point("1", 1),)),))
    with pytest.raises(ValueError, match="source"):
        Chart("k", "Un titre", "", bars)
    with pytest.raises(ValueError, match="titre"):
        Chart("k", "", "", bars, "Insee, 2018")
    with pytest.raises(ValueError, match="une cellule par colonne"):
        chart(bars, columns=(Column("a"),), rows=((Cell("1"), Cell("2")),))


def test_one_number_a_series_and_two_series_at_most():
    with pytest.raises(ValueError, match="série"):
        Bars((Bar("a", (Point("1", 1),)),), ("x", "y"))
    with pytest.raises(ValueError, match="série"):
        Bars((Bar("a", (Point("1", 1),) * 3),), ("x", "y", "z"))


def test_parts_that_do_not_make_the_whole_are_refused():
    with pytest.raises(ValueError, match="100"):
        Shares((Bar("a", (Point("60 %", 60),)), Bar("b", (Point("30 %", 30),))))
    with pytest.raises(ValueError, match="100"):
        Shares((Bar("a", (Point("100 %", 100),)), Bar("b", (SECRET,))))


# --- words ----------------------------------------------------------------------------------------------------------


@given(st.text(alphabet="abé Mi-’\u00a0W", max_size=120), st.floats(40, 400), st.sampled_from([14, 16, 25]))
def test_lines_never_pass_the_room_and_lose_nothing(text, room, size):
    lines = wrap(text, room, size)
    assert lines
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line, size) <= room for line in lines)


def test_coordinates_are_short():
    assert [short(number) for number in (1.04, 2.0, -0.01, 10.25)] == ["1", "2", "0", "10.2"]


# --- marks ----------------------------------------------------------------------------------------------------------


def test_secret_and_missing_are_words_and_an_empty_mark_never_a_bar():
    for text in ("secret statistique", "manquant"):
        root, _ = drawn(Bars((Bar("Sport", (Point(text, state=State.UNKNOWN),)),)))
        assert text in words(root)
        assert len(of_class(root, "unknown")) == 1
        assert not of_class(root, "bar")


def test_a_zero_that_was_observed_is_a_number_without_a_bar():
    root, _ = drawn(Bars((Bar("Sport", (Point("0", 0),)), Bar("Arts", (Point("4", 4),)))))
    assert "0" in words(root)
    assert len(of_class(root, "bar")) == 1
    assert not of_class(root, "unknown")


def test_an_estimate_is_hatched_and_says_so_and_a_count_is_not():
    exact, _ = drawn(Bars((Bar("a", (Point("4", 4),)),)))
    assert exact.find("defs") is None
    for point in (
        Point("4", 4, state=State.ESTIMATED, detail="(estimation)"),
        Point("entre 2 et 6", 4, 2, 6, State.ESTIMATED, "(estimation)"),
        Point("au moins 2", None, 2, None, State.ESTIMATED, "(estimation)"),
    ):
        root, _ = drawn(Bars((Bar("a", (point,)),)))
        assert root.find("defs/pattern") is not None
        assert f"{point.text} (estimation)" in words(root)


def test_the_centre_of_an_interval_is_marked_only_when_it_is_known():
    known, _ = drawn(Bars((Bar("a", (Point("entre 2 et 6", 4, 2, 6, State.ESTIMATED),)),)))
    unknown, _ = drawn(Bars((Bar("a", (Point("entre 2 et 6", None, 2, 6, State.ESTIMATED),)),)))
    assert (len(of_class(known, "centre")), len(of_class(unknown, "centre"))) == (1, 0)


def test_two_series_are_full_and_hollow_and_each_number_says_which_it_is():
    bars = Bars((Bar("Mutuelles", (Point("5 %", 5), SECRET), "mutual"),), ("des établissements", "des emplois"))
    root, _ = drawn(bars)
    assert words(root) == ["Mutuelles", "5 % des établissements", "des emplois\u00a0: secret statistique"]
    both = Bars((Bar("a", (Point("5 %", 5), Point("7 %", 7))),), ("x", "y"))
    assert len(of_class(drawn(both)[0], "hollow")) == 1


def test_a_family_has_its_shape_beside_its_hue():
    root, _ = drawn(Bars((Bar("Mutuelles", (Point("5", 5),), "mutual"),)))
    assert root.find("g/rect") is not None


def test_bars_are_as_long_as_their_numbers():
    root, _ = drawn(Bars((Bar("a", (Point("50", 50),)), Bar("b", (Point("100", 100),)))))
    lengths = [path_width(node.get("d")) for node in of_class(root, "bar")]
    assert lengths[1] == pytest.approx(2 * lengths[0], abs=0.3)


def path_width(d):
    first = float(re.match(r"M[\d.]+ [\d.]+h(-?[\d.]+)", d)[1])
    return first + float(re.search(r"q(-?[\d.]+) 0", d)[1])


# --- years ----------------------------------------------------------------------------------------------------------


def moment(year, value):
    return Moment(year, str(year), Point(str(value), value))


def test_a_line_never_joins_two_segments_and_the_break_is_named():
    spec = TimeLine((Segment((moment(2017, 991), moment(2018, 1000))), Segment((moment(2019, 773),))))
    root, _ = drawn(spec)
    assert len(of_class(root, "path")) == 1
    assert of_class(root, "path")[0].get("d").count("L") == 1
    assert BREAK in words(root)
    assert len(of_class(root, "break")) == 1
    assert len(of_class(root, "other")) == 1  # what counts something else has another shape
    assert BREAK in description(chart(spec))


def test_an_unknown_year_opens_the_line():
    hole = Moment(2018, "2018", Point("secret", state=State.UNKNOWN))
    spec = TimeLine((Segment((moment(2016, 8), moment(2017, 9), hole, moment(2019, 10), moment(2020, 12))),))
    root, _ = drawn(spec)
    assert [node.get("d").count("L") for node in of_class(root, "path")] == [1, 1]
    assert BREAK not in words(root)
    assert "secret" in words(root)


def test_two_equal_moments_and_a_single_one_are_drawn():
    same = moment(2018, 5)
    assert words(drawn(TimeLine((Segment((same, same)),)))[0]).count("5") == 2
    assert words(drawn(TimeLine((Segment((same,)),)))[0]) == ["5", "2018"]


# --- anything at all ------------------------------------------------------------------------------------------------

LABELS = st.text(alphabet="abcdé’WMil- ", min_size=1, max_size=70)
NUMBERS = st.integers(0, 3_000_000)


@st.composite
def points(draw):
    kind = draw(st.sampled_from(["exact", "range", "endless", "unknown"]))
    low = draw(NUMBERS)
    if kind == "unknown":
        return SECRET
    if kind == "exact":
        return Point(f"{low:,}", low, detail=draw(st.sampled_from(["", "(36,2\u202f%)"])))
    if kind == "endless":
        return Point(f"au moins {low:,}", None, low, None, State.ESTIMATED, "(estimation)")
    high = low + draw(NUMBERS)
    return Point(f"entre {low:,} et {high:,}", (low + high) // 2, low, high, State.ESTIMATED, "(estimation)")


@st.composite
def bar_charts(draw):
    series = draw(st.sampled_from([(), ("des établissements", "des emplois")]))
    size = max(len(series), 1)
    hues = st.sampled_from(["", "honey", "association", "company"])
    bars = draw(st.lists(st.tuples(LABELS, st.lists(points(), min_size=size, max_size=size), hues), max_size=15))
    return Bars(tuple(Bar(label, tuple(some), hue) for label, some, hue in bars), series)


@st.composite
def time_lines(draw):
    years = draw(st.lists(st.integers(2000, 2030), min_size=1, max_size=25))
    values = [draw(st.one_of(NUMBERS, st.none())) for _ in years]
    moments = [
        Moment(y, str(y), Point("secret", state=State.UNKNOWN) if v is None else Point(str(v), v))
        for y, v in zip(sorted(years), values, strict=True)
    ]
    cut = draw(st.integers(0, len(moments)))
    return TimeLine((Segment(tuple(moments[:cut])), Segment(tuple(moments[cut:]))))


def outside(root, layout, height):
    """The texts that pass the frame."""
    found = []
    for node in root.iter("text"):
        long = width("".join(node.itertext()), float(node.get("font-size")))
        x = float(node.get("x")) - (long / 2 if node.get("text-anchor") == "middle" else 0)
        if x < -0.5 or x + long > layout.width + 0.5 or not 0 < float(node.get("y")) < height + 1:
            found.append("".join(node.itertext()))
    return found


@given(st.one_of(bar_charts(), time_lines()))
def test_whatever_is_drawn_is_well_formed_inside_its_frame_and_says_every_bar(spec):
    for layout in LAYOUTS:
        root, height = drawn(spec, layout)
        assert outside(root, layout, height) == []
        written = ElementTree.tostring(root, encoding="unicode")
        assert "nan" not in written
        assert "inf" not in re.sub(r">[^<]*<", "><", written)
        said = "".join("".join(words(root)).split())
        if isinstance(spec, Bars):
            for bar in spec.bars:
                for point in bar.points:
                    assert "".join(words_of(point)[0][0].split()) in said


@given(st.one_of(bar_charts(), time_lines()))
def test_no_mark_goes_past_the_frame_in_width(spec):
    for layout in LAYOUTS:
        root, _ = drawn(spec, layout)
        for node in (*of_class(root, "bar"), *of_class(root, "path"), *of_class(root, "under")):
            d = node.get("d") or ""
            absolute = [float(x) for x in re.findall(r"[MLH]([\d.-]+)", d)]
            assert all(-0.5 <= x <= layout.width + 0.5 for x in absolute)
            if "h" in d and d.startswith("M") and "q" in d:
                assert float(d[1:].split(" ")[0]) + path_width(d) <= layout.width + 0.5


# --- a page and a file ----------------------------------------------------------------------------------------------


def test_both_layouts_have_a_name_and_a_description_and_their_ids_are_apart():
    one = sample_charts()[0]
    html = svg(one)
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert html.count('role="img"') == html.count("<title") == html.count("<desc") == 2
    for name, wanted in re.findall(r'(aria-labelledby|aria-describedby)="([^"]+)"', html):
        assert wanted in ids, name


def test_every_look_has_its_class_in_the_style_sheet():
    from django.conf import settings

    css = (settings.BASE_DIR / "frontend/css/charts.css").read_text()
    for look in set(FILE_LOOKS) - FILE_ONLY - {"headline"}:
        assert f".{PREFIX}{look} " in css, look


def test_a_page_has_no_colour_of_its_own_and_a_file_has_no_class():
    for one in sample_charts():
        assert "#" not in re.sub(r"url\(#[^)]+\)", "", svg(one))
        if one.drawing is not None:
            assert "class=" not in standalone(one)


def test_a_file_says_title_unit_source_note_and_what_is_invented():
    bars = Bars((Bar("a", (Point("1", 1),)),))
    text = " ".join(ElementTree.fromstring(standalone(chart(bars, note="Une note.", invented=True))).itertext())
    for said in ("Un titre", "Ce qui est montré", "Source\u00a0: Insee, 2018", "Une note."):
        assert said in text
    assert "inventées" in text
    plain = " ".join(ElementTree.fromstring(standalone(chart(bars))).itertext())
    assert "inventées" not in plain


def test_hostile_words_stay_words():
    wrong = '<script>"&'
    one = Chart(
        "k", wrong, wrong, Bars((Bar(wrong, (Point(wrong, 1),)),)), wrong, wrong,
        (Column(wrong),), ((Cell(wrong, None, '/?a="b"'),),), (Link(wrong, "/?a=1"),), "/?x",
    )  # fmt: skip
    for written in (svg(one), table(one), Template("{% chart one %}").render(Context({"one": one}))):
        assert "<script>" not in written
    assert 'href="/?a=&quot;b&quot;"' in table(one)
    assert ElementTree.fromstring(standalone(one)) is not None


def test_nothing_to_draw_is_a_sentence_without_frame_table_nor_source():
    one = Chart("k", "Rien n’est connu", "", None)
    assert svg(one) == ""
    html = Template("{% chart one level=2 %}").render(Context({"one": one}))
    assert "<svg" not in html
    assert "<table" not in html
    assert "Source" not in html
    assert '<h2 class="chart__title" id="graphique-k-titre">Rien n’est connu</h2>' in html


def test_the_component_has_everything_a_chart_is_never_shown_without():
    one = chart(
        Bars((Bar("a", (Point("1", 1),)),)),
        columns=(Column("Quoi"), Column("Valeur", numeric=True), Column("Année", shown=False)),
        rows=((Cell("a"), Cell("1", 1), Cell("2018")),),
        downloads=(Link("SVG", "/x.svg"), Link("CSV", "/x.csv")),
        explanation="/comment/",
        invented=True,
    )
    html = Template("{% chart one %}").render(Context({"one": one}))
    assert '<h3 class="chart__title"' in html
    assert "Source : Insee, 2018." in html
    assert INVENTED in html
    assert '<th scope="row">a</th><td class="num">1</td>' in html
    assert '<th scope="col">Quoi</th><th scope="col" class="num">Valeur</th>' in html
    assert "2018</td>" not in html  # years of the rows are for the files
    assert '<a href="/x.svg" download>' in html
    assert 'href="/comment/"' in html
    assert f'aria-labelledby="{re.search(r"chart__title. id=.([^ >]+).>", html)[1]}">' in html
    # Read without what stands around, each link says of which chart.
    links = re.findall(r"<(?:a|summary)\b[^>]*>(.*?)</(?:a|summary)>", html, re.DOTALL)
    assert len(links) == 4
    assert all(f'<span class="sr-only"> : {one.title}</span>' in link for link in links)
    assert "style=" not in html
    assert "<script" not in html


def test_a_long_chart_reads_the_first_numbers_and_says_how_many_are_left():
    spec = Bars(tuple(Bar(f"c{n}", (Point(str(n), n),)) for n in range(SAID + 5)))
    said = description(chart(spec))
    assert "et 5 autres, dans le tableau" in said
    assert f"c{SAID - 1}" in said
    assert f"c{SAID}\u00a0" not in said


@given(st.text(alphabet="abé M", max_size=120), st.floats(80, 600))
def test_balanced_lines_are_as_many_and_as_wide(text, room):
    even, plain = balanced(text, room, 25), wrap(text, room, 25)
    assert len(even) == len(plain)
    assert all(width(line, 25) <= room for line in even)
    assert balanced("une fin seule à 100", width("une fin seule à", 25) + 1, 25)[-1] != "100"
