"""What a blue/green deployment does when its replacement is ready for the traffic."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from offline_aws.codedeploy import ending
from offline_aws.codedeploy.course import Course
from offline_aws.codedeploy.deployments import READY
from offline_aws.codedeploy.shapes import Shape


def when_ready(course: Course, option: Shape, go_on: Callable[[], object]) -> None:
    """Go on at once, or wait for ContinueDeployment, as a group's ``deploymentReadyOption`` says.

    A deployment that nobody continues is stopped.
    """
    if option.get("actionOnTimeout") != "STOP_DEPLOYMENT":
        go_on()
        return

    def continued() -> None:
        course.ready("InProgress")
        go_on()

    course.ready("Ready")
    minutes = option.get("waitTimeInMinutes", 0)
    course.wait(READY, minutes, partial(_not_continued, course), continued)


def _not_continued(course: Course) -> None:
    text = "The deployment was stopped: its traffic was not rerouted within the wait time."
    ending.end(course, "Stopped", "TIMEOUT", text, "DEPLOYMENT_STOP_ON_REQUEST")
