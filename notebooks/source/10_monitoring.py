# %% [markdown]
# # Monitoring
#
# You learn how the shop is doing before its customers tell you, and to wake nobody for nothing.
#
# *85 minutes. Level: intermediate, with some pandas. First: [chapter 01](01_dora_metrics.ipynb).*

# %% [markdown]
# ## You will be able to
#
# - choose the few metrics that say whether customers are served well
# - set an alarm from data, with its false alarms and its minutes to detect known beforehand
# - page by an objective and its error budget instead of by a feeling
# - go from an alarm to a line in the log, restore the service, and measure how long it took

# %% [markdown]
# ## The story so far
#
# Releases are small and frequent now. But who notices when one is bad? Last week it was a customer,
# by mail, on Thursday evening: "Your shop was slow all afternoon." There is an alarm on the load
# balancer. It woke somebody seventeen times in seven days, and since Wednesday the phone has been
# off.
#
# Today you put that right, with the data of that very week.

# %% [markdown]
# ## The idea
#
# Begin with what customers feel. For a service that answers requests, four **signals** say most of
# it:
#
# | signal | question | here |
# |---|---|---|
# | rate | How many requests are there? | `RequestCount` |
# | errors | How many of them fail? | `HTTPCode_Target_5XX_Count` |
# | duration | How long do they take? | `TargetResponseTime` |
# | saturation | How full is what serves them? | `MemoryUtilization` |
#
# The first three are symptoms: customers feel them. The fourth is a cause to be. An alarm belongs
# on symptoms, because there are a hundred causes and you do not know the next one.
#
# ![Four boxes from left to right: metrics, an alarm that needs three bad periods out of five, a
# composite alarm, and somebody who is woken only where customers are harmed now. Below, what that
# person then looks at: a dashboard and the logs.](images/monitoring.svg)
#
# CloudWatch looks at a metric in **periods**, a minute for example. Each period is a datapoint: a
# **statistic** such as a sum or a percentile. An **alarm** looks at the last N datapoints and fires
# when M of them breach a threshold. Everything in this chapter is a choice of these few numbers,
# and you can choose them from data.

# %% [markdown]
# ## A worked example
#
# Open the lab. A load balancer stands before two versions of the service, and CloudWatch holds a
# week of its metrics, until this Monday, 09:00 UTC.

# %%
import json
from datetime import datetime, timedelta, timezone

import boto3
import pandas as pd

from devops_workbook import dashboard, dora, open_lab

lab = open_lab("monitoring")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people leave able to say, of any alarm, what it would have done last week.
# Misconceptions to listen for: "more alarms are safer", "the average is fine", "the alarm is OK
# again, so that is when it was repaired", "no data means no problem". Let the room guess the
# numbers of the table *One week of alarms* before anybody runs it. Ask at the end: "Which alarm of
# ours would you switch off tomorrow?" People get stuck between an alarm that is loud and one that is
# late: let them change one number at a time, and run the week again.
#
# With 60 minutes: *What does an average hide*, *M out of N*, *An alarm that wakes no one*, the
# prediction, *The alarm that slept* and *From alarm to recovery*. Leave out the burn rate and the
# band first.

# %%
from devops_workbook.chapters.monitoring.account import balancer, topic_arn

cloudwatch = boto3.client("cloudwatch")
NOW = lab.clock.now()
LB = [{"Name": "LoadBalancer", "Value": balancer()}]
requests = cloudwatch.get_metric_statistics(
    Namespace="AWS/ApplicationELB", MetricName="RequestCount", Dimensions=LB,
    StartTime=NOW - timedelta(hours=3), EndTime=NOW, Period=3600, Statistics=["Sum"],
)
for each in sorted(requests["Datapoints"], key=lambda each: each["Timestamp"]):
    print(f"from {each['Timestamp'].astimezone(timezone.utc):%H:%M}: {each['Sum']:,.0f} requests")

# %% [markdown]
# A dashboard is a JSON document: widgets on a grid of 24 columns. This one has a single widget.
# `dashboard.draw` reads it back from CloudWatch and draws it, here in the notebook.

# %%
widget = {
    "type": "metric", "x": 0, "y": 0, "width": 24, "height": 7,
    "properties": {
        "title": "Requests a minute, one week", "region": "us-east-1", "period": 300,
        "metrics": [
            ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", balancer(),
             {"stat": "Sum", "id": "r", "visible": False}],
            [{"expression": "r / 5", "label": "requests a minute"}],
        ],
    },
}
cloudwatch.put_dashboard(
    DashboardName="rate", DashboardBody=json.dumps({"widgets": [widget]}))
dashboard.draw(cloudwatch, "rate", end=NOW, hours=7 * 24)

# %% [markdown]
# Nights are quiet and the weekend is quieter. Keep that in mind: a count that is normal at three in
# the morning is an outage at noon, and three failures are many when there are only two hundred
# requests.

# %% [markdown]
# ## Exercises
#
# ### What does an average hide?
#
# The customer who complained on Thursday, 1 January, was in the shop between 14:00 and 14:40 UTC.
# Ask CloudWatch for the `TargetResponseTime` of those 40 minutes and of the 40 minutes before, once
# as `Average` and once as `p99`, the time that one request in a hundred exceeds. Fill in
# `times = {"average": (before, during), "p99": (before, during)}`, in seconds.

# %% tags=["task"] exercise="percentiles"
times = {"average": ..., "p99": ...}

# %% tags=["solution"] exercise="percentiles"
begin = datetime(2026, 1, 1, 13, 20, tzinfo=timezone.utc)
asked = dict(Namespace="AWS/ApplicationELB", MetricName="TargetResponseTime", Dimensions=LB,
             StartTime=begin, EndTime=begin + timedelta(minutes=80), Period=2400)


def in_order(points):
    return sorted(points, key=lambda each: each["Timestamp"])


means = cloudwatch.get_metric_statistics(**asked, Statistics=["Average"])["Datapoints"]
highs = cloudwatch.get_metric_statistics(**asked, ExtendedStatistics=["p99"])["Datapoints"]
times = {
    "average": tuple(each["Average"] for each in in_order(means)),
    "p99": tuple(each["ExtendedStatistics"]["p99"] for each in in_order(highs)),
}

# %% tags=["wrong"] exercise="percentiles" message="The metric is in seconds"
begin = datetime(2026, 1, 1, 13, 20, tzinfo=timezone.utc)
asked = dict(Namespace="AWS/ApplicationELB", MetricName="TargetResponseTime", Dimensions=LB,
             StartTime=begin, EndTime=begin + timedelta(minutes=80), Period=2400)
means = cloudwatch.get_metric_statistics(**asked, Statistics=["Average"])["Datapoints"]
means.sort(key=lambda each: each["Timestamp"])
times = {"average": tuple(1000 * each["Average"] for each in means), "p99": (250, 2500)}

# %% tags=["wrong"] exercise="percentiles" message="That is the other half of the pair"
begin = datetime(2026, 1, 1, 13, 20, tzinfo=timezone.utc)
asked = dict(Namespace="AWS/ApplicationELB", MetricName="TargetResponseTime", Dimensions=LB,
             StartTime=begin, EndTime=begin + timedelta(minutes=80), Period=2400)
means = cloudwatch.get_metric_statistics(**asked, Statistics=["Average"])["Datapoints"]
means.sort(key=lambda each: each["Timestamp"], reverse=True)
times = {"average": tuple(each["Average"] for each in means), "p99": (2.5, 0.25)}

# %% tags=["wrong"] exercise="percentiles" message="should be (before, during)"
times = {"average": 0.06, "p99": 0.25}

# %%
lab.check("percentiles", times)

# %% [markdown]
# An average of fast and slow is a number that nobody experienced. And a customer sends many
# requests: with twenty of them in a visit, every third visitor meets the slow two in a hundred.
#
# ### M out of N
#
# Back to the alarm that cried seventeen times. It fires on a single minute with more than 2 %
# errors. Many such minutes are over before anybody has found their glasses: a server restarts, a
# network hiccups.
#
# So let an alarm wait for **M** bad minutes out of the last **N**. Write `alarm_minutes`: it takes
# a Series of True and False, one value a minute, and returns a Series that is True in each minute
# in which at least `m` of the last `n` minutes, that one included, were breaching.

# %% tags=["task"] exercise="m-of-n"
def alarm_minutes(breaching, m, n):
    ...

# %% tags=["solution"] exercise="m-of-n"
def alarm_minutes(breaching, m, n):
    return breaching.rolling(n, min_periods=1).sum() >= m

# %% tags=["wrong"] exercise="m-of-n" message="With m=1 and n=1"
def alarm_minutes(breaching, m, n):
    return breaching.rolling(n, min_periods=1).sum() > m

# %% tags=["wrong"] exercise="m-of-n" message="the newest last"
def alarm_minutes(breaching, m, n):
    return breaching.shift(1, fill_value=False).rolling(n, min_periods=1).sum() >= m

# %% tags=["wrong"] exercise="m-of-n" message="should hold True and False"
def alarm_minutes(breaching, m, n):
    return breaching.rolling(n, min_periods=1).sum()

# %% tags=["wrong"] exercise="m-of-n" message="says no alarm there"
def alarm_minutes(breaching, m, n):
    return breaching.rolling(m, min_periods=1).sum() >= m

# %%
lab.check("m-of-n", alarm_minutes)

# %% [markdown]
# Now play the whole week with different numbers. Two incidents should be found, Tuesday's bad
# release (5 % errors) and Saturday's outage of the payments (30 %). Every other page is one for
# nothing. That on Sunday, when 1.5 % failed for three hours, may be found or not.

# %%
from devops_workbook.chapters.monitoring.error_alarm import compare
from devops_workbook.chapters.monitoring.last_week import table

week = table()
rates = week["errors"] / week["requests"]
settings = [(limit, m, n) for limit in (0.01, 0.02, 0.05)
            for m, n in ((1, 1), (2, 2), (3, 5), (5, 5))]
compare(alarm_minutes, rates, settings)

# %% [markdown]
# A low threshold with M = 1 is the quickest and the loudest. A high one is quiet, and misses
# Tuesday or finds it late. Between them lie settings that cost a minute or two and wake nobody.
#
# ### An alarm that wakes no one for nothing
#
# Make the alarm `orders-errors`. Choose a row of the table that has **no page for nothing** and
# finds both incidents **within four minutes**.
#
# - `error_rate()` returns the `Metrics`: an expression, errors in **per cent** of the requests
# - the alarm tells the topic `topic_arn()`, by `AlarmActions`
# - at a minute without customers there is no rate; that should count as a good minute
#   (`TreatMissingData`)

# %% tags=["task"] exercise="error-alarm"
from devops_workbook.chapters.monitoring.account import error_rate

answer = ...

# %% tags=["solution"] exercise="error-alarm"
from devops_workbook.chapters.monitoring.account import error_rate

cloudwatch.put_metric_alarm(
    AlarmName="orders-errors", Metrics=error_rate(),
    ComparisonOperator="GreaterThanThreshold", Threshold=2,
    EvaluationPeriods=5, DatapointsToAlarm=3,
    TreatMissingData="notBreaching", AlarmActions=[topic_arn()],
)

# %% tags=["wrong"] exercise="error-alarm" message="17 times for nothing"
from devops_workbook.chapters.monitoring.account import error_rate

cloudwatch.put_metric_alarm(
    AlarmName="orders-errors", Metrics=error_rate(),
    ComparisonOperator="GreaterThanThreshold", Threshold=2,
    EvaluationPeriods=1, TreatMissingData="notBreaching", AlarmActions=[topic_arn()])

# %% tags=["wrong"] exercise="error-alarm" message="At most 4 are wanted"
from devops_workbook.chapters.monitoring.account import error_rate

cloudwatch.put_metric_alarm(
    AlarmName="orders-errors", Metrics=error_rate(),
    ComparisonOperator="GreaterThanThreshold", Threshold=5,
    EvaluationPeriods=5, DatapointsToAlarm=3,
    TreatMissingData="notBreaching", AlarmActions=[topic_arn()])

# %% tags=["wrong"] exercise="error-alarm" message="for nothing"
from devops_workbook.chapters.monitoring.account import error_rate

cloudwatch.put_metric_alarm(
    AlarmName="orders-errors", Metrics=error_rate(),
    ComparisonOperator="GreaterThanThreshold", Threshold=0.02,
    EvaluationPeriods=5, DatapointsToAlarm=3,
    TreatMissingData="notBreaching", AlarmActions=[topic_arn()])

# %% tags=["wrong"] exercise="error-alarm" message="nobody would have known"
from devops_workbook.chapters.monitoring.account import error_rate

cloudwatch.put_metric_alarm(
    AlarmName="orders-errors", Metrics=error_rate(),
    ComparisonOperator="GreaterThanThreshold", Threshold=2,
    EvaluationPeriods=5, DatapointsToAlarm=3, TreatMissingData="notBreaching")

# %% tags=["wrong"] exercise="error-alarm" message="end in INSUFFICIENT_DATA"
from devops_workbook.chapters.monitoring.account import error_rate

cloudwatch.put_metric_alarm(
    AlarmName="orders-errors", Metrics=error_rate(),
    ComparisonOperator="GreaterThanThreshold", Threshold=2,
    EvaluationPeriods=5, DatapointsToAlarm=3, AlarmActions=[topic_arn()])

# %%
lab.check("error-alarm")

# %% [markdown]
# The check replayed your alarm over the week. Do the same with your own alarms before you trust
# them: `get_metric_data` returns what they would have seen.
#
# ### Predict: the errors stop, and so does the metric
#
# A load balancer reports `HTTPCode_Target_5XX_Count` only where there was an error. There is no
# zero. Four alarms look at the count of the payments service: five errors or more in each of three
# minutes in a row. They differ in `TreatMissingData` alone.
#
# The service fails for five minutes, and all four fire. Then it is well again, and for half an hour
# there is no error, hence no data. In which state is each alarm then? Write `"OK"`, `"ALARM"` or
# `"INSUFFICIENT_DATA"`. Predict first.

# %% tags=["task"] exercise="missing-data"
states = {"missing": ..., "ignore": ..., "breaching": ..., "notBreaching": ...}

# %% tags=["solution"] exercise="missing-data"
states = {
    "missing": "INSUFFICIENT_DATA",
    "ignore": "ALARM",
    "breaching": "ALARM",
    "notBreaching": "OK",
}

# %% tags=["wrong"] exercise="missing-data" message="says that it has nothing to look at"
states = {"missing": "OK", "ignore": "ALARM", "breaching": "ALARM", "notBreaching": "OK"}

# %% tags=["wrong"] exercise="missing-data" message="keeps the state that it had"
states = {"missing": "INSUFFICIENT_DATA", "ignore": "OK", "breaching": "ALARM",
          "notBreaching": "OK"}

# %% tags=["wrong"] exercise="missing-data" message="should be one of"
states = {"missing": "off", "ignore": "ALARM", "breaching": "ALARM", "notBreaching": "OK"}

# %%
lab.check("missing-data", states)

# %% [markdown]
# Now run it.

# %%
from devops_workbook.chapters.monitoring import missing_data

missing_data.put_four_alarms()
missing_data.have_errors(lab, minutes=5)
lab.clock.advance(minutes=1)


def payments():
    found = cloudwatch.describe_alarms(AlarmNamePrefix="payments-")["MetricAlarms"]
    return {each["AlarmName"]: each["StateValue"] for each in found}


print("while it fails:  ", payments())
lab.clock.advance(minutes=30)
print("half an hour on: ", payments())

# %% [markdown]
# For a count without zeros, say `notBreaching`. For a heartbeat that should always be there, say
# `breaching`: silence is then the alarm.
#
# ### The alarm that slept
#
# There was an alarm on slowness, too: `orders-slow` looks at the 99th percentile. It slept through
# Thursday afternoon, and it has never fired since somebody made it. Find out why from what
# CloudWatch says about it, and mend it, so that it would have found Thursday and would have paged
# for nothing else.

# %%
lab.catch_up("silent-alarm")
[slow] = cloudwatch.describe_alarms(AlarmNames=["orders-slow"])["MetricAlarms"]
print(slow["StateValue"], "since", f"{slow['StateUpdatedTimestamp']:%H:%M}")

# %% [markdown]
# `put_metric_alarm` replaces the alarm as a whole, so hand over everything that should stay.

# %% tags=["task"] exercise="silent-alarm"
answer = ...

# %% tags=["solution"] exercise="silent-alarm"
print(slow["StateReason"])
kept = ("AlarmName", "Namespace", "MetricName", "Dimensions", "ExtendedStatistic", "Period",
        "EvaluationPeriods", "DatapointsToAlarm", "ComparisonOperator", "TreatMissingData",
        "AlarmActions", "AlarmDescription")
cloudwatch.put_metric_alarm(**{key: slow[key] for key in kept}, Threshold=0.8)

# %% tags=["wrong"] exercise="silent-alarm" message="slept through Thursday again"
kept = ("AlarmName", "Namespace", "MetricName", "Dimensions", "ExtendedStatistic", "Period",
        "EvaluationPeriods", "DatapointsToAlarm", "ComparisonOperator", "TreatMissingData",
        "AlarmActions")
cloudwatch.put_metric_alarm(**{key: slow[key] for key in kept}, Threshold=90)

# %% tags=["wrong"] exercise="silent-alarm" message="times for nothing last week"
kept = ("AlarmName", "Namespace", "MetricName", "Dimensions", "ExtendedStatistic", "Period",
        "EvaluationPeriods", "DatapointsToAlarm", "ComparisonOperator", "TreatMissingData",
        "AlarmActions")
cloudwatch.put_metric_alarm(**{key: slow[key] for key in kept}, Threshold=0.2)

# %% tags=["wrong"] exercise="silent-alarm" message="and tells nobody"
kept = ("AlarmName", "Namespace", "MetricName", "Dimensions", "ExtendedStatistic", "Period",
        "EvaluationPeriods", "DatapointsToAlarm", "ComparisonOperator", "TreatMissingData")
cloudwatch.put_metric_alarm(**{key: slow[key] for key in kept}, Threshold=0.8)

# %% tags=["wrong"] exercise="silent-alarm" message="Keep the percentile"
kept = ("AlarmName", "Namespace", "MetricName", "Dimensions", "Period",
        "EvaluationPeriods", "DatapointsToAlarm", "ComparisonOperator", "TreatMissingData",
        "AlarmActions")
cloudwatch.put_metric_alarm(
    **{key: slow[key] for key in kept}, Statistic="Average", Threshold=0.09)

# %%
lab.check("silent-alarm")

# %% [markdown]
# An alarm that has never fired is not a good sign. Test one as you test code:
# `set_alarm_state` fires it once, and you see whether the page arrives.
#
# ### Page when the budget burns
#
# How bad is bad enough for a phone at night? Say first what you promise. A **service-level
# objective** of 99.7 % over 28 days leaves an **error budget** of 0.3 %. The **burn rate** is how
# many times faster than that you fail: at 1 the budget lasts exactly 28 days, at 14.4 it is gone
# in two.

# %%
from devops_workbook.chapters.monitoring.burn_rate import budget_table

budget_table()

# %% [markdown]
# Three incidents, about two per cent of four weeks' budget each. The burn rate tells them apart: on
# Saturday's the whole budget would have been gone within seven hours, on Sunday's within five days.
# Thursday does not show at all, since a slow request is no failed one: it needs an objective of its
# own.
#
# Page for a burn rate of **14.4**, over an hour *and* over five minutes. The hour says that it
# matters, the five minutes say that it is still going on. Make
#
# - `orders-burn-5m` and `orders-burn-1h`: metric alarms on `error_rate(300)` and `error_rate(3600)`
#   (per cent), one period each, `TreatMissingData="notBreaching"`, and no action
# - `orders-page`: a **composite alarm** that needs both, and tells the topic

# %% tags=["task"] exercise="burn-rate"
answer = ...

# %% tags=["solution"] exercise="burn-rate"
from devops_workbook.chapters.monitoring.account import error_rate

for name, period in (("orders-burn-5m", 300), ("orders-burn-1h", 3600)):
    cloudwatch.put_metric_alarm(
        AlarmName=name, Metrics=error_rate(period), Threshold=14.4 * 0.3,
        ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1,
        TreatMissingData="notBreaching",
    )
cloudwatch.put_composite_alarm(
    AlarmName="orders-page", AlarmActions=[topic_arn()],
    AlarmRule='ALARM("orders-burn-5m") AND ALARM("orders-burn-1h")',
)

# %% tags=["wrong"] exercise="burn-rate" message="times the budget is something else"
from devops_workbook.chapters.monitoring.account import error_rate

for name, period in (("orders-burn-5m", 300), ("orders-burn-1h", 3600)):
    cloudwatch.put_metric_alarm(
        AlarmName=name, Metrics=error_rate(period), Threshold=14.4,
        ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1,
        TreatMissingData="notBreaching")

# %% tags=["wrong"] exercise="burn-rate" message="the rule of orders-page is True"
from devops_workbook.chapters.monitoring.account import error_rate

for name, period in (("orders-burn-5m", 300), ("orders-burn-1h", 3600)):
    cloudwatch.put_metric_alarm(
        AlarmName=name, Metrics=error_rate(period), Threshold=14.4 * 0.3,
        ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1,
        TreatMissingData="notBreaching")
cloudwatch.put_composite_alarm(
    AlarmName="orders-page", AlarmActions=[topic_arn()],
    AlarmRule='ALARM("orders-burn-5m") OR ALARM("orders-burn-1h")')

# %% tags=["wrong"] exercise="burn-rate" message="would page as well"
from devops_workbook.chapters.monitoring.account import error_rate

for name, period in (("orders-burn-5m", 300), ("orders-burn-1h", 3600)):
    cloudwatch.put_metric_alarm(
        AlarmName=name, Metrics=error_rate(period), Threshold=14.4 * 0.3,
        ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1,
        TreatMissingData="notBreaching", AlarmActions=[topic_arn()])
cloudwatch.put_composite_alarm(
    AlarmName="orders-page", AlarmActions=[topic_arn()],
    AlarmRule='ALARM("orders-burn-5m") AND ALARM("orders-burn-1h")')

# %% tags=["wrong"] exercise="burn-rate" message="no composite alarm orders-page yet"
from devops_workbook.chapters.monitoring.account import error_rate

for name, period in (("orders-burn-5m", 300), ("orders-burn-1h", 3600)):
    cloudwatch.put_metric_alarm(
        AlarmName=name, Metrics=error_rate(period), Threshold=14.4 * 0.3,
        ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1,
        TreatMissingData="notBreaching")

# %%
lab.check("burn-rate")

# %% [markdown]
# A slow burn such as Sunday's is worth a ticket in the morning: a second pair of windows, six hours
# and thirty minutes at a burn rate of 2, with another action. Composite alarms serve for more. With
# `AND NOT ALARM("planned-outage")` a rule is quiet while you work on purpose, and one rule over ten
# alarms rings once instead of ten times.
#
# ### Ask the log
#
# A metric says that something is wrong, and the log says what. The service writes a JSON object for
# a sample of its requests. For the last half hour, a quarter of the customers have had version
# 1.5.0.

# %%
from devops_workbook.chapters.monitoring.log_queries import ask

lab.catch_up("log-query")
ask(lab, """
fields @timestamp, version, status, durationMs, path
| filter durationMs > 300
| sort durationMs desc
| limit 5
""")

# %% [markdown]
# That is **Logs Insights**: commands behind each other, with `|` between them. It finds the fields
# of JSON by itself. `stats` counts in groups, and `bin(5m)` makes groups of time.

# %%
ask(lab, "stats count(*) as requests, pct(durationMs, 99) as p99 by bin(10m), version")

# %% [markdown]
# Your turn: which errors are there? Write a query with one row for each `version` and `message` of
# the requests that were answered with a status of 500 or more, and their number as `errors`, the
# most frequent first.

# %% tags=["task"] exercise="log-query"
query = ...

# %% tags=["solution"] exercise="log-query"
query = """
filter status >= 500
| stats count(*) as errors by version, message
| sort errors desc
"""

# %% tags=["wrong"] exercise="log-query" message="Its columns should be"
query = "filter status >= 500 | stats count(*) by version"

# %% tags=["wrong"] exercise="log-query" message="requests answered with a 5xx"
query = """
stats count(*) as errors by version, message
| sort errors desc
"""

# %% tags=["wrong"] exercise="log-query" message="should come first"
query = """
filter status >= 500
| stats count(*) as errors by version, message
| sort errors asc
"""

# %% tags=["wrong"] exercise="log-query" message="in this order by chance"
query = "filter status >= 500 | stats count(*) as errors by version, message"

# %% tags=["wrong"] exercise="log-query" message="unexpected symbol found"
query = "filter status >= 500 | stats count(*) as errors group by version, message"

# %%
lab.check("log-query", query)

# %%
ask(lab, query)

# %% [markdown]
# The version, the exception, and where to look in the code. A **metric filter** turns such a line
# into a metric, for an alarm: `put_metric_filter` with the pattern `{ $.status >= 500 }`.
#
# ### A dashboard in code
#
# Whoever is woken wants one page: how bad, since when, is it getting worse. Make the dashboard
# `orders` with the four signals, and with what you have learned:
#
# - requests and errors as `Sum`, durations as a percentile, memory of version 1.4.1 as you like
#   (`Shop/Orders`, `MemoryUtilization`, dimension `Version`)
# - in the widget with the errors a horizontal annotation, such as
#   `"annotations": {"horizontal": [{"label": "alarm", "value": 2}]}`
# - at most six widgets, none on another

# %% tags=["task"] exercise="dashboard"
def widget(title, x, y, *metrics, **properties):
    return {
        "type": "metric", "x": x, "y": y, "width": 12, "height": 6,
        "properties": {"title": title, "region": "us-east-1", "period": 60,
                       "metrics": list(metrics), **properties},
    }


ALB = "AWS/ApplicationELB"
widgets = ...

# %% tags=["solution"] exercise="dashboard"
def widget(title, x, y, *metrics, **properties):
    return {
        "type": "metric", "x": x, "y": y, "width": 12, "height": 6,
        "properties": {"title": title, "region": "us-east-1", "period": 60,
                       "metrics": list(metrics), **properties},
    }


ALB, OF = "AWS/ApplicationELB", ("LoadBalancer", balancer())
widgets = [
    widget("Rate", 0, 0, [ALB, "RequestCount", *OF, {"stat": "Sum", "label": "requests"}]),
    widget("Errors, percent", 12, 0,
           [ALB, "HTTPCode_Target_5XX_Count", *OF, {"id": "e", "stat": "Sum", "visible": False}],
           [ALB, "RequestCount", *OF, {"id": "r", "stat": "Sum", "visible": False}],
           [{"expression": "100 * FILL(e, 0) / r", "label": "failed"}],
           annotations={"horizontal": [{"label": "alarm", "value": 2}]}),
    widget("Duration, seconds", 0, 6,
           [ALB, "TargetResponseTime", *OF, {"stat": "p99", "label": "p99"}],
           ["...", {"stat": "p50", "label": "p50"}]),
    widget("Memory, percent", 12, 6, ["Shop/Orders", "MemoryUtilization", "Version", "1.4.1"]),
]
cloudwatch.put_dashboard(
    DashboardName="orders", DashboardBody=json.dumps({"widgets": widgets}))

# %% tags=["wrong"] exercise="dashboard" message="No widget shows TargetResponseTime"
ALB, OF = "AWS/ApplicationELB", ("LoadBalancer", balancer())
widgets = [{
    "type": "metric", "width": 12, "height": 6,
    "properties": {"title": name, "region": "us-east-1", "period": 60,
                   "metrics": [[ALB, name, *OF, {"stat": "Sum"}]]}}
    for name in ("RequestCount", "HTTPCode_Target_5XX_Count")]
cloudwatch.put_dashboard(
    DashboardName="orders", DashboardBody=json.dumps({"widgets": widgets}))

# %% tags=["wrong"] exercise="dashboard" message="No widget shows RequestCount"
ALB, OF = "AWS/ApplicationELB", ("LoadBalancer", balancer())
rows = [[ALB, "HTTPCode_Target_5XX_Count", *OF, {"id": "e", "stat": "Sum", "visible": False}],
        [ALB, "RequestCount", *OF, {"id": "r", "stat": "Sum", "visible": False}],
        [{"expression": "100 * e / r"}]]
others = [[[ALB, "TargetResponseTime", *OF, {"stat": "p99"}]],
          [["Shop/Orders", "MemoryUtilization", "Version", "1.4.1"]]]
widgets = [{
    "type": "metric", "width": 12, "height": 6,
    "properties": {"title": metrics[0][1], "region": "us-east-1", "period": 60,
                   "metrics": metrics, "annotations": {"horizontal": [{"value": 2}]}}}
    for metrics in (rows, *others)]
cloudwatch.put_dashboard(
    DashboardName="orders", DashboardBody=json.dumps({"widgets": widgets}))

# %% tags=["wrong"] exercise="dashboard" message="what averages hide"
ALB, OF = "AWS/ApplicationELB", ("LoadBalancer", balancer())
rows = [[ALB, "RequestCount", *OF, {"stat": "Sum"}],
        [ALB, "HTTPCode_Target_5XX_Count", *OF, {"stat": "Sum"}],
        [ALB, "TargetResponseTime", *OF],
        ["Shop/Orders", "MemoryUtilization", "Version", "1.4.1"]]
widgets = [{
    "type": "metric", "width": 12, "height": 6,
    "properties": {"title": row[1], "region": "us-east-1", "period": 60, "metrics": [row]}}
    for row in rows]
cloudwatch.put_dashboard(
    DashboardName="orders", DashboardBody=json.dumps({"widgets": widgets}))

# %% tags=["wrong"] exercise="dashboard" message="has no data for"
ALB, OF = "AWS/ApplicationELB", ("LoadBalancer", "shop")
rows = [[ALB, "RequestCount", *OF, {"stat": "Sum"}],
        [ALB, "HTTPCode_Target_5XX_Count", *OF, {"stat": "Sum"}],
        [ALB, "TargetResponseTime", *OF, {"stat": "p99"}],
        ["Shop/Orders", "MemoryUtilization", "Version", "1.4.1"]]
widgets = [{
    "type": "metric", "width": 12, "height": 6,
    "properties": {"title": row[1], "region": "us-east-1", "period": 60, "metrics": [row]}}
    for row in rows]
cloudwatch.put_dashboard(
    DashboardName="orders", DashboardBody=json.dumps({"widgets": widgets}))

# %% tags=["wrong"] exercise="dashboard" message="no horizontal annotation"
ALB, OF = "AWS/ApplicationELB", ("LoadBalancer", balancer())
rows = [[ALB, "RequestCount", *OF, {"stat": "Sum"}],
        [ALB, "HTTPCode_Target_5XX_Count", *OF, {"stat": "Sum"}],
        [ALB, "TargetResponseTime", *OF, {"stat": "p99"}],
        ["Shop/Orders", "MemoryUtilization", "Version", "1.4.1"]]
widgets = [{
    "type": "metric", "width": 12, "height": 6,
    "properties": {"title": row[1], "region": "us-east-1", "period": 60, "metrics": [row]}}
    for row in rows]
cloudwatch.put_dashboard(
    DashboardName="orders", DashboardBody=json.dumps({"widgets": widgets}))

# %%
lab.check("dashboard")

# %%
dashboard.draw(cloudwatch, "orders", end=lab.clock.now(), hours=1)

# %% [markdown]
# ### From alarm to recovery
#
# Now all of it together. Both alarms and a dashboard are in place, and the shop is quiet. Then, at
# this very moment, a release: version 1.5.0 goes to all customers.

# %%
from devops_workbook.chapters.monitoring.account import BLUE, shift_to

lab.catch_up("incident")
released = lab.clock.now()


def state(name="orders-errors"):
    return cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"]


print(f"{released:%H:%M}", state())

# %% [markdown]
# Wait for the page, give yourself three minutes to get up and look, shift the customers back to
# 1.4.1 (`shift_to(BLUE)`), and wait until the alarm is `OK`. Then fill in `measured`, in minutes
# since the release:
#
# - `to_detect`: until the alarm fired
# - `to_restore`: until customers were well again

# %% tags=["task"] exercise="incident"
measured = {"to_detect": ..., "to_restore": ...}

# %% tags=["solution"] exercise="incident"
detected = lab.clock.advance_until(lambda: state() == "ALARM", timedelta(hours=1))
lab.clock.advance(minutes=3)
restored = lab.clock.now()
shift_to(BLUE)
lab.clock.advance_until(lambda: state() == "OK", timedelta(hours=1))
measured = {
    "to_detect": (detected - released) / timedelta(minutes=1),
    "to_restore": (restored - released) / timedelta(minutes=1),
}

# %% tags=["wrong"] exercise="incident" message="when the alarm went back to OK"
detected = lab.clock.advance_until(lambda: state() == "ALARM", timedelta(hours=1))
lab.clock.advance(minutes=3)
shift_to(BLUE)
ended = lab.clock.advance_until(lambda: state() == "OK", timedelta(hours=1))
measured = {"to_detect": (detected - released) / timedelta(minutes=1),
            "to_restore": (ended - released) / timedelta(minutes=1)}

# %% tags=["wrong"] exercise="incident" message="shift them back first"
detected = lab.clock.advance_until(lambda: state() == "ALARM", timedelta(hours=1))
lab.clock.advance(minutes=3)
measured = {"to_detect": (detected - released) / timedelta(minutes=1), "to_restore": 8}

# %% tags=["wrong"] exercise="incident" message="asks for minutes"
detected = lab.clock.advance_until(lambda: state() == "ALARM", timedelta(hours=1))
lab.clock.advance(minutes=3)
shift_to(BLUE)
lab.clock.advance(minutes=5)
measured = {"to_detect": (detected - released).total_seconds(), "to_restore": 6}

# %% tags=["wrong"] exercise="incident" message="The alarm orders-errors has not fired"
shift_to(BLUE)
lab.clock.advance(minutes=5)
measured = {"to_detect": 3, "to_restore": 6}

# %%
lab.check("incident", measured)

# %% [markdown]
# Here is what whoever was woken saw, and what the alarm remembers of it.

# %%
history = cloudwatch.describe_alarm_history(
    AlarmName="orders-errors", HistoryItemType="StateUpdate")["AlarmHistoryItems"]
for each in reversed(history):
    print(f"{each['Timestamp'].astimezone(timezone.utc):%H:%M}", each["HistorySummary"])
dashboard.draw(cloudwatch, "orders", end=lab.clock.now(), hours=1)

# %% [markdown]
# Those minutes belong into the DORA tables of chapter 01: an incident, with the release that caused
# it.

# %%
minutes = measured["to_restore"]
resolved = pd.NaT if minutes is ... else released + timedelta(minutes=minutes)
events = dora.Events(
    pd.DataFrame({"deployment_id": ["1.4.1", "1.5.0"],
                  "finished_at": [released - timedelta(days=3), released]}),
    incidents=pd.DataFrame({"incident_id": ["monday"], "deployment_id": ["1.5.0"],
                            "started_at": [released],
                            "resolved_at": pd.to_datetime([resolved], utc=True)}),
)
dora.measure(events, start=released - timedelta(days=7), end=lab.clock.now() + timedelta(hours=1))

# %% [markdown]
# The clock of a recovery begins with the harm, not with the page. So the minutes to detect are part
# of it, and a better alarm makes the DORA number better.
#
# ### What is usual at this hour?
#
# A stretch. On Friday at 12:30 a button was broken for twenty minutes: nothing failed and nothing
# was slow, but only four in ten orders came. The signal is `OrdersPlaced`. A fixed limit that finds
# this at noon is undercut every night.
#
# Write `usual_band`. It takes a Series of orders with the minute as index, and returns a table with
# a row for each hour of the day (0 to 23) and the columns `low` and `high`: the **median** of that
# hour, plus and minus 3 × 1.4826 × the **MAD**, the median distance to the median.

# %% tags=["task"] exercise="usual-band"
def usual_band(orders):
    ...

# %% tags=["solution"] exercise="usual-band"
def usual_band(orders):
    hours = orders.groupby(orders.index.hour)
    middle = hours.median()
    mad = hours.apply(lambda values: (values - values.median()).abs().median())
    return pd.DataFrame({"low": middle - 3 * 1.4826 * mad, "high": middle + 3 * 1.4826 * mad})

# %% tags=["wrong"] exercise="usual-band" message="which the outage itself widens"
def usual_band(orders):
    hours = orders.groupby(orders.index.hour)
    middle, deviation = hours.mean(), hours.std()
    return pd.DataFrame({"low": middle - 3 * deviation, "high": middle + 3 * deviation})

# %% tags=["wrong"] exercise="usual-band" message="multiplied by 1.4826"
def usual_band(orders):
    hours = orders.groupby(orders.index.hour)
    middle = hours.median()
    mad = hours.apply(lambda values: (values - values.median()).abs().median())
    return pd.DataFrame({"low": middle - 3 * mad, "high": middle + 3 * mad})

# %% tags=["wrong"] exercise="usual-band" message="The rows should be the hours"
def usual_band(orders):
    middle = orders.median()
    mad = (orders - middle).abs().median()
    return pd.DataFrame({"low": [middle - 3 * 1.4826 * mad], "high": [middle + 3 * 1.4826 * mad]})

# %%
lab.check("usual-band", usual_band)

# %%
from devops_workbook.chapters.monitoring.usual_band import band_chart, compare_band

compare_band(usual_band)

# %%
band_chart(usual_band)

# %% [markdown]
# Median and MAD hardly notice the outage that they should find; mean and standard deviation learn
# it as usual. CloudWatch offers such a band as `ANOMALY_DETECTION_BAND`, for an alarm with the
# comparison `LessThanLowerThreshold`. It learns the hours and the weekdays from two weeks of data.
# Use it for what has a rhythm, and a fixed threshold for what has a limit.

# %% [markdown]
# ## In production
#
# **Cost.** A metric of your own costs 0.30 US dollars a month, an alarm on one metric 0.10, a
# composite alarm 0.50, a dashboard 3.00. Each distinct set of dimensions is a metric: a customer's
# number as a dimension is a bill. Logs cost 0.50 for each GB written and 0.005 for each GB that a
# query reads, so keep queries to the time and the group that you need, and set a retention.
#
# **Delay.** Metrics of a load balancer arrive a minute or two late. Those minutes are part of the
# time to detect.
#
# **Percentiles** cannot be averaged: the p99 of an hour is not the mean of sixty. CloudWatch keeps
# minutes for 15 days, five minutes for 63 days, and hours for 15 months.
#
# **People.** A page needs a runbook: what it means, what to look at, how to undo. Look at the list
# of last week's pages every Monday, and delete an alarm that nobody acted on.

# %% [markdown]
# ## Simulated here
#
# Alarms follow CloudWatch's rules for M out of N and for missing data, on the lab's clock, and see
# a minute as soon as it is over. Metric math, percentiles and Logs Insights really compute. The
# week and the customers are drawn with a seed, so that you get the same numbers every time. Nobody
# is paged: the message ends in a topic. The load balancer's targets are names, and the versions'
# errors are made up.

# %% [markdown]
# ## Recap
#
# - Rate, errors, duration, saturation: alarm on what customers feel.
# - Percentiles show whom an average hides.
# - Replay an alarm over past data: pages for nothing and minutes to detect are numbers.
# - Say what silence means, for every alarm.
# - An objective and its burn rate tell a page from a ticket.
# - Harm begins with the release and ends when customers are well, whatever the alarm says.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-page", "b")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
right = {"q-average": "a", "q-page": "c", "q-missing": "b", "q-burn": "a"}
for question, choice in right.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 11, Tracing](11_tracing.ipynb)
# - [Evaluating an alarm](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html),
#   with the tables for missing data
# - [Logs Insights query syntax](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html)
# - [Alerting on SLOs](https://sre.google/workbook/alerting-on-slos/), where burn rates and their
#   windows come from
# - [Dashboard body structure](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html)
# - The [glossary](glossary.md), for the words of this chapter
