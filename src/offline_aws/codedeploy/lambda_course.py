"""A deployment to Lambda: an alias goes from one version of a function to another."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.codedeploy import durations
from offline_aws.codedeploy.appspec import AppSpecError, LambdaSpec, read_lambda_spec
from offline_aws.codedeploy.course import Course
from offline_aws.codedeploy.deployment import LifecycleEvent, Target
from offline_aws.codedeploy.hooks import run_event
from offline_aws.codedeploy.making import COURSES
from offline_aws.codedeploy.revision_text import RevisionError, appspec_text
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.traffic import shift

_EVENTS = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")
_ALL = 100


class LambdaCourse(Course):
    """Shift the weights of an alias, between the two hooks. Undone by shifting them back."""

    spec: LambdaSpec | None = None
    weight = 0

    # The alias is as it was until the AppSpec has been read.
    @property
    def can_roll_back(self) -> bool:  # type: ignore[override]
        """Whether it is known what to go back to."""
        return self.spec is not None

    def run(self) -> None:
        """Read the AppSpec and look at the alias; then the first hook, or the way back."""
        undone = self.deployment.undoes
        if undone is not None:
            self._run_back(undone.course.spec)
            return
        try:
            spec = read_lambda_spec(appspec_text(self.deployment.revision, self.call.region))
        except RevisionError as error:
            self.fail(error.code, error.message)
            return
        except AppSpecError as error:
            self.fail("INVALID_REVISION", str(error))
            return
        if problem := self._problem(spec):
            self.fail(*problem)
            return
        self.spec = spec
        self._target = self._new_target(spec)
        run_event(self, self._target, _EVENTS[0], spec.hooks, self._allow_traffic)

    def _run_back(self, undone: LambdaSpec) -> None:
        """Send all traffic to the version from which the undone deployment went away."""
        self.spec = LambdaSpec(undone.function, undone.alias, undone.target, undone.current, {})
        self._target = self._new_target(self.spec)
        for name in (_EVENTS[0], _EVENTS[2]):
            self._target.event(name).status = "Skipped"
        self._allow_traffic()

    def _new_target(self, spec: LambdaSpec) -> Target:
        name = spec.function.rpartition(":")[2]
        arn = f"arn:aws:lambda:{self.call.region}:{self.call.account}:function:{name}:{spec.alias}"
        events = [LifecycleEvent(event) for event in _EVENTS]
        target = Target(name, arn, self.now, events, details=self._details)
        self.deployment.targets[target.id] = target
        return target

    def _allow_traffic(self) -> None:
        self.enter(self._target, _EVENTS[1])
        routing = self.deployment.config["trafficRoutingConfig"]
        shift(self, routing, self._move, lambda: self.after(durations.EVENT, self._allowed))

    def _allowed(self) -> None:
        self.leave(self._target, _EVENTS[1], "Succeeded")
        if self.deployment.undoes is not None or self.spec is None:
            self._finish()
        else:
            run_event(self, self._target, _EVENTS[2], self.spec.hooks, self._finish)

    def _finish(self) -> None:
        self.finish(self._target, "Succeeded")
        self.succeed()

    def _move(self, percent: int) -> None:
        """Give the new version its part of the traffic."""
        if self.spec is None:
            return
        spec = self.spec
        given: Shape = {"FunctionVersion": spec.target, "RoutingConfig": {}}
        if percent < _ALL:
            weights = {spec.target: percent / _ALL}
            routing = {"AdditionalVersionWeights": weights}
            given = {"FunctionVersion": spec.current, "RoutingConfig": routing}
        client = clients.client("lambda", self.call.region, self.call.account)
        try:
            client.update_alias(FunctionName=spec.function, Name=spec.alias, **given)
        except (ClientError, BotoCoreError) as error:
            self.leave(self._target, _EVENTS[1], "Failed")
            self.fail("INVALID_LAMBDA_CONFIGURATION", f"The alias could not be updated: {error}")
            return
        self.weight = percent
        self._target.updated = self.now

    def _problem(self, spec: LambdaSpec) -> tuple[str, str] | None:
        """Return the code and the text of what is wrong with the function, None if nothing is."""
        client = clients.client("lambda", self.call.region, self.call.account)
        try:
            client.get_function(FunctionName=spec.function, Qualifier=spec.target)
        except (ClientError, BotoCoreError):
            return (
                "INVALID_LAMBDA_FUNCTION",
                f"There is no version {spec.target} of the function {spec.function}.",
            )
        try:
            alias = client.get_alias(FunctionName=spec.function, Name=spec.alias)
        except (ClientError, BotoCoreError):
            return (
                "INVALID_LAMBDA_CONFIGURATION",
                f"The function {spec.function} has no alias {spec.alias}.",
            )
        if alias["FunctionVersion"] != spec.current:
            return (
                "INVALID_LAMBDA_CONFIGURATION",
                f"The alias {spec.alias} points to version {alias['FunctionVersion']}, and "
                f"CurrentVersion in the AppSpec file is {spec.current}.",
            )
        return None

    def _details(self) -> Shape:
        if self.spec is None:
            return {}
        return {
            "lambdaFunctionInfo": {
                "functionName": self._target.id,
                "functionAlias": self.spec.alias,
                "currentVersion": self.spec.current,
                "targetVersion": self.spec.target,
                "targetVersionWeight": float(self.weight),
            }
        }


COURSES["Lambda", "BLUE_GREEN"] = LambdaCourse
