"""What municipalities run: applications by kind, with who answers for them and how much depends on them."""

from typing import Literal, NamedTuple

from inventory.models import Criticality

Place = Literal["servers", "care", "dmz"]


class CatalogueEntry(NamedTuple):
    """A kind of application."""

    name: str
    title: str
    owner: str
    criticality: Criticality
    place: Place = "servers"


_IT = "IT og Digitalisering"
_CARE = "Sundhed og Omsorg"
_SCHOOLS = "Børn og Skole"
_TECHNICAL = "Teknik og Miljø"
_JOB = "Beskæftigelse og Social"
_STAFF = "Økonomi og Personale"
_MAYOR = "Borgmesterkontoret"

FOUNDATION: tuple[tuple[CatalogueEntry, tuple[str, ...]], ...] = (
    (CatalogueEntry("ad", "Domænecontrollere", _IT, "vital"), ("ad1", "ad2")),
    (CatalogueEntry("sql", "Databaser", _IT, "vital"), ("sql1",)),
    (CatalogueEntry("radius", "Login til netværk", _IT, "high"), ("radius1",)),
    (CatalogueEntry("log", "Central log", _IT, "high"), ("log1",)),
    (CatalogueEntry("backup", "Sikkerhedskopi", _IT, "vital"), ("backup1",)),
    (CatalogueEntry("filer", "Fællesdrev", _IT, "medium"), ("file1",)),
    (CatalogueEntry("print", "Udskrivning", _IT, "low"), ("print1",)),
    (CatalogueEntry("beredskab", "Beredskabsplan og alarmering", "Beredskab", "vital"), ("beredskab1",)),
)
"""What every municipality has and everything else needs, with the names of its servers."""

APPLICATIONS: tuple[CatalogueEntry, ...] = (
    CatalogueEntry("omsorg", "Omsorgsjournal", _CARE, "vital", "care"),
    CatalogueEntry("esdh", "Sags- og dokumenthåndtering", _MAYOR, "high"),
    CatalogueEntry("hjemmeside", "Kommunens hjemmeside", "Kommunikation", "medium", "dmz"),
    CatalogueEntry("selvbetjening", "Selvbetjening for borgere", "Borgerservice", "high", "dmz"),
    CatalogueEntry("intranet", "Intranet", "Kommunikation", "low"),
    CatalogueEntry("loen", "Løn og vagtplan", _STAFF, "high"),
    CatalogueEntry("oekonomi", "Økonomistyring", _STAFF, "high"),
    CatalogueEntry("medicin", "Medicinskabe", _CARE, "vital", "care"),
    CatalogueEntry("kald", "Kaldeanlæg på plejecentre", _CARE, "vital", "care"),
    CatalogueEntry("tandpleje", "Tandplejejournal", _CARE, "high", "care"),
    CatalogueEntry("sundhedspleje", "Sundhedsplejens journal", _CARE, "high", "care"),
    CatalogueEntry("genoptraening", "Genoptræning", _CARE, "medium", "care"),
    CatalogueEntry("skoleadministration", "Elevadministration", _SCHOOLS, "medium"),
    CatalogueEntry("pladsanvisning", "Pladsanvisning", _SCHOOLS, "medium"),
    CatalogueEntry("laering", "Læringsmidler", _SCHOOLS, "low"),
    CatalogueEntry("jobcenter", "Jobcentrets sagsstyring", _JOB, "high"),
    CatalogueEntry("social", "Sociale sager", _JOB, "high"),
    CatalogueEntry("gis", "Kort og geodata", _TECHNICAL, "medium"),
    CatalogueEntry("byggesag", "Byggesager", _TECHNICAL, "medium"),
    CatalogueEntry("vej", "Vejdrift og gadelys", _TECHNICAL, "medium"),
    CatalogueEntry("varme", "Styring af varme og ventilation", _TECHNICAL, "medium"),
    CatalogueEntry("adgang", "Adgangskontrol", _TECHNICAL, "high"),
    CatalogueEntry("video", "Videoovervågning", _TECHNICAL, "low"),
    CatalogueEntry("bibliotek", "Bibliotekernes system", "Kultur og Fritid", "low"),
    CatalogueEntry("booking", "Booking af lokaler", "Kultur og Fritid", "low", "dmz"),
    CatalogueEntry("telefoni", "Telefoni og omstilling", _IT, "high"),
    CatalogueEntry("udrulning", "Udrulning af programmer", _IT, "medium"),
    CatalogueEntry("fjernadgang", "Fjernadgang", _IT, "high", "dmz"),
    CatalogueEntry("arkiv", "Historiske data", _MAYOR, "low"),
    CatalogueEntry("valg", "Valg og folkeafstemninger", _MAYOR, "medium"),
)
"""Applications in the order in which municipalities get them; larger ones go on with special ones."""

SPECIAL_OWNERS = (_CARE, _SCHOOLS, _TECHNICAL, _JOB, _STAFF, _MAYOR, _IT)
