"""Chapter 04: the hundred earlier releases, the comparison, and what a plan can harm."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

from devops_workbook import chapters
from devops_workbook.chapters.safe_deployments.account import customers, the_shop
from devops_workbook.chapters.safe_deployments.first_steps import expected
from devops_workbook.chapters.safe_deployments.operate import (
    deployments,
    rate_alarm,
    rate_alarms,
    version_deployed,
)
from devops_workbook.chapters.safe_deployments.past_releases import (
    RELEASES,
    backtest,
    releases,
    unguarded,
)
from devops_workbook.chapters.safe_deployments.strategies import Comparison
from devops_workbook.lab import Lab


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab(chapters.load("safe-deployments"), recording=False)
    lab.catch_up("alarms")
    yield lab
    lab.close()


def test_the_shop_opens_with_customers_who_are_content(lab: Lab) -> None:
    table = customers(lab).table()
    assert set(table.version) == {"1.4.0"}
    assert table.requests.sum() > 2000
    assert table.harmed.sum() / table.requests.sum() < 0.01
    assert deployments() == []
    assert version_deployed({}) == ""


def test_the_hundred_releases_are_the_same_every_time() -> None:
    assert len(releases()) == RELEASES
    assert sum(each.bad for each in releases()) == 20
    places = [each.place for each in releases() if each.bad]
    assert 0 < sum(places) < len(places)  # bad ones in both target groups


def test_an_alarm_on_the_share_of_both_groups_tells_good_from_bad(lab: Lab) -> None:
    result = backtest(rate_alarms(the_shop()))
    assert (result.false_alarms, result.missed) == (0, 0)
    assert result.harmed < 15 < unguarded().harmed


@pytest.mark.parametrize(
    ("settings", "false_alarms", "missed"),
    [
        ({"datapoints": 1, "periods": 1}, range(10, 81), range(1)),
        ({"datapoints": 3, "periods": 3}, range(2), range(2, 21)),
        ({"percent": 20.0}, range(1), range(20, 21)),
    ],
)
def test_other_settings_fail_on_one_side_or_the_other(
    lab: Lab, settings: dict[str, float], false_alarms: range, missed: range
) -> None:
    result = backtest(rate_alarms(the_shop(), **settings))
    assert result.false_alarms in false_alarms
    assert result.missed in missed


def test_one_group_alone_sees_every_other_release(lab: Lab) -> None:
    shop = the_shop()
    only = rate_alarm("only", shop.balancer, shop.dimension(1))
    seen = sum(each.bad and each.place == 1 for each in releases())
    assert backtest([only]).missed == 20 - seen


def test_harm_is_share_times_badness_times_minutes() -> None:
    assert expected([0.1, 0.2, 0.3], 600, 0.05) == pytest.approx(18)
    assert expected([], 600, 0.05) == 0


def test_the_comparison_is_computed_from_the_minutes() -> None:
    rows = [
        ("canary", -1, 0.0, 1, 4),
        ("canary", 0, 0.1, 3, 8),
        ("canary", 1, 0.1, 4, 8),
        ("canary", 2, 0.0, 1, 4),
        ("all at once", 0, 0.0, 600, 0),
        ("all at once", 1, 1.0, 30, 4),
    ]
    columns = pd.Index(["strategy", "minute", "share", "harmed", "tasks"])
    comparison = Comparison(pd.DataFrame(rows, columns=columns))
    table = comparison.table()
    assert dict(table.loc["canary"]) == {
        "harmed": 7,
        "recovered": 2,
        "extra task-minutes": 8,
        "extra cost": pytest.approx(8 / 60 * 0.024685, abs=1e-4),
    }
    assert table.harmed["all at once"] == 630
    assert "canary harmed 7 requests in 2 minutes" in comparison.figure().alt
    assert "all at once" in repr(comparison)
