"""What besides verdicts is evidence for an item of NIS2 Article 21(2)."""

from collections.abc import Callable, Mapping
from typing import Final

from compliance.evidence.models import EvidenceDevice, EvidencePack
from compliance.evidence.words import VERDICT_WORDS, render_day, render_moment, render_span
from compliance.history import median_seconds
from compliance.models import Model, Verdict


class Extra(Model):
    """A section below the controls of an item: a sentence, a table, or both."""

    title: str
    text: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def extras_of_item(item: str, pack: EvidencePack) -> tuple[Extra, ...]:
    """Return the further sections of an item's page."""
    return tuple(build(pack) for build in _BUILDERS.get(item, ()))


def _baseline(pack: EvidencePack) -> Extra:
    text = (
        f"Den sikre opsætning er {len(pack.controls)} kontroller som kode i samdrift {pack.version}; det, "
        f"den holdes op imod, er inventaret med kontrolsummen {pack.snapshot}."
    )
    return Extra(title="Den sikre opsætning", text=text)


def _exceptions(pack: EvidencePack) -> Extra:
    rows = tuple(
        (one.exception.name, one.exception.control, one.exception.owner, render_day(one.ends_on))
        for one in pack.review.listed
        if one.state == "in force"
    )
    text = "" if rows else "Ingen undtagelse gælder på dagen."
    return Extra(
        title="Undtagelser, der gælder", text=text, columns=("Navn", "Kontrol", "Ejer", "Udløber"), rows=rows
    )


def _backups(pack: EvidencePack) -> Extra:
    rows = tuple((one.name, str(one.backups), render_moment(one.newest_backup_at)) for one in pack.devices)
    return Extra(
        title="Sikkerhedskopier af opsætninger",
        columns=("Enhed", "Kopier", "Den nyeste"),
        rows=rows,
    )


def _support(pack: EvidencePack) -> Extra:
    def row(one: EvidenceDevice) -> tuple[str, ...]:
        state = "ukendt"
        if one.end_of_support is not None:
            state = "ophørt" if one.end_of_support < pack.day else "støttes"
        version = one.software_version or "ukendt"
        return one.name, one.platform, one.model, version, render_day(one.end_of_support), state

    return Extra(
        title="Leverandørernes støtte",
        columns=("Enhed", "Platform", "Model", "Version", "Støtte ophører", "På dagen"),
        rows=tuple(row(one) for one in pack.devices),
    )


def _open_failures(pack: EvidencePack) -> Extra:
    rows = tuple(
        (one.device, one.control, VERDICT_WORDS[one.verdict.value], render_moment(one.since))
        for one in sorted(pack.verdicts, key=lambda one: (str(one.since), one.device, one.control))
        if one.verdict is Verdict.FAIL
    )
    text = "" if rows else "Intet er åbent."
    return Extra(
        title="Åbne fejl, de ældste først",
        text=text,
        columns=("Enhed", "Kontrol", "Dom", "Siden"),
        rows=rows,
    )


def _time_to_fix(pack: EvidencePack) -> Extra:
    middle = median_seconds(pack.mended)
    text = "Ingen fejl er rettet endnu."
    if middle is not None:
        text = f"{len(pack.mended)} fejl er rettet; den midterste tog {render_span(middle)}."
    return Extra(
        title="Tid til rettelse",
        text=text,
        columns=("Enhed", "Kontrol", "Fejlede", "Rettet", "Tid"),
        rows=tuple(
            (
                one.device,
                one.control,
                render_moment(one.failed_at),
                render_moment(one.mended_at),
                render_span(one.seconds),
            )
            for one in pack.mended
        ),
    )


def _assets(pack: EvidencePack) -> Extra:
    return Extra(
        title="Enheder i inventaret",
        columns=("Enhed", "Rolle", "Platform", "Model", "Sted"),
        rows=tuple((one.name, one.role, one.platform, one.model, one.site) for one in pack.devices),
    )


_BUILDERS: Final[Mapping[str, tuple[Callable[[EvidencePack], Extra], ...]]] = {
    "a": (_baseline, _exceptions),
    "c": (_backups,),
    "d": (_support,),
    "e": (_support,),
    "f": (_time_to_fix, _open_failures),
    "i": (_assets,),
}
