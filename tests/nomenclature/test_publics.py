from hypothesis import given
from hypothesis import strategies as st

from essaim.nomenclature.naf import all_naf
from essaim.nomenclature.publics import all_publics, publics_of
from essaim.nomenclature.siae import all_siae_kinds


def test_every_activity_and_label_of_the_list_exists():
    naf = {item.code for item in all_naf()}
    kinds = {item.code for item in all_siae_kinds()}
    for public in all_publics():
        assert public.naf <= naf, public.naf - naf
        assert public.label_kinds <= kinds


def test_a_nursery_is_for_the_very_young_and_an_insertion_site_for_job_seekers():
    assert [p.key for p in publics_of("88.91A")] == ["young-children"]
    assert [p.key for p in publics_of("38.31Z", {"ACI"})] == ["job-seekers"]
    assert publics_of("94.99Z") == ()


@given(st.text(), st.sets(st.text(max_size=4)))
def test_odd_codes_have_no_public(naf, kinds):
    assert all(isinstance(p.label, str) for p in publics_of(naf, kinds))
