# %% [markdown]
# # DORA metrics
#
# You measure how well a team delivers software, by hand first, then on a year of real events, and
# you learn which of your numbers to trust.
#
# *75 minutes. Level: beginner, with some pandas. First: [chapter 00](00_start_here.ipynb).*

# %% [markdown]
# ## You will be able to
#
# - compute the five DORA metrics from deployments, commits and incidents
# - recognise the mistakes that make such a number wrong
# - say how sure a number is, and what was left out of it
# - compare with published levels without fooling anyone
# - measure your own repository and write a page about it

# %% [markdown]
# ## The story so far
#
# The shop releases by hand, on Friday nights. You say it should be automated. Your manager asks:
# "How bad is it, and how will we know that it got better?"
#
# Nobody has an answer, but somebody has kept a log. It holds every deployment of 2025, the commits
# that went into each, and the incidents. Today you turn it into numbers.

# %% [markdown]
# ## The idea
#
# DORA is a research programme that has asked tens of thousands of people how their teams deliver
# software. It measures delivery with five numbers.
#
# | metric | question | side |
# |---|---|---|
# | change lead time | How long from commit to production? | throughput |
# | deployment frequency | How often do we deploy? | throughput |
# | failed deployment recovery time | How long until a failed deployment is repaired? | throughput |
# | change fail rate | Which share of deployments needs immediate repair? | instability |
# | deployment rework rate | Which share of deployments is unplanned repair? | instability |
#
# ![One line of time. Change lead time runs from a commit to its deployment. Failed deployment
# recovery time runs from a deployment that fails to the hotfix that repairs it. Deployment
# frequency counts deployments; change fail rate and rework rate are shares of
# them.](images/dora_metrics.svg)
#
# You might expect a trade-off: fast teams break things. The research finds none. Teams that are
# good at one side tend to be good at the other, because both come from the same habit of small
# changes that are tested and easy to undo. A big batch is slow *and* risky.
#
# Numbers need a culture in which bad news may travel. Where a failure is followed by a search for
# the guilty, incidents are no longer written down, and the change fail rate becomes excellent. The
# research calls the opposite a generative culture: failure leads to a question about the system.
#
# Two rules before you start. Measure one service at a time, because a blend of teams describes
# none of them. And measure to learn. A number that decides about people's bonuses will be met,
# one way or another. You will try that out below.

# %% [markdown]
# ## A worked example
#
# Open the lab and read the log. Three tables, all times in UTC.

# %%
import pandas as pd

from devops_workbook import dora, open_lab
from devops_workbook.paths import DATA

lab = open_lab("dora-metrics")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people leave able to say what a DORA number leaves out, not able to recite the
# five. Misconceptions to listen for: "more deployments is the goal", "an incident is a failed
# deployment", "no failures and no deployments are both zero". Follow the bad release below together,
# then let the room work in pairs. Discuss at the end: "What would we have to write down from
# tomorrow on, to be able to do this for our own service?"
#
# With 45 minutes: *Lead time, the first attempt*, *What do two deployments weigh?*, *Change fail
# rate*, the dashboard and the report. Leave out *Friday night* and the rules first; talk through
# *Meet the target* instead of doing it. For the fast: the stretch, then their own repository.

# %%
SHOP = DATA / "shop"
deployments = pd.read_csv(SHOP / "deployments.csv", parse_dates=["started_at", "finished_at"])
changes = pd.read_csv(SHOP / "changes.csv", parse_dates=["committed_at"])
incidents = pd.read_csv(SHOP / "incidents.csv", parse_dates=["started_at", "resolved_at"])
print(len(deployments), "deployments,", len(changes), "changes,", len(incidents), "incidents")
deployments.head()

# %% [markdown]
# A deployment names the one that it `repairs`, if any. Now the other two tables: each row of
# `changes` is a commit in a deployment, each row of `incidents` something that customers felt. A
# commit that has not been deployed yet, or an incident that no deployment caused, has no
# `deployment_id`.

# %%
changes.head(2)

# %%
incidents.head(2)

# %% [markdown]
# Before you count anything, follow one bad release from its first commit to its repair.

# %%
named = incidents["deployment_id"].value_counts()
bad = deployments[deployments["deployment_id"] == named.index[0]].iloc[0]
inside = changes[changes["deployment_id"] == bad["deployment_id"]]
after = incidents[incidents["deployment_id"] == bad["deployment_id"]]

print(bad["service"], bad["version"], "reached production on", bad["finished_at"])
print(len(inside), "commits, the oldest of", inside["committed_at"].min())
print(len(after), "incidents, the last one resolved on", after["resolved_at"].max())
print("commit to production:", bad["finished_at"] - inside["committed_at"].median(), "(median)")
print("failed to recovered: ", after["resolved_at"].max() - bad["finished_at"])

# %% [markdown]
# That is one change lead time, one failed deployment and one recovery time. The rest of this
# chapter does the same for a whole year, where it is easier to be wrong.

# %% [markdown]
# ## Exercises
#
# The log begins with 2025 and ends on the first Monday of 2026, by the clock on the team's wall.

# %%
START = pd.Timestamp("2025-01-01", tz="Europe/Berlin")
END = pd.Timestamp("2026-01-05", tz="Europe/Berlin")

# %% [markdown]
# ### Deployments per week
#
# How often does the shop deploy? Put the number of deployments per week, over the whole period,
# into `per_week`. The column `status` says whether an attempt reached production.

# %% tags=["task"] exercise="deployment-frequency"
per_week = ...

# %% tags=["solution"] exercise="deployment-frequency"
succeeded = deployments[deployments["status"] == "succeeded"]
per_week = len(succeeded) / ((END - START) / pd.Timedelta(days=7))

# %% tags=["wrong"] exercise="deployment-frequency" message="attempts that failed"
per_week = len(deployments) / ((END - START) / pd.Timedelta(days=7))

# %% tags=["wrong"] exercise="deployment-frequency" message="more than 52 weeks"
per_week = (deployments["status"] == "succeeded").sum() / 52

# %% tags=["wrong"] exercise="deployment-frequency" message="weeks without a deployment"
succeeded = deployments[deployments["status"] == "succeeded"]
weeks = succeeded["finished_at"].dt.tz_convert("Europe/Berlin").dt.strftime("%G-%V")
per_week = len(succeeded) / weeks.nunique()

# %%
lab.check("deployment-frequency", per_week)

# %% [markdown]
# The team took a break in summer and another in December. A rate that leaves out the empty weeks
# would say that nobody did.
#
# ### Friday night, but whose?
#
# Which share of the deployments reached production on a Friday? The team works in Berlin, the log
# is in UTC, and a Friday night ends on a Saturday. Give a number between 0 and 1.

# %% tags=["task"] exercise="friday-night"
on_friday = ...

# %% tags=["solution"] exercise="friday-night"
finished = deployments.loc[deployments["status"] == "succeeded", "finished_at"]
on_friday = (finished.dt.tz_convert("Europe/Berlin").dt.day_name() == "Friday").mean()

# %% tags=["wrong"] exercise="friday-night" message="Fridays in UTC"
finished = deployments.loc[deployments["status"] == "succeeded", "finished_at"]
on_friday = (finished.dt.day_name() == "Friday").mean()

# %% tags=["wrong"] exercise="friday-night" message="Attempts that failed are among them"
finished = deployments["finished_at"]
on_friday = (finished.dt.tz_convert("Europe/Berlin").dt.day_name() == "Friday").mean()

# %% tags=["wrong"] exercise="friday-night" message="Those began on a Friday"
started = deployments.loc[deployments["status"] == "succeeded", "started_at"]
on_friday = (started.dt.tz_convert("Europe/Berlin").dt.day_name() == "Friday").mean()

# %% tags=["wrong"] exercise="friday-night" message="between 0 and 1"
finished = deployments.loc[deployments["status"] == "succeeded", "finished_at"]
on_friday = 100 * (finished.dt.tz_convert("Europe/Berlin").dt.day_name() == "Friday").mean()

# %%
lab.check("friday-night", on_friday)

# %% [markdown]
# Days, weeks and months belong to a time zone. Say which one, or two people with the same log get
# two charts. Twice a year a day has 23 or 25 hours; `tz_convert` knows that, `+ 1 hour` does not.
#
# ### Lead time, the first attempt
#
# How long does a commit wait for its customers? Put each commit beside the deployment it went out
# with, keep the deployments that succeeded, and take the **median** time between the two, in hours.

# %% tags=["task"] exercise="lead-time"
median_hours = ...

# %% tags=["solution"] exercise="lead-time"
succeeded = deployments[deployments["status"] == "succeeded"]
joined = changes.merge(succeeded, on="deployment_id")
waited = joined["finished_at"] - joined["committed_at"]
median_hours = (waited.dt.total_seconds() / 3600).median()

# %% tags=["wrong"] exercise="lead-time" message="That is the mean"
joined = changes.merge(deployments[deployments["status"] == "succeeded"], on="deployment_id")
waited = joined["finished_at"] - joined["committed_at"]
median_hours = waited.mean() / pd.Timedelta(hours=1)

# %% tags=["wrong"] exercise="lead-time" message="asks for hours"
joined = changes.merge(deployments[deployments["status"] == "succeeded"], on="deployment_id")
median_hours = (joined["finished_at"] - joined["committed_at"]).median() / pd.Timedelta(days=1)

# %% tags=["wrong"] exercise="lead-time" message="should be a number"
joined = changes.merge(deployments, on="deployment_id")
median_hours = (joined["finished_at"] - joined["committed_at"]).median()

# %%
lab.check("lead-time", median_hours)

# %% [markdown]
# ### Predict: what do two deployments weigh?
#
# Each service has a first deployment in the log. It contains every commit since the service began,
# so commits that are years old seem to have waited years. They did not: the log only starts late.
#
# Suppose you leave those two deployments out. Say what happens to the mean and to the median,
# `"falls a lot"` or `"hardly moves"`. Predict first, then compute if you like.

# %% tags=["task"] exercise="leave-out"
prediction = {"mean": ..., "median": ...}

# %% tags=["solution"] exercise="leave-out"
prediction = {"mean": "falls a lot", "median": "hardly moves"}

# %% tags=["wrong"] exercise="leave-out" message="prediction for the median does not hold"
prediction = {"mean": "falls a lot", "median": "falls a lot"}

# %% tags=["wrong"] exercise="leave-out" message="choose 'falls a lot' or 'hardly moves'"
prediction = {"mean": "down", "median": "down"}

# %%
lab.check("leave-out", prediction)

# %% [markdown]
# This is why DORA asks for medians of times. Tools that report means disagree with tools that
# report medians, on the same data, by a factor.
#
# ### Lead time with every rule
#
# Now write it down as a function that keeps all the rules, so that it can be trusted next month:
#
# 1. Only deployments that succeeded count.
# 2. A commit counts once, in the first of them that contains it.
# 3. Commits of a service's first deployment are left out.
# 4. A commit dated after its deployment (a wrong clock, a rebase) is left out.
#
# `lead_times` takes the two tables and returns the hours, one number for each commit that counts.

# %% tags=["task"] exercise="lead-time-rules"
def lead_times(deployments, changes):
    ...

# %% tags=["solution"] exercise="lead-time-rules"
def lead_times(deployments, changes):
    good = deployments[deployments["status"] == "succeeded"].sort_values("finished_at")
    first = good.groupby("service")["deployment_id"].first()
    rows = changes.merge(good, on="deployment_id").sort_values("finished_at", kind="stable")
    rows = rows.drop_duplicates("change_id")
    rows = rows[~rows["deployment_id"].isin(first)]
    hours = (rows["finished_at"] - rows["committed_at"]).dt.total_seconds() / 3600
    return hours[hours >= 0]

# %% tags=["wrong"] exercise="lead-time-rules" message="A commit in the first deployment"
def lead_times(deployments, changes):
    good = deployments[deployments["status"] == "succeeded"]
    rows = changes.merge(good, on="deployment_id").drop_duplicates("change_id")
    return (rows["finished_at"] - rows["committed_at"]).dt.total_seconds() / 3600

# %% tags=["wrong"] exercise="lead-time-rules" message="A second service"
def lead_times(deployments, changes):
    good = deployments[deployments["status"] == "succeeded"].sort_values("finished_at")
    rows = changes.merge(good.iloc[1:], on="deployment_id").drop_duplicates("change_id")
    hours = (rows["finished_at"] - rows["committed_at"]).dt.total_seconds() / 3600
    return hours[hours >= 0]

# %% tags=["wrong"] exercise="lead-time-rules" message="Does it end with a `return`?"
def lead_times(deployments, changes):
    good = deployments[deployments["status"] == "succeeded"]
    hours = changes.merge(good, on="deployment_id")

# %% tags=["wrong"] exercise="lead-time-rules" message="KeyError: 'state'"
def lead_times(deployments, changes):
    return changes.merge(deployments[deployments["state"] == "succeeded"], on="deployment_id")

# %%
lab.check("lead-time-rules", lead_times)

# %% [markdown] tags=["instructor"]
# **Instructor.** Most get stuck here, on the order: a commit of a first deployment that is deployed
# again must not come back. Take the duplicates away first, then the first deployments. The small
# logs in the check's messages are worth drawing on a whiteboard.

# %% [markdown]
# Every tool that computes lead time has had a bug report about one of these rules. When two tools
# disagree, ask each what it leaves out.
#
# ### Change fail rate
#
# A deployment has failed when an incident names it. Write `change_fail_rate`: the share of
# successful deployments that failed. Mind what is counted: deployments, not incidents. And mind a
# month without deployments, whose rate cannot be said: NaN.

# %% tags=["task"] exercise="change-fail-rate"
def change_fail_rate(deployments, incidents):
    ...

# %% tags=["solution"] exercise="change-fail-rate"
def change_fail_rate(deployments, incidents):
    good = deployments[deployments["status"] == "succeeded"]
    return good["deployment_id"].isin(incidents["deployment_id"].dropna()).mean()

# %% tags=["wrong"] exercise="change-fail-rate" message="Three incidents on the same deployment"
def change_fail_rate(deployments, incidents):
    good = deployments[deployments["status"] == "succeeded"]
    return incidents["deployment_id"].isin(good["deployment_id"]).sum() / len(good)

# %% tags=["wrong"] exercise="change-fail-rate" message="An outage of the hosting company"
def change_fail_rate(deployments, incidents):
    good = deployments[deployments["status"] == "succeeded"]
    return len(incidents.drop_duplicates("deployment_id")) / len(good)

# %% tags=["wrong"] exercise="change-fail-rate" message="A quiet month, no deployments at all: ZeroDiv"
def change_fail_rate(deployments, incidents):
    good = deployments[deployments["status"] == "succeeded"]
    return len(set(good["deployment_id"]) & set(incidents["deployment_id"])) / len(good)

# %% tags=["wrong"] exercise="change-fail-rate" message="That is in per cent"
def change_fail_rate(deployments, incidents):
    good = deployments[deployments["status"] == "succeeded"]
    return 100 * good["deployment_id"].isin(incidents["deployment_id"].dropna()).mean()

# %% tags=["wrong"] exercise="change-fail-rate" message="nothing was deployed either"
def change_fail_rate(deployments, incidents):
    good = deployments[deployments["status"] == "succeeded"]
    failed = good["deployment_id"].isin(incidents["deployment_id"]).sum()
    return failed / max(len(good), 1)

# %%
lab.check("change-fail-rate", change_fail_rate)

# %% [markdown]
# ### Time to recover
#
# How long did failed deployments stay failed? For each one, take the time from its `finished_at`
# until the **last** of its incidents was resolved. Put the median, in hours, into
# `recovery_hours`. A deployment with an incident that is still open has not recovered: leave it out.

# %% tags=["task"] exercise="recovery-time"
recovery_hours = ...

# %% tags=["solution"] exercise="recovery-time"
succeeded = deployments[deployments["status"] == "succeeded"]
rows = incidents.merge(succeeded, on="deployment_id", suffixes=("", "_deployment"))
groups = rows.groupby("deployment_id")
recovered = groups["resolved_at"].agg(lambda times: times.max(skipna=False))
lasted = (recovered - groups["finished_at"].first()).dropna()
recovery_hours = (lasted.dt.total_seconds() / 3600).median()

# %% tags=["wrong"] exercise="recovery-time" message="MTTR's question"
lasted = incidents["resolved_at"] - incidents["started_at"]
recovery_hours = (lasted.dt.total_seconds() / 3600).median()

# %% tags=["wrong"] exercise="recovery-time" message="A deployment recovers once"
rows = incidents.merge(deployments[deployments["status"] == "succeeded"], on="deployment_id")
recovery_hours = (rows["resolved_at"] - rows["finished_at"]).median() / pd.Timedelta(hours=1)

# %%
lab.check("recovery-time", recovery_hours)

# %% [markdown] tags=["instructor"]
# **Instructor.** Both tables have a `started_at`, so the merge renames them; `suffixes` helps. Ask
# why the longest recoveries begin on a Friday night.

# %% [markdown]
# You will meet **MTTR** beside this metric. It is the mean time to restore service over all
# incidents, whatever caused them. The two answer different questions: how well you run things, and
# how well you undo a bad change. DORA moved from the first to the second in 2023.
#
# ### Break/fix: the dashboard's wrong number
#
# The team has a dashboard. It shows a change fail rate that is not the one you found. This is its
# query; the database behind it has the tables `deployments` and `incidents`.

# %%
from devops_workbook.chapters.dora_metrics import DASHBOARD_QUERY, dashboard

print(DASHBOARD_QUERY)
pd.read_sql(DASHBOARD_QUERY, dashboard())

# %% [markdown]
# Find the mistake. Put a query that is right into `query`, as a text in triple quotes. It should
# give one number, the per cent of successful deployments that an incident names. Try it with
# `pd.read_sql(query, dashboard())`.

# %% tags=["task"] exercise="wrong-dashboard"
query = ...

# %% tags=["solution"] exercise="wrong-dashboard"
query = """
SELECT 100.0 * COUNT(DISTINCT CASE WHEN incident_id IS NOT NULL THEN deployment_id END)
             / COUNT(DISTINCT deployment_id)
FROM deployments LEFT JOIN incidents USING (deployment_id)
WHERE status = 'succeeded'
"""

# %% tags=["wrong"] exercise="wrong-dashboard" message="repeats a deployment for each incident"
query = """
SELECT 100.0 * COUNT(incident_id) / COUNT(*)
FROM deployments LEFT JOIN incidents USING (deployment_id) WHERE status = 'succeeded'
"""

# %% tags=["wrong"] exercise="wrong-dashboard" message="divides incidents by deployments"
query = """
SELECT 100.0 * COUNT(DISTINCT incident_id) / COUNT(DISTINCT deployment_id)
FROM deployments LEFT JOIN incidents USING (deployment_id) WHERE status = 'succeeded'
"""

# %% tags=["wrong"] exercise="wrong-dashboard" message="leave the NULLs out"
query = """
SELECT 100.0 * AVG(deployment_id IN (SELECT deployment_id FROM incidents))
FROM deployments WHERE status = 'succeeded'
"""

# %% tags=["wrong"] exercise="wrong-dashboard" message="SQLite says"
query = "SELECT COUNT(DISTINCT incident) FROM incidents"

# %%
lab.check("wrong-dashboard", query)

# %% [markdown]
# ### Which number is least sure?
#
# The package computes all of this, with every rule you met and a few more. Each value comes with
# the number of observations behind it and an interval: the range in which it would plausibly lie
# if the year were lived again. From here on you measure one service, `orders`.

# %%
events = dora.read_csv(
    SHOP / "deployments.csv", SHOP / "changes.csv", SHOP / "incidents.csv"
).only(service="orders")
metrics = dora.measure(events, START, END, tz="Europe/Berlin")
metrics

# %% [markdown]
# The package finds a failed deployment by its incidents, as you did, and also by the rollback or
# hotfix that repaired it. `metrics.change_fail_rate.excluded` and its siblings say what was left
# out and why.
#
# Of the five, which is least sure: whose interval, `high - low`, is widest relative to its value?
# Give its name as a text, such as `"change_lead_time"`.

# %% tags=["task"] exercise="least-sure"
least_sure = ...

# %% tags=["solution"] exercise="least-sure"
names = [
    "change_lead_time",
    "deployment_frequency",
    "failed_deployment_recovery_time",
    "change_fail_rate",
    "deployment_rework_rate",
]
least_sure = max(
    names,
    key=lambda name: (getattr(metrics, name).high - getattr(metrics, name).low)
    / getattr(metrics, name).value,
)

# %% tags=["wrong"] exercise="least-sure" message="Another is wider"
least_sure = "deployment_frequency"

# %% tags=["wrong"] exercise="least-sure" message="should be one of"
least_sure = "lead time"

# %%
lab.check("least-sure", least_sure)

# %% [markdown]
# Times that are measured on few failures are never sure. If next quarter's value lies inside this
# year's interval, do not celebrate yet.

# %%
dora.charts.over_time(metrics, every="month")

# %%
dora.charts.lead_times(metrics)

# %%
dora.charts.timeline(metrics)

# %% [markdown]
# ### Meet the target, deliver nothing
#
# *When a measure becomes a target, it ceases to be a good measure.* The saying is known as
# Goodhart's law. Somebody promises the team a bonus for twice as many deployments. Earn it without
# delivering anything: make a table `gamed` from `deployments` that has at least twice the
# deployment frequency while `changes` and `incidents` stay as they are.

# %% tags=["task"] exercise="goodhart"
gamed = ...

# %% tags=["solution"] exercise="goodhart"
copies = deployments[deployments["status"] == "succeeded"].copy()
copies["deployment_id"] = copies["deployment_id"] + "-again"
copies["finished_at"] = copies["finished_at"] + pd.Timedelta(minutes=5)
copies["kind"], copies["repairs"] = "planned", None
gamed = pd.concat([deployments, copies], ignore_index=True)

# %% tags=["wrong"] exercise="goodhart" message="The target is twice"
more = deployments[deployments["status"] == "succeeded"].iloc[:10].copy()
more["deployment_id"] = more["deployment_id"] + "-again"
gamed = pd.concat([deployments, more])

# %% tags=["wrong"] exercise="goodhart" message="The log does not hold together"
gamed = pd.concat([deployments, deployments])

# %%
lab.check("goodhart", gamed)

# %% [markdown]
# ### A page for your manager
#
# DORA has published levels, from low to elite, in most years until 2024. They are the medians of
# clusters of answers in a survey: they have gaps, they overlap, and they change from year to year.
# So the package names the year and says "between levels" where the table says nothing.

# %%
dora.levels(metrics, year=2024)

# %% [markdown]
# Since 2025 DORA publishes no such table. Its *quick check* scores each answer from 0 to 10 and
# compares with the mean of all answers of that year.

# %%
dora.quick_check(metrics)

# %% [markdown]
# Neither says what is good for you. A service that ships twice a year to a regulator has other
# limits than a web shop. What counts is your own line over time.
#
# Now answer your manager. Write a report of `metrics` to the file `orders_report.html` with
# `dora.report`, and put the path that it returns into `page`. Open the page from the file browser.

# %% tags=["task"] exercise="report"
page = ...

# %% tags=["solution"] exercise="report"
page = dora.report(metrics, "orders_report.html", title="How the orders service ships")

# %% tags=["wrong"] exercise="report" message="found no file"
page = "no_such_report.html"

# %% tags=["wrong"] exercise="report" message="one service at a time"
both = dora.read_csv(SHOP / "deployments.csv", SHOP / "changes.csv", SHOP / "incidents.csv")
page = dora.report(dora.measure(both, START, END), "shop_report.html")

# %%
lab.check("report", page)

# %% [markdown]
# ### What if we released every weekday?
#
# A stretch, and your best argument. `metrics.lead_times` has one row for each commit that counts,
# with `committed_at`. Suppose there had been a release at 10:00 in Berlin on every weekday, Monday
# to Friday, and each commit had gone out with the next one. What would the median lead time have
# been, in hours?

# %% tags=["task"] exercise="what-if"
what_if_hours = ...

# %% tags=["solution"] exercise="what-if"
local = metrics.lead_times["committed_at"].dt.tz_convert("Europe/Berlin")
day = local.dt.normalize()
release = day + pd.offsets.BDay(0) + pd.Timedelta(hours=10)
release = release.where(release >= local, day + pd.offsets.BDay(1) + pd.Timedelta(hours=10))
what_if_hours = ((release - local).dt.total_seconds() / 3600).median()

# %% tags=["wrong"] exercise="what-if" message="Saturdays and Sundays"
local = metrics.lead_times["committed_at"].dt.tz_convert("Europe/Berlin")
release = local.dt.normalize() + pd.Timedelta(hours=10)
release = release.where(release >= local, release + pd.Timedelta(days=1))
what_if_hours = ((release - local).dt.total_seconds() / 3600).median()

# %% tags=["wrong"] exercise="what-if" message="at 10:00 in UTC"
utc = metrics.lead_times["committed_at"]
day, ten = utc.dt.normalize(), pd.Timedelta(hours=10)
release = day + pd.offsets.BDay(0) + ten
release = release.where(release >= utc, day + pd.offsets.BDay(1) + ten)
what_if_hours = ((release - utc).dt.total_seconds() / 3600).median()

# %% tags=["wrong"] exercise="what-if" message="the same day"
local = metrics.lead_times["committed_at"].dt.tz_convert("Europe/Berlin")
release = local.dt.normalize() + pd.Timedelta(days=1, hours=10)
what_if_hours = ((release - local).dt.total_seconds() / 3600).median()

# %%
lab.check("what-if", what_if_hours)

# %% [markdown]
# It assumes that every commit is fit to ship the day it is made. Making that true is what the rest
# of this course is about.

# %% [markdown]
# ## In production
#
# **A real project.** The shop is invented; this history is not. It is the release history of
# [Click](https://github.com/pallets/click), a Python library: every commit and every release tag,
# in which a tag is a deployment. The pattern leaves out tags such as `8.0.x`, which mark branches.

# %%
HISTORY = DATA / "git_history"
click = dora.from_commit_table(
    HISTORY / "click_commits.csv", HISTORY / "click_tags.csv", tags="*.[0-9]*"
)
click_metrics = dora.measure(click)
click_metrics

# %%
dora.charts.lead_times(click_metrics)

# %% [markdown]
# A library that is installed on other people's machines has good reasons to release rarely. And a
# git history does not say which releases failed, so the package says nothing about that.
#
# **Your own repository.** In a terminal, with any git repository on your machine:
#
# ```
# workbook dora --git ~/code/my-service --tags "v*" --output my-service.html
# ```
#
# Or export what you have as CSV: `workbook dora --deployments d.csv --changes c.csv --incidents
# i.csv`. Common column names are understood, and a wrong row is named with its line. `--incidents
# i.csv` works with `--git` too: an incident that names no tag goes to the release before it, if that
# one was at most an hour old.
#
# **What differs from this log.** Nobody hands you three clean tables. A pipeline knows when it ran,
# not whether customers were hurt. Squashed commits carry the date of the merge, not of the work.
# Link an incident to its deployment when you write the incident up: no query can guess it later.

# %% [markdown]
# ## Simulated here
#
# The shop's log is generated, with a fixed seed, from distributions; the generator is
# `data/shop/generate.py`. The awkward rows in it are listed in `data/README.md`. Click's history
# and the calculations are real. This chapter calls no AWS service.

# %% [markdown]
# ## Recap
#
# - Five metrics, two sides, no trade-off between them.
# - Times are medians. Rates count deployments. Nothing divided by nothing is not zero.
# - A number comes with its period, its time zone, its interval and what was left out.
# - Levels are survey clusters of one year, not marks.
# - Measure to learn. A target on one number will be met.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-median", "a")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
for question, choice in {"q-median": "b", "q-zero": "b", "q-outage": "c", "q-target": "b"}.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 02, Source control](02_source_control.ipynb)
# - [DORA's guide to the metrics](https://dora.dev/guides/dora-metrics/), with their definitions
# - [How the metrics changed over the years](https://dora.dev/insights/dora-metrics-history/)
# - Forsgren, Humble, Kim: *Accelerate* (2018), for the research behind them
# - The [glossary](glossary.md), for the words of this chapter
