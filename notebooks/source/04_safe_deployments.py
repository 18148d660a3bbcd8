# %% [markdown]
# # Safe deployments
#
# You bring a bad release to production many times, and each time fewer customers notice.
#
# *90 minutes. Level: intermediate. First: [chapter 03](03_build_and_test.ipynb).*

# %% [markdown]
# ## You will be able to
#
# - choose between all at once, rolling, blue/green, linear and canary, with numbers
# - set alarms that stop a bad release and let a good one pass
# - say at which minute traffic moves and a rollback comes
# - find out why a rollback did not come, and why a server is not like its sisters

# %% [markdown]
# ## The story so far
#
# A commit is tested and packaged by itself now. The last step is still Friday night: stop the
# service, copy the package, start it, hope. Last Friday version 1.5.0 changed the vouchers, and
# brought a mistake along. One request in twenty failed, until somebody read the mail on Saturday.
#
# You cannot promise that there will be no more mistakes. You can promise that a mistake meets few
# customers, for a short time.

# %% [markdown]
# ## The idea
#
# A **deployment** replaces a version that customers use. The strategies differ in two questions:
# who gets the new version, and how does one go back?
#
# ![Five small charts of the share of requests that the new version gets, over time. All at once:
# a gap in which nobody answers, then all. Rolling: task by task, four steps. Blue/green: all, in
# one move. Linear: a tenth more each minute. Canary: a tenth for a while, then all. The first needs
# four tasks, rolling four to five, the others eight until the old ones are
# gone.](images/safe_deployments.svg)
#
# - **In place**: *all at once* stops every task and starts new ones. *Rolling* does so a few at a
#   time. To go back is to deploy again.
# - **Side by side**: a second set of tasks starts beside the first, and the load balancer's weights
#   decide who gets what. *Blue/green* moves everybody in one step, *linear* in equal ones, a
#   *canary* a few first and then the rest. To go back is to move the weights.
#
# A **rollback** needs somebody who notices. That is an **alarm**: CloudWatch counts, compares with
# a threshold, and CodeDeploy listens.

# %% [markdown]
# ## A worked example
#
# The account runs `orders` 1.4.0: a service of ECS, which runs containers. Four **tasks**, copies of
# the container, stand behind a load balancer. It sends requests to the tasks of a **target group**,
# and there are two of those, blue and green. About 600 requests a minute come in. CodeDeploy knows
# the service as the deployment group `production`.

# %%
import boto3

from devops_workbook import DeploymentPlayer, open_lab

lab = open_lab("safe-deployments")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people leave able to say how many customers a release can hurt before it is
# undone, and what that number hangs on. Misconceptions to listen for: "a canary finds every
# mistake", "blue/green is safe because one can go back" (who notices?), "more alarms are safer",
# "the service is up, so it is healthy". Demonstrate the worked example with the player's buttons,
# minute by minute, and let the room say what comes next. People get stuck where their alarm looks at
# one target group only: after a deployment, production is the other one.
#
# With 60 minutes: *Your first canary*, the comparison as a demonstration, *Alarms*, the prediction
# and the break/fix. Leave out the servers first, then the configuration.

# %%
from devops_workbook.chapters.safe_deployments.account import customers
from devops_workbook.chapters.safe_deployments.operate import appspec, deploy, finish, register

customers(lab).table().drop(columns="way").tail(3)

# %% [markdown]
# That is what the customers met in the last minutes. Now deploy 1.5.0 as it was done last Friday:
# everybody at once, and nobody watching. CodeDeploy reads from an **AppSpec** what to deploy, here
# a task definition whose image is the new version.

# %%
definition = register("1.5.0")
print(appspec(definition))

# %%
codedeploy, cloudwatch = boto3.client("codedeploy"), boto3.client("cloudwatch")
elbv2 = boto3.client("elbv2")
content = appspec(definition)
made = codedeploy.create_deployment(
    applicationName="orders",
    deploymentGroupName="production",
    deploymentConfigName="CodeDeployDefault.ECSAllAtOnce",
    revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
)
player = DeploymentPlayer(made["deploymentId"], lab.clock)
player

# %% [markdown]
# Press *To the next change* a few times: each press moves the lab's clock to the next thing that
# happens. Watch the weights, the lifecycle events, and the failed requests. `player.step()` does
# the same, and `player.settle()` goes on until nothing moves by itself.

# %%
print(player.settle())

# %%
table = customers(lab).table()
table.groupby("version")[["requests", "errors", "slow", "harmed"]].sum()

# %% [markdown]
# Succeeded, says CodeDeploy: the tasks run, and they are healthy. That customers are refused is
# none of its business until you make it so.
#
# A request counts as **harmed** here when it fails (a 5xx), or takes longer than a second.
#
# ## Exercises
#
# ### Your first canary
#
# From here on each exercise begins with `lab.catch_up`, so it does not matter how the one before
# ended. Production is at 1.4.0 again.

# %%
lab.catch_up("first-canary")
for name in codedeploy.list_deployment_configs()["deploymentConfigsList"]:
    if "ECS" in name:
        found = codedeploy.get_deployment_config(deploymentConfigName=name)
        print(name, found["deploymentConfigInfo"]["trafficRoutingConfig"])

# %% [markdown]
# Version 1.4.1 is a small, good release. Deploy it with `create_deployment`, as above, and with the
# configuration that gives it to a tenth of the customers for five minutes. Then let it come to its
# end: `DeploymentPlayer(deployment_id, lab.clock).settle()`.

# %% tags=["task"] exercise="first-canary"
answer = ...

# %% tags=["solution"] exercise="first-canary"
content = appspec(register("1.4.1"))
made = codedeploy.create_deployment(
    applicationName="orders",
    deploymentGroupName="production",
    deploymentConfigName="CodeDeployDefault.ECSCanary10Percent5Minutes",
    revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
)
player = DeploymentPlayer(made["deploymentId"], lab.clock)
print(player.settle())

# %% tags=["wrong"] exercise="first-canary" message="was by ECSAllAtOnce"
content = appspec(register("1.4.1"))
made = codedeploy.create_deployment(
    applicationName="orders", deploymentGroupName="production",
    revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}})
DeploymentPlayer(made["deploymentId"], lab.clock).settle()

# %% tags=["wrong"] exercise="first-canary" message="10 % of the customers got it for 15 minutes"
content = appspec(register("1.4.1"))
codedeploy.create_deployment(
    applicationName="orders", deploymentGroupName="production",
    deploymentConfigName="CodeDeployDefault.ECSCanary10Percent15Minutes",
    revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}})

# %% tags=["wrong"] exercise="first-canary" message="A canary needs its minutes"
content = appspec(register("1.4.1"))
made = codedeploy.create_deployment(
    applicationName="orders", deploymentGroupName="production",
    deploymentConfigName="CodeDeployDefault.ECSCanary10Percent5Minutes",
    revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}})
lab.clock.advance(minutes=2)

# %%
lab.check("first-canary")

# %% [markdown]
# From here on `deploy("1.4.1", config=...)` does the same and returns the deployment's id, and
# `finish(lab.clock, id)` waits for its end, with a rollback if there is one.
#
# ### How much harm is in a plan?
#
# Before you try strategies, compute. A plan is a list: the share of the requests that the new
# version gets, minute by minute, until it is taken back. Say how many requests fail on the way, if
# `rate` arrive in a minute and the new version fails the share `error_rate` of its own.

# %% tags=["task"] exercise="expected-harm"
def expected_harm(shares, rate, error_rate):
    ...


# %% tags=["solution"] exercise="expected-harm"
def expected_harm(shares, rate, error_rate):
    return sum(rate * share * error_rate for share in shares)


# %% tags=["wrong"] exercise="expected-harm" message="only the last minute"
def expected_harm(shares, rate, error_rate):
    harm = 0
    for share in shares:
        harm = rate * share * error_rate
    return harm


# %% tags=["wrong"] exercise="expected-harm" message="takes every request"
def expected_harm(shares, rate, error_rate):
    return rate * error_rate * len(shares)


# %% tags=["wrong"] exercise="expected-harm" message="also those that went well"
def expected_harm(shares, rate, error_rate):
    return sum(rate * share for share in shares)


# %%
lab.check("expected-harm", expected_harm)

# %% [markdown]
# Three things multiply: how many get it, how bad it is, and how long until somebody notices. A
# strategy changes the first. The last is a matter of alarms.
#
# ### Five strategies, one bad release
#
# Now for real, as far as that goes offline. Five copies of the shop stand side by side with the
# same customers. At the same minute all of them release 1.5.0, each in its own way. All have the
# same rule for an alarm: more than 2 % of a target group's requests fail, in two minutes of three.

# %%
from devops_workbook.chapters.safe_deployments.strategies import compare

comparison = compare(lab)
comparison.table()

# %%
comparison.figure()

# %% [markdown]
# Mind the axis of the bars: each of its marks is ten times the one below. `recovered` is the number
# of minutes from the first harm to the last. Extra task-minutes are what ran beyond the usual four
# tasks, and the cost is Fargate's price for them. Read from the table which strategy suits whom:
#
# - `careful`: harms as few customers as possible
# - `frugal`: needs no extra capacity at all, not for a minute
# - `in place`: of the two that need no second set of tasks, the one that harms fewer

# %% tags=["task"] exercise="choose"
choice = {"careful": ..., "frugal": ..., "in place": ...}

# %% tags=["solution"] exercise="choose"
table = comparison.table()
choice = {
    "careful": table.harmed.idxmin(),
    "frugal": table["extra task-minutes"].idxmin(),
    "in place": table.harmed[["all at once", "rolling"]].idxmin(),
}

# %% tags=["wrong"] exercise="choose" message="harmed more"
choice = {"careful": "blue/green", "frugal": "all at once", "in place": "rolling"}

# %% tags=["wrong"] exercise="choose" message="needed more tasks"
careful = comparison.table().harmed.idxmin()
choice = {"careful": careful, "frugal": "canary", "in place": "rolling"}

# %%
lab.check("choose", choice)

# %% [markdown]
# Blue/green went back in a moment, and yet everybody had met the mistake: the way back is fast, the
# way there was too. And look at the rolling update: old and new tasks share one target group, so
# the alarm sees the mistake diluted, and later. Linear and canary are close. Had the mistake taken
# longer to show, linear would have fallen behind: its share grows while the alarm counts.
#
# ### Alarms that know good from bad
#
# Where to put the threshold? CloudWatch still has the metrics of the last hundred releases. Twenty
# of them were bad. All were canaries of five minutes, without any alarm. Once in a while payments
# stumbled for a minute, which was nobody's release.
#
# `backtest` takes the names of alarms. It says what they would have done in those releases, by the
# rule that CloudWatch itself uses. Try the alarm that everybody tries first.

# %%
from devops_workbook.chapters.safe_deployments.account import the_shop
from devops_workbook.chapters.safe_deployments.operate import rate_alarm
from devops_workbook.chapters.safe_deployments.past_releases import backtest, unguarded

lab.catch_up("alarms")
shop = the_shop()
blue, green = shop.dimension(0), shop.dimension(1)
cloudwatch.put_metric_alarm(
    AlarmName="first-try",
    Namespace="AWS/ApplicationELB",
    MetricName="HTTPCode_Target_5XX_Count",
    Dimensions=[{"Name": "LoadBalancer", "Value": shop.balancer}],
    Statistic="Sum", Period=60, EvaluationPeriods=1,
    Threshold=10, ComparisonOperator="GreaterThanThreshold",
    TreatMissingData="notBreaching",
)
print(unguarded())
first_try = backtest(["first-try"])
cloudwatch.delete_alarms(AlarmNames=["first-try"])
first_try

# %% [markdown]
# It cries wolf when payments stumble, and sleeps through most bad canaries: ten failures are many
# for a tenth of the customers, and few for all of them.
#
# `rate_alarm(name, balancer, group, percent=…, datapoints=…, periods=…)` puts an alarm on the share
# of a target group's requests that fail: `100 * FILL(errors, 0) / requests` in CloudWatch's metric
# math. It goes off when that share is above `percent` in `datapoints` of the last `periods`
# minutes. `FILL` is there because a load balancer reports no zero: a minute without failures is
# missing.
#
# Put alarms into the account, of whichever kind, that together let at most 1 of the 20 bad releases
# through, and roll back at most 3 of the 80 good ones. Use `shop.balancer`, `blue` and `green`.

# %% tags=["task"] exercise="alarms"
answer = ...

# %% tags=["solution"] exercise="alarms"
names = [
    rate_alarm("orders-blue", shop.balancer, blue, percent=2, datapoints=2, periods=3),
    rate_alarm("orders-green", shop.balancer, green, percent=2, datapoints=2, periods=3),
]
print(backtest(names))

# %% tags=["wrong"] exercise="alarms" message="All of them were in orders-blue"
rate_alarm("orders-green", shop.balancer, green, percent=2, datapoints=2, periods=3)

# %% tags=["wrong"] exercise="alarms" message="good releases would have been rolled back"
for name, group in (("orders-blue", blue), ("orders-green", green)):
    rate_alarm(name, shop.balancer, group, percent=1, datapoints=1, periods=1)

# %% tags=["wrong"] exercise="alarms" message="would have reached all customers"
for name, group in (("orders-blue", blue), ("orders-green", green)):
    rate_alarm(name, shop.balancer, group, percent=8, datapoints=3, periods=3)

# %% tags=["wrong"] exercise="alarms" message="has a period of 300 seconds"
for name, group in (("orders-blue", blue), ("orders-green", green)):
    cloudwatch.put_metric_alarm(
        AlarmName=name, Namespace="AWS/ApplicationELB", MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=[{"Name": "LoadBalancer", "Value": shop.balancer},
                    {"Name": "TargetGroup", "Value": group}],
        Statistic="Sum", Period=300, EvaluationPeriods=1, Threshold=10,
        ComparisonOperator="GreaterThanThreshold")

# %%
lab.check("alarms")

# %% [markdown]
# You traded two mistakes for each other: a false alarm costs a good release an afternoon, a missed
# one costs customers. Which is worse is a decision of the business. Where the trade stands is one
# you can compute.
#
# ### Predict: when it moves, when it comes back
#
# Both target groups have that alarm now, two bad minutes of three, and the deployment group heeds
# them. Call the moment in which the first requests go to the new version **minute 0**. Assume a
# release that is bad from there on. In which minute
#
# - `canary`: does `ECSCanary10Percent5Minutes` send all requests to the new version, if nothing
#   stops it?
# - `linear`: does `ECSLinear10PercentEvery1Minutes`?
# - `alarm`: can the alarm go off at the earliest?

# %% tags=["task"] exercise="predict"
minute = {"canary": ..., "linear": ..., "alarm": ...}

# %% tags=["solution"] exercise="predict"
minute = {"canary": 5, "linear": 9, "alarm": 2}

# %% tags=["wrong"] exercise="predict" message="The first tenth moves at once"
minute = {"canary": 5, "linear": 10, "alarm": 2}

# %% tags=["wrong"] exercise="predict" message="How many does the alarm want?"
minute = {"canary": 5, "linear": 9, "alarm": 1}

# %% tags=["wrong"] exercise="predict" message="Ten is the percentage"
minute = {"canary": 10, "linear": 9, "alarm": 2}

# %%
lab.check("predict", minute)

# %% [markdown]
# Now run it, and look at the alarm's state beside the weights.

# %%
lab.catch_up("predict")
deployment = deploy("1.5.0", config="CodeDeployDefault.ECSCanary10Percent5Minutes")
player = DeploymentPlayer(deployment, lab.clock)
print(player.settle())
player

# %%
from devops_workbook.chapters.safe_deployments.timing import alarm_history

print(*alarm_history("orders-green"), sep="\n")
customers(lab).table().query("version == '1.5.0'")[["minute", "weight", "requests", "harmed"]]

# %% [markdown]
# A rollback is a deployment of its own, with an id of its own. It needs no new tasks: the original
# ones were there all the time, so it only moves the weights.
#
# ### A configuration of your own
#
# Vouchers were a small mistake. Think of a big one: a version that fails **half** of its requests.
# The alarm needs up to three minutes: two bad ones, and the traffic moves in the middle of another.
# At most 50 requests may fail until then, and nobody wants to watch for more than ten minutes.
#
# Create a deployment configuration for ECS with `create_deployment_config`, a canary
# (`TimeBasedCanary`) whose percentage and interval keep to that. Then make it the one of the group:
# `update_deployment_group(applicationName="orders", currentDeploymentGroupName="production", …)`.

# %%
lab.catch_up("canary-config")

# %% [markdown]
# The customers send 600 requests a minute. Your `expected_harm` helps with the percentage; the
# interval has to leave the alarm its time.

# %% tags=["task"] exercise="canary-config"
answer = ...

# %% tags=["solution"] exercise="canary-config"
codedeploy.create_deployment_config(
    deploymentConfigName="Careful",
    computePlatform="ECS",
    trafficRoutingConfig={
        "type": "TimeBasedCanary",
        "timeBasedCanary": {"canaryPercentage": 5, "canaryInterval": 6},
    },
)
codedeploy.update_deployment_group(
    applicationName="orders",
    currentDeploymentGroupName="production",
    deploymentConfigName="Careful",
)

# %% tags=["wrong"] exercise="canary-config" message="would fail 90 in 3 minutes"
codedeploy.update_deployment_group(
    applicationName="orders", currentDeploymentGroupName="production",
    deploymentConfigName="CodeDeployDefault.ECSCanary10Percent5Minutes")

# %% tags=["wrong"] exercise="canary-config" message="still deploys"
codedeploy.create_deployment_config(
    deploymentConfigName="Careful", computePlatform="ECS",
    trafficRoutingConfig={"type": "TimeBasedCanary", "timeBasedCanary": {
        "canaryPercentage": 5, "canaryInterval": 6}})

# %% tags=["wrong"] exercise="canary-config" message="sends everybody to the new version"
codedeploy.create_deployment_config(
    deploymentConfigName="Hasty", computePlatform="ECS",
    trafficRoutingConfig={"type": "TimeBasedCanary", "timeBasedCanary": {
        "canaryPercentage": 2, "canaryInterval": 2}})
codedeploy.update_deployment_group(
    applicationName="orders", currentDeploymentGroupName="production",
    deploymentConfigName="Hasty")

# %%
lab.check("canary-config")

# %% [markdown]
# A smaller canary hurts fewer, and knows less: 5 % are 30 requests a minute. A version that fails
# two in a hundred more than before can hide in so few for a long time. Small shops need longer
# canaries than big ones.
#
# ### Alive is not ready
#
# A Spring Boot service answers two questions. `/actuator/health/liveness`: is the process alive, or
# should it be started again? `/actuator/health/readiness`: can it serve, or should requests go
# elsewhere? A load balancer takes a target for healthy as its **health check** says, at a path that
# you choose.
#
# Version 1.7.0 waits for a table that does not exist. It is alive, and will never be ready. And a
# colleague has changed the health checks.

# %%
lab.catch_up("readiness")
for group in elbv2.describe_target_groups(TargetGroupArns=list(the_shop().groups))["TargetGroups"]:
    print(group["TargetGroupName"], group["HealthCheckPath"])
finish(lab.clock, deploy("1.7.0"))["status"]

# %%
live = elbv2.describe_listeners(ListenerArns=[the_shop().listener])["Listeners"][0]
for weighted in live["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]:
    arn = weighted["TargetGroupArn"]
    for each in elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]:
        print(weighted["Weight"], each["Target"]["Id"], each["TargetHealth"])
customers(lab).table().drop(columns="way").tail(3)

# %% [markdown]
# Every target healthy, every customer refused. Bring back 1.4.0 first: `deploy` and `finish`. Then
# mend the health checks (`modify_target_group`), so that a task gets requests only when it can
# serve, and deploy 1.7.0 again. Let ten minutes pass, look at it, and give up with
# `stop_deployment`: by itself CodeDeploy would wait for an hour. This time nobody should notice.

# %% tags=["task"] exercise="readiness"
answer = ...

# %% tags=["solution"] exercise="readiness"
for group in the_shop().groups:
    elbv2.modify_target_group(
        TargetGroupArn=group, HealthCheckPath="/actuator/health/readiness")
finish(lab.clock, deploy("1.4.0"))
deployment = deploy("1.7.0")
lab.clock.advance(minutes=10)
print(DeploymentPlayer(deployment, lab.clock).look())
stopped = codedeploy.stop_deployment(deploymentId=deployment)

# %% tags=["wrong"] exercise="readiness" message="One release in two is new there"
elbv2.modify_target_group(
    TargetGroupArn=the_shop().groups[0], HealthCheckPath="/actuator/health/readiness")

# %% tags=["wrong"] exercise="readiness" message="1.7.0 was in production already"
finish(lab.clock, deploy("1.7.0"))
for group in the_shop().groups:
    elbv2.modify_target_group(
        TargetGroupArn=group, HealthCheckPath="/actuator/health/readiness")
deployment = deploy("1.7.0")
lab.clock.advance(minutes=10)
codedeploy.stop_deployment(deploymentId=deployment)

# %% tags=["wrong"] exercise="readiness" message="was ended after 1 minutes"
for group in the_shop().groups:
    elbv2.modify_target_group(
        TargetGroupArn=group, HealthCheckPath="/actuator/health/readiness")
deployment = deploy("1.7.0")
lab.clock.advance(minutes=1)
codedeploy.stop_deployment(deploymentId=deployment)

# %% tags=["wrong"] exercise="readiness" message="see what comes of it"
for group in the_shop().groups:
    elbv2.modify_target_group(
        TargetGroupArn=group, HealthCheckPath="/actuator/health/readiness")

# %% tags=["wrong"] exercise="readiness" message="not that the task can serve"
for group in the_shop().groups:
    elbv2.modify_target_group(TargetGroupArn=group, HealthCheckPath="/")

# %%
lab.check("readiness")

# %% [markdown]
# ### The rollback that never comes
#
# Something is wrong in the account. There are alarms, there is a rollback, and still 1.5.0 reached
# everybody this morning and stayed until somebody deployed 1.4.0 by hand.

# %%
lab.catch_up("no-rollback")
from devops_workbook.chapters.safe_deployments.operate import deployments, guard, version_deployed

for info in deployments():
    print(info["deploymentId"], version_deployed(info), info["status"], info.get("rollbackInfo"))
table = customers(lab).table()
table[table.harmed > 10].groupby("version").harmed.sum()

# %% [markdown]
# Look at the deployment group (`get_deployment_group`) and at the alarms (`describe_alarms`). There
# is more than one reason. Mend them all, and only then prove it: deploy 1.5.0 again, and finish it.
# If it reached everybody once more, `lab.catch_up("no-rollback")` begins again.

# %% tags=["task"] exercise="no-rollback"
answer = ...

# %% tags=["solution"] exercise="no-rollback"
shop = the_shop()
rate_alarm("orders-green", shop.balancer, shop.dimension(1))
guard("orders-blue", "orders-green")
info = finish(lab.clock, deploy("1.5.0"))
print(info["status"], info["errorInformation"]["code"], info["rollbackInfo"])

# %% tags=["wrong"] exercise="no-rollback" message="1.5.0 was in production already"
shop = the_shop()
guard("orders-blue", "orders-green")
finish(lab.clock, deploy("1.5.0"))
rate_alarm("orders-green", shop.balancer, shop.dimension(1))
finish(lab.clock, deploy("1.5.0"))

# %% tags=["wrong"] exercise="no-rollback" message="It was made before the repair was complete"
shop = the_shop()
guard("orders-blue", "orders-green")
finish(lab.clock, deploy("1.5.0"))
rate_alarm("orders-green", shop.balancer, shop.dimension(1))

# %% tags=["wrong"] exercise="no-rollback" message="does not look at them"
shop = the_shop()
rate_alarm("orders-green", shop.balancer, shop.dimension(1))
finish(lab.clock, deploy("1.5.0"))

# %% tags=["wrong"] exercise="no-rollback" message="No alarm of the group looks at orders-green"
guard("orders-blue", "orders-green")
finish(lab.clock, deploy("1.5.0"))

# %% tags=["wrong"] exercise="no-rollback" message="no alarm of that name"
shop = the_shop()
rate_alarm("orders-green", shop.balancer, shop.dimension(1))
guard("orders-blue", "order-green")
finish(lab.clock, deploy("1.5.0"))

# %% tags=["wrong"] exercise="no-rollback" message="no alarm has done it"
shop = the_shop()
rate_alarm("orders-green", shop.balancer, shop.dimension(1))
guard("orders-blue", "orders-green")
deployment = deploy("1.5.0")
lab.clock.advance(minutes=1)
codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
finish(lab.clock, deployment)

# %% tags=["wrong"] exercise="no-rollback" message="does not count as one that failed"
shop = the_shop()
rate_alarm("orders-green", shop.balancer, shop.dimension(1))
codedeploy.update_deployment_group(
    applicationName="orders", currentDeploymentGroupName="production",
    alarmConfiguration={"enabled": True,
                        "alarms": [{"name": "orders-blue"}, {"name": "orders-green"}]})
finish(lab.clock, deploy("1.5.0"))

# %%
lab.check("no-rollback")

# %% [markdown]
# Nobody would have found the third reason by reading the deployment group. A rollback that has
# never been tried is a hope. Deploy a bad version on purpose, now and then, on a quiet morning.

# %% [markdown]
# ### One server is not like its sisters
#
# The old orders service still runs on three servers, EC2 instances, for a few customers who never
# moved. CodeDeploy deploys to them **in place**, one after the other: it copies the files that the
# AppSpec names, and runs the scripts of its hooks. Here they really run, and each server is a
# folder on your machine. Version 1.4.1 should go out.

# %%
from devops_workbook.chapters.safe_deployments.servers import (
    deploy_to_servers,
    files_on,
    launch,
    servers,
)

lab.catch_up("drift")
ec2 = boto3.client("ec2")
player = DeploymentPlayer(deploy_to_servers("1.4.1"), lab.clock)
print(player.settle())
player

# %% [markdown]
# Find out which server made the deployment fail, in which event, and what it says. `files_on(lab,
# instance)` shows what is on a server, as if you had logged in; `servers()` names those that run.
# Ask about all three, and compare.
#
# Then bring 1.4.1 to **three servers that are all alike**. To patch the odd one is a way, if you
# are sure that you find everything. To replace it is another: `launch()` starts a new one with the
# tag by which CodeDeploy finds its servers.

# %% tags=["task"] exercise="drift"
answer = ...

# %% tags=["solution"] exercise="drift"
every = {instance: set(files_on(lab, instance)) for instance in servers()}
[odd] = [name for name, paths in every.items() if "/etc/cron.d/restart-orders" in paths]
ec2.terminate_instances(InstanceIds=[odd])
launch()
print(finish(lab.clock, deploy_to_servers("1.4.1"))["status"])

# %% tags=["wrong"] exercise="drift" message="/etc/cron.d/restart-orders is on"
finish(lab.clock, deploy_to_servers("1.4.1", fileExistsBehavior="OVERWRITE"))

# %% tags=["wrong"] exercise="drift" message="what goes has to be replaced"
[odd] = [each for each in servers() if "/etc/cron.d/restart-orders" in files_on(lab, each)]
ec2.terminate_instances(InstanceIds=[odd])
finish(lab.clock, deploy_to_servers("1.4.1"))

# %% tags=["wrong"] exercise="drift" message="nothing was ever deployed to it"
[odd] = [each for each in servers() if "/etc/cron.d/restart-orders" in files_on(lab, each)]
ec2.terminate_instances(InstanceIds=[odd])
finish(lab.clock, deploy_to_servers("1.4.1"))
launch()

# %%
lab.check("drift")

# %% [markdown]
# At twenty to midnight on a Friday, somebody switched vouchers off by hand and had the service
# restarted every hour. Nobody wrote it down. That is **drift**. With **immutable** servers and
# containers nobody logs in: what should change goes into the image or the AppSpec, and old ones are
# replaced. That is also why a blue/green deployment starts new tasks instead of changing old ones.

# %% [markdown] tags=["instructor"]
# **Instructor.** Ask who has ever seen an automatic rollback at work in their own company, and who
# has tried one. Then ask what else a rollback cannot undo: orders that were lost, mails, a changed
# table. Chapter 05 takes that up.

# %% [markdown]
# ## In production
#
# **Cost.** CodeDeploy costs nothing for EC2, Lambda and ECS. What costs are the tasks that run
# twice, and the load balancer. A second set of tasks for half an hour is cheap beside one failed
# order in twenty.
#
# **Where AWS points now.** ECS can do blue/green, linear and canary deployments by itself, without
# CodeDeploy: `deploymentConfiguration` with a `strategy`, a bake time, alarms and lifecycle hooks.
# AWS has a guide for the move. CodeDeploy is not closed, and Lambda and servers have nothing else.
# The ideas are the same: weights, alarms, a way back.
#
# **Lambda.** An alias has two versions and a weight. The same canaries exist under the names
# `LambdaCanary10Percent5Minutes` and so on; mind `Every1Minute` there, `Every1Minutes` with ECS.
#
# **Hooks.** Between the events that you saw, CodeDeploy can call a Lambda function of yours:
# `AfterAllowTestTraffic` is the place for a smoke test, before any customer comes.
#
# **Limits.** Customers who are in the middle of something meet both versions, so the two have to
# agree on sessions and on the database. A canary says nothing about what only happens on Mondays.

# %% [markdown]
# ## Simulated here
#
# CodeDeploy, the alarms and the health checks follow AWS's rules, on the lab's clock. No container
# runs: what the versions answer is drawn at random with a fixed seed, from an error rate and a
# distribution of durations. Who answers is looked up from the listener's weights, the targets'
# health and the tasks' images once a minute, so a shift in the middle of a minute counts for all of
# it or not at all. ECS's own blue/green, linear and canary deployments run here, too, with bake
# time, alarms and hooks. A server is a folder, in which the scripts of the hooks really run. Roles
# are not checked.

# %% [markdown]
# ## Recap
#
# - Harm is share times badness times minutes. Strategies change the share, alarms the minutes.
# - Side by side costs capacity for a while, and makes the way back a matter of weights.
# - Alarm on shares, not on counts, and on the target groups, not on the mixture.
# - Customers go to what is ready, not to what is alive.
# - A rollback that has never been tried does not exist.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-rate", "b")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
right = {"q-rate": "b", "q-gone": "c", "q-liveness": "a", "q-server": "c"}
for question, choice in right.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 05, Pipelines](05_pipelines.ipynb)
# - [Deployment configurations in CodeDeploy](https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html),
#   with the predefined ones
# - [Migrating from CodeDeploy to ECS blue/green](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/migrate-codedeploy-to-ecs-bluegreen.html)
# - [How CloudWatch evaluates alarms](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html)
# - [Blue/green deployment](https://martinfowler.com/bliki/BlueGreenDeployment.html) and
#   [canary release](https://martinfowler.com/bliki/CanaryRelease.html), the general ideas
# - The [glossary](glossary.md), for the words of this chapter
