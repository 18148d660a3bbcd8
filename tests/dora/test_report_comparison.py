"""The page about two periods: what was said is on it, and everybody can read it."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from event_tables import change, deployment, incident, log

from devops_workbook import dora
from devops_workbook.display import Table
from devops_workbook.dora import Comparison, Events
from devops_workbook.paths import DATA

HOSTILE = """<script>alert("1")</script>'&{{ 7 * 7 }}$\\bad{$<img src=x onerror=alert(2)>"""
TABLES = [
    ("What the pipeline did", ("Release", "Minutes"), [("1.0", 14), ("1.1", 12.5)]),
    Table("What it cost", ("Service", "Dollars"), [("pipeline", "1.00")]),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("comparisons")


@pytest.fixture(scope="module")
def shop() -> Events:
    names = ("deployments", "changes", "incidents")
    return dora.read_csv(*(DATA / "shop" / f"{name}.csv" for name in names))


@pytest.fixture(scope="module")
def halves(shop: Events) -> Comparison:
    before, after = (
        dora.measure(shop, start, end, tz="Europe/Berlin")
        for start, end in (("2025-01-01", "2025-07-01"), ("2025-07-01", "2026-01-01"))
    )
    return dora.compare(before, after, names=("first half", "second half"))


@pytest.fixture(scope="module")
def page(shop: Events, halves: Comparison, folder: Path) -> BeautifulSoup:
    path = dora.report_comparison(
        halves,
        folder / "new" / "halves.html",
        title="What half a year changed",
        text=["Nothing was done.", "So nothing changed."],
        events=shop,
        extra_tables=TABLES,
    )
    return parsed(path)


@pytest.fixture(scope="module")
def mended() -> Comparison:
    """Return a slow January with failures, and a fast one without any."""
    slow = log(
        [deployment(f"d{day:02}", f"{day:02} 20:00") for day in range(1, 29, 4)],
        [change(f"c{day}", f"d{day:02}", f"{day:02} 01:{day:02}") for day in range(1, 29, 4)],
        [incident(f"i{day}", f"d{day:02}", f"{day:02} 21:00", "30") for day in range(5, 29, 4)],
    )
    fast = log(
        [deployment(f"d{day:02}", f"{day:02} 20:00") for day in range(1, 29)],
        [change(f"c{day}", f"d{day:02}", f"{day:02} 19:{day:02}") for day in range(1, 29)],
        [],
    )
    before, after = (dora.measure(each, "2026-01-01", "2026-01-29") for each in (slow, fast))
    return dora.compare(before, after, names=("Friday nights", "with the pipeline"))


def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def section(page: BeautifulSoup, name: str) -> Tag:
    found = page.find(attrs={"aria-labelledby": name})
    assert isinstance(found, Tag)
    return found


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def rows(tag: Tag) -> dict[str, list[str]]:
    return {
        words(row.th): [words(cell) for cell in row.find_all("td")]
        for row in tag.tbody.find_all("tr")
    }


# What everybody can read, on any device.


def test_the_page_is_accessible_and_needs_nothing_but_itself(page: BeautifulSoup) -> None:
    assert page.html["lang"] == "en"
    assert page.title.string == page.h1.string == "What half a year changed"
    headings = [int(tag.name[1]) for tag in page.find_all(re.compile("^h[1-6]$"))]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(headings))
    for table in page.find_all("table"):
        assert table.caption.get_text(strip=True)
        assert {cell["scope"] for cell in table.thead.find_all("th")} == {"col"}
        assert all(row.th["scope"] == "row" for row in table.tbody.find_all("tr"))
    for image in page.find_all("img"):
        assert len(image["alt"]) > 40
        assert image["src"].startswith("data:image/png;base64,")
    for box in page.select(".scroll"):
        assert (box["tabindex"], box["role"]) == ("0", "region")
    assert not page.find_all(["script", "link", "iframe", "a"])
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert not re.search(r"\bnan\b|NaT|None|\binf\b|\d\.\d{3,}", words(page.body))


# What it says.


def test_the_header_names_both_periods(page: BeautifulSoup) -> None:
    assert words(page.header) == (
        "What half a year changed "
        "First half: 2025-01-01 to 2025-06-30, 181 days, Europe/Berlin time "
        "Second half: 2025-07-01 to 2025-12-31, 184 days, Europe/Berlin time"
    )
    assert words(page.main).count("2 services are measured as one here") == 1


def test_no_clear_difference_is_said_once_with_the_values(page: BeautifulSoup) -> None:
    (sentence,) = section(page, "short").find_all("li")
    assert words(sentence).startswith(
        "No clear difference: change lead time (9.4 days, then 8.5 days), deployment frequency"
    )
    assert words(sentence).endswith("The ranges overlap, so it could be chance.")


def test_the_table_is_that_of_the_comparison(page: BeautifulSoup, halves: Comparison) -> None:
    found = rows(section(page, "numbers"))
    assert len(found) == len(halves.rows)
    assert found["Change fail rate"] == [
        "30% (19.1% to 43.8%, n = 50)",
        "29.5% (18.2% to 44.2%, n = 44)",
        "0.5 percentage points lower",
        "no clear difference",
        "The ranges overlap, so it could be chance.",
    ]


def test_both_periods_stand_beside_the_levels(page: BeautifulSoup) -> None:
    found = rows(section(page, "levels"))
    assert found["Change lead time"][:2] == ["9.4 days: medium", "8.5 days: medium"]
    assert found["Change lead time"][2:4] == ["less than one day", "one day to one week"]
    assert "30%: between levels" in found["Change fail rate"][0]


def test_the_pictures_are_the_metrics_and_each_period(page: BeautifulSoup) -> None:
    side_by_side, first, second = section(page, "pictures").find_all("figure")
    assert "Change lead time: 9.4 days, then 8.5 days" in side_by_side.img["alt"]
    assert "2025-01-01 to 2025-06-30" in first.img["alt"]
    assert "2025-07-01 to 2025-12-31" in second.img["alt"]
    assert words(second.h3) == "Second half, week by week"
    assert len(second.details.tbody.find_all("tr")) == 48


def test_text_and_tables_of_ones_own_are_on_it(page: BeautifulSoup) -> None:
    assert "Nothing was done. So nothing changed." in words(page.main)
    assert words(section(page, "table-1").h2) == "What the pipeline did"
    assert rows(section(page, "table-1")) == {"1.0": ["14"], "1.1": ["12.5"]}
    assert rows(section(page, "table-2")) == {"pipeline": ["1.00"]}


def test_verdicts_come_first_and_what_is_missing_has_its_reason(
    mended: Comparison, folder: Path
) -> None:
    page = parsed(dora.report_comparison(mended, folder / "mended.html", text="One paragraph."))
    said = [words(item) for item in section(page, "short").find_all("li")]
    assert said[0].endswith("times shorter: better.")
    assert "Deployment frequency rose from about 1.8 per week to about 1 per day" in said[1]
    assert "Cannot be compared: failed deployment recovery time. No deployment failed." in said
    assert page.h1.string == "Friday nights and with the pipeline"
    assert [words(p) for p in page.main.find_all("p") if "paragraph" in p.text] == [
        "One paragraph."
    ]
    assert len(page.find_all("figure")) == 1


def test_another_year_has_its_levels(mended: Comparison, tmp_path: Path) -> None:
    page = parsed(dora.report_comparison(mended, tmp_path / "page.html", year=2019))
    assert "levels of 2019" in words(section(page, "levels"))
    with pytest.raises(ValueError, match="2020"):
        dora.report_comparison(mended, tmp_path / "none.html", year=2020)
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_row_that_does_not_fit_its_table_is_named(mended: Comparison, tmp_path: Path) -> None:
    bad = [("Costs", ("what", "dollars"), [("pipeline", 1), ("image",)])]
    with pytest.raises(ValueError, match="'Costs' has 2 columns, but a row of 1 cells"):
        dora.report_comparison(mended, tmp_path / "page.html", extra_tables=bad)
    assert list(tmp_path.iterdir()) == []


def test_a_pair_of_logs_gives_each_period_its_own(tmp_path: Path) -> None:
    by_hand = log([deployment("a", "02"), deployment("b", "04")])
    pipeline = log([deployment("c", "12"), deployment("d", "13"), deployment("e", "14")])
    before = dora.measure(by_hand, "2026-01-01", "2026-01-08")
    after = dora.measure(pipeline, "2026-01-08", "2026-01-15")
    path = dora.report_comparison(
        dora.compare(before, after), tmp_path / "page.html", events=(by_hand, pipeline)
    )
    _, first, second = (image["alt"] for image in parsed(path).find_all("img"))
    assert "2 deployments" in first
    assert "3 deployments" in second


def test_hostile_words_stay_text_and_the_same_gives_the_same_bytes(tmp_path: Path) -> None:
    events = log([deployment(HOSTILE, "02", service=HOSTILE), deployment("b", "05")])
    metrics = dora.measure(events)
    comparison = dora.compare(metrics, metrics, names=(HOSTILE, "after"))
    first, second = (
        dora.report_comparison(
            comparison,
            tmp_path / name,
            title=HOSTILE,
            text=HOSTILE,
            events=events,
            extra_tables=[(HOSTILE, (HOSTILE, "b"), [(HOSTILE, HOSTILE)])],
        )
        for name in ("a.html", "b.html")
    )
    page = parsed(first)
    assert first.read_bytes() == second.read_bytes()
    assert not page.find_all("script")
    assert len(page.find_all("img")) == 3
    assert page.h1.string == HOSTILE
    assert page.find(id="table-1").string == HOSTILE
