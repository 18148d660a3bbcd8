# %% [markdown]
# # Build and test
#
# You give the shop its first automatic build: it runs the tests, keeps what it found, and stops
# what should never reach a customer.
#
# *75 minutes. Level: beginner, with some Python and YAML. First:
# [chapter 00](00_start_here.ipynb). The builds run real commands: on Windows, work in WSL.*

# %% [markdown]
# ## You will be able to
#
# - write a buildspec and read the log of a build
# - say which phase follows a failure, and why that matters
# - put tests, lint, secret, dependency and template checks in front of a release
# - keep secrets out of logs
# - build once and release the same bytes everywhere

# %% [markdown]
# ## The story so far
#
# The shop's releases are built on whichever laptop has the right files on it. Last Friday nobody had
# run the tests there for a month. A voucher was taken off twice, and the shop gave money away all
# weekend.
#
# The code is in a CodeCommit repository now, named `shop`. Today you have AWS build it, from what is
# committed and from nothing else.

# %% [markdown]
# ## The idea
#
# A **build** turns a commit into something that can be released, or into a reason why not.
# CodeBuild starts an empty container, puts the commit into it, runs the commands of a file called
# the **buildspec**, and throws the container away. Nothing of a laptop is in it, and nothing of the
# last build.
#
# The commands stand in four phases. What decides is the **exit status** of each command: 0 is good,
# anything else fails the phase.
#
# ![A commit, its buildspec and the project's settings go into a container that begins empty. Its
# phases are install, pre_build, build and post_build. An artifact, reports and a log come
# out.](images/a_build.svg)
#
# A build that stops a mistake within minutes is worth more than one that is never red. So today you
# do not only make builds green: you make them red on purpose.

# %% [markdown]
# ## A worked example
#
# Open the lab. A project says what to build, where, and with which rights. The smallest one has no
# source at all, only a buildspec.

# %%
import boto3

from devops_workbook import open_lab
from devops_workbook.display import Note

lab = open_lab("build-and-test")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people trust a build because they have seen it close, not because it is green.
# Misconceptions to listen for: "green means tested", "post_build only runs after a good build",
# "secrets in CodeBuild are always masked". Demo: run the first build together and read its log
# aloud, line by line. Ask at the end: "Which of our defects of last month could a build have found,
# and how many minutes after the commit?"
#
# With 55 minutes: *A first build*, *Read the log*, *Green*, *What follows a failure?*, *Five gates*,
# *Build once*. Leave out the cache first, then the other buildspecs. For the fast: have them add a
# sixth gate of their own (a licence check, a limit on the size of the artifact).

# %%
codebuild, logs = boto3.client("codebuild"), boto3.client("logs")
HELLO = """
version: 0.2
phases:
  pre_build:
    commands:
      - cd /tmp
      - GREETING=hello
  build:
    commands:
      - echo "$GREETING from $(pwd), build number $CODEBUILD_BUILD_NUMBER"
"""
image = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
small = {"type": "LINUX_CONTAINER", "image": image, "computeType": "BUILD_GENERAL1_SMALL"}
project = codebuild.create_project(
    name="hello",
    source={"type": "NO_SOURCE", "buildspec": HELLO},
    artifacts={"type": "NO_ARTIFACTS"},
    environment=small,
    serviceRole="arn:aws:iam::123456789012:role/shop-build",
)["project"]
print(project["arn"])

# %% [markdown]
# A build takes time, so `start_build` returns at once and you ask until it is complete. Two small
# functions for that, which you will use all chapter. The log is in CloudWatch Logs.

# %%
def build(project="orders", **settings):
    """Start a build and wait for it. On AWS, time.sleep(5) stands where the clock is moved."""
    started = codebuild.start_build(projectName=project, **settings)["build"]["id"]
    while True:
        found = codebuild.batch_get_builds(ids=[started])["builds"][0]
        print(f"\r{project}: {found['currentPhase']:<16}", end="", flush=True)
        if found["buildComplete"]:
            print()
            return found
        lab.clock.advance(seconds=5)

def log(of):
    """Return the text of a build's log."""
    where = {"logGroupName": of["logs"]["groupName"], "logStreamName": of["logs"]["streamName"]}
    events = logs.get_log_events(**where, startFromHead=True)["events"]
    return "\n".join(event["message"] for event in events)

hello = build("hello")
for phase in hello["phases"]:
    print(phase["phaseType"], phase.get("phaseStatus", ""), phase.get("durationInSeconds", ""))
print([line for line in log(hello).splitlines() if line.startswith("hello")])

# %% [markdown]
# The directory and the variable lasted from one phase to the next. That is version 0.2 of the
# buildspec; in 0.1 each command starts afresh.
#
# Now the shop's code. `read` returns a file of the repository, `commit` makes a commit on `main`.

# %%
codecommit = boto3.client("codecommit")

def read(path):
    """Return the text of a file on main."""
    return codecommit.get_file(repositoryName="shop", filePath=path)["fileContent"].decode()

def commit(message, files):
    """Commit {path: text} to main; return the commit's id."""
    tip = codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
    put = [{"filePath": path, "fileContent": text.encode()} for path, text in files.items()]
    who = {"authorName": "Orders team", "email": "orders@shop.example"}
    where = {"repositoryName": "shop", "branchName": "main", "parentCommitId": tip}
    try:
        made = codecommit.create_commit(**where, **who, commitMessage=message, putFiles=put)
    except codecommit.exceptions.NoChangeException:
        return tip
    return made["commitId"]

# %% [markdown]
# `orders` is a small Python service. In production it is a Spring Boot service, which takes Maven
# and the network to build; you will read its buildspec at the end. Here is what an order costs:

# %%
print(read("orders/service/pricing.py"))

# %% [markdown]
# ## Exercises
#
# ### A first build
#
# CodeBuild has a project `orders`, which builds `main` of the repository by the buildspec in
# `orders/buildspec.yml`. That file is missing. Write one that runs the service's tests with
# `python -m pytest`, commit it, and build. A build begins in the root of the repository; the tests
# want to be run in `orders`. One of the tests fails, so **red is right** here.

# %% tags=["task"] exercise="first-build"
buildspec = ...
# commit("Build the orders service", {"orders/buildspec.yml": buildspec})
# build()["buildStatus"]

# %% tags=["solution"] exercise="first-build"
buildspec = """
version: 0.2
phases:
  build:
    commands:
      - cd orders
      - python -m pytest
"""
commit("Build the orders service", {"orders/buildspec.yml": buildspec})
red = build()

# %% tags=["wrong"] exercise="first-build" message="not because of a failing test"
buildspec = "version: 0.2\nphases:\n  build:\n    commands:\n      - python -m pytest\n"
commit("Build", {"orders/buildspec.yml": buildspec})
build()

# %% tags=["wrong"] exercise="first-build" message="hides the exit status"
buildspec = "version: 0.2\nphases: {build: {commands: [cd orders, python -m pytest || true]}}\n"
commit("Build", {"orders/buildspec.yml": buildspec})
build()

# %% tags=["wrong"] exercise="first-build" message="Found buildspec.yml in the root"
buildspec = "version: 0.2\nphases: {build: {commands: [cd orders, python -m pytest]}}\n"
commit("Build", {"buildspec.yml": buildspec})

# %% tags=["wrong"] exercise="first-build" message="cannot read orders/buildspec.yml"
buildspec = "version: 0.2\nphases:\n  builds:\n    commands: [python -m pytest]\n"
commit("Build", {"orders/buildspec.yml": buildspec})
build()

# %% tags=["wrong"] exercise="first-build" message="has no build. Start one"
buildspec = "version: 0.2\nphases: {build: {commands: [cd orders, python -m pytest]}}\n"
commit("Build", {"orders/buildspec.yml": buildspec})

# %%
lab.check("first-build")

# %% [markdown]
# ### Read the log
#
# This cell shows the log of the newest build of `orders`. The last screen is what you read first,
# and from there you go up.

# %%
newest = codebuild.list_builds_for_project(projectName="orders")["ids"][:1]
found = codebuild.batch_get_builds(ids=newest)["builds"] if newest else []
Note("The newest build of orders.", code=log(found[0]) if found else "There is none yet.")

# %% [markdown]
# Which test failed, what number did it expect, and what did it get?

# %% tags=["task"] exercise="read-the-log"
finding = {"test": ..., "expected": ..., "got": ...}

# %% tags=["solution"] exercise="read-the-log"
finding = {"test": "test_a_voucher_is_taken_off_once", "expected": 9000, "got": 8100}

# %% tags=["wrong"] exercise="read-the-log" message="the wrong way round"
finding = {"test": "test_a_voucher_is_taken_off_once", "expected": 8100, "got": 9000}

# %% tags=["wrong"] exercise="read-the-log" message="not the name of the function"
finding = {"test": "tests/test_pricing.py", "expected": 9000, "got": 8100}

# %%
lab.check("read-the-log", finding)

# %% [markdown]
# ### Green
#
# Mend the code in `orders/service/pricing.py`, commit it and build again. A text is easily changed
# with `read(path).replace(old, new)`.

# %% tags=["task"] exercise="green-build"
pricing = ...
# commit("…", {"orders/service/pricing.py": pricing})
# build()["buildStatus"]

# %% tags=["solution"] exercise="green-build"
pricing = read("orders/service/pricing.py").replace(
    "return reduced - discount(reduced, voucher_percent) + shipping(goods)",
    "return reduced + shipping(goods)",
)
commit("Take a voucher off once", {"orders/service/pricing.py": pricing})
green = build()

# %% tags=["wrong"] exercise="green-build" message="It is the code that is wrong, not the test"
tests = read("orders/tests/test_pricing.py").replace("== 9000", "== 8100")
commit("Mend the test", {"orders/tests/test_pricing.py": tests})
build()

# %% tags=["wrong"] exercise="green-build" message="Build what you have committed"
pricing = read("orders/service/pricing.py").replace(
    "return reduced - discount(reduced, voucher_percent)", "return reduced"
)
commit("Take a voucher off once", {"orders/service/pricing.py": pricing})

# %%
lab.check("green-build")

# %% [markdown]
# From commit to answer, that build took less than a minute of the lab's time. What did it take the
# shop without one? The log of chapter 01 has the commits of deployments that later caused an
# incident.

# %%
import pandas as pd

from devops_workbook.paths import DATA

SHOP = DATA / "shop"
changes = pd.read_csv(SHOP / "changes.csv", parse_dates=["committed_at"])
incidents = pd.read_csv(SHOP / "incidents.csv", parse_dates=["started_at"])
hurt = changes.merge(incidents, on="deployment_id").dropna(subset=["deployment_id"])
first = hurt.sort_values("started_at").drop_duplicates("change_id")
found_after = (first["started_at"] - first["committed_at"]).median()
print("In a deployment that hurt customers:", len(first), "commits")
print("commit to first complaint, median:", found_after.round("h"))
print("start to end of a build:          ", hello["endTime"] - hello["startTime"])

# %% [markdown]
# The difference is more than patience. After minutes, one person knows which line it was. After
# days, somebody else searches among everybody's commits, while customers wait. To find things early
# is called **shifting left**, because on a drawing of the way to production the build stands on the
# left.
#
# ### Green, and nothing to show for it
#
# The green build leaves nothing behind. Extend the buildspec:
#
# - a **test report** from pytest's `--junitxml`, and a **coverage report** from pytest-cov's
#   `--cov=service --cov-report=xml:…`, which is in the format `COBERTURAXML`
# - an **artifact** with what production needs: `service/*.py`, `migrations/*.sql` and
#   `requirements.txt`, named as seen from `orders`, and nothing else
#
# They stand beside `phases`, under `reports:` (a name for each) and `artifacts:`. Both take `files`,
# whose paths begin in the root of the repository, or in a `base-directory` that you name; the
# [buildspec reference](https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html)
# has every key.

# %% tags=["task"] exercise="keep-results"
buildspec = ...
# commit("…", {"orders/buildspec.yml": buildspec})
# build()["buildStatus"]

# %% tags=["solution"] exercise="keep-results"
buildspec = """
version: 0.2
phases:
  build:
    commands:
      - cd orders
      - >-
        python -m pytest --junitxml=reports/junit.xml
        --cov=service --cov-report=xml:reports/coverage.xml
reports:
  tests:
    base-directory: orders/reports
    files: [junit.xml]
  coverage:
    base-directory: orders/reports
    files: [coverage.xml]
    file-format: COBERTURAXML
artifacts:
  base-directory: orders
  files: ["service/*.py", "migrations/*.sql", requirements.txt]
"""
commit("Keep reports and an artifact", {"orders/buildspec.yml": buildspec})
kept = build()

# %% tags=["wrong"] exercise="keep-results" message="is INCOMPLETE"
text = read("orders/buildspec.yml").replace("pytest", "pytest --junitxml=reports/junit.xml")
text += "reports:\n  tests:\n    files: [reports/junit.xml]\n"
text += "  coverage:\n    files: [reports/coverage.xml]\n    file-format: COBERTURAXML\n"
commit("Keep reports", {"orders/buildspec.yml": text})
build()

# %% tags=["wrong"] exercise="keep-results" message="Without a `file-format`"
options = "pytest --junitxml=reports/junit.xml --cov=service --cov-report=xml:reports/coverage.xml"
text = read("orders/buildspec.yml").replace("pytest", options)
text += "reports:\n  tests:\n    files: [orders/reports/junit.xml]\n"
text += "  coverage:\n    files: [orders/reports/coverage.xml]\n"
commit("Keep reports", {"orders/buildspec.yml": text})
build()

# %% tags=["wrong"] exercise="keep-results" message="left no artifact"
options = "pytest --junitxml=reports/junit.xml --cov=service --cov-report=xml:reports/coverage.xml"
text = read("orders/buildspec.yml").replace("pytest", options)
text += "reports:\n  tests:\n    files: [orders/reports/junit.xml]\n"
text += "  coverage:\n    files: [orders/reports/coverage.xml]\n    file-format: COBERTURAXML\n"
commit("Keep reports", {"orders/buildspec.yml": text})
build()

# %% tags=["wrong"] exercise="keep-results" message="as seen from `orders`"
options = "pytest --junitxml=reports/junit.xml --cov=service --cov-report=xml:reports/coverage.xml"
text = read("orders/buildspec.yml").replace("pytest", options)
text += "reports:\n  tests:\n    files: [orders/reports/junit.xml]\n"
text += "  coverage:\n    files: [orders/reports/coverage.xml]\n    file-format: COBERTURAXML\n"
text += "artifacts:\n  files: ['orders/service/*.py', 'orders/migrations/*.sql']\n"
commit("Keep everything", {"orders/buildspec.yml": text})
build()

# %% tags=["wrong"] exercise="keep-results" message="production has no use for"
options = "pytest --junitxml=reports/junit.xml --cov=service --cov-report=xml:reports/coverage.xml"
text = read("orders/buildspec.yml").replace("pytest", options)
text += "reports:\n  tests:\n    files: [orders/reports/junit.xml]\n"
text += "  coverage:\n    files: [orders/reports/coverage.xml]\n    file-format: COBERTURAXML\n"
text += "artifacts:\n  base-directory: orders\n  files: ['**/*']\n"
commit("Keep everything", {"orders/buildspec.yml": text})
build()

# %%
lab.check("keep-results")

# %% [markdown]
# A report can be asked. Which files have the least coverage? Is a test slow, or skipped? A test that
# is skipped does not fail, so the count of tests is worth a look from time to time.

# %%
newest = codebuild.list_reports()["reports"][:2]
for report in codebuild.batch_get_reports(reportArns=newest)["reports"] if newest else []:
    print(report["type"], report["status"], report.get("testSummary", {}).get("statusCounts", ""))
    if report["type"] == "CODE_COVERAGE":
        for file in codebuild.describe_code_coverages(reportArn=report["arn"])["codeCoverages"]:
            print(f"  {file['lineCoveragePercentage']:5.1f} % of {file['filePath']}")

# %% [markdown]
# ### Five gates
#
# Tests find what somebody thought of. Other tools find what nobody did. Put these five into the
# build, each so that it closes:
#
# | gate | command, as seen from `orders` |
# |---|---|
# | lint, with security rules | `ruff check .` |
# | secrets in the code | `detect-secrets-hook --no-verify` (without asking the network), then the files |
# | known holes in dependencies | `python tools/check_dependencies.py requirements.txt ../advisories` |
# | mistakes in the template | `cfn-lint ../infrastructure/template.yaml` |
# | too little tested | pytest's `--cov-fail-under=90` |
#
# Four of them find something at once. Mend it where it comes from, until the build is green. The
# check then tries every gate: it puts one fault after the other into the shop and expects red.

# %% tags=["task"] exercise="gates"
buildspec = ...
# Note("The log.", code=log(build()))

# %% tags=["solution"] exercise="gates"
buildspec = read("orders/buildspec.yml")
buildspec = buildspec.replace("coverage.xml\n", "coverage.xml --cov-fail-under=90\n", 1)
buildspec = buildspec.replace("phases:\n  build:\n    commands:\n      - cd orders\n", """phases:
  pre_build:
    commands:
      - cd orders
      - ruff check .
      - detect-secrets-hook --no-verify $(find service tests -type f) requirements.txt
      - python tools/check_dependencies.py requirements.txt ../advisories
      - cfn-lint ../infrastructure/template.yaml
  build:
    commands:
""")
commit("Put up five gates", {"orders/buildspec.yml": buildspec})
store, config = read("orders/service/store.py"), read("orders/service/config.py")
store = store.replace('query = f"""', 'query = """').replace("'{number}'", "?")
key = '\n# For the nightly backup.\nBACKUP_ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"\n'
template = "infrastructure/template.yaml"
commit("Mend what the gates found", {
    "orders/service/store.py": store.replace("execute(query)", "execute(query, (number,))"),
    "orders/service/config.py": config.replace(key, ""),
    "orders/requirements.txt": read("orders/requirements.txt").replace("2.1.1", "3.0.2"),
    template: read(template).replace("Status: Active", "Status: Enabled"),
})
build()["buildStatus"]

# %% tags=["wrong"] exercise="gates" message="an AWS access key in a comment"
text = read("orders/buildspec.yml").replace("cd orders\n", "cd orders\n      - ruff check service\n")
store = read("orders/service/store.py").replace('query = f"""', 'query = """')
store = store.replace("'{number}'", "?").replace("execute(query)", "execute(query, (number,))")
commit("Lint", {"orders/buildspec.yml": text, "orders/service/store.py": store})
build()

# %% tags=["wrong"] exercise="gates" message="an import that nothing uses"
text = read("orders/buildspec.yml").replace("cd orders\n", "cd orders\n      - ruff check . || true\n")
commit("Lint, as a suggestion", {"orders/buildspec.yml": text})
build()

# %% tags=["wrong"] exercise="gates" message="tells the tool to look away"
text = read("orders/buildspec.yml").replace("cd orders\n", "cd orders\n      - ruff check .\n")
store = read("orders/service/store.py").replace('query = f"""', 'query = f"""  # noqa: S608')
store = store.replace('    """\n    found = data', '    """  # noqa: S608\n    found = data')
store = store.replace('f"""  # noqa: S608', 'f"""')
commit("Lint", {"orders/buildspec.yml": text, "orders/service/store.py": store})
build()

# %% tags=["wrong"] exercise="gates" message="The last build is red"
text = read("orders/buildspec.yml").replace("cd orders\n", "cd orders\n      - ruff check .\n")
commit("Lint", {"orders/buildspec.yml": text})
build()

# %%
lab.check("gates")

# %% [markdown] tags=["instructor"]
# **Instructor.** The longest task. Most get stuck because a build stops at the first gate that
# closes, so four findings take four builds. Let them notice, then ask how to see all findings at
# once (run each command, remember the statuses, fail at the end) and what that costs. The key in
# `config.py` is the example key of AWS's documentation. Ask: "Is it enough to delete the line?"

# %% [markdown]
# `check_dependencies.py` stands for a larger tool. It compares with four real advisories that lie in
# the repository; where there is a network you would run
# [pip-audit](https://github.com/pypa/pip-audit), which asks for all of them, and have Amazon
# Inspector go on asking about what is deployed. And a key that has been in a commit stays in the
# history: in earnest you would rotate it first, as in chapter 02.
#
# ### Predict: what follows a failure?
#
# Read this buildspec. Its third command fails.

# %%
from devops_workbook.chapters.build_and_test import PREDICT

print(PREDICT)

# %% [markdown]
# Say for each line whether it will be in the log, `True` or `False`. The fourth entry is for the
# same buildspec with `on-failure: ABORT` in the phase `build`. The last asks whether CodeBuild
# uploads the artifact.

# %% tags=["task"] exercise="what-follows"
prediction = {
    "packaged": ...,
    "test database stopped": ...,
    "image pushed": ...,
    "image pushed, with on-failure: ABORT": ...,
    "artifact uploaded": ...,
}

# %% tags=["solution"] exercise="what-follows"
prediction = {
    "packaged": False,
    "test database stopped": True,
    "image pushed": True,
    "image pushed, with on-failure: ABORT": False,
    "artifact uploaded": True,
}

# %% tags=["wrong"] exercise="what-follows" message="The first is about post_build, after a failure"
prediction = {
    "packaged": False,
    "test database stopped": True,
    "image pushed": False,
    "image pushed, with on-failure: ABORT": False,
    "artifact uploaded": False,
}

# %% tags=["wrong"] exercise="what-follows" message="The first is about a command after the one"
lines = (
    "packaged",
    "test database stopped",
    "image pushed",
    "image pushed, with on-failure: ABORT",
    "artifact uploaded",
)
prediction = dict.fromkeys(lines, True)

# %% tags=["wrong"] exercise="what-follows" message="choose True or False"
lines = (
    "packaged",
    "test database stopped",
    "image pushed",
    "image pushed, with on-failure: ABORT",
    "artifact uploaded",
)
prediction = dict.fromkeys(lines, "yes")

# %%
lab.check("what-follows", prediction)

# %% [markdown]
# Now run it. The project `try-out` takes the buildspec for one build.

# %%
failed = build("try-out", buildspecOverride=PREDICT)
for phase in failed["phases"]:
    print(phase["phaseType"], phase.get("phaseStatus", ""))
print([line for line in log(failed).splitlines() if not line.startswith("[Container]")])

# %% [markdown]
# ![The phases from left to right: install, pre_build, build, post_build, upload artifacts. A failure
# in install or pre_build ends the build. A failure in build still goes on to post_build, and from
# there to uploading artifacts.](images/after_a_failure.svg)
#
# Most people expect that a failure ends the build. After `build` it does not, so that a build can
# clean up and report. `post_build` is therefore the wrong place for what must not follow a failure,
# unless `build` says `on-failure: ABORT`, or the command asks first:
# `[ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ] && docker push …`.
#
# ### Break/fix: the secret in the log
#
# A second project, `orders-smoke-test`, pays one cent in the payment provider's sandbox. Its key was
# moved to Secrets Manager last month, and the buildspec takes it from there. CodeBuild writes `***`
# in place of such a value. And yet:

# %%
smoke_test = codebuild.batch_get_projects(names=["orders-smoke-test"])["projects"][0]
print(smoke_test["source"]["buildspec"])
print([line for line in log(build("orders-smoke-test")).splitlines() if line.startswith("Paying")])

# %% [markdown]
# Find out why the key is readable, mend it, make the leaked key worthless, and build
# `orders-smoke-test` again. The secret is `shop/payments` in Secrets Manager, a JSON text with the
# name `key`.

# %% tags=["task"] exercise="leak"
secretsmanager = boto3.client("secretsmanager")
# Your repair, then: build("orders-smoke-test")

# %% tags=["solution"] exercise="leak"
secretsmanager = boto3.client("secretsmanager")
environment = {**smoke_test["environment"], "environmentVariables": []}
codebuild.update_project(name="orders-smoke-test", environment=environment)
secretsmanager.put_secret_value(SecretId="shop/payments", SecretString='{"key": "sandbox-new-91b3"}')
print([line for line in log(build("orders-smoke-test")).splitlines() if line.startswith("Paying")])

# %% tags=["wrong"] exercise="leak" message="still opens the door"
environment = {**smoke_test["environment"], "environmentVariables": []}
codebuild.update_project(name="orders-smoke-test", environment=environment)
build("orders-smoke-test")

# %% tags=["wrong"] exercise="leak" message="still has the key as plain text"
silent = smoke_test["source"]["buildspec"].replace(" with key $PAYMENT_KEY", "")
codebuild.update_project(
    name="orders-smoke-test", source={"type": "NO_SOURCE", "buildspec": silent.replace("echo", ":")}
)
build("orders-smoke-test")

# %% tags=["wrong"] exercise="leak" message="Nothing has run yet since"
environment = {**smoke_test["environment"], "environmentVariables": []}
codebuild.update_project(name="orders-smoke-test", environment=environment)
boto3.client("secretsmanager").put_secret_value(
    SecretId="shop/payments", SecretString='{"key": "sandbox-new-91b3"}'
)

# %% tags=["wrong"] exercise="leak" message="should hold JSON"
environment = {**smoke_test["environment"], "environmentVariables": []}
codebuild.update_project(name="orders-smoke-test", environment=environment)
boto3.client("secretsmanager").put_secret_value(SecretId="shop/payments", SecretString="sandbox-new")

# %%
lab.check("leak")

# %% [markdown]
# A variable can be set in three places. The call that starts a build wins over the project, the
# project over the buildspec. The old log still holds the old key; that is why you rotated it. And
# `***` stands only for the exact value: encoded or cut, it passes.
#
# ### What does a cache save?
#
# A container that begins empty downloads everything, every time. Offline nothing can be downloaded,
# so `orders/tools/fetch_packages.sh` stands in for `pip install`: each package that is not in pip's
# cache takes eight seconds of the lab's time.
#
# Run `sh tools/fetch_packages.sh` in an `install` phase, in `orders`; mind that the directory lasts
# into the next phase. Give the project a cache in S3, at `shop-builds/cache`, and name pip's folder
# `/root/.cache/pip/**/*` in the buildspec. Build twice. How many seconds less does the phase INSTALL
# take the second time?

# %% tags=["task"] exercise="cache"
saved_seconds = ...

# %% tags=["solution"] exercise="cache"
buildspec = read("orders/buildspec.yml").replace("phases:\n", """phases:
  install:
    commands:
      - cd orders
      - sh tools/fetch_packages.sh
      - cd ..
""", 1) + '\ncache:\n  paths: ["/root/.cache/pip/**/*"]\n'
commit("Cache what pip downloads", {"orders/buildspec.yml": buildspec})
codebuild.update_project(name="orders", cache={"type": "S3", "location": "shop-builds/cache"})


def install_seconds(of):
    return next(p for p in of["phases"] if p["phaseType"] == "INSTALL")["durationInSeconds"]


cold, warm = build(), build()
saved_seconds = install_seconds(cold) - install_seconds(warm)

# %% tags=["wrong"] exercise="cache" message="cache type NO_CACHE"
install = "phases:\n  install:\n    commands: [cd orders, sh tools/fetch_packages.sh, cd ..]\n"
text = read("orders/buildspec.yml").replace("phases:\n", install, 1)
text += '\ncache:\n  paths: ["/root/.cache/pip/**/*"]\n'
commit("Cache what pip downloads", {"orders/buildspec.yml": text})
saved_seconds = 48

# %% tags=["wrong"] exercise="cache" message="names no paths"
codebuild.update_project(name="orders", cache={"type": "S3", "location": "shop-builds/cache"})
saved_seconds = 48

# %% tags=["wrong"] exercise="cache" message="none found them all in the cache"
install = "version: 0.2\nphases:\n  install:\n    commands: [cd orders, sh tools/fetch_packages.sh]\n"
text = install + 'cache:\n  paths: ["orders/.cache/**/*"]\n'
commit("Cache what pip downloads", {"orders/buildspec.yml": text})
codebuild.update_project(name="orders", cache={"type": "S3", "location": "shop-builds/cache"})
build(), build()
saved_seconds = 48

# %% tags=["wrong"] exercise="cache" message="what the cold build took"
install = "version: 0.2\nphases:\n  install:\n    commands: [cd orders, sh tools/fetch_packages.sh]\n"
text = install + 'cache:\n  paths: ["/root/.cache/pip/**/*"]\n'
commit("Cache what pip downloads", {"orders/buildspec.yml": text})
codebuild.update_project(name="orders", cache={"type": "S3", "location": "shop-builds/cache"})
cold, warm = build(), build()
saved_seconds = next(p for p in cold["phases"] if p["phaseType"] == "INSTALL")["durationInSeconds"]

# %%
lab.check("cache", saved_seconds)

# %% [markdown]
# Cache what is downloaded, never what is built: a build that takes its results from an older build
# tests something else than the commit. With a `key` made of the hash of a lock file, a cache is
# written once and a new lock file gets a new one.
#
# ### Build once, release the same bytes
#
# On Friday a colleague builds her branch, `rounding`. Then somebody looks for what to release:

# %%
build(sourceVersion="refs/heads/rounding")
newest = codebuild.list_builds_for_project(projectName="orders")["ids"][:6]
for each in codebuild.batch_get_builds(ids=newest)["builds"]:
    digest = each["artifacts"].get("sha256sum", "no artifact")[:12]
    version = each.get("resolvedSourceVersion", "no commit")[:9]
    print(each["buildNumber"], each["buildStatus"].ljust(9), version, digest)

# %% [markdown]
# Two things to see. Builds of the same commit have different digests: a zip holds times, among other
# things. And the newest build is red, and has an artifact all the same.
#
# Release the newest **green** build: copy its artifact to `staging/orders.zip` and to
# `production/orders.zip` in the bucket `shop-releases`, the same bytes in both.

# %% tags=["task"] exercise="promote"
s3 = boto3.client("s3")
# Find the build, then copy its artifact twice.

# %% tags=["solution"] exercise="promote"
s3 = boto3.client("s3")
newest = codebuild.list_builds_for_project(projectName="orders")["ids"]
builds = codebuild.batch_get_builds(ids=newest)["builds"]
good = next(each for each in builds if each["buildStatus"] == "SUCCEEDED")
bucket, _, key = good["artifacts"]["location"].removeprefix("arn:aws:s3:::").partition("/")
for stage in ("staging", "production"):
    source = {"Bucket": bucket, "Key": key}
    s3.copy_object(Bucket="shop-releases", Key=f"{stage}/orders.zip", CopySource=source)

# %% tags=["wrong"] exercise="promote" message="uploads the artifact of a red build"
newest = codebuild.list_builds_for_project(projectName="orders")["ids"][:1]
location = codebuild.batch_get_builds(ids=newest)["builds"][0]["artifacts"]["location"]
bucket, _, key = location.removeprefix("arn:aws:s3:::").partition("/")
for stage in ("staging", "production"):
    boto3.client("s3").copy_object(
        Bucket="shop-releases",
        Key=f"{stage}/orders.zip",
        CopySource={"Bucket": bucket, "Key": key},
    )

# %% tags=["wrong"] exercise="promote" message="of a newer commit"
commit("Say more", {"README.md": "The shop's code.\n"})
build()
ids = codebuild.list_builds_for_project(projectName="orders")["ids"]
builds = codebuild.batch_get_builds(ids=ids)["builds"]
old = [each for each in builds if each["buildStatus"] == "SUCCEEDED"][1]
bucket, _, key = old["artifacts"]["location"].removeprefix("arn:aws:s3:::").partition("/")
for stage in ("staging", "production"):
    boto3.client("s3").copy_object(
        Bucket="shop-releases",
        Key=f"{stage}/orders.zip",
        CopySource={"Bucket": bucket, "Key": key},
    )

# %% tags=["wrong"] exercise="promote" message="What was tried out is not what runs"
ids = codebuild.list_builds_for_project(projectName="orders")["ids"][1:3]
for stage, each in zip(("staging", "production"), codebuild.batch_get_builds(ids=ids)["builds"]):
    bucket, _, key = each["artifacts"]["location"].removeprefix("arn:aws:s3:::").partition("/")
    boto3.client("s3").copy_object(
        Bucket="shop-releases",
        Key=f"{stage}/orders.zip",
        CopySource={"Bucket": bucket, "Key": key},
    )

# %% tags=["wrong"] exercise="promote" message="is not what any build of project orders made"
for stage in ("staging", "production"):
    boto3.client("s3").put_object(Bucket="shop-releases", Key=f"{stage}/orders.zip", Body=b"zip")

# %%
lab.check("promote")

# %% [markdown]
# What differs between staging and production are settings, and those come from the environment. The
# bytes do not. A container image has the same rule and a digest of its own; chapter 08 comes back to
# it.
#
# ### Spring Boot and React, read closely
#
# These two buildspecs are checked here, not run: that would take Maven, npm and the network. Both
# parse. Seven of their lines are wrong. Some would turn the build red; the others would not,
# and those are the dangerous ones.

# %%
for path in ("orders-spring/buildspec.yml", "storefront/buildspec.yml"):
    print(f"# {path}\n{read(path)}")

# %% [markdown]
# Correct both and commit them. `read("orders-spring/pom.xml")`, `read("storefront/package.json")`
# and `read("storefront/vite.config.js")` say what the projects are.

# %% tags=["task"] exercise="other-buildspecs"
spring, storefront = ..., ...

# %% tags=["solution"] exercise="other-buildspecs"
spring = read("orders-spring/buildspec.yml")
for wrong, right in {
    "corretto17": "corretto21",
    "package -DskipTests": "verify",
    "target/test-results": "target/surefire-reports",
    "orders-spring/target/**/*": "/root/.m2/**/*",
}.items():
    spring = spring.replace(wrong, right)
storefront = read("storefront/buildspec.yml")
for wrong, right in {
    "npm install": "npm ci",
    "storefront/build": "storefront/dist",
    "storefront/node_modules/**/*": "/root/.npm/**/*",
}.items():
    storefront = storefront.replace(wrong, right)
commit("Mend the other builds", {
    "orders-spring/buildspec.yml": spring, "storefront/buildspec.yml": storefront
})

# %% tags=["wrong"] exercise="other-buildspecs" message="no Maven command runs the tests"
text = read("orders-spring/buildspec.yml").replace("corretto17", "corretto21")
commit("Use Java 21", {"orders-spring/buildspec.yml": text})

# %% tags=["wrong"] exercise="other-buildspecs" message="has JaCoCo write its report"
text = read("orders-spring/buildspec.yml").replace("corretto17", "corretto21")
text = text.replace(" -DskipTests", "")
commit("Run the tests", {"orders-spring/buildspec.yml": text})

# %% tags=["wrong"] exercise="other-buildspecs" message="java is corretto17"
text = read("orders-spring/buildspec.yml").replace("package -DskipTests", "verify")
commit("Run the tests", {"orders-spring/buildspec.yml": text})

# %% tags=["wrong"] exercise="other-buildspecs" message="cannot read storefront/buildspec.yml"
text = read("storefront/buildspec.yml").replace("npm install", "npm ci").replace("  files:", " files:")
commit("Install what is locked", {"storefront/buildspec.yml": text})

# %%
lab.check("other-buildspecs")

# %% [markdown]
# ## In production
#
# **What differs on AWS.** Waiting for a container takes from seconds to minutes. The container is one
# of AWS's images or your own. The project's role needs rights to the logs, the buckets, the secret
# and the repository, and to nothing else: whoever can change a buildspec can use them.
#
# **Cost.** You pay for each minute a build runs, by the size of the machine, and for logs and S3. A
# build in a VPC needs a way out, such as a NAT gateway, which often costs more than the builds.
#
# **Limits.** A build ends after `timeoutInMinutes`, 60 by default. A build has at most five report
# groups, and reports are kept for 30 days.
#
# **Status.** CodeBuild is a current service, and so is CodeCommit again, as chapter 02 tells.
# CodeBuild also builds from GitHub, GitLab and Bitbucket.
#
# **What starts a build.** You did, by hand. A push starts one through EventBridge or a pipeline;
# chapter 05 is about that. A build on every pull request keeps `main` green.

# %% [markdown]
# ## Simulated here
#
# The commands are real processes on your machine: pytest, ruff, cfn-lint and detect-secrets did
# their work. They ran as you, in a scratch directory with an environment of its own, not in a
# container; `runtime-versions` installs nothing, and roles are not checked. Phases, transitions, variables, masking, reports,
# artifacts and caches follow AWS's documentation. Time does not: each command takes two seconds of
# the lab's clock, plus what it sleeps, on every machine. Report formats other than JUnit and
# Cobertura, batch builds and webhooks are refused by name.

# %% [markdown]
# ## Recap
#
# - A build decides by exit status, from the commit and nothing else.
# - A failure in `build` still runs `post_build` and uploads artifacts. Use `on-failure: ABORT`.
# - A gate counts once it has been seen to close.
# - The start wins over the project, the project over the buildspec. Only exact values are masked.
# - Build once, keep the digest, release those bytes.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-masking", "a")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
answers = {"q-exit-status": "b", "q-precedence": "c", "q-masking": "b", "q-same-bytes": "b"}
for question, choice in answers.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 04, Safe deployments](04_safe_deployments.ipynb)
# - [Buildspec reference](https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html),
#   every key of it
# - [Phases and their transitions](https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html)
# - [DORA on continuous integration](https://dora.dev/capabilities/continuous-integration/) and
#   [on test automation](https://dora.dev/capabilities/test-automation/)
# - Humble, Farley: *Continuous Delivery* (2010), on building binaries once
# - The [glossary](glossary.md), for the words of this chapter
