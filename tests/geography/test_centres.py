from essaim.geography.centres import medians

NIORT, CHAURAY, PARIS = (46.32, -0.46), (46.36, -0.38), (48.85, 2.35)


def test_a_few_absurd_points_do_not_move_the_median_of_their_commune():
    found = medians({"79191": [NIORT, (46.33, -0.46), PARIS, NIORT]}, known={})
    assert found == {"79191": (46.325, -0.46)}


def test_a_commune_of_absurd_points_alone_has_no_centre():
    points = {"79191": [NIORT], "79081": [CHAURAY], "79003": [(46.30, -0.60)], "79010": [PARIS]}
    assert set(medians(points, known={})) == {"79191", "79081", "79003"}


def test_a_wide_territory_keeps_its_far_communes():
    # Ouest guyanais: Maripasoula stands 210 km south of Saint-Laurent-du-Maroni.
    west = {
        "97311": [(5.50, -54.03)], "97306": [(5.66, -53.78)], "97361": [(5.74, -53.93)], "97360": [(5.16, -54.34)],
        "97357": [(4.25, -54.38)], "97362": [(3.81, -54.16)], "97353": [(3.64, -54.03)], "97352": [(3.62, -53.21)],
    }  # fmt: skip
    assert medians(west, known={}).keys() == west.keys()


def test_what_is_known_is_not_worked_out_but_tells_where_the_rest_may_be():
    points = {"79191": [PARIS], "79010": [PARIS], "79081": [CHAURAY]}
    known = {"79191": NIORT, "79003": (46.30, -0.60)}
    assert medians(points, known=known) == {"79081": CHAURAY}
    assert medians({"79191": []}, known={}) == {}
