"""The page about the metrics: correct, accessible, in one file, and the same every time."""

from __future__ import annotations

import dataclasses
import html
import re
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from event_tables import change, deployment, incident, log
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devops_workbook import dora
from devops_workbook.dora import Events, Metrics
from devops_workbook.paths import DATA

SHOP = [DATA / "shop" / name for name in ("deployments.csv", "changes.csv", "incidents.csv")]
CLICK = [DATA / "git_history" / name for name in ("click_commits.csv", "click_tags.csv")]
HOSTILE = """<script>alert("1")</script>'&{{ 7 * 7 }}$\\bad{$<img src=x onerror=alert(2)>"""
SMALL = log(
    [
        deployment("seed", "01 12:00", service="orders"),
        deployment("d1", "06 12:00", service="orders"),
        deployment("d2", "13 12:00", service="orders"),
        deployment("fix", "14 12:00", service="orders", kind="hotfix", repairs="d2"),
        deployment("lost", "15", service="orders", status="failed"),
    ],
    [change("a", "d1", "06 10:00"), change("b", "d2", "11 04:00"), change("c", None, "12")],
    [incident("i", "d1", "06 13:00", "06 16:00"), incident("j", None, "07", None)],
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def orders() -> Metrics:
    return dora.measure(dora.read_csv(*SHOP).only("orders"), tz="Europe/Berlin")


@pytest.fixture(scope="module")
def click_events() -> Events:
    return dora.from_commit_table(*CLICK, tags="*[0-9]")


@pytest.fixture(scope="module")
def orders_page(orders: Metrics, folder: Path) -> BeautifulSoup:
    return parsed(dora.report(orders, folder / "orders.html", title="How orders ships"))


@pytest.fixture(scope="module")
def click_page(click_events: Events, folder: Path) -> BeautifulSoup:
    metrics = dora.measure(click_events)
    return parsed(dora.report(metrics, folder / "click.html", notes=click_events.notes))


@pytest.fixture(params=["orders_page", "click_page"])
def page(request: pytest.FixtureRequest) -> BeautifulSoup:
    found: BeautifulSoup = request.getfixturevalue(request.param)
    return found


def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def small_page(folder: Path, events: Events = SMALL, **options: object) -> BeautifulSoup:
    return parsed(dora.report(dora.measure(events), folder / "small.html", **options))


def section(page: BeautifulSoup, name: str) -> str:
    """Return the words of the section, spaces made one."""
    found = page.find(attrs={"aria-labelledby": name})
    assert found is not None
    return words(found)


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def cards(page: BeautifulSoup) -> dict[str, str]:
    return {words(card.h3): words(card) for card in page.select("li.card")}


# What everybody can read, on any device.


def test_the_page_says_its_language_and_its_title(page: BeautifulSoup) -> None:
    assert page.html["lang"] == "en"
    assert page.title.string == page.h1.string
    assert page.find("meta", charset="utf-8")
    viewport = page.find("meta", attrs={"name": "viewport"})
    assert viewport["content"] == "width=device-width, initial-scale=1"


def test_headings_begin_with_the_only_h1_and_skip_nothing(page: BeautifulSoup) -> None:
    found = [int(tag.name[1]) for tag in page.find_all(re.compile("^h[1-6]$"))]
    assert found[0] == 1
    assert found.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(found))
    assert all(tag.get_text(strip=True) for tag in page.find_all(re.compile("^h[1-6]$")))


def test_every_picture_has_a_sentence_and_a_table(page: BeautifulSoup) -> None:
    figures = page.find_all("figure")
    assert len(figures) == len(page.find_all("img")) == 3
    for figure in figures:
        assert len(figure.img["alt"]) > 40
        assert figure.img["src"].startswith("data:image/png;base64,")
        assert figure.figcaption.h3.get_text(strip=True)
        assert figure.details.summary.get_text(strip=True).endswith("the data as a table")
        assert len(figure.details.tbody.find_all("tr")) > 5


def test_every_table_has_a_caption_and_its_headers_a_scope(page: BeautifulSoup) -> None:
    tables = page.find_all("table")
    assert len(tables) >= 5
    for table in tables:
        assert table.caption.get_text(strip=True)
        assert {cell["scope"] for cell in table.thead.find_all("th")} == {"col"}
        width = len(table.thead.find_all("th"))
        for row in table.tbody.find_all("tr"):
            assert row.th["scope"] == "row"
            assert len(row.find_all(["th", "td"])) == width


def test_the_page_needs_nothing_but_itself(page: BeautifulSoup) -> None:
    assert not page.find_all(["script", "link", "iframe", "object", "embed", "base", "form"])
    sources = [
        tag[name] for tag in page.find_all() for name in ("src", "href") if tag.has_attr(name)
    ]
    assert all(source.startswith("data:") for source in sources)
    assert not re.search(r"url\(|@import", page.style.string)
    assert not [name for tag in page.find_all() for name in tag.attrs if name.startswith("on")]


def test_ids_are_unique_and_labels_point_at_them(page: BeautifulSoup) -> None:
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {
        tag["aria-labelledby"] for tag in page.find_all(attrs={"aria-labelledby": True})
    } <= set(ids)


def test_what_scrolls_can_be_reached_and_is_named(page: BeautifulSoup) -> None:
    boxes = page.select(".scroll")
    assert {id(box) for box in boxes} == {
        id(tag.find_parent(class_="scroll")) for tag in page.find_all(["table", "img"])
    }
    for box in boxes:
        assert (box["tabindex"], box["role"]) == ("0", "region")
        assert box["aria-label"]


def test_the_page_can_be_printed_and_read_on_a_phone(page: BeautifulSoup) -> None:
    assert "@media print" in page.style.string
    assert "@media (max-width" in page.style.string


def test_no_number_is_left_raw(page: BeautifulSoup) -> None:
    assert not re.search(r"\bnan\b|NaT|None|Undefined", words(page.body), re.IGNORECASE)
    assert not re.search(r"\d\.\d{3,}", words(page.body))


# What it says.


def test_the_shop_is_summed_up_in_sentences(orders_page: BeautifulSoup, orders: Metrics) -> None:
    text = section(orders_page, "short")
    assert "Half of the changes reached production within 9.4 days" in text
    assert "32% of the deployments failed; half of those that recovered had done so within" in text
    assert "26% of the deployments were unplanned repairs." in text
    assert "The least sure of these numbers is the failed deployment recovery time" in text
    assert "Not known" not in text


def test_a_card_holds_value_range_and_meaning(orders_page: BeautifulSoup) -> None:
    found = cards(orders_page)
    assert list(found) == [
        "Change lead time",
        "Deployment frequency",
        "Failed deployment recovery time",
        "Change fail rate",
        "Deployment rework rate",
        "Mean time to restore",
    ]
    assert found["Change lead time"].startswith("Throughput Change lead time 9.4 days plausibly ")
    assert "The median of 684 changes" in found["Change lead time"]
    assert "1.1 per week plausibly 0.9 to 1.3 per week" in found["Deployment frequency"]
    assert (
        "50 deployments reached production, on 49 different days" in found["Deployment frequency"]
    )
    assert "16 of 50 deployments failed" in found["Change fail rate"]
    assert "8 hotfixes and 5 rollbacks" in found["Deployment rework rate"]


def test_the_header_names_period_and_time_zone(orders_page: BeautifulSoup) -> None:
    text = words(orders_page.header)
    assert text == (
        "How orders ships DORA's delivery metrics, 2025-01-10 to 2025-12-05, 330 days, "
        "Europe/Berlin time"
    )


def test_a_period_of_hours_is_shown_with_its_times(folder: Path) -> None:
    metrics = dora.measure(SMALL, "2026-01-06T06:00", "2026-01-14")
    page = parsed(dora.report(metrics, folder / "hours.html"))
    assert "2026-01-06 06:00 until 2026-01-14 00:00, 7.8 days" in words(page.header)


def test_a_period_is_as_long_as_its_days_when_the_clocks_change(folder: Path) -> None:
    metrics = dora.measure(SMALL, "2026-03-28", "2026-03-30", tz="Europe/Berlin")
    page = parsed(dora.report(metrics, folder / "clocks.html"))
    assert "2026-03-28 to 2026-03-29, 2 days" in words(page.header)


def test_levels_mark_where_each_metric_is(orders_page: BeautifulSoup) -> None:
    found = orders_page.find(attrs={"aria-labelledby": "levels"})
    rows = {words(row.th): row for row in found.tbody.find_all("tr")}
    assert [words(cell) for cell in rows["Change lead time"].select(".here")] == [
        "one week to one month"
    ]
    assert "medium" in words(rows["Change lead time"])
    assert len(rows["Failed deployment recovery time"].select(".here")) == 2
    assert "between levels: high (20%) and low (40%)" in words(rows["Change fail rate"])
    assert "not a limit to reach" in words(found)
    assert "a secondary source" in words(found)


def test_year_and_edition_can_be_chosen(folder: Path) -> None:
    page = small_page(folder, year=2019, edition=2024)
    assert "levels of 2019" in section(page, "levels")
    assert "2024 edition" in section(page, "quick-check")


@pytest.mark.parametrize("options", [{"year": 2020}, {"edition": 2019}])
def test_a_year_that_is_none_writes_nothing(tmp_path: Path, options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"2020|2019"):
        dora.report(dora.measure(SMALL), tmp_path / "page.html", **options)
    assert list(tmp_path.iterdir()) == []


def test_what_was_left_out_is_listed_once_with_its_count(folder: Path) -> None:
    found = small_page(folder).find(attrs={"aria-labelledby": "left-out"})
    rows = [[words(cell) for cell in row.find_all(["th", "td"])] for row in found.find_all("tr")]
    assert ["not deployed", "1", "change lead time"] in rows
    assert ["still open", "1", "mean time to restore"] in rows
    assert [
        "never reached production",
        "1",
        "deployment frequency, change fail rate, deployment rework rate",
    ] in rows


def test_nothing_left_out_is_said(folder: Path) -> None:
    events = log([deployment("d", "02"), deployment("e", "05")])
    assert "Nothing of what was recorded" in section(small_page(folder, events), "left-out")


def test_every_definition_is_there(orders_page: BeautifulSoup, orders: Metrics) -> None:
    text = section(orders_page, "definitions")
    for metric in (orders.change_lead_time, orders.change_fail_rate, orders.mttr):
        assert metric.definition in text


def test_the_data_of_the_charts_are_those_of_the_metrics(
    orders_page: BeautifulSoup, orders: Metrics
) -> None:
    by_month, lead_times, every = (figure.details for figure in orders_page.find_all("figure"))
    assert len(by_month.tbody.find_all("tr")) == len(orders.monthly)
    assert words(by_month.tbody.th) == "2025-01 (22 days)"
    assert "50% 9.4 days" in words(lead_times)
    assert len(every.tbody.find_all("tr")) == len(orders.deployments)


def test_a_short_period_is_shown_by_week(folder: Path) -> None:
    page = small_page(folder)
    assert words(page.figure.figcaption.h3) == "Week by week"
    assert [words(row.th) for row in page.figure.tbody.find_all("tr")] == [
        "2025-12-29 (4 days)",
        "2026-01-05",
        "2026-01-12 (4 days)",
    ]


def test_of_very_many_deployments_the_latest_are_listed(folder: Path) -> None:
    events = log([deployment(f"d{n:03}", f"{n // 20 + 1:02} {n % 20:02}:00") for n in range(230)])
    table = small_page(folder, events).find_all("figure")[2].table
    ids = [row.th.string for row in table.tbody.find_all("tr")]
    assert ids == [f"d{n:03}" for n in range(30, 230)]
    assert words(table.caption) == "Deployments, in the time of UTC: the latest 200 of 230"


def test_several_services_are_warned_about(folder: Path, orders_page: BeautifulSoup) -> None:
    both = small_page(folder, dora.read_csv(*SHOP))
    assert "2 services are measured as one here: orders, storefront." in words(both.body)
    assert "measured as one" not in words(orders_page.body)


def test_many_services_are_not_all_named(folder: Path) -> None:
    events = log([deployment(f"d{n}", "02", service=f"s{n:02}") for n in range(13)])
    warning = small_page(folder, events).find(class_="warning")
    assert "13 services" in words(warning)
    assert "s09 and 3 more" in words(warning)


# What is not known.


def test_a_git_history_says_what_it_does_not_know(click_page: BeautifulSoup) -> None:
    found = cards(click_page)
    assert "6.5 weeks" in found["Change lead time"]
    for name in ("Failed deployment recovery time", "Change fail rate", "Deployment rework rate"):
        assert f"{name} not known" in found[name]
    assert "failures are unknown" in found["Change fail rate"]
    assert (
        "Mean time to restore not known No incidents were recorded."
        in found["Mean time to restore"]
    )
    assert "Not known: failed deployment recovery time, change fail rate." in section(
        click_page, "short"
    )


def test_the_notes_of_the_reading_are_kept(click_page: BeautifulSoup, click_events: Events) -> None:
    assert click_events.notes
    for note in click_events.notes:
        assert note in section(click_page, "left-out")


@pytest.mark.parametrize(
    "events",
    [
        log([]),
        log([], [], []),
        log([deployment("d", "02")]),
        log([deployment("d", "02", status="failed")], [], []),
        log([deployment("d", "02"), deployment("e", "03")], [change("a", "e", "02")], []),
    ],
    ids=["nothing", "empty", "one deployment", "one attempt", "one change"],
)
def test_a_log_with_next_to_nothing_is_a_page_too(folder: Path, events: Events) -> None:
    page = small_page(folder, events)
    assert len(cards(page)) == 6
    assert "nan" not in words(page.body).lower().split()
    assert "not known" in words(page.body)


def test_without_intervals_the_page_claims_none(folder: Path) -> None:
    metrics = dora.measure(SMALL, resamples=0)
    page = parsed(dora.report(metrics, folder / "bare.html"))
    assert "no interval" in cards(page)["Change lead time"]
    assert "plausibly" not in " ".join(cards(page).values())
    assert "least sure" not in section(page, "short")


# Names that were never meant well, files, and bytes.


def hostile() -> Events:
    rows = [deployment(HOSTILE, "02", service=HOSTILE, version=HOSTILE)]
    rows.append(deployment("e", "05", service=f"{HOSTILE}2"))
    return log(rows, [change("a", "e", "04")], [incident(HOSTILE, "e", "06", None)])


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    dora.report(dora.measure(hostile()), path, title=HOSTILE, notes=[HOSTILE])
    text, page = path.read_text(encoding="utf-8"), parsed(path)
    assert page.h1.string == page.title.string == HOSTILE
    assert not page.find_all("script")
    assert len(page.find_all("img")) == 3
    assert "<script" not in text
    assert "<img src=x" not in text
    assert page.find_all("figure")[2].tbody.th.string == HOSTILE
    assert HOSTILE in page.find(class_="warning").get_text()


@settings(
    max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(title=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip))
def test_any_title_is_escaped(folder: Path, title: str) -> None:
    page = dora.report(dora.measure(log([])), folder / "any.html", title=title)
    assert (
        f"<h1>{html.escape(title).replace('&#x27;', '&#39;').replace('&quot;', '&#34;')}</h1>"
        in (page.read_text(encoding="utf-8"))
    )


def test_the_service_is_the_title_by_default(folder: Path) -> None:
    assert small_page(folder).h1.string == "How orders is delivered"
    assert small_page(folder, hostile()).h1.string == "How software is delivered"


def test_the_same_metrics_give_the_same_bytes(tmp_path: Path, orders: Metrics) -> None:
    again = dora.measure(dora.read_csv(*SHOP).only("orders"), tz="Europe/Berlin")
    first, second = (
        dora.report(metrics, tmp_path / name).read_bytes()
        for metrics, name in ((orders, "a.html"), (again, "b.html"))
    )
    assert first == second
    assert b"\r" not in first


def test_other_metrics_give_another_page(tmp_path: Path) -> None:
    metrics = dora.measure(SMALL)
    changed = dataclasses.replace(
        metrics, change_lead_time=dataclasses.replace(metrics.change_lead_time, value=99.0)
    )
    pages = [dora.report(each, tmp_path / "page.html").read_bytes() for each in (metrics, changed)]
    assert pages[0] != pages[1]


def test_the_path_is_returned_and_its_folder_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "page.html"
    assert dora.report(dora.measure(log([])), str(path)) == path
    assert path.is_file()
