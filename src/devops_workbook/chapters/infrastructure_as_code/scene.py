"""The chapter, the account that it begins in, and how far it has come at each exercise."""

from __future__ import annotations

from datetime import timedelta

from devops_workbook.chapters.infrastructure_as_code import templates
from devops_workbook.chapters.infrastructure_as_code.operate import deploy, settle
from devops_workbook.exercise import Chapter
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

#: What the network's stack takes to be created.
_CREATING = timedelta(seconds=15)

chapter = Chapter(
    "infrastructure-as-code",
    "Infrastructure as code",
    minutes=85,
    set_up_takes=_CREATING,
    leave_out=("third-zone", "policy", "protect"),
)

NETWORK, SHOP, REPORTS = "shop-network", "shop", "shop-reports"
#: A bucket of a hand-made past, whose name a template wants to have.
TAKEN = "shop-releases"


@chapter.scenario
def scenario(lab: Lab) -> None:
    """Put the network's stack, the database's password and an old bucket into the account."""
    clients.client("s3", REGION).create_bucket(Bucket=TAKEN)
    clients.client("secretsmanager", REGION).create_secret(
        Name="shop/database", SecretString='{"password": "made-up-for-the-lab"}'
    )
    deploy(lab, NETWORK, templates.NETWORK)


def arrange_base(lab: Lab) -> None:
    """The stack of the shop with bucket, queue and role."""
    deploy(lab, SHOP, templates.BASE)


def arrange_shop(lab: Lab) -> None:
    """The whole stack of the shop, with its database."""
    deploy(lab, SHOP, templates.SHOP)


def arrange_reports(lab: Lab) -> None:
    """A stack whose creation has failed and was rolled back."""
    clients.client("cloudformation", REGION).create_stack(
        StackName=REPORTS, TemplateBody=templates.REPORTS
    )
    settle(lab, REPORTS)
