# %% [markdown]
# # Capstone
#
# From an empty account to a shop that releases by itself. Then a quarter passes, and you measure
# what you have changed.
#
# *130 minutes. Level: advanced. First: chapters [04](04_safe_deployments.ipynb),
# [05](05_pipelines.ipynb), [06](06_infrastructure_as_code.ipynb),
# [09](09_running_containers.ipynb) and [10](10_monitoring.ipynb), or the same from your work.*

# %% [markdown]
# ## You will be able to
#
# - build the whole way from a commit to production as one template
# - prove with a drill that it calls somebody, and that it undoes a bad release
# - measure delivery before and after, and say which differences are more than chance
# - bring a broken service back from code

# %% [markdown]
# ## The story so far
#
# In chapter 00 the shop was released on Friday nights, from whichever laptop had the right files.
# Since then you have met every part of a better way, each in a lab of its own.
#
# Today you put it together for `orders`. The company gives you an empty account and a promise: from
# next Monday on the team works with what you have built, for thirteen weeks. Then everybody will
# want to know whether it was worth it.

# %% [markdown]
# ## The idea
#
# You measure the quarter before, build, and measure the quarter after, with the same definitions.
#
# ![Left, the quarter before: Friday nights by hand, with a log. In the middle what you build. Right,
# the quarter after: the team commits, some of it is bad, and AWS keeps the log. Both quarters go
# into dora.measure and dora.compare: the same five metrics, with intervals.](images/capstone.svg)
#
# Nobody types in what happened in the quarter after. The pipeline knows what it deployed and when,
# CodeCommit when each commit was made, CloudWatch when customers were harmed. What you build decides
# what they will have seen: without an alarm a bad version stays until somebody complains.
#
# The checks look at the account. They take any sound design, CodeDeploy and the CDK included, so
# leave the solutions alone for a while. What they insist on is that a **stack** has made it.

# %% [markdown]
# ## A worked example
#
# The account is empty. There is a ground plan to begin with: a load balancer for the customers, two
# target groups, a cluster, two roles. Nothing is behind it yet.

# %%
import boto3

from devops_workbook import dora, open_lab
from devops_workbook.chapters.capstone import (
    REGISTRY, Results, bad_release, database_of, deploy, fire_drill, ground_plan, newest_image,
    play, view,
)

lab = open_lab("capstone")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people leave with one design that they can defend, and with numbers that they
# do not overstate. Let pairs build; one types, one reads the check. Misconceptions to listen for:
# "the alarm is the rollback", "the pipeline went green, so customers are fine", "our fail rate is
# down by a third". Everybody's quarter runs over the same plan of changes, so compare the results at
# the end on one wall: whose customers were harmed least, and by what?
#
# The checks have seen CodeDeploy with a canary, a stage of the pipeline that rolls back by its alarms,
# composite alarms that call, and a stack written with the CDK. Let whoever knows these use them.
#
# With 65 minutes: show all up to *Run it* as it is (`lab.catch_up("release")`), let them do *Into
# production*, *Alarms that call somebody* and *Releases that undo themselves*, and play the quarter.
# Leave out *Meet a target* first, then *Somebody has tidied up*. People get stuck where a template
# fails: let them read the first failure in the events aloud. Ask at the end: "Which of these parts
# would you build first at work, and what would you measure before?"

# %%
template = ground_plan()
print("\n".join(f"{name:14} {each['Type']}" for name, each in template["Resources"].items()))

# %% [markdown]
# `template` is an ordinary template as a dict. You add resources to `template["Resources"]` and call
# `deploy(lab, template)`: it creates the stack `shop` or updates it, and waits. If that fails it
# shows you the events.

# %%
deploy(lab, template)

# %% [markdown]
# Later you will come back to it, perhaps after a `lab.catch_up`. What was deployed last, the stack
# itself knows:

# %%
def current():
    return boto3.client("cloudformation").get_template(StackName="shop")["TemplateBody"]


print(len(current()["Resources"]), "resources")

# %% [markdown]
# ## Exercises
#
# ### Measure the quarter before
#
# The log of chapter 01 has the year 2025.

# %%
from devops_workbook.paths import DATA

SHOP = DATA / "shop"
log = dora.read_csv(SHOP / "deployments.csv", SHOP / "changes.csv", SHOP / "incidents.csv")

# %% [markdown]
# Measure the service `orders` alone, in the last quarter, from 1 October until the end of the year,
# by the clocks of Berlin.

# %% tags=["task"] exercise="before"
before = ...

# %% tags=["solution"] exercise="before"
before = dora.measure(log.only("orders"), "2025-10-01", "2026-01-01", tz="Europe/Berlin")
before

# %% tags=["wrong"] exercise="before" message="storefront is another service"
before = dora.measure(log, "2025-10-01", "2026-01-01", tz="Europe/Berlin")

# %% tags=["wrong"] exercise="before" message="by the clocks of Europe/Berlin"
before = dora.measure(log.only("orders"), "2025-10-01", "2025-12-31", tz="Europe/Berlin")

# %% tags=["wrong"] exercise="before" message="should be what dora.measure returns"
before = 9.4

# %%
lab.check("before", before)

# %% [markdown]
# ### The foundation, as code
#
# The shop's code lies in a folder, and the account has no place for it yet.

# %%
from devops_workbook.shop.image_builds import image_files
from devops_workbook.shop_repository import commit_files, shop_files

files = {**shop_files("orders"), **image_files("orders")}
print(len(files), "files, such as", *sorted(files)[:3])

# %% [markdown]
# Add three resources to the template, and deploy it:
#
# - an ECR repository `orders`, whose tags cannot move and whose images are scanned on push
# - a CodeCommit repository `shop`
# - an S3 bucket with versioning, for the pipeline's artifacts
#
# Then bring the files into `shop`, on the branch `main`: `commit_files(message, files)`. Once is
# enough, as CodeCommit refuses a commit that changes nothing.

# %% tags=["task"] exercise="foundation"
template = current()
answer = ...

# %% tags=["solution"] exercise="foundation"
template = current()
template["Resources"] |= {
    "Images": {
        "Type": "AWS::ECR::Repository",
        "Properties": {
            "RepositoryName": "orders",
            "ImageTagMutability": "IMMUTABLE",
            "ImageScanningConfiguration": {"ScanOnPush": True},
        },
    },
    "Code": {"Type": "AWS::CodeCommit::Repository", "Properties": {"RepositoryName": "shop"}},
    "Artifacts": {
        "Type": "AWS::S3::Bucket",
        "Properties": {"VersioningConfiguration": {"Status": "Enabled"}},
    },
}
deploy(lab, template)
commit_files("Bring the shop's code", files)

# %% tags=["wrong"] exercise="foundation" message="no stack made it"
boto3.client("ecr").create_repository(
    repositoryName="orders", imageTagMutability="IMMUTABLE",
    imageScanningConfiguration={"scanOnPush": True},
)

# %% tags=["wrong"] exercise="foundation" message="nobody knows tomorrow"
template = current()
template["Resources"]["Images"] = {
    "Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "orders"}}
deploy(lab, template)

# %% tags=["wrong"] exercise="foundation" message="There is no ECR repository orders"
template = current()
template["Resources"]["Code"] = {
    "Type": "AWS::CodeCommit::Repository", "Properties": {"RepositoryName": "shop"}}
deploy(lab, template)

# %%
lab.check("foundation")

# %% [markdown]
# ### From a commit to an image
#
# Two functions spare you the braces: `action` is an action of a pipeline as CloudFormation takes it,
# `project` a CodeBuild project that runs commands in the source's folder and keeps `orders/` as its
# artifact.

# %%
import yaml

DELIVERY = {"Fn::GetAtt": "DeliveryRole.Arn"}


def action(name, category, provider, inputs=(), outputs=(), order=1, namespace=None, **settings):
    found = {
        "Name": name,
        "ActionTypeId": dict(Category=category, Owner="AWS", Provider=provider, Version="1"),
        "InputArtifacts": [{"Name": each} for each in inputs],
        "OutputArtifacts": [{"Name": each} for each in outputs],
        "RunOrder": order,
        "Configuration": settings,
    }
    return {**found, "Namespace": namespace} if namespace else found


# %%
def project(*commands, **variables):
    keep = {"base-directory": "orders", "files": ["**/*"]}
    variables["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # your own plugins are not the shop's
    spec = {"version": 0.2, "phases": {"build": {"commands": list(commands)}}, "artifacts": keep}
    return {
        "Type": "AWS::CodeBuild::Project",
        "Properties": {
            "ServiceRole": DELIVERY,
            "Source": {"Type": "CODEPIPELINE", "BuildSpec": yaml.safe_dump(spec)},
            "Artifacts": {"Type": "CODEPIPELINE"},
            "Environment": {
                "Type": "LINUX_CONTAINER",
                "ComputeType": "BUILD_GENERAL1_SMALL",
                "Image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
                "EnvironmentVariables": [dict(Name=n, Value=v) for n, v in variables.items()],
            },
        },
    }


# %% [markdown]
# Add a pipeline `orders`, of type V2, that reads `main` of `shop`. Its stage `Build` has two
# actions: `Test`, a build that runs the tests (`cd orders`, then
# `python -m pytest -q -p no:cacheprovider`) and keeps an artifact for later, and after it `Image`.
#
# For the image use CodePipeline's own action **ECRBuildAndPublish**, category `Build`. It builds the
# Dockerfile in the folder `DockerFilePath` and pushes it to `ECRRepositoryName` under `ImageTags`.
# A tag should say which commit is inside: with the namespace `Commit` on the source action,
# `#{Commit.CommitId}` is that.
#
# Deploy, let ten minutes pass (`lab.clock.advance(minutes=10)`), and look. A new pipeline starts by
# itself. One that you change does not, so start it again after you have mended something:
# `boto3.client("codepipeline").start_pipeline_execution(name="orders")`.

# %% tags=["task"] exercise="pipeline"
template = current()
answer = ...

# %% tags=["solution"] exercise="pipeline"
template = current()
template["Resources"]["Test"] = project("cd orders", "python -m pytest -q -p no:cacheprovider")
source = action("Source", "Source", "CodeCommit", outputs=["Source"], namespace="Commit",
                RepositoryName="shop", BranchName="main")
test = action("Test", "Build", "CodeBuild", ["Source"], ["Tested"], ProjectName={"Ref": "Test"})
image = action("Image", "Build", "ECRBuildAndPublish", ["Source"], order=2,
               ECRRepositoryName="orders", DockerFilePath="orders",
               ImageTags="#{Commit.CommitId}")
stages = [{"Name": "Source", "Actions": [source]}, {"Name": "Build", "Actions": [test, image]}]
template["Resources"]["Pipeline"] = {
    "Type": "AWS::CodePipeline::Pipeline",
    "DependsOn": ["Code", "Images"],
    "Properties": {
        "Name": "orders", "PipelineType": "V2", "ExecutionMode": "QUEUED", "RoleArn": DELIVERY,
        "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Artifacts"}}, "Stages": stages,
    },
}
deploy(lab, template)
lab.clock.advance(minutes=10)

# %% tags=["wrong"] exercise="pipeline" message="The image was begun before the tests had ended"
from devops_workbook.chapters.capstone import reference

parts = reference.pipeline()
parts["Pipeline"]["Properties"]["Stages"][1]["Actions"][1]["RunOrder"] = 1
template = reference.with_resources(ground_plan(), {**reference.foundation(), **parts})
deploy(lab, template)
lab.clock.advance(minutes=15)

# %% tags=["wrong"] exercise="pipeline" message="cannot be traced back"
from devops_workbook.chapters.capstone import reference

parts = reference.pipeline()
parts["Pipeline"]["Properties"]["Stages"][1]["Actions"][1]["Configuration"]["ImageTags"] = "1.4"
template = reference.with_resources(ground_plan(), {**reference.foundation(), **parts})
deploy(lab, template)
lab.clock.advance(minutes=15)

# %% tags=["wrong"] exercise="pipeline" message="Does it run pytest?"
from devops_workbook.chapters.capstone import reference

parts = reference.pipeline(reference.Design(tests=False))
template = reference.with_resources(ground_plan(), {**reference.foundation(), **parts})
deploy(lab, template)
lab.clock.advance(minutes=15)

# %%
lab.check("pipeline")

# %%
view(lab)

# %% [markdown]
# ### Run it, and make it traceable
#
# The image is there, so something can run it.

# %%
image_uri = newest_image()
print(image_uri or "There is no image yet.")

# %% [markdown]
# Add to the template:
#
# - a task definition of the family `orders` for Fargate, with two containers: `orders`, your image
#   on port 8080, and a collector that takes traces to X-Ray, such as
#   `public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3`, not essential. ECS pulls the
#   image with an execution role; the lab looks at no role, so one of the ground plan's will do
# - a service `orders` in the cluster `shop`, with at least two tasks, behind the target group
#   `Blue`, in the subnets that the parameter `Subnets` names
#
# A task needs time to start: `HealthCheckGracePeriodSeconds` of 60 keeps ECS from replacing it
# meanwhile. Let the service name its task definition by the family alone. The pipeline will
# register newer revisions than your template knows.

# %% tags=["task"] exercise="service"
template = current()
answer = ...

# %% tags=["solution"] exercise="service"
template = current()
collector = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3"
orders = {"Name": "orders", "Image": newest_image(), "PortMappings": [{"ContainerPort": 8080}]}
template["Resources"]["Task"] = {"Type": "AWS::ECS::TaskDefinition", "Properties": {
    "Family": "orders", "RequiresCompatibilities": ["FARGATE"], "NetworkMode": "awsvpc",
    "Cpu": "512", "Memory": "1024", "ExecutionRoleArn": {"Fn::GetAtt": "BalancerRole.Arn"},
    "ContainerDefinitions": [
        orders, {"Name": "collector", "Image": collector, "Essential": False}],
}}
template["Resources"]["Service"] = {
    "Type": "AWS::ECS::Service",
    "DependsOn": ["Task", "Customers"],
    "Properties": {
        "ServiceName": "orders", "Cluster": {"Ref": "Cluster"}, "TaskDefinition": "orders",
        "LaunchType": "FARGATE", "DesiredCount": 3, "HealthCheckGracePeriodSeconds": 60,
        "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": {"Ref": "Subnets"}}},
        "LoadBalancers": [{"TargetGroupArn": {"Ref": "Blue"}, "ContainerName": "orders",
                           "ContainerPort": 8080}],
    },
}
deploy(lab, template)

# %% tags=["wrong"] exercise="service" message="When it is replaced or falls over"
from devops_workbook.chapters.capstone import reference

parts = reference.service(reference.Design(rollback=False), reference.newest_image())
parts["Service"]["Properties"]["DesiredCount"] = 1
template = reference.with_resources(ground_plan(), {
    **reference.foundation(), **reference.pipeline(), **parts})
deploy(lab, template)

# %% tags=["wrong"] exercise="service" message="No container beside orders collects traces"
from devops_workbook.chapters.capstone import reference

parts = reference.service(reference.Design(rollback=False, traces=False), reference.newest_image())
template = reference.with_resources(ground_plan(), {
    **reference.foundation(), **reference.pipeline(), **parts})
deploy(lab, template)

# %% tags=["wrong"] exercise="service" message="Customers reach nobody"
from devops_workbook.chapters.capstone import reference

parts = reference.service(reference.Design(rollback=False), reference.newest_image())
del parts["Service"]["Properties"]["LoadBalancers"]
del parts["Service"]["Properties"]["HealthCheckGracePeriodSeconds"]
template = reference.with_resources(ground_plan(), {
    **reference.foundation(), **reference.pipeline(), **parts})
deploy(lab, template)

# %%
lab.check("service")

# %% [markdown]
# ### Into production, database first
#
# `orders` needs its tables. In production its database user may not make any, so the pipeline does:
# a migration runs first, then the new version comes. Add a stage `Production` with two actions:
#
# - `Migrate`, a CodeBuild project that gets the variable `ORDERS_DATABASE`, which is
#   `str(database_of(lab))`, a real SQLite file. Its input is the folder `orders` that `Test` has
#   kept. The command: `python -c "from service.store import connect; connect('$ORDERS_DATABASE')"`
# - `Deploy`, category `Deploy`, provider `ECS`, with `ClusterName` and `ServiceName`. It wants a
#   file `imagedefinitions.json` in its input: `[{"name": "orders", "imageUri": "..."}]`. Let `Test`
#   write it. The image is called `REGISTRY`, a colon, and its tag; a build knows the commit as
#   `$CODEBUILD_RESOLVED_SOURCE_VERSION`.
#
# Then start the pipeline, since nobody has committed anything, and let twenty minutes pass. Is
# something red? `view(lab)` says what.

# %% tags=["task"] exercise="release"
template = current()
answer = ...

# %% tags=["solution"] exercise="release"
template = current()
uri = f"{REGISTRY}:$CODEBUILD_RESOLVED_SOURCE_VERSION"
template["Resources"]["Test"] = project(
    "cd orders",
    "python -m pytest -q -p no:cacheprovider",
    f"""printf '[{{"name":"orders","imageUri":"%s"}}]' "{uri}" > imagedefinitions.json""",
)
template["Resources"]["Migrate"] = project(
    "python -c \"from service.store import connect; connect('$ORDERS_DATABASE')\"",
    ORDERS_DATABASE=str(database_of(lab)),
)
migrate = action("Migrate", "Build", "CodeBuild", ["Tested"], ProjectName={"Ref": "Migrate"})
release = action("Deploy", "Deploy", "ECS", ["Tested"], order=2,
                 ClusterName="shop", ServiceName="orders")
pipeline = template["Resources"]["Pipeline"]["Properties"]
pipeline["Stages"] = [*pipeline["Stages"][:2], {"Name": "Production", "Actions": [migrate, release]}]
deploy(lab, template)
boto3.client("codepipeline").start_pipeline_execution(name="orders")
lab.clock.advance(minutes=20)

# %% tags=["wrong"] exercise="release" message="nothing ran its migrations"
from devops_workbook.chapters.capstone import reference

migrate, [production] = reference.release(lab)
production["Actions"] = production["Actions"][1:]
parts = {**reference.service(reference.Design(rollback=False), reference.newest_image())}
template = reference.with_resources(ground_plan(), {
    **reference.foundation(), **parts, **reference.pipeline(release=(production,))})
deploy(lab, template)
boto3.client("codepipeline").start_pipeline_execution(name="orders")
lab.clock.advance(minutes=20)

# %% tags=["wrong"] exercise="release" message="The new version came before its migrations"
from devops_workbook.chapters.capstone import reference

migrate, [production] = reference.release(lab)
production["Actions"][0]["RunOrder"] = 3
parts = {**reference.service(reference.Design(rollback=False), reference.newest_image()), **migrate}
template = reference.with_resources(ground_plan(), {
    **reference.foundation(), **parts, **reference.pipeline(release=(production,))})
deploy(lab, template)
boto3.client("codepipeline").start_pipeline_execution(name="orders")
lab.clock.advance(minutes=20)

# %% tags=["wrong"] exercise="release" message="has deployed nothing"
from devops_workbook.chapters.capstone import reference

deploy(lab, reference.released(lab))
lab.clock.advance(minutes=20)

# %%
lab.check("release")

# %% [markdown]
# The way is open. What is missing is somebody who says stop.
#
# ### Alarms that call somebody
#
# Add alarms, and a topic with a subscription for whoever is on call. Two things harm customers:
# requests that fail, and requests that take longer than a second. Nobody should be called when
# neither happens.
#
# The metrics are those of the load balancer, in `AWS/ApplicationELB`, and customers came only
# today: there is no past to test the alarms on. So test them in a drill, and again after each
# change. `fire_drill(lab)` lets customers in for 52 minutes, during which payments fail for a while,
# and later a query is slow.

# %% tags=["task"] exercise="alarms"
template = current()
answer = ...

# %% tags=["solution"] exercise="alarms"
template = current()
def metric(name, metric, stat, shown=False):
    balancer = {"Fn::GetAtt": "LoadBalancer.LoadBalancerFullName"}
    of = {"Namespace": "AWS/ApplicationELB", "MetricName": metric,
          "Dimensions": [{"Name": "LoadBalancer", "Value": balancer}]}
    return {"Id": name, "ReturnData": shown, "MetricStat": dict(Metric=of, Period=60, Stat=stat)}


def alarm(threshold, *metrics):
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {
        "Metrics": metrics, "Threshold": threshold, "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "TreatMissingData": "notBreaching",
        "AlarmActions": [{"Ref": "OnCall"}]}}


share = {"Id": "share", "Expression": "100 * FILL(failed, 0) / all", "ReturnData": True}
failed = metric("failed", "HTTPCode_Target_5XX_Count", "Sum")
subscription = {"Protocol": "sms", "Endpoint": "+15550100"}
template["Resources"] |= {
    "OnCall": {"Type": "AWS::SNS::Topic", "Properties": {"Subscription": [subscription]}},
    "ErrorsAlarm": alarm(2, failed, metric("all", "RequestCount", "Sum"), share),
    "LatencyAlarm": alarm(1, metric("slow", "TargetResponseTime", "p98", shown=True)),
}
deploy(lab, template)
fire_drill(lab)

# %% tags=["wrong"] exercise="alarms" message="a query was slow, and nobody was called"
from devops_workbook.chapters.capstone import reference

found = reference.alarms()
del found["LatencyAlarm"]
template = reference.with_resources(reference.released(lab), found)
deploy(lab, template)
fire_drill(lab)

# %% tags=["wrong"] exercise="alarms" message="somebody was called, and nothing was wrong"
from devops_workbook.chapters.capstone import reference

found = reference.alarms()
found["LatencyAlarm"]["Properties"]["Threshold"] = 0.2
template = reference.with_resources(reference.released(lab), found)
deploy(lab, template)
fire_drill(lab)

# %% tags=["wrong"] exercise="alarms" message="No alarm calls anybody"
from devops_workbook.chapters.capstone import reference

found = reference.alarms()
for each in ("ErrorsAlarm", "LatencyAlarm"):
    del found[each]["Properties"]["AlarmActions"]
template = reference.with_resources(reference.released(lab), found)
deploy(lab, template)
fire_drill(lab)

# %%
lab.check("alarms")

# %% [markdown]
# ### Releases that undo themselves
#
# An alarm calls somebody, and a deployment can watch it, too. Let the deployments of `orders` go
# back by themselves, when an alarm goes off and when new tasks do not get healthy.
#
# Then let the team release something that no test knows: `bad_release(lab)`. The table shows the
# minutes in which customers were harmed. Two working hours later the team has mended it. You can
# run the drill as often as you like: the team puts its code back first.

# %% tags=["task"] exercise="rollback"
template = current()
answer = ...

# %% tags=["solution"] exercise="rollback"
template = current()
names = [{"Ref": "ErrorsAlarm"}, {"Ref": "LatencyAlarm"}]
template["Resources"]["Service"]["Properties"]["DeploymentConfiguration"] = {
    "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
    "Alarms": {"Enable": True, "Rollback": True, "AlarmNames": names},
}
deploy(lab, template)
bad_release(lab)

# %% tags=["wrong"] exercise="rollback" message="a bad version stays"
bad_release(lab)

# %% tags=["wrong"] exercise="rollback" message="run bad_release(lab)"
from devops_workbook.chapters.capstone import reference

template = reference.everything(lab)
deploy(lab, template)

# %%
lab.check("rollback")

# %% [markdown]
# ### Predict: what will be clear?
#
# Next Monday the quarter begins. The team will have something to release once or twice a week. Look
# at `before` once more, at its intervals.

# %%
before

# %% [markdown]
# Which of these four will differ so much after one more quarter that nobody can call it chance? Say
# `"clear"` or `"chance"`.

# %% tags=["task"] exercise="predict"
expected = {
    "change lead time": ...,
    "deployment frequency": ...,
    "change fail rate": ...,
    "recovery time": ...,
}

# %% tags=["solution"] exercise="predict"
expected = {
    "change lead time": "clear",
    "deployment frequency": "chance",
    "change fail rate": "chance",
    "recovery time": "clear",
}

# %% tags=["wrong"] exercise="predict" message="comes by chance"
expected = dict.fromkeys(
    ("change lead time", "deployment frequency", "change fail rate", "recovery time"), "clear")
expected["deployment frequency"] = "chance"

# %% tags=["wrong"] exercise="predict" message="should be"
expected = dict.fromkeys(
    ("change lead time", "deployment frequency", "change fail rate", "recovery time"), "better")

# %%
lab.check("predict", expected)

# %% [markdown]
# ### The quarter after
#
# Now the team works with what you have built, for thirteen weeks. `play(lab)` tells what happens as
# it happens and takes less than a minute, on a busy computer two. The same account always has the
# same quarter. (Have you left something out? `lab.catch_up("quarter")` builds the course's own
# design, in place of yours.)
#
# Then measure it. `dora.from_codepipeline` reads what the pipeline `orders` has done, and with a
# client of CodeCommit every commit in it. It knows no incidents: `dora.with_incidents(events,
# quarter.incidents)` finds out which release each belongs to. The period is from `quarter.start`
# until `quarter.end`. To measure once more you need not play once more: `quarter` stays. If you do,
# the team puts its code back and plays the quarter after that.

# %% tags=["task"] exercise="quarter"
codepipeline, codecommit = boto3.client("codepipeline"), boto3.client("codecommit")
quarter = ...
after = ...

# %% tags=["solution"] exercise="quarter"
codepipeline, codecommit = boto3.client("codepipeline"), boto3.client("codecommit")
quarter = play(lab)
events = dora.from_codepipeline(codepipeline, "orders", codecommit=codecommit)
events = dora.with_incidents(events, quarter.incidents)
after = dora.measure(events, quarter.start, quarter.end)
after

# %% tags=["wrong"] exercise="quarter" message="which deployment an incident belongs to"
quarter = play(lab, weeks=1, seed=50)
events = dora.from_codepipeline(
    boto3.client("codepipeline"), "orders", codecommit=boto3.client("codecommit"))
after = dora.measure(events, quarter.start, quarter.end)

# %% tags=["wrong"] exercise="quarter" message="The quarter is from"
quarter = play(lab, weeks=1, seed=50)
events = dora.from_codepipeline(
    boto3.client("codepipeline"), "orders", codecommit=boto3.client("codecommit"))
after = dora.measure(dora.with_incidents(events, quarter.incidents))

# %%
lab.check("quarter", after)

# %% [markdown]
# Both quarters side by side. The verdicts respect the intervals: were your predictions right? A
# recovery time has an interval only where enough releases failed. If yours are stopped by a canary,
# "no clear difference" there is good news.

# %%
results = Results(lab, before, after)
results

# %%
results.chart()

# %% [markdown]
# And the quarter itself, release by release.

# %%
results.timeline()

# %% [markdown]
# All of it as a page, to keep, to send and to argue about:

# %%
results.page("capstone.html")

# %% [markdown] tags=["instructor"]
# **Instructor.** Here the room compares. Ask: "What would this table look like without the tests?
# Without the alarms?" Then let one pair take the alarms out of its template, deploy it and play it
# again: the team puts its code back and plays the next thirteen weeks. (In the course's design that
# is `deploy(lab, reference.everything(lab, reference.Design(alarms=False)))`.) The recovery time
# goes from minutes to hours, and the lead time stays at minutes.

# %% [markdown]
# ### Somebody has tidied up
#
# Somebody had "a quick look at the costs", and now customers get 503. All you know is that it was
# done by hand. (The next cell builds the course's own design in place of yours and breaks it. To
# keep your template, say `mine = current()` first.)

# %%
lab.catch_up("rebuild")
cloudformation = boto3.client("cloudformation")
cloudformation.describe_stacks(StackName="shop")["Stacks"][0]["StackStatus"]

# %% [markdown]
# The stack believes that all is well. Find out what is not, and bring it back from the template.
# A stack's parameters stay as they are with `UsePreviousValue`.

# %% tags=["task"] exercise="rebuild"
keep = [dict(ParameterKey=name, UsePreviousValue=True) for name in ("Vpc", "Subnets")]
answer = ...

# %% tags=["solution"] exercise="rebuild"
keep = [dict(ParameterKey=name, UsePreviousValue=True) for name in ("Vpc", "Subnets")]
names = dict(StackName="shop", ChangeSetName="bring-it-back")
cloudformation.create_change_set(
    **names, DeploymentMode="REVERT_DRIFT", UsePreviousTemplate=True, Parameters=keep,
    Capabilities=["CAPABILITY_NAMED_IAM"],
)
cloudformation.get_waiter("change_set_create_complete").wait(**names)
for each in cloudformation.describe_change_set(**names)["Changes"]:
    print(each["ResourceChange"]["LogicalResourceId"], each["ResourceChange"]["Action"])
cloudformation.execute_change_set(**names)
cloudformation.get_waiter("stack_update_complete").wait(StackName="shop")

# %% tags=["wrong"] exercise="rebuild" message="There is no service orders"
boto3.client("elbv2").describe_load_balancers()
lab.clock.advance(minutes=5)

# %% tags=["wrong"] exercise="rebuild" message="differs from the template"
from devops_workbook.chapters.capstone import rebuild

rebuild.by_hand()
lab.clock.advance(minutes=10)

# %%
lab.check("rebuild")

# %% [markdown]
# ### Meet a target
#
# A stretch. Begin with the course's design once more; the module `reference` writes it.

# %%
from devops_workbook.chapters.capstone import reference

lab.catch_up("target")

# %% [markdown]
# The company sets a target: **a lead time under a day, at a change fail rate under five per cent**.
# Tests cannot stop a mistake that shows in production alone. So fewer customers should meet it. The
# quarter counts an incident when for three minutes in a row more than two per cent of all requests
# fail or take over a second. A release that is undone before that does not count as failed.
#
# Change the template and deploy it. Five busy weeks will show whether it works:
# `play(lab, weeks=5, seed=68)` plays other changes than before. Measure them.

# %% tags=["task"] exercise="target"
template = current()
goal = ...

# %% tags=["solution"] exercise="target"
template = current()
service = template["Resources"]["Service"]["Properties"]
canary = {"CanaryPercent": 5, "CanaryBakeTimeInMinutes": 6}
service["DeploymentConfiguration"] |= {
    "Strategy": "CANARY", "BakeTimeInMinutes": 2, "CanaryConfiguration": canary}
service["LoadBalancers"][0]["AdvancedConfiguration"] = {
    "AlternateTargetGroupArn": {"Ref": "Green"},
    "ProductionListenerRule": {"Ref": "Customers"},
    "RoleArn": {"Fn::GetAtt": "BalancerRole.Arn"},
}
alarms = reference.alarms_of_groups()
template["Resources"] |= alarms
service["DeploymentConfiguration"]["Alarms"]["AlarmNames"] = reference.names_of(alarms)
deploy(lab, template)
quarter = play(lab, weeks=5, seed=68)
events = dora.from_codepipeline(codepipeline, "orders", codecommit=codecommit)
events = dora.with_incidents(events, quarter.incidents)
goal = dora.measure(events, quarter.start, quarter.end)

# %% tags=["wrong"] exercise="target" message="the target is under 5%"
quarter = play(lab, weeks=5, seed=68)
events = dora.from_codepipeline(
    boto3.client("codepipeline"), "orders", codecommit=boto3.client("codecommit"))
goal = dora.measure(dora.with_incidents(events, quarter.incidents), quarter.start, quarter.end)

# %% tags=["wrong"] exercise="target" message="say little"
quarter = play(lab, weeks=1, seed=50)
events = dora.from_codepipeline(
    boto3.client("codepipeline"), "orders", codecommit=boto3.client("codecommit"))
goal = dora.measure(dora.with_incidents(events, quarter.incidents), quarter.start, quarter.end)

# %% tags=["wrong"] exercise="target" message="Nothing was played"
goal = 0.04

# %%
lab.check("target", goal)

# %% [markdown]
# ## In production
#
# **Cost.** A load balancer, three small tasks and a pipeline run day and night: chapter 09 has the
# prices of tasks. A canary doubles the tasks while it lasts.
#
# **Rights.** Two roles stand in the ground plan without a single permission, because the lab checks
# none. On AWS give each exactly what its actions do; IAM Access Analyzer makes a draft from what
# was really called.
#
# **Accounts.** Production and the tools that deploy to it belong into different accounts, so that a
# mistake in one cannot reach the other. The pipeline then assumes a role over there.
#
# **Data.** Everything here comes back from code but the orders. Back the database up into another
# account, and try to restore it before you have to.
#
# **CodeCommit** is open to new customers again since November 2025; a connection to GitHub or
# GitLab takes its place in the pipeline.

# %% [markdown]
# ## Simulated here
#
# The stack, the pipeline, the builds, tests and migrations, the deployments, alarms and rollbacks
# are those of the chapters before, on the lab's clock. In the quarter, people follow rules: they work
# from Monday to Friday, nine to five; somebody who is called comes within twenty minutes; without
# an alarm support asks the team after two hours of complaints. What a mistake does to customers is
# written down beside it. Customers come while something is released or is wrong; the time between is
# skipped, and the team makes fewer commits than a real one, so that a quarter is played in a minute
# or two.

# %% [markdown]
# ## Recap
#
# - One template is the way from a commit to production. What was made by hand is lost by hand.
# - Test, then build once; migrate, then deploy; watch, then keep or undo.
# - An alarm that nobody tried is a hope. Drill it.
# - Measure before you change anything, with the definitions that you will use afterwards.
# - Say what is clear, and say what may be chance.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-chance", "b")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
right = {"q-chance": "b", "q-database": "b", "q-undone": "a", "q-first": "b"}
for question, choice in right.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Your own service: `workbook dora --pipeline NAME --load-balancer NAME` measures a pipeline of your
#   AWS account, with the incidents of the last two weeks. `workbook traces --xray` finds where the
#   time of its requests goes. Both change nothing there
# - [DORA's guide to the metrics](https://dora.dev/guides/dora-metrics/), with the pitfalls of using
#   them
# - Forsgren, Humble, Kim: *Accelerate* (2018), the research behind the numbers
# - [Amazon's way to deploy](https://aws.amazon.com/builders-library/automating-safe-hands-off-deployments/)
#   without anybody watching
# - The [glossary](glossary.md), for the words of this course
