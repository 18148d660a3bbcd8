"""The chapter, and the account it begins with: a registry with a year of pushes."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.container_images.past import record_year
from devops_workbook.exercise import Chapter
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

chapter = Chapter(
    "container-images",
    "Container images",
    minutes=70,
    leave_out=("lifecycle", "push", "storefront-dockerfile", "context"),
)

ORDERS = "orders"


@chapter.scenario
def scenario(lab: Lab) -> None:
    """Make the repository of the orders service, with what was pushed to it in 2025."""
    client_of("ecr").create_repository(repositoryName=ORDERS)
    record_year(lab, ORDERS)


def client_of(service: str) -> Any:
    """Return a client that is kept: to make one takes longer than most calls."""
    return clients.client(service, REGION)
