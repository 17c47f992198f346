"""The table of the municipalities is whole, and its names can be used in an inventory."""

from collections import Counter

from inventory.national import NationalMunicipality, municipalities


def test_the_table_has_98_municipalities_with_unique_codes_slugs_and_abbreviations() -> None:
    rows = municipalities()
    assert len(rows) == 98
    for field in ("code", "slug", "name", "abbreviation"):
        assert len({getattr(row, field) for row in rows}) == 98, field


def test_the_regions_have_29_17_22_19_and_11_municipalities_and_46_of_them_become_oestdanmark() -> None:
    assert Counter(row.region for row in municipalities()) == {
        "Hovedstaden": 29,
        "Sjælland": 17,
        "Syddanmark": 22,
        "Midtjylland": 19,
        "Nordjylland": 11,
    }
    assert Counter(row.region_from_2027 for row in municipalities())["Østdanmark"] == 46


def test_slugs_are_written_without_danish_letters() -> None:
    slugs = {row.name: row.slug for row in municipalities()}
    assert slugs["København"] == "koebenhavn"
    assert slugs["Aarhus"] == "aarhus"
    assert slugs["Ringkøbing-Skjern"] == "ringkoebing-skjern"
    assert slugs["Læsø"] == "laesoe"


def test_a_row_is_typed() -> None:
    assert next(row for row in municipalities() if row.slug == "norddjurs") == NationalMunicipality(
        code=707,
        slug="norddjurs",
        name="Norddjurs",
        abbreviation="ndj",
        region="Midtjylland",
        region_from_2027="Midtjylland",
        population=37089,
        population_year=2020,
    )
