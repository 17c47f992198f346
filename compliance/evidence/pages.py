"""From a pack to its pages: one per item, requirement, device and control; computed apart from templates."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from compliance.controls.registry import Control, all_controls
from compliance.evidence.extras import extras_of_item
from compliance.evidence.models import EvidencePack, EvidenceVerdict
from compliance.evidence.references import (
    controls_for_item,
    controls_for_requirement,
    items_of,
    minimum_requirements,
    nis2_items,
    requirements_of,
)
from compliance.evidence.words import (
    EVIDENCE_WORDS,
    FINDING_WORDS,
    FUNCTION_WORDS,
    SEVERITY_WORDS,
    STATE_WORDS,
    VERDICT_WORDS,
    render_day,
    render_moment,
)
from compliance.models import Model, Verdict

_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("compliance.evidence"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
Counts = Mapping[str, int]


class ControlTally(Model):
    """How a control came out over the devices of the pack; one that this release cannot judge says so."""

    control: Control
    note: str
    judged: bool
    counts: Counts


def render_pages(pack: EvidencePack) -> dict[str, str]:
    """Return the text of every page by its path in the pack."""
    pages = _Pages(pack)
    return {
        "index.html": pages.index(),
        "undtagelser.html": pages.render("exceptions.html", "", states=STATE_WORDS, findings=FINDING_WORDS),
        "godkendelser.html": pages.render("approvals.html", ""),
        **pages.items(),
        **pages.requirements(),
        **pages.devices(),
        **pages.controls(),
    }


class _Pages:
    """The pages of one pack, with what they share looked up once."""

    def __init__(self, pack: EvidencePack) -> None:
        self._pack = pack
        self._by_control: dict[str, list[EvidenceVerdict]] = {name: [] for name in pack.controls}
        self._by_device: dict[str, list[EvidenceVerdict]] = {one.name: [] for one in pack.devices}
        for row in pack.verdicts:
            self._by_control[row.control].append(row)
            self._by_device[row.device].append(row)
        self._table = {control.id: control for control in all_controls()}

    def render(self, template: str, root: str, **values: Any) -> str:
        """Return a page; ``root`` leads from its place to the top of the pack."""
        return _ENVIRONMENT.get_template(template).render(
            pack=self._pack,
            root=root,
            words=VERDICT_WORDS,
            day=render_day,
            moment=render_moment,
            **values,
        )

    def index(self) -> str:
        return self.render(
            "index.html",
            "",
            totals=_count(self._pack.verdicts),
            shown=EVIDENCE_WORDS,
            items=[
                {"item": item, **self._sum(tallies)}
                for item in nis2_items()
                for tallies in [self._item_tallies(item.item)]
            ],
            requirements=[
                {"requirement": one, **self._sum(tallies)}
                for one in minimum_requirements()
                for tallies in [self._requirement_tallies(one.nr)]
            ],
            devices=[
                {"device": device, "counts": _count(self._by_device[device.name])}
                for device in self._pack.devices
            ],
            controls=[self._tally(control, "") for control in self._table.values()],
        )

    def items(self) -> dict[str, str]:
        pages = {}
        for one in nis2_items():
            tallies = self._item_tallies(one.item)
            pages[f"nis2/{one.item}.html"] = self.render(
                "group.html",
                "../",
                heading=f"NIS2, artikel 21, stk. 2, litra {one.item}: {one.title_da}",
                advice="",
                lead=one.evidence_da,
                rows=tallies,
                extras=extras_of_item(one.item, self._pack),
                verdicts=self._verdicts_of(tallies),
            )
        return pages

    def requirements(self) -> dict[str, str]:
        pages = {}
        for one in minimum_requirements():
            tallies = self._requirement_tallies(one.nr)
            pages[f"krav/{one.nr:02d}.html"] = self.render(
                "group.html",
                "../",
                heading=f"Minimumskrav {one.nr} (anbefaling): {one.title_da}",
                advice=EVIDENCE_WORDS[one.product_can_evidence],
                lead=f"{one.area}. Kilde til bevis: {one.how}.",
                rows=tallies,
                extras=(),
                verdicts=self._verdicts_of(tallies),
            )
        return pages

    def devices(self) -> dict[str, str]:
        return {
            f"enheder/{device.name}.html": self.render(
                "device.html", "../", device=device, verdicts=self._by_device[device.name]
            )
            for device in self._pack.devices
        }

    def controls(self) -> dict[str, str]:
        return {
            f"kontroller/{name}.html": self.render(
                "control.html",
                "../",
                control=self._table[name],
                items=items_of(self._table[name]),
                served=requirements_of(self._table[name]),
                functions=FUNCTION_WORDS,
                severities=SEVERITY_WORDS,
                verdicts=rows,
            )
            for name, rows in self._by_control.items()
        }

    def _item_tallies(self, item: str) -> tuple[ControlTally, ...]:
        return tuple(self._tally(control, "") for control in controls_for_item(item))

    def _requirement_tallies(self, number: int) -> tuple[ControlTally, ...]:
        return tuple(self._tally(control, note) for control, note in controls_for_requirement(number))

    def _tally(self, control: Control, note: str) -> ControlTally:
        rows = self._by_control.get(control.id)
        return ControlTally(control=control, note=note, judged=rows is not None, counts=_count(rows or ()))

    def _verdicts_of(self, tallies: tuple[ControlTally, ...]) -> list[EvidenceVerdict]:
        return [row for one in tallies for row in self._by_control.get(one.control.id, ())]

    def _sum(self, tallies: tuple[ControlTally, ...]) -> dict[str, Any]:
        return {
            "rows": tallies,
            "judged": sum(one.judged for one in tallies),
            "counts": {word: sum(one.counts[word] for one in tallies) for word in VERDICT_WORDS},
        }


def _count(rows: Iterable[EvidenceVerdict]) -> dict[str, int]:
    counted = Counter(row.verdict for row in rows)
    return {verdict.value: counted[verdict] for verdict in Verdict}
