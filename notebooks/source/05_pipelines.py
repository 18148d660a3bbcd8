# %% [markdown]
# # Pipelines
#
# You build the road from a commit to production, and learn what to do when it is blocked.
#
# *75 minutes. Level: intermediate. First: [chapter 03](03_build_and_test.ipynb).*

# %% [markdown]
# ## You will be able to
#
# - declare a pipeline from a commit to production, and say what passes through it
# - find the line that made it red, and decide between a new commit and a retry
# - choose an execution mode, stop releases for a while, and let a stage undo itself
# - change a database that is in use, without an outage

# %% [markdown]
# ## The story so far
#
# Every commit can be built and tested now, and a deployment can take itself back. Between the two
# lies a week: the package waits for Friday night, when somebody carries it to production by hand.
#
# You want the way to production to be written down, as code, and to be the only way. Then a release
# is an ordinary thing, on an ordinary Tuesday.

# %% [markdown]
# ## The idea
#
# A **pipeline** is a list of **stages**. A stage holds **actions**: read the source, run a build,
# ask somebody, deploy. Between two stages is a **transition**. Each change that goes through is an
# **execution**: it carries one commit from the first stage towards the last.
#
# ![Four stages from left to right: Source reads the commit, Build tests and then packages, Approve
# asks somebody, Production deploys. Source writes the artifact Source to S3, which test and
# package read. Package writes the artifact Package, which deploy reads. A transition between two
# stages can be closed.](images/pipeline.svg)
#
# Actions do not hand things to each other. Each reads its input **artifacts** and writes its output
# artifacts, zip files in a bucket. So the package is built once, and what was built is what is
# deployed. A second build of the same commit could differ, because a dependency has moved.
#
# As a rule a stage belongs to one execution at a time. When an action fails, so does its stage, and
# the execution stops there. That is the point: a bad commit stops early, and production does not
# notice.

# %% [markdown]
# ## A worked example
#
# The account holds the repository `shop`, a few build projects and two buckets. Begin with two
# stages, the least that AWS accepts.

# %%
import boto3

from devops_workbook import PipelineView, open_lab

lab = open_lab("pipelines")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people leave able to say, of any red or waiting pipeline, what it waits for
# and what to do. Misconceptions to listen for: "retry takes my new commit", "a rollback undoes the
# migration", "superseded means that something broke", "PARALLEL is simply faster". Demonstrate the
# worked example with the buttons of the view, a step at a time, and let the room say what comes
# next. Ask: "Who may press the approval here, and what would they look at?"
#
# With 50 minutes: *Declare*, *Say no*, *Where is it red*, *Make it green*, the prediction, and
# *Rename a column* as a demonstration with `rehearse`. Leave out *the same bytes* and the freeze
# first. Rolling back needs ten minutes, or none.

# %%
codepipeline = boto3.client("codepipeline")
codecommit, codebuild = boto3.client("codecommit"), boto3.client("codebuild")
s3, logs = boto3.client("s3"), boto3.client("logs")


def action(name, category, provider, inputs=(), outputs=(), order=1, **configuration):
    return {
        "name": name,
        "actionTypeId": dict(category=category, owner="AWS", provider=provider, version="1"),
        "inputArtifacts": [{"name": each} for each in inputs],
        "outputArtifacts": [{"name": each} for each in outputs],
        "runOrder": order,
        "configuration": configuration,
    }


source = action("Source", "Source", "CodeCommit", outputs=["Source"],
                RepositoryName="shop", BranchName="main")
test = action("Test", "Test", "CodeBuild", inputs=["Source"], ProjectName="orders-test")

# %% [markdown]
# Every action has the same shape: a type, what it reads and writes, and its settings. `Test` runs a
# CodeBuild project on the artifact that `Source` wrote.

# %%
codepipeline.create_pipeline(pipeline={
    "name": "orders",
    "roleArn": "arn:aws:iam::123456789012:role/shop-pipeline",
    "pipelineType": "V2",
    "executionMode": "SUPERSEDED",
    "artifactStore": {"type": "S3", "location": "shop-artifacts"},
    "stages": [{"name": "Source", "actions": [source]}, {"name": "Build", "actions": [test]}],
})
view = PipelineView(codepipeline, "orders", lab.clock)
view

# %% [markdown]
# A new pipeline runs at once, with the newest commit; after that, every commit to `main` starts it.
# Press *To the next change* a few times: each press moves the lab's clock to the next thing that
# happens. `view.step()` does the same, and `view.settle()` goes on until nothing moves by itself.

# %%
print(view.settle())

# %% [markdown]
# ## Exercises
#
# ### Declare the rest of the pipeline
#
# A pipeline is changed as a whole: `get_pipeline`, change the declaration, `update_pipeline`. Add:
#
# - in the stage `Build`, with run order 2, the action `Package`: category `Build`, the CodeBuild
#   project `orders-package`. It reads `Source` and writes `Package`. Actions with the same run
#   order run side by side; this one should wait for the tests.
# - a stage `Approve` with the action `Release`: category `Approval`, provider `Manual`
# - a stage `Production` with the action `Deploy`: category `Deploy`, provider `S3`. It puts the
#   package, as it is (`Extract="false"`), into the bucket `shop-production` as `orders.zip`
#   (`BucketName`, `ObjectKey`).

# %% tags=["task"] exercise="declare"
declaration = codepipeline.get_pipeline(name="orders")["pipeline"]
answer = ...

# %% tags=["solution"] exercise="declare"
declaration = codepipeline.get_pipeline(name="orders")["pipeline"]
package = action("Package", "Build", "CodeBuild", inputs=["Source"], outputs=["Package"],
                 order=2, ProjectName="orders-package")
release = action("Release", "Approval", "Manual")
deploy = action("Deploy", "Deploy", "S3", inputs=["Package"],
                BucketName="shop-production", ObjectKey="orders.zip", Extract="false")
declaration["stages"][1]["actions"].append(package)
declaration["stages"] += [
    {"name": "Approve", "actions": [release]},
    {"name": "Production", "actions": [deploy]},
]
codepipeline.update_pipeline(pipeline=declaration)

# %% tags=["wrong"] exercise="declare" message="which is not what Package wrote"
declaration = codepipeline.get_pipeline(name="orders")["pipeline"]
declaration["stages"][1]["actions"].append(
    action("Package", "Build", "CodeBuild", inputs=["Source"], outputs=["Package"],
           order=2, ProjectName="orders-package"))
declaration["stages"] += [
    {"name": "Approve", "actions": [action("Release", "Approval", "Manual")]},
    {"name": "Production", "actions": [
        action("Deploy", "Deploy", "S3", inputs=["Source"],
               BucketName="shop-production", ObjectKey="orders.zip", Extract="false")]},
]
codepipeline.update_pipeline(pipeline=declaration)

# %% tags=["wrong"] exercise="declare" message="run side by side"
declaration = codepipeline.get_pipeline(name="orders")["pipeline"]
declaration["stages"][1]["actions"].append(
    action("Package", "Build", "CodeBuild", inputs=["Source"], outputs=["Package"],
           ProjectName="orders-package"))
declaration["stages"] += [
    {"name": "Approve", "actions": [action("Release", "Approval", "Manual")]},
    {"name": "Production", "actions": [
        action("Deploy", "Deploy", "S3", inputs=["Package"],
               BucketName="shop-production", ObjectKey="orders.zip", Extract="false")]},
]
codepipeline.update_pipeline(pipeline=declaration)

# %% tags=["wrong"] exercise="declare" message="Looked for an action named Release"
declaration = codepipeline.get_pipeline(name="orders")["pipeline"]
declaration["stages"][1]["actions"].append(
    action("Package", "Build", "CodeBuild", inputs=["Source"], outputs=["Package"],
           order=2, ProjectName="orders-package"))
declaration["stages"].append({"name": "Production", "actions": [
    action("Deploy", "Deploy", "S3", inputs=["Package"],
           BucketName="shop-production", ObjectKey="orders.zip", Extract="false")]})
codepipeline.update_pipeline(pipeline=declaration)

# %%
lab.check("declare")

# %% [markdown]
# Why is the approval a stage of its own? A stage is rolled back as a whole, with every action in
# it. Nobody wants to be asked for approval when a rollback is urgent.
#
# ### Say no, then yes
#
# From here on each exercise begins with `lab.catch_up`, so it does not matter how the one before
# ended. This time a colleague has pushed release notes that say `DRAFT`, and the release waits for
# you.

# %%
lab.catch_up("approve")
view

# %%
from devops_workbook.shop_repository import commit_files

state = codepipeline.get_pipeline_state(name="orders")["stageStates"]
waiting = state[2]["actionStates"][0]["latestExecution"]
print(waiting["status"], waiting["token"])

# %% [markdown]
# An approval is answered with `put_approval_result`. The answer carries this token, a new one for
# each execution, so that yesterday's yes cannot let today's release through.
#
# Reject the draft, and say why in the `summary`. Then commit better notes with
# `commit_files(message, {"orders/RELEASE_NOTES.md": "…"})`, bring that commit to the approval with
# `view.settle()`, approve it, and bring it to production.

# %% tags=["task"] exercise="approve"
answer = ...

# %% tags=["solution"] exercise="approve"
def answer(status, summary):
    state = codepipeline.get_pipeline_state(name="orders")["stageStates"]
    codepipeline.put_approval_result(
        pipelineName="orders", stageName="Approve", actionName="Release",
        result={"status": status, "summary": summary},
        token=state[2]["actionStates"][0]["latestExecution"]["token"],
    )


answer("Rejected", "The release notes are a draft.")
view.settle()
commit_files("Finish the release notes",
             {"orders/RELEASE_NOTES.md": "Orders 1.4: vouchers.\n"})
view.settle()
answer("Approved", "Notes are complete.")
view.settle()

# %% tags=["wrong"] exercise="approve" message="let the draft through"
token = codepipeline.get_pipeline_state(name="orders")["stageStates"][2][
    "actionStates"][0]["latestExecution"]["token"]
codepipeline.put_approval_result(
    pipelineName="orders", stageName="Approve", actionName="Release",
    result={"status": "Approved", "summary": "ok"}, token=token)
view.settle()

# %% tags=["wrong"] exercise="approve" message="rejected without a summary"
token = codepipeline.get_pipeline_state(name="orders")["stageStates"][2][
    "actionStates"][0]["latestExecution"]["token"]
codepipeline.put_approval_result(
    pipelineName="orders", stageName="Approve", actionName="Release",
    result={"status": "Rejected", "summary": ""}, token=token)
view.settle()

# %% tags=["wrong"] exercise="approve" message="No later release has been approved"
token = codepipeline.get_pipeline_state(name="orders")["stageStates"][2][
    "actionStates"][0]["latestExecution"]["token"]
codepipeline.put_approval_result(
    pipelineName="orders", stageName="Approve", actionName="Release",
    result={"status": "Rejected", "summary": "The notes are a draft."}, token=token)
view.settle()

# %% tags=["wrong"] exercise="approve" message="What was released still has DRAFT"
stage = codepipeline.get_pipeline_state(name="orders")["stageStates"][2]
codepipeline.put_approval_result(
    pipelineName="orders", stageName="Approve", actionName="Release",
    result={"status": "Rejected", "summary": "The notes are a draft."},
    token=stage["actionStates"][0]["latestExecution"]["token"])
view.settle()
commit_files("Update the notes", {"orders/RELEASE_NOTES.md": "DRAFT of Orders 1.4\n"})
view.settle()
stage = codepipeline.get_pipeline_state(name="orders")["stageStates"][2]
codepipeline.put_approval_result(
    pipelineName="orders", stageName="Approve", actionName="Release",
    result={"status": "Approved", "summary": "ok"},
    token=stage["actionStates"][0]["latestExecution"]["token"])
view.settle()

# %%
lab.check("approve")

# %% [markdown]
# You have done it by hand once. From here on `ship(lab)` lets the pipeline run, takes ten minutes
# to look at the release, approves it and lets it run on.
#
# ### Are these the same bytes?
#
# One release is in production. Look inside the artifacts that it passed on the way.

# %%
import io
import zipfile

from devops_workbook.chapters.pipelines.operate import ship

lab.catch_up("same-bytes")
runs = codepipeline.list_action_executions(pipelineName="orders")["actionExecutionDetails"]
for run in reversed(runs):
    for artifact in run["output"]["outputArtifacts"]:
        place = artifact["s3location"]
        data = s3.get_object(Bucket=place["bucket"], Key=place["key"])["Body"].read()
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        print(run["actionName"], "wrote", place["key"], names[:3], "…")

# %% [markdown]
# Compute the SHA-256 of the artifact that `Package` wrote and of `orders.zip` in production, both
# in hexadecimal digits.

# %% tags=["task"] exercise="same-bytes"
digests = {"packaged": ..., "deployed": ...}

# %% tags=["solution"] exercise="same-bytes"
import hashlib


def digest(bucket, key):
    data = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return hashlib.sha256(data).hexdigest()


runs = codepipeline.list_action_executions(pipelineName="orders")["actionExecutionDetails"]
[packaging] = [run for run in runs if run["actionName"] == "Package"]
place = packaging["output"]["outputArtifacts"][0]["s3location"]
digests = {
    "packaged": digest(place["bucket"], place["key"]),
    "deployed": digest("shop-production", "orders.zip"),
}

# %% tags=["wrong"] exercise="same-bytes" message="the code before it was built"
import hashlib

runs = codepipeline.list_action_executions(pipelineName="orders")["actionExecutionDetails"]
place = runs[-1]["output"]["outputArtifacts"][0]["s3location"]
data = s3.get_object(Bucket=place["bucket"], Key=place["key"])["Body"].read()
digests = dict.fromkeys(("packaged", "deployed"), hashlib.sha256(data).hexdigest())

# %% tags=["wrong"] exercise="same-bytes" message="not the SHA-256 of those bytes"
tag = s3.head_object(Bucket="shop-production", Key="orders.zip")["ETag"]
digests = {"packaged": tag, "deployed": tag}

# %%
lab.check("same-bytes", digests)

# %% [markdown]
# And how long did that commit wait for its customers, on the lab's clock? The number of the Friday
# nights comes from the log of chapter 01.

# %%
import pandas as pd

from devops_workbook import dora
from devops_workbook.paths import DATA

commit = codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
date = codecommit.get_commit(repositoryName="shop", commitId=commit)["commit"]["committer"]["date"]
committed = pd.to_datetime(int(date.split()[0]), unit="s", utc=True)
deployed = next(run["lastUpdateTime"] for run in runs if run["actionName"] == "Deploy")
shop = (DATA / "shop" / f"{name}.csv" for name in ("deployments", "changes", "incidents"))
friday = dora.measure(dora.read_csv(*shop).only(service="orders"), resamples=0).change_lead_time
print(f"this commit: {(deployed - committed).total_seconds() / 60:.0f} minutes")
print(f"the median of 2025: {friday.value:.0f} hours")

# %% [markdown]
# Do not put the two on one slide: one is a single commit whose approver sat waiting, the other the
# median of a year. But they show where the time went. It did not go into building.
#
# ### Where is it red?
#
# Somebody has made shipping simpler, and the pipeline is red.

# %%
lab.catch_up("find-failure")
view

# %% [markdown]
# Find the way to the line that says why: the stage and the action that failed, the id of its build,
# the name of a test that failed. `list_action_executions` has the build as `externalExecutionId`; the
# build names its log.

# %% tags=["task"] exercise="find-failure"
where = {"stage": ..., "action": ..., "build": ..., "test": ...}

# %% tags=["solution"] exercise="find-failure"
runs = codepipeline.list_action_executions(pipelineName="orders")["actionExecutionDetails"]
failed = next(run for run in runs if run["status"] == "Failed")
build_id = failed["output"]["executionResult"]["externalExecutionId"]
log = codebuild.batch_get_builds(ids=[build_id])["builds"][0]["logs"]
events = logs.get_log_events(logGroupName=log["groupName"], logStreamName=log["streamName"])
lines = [event["message"] for event in events["events"]]
line = next(line for line in lines if line.startswith("FAILED"))
where = {
    "stage": failed["stageName"],
    "action": failed["actionName"],
    "build": build_id,
    "test": line.split()[1],
}

# %% tags=["wrong"] exercise="find-failure" message="has another id"
where = {"stage": "Build", "action": "Test", "build": "orders-test",
         "test": "test_shipping_is_free_from_fifty"}

# %% tags=["wrong"] exercise="find-failure" message="The action Package has not failed"
where = {"stage": "Build", "action": "Package", "build": "orders-package:1", "test": "unknown"}

# %%
lab.check("find-failure", where)

# %% [markdown]
# ### Break/fix: make it green again
#
# This is what the failing test is about:

# %%
lab.catch_up("mend")
pricing = codecommit.get_file(repositoryName="shop", filePath="orders/service/pricing.py")
text = pricing["fileContent"].decode()
print(text[text.index("def shipping") : text.index("def total")].rstrip())

# %% [markdown]
# The test is right: goods for exactly 50.00 are sent for free. Mend the code with a commit, and
# bring it through `Build`.

# %% tags=["task"] exercise="mend"
answer = ...

# %% tags=["solution"] exercise="mend"
mended = text.replace("cents > FREE_SHIPPING", "cents >= FREE_SHIPPING")
commit_files("Send goods for 50.00 for free again", {"orders/service/pricing.py": mended})
view.settle()

# %% tags=["wrong"] exercise="mend" message="on the same commit"
[failed] = [run for run in codepipeline.list_action_executions(pipelineName="orders")[
    "actionExecutionDetails"] if run["status"] == "Failed"]
codepipeline.retry_stage_execution(
    pipelineName="orders", stageName="Build", retryMode="FAILED_ACTIONS",
    pipelineExecutionId=failed["pipelineExecutionId"])
view.settle()

# %% tags=["wrong"] exercise="mend" message="The test was right"
tests = codecommit.get_file(repositoryName="shop", filePath="orders/tests/test_pricing.py")
lines = tests["fileContent"].decode().replace("(490, 0)", "(490, 490)")
commit_files("Expect what the code does", {"orders/tests/test_pricing.py": lines})
view.settle()

# %% tags=["wrong"] exercise="mend" message="is not in the pipeline yet"
mended = text.replace("cents > FREE_SHIPPING", "cents >= FREE_SHIPPING")
commit_files("Send goods for 50.00 for free again", {"orders/service/pricing.py": mended})

# %% tags=["wrong"] exercise="mend" message="nothing left out"
buildspec = "version: 0.2\nphases:\n  build:\n    commands:\n      - echo fine\n"
codebuild.update_project(
    name="orders-test", source={"type": "CODEPIPELINE", "buildspec": buildspec})
commit_files("Try once more", {"orders/RELEASE_NOTES.md": "Shipping\n"})
view.settle()

# %%
lab.check("mend")

# %% [markdown]
# The commit started a new execution. Retrying the old one would have put the same bytes through the
# same tests, to the same end.
#
# ### Retry the deployment
#
# So when does a retry help? When the commit was right and the world was wrong. Here a release was
# tested and approved. Meanwhile somebody tidied up the account.

# %%
lab.catch_up("retry")
view.table()

# %% [markdown]
# Put the world in order, then retry the failed action of *this* execution with
# `retry_stage_execution`. Nothing should be built or approved a second time.

# %% tags=["task"] exercise="retry"
answer = ...

# %% tags=["solution"] exercise="retry"
s3.create_bucket(Bucket="shop-production")
state = codepipeline.get_pipeline_state(name="orders")["stageStates"][-1]
codepipeline.retry_stage_execution(
    pipelineName="orders",
    stageName="Production",
    pipelineExecutionId=state["latestExecution"]["pipelineExecutionId"],
    retryMode="FAILED_ACTIONS",
)
view.settle()

# %% tags=["wrong"] exercise="retry" message="A retry changes nothing by itself"
state = codepipeline.get_pipeline_state(name="orders")["stageStates"][-1]
codepipeline.retry_stage_execution(
    pipelineName="orders", stageName="Production", retryMode="FAILED_ACTIONS",
    pipelineExecutionId=state["latestExecution"]["pipelineExecutionId"])
view.settle()

# %% tags=["wrong"] exercise="retry" message="asks for approval again"
s3.create_bucket(Bucket="shop-production")
codepipeline.start_pipeline_execution(name="orders")
view.settle()

# %% tags=["wrong"] exercise="retry" message="by hand"
s3.create_bucket(Bucket="shop-production")
s3.put_object(Bucket="shop-production", Key="orders.zip", Body=b"from my laptop")

# %%
lab.check("retry")

# %% [markdown]
# A retry has an end: once a newer execution has entered the stage, AWS refuses it. The newer one
# carries everything the older one did.
#
# ### Predict: three commits, one approver
#
# Commit A waits for approval. Then B is pushed and passes its tests, and then C. Now the approver
# comes back and answers every approval that asks, **the newest first**, until none is left. Which
# commits reach production, in which order? That depends on the pipeline's execution mode:
#
# | mode | between two stages |
# |---|---|
# | `SUPERSEDED` | one execution waits; a newer one takes its place |
# | `QUEUED` | they wait in line |
# | `PARALLEL` | nobody waits; each execution has the stages to itself |
#
# Write the letters in their order, such as `"AB"`.

# %% tags=["task"] exercise="modes"
reached = {"SUPERSEDED": ..., "QUEUED": ..., "PARALLEL": ...}

# %% tags=["solution"] exercise="modes"
reached = {"SUPERSEDED": "AC", "QUEUED": "ABC", "PARALLEL": "CBA"}

# %% tags=["wrong"] exercise="modes" message="How many can wait in one place?"
reached = {"SUPERSEDED": "ABC", "QUEUED": "ABC", "PARALLEL": "CBA"}

# %% tags=["wrong"] exercise="modes" message="A newer one cannot take a stage from it"
reached = {"SUPERSEDED": "C", "QUEUED": "ABC", "PARALLEL": "CBA"}

# %% tags=["wrong"] exercise="modes" message="Which does the approver answer first?"
reached = {"SUPERSEDED": "AC", "QUEUED": "ABC", "PARALLEL": "ABC"}

# %%
lab.check("modes", reached)

# %% [markdown]
# Now run it. `create_small` makes a pipeline of Source, Approve and Production, without builds.

# %%
from devops_workbook.chapters.pipelines.flow import create_small
from devops_workbook.chapters.pipelines.operate import approve

lab.catch_up("modes")
for mode in ("SUPERSEDED", "QUEUED", "PARALLEL"):
    for letter in "ABC":
        commit_files(f"{letter} in {mode}", {"orders/LETTER": f"{letter} {mode}\n"})
        if letter == "A":
            name = create_small(mode)
        lab.clock.advance(minutes=5)
    while approve(name):
        lab.clock.advance(minutes=5)
    done = codepipeline.list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"]
    print(mode)
    for each in sorted(done, key=lambda each: each["lastUpdateTime"]):
        message = each["sourceRevisions"][0]["revisionSummary"]
        print(f"   {each['lastUpdateTime']:%H:%M:%S}  {each['status']:10}  {message}")

# %% [markdown]
# B in `SUPERSEDED` is not lost: C contains it. And see what `PARALLEL` did. A came last, so the
# oldest commit is in production now. `PARALLEL` is for executions that do not share a target, such
# as a test environment for each branch.
#
# ### A release freeze
#
# This week the shop takes stock, and nothing may be released until Friday evening.

# %%
lab.catch_up("freeze")
view

# %% [markdown]
# Tests should go on for every commit, but nobody should be asked to release. Close the transition
# **into `Approve`** with `disable_stage_transition`, and a reason that tells a stranger why and
# until when.

# %% tags=["task"] exercise="freeze"
answer = ...

# %% tags=["solution"] exercise="freeze"
codepipeline.disable_stage_transition(
    pipelineName="orders", stageName="Approve", transitionType="Inbound",
    reason="Stocktaking until Friday evening. Ask the orders team.",
)

# %% tags=["wrong"] exercise="freeze" message="nobody would learn"
codepipeline.disable_stage_transition(
    pipelineName="orders", stageName="Build", transitionType="Inbound",
    reason="Stocktaking until Friday evening.",
)

# %% tags=["wrong"] exercise="freeze" message="wants to know why"
codepipeline.disable_stage_transition(
    pipelineName="orders", stageName="Approve", transitionType="Inbound", reason="freeze")

# %% tags=["wrong"] exercise="freeze" message="would still be asked"
codepipeline.disable_stage_transition(
    pipelineName="orders", stageName="Production", transitionType="Inbound",
    reason="Stocktaking until Friday evening.",
)

# %%
lab.check("freeze")

# %% [markdown]
# Two commits arrive during the freeze. Both are tested. Then one waits before the closed
# transition, and takes the place of the other.

# %%
for message in ("Fix a typo", "Fix another"):
    commit_files(message, {"orders/RELEASE_NOTES.md": f"{message}\n"})
    lab.clock.advance(minutes=5)
done = codepipeline.list_pipeline_executions(pipelineName="orders")["pipelineExecutionSummaries"]
for each in done:
    print(each["status"], each["sourceRevisions"][0]["revisionSummary"])
view

# %% [markdown]
# A freeze makes the next release bigger, and a bigger release is a riskier one. Mind what chapter
# 01 said about batches.
#
# ### A stage that rolls itself back
#
# Some mistakes show only in production. This pipeline therefore has a smoke test behind `Deploy`:
# it starts the package with production's settings. And on the branch `payments` waits a change that
# passes every test, and needs a setting that production does not have.

# %%
lab.catch_up("roll-back")
view

# %% [markdown]
# Let `Production` undo itself:
#
# 1. Set `onFailure` of that stage to `{"result": "ROLLBACK"}`, with `update_pipeline`.
# 2. Ship once more what is there: `start_pipeline_execution`, then `ship(lab)`. AWS rolls back only
#    to an execution that ran under the **same version** of the declaration, and you have just made
#    a new one.
# 3. Merge `payments` into `main` (`merge_branches_by_fast_forward`) and ship that.

# %% tags=["task"] exercise="roll-back"
answer = ...

# %% tags=["solution"] exercise="roll-back"
declaration = codepipeline.get_pipeline(name="orders")["pipeline"]
declaration["stages"][-1]["onFailure"] = {"result": "ROLLBACK"}
codepipeline.update_pipeline(pipeline=declaration)
codepipeline.start_pipeline_execution(name="orders")
ship(lab)
codecommit.merge_branches_by_fast_forward(
    repositoryName="shop", sourceCommitSpecifier="payments",
    destinationCommitSpecifier="main", targetBranch="main",
)
ship(lab)

# %% tags=["wrong"] exercise="roll-back" message="no release had succeeded there"
declaration = codepipeline.get_pipeline(name="orders")["pipeline"]
declaration["stages"][-1]["onFailure"] = {"result": "ROLLBACK"}
codepipeline.update_pipeline(pipeline=declaration)
codecommit.merge_branches_by_fast_forward(
    repositoryName="shop", sourceCommitSpecifier="payments",
    destinationCommitSpecifier="main", targetBranch="main")
ship(lab)

# %% tags=["wrong"] exercise="roll-back" message="What should be undone is what happened"
declaration = codepipeline.get_pipeline(name="orders")["pipeline"]
declaration["stages"][1]["onFailure"] = {"result": "ROLLBACK"}
codepipeline.update_pipeline(pipeline=declaration)

# %% tags=["wrong"] exercise="roll-back" message="nothing has failed there"
declaration = codepipeline.get_pipeline(name="orders")["pipeline"]
declaration["stages"][-1]["onFailure"] = {"result": "ROLLBACK"}
codepipeline.update_pipeline(pipeline=declaration)
codepipeline.start_pipeline_execution(name="orders")
ship(lab)

# %%
lab.check("roll-back")

# %%
done = codepipeline.list_pipeline_executions(pipelineName="orders")["pipelineExecutionSummaries"]
for each in reversed(done):
    when = f"{each['startTime']:%H:%M:%S} to {each['lastUpdateTime']:%H:%M:%S}"
    print(when, each["status"], each["executionType"], each["trigger"]["triggerType"])

# %% [markdown] tags=["instructor"]
# **Instructor.** Here people stumble over the second step, and AWS's users do too. Ask what else
# a stage cannot undo: mails that were sent, money that was booked, a table that was changed. That
# leads into the last exercise.

# %% [markdown]
# A stage that undoes itself recovers fast. But it brings back a package, not a database.
#
# ### Rename a column without hurting anyone
#
# A stretch. The column `name` of `customers` is to be called `full_name`. A colleague has put the
# `ALTER TABLE` and the new code into one commit. The pipeline now has an action `Migrate` before
# `Deploy`. Watch version 1.4, which serves at that moment, in a process of its own.

# %%
from devops_workbook.chapters.pipelines import colleagues
from devops_workbook.chapters.pipelines.running_service import ServiceError, serving

lab.catch_up("expand-contract")
with serving(lab, "1.4") as orders:
    number = orders.order("Ada Lovelace")
    print("before:", orders.name_on(number))
    colleagues.push_a_rename()
    ship(lab)
    try:
        orders.name_on(number)
    except ServiceError as error:
        print("after: ", error)
view.table()

# %% [markdown]
# All green, and the shop was down: from the moment of the migration until the last old instance was
# gone. Had the release been rolled back, it would have stayed down.
#
# The way out is to **expand**, and only later to **contract**: first add what the new code needs,
# move everybody over, and take the old thing away when nobody uses it. There are four versions:
#
# | version | writes | reads |
# |---|---|---|
# | 1.4 | `name` | `name` |
# | 1.5 | both | `name` |
# | 1.6 | both | `full_name` |
# | 1.7 | `full_name` | `full_name` |
#
# `rehearse` plays releases on a real SQLite database, with the real services. Each release is a
# pair: a migration in SQL, `""` for none, and the version deployed after it. The migration runs
# while the old version serves; then both serve, while instances are replaced.

# %%
from devops_workbook.chapters.pipelines.rehearsal_of_releases import rehearse

rehearse([("ALTER TABLE customers RENAME COLUMN name TO full_name", "1.7")])

# %% [markdown]
# Plan releases that hurt nobody, from 1.4 to 1.7 and without the column `name` in the end.

# %% tags=["task"] exercise="expand-contract"
releases = ...

# %% tags=["solution"] exercise="expand-contract"
releases = [
    ("ALTER TABLE customers ADD COLUMN full_name TEXT", "1.5"),
    ("UPDATE customers SET full_name = name WHERE full_name IS NULL", "1.6"),
    ("", "1.7"),
    ("ALTER TABLE customers DROP COLUMN name", "1.7"),
]

# %% tags=["wrong"] exercise="expand-contract" message="Release 1, after its migration"
releases = [("ALTER TABLE customers RENAME COLUMN name TO full_name", "1.7")]

# %% tags=["wrong"] exercise="expand-contract" message="Release 2, while instances are replaced"
releases = [
    ("""ALTER TABLE customers ADD COLUMN full_name TEXT;
        UPDATE customers SET full_name = name""", "1.5"),
    ("", "1.6"),
    ("", "1.7"),
    ("ALTER TABLE customers DROP COLUMN name", "1.7"),
]

# %% tags=["wrong"] exercise="expand-contract" message="Release 3, after its migration"
releases = [
    ("ALTER TABLE customers ADD COLUMN full_name TEXT", "1.5"),
    ("UPDATE customers SET full_name = name WHERE full_name IS NULL", "1.6"),
    ("ALTER TABLE customers DROP COLUMN name", "1.7"),
]

# %% tags=["wrong"] exercise="expand-contract" message="one column too many"
releases = [
    ("ALTER TABLE customers ADD COLUMN full_name TEXT", "1.5"),
    ("UPDATE customers SET full_name = name WHERE full_name IS NULL", "1.6"),
    ("", "1.7"),
]

# %%
lab.check("expand-contract", releases)

# %% [markdown]
# Now for real: one commit for each release, through tests, approval, `Migrate` and `Deploy`, while
# the version before it serves.

# %%
from devops_workbook.chapters.pipelines.releases_in_production import release

lab.catch_up("expand-contract")
release(lab, releases)

# %% [markdown]
# More releases than one, each of them dull. That is how you rename a column on a Tuesday afternoon.

# %% [markdown]
# ## In production
#
# **Cost.** A V2 pipeline costs 0.002 US dollars for each minute of an action, rounded up, approvals
# excepted; 100 minutes a month are free. A V1 pipeline costs one dollar a month while it is used.
# CodeBuild and S3 are billed beside it.
#
# **Rights.** The pipeline's service role may do what its actions do, and should not be able to do
# more. Whoever can edit the pipeline can deploy, so keep its declaration in the repository, behind
# a review.
#
# **How a commit is noticed.** Here the source action polls. AWS recommends an EventBridge rule
# instead, with `PollForSourceChanges` switched off; the console sets one up.
#
# **Limits.** By default an approval that nobody answers fails after seven days. A closed transition
# stays closed until somebody opens it, so put a date into the reason. `PARALLEL` pipelines cannot
# roll back.
#
# **Migrations.** On a large table a backfill takes hours: do it in batches, outside of the release.

# %% [markdown]
# ## Simulated here
#
# Stages, modes, transitions, approvals, retries and rollbacks follow AWS's rules, on the lab's
# clock; how long an action takes is made up. Builds run their commands on your machine. Roles are
# not checked, so a missing right never fails an action here. A bucket stands in for the servers of
# production. The database and the versions of the service are real: SQLite, and Python processes.

# %% [markdown]
# ## Recap
#
# - An execution takes one commit through the stages. What is passed on are artifacts.
# - Build once, deploy the same bytes.
# - A wrong commit needs a commit. A wrong world needs mending, then a retry.
# - The mode says who waits, who overtakes and who arrives last.
# - A rollback brings back the package. Expand and contract keeps the database fit for both.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-retry", "b")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
right = {"q-rebuild": "b", "q-retry": "a", "q-parallel": "b", "q-schema": "b"}
for question, choice in right.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 06, Infrastructure as code](06_infrastructure_as_code.ipynb)
# - [How pipeline executions work](https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html),
#   with the rules of stages and modes
# - [Configuring stage rollback](https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html)
# - [Parallel change](https://martinfowler.com/bliki/ParallelChange.html), the general form of expand
#   and contract
# - Humble, Farley: *Continuous Delivery* (2010), where the deployment pipeline comes from
# - The [glossary](glossary.md), for the words of this chapter
