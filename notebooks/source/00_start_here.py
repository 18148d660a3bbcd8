# %% [markdown]
# # Start here
#
# In fifteen minutes you know how this workbook works, and you have made your first calls to AWS
# without an account.
#
# *15 minutes. Level: beginner. You need some Python and to have heard of AWS.*
#
# **Coming back?** Run the next cell with <kbd>Shift</kbd>+<kbd>Enter</kbd>: it shows the whole
# course, how far you are, and what is next. New here? Leave it for later and read on.

# %%
from devops_workbook import course_progress

course_progress()

# %% [markdown]
# ## You will be able to
#
# - open a chapter's lab and call AWS from it, offline
# - check your work, take a hint, and read what a check tells you
# - move the lab's clock
# - see how far you have come

# %% [markdown]
# ## The story so far
#
# You have just joined a small company with a web shop. The shop has two parts: `storefront`, a
# React app, and `orders`, a Spring Boot service with a database behind it. Both work. Both are
# released by hand, on Friday nights, from whichever laptop has the right files on it. When a
# release goes wrong, somebody's weekend does too.
#
# Chapter by chapter you automate this: source control, builds, deployments, pipelines,
# infrastructure, containers, monitoring, tracing. You measure first, so that you can measure again
# at the end and say what changed.
#
# Today's problem is smaller. You want to look around the company's AWS account without breaking it.

# %% [markdown]
# ## The idea
#
# Each chapter has a **lab**: an AWS account that lives inside this notebook's Python process. You
# call it with `boto3`, the same library and the same code you would use on AWS. The lab answers
# before a call reaches the network, so there is no account, no bill and nothing to clean up. If
# your machine has AWS credentials, they are not used.
#
# ![Your notebook calls boto3, and boto3 is answered by offline AWS inside the same Python process.
# AWS itself is never called.](images/offline_aws.svg)
#
# What you create is there afterwards, and what you get wrong is refused with AWS's own error. Not
# every service is there, and none is there whole: each chapter says under *Simulated here* what its
# services do as AWS does, and what they leave out.

# %% [markdown]
# ## A worked example
#
# Run a cell with <kbd>Shift</kbd>+<kbd>Enter</kbd>. This one opens the lab.

# %%
import boto3

from devops_workbook import open_lab

lab = open_lab("start-here")
lab

# %% [markdown]
# That is the lab's panel: the exercises of this chapter, each with its state, and three buttons.
# To keep it in sight, right-click it and choose *Create New View for Cell Output*. Running this cell
# again, or restarting the kernel, gives you a new account; your progress is kept.
#
# Now look into the account. The team keeps its releases in a bucket.

# %%
s3 = boto3.client("s3")
for item in s3.list_objects_v2(Bucket="shop-releases")["Contents"]:
    print(item["LastModified"], item["Size"], "bytes", item["Key"])

# %% [markdown]
# Look at the times. The lab has a clock of its own. It starts on the same Monday morning every time
# and stands still until something moves it.

# %%
print(lab.clock.now())

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: nobody leaves this notebook unsure how to check, to get help and to start
# again. Open the panel in a second view on the projector. Ask: "What would this cell do if you ran
# it at work, outside the lab?" (It would call AWS, with your credentials.) People get stuck where
# they edit a cell and forget to run it before they check. If you are late, skip nothing here.

# %% [markdown]
# ## Exercises
#
# ### Make a bucket
#
# The team wants a place for its release notes. Make a bucket with the name `shop-release-notes`.
# `s3` is the client from above; it has a method for each operation of S3's API, as
# `list_objects_v2` is for ListObjectsV2. Replace the `...`, run the cell, then run the check below
# it. Stuck? Run `lab.hint("first-bucket")` in a cell of your own, again for the next hint, and
# `lab.solution("first-bucket")` when you have had enough. The buttons of the panel do the same.

# %% tags=["task"] exercise="first-bucket"
answer = ...

# %% tags=["solution"] exercise="first-bucket"
answer = s3.create_bucket(Bucket="shop-release-notes")

# %% tags=["wrong"] exercise="first-bucket" message="Compare the spelling"
s3.create_bucket(Bucket="shop-releasenotes")

# %% tags=["wrong"] exercise="first-bucket" message="shop-notes"
s3.create_bucket(Bucket="shop-notes")

# %%
lab.check("first-bucket")

# %% [markdown]
# The check did not read your code. It asked S3 for its buckets, so any way of making the bucket
# would have passed. Every exercise of the course has a check, hints and a solution, called like
# these with the exercise's name.

# %% [markdown]
# ### Get something wrong on purpose
#
# A fix is ready this Monday morning. The next release is on Friday night. How many days does the
# fix wait? Put **5** into `days_to_wait` first and check it, to see what a wrong answer looks like.
# Then put it right.

# %% tags=["task"] exercise="on-purpose"
days_to_wait = ...

# %% tags=["solution"] exercise="on-purpose"
days_to_wait = 4

# %% tags=["wrong"] exercise="on-purpose" message="Monday itself is not a day of waiting"
days_to_wait = 5

# %% tags=["wrong"] exercise="on-purpose" message="should be a number"
days_to_wait = "four"

# %%
lab.check("on-purpose", days_to_wait)

# %% [markdown]
# A check says what it looked at, what it found and what it expected. It never gives the answer
# away. Nothing bad happens when you are wrong, and you can check as often as you like.
#
# ### Move the clock to Friday night
#
# Later you will watch deployments that take an hour and images that age for a year. You will not
# wait for them: you move the clock, with `lab.clock.advance(...)`, which takes `days=`, `hours=` and
# `minutes=`. Move it from Monday 09:00 to Friday 21:00, when the release begins.

# %% tags=["task"] exercise="move-the-clock"
now = ...

# %% tags=["solution"] exercise="move-the-clock"
now = lab.clock.advance(days=4, hours=12)

# %% tags=["wrong"] exercise="move-the-clock" message="It should stand at Friday 21:00"
lab.clock.advance(days=4)

# %% tags=["wrong"] exercise="move-the-clock" message="lab.reset()"
lab.clock.advance(days=5)

# %%
lab.check("move-the-clock")

# %% [markdown]
# Objects that you store from now on carry Friday's date. `lab.reset()` brings the account and the
# clock back to the start of the chapter. `lab.catch_up("move-the-clock")` brings them to where an
# exercise begins, for the day you come in late. Neither touches what you wrote.

# %% [markdown]
# ## In production
#
# Outside the lab the same cells call AWS. `boto3` then takes the credentials and the region of your
# machine, each call takes tens of milliseconds, and what you create stays until you delete it. A
# bucket costs nothing while it is empty. Its name must be unique across all accounts of AWS, so
# `shop-release-notes` would probably be taken.

# %% [markdown]
# ## Simulated here
#
# S3 comes from [moto](https://docs.getmoto.org), a library that imitates AWS in Python. The
# workbook adds the clock, and later on the services that moto leaves out or only pretends to run.
# A call that nothing imitates is refused. It never returns a made-up success:

# %%
from botocore.exceptions import ClientError

try:
    boto3.client("lightsail").get_instances()
except ClientError as error:
    print(error)

# %% [markdown]
# ## Recap
#
# - `open_lab` starts an offline AWS account, and `boto3` talks to it.
# - `lab.check` looks at the account or at your answer and says what it found.
# - `lab.hint`, `lab.solution`, `lab.reset` and `lab.catch_up` get you going again.
# - The clock moves when you move it.
#
# Your progress is kept in the folder `.workbook` beside the notebooks, on your machine only. The
# first cell of this chapter shows the whole course and what is next, and so does
# `workbook progress` in a terminal.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-offline", "a")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
for question, choice in {"q-offline": "b", "q-clock": "c", "q-stuck": "b"}.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 01, DORA metrics](01_dora_metrics.ipynb): how good is the shop at releasing, in
#   numbers?
# - A word you do not know? It is in the [glossary](glossary.md).
# - The [documentation of boto3](https://docs.aws.amazon.com/boto3/latest/) lists every call.
# - Keys worth knowing in JupyterLab: <kbd>Shift</kbd>+<kbd>Enter</kbd> runs a cell and moves on,
#   <kbd>Esc</kbd> then <kbd>A</kbd> or <kbd>B</kbd> adds a cell above or below,
#   <kbd>Ctrl</kbd>+<kbd>S</kbd> saves.
