"""The action types that AWS owns: what each may have, and which of them are simulated."""

from __future__ import annotations

from dataclasses import dataclass

from offline_aws.codepipeline.provider import PROVIDERS, ProviderKey
from offline_aws.codepipeline.store import Shape

#: What the engine itself does; every other action type of AWS needs a provider.
APPROVAL: ProviderKey = ("Approval", "AWS", "Manual")


@dataclass(frozen=True)
class ActionType:
    """One action type: how many artifacts it takes and makes, and its configuration's keys."""

    category: str
    provider: str
    inputs: tuple[int, int]
    outputs: tuple[int, int]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    owner: str = "AWS"
    #: Whether it is refused in a pipeline of type V1.
    v2_only: bool = False

    @property
    def key(self) -> ProviderKey:
        """Its place among the providers."""
        return (self.category, self.owner, self.provider)

    def described(self) -> Shape:
        """Return it as AWS's ``ActionType``."""
        return {
            "id": {
                "category": self.category,
                "owner": self.owner,
                "provider": self.provider,
                "version": "1",
            },
            "settings": {},
            "actionConfigurationProperties": [
                {
                    "name": name,
                    "required": name in self.required,
                    "key": name in self.required and name not in self.secret,
                    "secret": name in self.secret,
                }
                for name in (*self.required, *self.optional)
            ],
            "inputArtifactDetails": _counts(self.inputs),
            "outputArtifactDetails": _counts(self.outputs),
        }


def _counts(least_and_most: tuple[int, int]) -> Shape:
    return {"minimumCount": least_and_most[0], "maximumCount": least_and_most[1]}


_NONE, _ONE = (0, 0), (1, 1)
_DEPLOYMENT = ("ApplicationName", "DeploymentGroupName")
_BUILD = ("PrimarySource", "EnvironmentVariables", "BatchEnabled", "CombineArtifacts")
_STACK = (
    "Capabilities",
    "ChangeSetName",
    "OutputFileName",
    "ParameterOverrides",
    "RoleArn",
    "TemplateConfiguration",
    "TemplatePath",
)
_TOLERANCE = ("FailureTolerancePercentage", "MaxConcurrentPercentage")
_STACK_SET = (
    "Description",
    "Parameters",
    "Capabilities",
    "PermissionModel",
    "AdministrationRoleArn",
    "ExecutionRoleName",
    "OrganizationsAutoDeployment",
    "DeploymentTargets",
    "Regions",
)
_TEMPLATES = ("TaskDefinitionTemplateArtifact", "AppSpecTemplateArtifact")
_IMAGES = tuple(
    name
    for number in ("1", "2", "3", "4")
    for name in (f"Image{number}ArtifactName", f"Image{number}ContainerName")
)
_DEVICE = ("ProjectId", "DevicePoolArn", "AppType", "App", "AppiumVersion", "TestType")
_INSTANCES = (
    "InstanceTagValue",
    "TargetDirectory",
    "DeploySpec",
    "MaxBatch",
    "MaxError",
    "TargetGroupNameList",
    "PreScript",
    "PostScript",
)
_APP_CONFIG = (
    "Application",
    "ConfigurationProfile",
    "Environment",
    "InputArtifactConfigurationPath",
)

#: From "Valid action types and providers" and the action reference of the user guide; the required
#: keys of the commonest as CreatePipeline itself names them. Of a type that cannot run here, whose
#: configuration nobody reads, it may be known in part or not at all.
AWS_ACTION_TYPES: tuple[ActionType, ...] = (
    ActionType(
        "Source",
        "S3",
        _NONE,
        _ONE,
        ("S3Bucket", "S3ObjectKey"),
        ("PollForSourceChanges", "AllowOverrideForS3ObjectKey"),
    ),
    ActionType(
        "Source",
        "CodeCommit",
        _NONE,
        _ONE,
        ("RepositoryName", "BranchName"),
        ("PollForSourceChanges", "OutputArtifactFormat"),
    ),
    ActionType("Source", "ECR", _NONE, _ONE, ("RepositoryName",), ("ImageTag",)),
    ActionType(
        "Source",
        "CodeStarSourceConnection",
        _NONE,
        _ONE,
        ("ConnectionArn", "FullRepositoryId", "BranchName"),
        ("OutputArtifactFormat", "DetectChanges"),
    ),
    ActionType(
        "Source",
        "GitHub",
        _NONE,
        _ONE,
        ("Owner", "Repo", "Branch", "OAuthToken"),
        ("PollForSourceChanges",),
        secret=("OAuthToken",),
        owner="ThirdParty",
    ),
    ActionType("Build", "CodeBuild", (1, 5), (0, 5), ("ProjectName",), _BUILD),
    ActionType("Test", "CodeBuild", (1, 5), (0, 5), ("ProjectName",), _BUILD),
    ActionType(
        "Build",
        "ECRBuildAndPublish",
        _ONE,
        _NONE,
        ("ECRRepositoryName",),
        ("DockerFilePath", "ImageTags", "RegistryType"),
        v2_only=True,
    ),
    ActionType(
        "Compute",
        "Commands",
        (1, 10),
        (0, 1),
        optional=("EnvironmentType", "ComputeType", "VpcId", "Subnets", "SecurityGroupIds"),
        v2_only=True,
    ),
    ActionType("Test", "DeviceFarm", _ONE, _NONE, _DEVICE),
    ActionType(
        "Approval",
        "Manual",
        _NONE,
        _NONE,
        (),
        ("NotificationArn", "ExternalEntityLink", "CustomData"),
    ),
    ActionType(
        "Deploy",
        "S3",
        _ONE,
        _NONE,
        ("BucketName", "Extract"),
        ("ObjectKey", "KMSEncryptionKeyARN", "CannedACL", "CacheControl"),
    ),
    ActionType("Deploy", "CloudFormation", (0, 10), (0, 1), ("ActionMode", "StackName"), _STACK),
    ActionType(
        "Deploy",
        "CloudFormationStackSet",
        (1, 3),
        _NONE,
        ("StackSetName", "TemplatePath"),
        (*_STACK_SET, *_TOLERANCE),
    ),
    ActionType(
        "Deploy",
        "CloudFormationStackInstances",
        (0, 2),
        _NONE,
        ("StackSetName", "Regions"),
        ("DeploymentTargets", "ParameterOverrides", *_TOLERANCE),
    ),
    ActionType("Deploy", "CodeDeploy", _ONE, _NONE, _DEPLOYMENT),
    ActionType(
        "Deploy",
        "CodeDeployToECS",
        (1, 5),
        _NONE,
        (*_DEPLOYMENT, *_TEMPLATES),
        ("AppSpecTemplatePath", "TaskDefinitionTemplatePath", *_IMAGES),
    ),
    ActionType(
        "Deploy",
        "ECS",
        _ONE,
        _NONE,
        ("ClusterName", "ServiceName"),
        ("FileName", "DeploymentTimeout"),
    ),
    ActionType(
        "Deploy", "EC2", _ONE, _NONE, ("InstanceTagKey", "InstanceType"), _INSTANCES, v2_only=True
    ),
    ActionType("Deploy", "EKS", _ONE, _NONE, v2_only=True),
    ActionType("Deploy", "Lambda", _ONE, _NONE),
    ActionType("Deploy", "ElasticBeanstalk", _ONE, _NONE, ("ApplicationName", "EnvironmentName")),
    ActionType("Deploy", "AppConfig", _ONE, _NONE, _APP_CONFIG, ("DeploymentStrategy",)),
    ActionType("Deploy", "OpsWorks", _ONE, _NONE),
    ActionType("Deploy", "ServiceCatalog", _ONE, _NONE),
    ActionType("Invoke", "Lambda", (0, 5), (0, 5), ("FunctionName",), ("UserParameters",)),
    ActionType(
        "Invoke",
        "StepFunctions",
        (0, 1),
        (0, 1),
        ("StateMachineArn",),
        ("ExecutionNamePrefix", "InputType", "Input"),
    ),
    ActionType("Invoke", "CodePipeline", _NONE, _NONE, ("PipelineName",)),
    ActionType("Invoke", "InspectorScan", _ONE, (0, 1)),
)
_BY_KEY = {action_type.key: action_type for action_type in AWS_ACTION_TYPES}


def built_in(category: str, owner: str, provider: str) -> ActionType | None:
    """Return the action type that AWS has by these names, or None."""
    return _BY_KEY.get((category, owner, provider))


def is_simulated(key: ProviderKey) -> bool:
    """Return whether an action of a type can run here. A custom one's job worker runs it."""
    return key in PROVIDERS or key == APPROVAL or key[1] == "Custom"


def simulated() -> list[str]:
    """Return the names of what can run here, such as "Source S3"."""
    keys = {*PROVIDERS, APPROVAL}
    return [*sorted(f"{category} {name}" for category, _, name in keys), "custom actions"]
