"""What the agent on an instance does for each lifecycle event: it downloads, copies, runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from offline_aws.codedeploy.appspec import AppSpecError
from offline_aws.codedeploy.bundle import BundleError, unpack
from offline_aws.codedeploy.deployment import Deployment
from offline_aws.codedeploy.fleet import Agent, Agents, Host, is_running, root_of
from offline_aws.codedeploy.installing import InstallError, install
from offline_aws.codedeploy.revision_text import RevisionError, read_object
from offline_aws.codedeploy.scripts import Outcome, failed, passed, run_scripts
from offline_aws.codedeploy.server_spec import ServerSpec, find_spec
from offline_aws.operations import Call

#: The events whose scripts are those of the last successful deployment.
PREVIOUS = ("ApplicationStop", "BeforeBlockTraffic", "AfterBlockTraffic")


@dataclass
class AgentWork:
    """The work of one deployment on one instance."""

    call: Call
    deployment: Deployment
    host: Host
    bundle: Path = field(init=False)
    spec: ServerSpec | None = None

    def __post_init__(self) -> None:
        root = root_of(self.call, self.host.id)
        archive = f"{self.deployment.group_id}/{self.deployment.id}/deployment-archive"
        self.bundle = root.parent / "deployment-root" / archive
        self._root = root
        if self.restarts and self.agent.bundle:
            self.bundle, self.spec = self.agent.bundle, self.agent.spec

    @property
    def agent(self) -> Agent:
        """What the instance knows of the group."""
        return self.call.state(Agents).of(self.host.id, self.deployment.group_id)

    @property
    def restarts(self) -> bool:
        """Whether the deployment starts again what is there."""
        return self.deployment.settings.get("deploymentMode") == "RESTART"

    def do(self, event: str) -> Outcome:
        """Do a lifecycle event; the outcome says how it went and how long it took."""
        if not is_running(self.call, self.host):
            return failed("The instance is not running.")
        if event == "DownloadBundle":
            return self._download()
        if event == "Install":
            return self._install()
        bundle, spec = self.bundle, self.spec
        if event in PREVIOUS:
            bundle, spec = self.agent.bundle or self.bundle, self.agent.spec
        scripts = spec.hooks.get(event, ()) if spec else ()
        if not scripts:
            return passed()
        return run_scripts(event, scripts, bundle, self._root, self._variables(event))

    def keep(self, succeeded: bool) -> None:
        """Note how the deployment to the instance has ended."""
        agent = self.agent
        agent.healthy = succeeded
        if succeeded:
            agent.deployment, agent.revision = self.deployment.id, self.deployment.revision
            agent.bundle, agent.spec = self.bundle, self.spec

    def _download(self) -> Outcome:
        place = self.deployment.revision["s3Location"]
        try:
            if not self.bundle.exists():
                data = read_object(place, self.call.region)
                unpack(data, place["bundleType"], self.bundle)
            self.spec = find_spec(self.bundle)
        except RevisionError as error:
            return failed(error.message)
        except (BundleError, AppSpecError) as error:
            return failed(str(error))
        return passed()

    def _install(self) -> Outcome:
        if self.spec is None:
            return failed("There is no AppSpec file.")
        behaviour = self.deployment.settings.get("fileExistsBehavior", "DISALLOW")
        if behaviour == "DISALLOW" and self.spec.file_exists:
            behaviour = self.spec.file_exists
        agent = self.agent
        try:
            agent.files = install(self.spec, self.bundle, self._root, agent.files, behaviour)
        except InstallError as error:
            return failed(str(error))
        return passed()

    def _variables(self, event: str) -> dict[str, str]:
        place = self.deployment.revision.get("s3Location", {})
        return {
            "APPLICATION_NAME": self.deployment.application,
            "DEPLOYMENT_ID": self.deployment.id,
            "DEPLOYMENT_GROUP_NAME": self.deployment.group,
            "DEPLOYMENT_GROUP_ID": self.deployment.group_id,
            "LIFECYCLE_EVENT": event,
            "BUNDLE_BUCKET": place.get("bucket", ""),
            "BUNDLE_KEY": place.get("key", ""),
            "BUNDLE_VERSION": place.get("version", ""),
            "BUNDLE_ETAG": place.get("eTag", ""),
        }
