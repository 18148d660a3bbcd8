# %% [markdown]
# # Running containers
#
# You run one image on ECS, EKS, App Runner and ECS Express Mode, break it, and can say which of them
# your team should pay for.
#
# *80 minutes. Level: intermediate, with a little YAML. First:
# [chapter 08](08_container_images.ipynb).*

# %% [markdown]
# ## You will be able to
#
# - run the same image in several ways, and measure what each asks of a team
# - release by replacing what runs, with a way back
# - give a container its secrets and its role at run time
# - find out why a container does not come up, in the words of each service
# - choose a way for a workload by computed reasons instead of by fashion

# %% [markdown]
# ## The story so far
#
# Some customers are still served by the old servers that you met in chapter 04. They were set up
# four years ago and patched by hand, by three people, and nobody dares to restart them. Now there
# is an image of every version in a registry. An image runs the same everywhere, so where?
#
# One colleague wants Kubernetes, "because everybody has it". Another wants "just a URL". You have
# an empty account, and a morning to try it all.

# %% [markdown]
# ## The idea
#
# An image is started, checked, replaced, scaled and reached. Somebody has to say how, and somebody
# has to look after what does it. The ways differ in who that is.
#
# ![A table of who does what: with App Runner and ECS Express Mode you bring the image, and AWS does
# all else. With ECS on Fargate you also decide on releases, scaling and the load balancer. With EKS
# nodes and upgrades of the platform are yours too.](images/running_containers.svg)
#
# All have one thing in common: **immutable infrastructure**. What runs is never changed. You change
# the definition (a task definition, a manifest, an image tag), and the service starts new copies
# and ends the old ones. So a release is a replacement, a repair is a replacement, and going back is
# one too. What runs is what is written down.
#
# For that the service has to know when a copy is **ready**. It asks a URL of yours. That URL is the
# most important line in every definition of this chapter.

# %% [markdown]
# ## A worked example
#
# Open the lab. The account has the images in ECR, some roles, and the database's password in Secrets
# Manager. Nothing runs.

# %%
import boto3

from devops_workbook import kubernetes, open_lab
from devops_workbook.chapters.running_containers import apprunner, ecs, eks
from devops_workbook.chapters.running_containers.account import image, network, role

lab = open_lab("running-containers")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people leave able to say what a way costs their team, in lines, minutes,
# parts and dollars, and who goes back when a release is bad. Misconceptions to listen for: "running
# means ready", "Kubernetes rolls back by itself", "the task role pulls the image", "a limit is a
# reservation". Ask before the comparison is run: "Which of the four is up first? After how many
# minutes?" Ask at the end: "What would make you change your choice?" People get stuck on the two
# roles of a task (the execution role starts it, the task role is the program's), and at the release
# that is stuck, where a second fault waits behind the first.
#
# With 60 minutes: *Roll forward by replacing*, *A manifest for production*, the prediction, *A
# release that is stuck* and *Your own workload*. Leave out the month's cost and the number of pods
# first. The upgrade is for the fast.

# %% [markdown]
# **ECS on Fargate.** A *task definition* says what to run. A *service* keeps three tasks of it
# running, behind a load balancer, which asks each for readiness. Fargate means that there is no
# server to look after.

# %%
client = boto3.client("ecs")
client.create_cluster(clusterName="shop")
target_group = ecs.target_group()  # a load balancer, its listener and the readiness check
client.register_task_definition(
    family="orders", requiresCompatibilities=["FARGATE"], networkMode="awsvpc",
    cpu="512", memory="1024", executionRoleArn=role("shop-execution"),
    containerDefinitions=[{
        "name": "orders", "image": image("1.4.0"), "portMappings": [{"containerPort": 8080}]}],
)
client.create_service(
    cluster="shop", serviceName="orders", taskDefinition="orders",
    desiredCount=3, launchType="FARGATE", healthCheckGracePeriodSeconds=60,
    networkConfiguration={"awsvpcConfiguration": {"subnets": network()[1]}},
    loadBalancers=[{
        "targetGroupArn": target_group, "containerName": "orders", "containerPort": 8080}],
    deploymentConfiguration={"maximumPercent": 200},
)
ecs.settle(lab)
ecs.table()

# %% [markdown]
# Break it: stop a task, as a fault would. You ask for three, so ECS starts another.

# %%
victim = ecs.tasks()[0]["taskArn"]
client.stop_task(cluster="shop", task=victim, reason="pulled the plug")
lab.clock.advance(minutes=2)
for event in reversed(ecs.service()["events"][:4]):
    print(f"{event['createdAt']:%H:%M:%S}", event["message"].partition(": (")[0].partition(" in (")[0])
ecs.table()

# %% [markdown]
# ## Exercises
#
# ### Roll forward by replacing
#
# Release 1.4.1: register it as a new revision of the task definition, and let the service run that.
# The service was made without a way back. In the same call (`update_service`) switch on the
# **circuit breaker** with rollback: it ends a release whose tasks do not get healthy. Then let the
# service settle, by `ecs.settle(lab)`.

# %% tags=["task"] exercise="replace"
answer = ...

# %% tags=["solution"] exercise="replace"
made = client.register_task_definition(**ecs.definition("1.4.1"))["taskDefinition"]
client.update_service(
    cluster="shop", service="orders", taskDefinition=made["taskDefinitionArn"],
    deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
)
ecs.settle(lab)

# %% tags=["wrong"] exercise="replace" message="released without a way back"
made = client.register_task_definition(**ecs.definition("1.4.1"))["taskDefinition"]
client.update_service(
    cluster="shop", service="orders", taskDefinition=made["taskDefinitionArn"])
ecs.settle(lab)

# %% tags=["wrong"] exercise="replace" message="on, and does not roll back"
made = client.register_task_definition(**ecs.definition("1.4.1"))["taskDefinition"]
client.update_service(
    cluster="shop", service="orders", taskDefinition=made["taskDefinitionArn"],
    deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": False}})
ecs.settle(lab)

# %% tags=["wrong"] exercise="replace" message="Move the clock until"
made = client.register_task_definition(**ecs.definition("1.4.1"))["taskDefinition"]
client.update_service(
    cluster="shop", service="orders", taskDefinition=made["taskDefinitionArn"],
    deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}})

# %% tags=["wrong"] exercise="replace" message="It should be 1.4.1"
made = client.register_task_definition(**ecs.definition("1.5.1"))["taskDefinition"]
client.update_service(
    cluster="shop", service="orders", taskDefinition=made["taskDefinitionArn"])
ecs.settle(lab)

# %%
lab.check("replace")

# %% [markdown]
# Scale it: with **target tracking** you name a number and ECS starts and stops tasks to stay near
# it. Then a sale begins.

# %%
scaling = boto3.client("application-autoscaling")
target = {"ServiceNamespace": "ecs", "ResourceId": "service/shop/orders",
          "ScalableDimension": "ecs:service:DesiredCount"}
scaling.register_scalable_target(**target, MinCapacity=3, MaxCapacity=10)
scaling.put_scaling_policy(
    **target, PolicyName="cpu", PolicyType="TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration={
        "TargetValue": 60.0, "PredefinedMetricSpecification": {
            "PredefinedMetricType": "ECSServiceAverageCPUUtilization"}},
)
load = ecs.customers(lab, rate=6000)  # requests a minute
for _ in range(4):
    lab.clock.advance(minutes=4)
    print(f"{lab.clock.now():%H:%M}", ecs.service()["runningCount"], "tasks")

# %% [markdown]
# The alarm that target tracking looks at wants three bad minutes, so the first minutes of a sale
# are served by what is there.
#
# ### A secret at run time
#
# An image holds no secrets: whoever can pull it can read them. Nor should the task definition, as
# this one does.

# %%
from devops_workbook.chapters.running_containers import secrets

lab.catch_up("run-time-secret")
secrets.definition_of("orders")["containerDefinitions"][0]["environment"]

# %% [markdown]
# Put that right. The program still wants the variable `DB_PASSWORD`; ECS shall read its value from
# Secrets Manager when a task starts. Two roles belong to a task:
#
# - `shop-execution` is ECS's own: it pulls the image and reads the secret
# - `shop-orders` is the **task role**: what the program itself may do, for example write to a queue
#
# Register a definition with `secrets`, both roles and no password, and let the service run it.
# `secret_arn()` returns the ARN of the secret.

# %% tags=["task"] exercise="run-time-secret"
from devops_workbook.chapters.running_containers.account import secret_arn

answer = ...

# %% tags=["solution"] exercise="run-time-secret"
from devops_workbook.chapters.running_containers.account import secret_arn

variable = {"name": "DB_PASSWORD", "valueFrom": secret_arn()}
definition = ecs.definition("1.4.1", secrets=[variable])
definition["taskRoleArn"] = role("shop-orders")
made = client.register_task_definition(**definition)["taskDefinition"]
client.update_service(
    cluster="shop", service="orders", taskDefinition=made["taskDefinitionArn"])
ecs.settle(lab)

# %% tags=["wrong"] exercise="run-time-secret" message="The password itself still stands"
from devops_workbook.chapters.running_containers.account import password, secret_arn

made = client.register_task_definition(**ecs.definition(
    "1.4.1", secrets=[{"name": "DB_PASSWORD", "valueFrom": secret_arn()}],
    environment=[{"name": "OLD_PASSWORD", "value": password()}]))["taskDefinition"]
client.update_service(
    cluster="shop", service="orders", taskDefinition=made["taskDefinitionArn"])
ecs.settle(lab)

# %% tags=["wrong"] exercise="run-time-secret" message="The task role is missing"
from devops_workbook.chapters.running_containers.account import secret_arn

made = client.register_task_definition(**ecs.definition(
    "1.4.1", secrets=[{"name": "DB_PASSWORD", "valueFrom": secret_arn()}]))["taskDefinition"]
client.update_service(
    cluster="shop", service="orders", taskDefinition=made["taskDefinitionArn"])
ecs.settle(lab)

# %% tags=["wrong"] exercise="run-time-secret" message="The task role is shop-execution"
from devops_workbook.chapters.running_containers.account import secret_arn

definition = ecs.definition(
    "1.4.1", secrets=[{"name": "DB_PASSWORD", "valueFrom": secret_arn()}])
definition["taskRoleArn"] = role("shop-execution")
made = client.register_task_definition(**definition)["taskDefinition"]
client.update_service(
    cluster="shop", service="orders", taskDefinition=made["taskDefinitionArn"])
ecs.settle(lab)

# %% tags=["wrong"] exercise="run-time-secret" message="The program needs DB_PASSWORD"
made = client.register_task_definition(**ecs.definition("1.4.1"))["taskDefinition"]
client.update_service(
    cluster="shop", service="orders", taskDefinition=made["taskDefinitionArn"])
ecs.settle(lab)

# %%
lab.check("run-time-secret")

# %% [markdown]
# A password that stood in a definition is no secret any more: change it as well. Old revisions keep
# it for ever, and so does CloudTrail.
#
# ### A manifest for production
#
# **EKS** runs Kubernetes for you: AWS looks after its *control plane*, you say which nodes it has.
# Make a cluster, and look at the clock.

# %%
lab.reset()
begin = lab.clock.now()
kube = eks.create_cluster(lab)  # a cluster, and a node group of two t3.medium
print("ready after", lab.clock.now() - begin)
kube.get("nodes")

# %% [markdown]
# Not all of a node is yours: EKS keeps a part of its cores and its memory for itself, and this much
# is left for **pods**. The API of Kubernetes is the cluster's own, not AWS's. On AWS you talk to it
# with `kubectl`; here `kube` has the same verbs. You **apply** manifests in YAML that say what
# there should be.
#
# Here is one as it is found in many a tutorial. It works, and it would hurt customers at every
# release. Make it one for production:
#
# - version 1.4.0, **three** replicas
# - the container **requests** 500m (half a core) and 1Gi of memory, and its memory is **limited** to
#   as much; requests are what the scheduler reckons with, a limit is where it is killed
# - a **readiness probe** on the path `/actuator/health/readiness`, port 8080
#
# Apply it and follow the rollout to its end.

# %% tags=["task"] exercise="manifest"
from devops_workbook.chapters.running_containers.manifest import BARE

manifest = BARE.replace("IMAGE", image("1.4.0"))
print(manifest)

# %% tags=["solution"] exercise="manifest"
manifest = eks.manifest("1.4.0")
print(manifest)
kube.apply(manifest)
print(kube.rollout_status("orders"))

# %% tags=["wrong"] exercise="manifest" message="Its replicas: 1"
from devops_workbook.chapters.running_containers.manifest import BARE

manifest = BARE.replace("IMAGE", image("1.4.0"))
kube.apply(manifest)
kube.rollout_status("orders")

# %% tags=["wrong"] exercise="manifest" message="requests no cpu and no memory"
from devops_workbook.chapters.running_containers.manifest import BARE

manifest = BARE.replace("IMAGE", image("1.4.0")).replace("replicas: 1", "replicas: 3")
kube.apply(manifest)
kube.rollout_status("orders")

# %% tags=["wrong"] exercise="manifest" message="as soon as its process runs"
manifest = eks.manifest("1.4.0")
lines = [line for line in manifest.splitlines()
         if not any(word in line for word in ("readinessProbe", "httpGet", "periodSeconds"))]
manifest = "\n".join(lines)
kube.apply(manifest)
kube.rollout_status("orders")

# %% tags=["wrong"] exercise="manifest" message="The service tells it at"
manifest = eks.manifest("1.4.0").replace("/actuator/health/readiness", "/actuator/health/liveness")
kube.apply(manifest)
kube.rollout_status("orders")

# %% tags=["wrong"] exercise="manifest" message="Its memory has no limit"
manifest = eks.manifest("1.4.0").replace("          limits: {memory: 1Gi}\n", "")
kube.apply(manifest)
kube.rollout_status("orders")

# %% tags=["wrong"] exercise="manifest" message="requests 10m of CPU"
manifest = eks.manifest("1.4.0").replace("cpu: 500m", "cpu: 10m")
kube.apply(manifest)
kube.rollout_status("orders")

# %% tags=["wrong"] exercise="manifest" message="Follow it with"
manifest = eks.manifest("1.4.0")
kube.apply(manifest)

# %%
lab.check("manifest")

# %% [markdown]
# Kubernetes checks a manifest strictly. A slip of the pen is refused, in words that name the place:

# %%
for slip in (("readinessProbe", "readynessProbe"), ("replicas: 3", "replicas: three")):
    try:
        kube.apply(eks.manifest("1.4.0").replace(*slip))
    except kubernetes.KubernetesError as refusal:
        print(refusal, end="\n\n")

# %% [markdown]
# Now a release: another version is another revision, and its pods replace the old ones step by step.

# %%
kube.apply(eks.manifest("1.4.0"))
kube.rollout_status("orders")
lab.clock.advance(minutes=40)
kube.set_image("orders", image("1.4.1"))
print(kube.rollout_status("orders"))
kube.rollout_picture("orders")

# %% [markdown]
# ### How many pods, at most and at least
#
# The dashed line in the picture is a promise: never fewer available pods than that. It comes from
# two numbers of the Deployment, both 25 % if you say nothing: **maxSurge**, how many pods there may
# be on top, and **maxUnavailable**, how many may be missing. There are no parts of pods. A surge is
# rounded **up**, what may be missing **down**.
#
# Write `pod_limits`: it takes the replicas and the two percentages, and returns the pair
# `(most, least)`.

# %% tags=["task"] exercise="pod-limits"
def pod_limits(replicas, surge, unavailable):
    ...

# %% tags=["solution"] exercise="pod-limits"
import math


def pod_limits(replicas, surge, unavailable):
    most = replicas + math.ceil(replicas * surge / 100)
    least = replicas - math.floor(replicas * unavailable / 100)
    return most, least

# %% tags=["wrong"] exercise="pod-limits" message="A surge is rounded up"
def pod_limits(replicas, surge, unavailable):
    return replicas + replicas * surge // 100, replicas - replicas * unavailable // 100

# %% tags=["wrong"] exercise="pod-limits" message="What may be missing is rounded down"
def pod_limits(replicas, surge, unavailable):
    return replicas + -(-replicas * surge // 100), replicas - -(-replicas * unavailable // 100)

# %% tags=["wrong"] exercise="pod-limits" message="the wrong way round"
def pod_limits(replicas, surge, unavailable):
    return replicas - replicas * unavailable // 100, replicas + -(-replicas * surge // 100)

# %% tags=["wrong"] exercise="pod-limits" message="It should be a pair"
def pod_limits(replicas, surge, unavailable):
    return replicas + -(-replicas * surge // 100)

# %%
lab.check("pod-limits", pod_limits)

# %% [markdown]
# Capacity for the surge has to be there: three pods and one more need room on the nodes. And what
# follows the load? A **HorizontalPodAutoscaler** wants `ceil(pods × usage / target)` pods, upwards
# at once and downwards after five quiet minutes. It needs the add-on `metrics-server`.

# %%
shop = {"clusterName": "shop", "addonName": "metrics-server"}
boto3.client("eks").create_addon(**shop)
boto3.client("eks").get_waiter("addon_active").wait(**shop)
kube.apply("""
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: orders}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: orders}
  minReplicas: 3
  maxReplicas: 8
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}
""")
kube.put_load("orders", 2400)  # the customers of a sale keep 2.4 cores busy
lab.clock.advance(minutes=3)
print(kube.get("hpa"))
kube.get("pods")

# %% [markdown]
# As many are asked for as the formula says; whether they fit is another matter. A pod that is
# `Pending` waits for a node, and nodes scale by a tool of their own. ECS on Fargate and App Runner
# have no nodes that could be full.
#
# ### Predict: a version that never gets ready
#
# **App Runner** is the shortest of the ways: one call, and you get a URL. It scales by how many
# requests an instance answers at a time, which an auto scaling configuration sets.

# %%
begin = lab.clock.now()
boto3.client("apprunner").create_service(
    ServiceName="orders", SourceConfiguration=apprunner.source("1.4.0"),
    InstanceConfiguration={"Cpu": "512", "Memory": "1024"},
    HealthCheckConfiguration={"Protocol": "HTTP", "Path": "/actuator/health/readiness"},
)
apprunner.settle(lab)
print(apprunner.status(), "after", lab.clock.now() - begin)

# %% [markdown]
# App Runner takes no new customers any more, since 30 April 2026. AWS points them to **ECS Express
# Mode**: one call as well, but what it makes are ordinary parts of ECS and its neighbours, in your
# account, for you to see and to change.

# %%
from devops_workbook.chapters.running_containers import express

client.create_express_gateway_service(
    serviceName=express.NAME, primaryContainer=express.container("1.4.0"),
    executionRoleArn=role("shop-execution"), infrastructureRoleArn=role("shop-infrastructure"),
    healthCheckPath="/actuator/health/readiness", cpu="512", memory="1024",
    scalingTarget={"minTaskCount": 3, "maxTaskCount": 9},
)
express.settle(lab)
express.parts()

# %% [markdown]
# Now somebody releases 1.7.0 in every way. It starts, and waits for a table that is not there: it
# never gets ready. Half an hour later, what is the case? Write
#
# - `"back"`: the release has ended, and the old version is set again
# - `"stuck"`: old copies serve; the new version is still what is asked for
# - `"down"`: nobody serves
#
# In ECS once with the circuit breaker from above, once without. Predict first.

# %% tags=["task"] exercise="bad-release"
outcomes = {"ECS": ..., "ECS without a breaker": ..., "EKS": ..., "App Runner": ...}

# %% tags=["solution"] exercise="bad-release"
outcomes = {
    "ECS": "back",
    "ECS without a breaker": "stuck",
    "EKS": "stuck",
    "App Runner": "back",
}

# %% tags=["wrong"] exercise="bad-release" message="It undoes nothing"
outcomes = {"ECS": "back", "ECS without a breaker": "stuck", "EKS": "back", "App Runner": "back"}

# %% tags=["wrong"] exercise="bad-release" message="nobody is without service"
outcomes = {"ECS": "back", "ECS without a breaker": "down", "EKS": "stuck", "App Runner": "back"}

# %% tags=["wrong"] exercise="bad-release" message="puts the settings before it back"
outcomes = {"ECS": "back", "ECS without a breaker": "stuck", "EKS": "stuck",
            "App Runner": "stuck"}

# %% tags=["wrong"] exercise="bad-release" message="should be one of"
outcomes = {"ECS": "back", "ECS without a breaker": "hm", "EKS": "stuck", "App Runner": "back"}

# %%
lab.check("bad-release", outcomes)

# %% [markdown]
# Now run it. Two services on ECS, one on EKS, one on App Runner, and 1.7.0 for all of them.

# %%
from devops_workbook.chapters.running_containers.bad_release import release_everywhere

lab.catch_up("bad-release")
release_everywhere(lab)

# %% [markdown]
# Nobody was without service, thanks to one line each: the readiness check. But "stuck" needs a
# person, who needs a message. On EKS that is `kube.rollout_undo("orders")`, or a tool that does it.
#
# ### A release that is stuck
#
# A colleague applied 1.5.1 to the cluster ten minutes ago, and went to lunch. "It does not finish."
# Find out why, and bring 1.5.1 out. There is more than one mistake in it.

# %%
lab.catch_up("stuck-rollout")
kube = kubernetes.connect(lab.aws, "shop")
kube.get("pods")

# %% [markdown]
# These help: `kube.events("pod/")` lists what happened to pods. `kube.get("nodes")` shows what nodes
# have. `kube.show("deployment", "orders")` returns the manifest as it is, as text that you can
# change with `.replace(...)` and apply.

# %% tags=["task"] exercise="stuck-rollout"
answer = ...

# %% tags=["solution"] exercise="stuck-rollout"
fixed = kube.show("deployment", "orders").replace("1500m", "500m").replace("pasword", "password")
print(kube.apply(fixed))
print(kube.rollout_status("orders"))

# %% tags=["wrong"] exercise="stuck-rollout" message="couldn't find key pasword"
kube.apply(kube.show("deployment", "orders").replace("1500m", "500m"))
kube.rollout_status("orders")

# %% tags=["wrong"] exercise="stuck-rollout" message="you went back"
kube.rollout_undo("orders")
kube.rollout_status("orders")

# %% tags=["wrong"] exercise="stuck-rollout" message="Without one the scheduler overbooks"
text = kube.show("deployment", "orders").replace("pasword", "password")
kube.apply(text.replace("            cpu: 1500m\n", ""))
kube.rollout_status("orders")

# %% tags=["wrong"] exercise="stuck-rollout" message="Let it come from the Secret"
import yaml

from devops_workbook.chapters.running_containers.account import password

document = yaml.safe_load(kube.show("deployment", "orders").replace("1500m", "500m"))
container = document["spec"]["template"]["spec"]["containers"][0]
container["env"] = [{"name": "DB_PASSWORD", "value": password()}]
kube.apply(yaml.safe_dump(document))
kube.rollout_status("orders")

# %%
lab.check("stuck-rollout")

# %%
kube.rollout_picture("orders")

# %% [markdown]
# ### What each asks of a team
#
# Now all ways side by side. Each is deployed from nothing, then a release follows. Lines are those
# of the calls and manifests as YAML, parts are what you made and have to know of, minutes are the
# lab's.

# %%
from devops_workbook.chapters.running_containers import ways

ways.compare(lab)

# %% [markdown]
# The prices are list prices from `data/prices`, for tasks and pods of half a vCPU and one GB: three
# of them, and on App Runner one that is always busy.
#
# ### What a month costs
#
# Write `fargate_month`: the price of a month of tasks on Fargate. `price` has the price of an hour
# of a vCPU and of a GB. A month has 730 hours.

# %% tags=["task"] exercise="fargate-month"
from devops_workbook.chapters.running_containers.prices import prices

price = prices()
print("an hour of a vCPU:", price["fargate-vcpu"], "and of a GB:", price["fargate-memory"])


def fargate_month(tasks, vcpu, gb):
    ...

# %% tags=["solution"] exercise="fargate-month"
from devops_workbook.chapters.running_containers.prices import prices

price = prices()


def fargate_month(tasks, vcpu, gb):
    return 730 * tasks * (vcpu * price["fargate-vcpu"] + gb * price["fargate-memory"])


print(f"{fargate_month(3, 0.5, 1):.2f} US dollars")

# %% tags=["wrong"] exercise="fargate-month" message="That is thirty days"
def fargate_month(tasks, vcpu, gb):
    return 24 * 30 * tasks * (vcpu * 0.04048 + gb * 0.004445)

# %% tags=["wrong"] exercise="fargate-month" message="without the memory"
def fargate_month(tasks, vcpu, gb):
    return 730 * tasks * vcpu * 0.04048

# %% tags=["wrong"] exercise="fargate-month" message="That is an hour"
def fargate_month(tasks, vcpu, gb):
    return tasks * (vcpu * 0.04048 + gb * 0.004445)

# %% tags=["wrong"] exercise="fargate-month" message="That is one task"
def fargate_month(tasks, vcpu, gb):
    return 730 * (vcpu * 0.04048 + gb * 0.004445)

# %%
lab.check("fargate-month", fargate_month)

# %% [markdown]
# One service on EKS pays for a whole control plane and two nodes. Twenty services share them.

# %%
from devops_workbook.chapters.running_containers.prices import chart, prices

chart()

# %% [markdown]
# The bill is the smaller part. A version of Kubernetes is in standard support for a bit more than a
# year, then the control plane costs more, then it ends. So somebody upgrades once a year at least.

# %%
dearer = prices()["eks-cluster-extended"] / prices()["eks-cluster"]
print(f"in extended support a control plane costs {dearer:.0f} times as much")
for each in boto3.client("eks").describe_cluster_versions()["clusterVersions"]:
    status = each["versionStatus"].lower().replace("_", " ")
    print(f"{each['clusterVersion']} is in {status};"
          f" standard support ends {each['endOfStandardSupportDate']:%d %b %Y}")

# %% [markdown]
# ### Your own workload
#
# Take a service that you know, at work or from your studies, and answer for it. The table is
# computed from your answers: what rules a way out, and what it would cost.
#
# - `services`: how many services of this kind there are
# - `people`: how many can look after the platform
# - `knows_kubernetes`, `needs_kubernetes`: whether they know it, and whether something needs it
# - `only_http`: whether it does nothing but answer requests
# - `has_app_runner`: whether the account used App Runner before 30 April 2026
# - `busy`: in which share of the time there are requests, from 0 to 1

# %% tags=["task"] exercise="decision"
workload = {
    "services": ..., "people": ..., "knows_kubernetes": ..., "needs_kubernetes": ...,
    "only_http": ..., "has_app_runner": ..., "busy": ...,
}

# %% tags=["solution"] exercise="decision"
workload = {
    "services": 2, "people": 3, "knows_kubernetes": False, "needs_kubernetes": False,
    "only_http": True, "has_app_runner": False, "busy": 0.5,
}

# %% tags=["wrong"] exercise="decision" message="Nothing is left"
workload = {
    "services": 2, "people": 1, "knows_kubernetes": True, "needs_kubernetes": True,
    "only_http": True, "has_app_runner": False, "busy": 0.5,
}

# %% tags=["wrong"] exercise="decision" message="a share from 0 to 1"
workload = {
    "services": 2, "people": 3, "knows_kubernetes": False, "needs_kubernetes": False,
    "only_http": True, "has_app_runner": False, "busy": 50,
}

# %% tags=["wrong"] exercise="decision" message="should be True or False"
workload = {
    "services": 2, "people": 3, "knows_kubernetes": "a little", "needs_kubernetes": False,
    "only_http": True, "has_app_runner": False, "busy": 0.5,
}

# %%
lab.check("decision", workload)

# %%
from devops_workbook.chapters.running_containers import decision

decision.table(workload)

# %% [markdown]
# And here are three others, to compare: the answers are in the cell.

# %%
shop = {"services": 1, "people": 1, "knows_kubernetes": False, "needs_kubernetes": False,
        "only_http": True, "has_app_runner": False, "busy": 0.3}
decision.side_by_side({
    "a start-up's web shop": shop,
    "with a queue worker": {**shop, "services": 3, "people": 2, "only_http": False},
    "a company with a Helm chart": {**shop, "services": 20, "people": 4,
                                    "knows_kubernetes": True, "needs_kubernetes": True},
})

# %% [markdown]
# ### Upgrade a cluster under load
#
# A stretch. The cluster is at 1.33. Bring it to 1.34, the control plane first and then the nodes,
# and let customers notice nothing. A **disruption budget** says how many pods may be taken away on
# purpose, and EKS asks it before it empties a node. Somebody meant well with this one. The chapter's
# `upgrade.budget` writes the manifest of another, from `minAvailable=` or `maxUnavailable=`.

# %%
from devops_workbook.chapters.running_containers import upgrade

lab.catch_up("upgrade")
kube = kubernetes.connect(lab.aws, "shop")
kube.get("pdb")

# %% [markdown]
# `update_cluster_version` and `update_nodegroup_version` return at once, and both have a waiter.
# `describe_update` says how an update of the node group, `web`, ended, and why.

# %% tags=["task"] exercise="upgrade"
answer = ...

# %% tags=["solution"] exercise="upgrade"
client = boto3.client("eks")
client.update_cluster_version(name="shop", version="1.34")
client.get_waiter("cluster_active").wait(name="shop")
kube.apply(upgrade.budget(maxUnavailable=1))
client.update_nodegroup_version(clusterName="shop", nodegroupName="web")
client.get_waiter("nodegroup_active").wait(clusterName="shop", nodegroupName="web")
print(kube.get("nodes"))

# %% tags=["wrong"] exercise="upgrade" message="PodEvictionFailure"
client = boto3.client("eks")
client.update_cluster_version(name="shop", version="1.34")
client.get_waiter("cluster_active").wait(name="shop")
client.update_nodegroup_version(clusterName="shop", nodegroupName="web")
client.get_waiter("nodegroup_active").wait(clusterName="shop", nodegroupName="web")

# %% tags=["wrong"] exercise="upgrade" message="The budget is gone"
client = boto3.client("eks")
client.update_cluster_version(name="shop", version="1.34")
client.get_waiter("cluster_active").wait(name="shop")
kube.delete("pdb", "orders")
client.update_nodegroup_version(clusterName="shop", nodegroupName="web")
client.get_waiter("nodegroup_active").wait(clusterName="shop", nodegroupName="web")

# %% tags=["wrong"] exercise="upgrade" message="gives no pod up again"
client = boto3.client("eks")
client.update_cluster_version(name="shop", version="1.34")
client.get_waiter("cluster_active").wait(name="shop")
kube.apply(upgrade.budget(maxUnavailable=1))
client.update_nodegroup_version(clusterName="shop", nodegroupName="web")
client.get_waiter("nodegroup_active").wait(clusterName="shop", nodegroupName="web")
kube.apply(upgrade.budget(minAvailable=3))

# %% tags=["wrong"] exercise="upgrade" message="of 3 pods served"
client = boto3.client("eks")
client.update_cluster_version(name="shop", version="1.34")
client.get_waiter("cluster_active").wait(name="shop")
client.update_nodegroup_version(clusterName="shop", nodegroupName="web", force=True)
client.get_waiter("nodegroup_active").wait(clusterName="shop", nodegroupName="web")

# %%
lab.check("upgrade")

# %% [markdown]
# No node was upgraded. New ones came, and the old ones went: immutable infrastructure, once more.

# %% [markdown]
# ## In production
#
# **App Runner** goes on for those who had it before 30 April 2026. Whoever would choose it today
# takes **ECS Express Mode**. Several of its services share a load balancer, and since all parts are
# ordinary ones you can grow out of it without a move. Its releases are canaries that an alarm
# watches: that is why the next one takes longer in the table.
#
# **EKS** has more to decide than a morning shows: who may do what (each role has an *access entry*
# with its policies), which add-ons at which version, how nodes scale (Karpenter, or EKS Auto Mode),
# and a controller that turns an Ingress into a load balancer. Pods get roles of their own by *pod
# identity associations*, so no key lies in a Secret. A Secret of Kubernetes is only encoded:
# whoever may read it has it.
#
# **Limits.** A node takes a limited number of pods, one for each address of its network interfaces,
# however small they are. On Fargate sizes are steps, and a task takes the next larger one.

# %% [markdown]
# ## Simulated here
#
# ECS, Express Mode, EKS and App Runner follow AWS's states and rules on the lab's clock, with fixed,
# short amounts for their own work; on AWS they vary. What happens in a cluster is no AWS service: the
# lab's own scheduler and controllers do what those of Kubernetes do, with manifests checked against
# its real schemas. No container runs: what a version does, the shop's model says. No load balancer
# is made of an Ingress.

# %% [markdown]
# ## Recap
#
# - What runs is replaced, never changed: releases, repairs, upgrades.
# - Running is not ready. The readiness check is the line that protects customers.
# - Ask of each way who goes back when a release is bad: ECS if you tell it, App Runner by itself,
#   Kubernetes never.
# - Secrets come at run time; the platform's role is not the program's.
# - Requests place a pod, limits kill it, budgets keep it where it is.
# - Choose by what you have to look after, then by the bill.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-roles", "b")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
right = {"q-readiness": "b", "q-immutable": "c", "q-roles": "a", "q-app-runner": "b"}
for question, choice in right.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 10, Monitoring](10_monitoring.ipynb)
# - [Configure probes](https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/),
#   Kubernetes documentation
# - [Amazon ECS deployment circuit breaker](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html)
# - [Kubernetes versions on EKS](https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html),
#   with the calendar
# - [EKS best practices](https://docs.aws.amazon.com/eks/latest/best-practices/introduction.html)
# - The [glossary](glossary.md), for the words of this chapter
