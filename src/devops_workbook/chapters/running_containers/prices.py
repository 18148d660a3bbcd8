"""What it costs to run containers for a month: a small model with the prices named in data/."""

from __future__ import annotations

import csv
from functools import cache

from devops_workbook.display import Figure, style
from devops_workbook.paths import DATA

#: Hours in a month, as AWS's calculators have it.
HOURS = 730
_DISK = 20  # GB of a node
_NODE_CPU, _NODE_MEMORY = 1.78, 3.47  # what a t3.medium leaves for pods, as `kube.get("nodes")`


@cache
def prices() -> dict[str, float]:
    """Return the list prices in US dollars, by item."""
    with (DATA / "prices" / "us_east_1.csv").open(encoding="utf-8", newline="") as file:
        return {row["item"]: float(row["usd"]) for row in csv.DictReader(file)}


def fargate(tasks: float, cpu: float, memory: float) -> float:
    """Return the price of tasks on Fargate for a month; ``cpu`` in vCPU, ``memory`` in GB."""
    price = prices()
    return tasks * HOURS * (cpu * price["fargate-vcpu"] + memory * price["fargate-memory"])


def balancer() -> float:
    """Return the price of a load balancer for a month, without capacity units."""
    return prices()["balancer"] * HOURS


def nodes(pods: float, cpu: float, memory: float) -> int:
    """Return how many t3.medium the pods need: two at least, in two zones."""
    per_node = min(int(_NODE_CPU / cpu), int(_NODE_MEMORY / memory))
    return max(2, -(-int(pods) // max(1, per_node)))


def month(way: str, copies: float, cpu: float, memory: float, busy: float = 1.0) -> float:
    """Return the price of one service for a month.

    ``copies`` are tasks, pods or instances; ``busy`` is the share of the time in which App Runner's
    instances have requests. Raises ``KeyError`` for a way that is none.
    """
    price = prices()
    if way in ("ECS on Fargate", "ECS Express Mode"):
        return fargate(copies, cpu, memory) + balancer()
    if way == "EKS":
        machines = price["t3.medium"] * HOURS + _DISK * price["node-disk"]
        cluster = price["eks-cluster"] * HOURS
        return cluster + nodes(copies, cpu, memory) * machines + balancer()
    if way == "App Runner":
        active = cpu * price["apprunner-vcpu"] * busy
        return copies * HOURS * (active + memory * price["apprunner-memory"])
    raise KeyError(way)


def cluster_share(services: int, copies: float, cpu: float, memory: float) -> float:
    """Return the price a service and month when so many of them share a cluster on EKS."""
    price = prices()
    machines = price["t3.medium"] * HOURS + _DISK * price["node-disk"]
    count = nodes(services * copies, cpu, memory)
    whole = price["eks-cluster"] * HOURS + count * machines + balancer()
    return whole / services


def chart(copies: float = 3, cpu: float = 0.5, memory: float = 1.0, most: int = 20) -> Figure:
    """Return the price a service and month, by the number of services."""
    from matplotlib.figure import Figure as MatplotlibFigure

    counts = list(range(1, most + 1))
    lines = {
        "ECS on Fargate, one load balancer": [
            fargate(copies, cpu, memory) + balancer() / count for count in counts
        ],
        "EKS, one cluster": [cluster_share(count, copies, cpu, memory) for count in counts],
        "App Runner, busy a third of the time": [
            month("App Runner", copies, cpu, memory, busy=1 / 3) for _ in counts
        ],
    }
    with style():
        figure = MatplotlibFigure()
        axes = figure.subplots()
        for (label, row), marker in zip(lines.items(), ("o", "s", "^"), strict=True):
            axes.plot(counts, row, label=label, marker=marker, markevery=3)
        axes.set(xlabel="services", ylabel="US dollars", title="A service and month")
        axes.set_ylim(bottom=0)
        axes.set_xticks([1, 5, 10, 15, 20])
        axes.legend()
    ecs, eks, _ = lines.values()
    cheaper = [count for count in counts if eks[count - 1] < ecs[count - 1]]
    crossing = f"from {cheaper[0]} services on" if cheaper else "nowhere up to there"
    told = "; ".join(
        f"{name}: {row[0]:.0f} for one, {row[-1]:.0f} for {most}" for name, row in lines.items()
    )
    alt = (
        f"Price in US dollars of a service and month, for 1 to {most} services of {copies:g} "
        f"copies each. {told}. EKS is cheaper than ECS {crossing}."
    )
    return Figure(figure, alt)
