"""``workbook dora --pipeline``: what went wrong, by a load balancer's metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_calls import changing, watched
from watched_shop import WatchedShop, watched_shop

from devops_workbook.cli import main
from devops_workbook.dora import command_balancer, command_sources

NAME = "application-shop"
PIPELINE = ("--pipeline", "shop")
BALANCED = (*PIPELINE, "--load-balancer", NAME)


@pytest.fixture(scope="module")
def account() -> Iterator[WatchedShop]:
    """It is only read."""
    with watched_shop() as made:
        yield made


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder of one's own; the page is written to where one is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    return tmp_path


def numbers(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["dora", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def rates(found: dict[str, Any]) -> tuple[int, float]:
    """Return the deployments, and the share of them that failed."""
    metrics = found["metrics"]
    return metrics["deployment_frequency"]["n"], metrics["change_fail_rate"]["value"]


def test_only_the_days_that_cloudwatch_keeps_are_measured(
    account: WatchedShop, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = numbers(capsys, *BALANCED)
    assert rates(found) == (2, 0.5)
    start = datetime.fromisoformat(found["start"])
    assert timedelta(days=14) < datetime.now(UTC) - start <= timedelta(days=15)
    assert found["metrics"]["mttr"]["value"] == pytest.approx(10 / 60)
    note = found["notes"][-1]
    assert note.startswith(f"incidents of load balancer {account.dimension}, {start:%Y-%m-%d} to ")
    assert "more than 2% of the requests failed or waited for more than 1 s" in note
    assert note.endswith("so the period begins with them: --start DATE takes another day")
    assert list(here.iterdir()) == []


def test_the_page_says_so_too(
    account: WatchedShop, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dora", *BALANCED]) == 0
    out = capsys.readouterr().out
    assert "- incidents of load balancer app/application-shop/" in out
    assert "CloudWatch keeps minutes for 15 days" in (here / "dora-report.html").read_text("utf-8")


def test_the_arn_and_its_end_need_no_look_up(
    account: WatchedShop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called = watched(monkeypatch)
    for name in (account.balancer, account.dimension):
        assert rates(numbers(capsys, *PIPELINE, "--load-balancer", name)) == (2, 0.5)
    assert "elasticloadbalancing:DescribeLoadBalancers" not in called


def test_an_earlier_start_is_taken_and_what_it_means_is_said(
    account: WatchedShop, capsys: pytest.CaptureFixture[str]
) -> None:
    start = f"{datetime.now(UTC) - timedelta(days=30):%Y-%m-%d}"
    found = numbers(capsys, *BALANCED, f"--start={start}")
    assert rates(found) == (3, pytest.approx(1 / 3))
    assert found["start"].startswith(start)
    assert found["notes"][-1].endswith(
        "Of earlier deployments only rollbacks and hotfixes tell which failed: the change fail rate"
        " of the whole period may be too low"
    )
    later = f"{datetime.now(UTC) - timedelta(days=12):%Y-%m-%d}"
    found = numbers(capsys, *BALANCED, f"--start={later}")
    assert found["start"].startswith(later)
    assert found["notes"][-1].endswith("CloudWatch keeps minutes for 15 days")


def test_two_periods_within_those_days_are_compared(
    account: WatchedShop, capsys: pytest.CaptureFixture[str]
) -> None:
    found = numbers(
        capsys, *BALANCED, f"--compare={datetime.now(UTC) - timedelta(days=7):%Y-%m-%d}"
    )
    assert [rates(found[period]) for period in ("before", "after")] == [(1, 1.0), (1, 0.0)]


def test_it_calls_what_its_help_names_and_only_reads(
    account: WatchedShop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called = watched(monkeypatch)
    numbers(capsys, *PIPELINE)
    assert called == set(command_sources.ACTIONS)
    numbers(capsys, *BALANCED)
    assert called == {*command_sources.ACTIONS, *command_balancer.ACTIONS}
    assert changing(called) == []
    with pytest.raises(SystemExit):
        main(["dora", "--help"])
    said = capsys.readouterr().out
    assert all(action in said for action in called)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--git=.", f"--load-balancer={NAME}"], "--load-balancer cannot be used with --git"),
        (
            ["--deployments=x.csv", "--load-balancer=x"],
            "--load-balancer cannot be used with --deployments",
        ),
        ([*BALANCED, "--incidents=x.csv"], "--incidents cannot be used with --load-balancer: an"),
        ([*BALANCED, "--end=2020-01-01"], "with --load-balancer, --end has to be after 20"),
        ([*BALANCED, "--compare=2020-01-01"], "with --load-balancer, --compare has to be after 20"),
        ([*BALANCED, "--compare=soon"], "compare: found 'soon', expected a date or time"),
        ([*PIPELINE, "--load-balancer=network-shop"], "'network-shop' is of type network: only an"),
        ([*PIPELINE, "--load-balancer=bread"], "AWS says: The specified load balancer does not"),
        ([*PIPELINE, "--load-balancer=net/x/1"], "found 'net/x/1', expected the end of an App"),
        ([*PIPELINE, "--load-balancer=app/x/1"], "no minute with a request of load balancer 'app/"),
        ([*BALANCED, "--region=eu-west-1"], "AWS says: Account '123456789012' does not have a pip"),
        ([*BALANCED, "--profile=nobody"], "AWS cannot be asked: The config profile (nobody)"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str],
    says: str,
    account: WatchedShop,
    here: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["dora", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("workbook: ")
    assert err.count("\n") == 1
    assert says in err
    assert list(here.iterdir()) == []


# A team's own log of incidents.


def test_incidents_of_a_file_name_an_execution_or_none(
    account: WatchedShop, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    times = account.shop.read().deployments["finished_at"]
    began = times.iloc[2] + timedelta(minutes=20)
    (here / "log.csv").write_text(
        "ticket,execution,opened,closed\n"
        f"T-1,{account.executions[0]},{times.iloc[0].isoformat()},-\n"
        f"T-2,,{began.isoformat()},{(began + timedelta(minutes=30)).isoformat()}\n"
    )
    found = numbers(capsys, *PIPELINE, "--incidents=log.csv")
    assert rates(found) == (3, pytest.approx(2 / 3))
    assert found["metrics"]["mttr"]["value"] == pytest.approx(0.5)
    assert any(
        note.startswith("1 incident given a deployment by the time") for note in found["notes"]
    )


def test_an_execution_that_deployed_nothing_is_named_by_its_line(
    account: WatchedShop, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "log.csv").write_text(
        "id,deployment_id,started_at,resolved_at\n"
        f"1,{account.executions[0]}/Live,2026-01-05T09:00Z,2026-01-05T10:00Z\n"
        "2,somewhen,2026-01-05T09:00Z,2026-01-05T10:00Z\n"
    )
    assert main(["dora", *PIPELINE, "--incidents=log.csv"]) == 2
    assert capsys.readouterr().err == (
        "workbook: log.csv, row 3, column deployment_id: found 'somewhen', expected the id of an"
        " execution that deployed to production\n"
    )
