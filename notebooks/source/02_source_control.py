# %% [markdown]
# # Source control
#
# You bring a change from your machine to `main` the way a team does it, you measure what two ways
# of branching do to delivery, and you clean up after a key that should never have been committed.
#
# *70 minutes. Level: beginner; you have seen git before. First:
# [chapter 01](01_dora_metrics.ipynb).*

# %% [markdown]
# ## You will be able to
#
# - branch, commit and open a pull request, with git and with the API of CodeCommit
# - say who may approve a change, and enforce it
# - find a merge conflict before it finds you, and resolve it
# - compare ways of branching by lead time and batch size
# - handle a secret that was committed, in the right order

# %% [markdown]
# ## The story so far
#
# You measured it: a change waits for days, and goes out on a Friday with many others. Where
# does it wait? Part of the answer is how the code is kept. Until November it lay on laptops. Then
# somebody made one repository, `shop`, with `orders/`, `storefront/` and `infrastructure/` in it.
#
# Since then everybody has used git in their own way. There are branches that nobody remembers,
# nobody looks at anybody's changes, and somebody has a feeling that a password went in. Your
# manager asks for a way of working. Today you choose one, with numbers.

# %% [markdown]
# ## The idea
#
# A **commit** is the state of all files at one moment, with an author, a time, a message and the
# commit that came before, its parent. A **branch** is a name for a commit that moves along when you
# commit. That is all there is: making a branch costs nothing, and what two branches have in common
# is the last commit that both come from.
#
# A **pull request** is a question: may this branch go into that one? It is not part of git; the
# service that keeps the repository adds it, here AWS CodeCommit. It shows the difference, keeps the
# conversation, and can hold the merge back until the right people have approved.
#
# ![A line of commits on main and a branch with two commits. Each push to the branch is a new
# revision of the pull request. The approval belongs to the second revision. The merge brings the
# branch into main.](images/pull_request.svg)
#
# Two ways of working are widespread. **GitFlow** keeps a branch `develop` beside `main`. Work
# happens on feature branches until it is done; every few weeks a release branch takes what
# `develop` has, and becomes the next commit of `main`. In **trunk-based development** there is
# one long-lived branch. Work joins it at least once a day, in pieces so small that a branch lives
# for hours, and the trunk can be released at any time. DORA found this habit among the teams that
# deliver best: three active branches or fewer, merged at least once a day, and no code freeze.
#
# Merging unfinished work sounds reckless. Three habits make it safe. Small batches: each piece is
# complete and tested, even if the feature is not. Tests that run on every change, which is the next
# chapter. And a way to keep unfinished things out of sight: a **feature flag**, a setting that is
# off until the feature is ready, or a last commit that puts the link into the menu.
#
# ```python
# if flags["gift-cards"]:      # off in production until the last piece is in
#     menu.append(gift_cards)
# ```
#
# A flag separates deploying code from showing it to customers, so that the two can go wrong one
# at a time. It is also a debt: with five flags there are 32 programs, and you have tested two.
# Remove a flag when its feature is out.

# %% [markdown]
# ## A worked example
#
# Open the lab and look at the repository, first through the API.

# %%
import boto3

from devops_workbook import dora, open_lab
from devops_workbook.chapters.source_control import as_role, clone_url

lab = open_lab("source-control")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people see a branch as inventory, work that is paid for and not in use.
# Misconceptions to listen for: "a pull request is a git thing", "squash loses nothing",
# "trunk-based means no review", "I deleted the password, so it is gone". Demo: push, then read the
# same commit with boto3. Ask: "How old is the oldest branch in your own repository, and what does
# it wait for?"
#
# People get stuck where a clone is older than the last `catch_up`: the account is new then, so
# clone again. With 50 minutes: push, pull request, review, two ways, the leaked key. Talk through
# the predictions; leave out the conflict and the stretch.

# %%
codecommit = boto3.client("codecommit")
for name in codecommit.list_branches(repositoryName="shop")["branches"]:
    tip = codecommit.get_branch(repositoryName="shop", branchName=name)["branch"]["commitId"]
    commit = codecommit.get_commit(repositoryName="shop", commitId=tip)["commit"]
    written = int(commit["author"]["date"].split()[0])
    days = (lab.clock.now().timestamp() - written) / 86400
    print(f"{name:14} {tip[:7]} {days:3.0f} days old: {commit['message'].strip()}")

# %% [markdown]
# Make a branch and commit to it, with two calls. The commit names the parent it builds on. If
# somebody else had committed in between, the call would be refused rather than undo their work.

# %%
tip = codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
codecommit.create_branch(repositoryName="shop", branchName="contributing", commitId=tip)
made = codecommit.create_commit(
    repositoryName="shop",
    branchName="contributing",
    parentCommitId=tip,
    authorName="Platform team",
    email="platform@shop.example",
    commitMessage="Say how to contribute",
    putFiles=[{"filePath": "CONTRIBUTING.md", "fileContent": b"Branch, push, ask.\n"}],
)
print(made["commitId"])

# %% [markdown]
# Now with git. A clone is a whole copy: all files, all branches, all history. The notebooks use
# [dulwich](https://www.dulwich.io), git written in Python, so that you need no git program; the
# functions of its `porcelain` are named like git's commands. `quiet` swallows what git would print.

# %%
import tempfile
from pathlib import Path

from dulwich import porcelain

quiet = porcelain.NoneStream()
folder = tempfile.mkdtemp()
url = clone_url(lab, "shop")
porcelain.clone(url, folder, branch="contributing", errstream=quiet).close()
porcelain.log(folder, oneline=True)

# %% [markdown]
# The newest line is the commit that you made with boto3: it is the same repository, seen through
# another door. If there is a git on your machine, it can clone the same `url` in a terminal. Those
# who commit with git go on like this. The times are the lab's, so that your commit ids are the same
# in every run.

# %%
TEAM = b"Orders team <orders@shop.example>"
now = lab.clock.now().timestamp()
utc = {"author_timezone": 0, "commit_timezone": 0}
when = {"author_timestamp": now, "commit_timestamp": now, **utc}

Path(folder, "CONTRIBUTING.md").write_text("Branch, push, ask for a review.\n")
porcelain.add(folder, [str(Path(folder, "CONTRIBUTING.md"))])
porcelain.commit(folder, "Name the review", author=TEAM, committer=TEAM, sign=False, **when)
porcelain.push(folder, "origin", "contributing", outstream=quiet, errstream=quiet)

tip = codecommit.get_branch(repositoryName="shop", branchName="contributing")["branch"]["commitId"]
print(codecommit.get_commit(repositoryName="shop", commitId=tip)["commit"]["message"])

# %% [markdown]
# ## Exercises
#
# ### A change, pushed with git
#
# It is January, and the shop's footer still says 2025. Make a fresh clone, start a branch
# `new-year` from `main`, put 2026 into `storefront/src/Footer.jsx`, commit and push the branch.
# Put the id of your commit into `pushed`. Beside the calls from above you need
# `porcelain.branch_create(folder, "new-year")` and `porcelain.checkout(folder, "new-year")`.

# %% tags=["task"] exercise="push-with-git"
folder = tempfile.mkdtemp()
pushed = ...

# %% tags=["solution"] exercise="push-with-git"
folder = tempfile.mkdtemp()
porcelain.clone(clone_url(lab, "shop"), folder, errstream=quiet).close()
porcelain.branch_create(folder, "new-year")
porcelain.checkout(folder, "new-year")

footer = Path(folder, "storefront/src/Footer.jsx")
footer.write_text(footer.read_text(encoding="utf-8").replace("2025", "2026"), encoding="utf-8")
porcelain.add(folder, [str(footer)])
pushed = porcelain.commit(
    folder, "Say 2026 in the footer", author=TEAM, committer=TEAM, sign=False, **when
)
sent = porcelain.push(folder, "origin", "new-year", outstream=quiet, errstream=quiet)

# %% tags=["wrong"] exercise="push-with-git" message="in the clone alone until it is pushed"
folder = tempfile.mkdtemp()
porcelain.clone(clone_url(lab, "shop"), folder, errstream=quiet).close()
porcelain.branch_create(folder, "new-year")
porcelain.checkout(folder, "new-year")
footer = Path(folder, "storefront/src/Footer.jsx")
footer.write_text(footer.read_text(encoding="utf-8").replace("2025", "2026"), encoding="utf-8")
porcelain.add(folder, [str(footer)])
pushed = porcelain.commit(folder, "2026", author=TEAM, committer=TEAM, sign=False, **when)

# %% tags=["wrong"] exercise="push-with-git" message="should wait on a branch"
folder = tempfile.mkdtemp()
porcelain.clone(clone_url(lab, "shop"), folder, errstream=quiet).close()
footer = Path(folder, "storefront/src/Footer.jsx")
footer.write_text(footer.read_text(encoding="utf-8").replace("2025", "2026"), encoding="utf-8")
porcelain.add(folder, [str(footer)])
pushed = porcelain.commit(folder, "2026", author=TEAM, committer=TEAM, sign=False, **when)
porcelain.push(folder, "origin", "main", outstream=quiet, errstream=quiet)

# %% tags=["wrong"] exercise="push-with-git" message="it has no commit yet"
folder = tempfile.mkdtemp()
porcelain.clone(clone_url(lab, "shop"), folder, errstream=quiet).close()
porcelain.branch_create(folder, "new-year")
porcelain.push(folder, "origin", "new-year", outstream=quiet, errstream=quiet)
pushed = "new-year"

# %%
lab.check("push-with-git", pushed)

# %% [markdown]
# ### Ask for a review
#
# A rule says how many must approve, and who. You call as yourself; your colleagues act under the
# role `reviewers`. This is the content of a rule that asks for one of them:

# %%
from devops_workbook.chapters.source_control import REVIEWERS, rule_of

print(rule_of(1, REVIEWERS))

# %% [markdown]
# Open a pull request from `new-year` into `main` with `create_pull_request`, and add a rule with
# this content to it, with `create_pull_request_approval_rule`. Put the number of the pull request
# into `number`.

# %% tags=["task"] exercise="pull-request"
number = ...

# %% tags=["solution"] exercise="pull-request"
target = {
    "repositoryName": "shop",
    "sourceReference": "new-year",
    "destinationReference": "main",
}
request = codecommit.create_pull_request(title="Say 2026 in the footer", targets=[target])
number = request["pullRequest"]["pullRequestId"]
rule = codecommit.create_pull_request_approval_rule(
    pullRequestId=number,
    approvalRuleName="one reviewer",
    approvalRuleContent=rule_of(1, REVIEWERS),
)

# %% tags=["wrong"] exercise="pull-request" message="has no approval rule"
target = {"repositoryName": "shop", "sourceReference": "new-year"}
request = codecommit.create_pull_request(title="Say 2026 in the footer", targets=[target])
number = request["pullRequest"]["pullRequestId"]

# %% tags=["wrong"] exercise="pull-request" message="anybody's approval would do"
target = {"repositoryName": "shop", "sourceReference": "new-year"}
request = codecommit.create_pull_request(title="Say 2026 in the footer", targets=[target])
number = request["pullRequest"]["pullRequestId"]
codecommit.create_pull_request_approval_rule(
    pullRequestId=number, approvalRuleName="one", approvalRuleContent=rule_of(1)
)

# %% tags=["wrong"] exercise="pull-request" message="asks for 2 approvals"
target = {"repositoryName": "shop", "sourceReference": "new-year"}
request = codecommit.create_pull_request(title="Say 2026 in the footer", targets=[target])
number = request["pullRequest"]["pullRequestId"]
codecommit.create_pull_request_approval_rule(
    pullRequestId=number, approvalRuleName="two", approvalRuleContent=rule_of(2, REVIEWERS)
)

# %% tags=["wrong"] exercise="pull-request" message="holds a whole answer"
target = {"repositoryName": "shop", "sourceReference": "new-year"}
number = codecommit.create_pull_request(title="Say 2026 in the footer", targets=[target])

# %% tags=["wrong"] exercise="pull-request" message="asks for delivery-date to go into main"
number = "1"

# %%
lab.check("pull-request", number)

# %% [markdown]
# ### Predict: whose approval counts, and for how long?
#
# Pull request 1 has a story. The storefront team opened it, with a rule like yours. A reviewer
# approved it. Then the storefront team pushed another commit to the branch. True or False:
#
# - `author_can_approve`: the storefront team could approve it, too
# - `rule_survives_push`: after the push, the rule still stands
# - `approval_survives_push`: after the push, the reviewer's approval still counts

# %% tags=["task"] exercise="whose-approval"
prediction = {
    "author_can_approve": ...,
    "rule_survives_push": ...,
    "approval_survives_push": ...,
}

# %% tags=["solution"] exercise="whose-approval"
prediction = {
    "author_can_approve": False,
    "rule_survives_push": True,
    "approval_survives_push": False,
}

# %% tags=["wrong"] exercise="whose-approval" message="approval_survives_push does not hold"
prediction = {
    "author_can_approve": False,
    "rule_survives_push": True,
    "approval_survives_push": True,
}

# %% tags=["wrong"] exercise="whose-approval" message="choose True or False"
prediction = {
    "author_can_approve": "no",
    "rule_survives_push": "yes",
    "approval_survives_push": "no",
}

# %%
lab.check("whose-approval", prediction)

# %%
from botocore.exceptions import ClientError

storefront = as_role("storefront")
revision = storefront.get_pull_request(pullRequestId="1")["pullRequest"]["revisionId"]
here = {"pullRequestId": "1", "revisionId": revision}
print(storefront.evaluate_pull_request_approval_rules(**here)["evaluation"])
try:
    storefront.update_pull_request_approval_state(**here, approvalState="APPROVE")
except ClientError as error:
    print(error)

for event in storefront.describe_pull_request_events(pullRequestId="1")["pullRequestEvents"]:
    print(event["actorArn"].rpartition(":")[2], event["pullRequestEventType"])

# %% [markdown]
# The events, newest first, tell the story. An approval is of one **revision**, of what the reviewer
# has read. A push makes another revision, and the question is open again. If approvals lasted, you
# could have a harmless change approved and push something else.
#
# ### Have it reviewed, and merge
#
# Let a reviewer approve your pull request, and merge it into `main`. `as_role("reviewers")` assumes
# the role with STS and returns a client that calls as a reviewer; `codecommit` is you. An approval
# is given with `update_pull_request_approval_state`, which needs the `revisionId` that
# `get_pull_request` tells. To merge, take any of the three `merge_pull_request_by_…`; the next
# exercise is about how they differ. Your pull request is the last of
# `codecommit.list_pull_requests(repositoryName="shop")["pullRequestIds"]`.

# %% tags=["task"] exercise="review-and-merge"
merged = ...

# %% tags=["solution"] exercise="review-and-merge"
number = codecommit.list_pull_requests(repositoryName="shop")["pullRequestIds"][-1]
revision = codecommit.get_pull_request(pullRequestId=number)["pullRequest"]["revisionId"]
as_role("reviewers").update_pull_request_approval_state(
    pullRequestId=number, revisionId=revision, approvalState="APPROVE"
)
merged = codecommit.merge_pull_request_by_squash(
    pullRequestId=number, repositoryName="shop", commitMessage="Say 2026 in the footer"
)

# %% tags=["wrong"] exercise="review-and-merge" message="set aside by an override"
number = codecommit.list_pull_requests(repositoryName="shop")["pullRequestIds"][-1]
revision = codecommit.get_pull_request(pullRequestId=number)["pullRequest"]["revisionId"]
codecommit.override_pull_request_approval_rules(
    pullRequestId=number, revisionId=revision, overrideStatus="OVERRIDE"
)
merged = codecommit.merge_pull_request_by_squash(pullRequestId=number, repositoryName="shop")

# %% tags=["wrong"] exercise="review-and-merge" message="the change went past it"
codecommit.merge_branches_by_squash(
    repositoryName="shop", sourceCommitSpecifier="new-year", destinationCommitSpecifier="main"
)

# %% tags=["wrong"] exercise="review-and-merge" message="It is not merged yet"
number = codecommit.list_pull_requests(repositoryName="shop")["pullRequestIds"][-1]
revision = codecommit.get_pull_request(pullRequestId=number)["pullRequest"]["revisionId"]
as_role("reviewers").update_pull_request_approval_state(
    pullRequestId=number, revisionId=revision, approvalState="APPROVE"
)

# %%
lab.check("review-and-merge")

# %% [markdown]
# A rule guards the pull request, not the branch: whoever may push to `main` can go past it. On AWS
# you close that door with IAM, see *In production*.
#
# ### Predict: three kinds of merge
#
# There are three ways to bring a branch into `main`.
#
# ![Three graphs of a branch with two commits. Fast-forward: main moves along to the branch's last
# commit. Squash: main gets one new commit with all changes. Three-way: main gets a merge commit
# with two parents.](images/merge_kinds.svg)
#
# The branch `search-box` has three commits, and `main` has not moved since it began. How many
# commits does each kind of merge add to the history of `main`?

# %% tags=["task"] exercise="kinds-of-merge"
added = {"fast-forward": ..., "squash": ..., "three-way": ...}

# %% tags=["solution"] exercise="kinds-of-merge"
added = {"fast-forward": 3, "squash": 1, "three-way": 4}

# %% tags=["wrong"] exercise="kinds-of-merge" message="For three-way your number is 1"
added = {"fast-forward": 3, "squash": 1, "three-way": 1}

# %% tags=["wrong"] exercise="kinds-of-merge" message="For fast-forward your number is 0"
added = {"fast-forward": 0, "squash": 1, "three-way": 4}

# %%
lab.check("kinds-of-merge", added)

# %% [markdown]
# Try it on three branches that begin where `search-box` did. The last column is what chapter 01
# asks of a commit: how old is the work, by the time its author wrote it?

# %%
from dulwich.repo import Repo

pair = {"sourceCommitSpecifier": "search-box", "destinationCommitSpecifier": "main"}
base = codecommit.get_merge_options(repositoryName="shop", **pair)["baseCommitId"]
for kind in ("fast_forward", "squash", "three_way"):
    if kind not in codecommit.list_branches(repositoryName="shop")["branches"]:
        codecommit.create_branch(repositoryName="shop", branchName=kind, commitId=base)
        merge = getattr(codecommit, f"merge_branches_by_{kind}")
        merge(repositoryName="shop", **{**pair, "destinationCommitSpecifier": kind})
    with Repo(clone_url(lab, "shop")) as repo:
        tip = repo.refs[b"refs/heads/" + kind.encode()]
        new = [each.commit for each in repo.get_walker([tip], exclude=[base.encode()])]
    work = [commit for commit in new if len(commit.parents) == 1]
    oldest = lab.clock.now().timestamp() - min(commit.author_time for commit in work)
    print(f"{kind:12} added: {len(new)}. The oldest work is {oldest / 86400:.1f} days old.")

# %% [markdown]
# Fast-forward and three-way keep the commits and their dates. Squash makes a new commit with the
# date of the merge, and a lead time that is read from git begins there. `main` is easier to read,
# and the waiting before the merge has become invisible. Neither is wrong. Know which you use before
# you compare numbers.

# %% [markdown]
# ### A conflict, resolved
#
# Two sides changed the same lines since they parted, and only a person knows what was meant. You
# can ask before you merge. By file, CodeCommit calls it a conflict when both sides touched the
# file; by line, only when they touched the same lines.

# %%
for branch in ("delivery-date", "free-shipping", "gift-note"):
    for level in ("FILE_LEVEL", "LINE_LEVEL"):
        found = codecommit.get_merge_conflicts(
            repositoryName="shop",
            sourceCommitSpecifier=branch,
            destinationCommitSpecifier="main",
            mergeOption="THREE_WAY_MERGE",
            conflictDetailLevel=level,
        )
        files = [each["filePath"] for each in found["conflictMetadataList"]]
        print(f"{branch:14} {level}  {'conflict in ' + ', '.join(files) if files else 'merges'}")

# %%
import base64

described = codecommit.describe_merge_conflicts(
    repositoryName="shop",
    sourceCommitSpecifier="free-shipping",
    destinationCommitSpecifier="main",
    mergeOption="THREE_WAY_MERGE",
    conflictDetailLevel="LINE_LEVEL",
    filePath="orders/checkout.py",
)
for hunk in described["mergeHunks"]:
    for side in ("base", "destination", "source"):
        print(f"{side:12}", base64.b64decode(hunk[side]["hunkContent"]).decode().strip())

# %% [markdown]
# `base` is what both began with, `destination` is `main`, `source` the branch. `main` has a new
# price, the branch has free shipping from 50 on, and both are wanted. Merge `free-shipping` into
# `main`, three-way, so that `orders/checkout.py` does both: through the API, whose merge takes the
# resolved file as `conflictResolution`, or with git in a terminal if you have it.

# %% tags=["task"] exercise="resolve-conflict"
path = "orders/checkout.py"
found = codecommit.get_file(repositoryName="shop", filePath=path, commitSpecifier="main")
ours = found["fileContent"].decode()
print(ours)

# %% tags=["solution"] exercise="resolve-conflict"
path = "orders/checkout.py"
found = codecommit.get_file(repositoryName="shop", filePath=path, commitSpecifier="main")
ours = found["fileContent"].decode()
both = ours.replace(
    'return Decimal("5.90")', 'return Decimal("0") if subtotal >= 50 else Decimal("5.90")'
)
resolved = {"filePath": path, "replacementType": "USE_NEW_CONTENT", "content": both.encode()}
merged = codecommit.merge_branches_by_three_way(
    repositoryName="shop",
    sourceCommitSpecifier="free-shipping",
    destinationCommitSpecifier="main",
    conflictDetailLevel="LINE_LEVEL",
    conflictResolutionStrategy="AUTOMERGE",
    conflictResolution={"replaceContents": [resolved]},
    commitMessage="Merge free shipping, at the prices for 2026",
)

# %% tags=["wrong"] exercise="resolve-conflict" message="The carrier's prices for 2026 are lost"
merged = codecommit.merge_branches_by_three_way(
    repositoryName="shop",
    sourceCommitSpecifier="free-shipping",
    destinationCommitSpecifier="main",
    conflictResolutionStrategy="ACCEPT_SOURCE",
)

# %% tags=["wrong"] exercise="resolve-conflict" message="git does not know that free-shipping is in there"
tip = codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
path = "orders/checkout.py"
found = codecommit.get_file(repositoryName="shop", filePath=path, commitSpecifier="main")
both = found["fileContent"].replace(
    b'return Decimal("5.90")', b'return Decimal("0") if subtotal >= 50 else Decimal("5.90")'
)
codecommit.put_file(
    repositoryName="shop", branchName="main", filePath=path, fileContent=both, parentCommitId=tip
)

# %% tags=["wrong"] exercise="resolve-conflict" message="a line that marks a conflict"
tip = codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
path = "orders/checkout.py"
found = codecommit.get_file(repositoryName="shop", filePath=path, commitSpecifier="main")
marked = found["fileContent"].replace(
    b'    return Decimal("5.90")\n',
    b'<<<<<<< main\n    return Decimal("5.90")\n=======\n'
    b'    return Decimal("0") if subtotal >= 50 else Decimal("4.90")\n>>>>>>> free-shipping\n',
)
codecommit.put_file(
    repositoryName="shop", branchName="main", filePath=path, fileContent=marked, parentCommitId=tip
)

# %% tags=["wrong"] exercise="resolve-conflict" message="It is free from 50 on"
tip = codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
path = "orders/checkout.py"
found = codecommit.get_file(repositoryName="shop", filePath=path, commitSpecifier="main")
both = found["fileContent"].replace(
    b'return Decimal("5.90")', b'return Decimal("0") if subtotal > 50 else Decimal("5.90")'
)
codecommit.put_file(
    repositoryName="shop", branchName="main", filePath=path, fileContent=both, parentCommitId=tip
)

# %%
lab.check("resolve-conflict")

# %% [markdown]
# Accepting one side wholesale makes the error go away and somebody's work with it. The branch was
# a month old. Had it been merged on its first day, the price would have been changed on top of it,
# and there would have been nothing to resolve.

# %% [markdown] tags=["instructor"]
# **Instructor.** The commonest stop: `conflictResolution` is refused without
# `conflictResolutionStrategy="AUTOMERGE"`. Ask who has ever lost work to a merge, and how they
# noticed.

# %% [markdown]
# ### The same work, two ways
#
# Nobody lives six weeks twice, but a program can. It wrote 36 commits into two repositories, each
# commit with the same content, author and minute. `shop-gitflow` merges finished features
# into `develop` and releases every second Friday night. `shop-trunk` merges each commit two hours
# after it was written and releases at 15:00 on weekdays.

# %%
from devops_workbook.chapters.source_control import draw_histories

gitflow, trunk = clone_url(lab, "shop-gitflow"), clone_url(lab, "shop-trunk")
draw_histories(
    {gitflow: ("GitFlow", "main", "develop"), trunk: ("Trunk-based", "main")}
)

# %% [markdown]
# Write `delivery`: for the folder of a repository it returns the median lead time in hours and the
# **batch size**, the mean number of commits in a release. In both repositories a tag `v…` is a
# release. `dora.from_git(folder, tags="v*")` reads the events and `dora.measure` measures them, as
# in chapter 01; the table `lead_times` of the metrics has a row for each commit that counts.

# %% tags=["task"] exercise="two-ways"
def delivery(folder):
    ...

# %% tags=["solution"] exercise="two-ways"
def delivery(folder):
    metrics = dora.measure(dora.from_git(folder, tags="v*"))
    times = metrics.lead_times
    return times["lead_time_hours"].median(), times.groupby("deployment_id").size().mean()

# %% tags=["wrong"] exercise="two-ways" message="takes the median of times"
def delivery(folder):
    times = dora.measure(dora.from_git(folder, tags="v*")).lead_times
    return times["lead_time_hours"].mean(), times.groupby("deployment_id").size().mean()

# %% tags=["wrong"] exercise="two-ways" message="counts merge commits"
def delivery(folder):
    events = dora.from_git(folder, tags="v*")
    with Repo(folder) as repo:
        commits = len(list(repo.get_walker([repo.refs[b"refs/heads/main"]])))
    hours = dora.measure(events).change_lead_time.value
    return hours, commits / len(events.deployments)

# %% tags=["wrong"] exercise="two-ways" message="where both copies begin"
def delivery(folder):
    events = dora.from_git(folder, tags="v*")
    batch = events.changes.groupby("deployment_id").size().mean()
    return dora.measure(events).change_lead_time.value, batch

# %% tags=["wrong"] exercise="two-ways" message="should return two numbers"
def delivery(folder):
    return dora.measure(dora.from_git(folder, tags="v*")).change_lead_time.value

# %%
lab.check("two-ways", delivery)

# %% [markdown]
# Nobody typed faster. A commit waited for the other commits of its feature, then for the release,
# and both waits are decisions. A team that released `develop` every day would lose the second and
# keep the first; the stretch below tells them apart.
#
# The batch is the other half: when a release of twelve commits fails, twelve are suspects; when a
# release of two fails, you know where to look.
#
# GitFlow has its place: where several versions are maintained side by side, or where somebody else
# decides when to install. A web shop has one version in production and decides for itself.
#
# ### Stretch: where did the time go?
#
# Split GitFlow's lead time. How long does a commit wait until its feature is merged into `develop`?
# Put the median over all commits, in hours, into `until_develop`. The message of such a merge
# begins with `Merge feature`; the other merges are of releases. The commits that a merge brought in
# are those that its second parent reaches and its first does not.

# %% tags=["task"] exercise="branch-wait"
gitflow = clone_url(lab, "shop-gitflow")
until_develop = ...

# %% tags=["solution"] exercise="branch-wait"
import statistics

gitflow = clone_url(lab, "shop-gitflow")
waits = []
with Repo(gitflow) as repo:
    for entry in repo.get_walker([repo.refs[b"refs/heads/develop"]]):
        merge = entry.commit
        if merge.message.startswith(b"Merge feature"):
            before, branch = merge.parents
            for brought in repo.get_walker([branch], exclude=[before]):
                waits.append((merge.commit_time - brought.commit.author_time) / 3600)
until_develop = statistics.median(waits)

# %% tags=["wrong"] exercise="branch-wait" message="Stop at develop"
gitflow = clone_url(lab, "shop-gitflow")
until_develop = dora.measure(dora.from_git(gitflow, tags="v*")).change_lead_time.value

# %% tags=["wrong"] exercise="branch-wait" message="merges of a release into develop"
import statistics

gitflow = clone_url(lab, "shop-gitflow")
waits = []
with Repo(gitflow) as repo:
    for entry in repo.get_walker([repo.refs[b"refs/heads/develop"]]):
        merge = entry.commit
        if len(merge.parents) == 2:
            before, branch = merge.parents
            for brought in repo.get_walker([branch], exclude=[before]):
                waits.append((merge.commit_time - brought.commit.author_time) / 3600)
until_develop = statistics.median(waits)

# %% tags=["wrong"] exercise="branch-wait" message="That is the mean"
gitflow = clone_url(lab, "shop-gitflow")
waits = []
with Repo(gitflow) as repo:
    for entry in repo.get_walker([repo.refs[b"refs/heads/develop"]]):
        merge = entry.commit
        if merge.message.startswith(b"Merge feature"):
            before, branch = merge.parents
            for brought in repo.get_walker([branch], exclude=[before]):
                waits.append((merge.commit_time - brought.commit.author_time) / 3600)
until_develop = sum(waits) / len(waits)

# %%
lab.check("branch-wait", until_develop)

# %% [markdown]
# ### Since when is the key in there?
#
# Now for the feeling that a password went in. The payment provider's keys begin with `pay_live_`.
# Look at the tip of `main`:

# %%
from devops_workbook.chapters.source_control import files_with_key, payments

with Repo(clone_url(lab, "shop")) as repo:
    tip = repo[b"refs/heads/main"]
    print(tip.id.decode()[:7], files_with_key(repo, tip))

# %% [markdown]
# One file. But what the tip shows is the last state only. Which is the **first** commit in the
# history of `main` that has a key in any of its files? Put its id into `first_leak`.
# `repo.get_walker([tip.id])` yields the history; each entry has a `.commit`.

# %% tags=["task"] exercise="find-leak"
first_leak = ...

# %% tags=["solution"] exercise="find-leak"
with Repo(clone_url(lab, "shop")) as repo:
    tip = repo[b"refs/heads/main"]
    for entry in repo.get_walker([tip.id]):
        if found := files_with_key(repo, entry.commit):
            print(entry.commit.id.decode()[:7], entry.commit.message.decode().strip(), found)
            first_leak = entry.commit.id.decode()

# %% tags=["wrong"] exercise="find-leak" message="“Give orders its settings”, has the key"
history = codecommit.list_file_commit_history(
    repositoryName="shop", filePath="infrastructure/orders.env"
)["revisionDag"]
first_leak = history[0]["commit"]["commitId"]

# %% tags=["wrong"] exercise="find-leak" message="hold no key"
with Repo(clone_url(lab, "shop")) as repo:
    walker = repo.get_walker([repo.refs[b"refs/heads/main"]], reverse=True)
    first_leak = next(iter(walker)).commit.id.decode()

# %% tags=["wrong"] exercise="find-leak" message="should be the id of a commit"
first_leak = "orders/payment.py"

# %%
lab.check("find-leak", first_leak)

# %% [markdown]
# Somebody noticed, and took the key out of the code. By then it had been copied into a second
# file, and it was in the history for good. With a git program, `git log --all -S pay_live_` asks
# the same of all branches at once.
#
# ### Break/fix: the key that everybody has
#
# `orders` reads its key from Secrets Manager, secret `shop/payment-key`. It is the same key, and
# the provider accepts it:

# %%
secrets = boto3.client("secretsmanager")
leaked = secrets.get_secret_value(SecretId="shop/payment-key")["SecretString"]
print("accepted:", payments.accepts(leaked))

# %% [markdown]
# Mend it. What matters first is that the leaked key opens nothing: the provider issues a new one,
# `payments.issue_key()`, the secret gets it, and `payments.revoke(...)` ends the old one. Issue
# and store before you revoke, or the shop cannot charge anybody in between. Then clean up: no key
# on the tip of `main`, and every other setting as it was.

# %% tags=["task"] exercise="leaked-key"
cleaned = ...

# %% tags=["solution"] exercise="leaked-key"
leaked = secrets.get_secret_value(SecretId="shop/payment-key")["SecretString"]
secrets.put_secret_value(SecretId="shop/payment-key", SecretString=payments.issue_key())
payments.revoke(leaked)

path = "infrastructure/orders.env"
tip = codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
found = codecommit.get_file(repositoryName="shop", filePath=path, commitSpecifier=tip)
lines = found["fileContent"].decode().splitlines(keepends=True)
kept = "".join(line for line in lines if not line.startswith("PAYMENT_KEY"))
cleaned = codecommit.put_file(
    repositoryName="shop",
    branchName="main",
    filePath=path,
    fileContent=kept.encode(),
    parentCommitId=tip,
    commitMessage="Take the payment key out of the settings",
)

# %% tags=["wrong"] exercise="leaked-key" message="it still holds the leaked key, which still works"
path = "infrastructure/orders.env"
tip = codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
codecommit.delete_file(
    repositoryName="shop", branchName="main", filePath=path, parentCommitId=tip
)

# %% tags=["wrong"] exercise="leaked-key" message="A key is not made up"
secrets.put_secret_value(SecretId="shop/payment-key", SecretString="pay_live_correct_horse")

# %% tags=["wrong"] exercise="leaked-key" message="The new key is in the history of main"
path = "infrastructure/orders.env"
leaked = secrets.get_secret_value(SecretId="shop/payment-key")["SecretString"]
new = payments.issue_key()
secrets.put_secret_value(SecretId="shop/payment-key", SecretString=new)
payments.revoke(leaked)
settings = codecommit.get_file(repositoryName="shop", filePath=path)["fileContent"].decode()
without = "".join(line for line in settings.splitlines(keepends=True) if leaked not in line)
for text in (settings.replace(leaked, new), without):
    tip = codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
    put = {"repositoryName": "shop", "branchName": "main", "filePath": path}
    codecommit.put_file(**put, fileContent=text.encode(), parentCommitId=tip)

# %% tags=["wrong"] exercise="leaked-key" message="it has leaked like the one before"
path = "infrastructure/orders.env"
leaked = secrets.get_secret_value(SecretId="shop/payment-key")["SecretString"]
new = payments.issue_key()
secrets.put_secret_value(SecretId="shop/payment-key", SecretString=new)
payments.revoke(leaked)
tip = codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
codecommit.put_file(
    repositoryName="shop",
    branchName="main",
    filePath=path,
    fileContent=f"PAYMENT_KEY={new}\n".encode(),
    parentCommitId=tip,
)

# %% tags=["wrong"] exercise="leaked-key" message="still accepts the old one"
secrets.put_secret_value(SecretId="shop/payment-key", SecretString=payments.issue_key())

# %% tags=["wrong"] exercise="leaked-key" message="the shop cannot charge anybody now"
payments.revoke(leaked)

# %%
lab.check("leaked-key")

# %% [markdown]
# What does a colleague get who clones the repository now?

# %%
folder = tempfile.mkdtemp()
porcelain.clone(clone_url(lab, "shop"), folder, errstream=quiet).close()
with Repo(folder) as clone:
    history = [entry.commit for entry in clone.get_walker()]
    holding = [commit for commit in history if files_with_key(clone, commit)]
    branches = clone.refs.as_dict(b"refs/remotes/origin").items()
    tips = {name.decode() for name, tip in branches if files_with_key(clone, clone[tip])}
print(f"{len(holding)} of {len(history)} commits of main hold a key")
print("and the tips of", ", ".join(sorted(tips)))

# %% [markdown]
# The key is in the history of `main`, and at the tip of every branch that began after the leak
# and before your commit. History can be rewritten: tools such as `git filter-repo` make every
# commit since the leak anew, on every branch, without the key. All of them get other ids, so
# everybody has to clone again, and open pull requests break. The old commits still exist in each
# clone that somebody keeps, in build caches, in backups. So rewriting is a way to tidy up, for a
# file that must not stay for legal reasons, say. It is never what makes a key safe. Rotating it
# does, and then the rest can wait for the morning.

# %% [markdown] tags=["instructor"]
# **Instructor.** Most people start with the file. Let them, and let the check say what a thief can
# still do. Ask: "How long would it take you to rotate your most important password at work? Who
# knows how?"

# %% [markdown]
# ## In production
#
# **Who may touch main.** CodeCommit has no protected branches. A policy in IAM does it: deny
# `codecommit:GitPush`, `PutFile`, `CreateCommit` and the merges to those who should not, with the
# condition key `codecommit:References` naming `refs/heads/main`. An **approval rule template** puts
# your rule on every new pull request of a repository, so that nobody has to remember it. Allow
# `OverridePullRequestApprovalRules` to few.
#
# **Credentials for git.** `git clone` takes the repository's `cloneUrlHttp` or `cloneUrlSsh`. With
# temporary credentials use the helper `git-remote-codecommit`, rather than git passwords for
# IAM users.
#
# **Cost and limits.** Five active users a month are free, each further one costs a dollar, with
# storage and requests included. A role that a build assumes is an active user too. A file that
# you commit through the API has at most 6 MB; with git it may be larger.
#
# **Is CodeCommit still alive?** In July 2024 AWS closed it to new customers, and many moved away.
# On 24 November 2025 AWS took that back: it is generally available again and open to new
# customers. Older pages still carry the notice of 2024. What you learned holds elsewhere, too:
# pull requests, required reviews and protected branches go by similar names at GitHub and GitLab.
#
# **Feature flags.** A flag can be a line in a file. AWS AppConfig keeps flags outside the code,
# rolls a change of them out step by step, and takes it back when an alarm goes.
#
# **Secrets.** Keep them from going in: a scan before each commit and one in each build, which
# chapter 03 adds. Have Secrets Manager rotate what it can on a schedule, so that rotating is a
# routine and no adventure.

# %% [markdown]
# ## Simulated here
#
# CodeCommit is simulated on real git: commits, merges and conflicts are git's, and the ids are
# the ones git would compute. Pull requests, approval rules, revisions and their errors follow
# AWS's documentation. IAM policies are not enforced, so here you could push to `main`. The clone
# URL is the path of a folder on your machine, and some cells read it in place where on AWS you
# would clone first. Words of errors can differ from AWS's.
#
# The payment provider is invented. The two copies are written by a program,
# `chapters/source_control/two_ways.py`; no two features in it touch the same file, so GitFlow was
# even spared its conflicts.

# %% [markdown]
# ## Recap
#
# - A branch is work that nobody uses yet. Its age is cost, and its conflicts grow with it.
# - An approval is of a revision, by somebody other than the author.
# - Squash hides when work began; three-way and fast-forward keep it.
# - Smaller batches, sooner: the same commits, days earlier.
# - A committed secret: rotate, revoke, remove. In that order.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-trunk", "a")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
for question, choice in {"q-trunk": "b", "q-squash": "c", "q-order": "b", "q-rule": "b"}.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 03, Build and test](03_build_and_test.ipynb)
# - [Trunk-based development](https://trunkbaseddevelopment.com), a site about nothing else
# - [DORA on trunk-based development](https://dora.dev/capabilities/trunk-based-development/), with
#   what the research found
# - [CodeCommit's user guide](https://docs.aws.amazon.com/codecommit/latest/userguide/)
# - The [glossary](glossary.md), for the words of this chapter
