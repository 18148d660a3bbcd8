"""Five ways to deploy the same bad release at the same time, and what each of them costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd

from devops_workbook.chapters.safe_deployments.account import (
    CLUSTER,
    TASKS,
    Shop,
    create_application,
    create_shop,
    customers,
    let_customers_in,
    register,
)
from devops_workbook.chapters.safe_deployments.operate import deploy, guard, rate_alarms, share_of
from devops_workbook.display import Figure, Table
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop import Load, TasksByAddress
from devops_workbook.under_way import counted
from offline_aws import clients

#: US dollars an hour for a task of half a vCPU and one gigabyte on Fargate, us-east-1.
TASK_HOUR = 0.5 * 0.04048 + 1 * 0.004445
_BAD = "1.5.0"
_MINUTES = 15
_BEFORE = 5


@dataclass(frozen=True)
class Strategy:
    """One way: ``config`` of CodeDeploy, or ``settings`` of ECS's own rolling update."""

    name: str
    config: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


STRATEGIES = (
    Strategy("all at once", settings={"minimumHealthyPercent": 0, "maximumPercent": 100}),
    Strategy("rolling", settings={"minimumHealthyPercent": 100, "maximumPercent": 125}),
    Strategy("blue/green", "CodeDeployDefault.ECSAllAtOnce"),
    Strategy("linear", "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"),
    Strategy("canary", "CodeDeployDefault.ECSCanary10Percent5Minutes"),
)


@dataclass
class _Run:
    """One strategy at work: its shop, its customers, and how many tasks ran in each minute."""

    strategy: Strategy
    shop: Shop
    load: Load
    tasks: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """What came of the five ways. ``minutes`` has a row for each strategy and minute.

    Columns of ``minutes``: strategy, minute (after the release), share (of the requests that the
    new version got, 0 to 1), harmed (requests that failed or took longer than a second) and tasks.
    """

    minutes: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return a row for each strategy.

        Columns: harmed (requests), recovered (minutes from the first request to the new version
        to the last one), extra task-minutes (beyond four tasks), extra cost (US dollars).
        """
        rows = {}
        for name, found in self.minutes[self.minutes.minute >= 0].groupby("strategy", sort=False):
            live = found.minute[(found.share > 0) | (found.harmed > _ORDINARY)]
            extra = (found.tasks - TASKS).clip(lower=0).sum()
            rows[name] = {
                "harmed": int(found.harmed[live.index].sum()),
                "recovered": int(live.max() - live.min() + 1) if len(live) else 0,
                "extra task-minutes": int(extra),
                "extra cost": round(float(extra) / 60 * TASK_HOUR, 4),
            }
        return pd.DataFrame.from_dict(rows, orient="index")

    def figure(self) -> Figure:
        """Return the picture: harmed requests and the share of the new version, by minute."""
        return _figure(self)

    def __repr__(self) -> str:
        return repr(self._shown())

    def _repr_html_(self) -> str:
        return self._shown().to_html()

    def _shown(self) -> Table:
        columns = ("Strategy", "Requests harmed", "Minutes", "Extra task-minutes", "Extra cost")
        rows = [
            (
                str(name),
                f"{row['harmed']:.0f}",
                f"{row['recovered']:.0f}",
                f"{row['extra task-minutes']:.0f}",
                f"{row['extra cost']:.3f} $",
            )
            for name, row in self.table().iterrows()
        ]
        return Table(f"The same bad release, {_BAD}, five times", columns, rows)


# So many harmed requests in a minute are everyday life.
_ORDINARY = 12
_compared: WeakKeyDictionary[Lab, Comparison] = WeakKeyDictionary()


def compare(lab: Lab) -> Comparison:
    """Deploy the bad release five times, side by side, in a fresh account; return what came of it.

    The five have the same customers at the same minutes, and the same rule for their alarms: more
    than 2 percent of a target group's requests fail, in two minutes of three.
    """
    lab.reset()
    customers(lab).stop()
    tasks = TasksByAddress()
    runs = [_prepare(lab, each, tasks) for each in STRATEGIES]
    lab.clock.advance(minutes=2)
    for run in runs:
        run.load.start()
    lab.clock.advance(minutes=_BEFORE)
    begin = lab.clock.now()
    for run in runs:
        _release(run)
    for _ in counted(f"{len(runs)} shops, minutes", range(_MINUTES)):
        lab.clock.advance(minutes=1)
        _count_tasks(runs)
    comparison = Comparison(pd.concat([_minutes(run, begin) for run in runs], ignore_index=True))
    _compared[lab] = comparison
    return comparison


def compared(lab: Lab) -> Comparison | None:
    """Return the newest comparison of a lab, None where there is none."""
    return _compared.get(lab)


def _prepare(lab: Lab, strategy: Strategy, tasks: TasksByAddress) -> _Run:
    name = f"orders-{strategy.name.replace(' ', '-').replace('/', '-')}"
    if strategy.config:
        shop = create_shop(name)
        create_application(shop, strategy.config)
        guard(*rate_alarms(shop), application=name)
    else:
        shop = create_shop(name, controller="ECS", **strategy.settings)
        watched = {"alarmNames": rate_alarms(shop), "enable": True, "rollback": True}
        clients.client("ecs", REGION).update_service(
            cluster=CLUSTER,
            service=name,
            deploymentConfiguration={**strategy.settings, "alarms": watched},
        )
    return _Run(strategy, shop, let_customers_in(lab, shop, None, tasks))


def _release(run: _Run) -> None:
    if run.strategy.config:
        deploy(_BAD, application=run.shop.name)
    else:
        clients.client("ecs", REGION).update_service(
            cluster=CLUSTER, service=run.shop.name, taskDefinition=register(_BAD)
        )


def _count_tasks(runs: list[_Run]) -> None:
    """Note how many tasks of each service run now."""
    found = clients.client("ecs", REGION).describe_services(
        cluster=CLUSTER, services=[run.shop.name for run in runs]
    )["services"]
    running = {each["serviceName"]: _running(each) for each in found}
    for run in runs:
        run.tasks.append(running[run.shop.name])


def _running(service: Any) -> int:
    sets = service.get("taskSets") or [service]
    return sum(int(each["runningCount"]) for each in sets)


def _minutes(run: _Run, begin: datetime) -> pd.DataFrame:
    table = run.load.table()
    every = table.minute.drop_duplicates()
    harmed = table.groupby("minute").harmed.sum()
    minutes = [round((each - pd.Timestamp(begin)) / timedelta(minutes=1)) for each in every]
    tasks = [TASKS] * (len(minutes) - len(run.tasks)) + run.tasks
    return pd.DataFrame(
        {
            "strategy": run.strategy.name,
            "minute": minutes,
            "share": share_of(table, _BAD),
            "harmed": [int(harmed[each]) for each in every],
            "tasks": tasks[-len(minutes) :],
        }
    )


def _figure(comparison: Comparison) -> Figure:
    from matplotlib.figure import Figure as MatplotlibFigure

    from devops_workbook.display import BLUE, RED, style

    found = comparison.minutes
    names = list(found.strategy.drop_duplicates())
    top = max(10, int(found.harmed.max()))
    with style():
        figure = MatplotlibFigure(figsize=(8.0, 1.15 * len(names) + 0.6))
        axes = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
        for axis, name in zip(axes, names, strict=True):
            rows = found[found.strategy == name]
            axis.bar(rows.minute, rows.harmed, color=RED, width=0.8, align="edge")
            # Six hundred in one minute would hide the six of another.
            axis.set_yscale("symlog", linthresh=10)
            axis.set_yticks([0, 10, 100, 1000], ["0", "10", "100", "1000"])
            axis.minorticks_off()
            axis.set_ylim(0, max(1000, top * 1.1))
            axis.set_title(name, fontsize=11)
            share = axis.twinx()
            share.step(rows.minute, 100 * rows.share, where="post", color=BLUE)
            share.set_ylim(0, 110)
            share.set_yticks([0, 100], ["0 %", "100 %"])
            share.grid(visible=False)
        axes[-1].set_xticks(range(-_BEFORE, int(found.minute.max()) + 2, 5))
        axes[-1].set_xlabel("minutes after the release")
        figure.suptitle(
            "Bars, left: harmed requests a minute. Line, right: share of the new version",
            fontsize=11,
            x=0.01,
            ha="left",
        )
    said = "; ".join(
        f"{name} harmed {row['harmed']:.0f} requests in {row['recovered']:.0f} minutes"
        for name, row in comparison.table().iterrows()
    )
    alt = (
        f"Harmed requests by minute and the share of the requests that the bad release got, for "
        f"each strategy: {said}."
    )
    return Figure(figure, alt)
