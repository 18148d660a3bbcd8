"""The chapter, the account that it begins in, and how far it has come at each exercise.

Nothing here loads the CDK before it is needed: that takes seconds.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from devops_workbook.cdk import Assembly, bootstrap, deploy, start, synth
from devops_workbook.cdk.runtime import quiet
from devops_workbook.exercise import Chapter
from devops_workbook.lab import Lab

#: What the stack of the bootstrapping takes to be made.
_BOOTSTRAPPING = timedelta(seconds=60)

chapter = Chapter("cdk", "The CDK", minutes=70, set_up_takes=_BOOTSTRAPPING)

SHOP, QUEUES, UPLOADS = "shop", "shop-queues", "shop-uploads"


@chapter.scenario
def scenario(lab: Lab) -> None:
    """Bootstrap the account: the platform team has run ``cdk bootstrap``."""
    with quiet():
        bootstrap()


@cache
def the_courses(stack: str, name: str = SHOP) -> Assembly:
    """Return an app with one of the course's own stacks, by its class's name, synthesised."""
    cdk: Any = start()
    from devops_workbook.chapters.cdk import shop

    app = cdk.App()
    getattr(shop, stack)(app, name)
    with quiet():
        return synth(app)


def arrange_base(lab: Lab) -> None:
    """The stack of the shop with network, bucket and queue."""
    _deploy("Base")


def arrange_shop(lab: Lab) -> None:
    """The whole stack of the shop, with database and customers."""
    _deploy("Shop")


def _deploy(stack: str) -> None:
    assembly = the_courses(stack)
    with quiet():
        deploy(assembly)
