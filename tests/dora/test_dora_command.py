"""``workbook dora`` on real files and real git repositories."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from dulwich.objects import Commit, Tag, Tree
from dulwich.repo import Repo

from devops_workbook import dora
from devops_workbook.cli import main
from devops_workbook.paths import DATA

DAY = 86_400
START = 1_735_689_600  # 2025-01-01 00:00 UTC
SHOP = DATA / "shop"
FILES = [f"--{name}={SHOP / name}.csv" for name in ("deployments", "changes", "incidents")]
WHO = b"Ada <ada@example.com>"


class Ran:
    """What a run of the command returned and printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> None:
        self.status = main(["dora", *map(str, arguments)])
        self.out, self.err = capsys.readouterr()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder of one's own; the page is written to where one is."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "200")
    return folder


def repository(folder: Path, *releases: str, commits: int = 3) -> Path:
    """Make a repository in which each release brings that many commits, one a day."""
    folder.mkdir()
    repo = Repo.init(str(folder))
    tree = Tree()
    repo.object_store.add_object(tree)
    head: list[bytes] = []
    day = 0
    for release in releases or ("",):
        for _ in range(commits):
            day += 1
            head = [commit(repo, tree, head, START + day * DAY)]
        if release:
            tag(repo, release, head[0], START + (day + 2) * DAY)
    repo.refs[b"HEAD"] = head[0]
    repo.close()
    return folder


def commit(repo: Repo, tree: Tree, parents: list[bytes], at: int) -> bytes:
    made = Commit()
    made.tree, made.parents, made.message = tree.id, parents, b"work"
    made.author = made.committer = WHO
    made.author_time = made.commit_time = at
    made.author_timezone = made.commit_timezone = 0
    repo.object_store.add_object(made)
    return made.id


def tag(repo: Repo, name: str, target: bytes, at: int) -> None:
    made = Tag()
    made.name, made.object, made.message = name.encode(), (Commit, target), b"release"
    made.tagger, made.tag_time, made.tag_timezone = WHO, at, 0
    repo.object_store.add_object(made)
    repo.refs[f"refs/tags/{name}".encode()] = made.id


def numbers(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran.out)
    return found


# Files.


def test_files_are_measured_printed_and_reported(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(capsys, *FILES, "--service=orders", "--tz=Europe/Berlin")
    assert (ran.status, ran.err) == (0, "")
    assert "2025-01-10 to 2025-12-05, 330 days, Europe/Berlin time" in ran.out
    for text in ("Change lead time", "9.4 days", "684", "Level of 2024", "medium"):
        assert text in ran.out
    assert "- Left out: 70 in the first deployment of their service; 4 never reached" in ran.out
    assert ran.out.splitlines()[-1] == "wrote dora-report.html"
    page = BeautifulSoup((here / "dora-report.html").read_text(encoding="utf-8"), "html.parser")
    assert page.h1.string == "How orders is delivered"
    assert "9.4 days" in page.find("li", class_="card").text


def test_year_and_output_can_be_chosen(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = Ran(capsys, *FILES, "--year=2019", "--output=pages/shop.html")
    assert "Level of 2019" in ran.out
    assert ran.out.endswith(f"wrote {Path('pages/shop.html')}\n")
    assert "levels of 2019" in (here / "pages/shop.html").read_text(encoding="utf-8")
    assert not (here / "dora-report.html").exists()


def test_several_services_are_warned_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert "- 2 services are measured as one here: orders, storefront." in Ran(capsys, *FILES).out


def test_json_holds_the_numbers_that_measure_returns(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(
        capsys, *FILES, "--json", "--tz=Europe/Berlin", "--start=2025-04-01", "--end=2025-07-01"
    )
    found = numbers(ran)
    events = dora.read_csv(
        *(SHOP / f"{name}.csv" for name in ("deployments", "changes", "incidents"))
    )
    metrics = dora.measure(events, "2025-04-01", "2025-07-01", "Europe/Berlin")
    assert (found["start"], found["end"]) == (
        "2025-04-01T00:00:00+02:00",
        "2025-07-01T00:00:00+02:00",
    )
    assert found["services"] == ["orders", "storefront"]
    assert set(found["metrics"]) == {
        "change_lead_time",
        "deployment_frequency",
        "failed_deployment_recovery_time",
        "change_fail_rate",
        "deployment_rework_rate",
        "mttr",
    }
    for name, metric in found["metrics"].items():
        measured = getattr(metrics, name)
        assert (metric["value"], metric["n"], metric["low"], metric["high"], metric["unit"]) == (
            measured.value,
            measured.n,
            measured.low,
            measured.high,
            measured.unit,
        )
        assert metric["excluded"] == measured.excluded
    assert ran.err == ""
    assert list(here.iterdir()) == []


def test_what_is_not_known_is_null_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = numbers(Ran(capsys, FILES[0], "--json"))
    assert found["metrics"]["change_lead_time"]["value"] is None
    assert found["metrics"]["change_lead_time"]["note"] == "No changes were recorded."


def test_json_and_a_page_do_not_mix(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = Ran(capsys, *FILES, "--json", "--output=page.html")
    assert numbers(ran)["tz"] == "UTC"
    assert ran.err == "wrote page.html\n"
    assert (here / "page.html").is_file()


def test_local_times_are_read_in_the_zone_given(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("log.csv").write_text("id,finished_at\na,2026-01-01 00:30\nb,2026-01-03 10:00\n")
    ran = Ran(capsys, "--deployments=log.csv", "--tz=Asia/Tokyo", "--json")
    assert numbers(ran)["start"] == "2026-01-01T00:00:00+09:00"


def test_names_in_brackets_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    Path("log.csv").write_text(
        "id,service,finished_at\na,[bold]x,2026-01-01T00:30Z\nb,[/red],2026-01-03T10:00Z\n"
    )
    assert "[/red], [bold]x." in Ran(capsys, "--deployments=log.csv").out


# Two periods.


def test_two_periods_are_compared_and_reported(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(capsys, *FILES, "--service=orders", "--tz=Europe/Berlin", "--compare=2025-07-01")
    assert (ran.status, ran.err) == (0, "")
    assert "before 2025-07-01: 2025-01-10 to 2025-06-30, 172 days (Europe/Berlin)" in ran.out
    for text in ("Change lead time", "Verdict", "no clear difference"):
        assert text in ran.out
    assert "- No clear difference: change lead time" in ran.out
    assert ran.out.splitlines()[-1] == "wrote dora-report.html"
    page = BeautifulSoup((here / "dora-report.html").read_text(encoding="utf-8"), "html.parser")
    assert page.h1.string == "Before 2025-07-01 and from 2025-07-01"
    assert len(page.find_all("img")) == 3


def test_two_periods_as_json_are_those_that_compare_returns(
    tmp_path: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = repository(tmp_path / "repo", "v1", "v2", "v3", "v4")
    found = numbers(Ran(capsys, "--git", repo, "--compare=2025-01-10", "--json"))
    assert found["before"]["end"] == found["after"]["start"] == "2025-01-10T00:00:00+00:00"
    for period in ("before", "after"):
        assert found[period]["metrics"]["deployment_frequency"]["n"] == 2
    assert found["comparison"]["change_lead_time"]["factor"] == 1.0
    unknown = found["comparison"]["change_fail_rate"]
    assert (unknown["difference"], unknown["verdict"]) == (None, "not measurable")
    assert unknown["reason"].endswith("failures are unknown.")
    assert list(here.iterdir()) == []


# Git.


def test_a_repository_is_measured_by_its_tags(
    tmp_path: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = repository(tmp_path / "repo", "v1", "v2", "v3")
    found = numbers(Ran(capsys, "--git", repo, "--json"))
    assert found["metrics"]["deployment_frequency"]["n"] == 3
    assert found["metrics"]["change_lead_time"]["n"] == 6
    assert found["metrics"]["change_lead_time"]["value"] == 72.0  # 2, 3 and 4 days
    ran = Ran(capsys, "--git", repo)
    assert "3 days" in ran.out
    assert ran.out.count("Neither incidents nor rollbacks or hotfixes were recorded") == 1
    assert ran.out.endswith("wrote dora-report.html\n")


def test_tags_choose_the_releases_and_notes_are_kept(
    tmp_path: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = repository(tmp_path / "repo", "v1", "nightly", "v2")
    with Repo(str(repo)) as opened:
        opened.refs[b"refs/tags/v2-again"] = opened.refs[b"refs/tags/v2"]
    ran = Ran(capsys, "--git", repo, "--tags", "v*", "--json", "--output=page.html")
    assert numbers(ran)["metrics"]["deployment_frequency"]["n"] == 2
    assert numbers(ran)["services"] == ["repo"]
    [note] = numbers(ran)["notes"]
    assert "v2-again" in note
    assert note in (here / "page.html").read_text(encoding="utf-8")


def test_the_folder_one_is_in_can_be_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository(tmp_path / "repo", "v1", "v2"))
    assert numbers(Ran(capsys, "--git=.", "--json"))["metrics"]["deployment_frequency"]["n"] == 2


def test_nothing_but_the_numbers_is_printed_where_nobody_watches(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    repo = repository(tmp_path / "repo", "v1", "v2", commits=600)
    ran = Ran(capfd, "--git", repo, "--json")
    assert ran.err == ""
    assert numbers(ran)["metrics"]["change_lead_time"]["n"] == 600


def test_a_terminal_sees_how_far_the_reading_is(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", "v1", "v2", commits=600)
    ran = subprocess.run(
        [sys.executable, "-m", "devops_workbook.cli", "dora", "--git", str(repo), "--json"],
        env=os.environ | {"FORCE_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Reading the history" in ran.stderr
    assert "1200/1200" in ran.stderr
    assert json.loads(ran.stdout)["metrics"]["deployment_frequency"]["n"] == 2


# What cannot be done is one sentence.


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "say where the deployments are recorded: --git PATH"),
        (["--changes=x.csv"], "say where the deployments are recorded"),
        (["--git=.", "--deployments=x.csv"], "--deployments cannot be used with --git"),
        (["--git=.", "--service=x"], "--service cannot be used with --git"),
        (["--deployments=x.csv", "--tags=v*"], "--tags cannot be used with --deployments"),
        (["--pipeline=x", "--git=."], "--pipeline cannot be used with --git"),
        (["--git=.", "--profile=x"], "--profile cannot be used with --git"),
        (["--pipeline=x", "--service=x"], "--service cannot be used with --pipeline"),
        (["--pipeline=x", "--profile=nobody"], "AWS cannot be asked: The config profile (nobody)"),
        (["--deployments=x.csv"], "x.csv: there is no such file"),
        (["--git=nowhere"], "nowhere: there is no such folder"),
        (["--git=."], "there is no git repository here"),
        ([FILES[0], "--service=basket"], "found no service 'basket', expected one of: 'orders'"),
        ([FILES[0], "--start=soon"], "start: found 'soon', expected a date"),
        ([FILES[0], "--start=2026-01-01", "--end=2025-01-01"], "the period is empty"),
        ([FILES[0], "--tz=Mars"], "'Mars'"),
        ([FILES[0], "--compare=2030-01-01"], "--compare 2030-01-01: the period is empty"),
        ([FILES[0], "--compare=soon"], "--compare soon: end: found 'soon', expected a date"),
        ([FILES[0], "--year=2020"], "DORA published no report in 2020."),
        ([FILES[0], "--year=2025"], "DORA published no low-to-elite table in 2025"),
        ([FILES[2]], "say where the deployments are recorded"),
        ([f"--deployments={SHOP / 'changes.csv'}"], "changes.csv"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], says: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(capsys, *arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith("workbook: ")
    assert ran.err.count("\n") == 1
    assert says in ran.err
    assert list(here.iterdir()) == []


def test_a_repository_without_tags_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = repository(tmp_path / "untagged")
    monkeypatch.chdir(folder)
    ran = Ran(capsys, "--git=.")
    assert ran.status == 2
    assert ran.err.startswith(f"workbook: {folder}: it has no tags")
    assert "tag the releases" in ran.err


def test_tags_that_none_fits_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = Ran(capsys, "--git", repository(tmp_path / "repo", "v1"), "--tags=release-*")
    assert ran.status == 2
    assert "tags='release-*': expected names like v1" in ran.err


def test_a_bad_cell_is_named_by_file_line_and_column(capsys: pytest.CaptureFixture[str]) -> None:
    Path("log.csv").write_text("id,finished_at\na,2026-01-01T00:00Z\nb,tomorrow\n")
    ran = Ran(capsys, "--deployments=log.csv")
    assert ran.status == 2
    assert "log.csv, row 3, column finished_at" in ran.err


def test_a_page_that_cannot_be_written_does_not_lose_the_numbers(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(capsys, *FILES, f"--output={here}")
    assert ran.status == 2
    assert ran.err == f"workbook: {here}: Is a directory\n"
    assert "9.3 days" in ran.out


def test_a_year_that_is_no_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["dora", "--year=last"])
    assert stopped.value.code == 2
    assert "--year" in capsys.readouterr().err
