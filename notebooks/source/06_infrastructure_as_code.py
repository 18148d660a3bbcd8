# %% [markdown]
# # Infrastructure as code
#
# You write down what the shop runs on, change it with your eyes open, and get out when it is stuck.
#
# *85 minutes. Level: intermediate. First: [chapter 05](05_pipelines.ipynb).*

# %% [markdown]
# ## You will be able to
#
# - build a stack from an empty file, and let another stack use what it exports
# - find the first cause of a rollback, and get a stack out of the two states in which it is stuck
# - say before an update which resources it replaces, and protect the data from it
# - find what was changed by hand, and decide for each change whether to adopt or to revert it
# - stop a dangerous template in a build, before it reaches an account

# %% [markdown]
# ## The story so far
#
# The orders service is built, tested and released by a pipeline. What it runs on was clicked
# together in the console, years ago, by people who have left. Nobody dares to touch it, and nobody
# could build it a second time.
#
# You want the infrastructure to be a file in the repository: reviewed, tested and released like
# any other change.

# %% [markdown]
# ## The idea
#
# A **template** says what should be there. CloudFormation compares it with what it made last time
# and makes the difference: that set of real things is a **stack**. Each thing has two names, a
# **logical id** in the template and a **physical id** in the account.
#
# ![Three states side by side. The template says what should be there. The stack remembers what was
# deployed last. The account holds what is really there. An update compares the template with the
# stack. Drift detection compares the stack with the account. A change set with REVERT_DRIFT
# compares all three.](images/three_states.svg)
#
# An ordinary update never looks at the account. It compares two texts, the new template and the
# last one. Most surprises of this chapter follow from that sentence.
#
# When a step fails, CloudFormation takes back what it did: the stack **rolls back**. When taking
# back fails too, the stack is stuck, and somebody has to help.

# %% [markdown]
# ## A worked example
#
# The account holds a stack of the platform team, `shop-network`. The shop's own stack begins with
# an empty file. A template needs nothing but `Resources`.

# %%
import json

import boto3

from devops_workbook import open_lab
from devops_workbook.chapters.infrastructure_as_code import templates
from devops_workbook.chapters.infrastructure_as_code.operate import deploy, detect, preview, settle
from devops_workbook.stack_tables import changes_table, drift_table, events_table

lab = open_lab("infrastructure-as-code")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people leave able to say, of any change set, what happens to the data, and of
# any stuck stack, what it waits for. Misconceptions to listen for: "an update repairs what was
# changed by hand", "replacement copies the data", "skip means repair", "IN_SYNC means that nobody
# touched it". Demonstrate the worked example and the prediction; let the room vote on each edit
# before the cell with the change sets runs. Ask: "Which of your stacks could you delete today?"
# People get stuck where a stack is in ROLLBACK_COMPLETE: nothing can update it, so it is deleted and
# made again, without the name that is taken.
#
# With 60 minutes: *Add the database*, *first cause*, the prediction, *Detect* and *Adopt one*.
# Leave out *Replace an export* and the shop's rules first; both stand by themselves.

# %%
cloudformation = boto3.client("cloudformation")
sqs, ec2, rds, s3 = (boto3.client(name) for name in ("sqs", "ec2", "rds", "s3"))

template = """
Resources:
  OrdersQueue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 30
"""
cloudformation.create_stack(StackName="shop", TemplateBody=template)
print(settle(lab, "shop"))
events_table("shop")

# %% [markdown]
# `create_stack` returns at once; `settle` moves the lab's clock until the stack is at rest. The
# events are its diary. The service needs more than a queue, so here is the rest.

# %%
print(templates.BASE)

# %% [markdown]
# `!GetAtt OrdersQueue.Arn` does two things. It puts the queue's ARN into the role, and it tells
# CloudFormation to make the queue before the role. What refers to nothing is made at the same time.
#
# Look before you leap: a **change set** says what an update would do, and does nothing.

# %%
preview(lab, "shop", templates.BASE, "grow")
changes_table("shop", "grow")

# %%
cloudformation.execute_change_set(StackName="shop", ChangeSetName="grow")
print(settle(lab, "shop"))
events_table("shop", last=9)

# %% [markdown]
# The queue was not touched, because nothing about it has changed. From here on `deploy(lab, stack,
# template)` creates or updates a stack and waits, as `aws cloudformation deploy` does.
#
# ## Exercises
#
# ### Add the database
#
# The database should stand in the network of the platform team. Their stack **exports** what others
# may use, and a template reads it with `!ImportValue`.

# %%
for export in cloudformation.list_exports()["Exports"]:
    print(export["Name"], "=", export["Value"])
print(templates.ACCESS)

# %% [markdown]
# Two parts are there: the subnet group and the security group. Append a resource `Database` of the
# type `AWS::RDS::DBInstance`, and the section `Outputs`:
#
# | property | value |
# |---|---|
# | `Engine`, `EngineVersion` | `postgres`, `"17.6"` |
# | `DBInstanceClass`, `AllocatedStorage` | `db.t4g.micro`, `"20"` |
# | `StorageEncrypted` | `true` |
# | `MasterUsername` | `shop` |
# | `DBSubnetGroupName`, `VPCSecurityGroups` | the two parts above, by reference |
#
# The password is a **dynamic reference**: CloudFormation fetches it when it makes the database, and
# no template ever holds it.
#
# ```yaml
# MasterUserPassword: "{{resolve:secretsmanager:shop/database:SecretString:password}}"
# ```
#
# The output `Endpoint` has the value `!GetAtt Database.Endpoint.Address`. To export it, give it
# `Export: {Name: shop-database}`, too. Then deploy `templates.BASE + templates.ACCESS + database`.

# %% tags=["task"] exercise="database"
database = """
  Database:
"""
answer = ...

# %% tags=["solution"] exercise="database"
database = """
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      EngineVersion: "17.6"
      DBInstanceClass: db.t4g.micro
      AllocatedStorage: "20"
      StorageEncrypted: true
      MasterUsername: shop
      MasterUserPassword: "{{resolve:secretsmanager:shop/database:SecretString:password}}"
      DBSubnetGroupName: !Ref DatabaseSubnets
      VPCSecurityGroups: [!GetAtt DatabaseAccess.GroupId]

Outputs:
  Endpoint:
    Value: !GetAtt Database.Endpoint.Address
    Export: {Name: shop-database}
"""
deploy(lab, "shop", templates.BASE + templates.ACCESS + database)

# %% tags=["wrong"] exercise="database" message="as plain bytes"
database = templates.DATABASE.replace("      StorageEncrypted: true\n", "")
deploy(lab, "shop", templates.BASE + templates.ACCESS + database)

# %% tags=["wrong"] exercise="database" message="The password stands in the template"
secret = "{{resolve:secretsmanager:shop/database:SecretString:password}}"
database = templates.DATABASE.replace(secret, "correct-horse-battery")
deploy(lab, "shop", templates.BASE + templates.ACCESS + database)

# %% tags=["wrong"] exercise="database" message="The table says db.t4g.micro"
database = templates.DATABASE.replace("db.t4g.micro", "db.m6g.large")
deploy(lab, "shop", templates.BASE + templates.ACCESS + database)

# %% tags=["wrong"] exercise="database" message="Nobody exports shop-database"
database = templates.DATABASE.partition("Outputs:")[0]
deploy(lab, "shop", templates.BASE + templates.ACCESS + database)

# %%
lab.check("database")

# %% [markdown]
# ### Find the first cause
#
# A colleague has created a stack for the monthly reports. It did not go well. (`lab.catch_up` empties
# the account and sets the scene, here and in the exercises that follow.)

# %%
lab.catch_up("root-cause")
print(templates.REPORTS)
events_table("shop-reports")

# %% [markdown]
# Several resources say `CREATE_FAILED`. One of them failed by itself; the others were cancelled,
# because CloudFormation gives up as soon as one step fails. Name the resource that failed first
# (its logical id), its `ResourceStatusReason`, and how many others were only cancelled.
# `describe_stack_events` has the events, the newest first.

# %% tags=["task"] exercise="root-cause"
cause = {"resource": ..., "reason": ..., "cancelled": ...}

# %% tags=["solution"] exercise="root-cause"
events = cloudformation.describe_stack_events(StackName="shop-reports")["StackEvents"]
failed = [each for each in reversed(events) if each["ResourceStatus"] == "CREATE_FAILED"]
cause = {
    "resource": failed[0]["LogicalResourceId"],
    "reason": failed[0]["ResourceStatusReason"],
    "cancelled": len(failed) - 1,
}

# %% tags=["wrong"] exercise="root-cause" message="it was not ready when another resource failed"
events = cloudformation.describe_stack_events(StackName="shop-reports")["StackEvents"]
failed = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
cause = {
    "resource": failed[0]["LogicalResourceId"],
    "reason": failed[0]["ResourceStatusReason"],
    "cancelled": len(failed) - 1,
}

# %% tags=["wrong"] exercise="root-cause" message="is the stack"
cause = {"resource": "shop-reports", "reason": "Rollback requested by user.", "cancelled": 4}

# %% tags=["wrong"] exercise="root-cause" message="Count the resources whose reason"
events = cloudformation.describe_stack_events(StackName="shop-reports")["StackEvents"]
failed = [each for each in reversed(events) if each["ResourceStatus"] == "CREATE_FAILED"]
cause = {
    "resource": failed[0]["LogicalResourceId"],
    "reason": failed[0]["ResourceStatusReason"],
    "cancelled": len(failed),
}

# %%
lab.check("root-cause", cause)

# %% [markdown]
# ### Out of ROLLBACK_COMPLETE
#
# Your colleague has mended nothing yet, and has tried an update:

# %%
from botocore.exceptions import ClientError

lab.catch_up("rolled-back")
try:
    cloudformation.update_stack(StackName="shop-reports", TemplateBody=templates.REPORTS)
except ClientError as error:
    print(error)

# %% [markdown]
# A stack that rolled back at its **creation** has nothing to go back to. It is kept for its events
# alone, and takes no update.
#
# Bring `shop-reports` to life, with all four resources. The bucket `shop-releases` belongs to other
# people: leave it alone, and give the reports another one. `delete_stack` returns at once, as
# `create_stack` does.

# %% tags=["task"] exercise="rolled-back"
answer = ...

# %% tags=["solution"] exercise="rolled-back"
mended = templates.REPORTS.replace(
    "    Properties:\n      BucketName: shop-releases\n", ""
)
cloudformation.delete_stack(StackName="shop-reports")
settle(lab, "shop-reports")
deploy(lab, "shop-reports", mended)

# %% tags=["wrong"] exercise="rolled-back" message="and has rolled back again"
cloudformation.delete_stack(StackName="shop-reports")
settle(lab, "shop-reports")
deploy(lab, "shop-reports", templates.REPORTS)

# %% tags=["wrong"] exercise="rolled-back" message="The reports need one"
cloudformation.delete_stack(StackName="shop-reports")
settle(lab, "shop-reports")

# %% tags=["wrong"] exercise="rolled-back" message="It was somebody's"
s3.delete_bucket(Bucket="shop-releases")
cloudformation.delete_stack(StackName="shop-reports")
settle(lab, "shop-reports")
deploy(lab, "shop-reports", templates.REPORTS.replace("shop-releases", "shop-reports-2026"))

# %% tags=["wrong"] exercise="rolled-back" message="the one of before was deleted"
s3.delete_bucket(Bucket="shop-releases")
cloudformation.delete_stack(StackName="shop-reports")
settle(lab, "shop-reports")
deploy(lab, "shop-reports", templates.REPORTS)

# %%
lab.check("rolled-back")

# %% [markdown]
# A name that you choose can be taken, and it has a second price: what has a fixed name cannot be
# replaced, because the new one would need the name while the old one still has it. Let
# CloudFormation choose, and read the name from the outputs.
#
# ### Predict: what becomes of the database?
#
# The stack is whole again, database included: its template is `templates.SHOP`. Here are six edits.
# Each is a line or two, and each would pass a tired review.

# %%
from devops_workbook.chapters.infrastructure_as_code.changes import EDITS, computed, edit_lines

lab.catch_up("predict")
for name in EDITS:
    print(f"{name}:\n{edit_lines(name)}")

# %% [markdown]
# What does CloudFormation do to the **database** for each of them? Choose its words:
#
# | word | meaning |
# |---|---|
# | `"False"` | the database is changed in its place |
# | `"Conditional"` | CloudFormation cannot tell beforehand |
# | `"True"` | a new, empty database is made, and the old one taken away |
# | `"Remove"` | the database leaves the stack |

# %% tags=["task"] exercise="predict"
becomes = {
    "bigger": ...,
    "user": ...,
    "standby": ...,
    "group": ...,
    "words": ...,
    "rename": ...,
}

# %% tags=["solution"] exercise="predict"
becomes = {
    "bigger": "False",
    "user": "True",
    "standby": "Conditional",
    "group": "True",
    "words": "False",
    "rename": "Remove",
}

# %% tags=["wrong"] exercise="predict" message="What does the database refer to?"
becomes = dict(bigger="False", user="True", standby="Conditional", group="False", words="False",
               rename="Remove")

# %% tags=["wrong"] exercise="predict" message="a resource with another name, or something else"
becomes = dict(bigger="False", user="True", standby="Conditional", group="True", words="False",
               rename="False")

# %% tags=["wrong"] exercise="predict" message="The security group is replaced"
becomes = dict(bigger="False", user="True", standby="Conditional", group="True", words="True",
               rename="Remove")

# %%
lab.check("predict", becomes)

# %% [markdown]
# Now ask CloudFormation. `computed` makes a change set for each edit and looks at `Database`.

# %%
for name in EDITS:
    print(f"{name:8}", computed(lab, name))
changes_table("shop", "edit-group")

# %% [markdown]
# The edit `group` names a subnet group, and does not mention the database at all. But the database
# refers to the group, and cannot move to another one. Replacement travels along the references.
# That is why people read change sets, not templates.
#
# ### Protect the database
#
# Change sets were made, and none was executed: the stack `shop` is as it was, made of
# `templates.SHOP`, with nothing that keeps its data. Put three locks on it:
#
# 1. `DeletionPolicy` and `UpdateReplacePolicy` of `Database`, beside `Type`: `Snapshot` or
#    `Retain`. The first counts when the resource leaves the stack, the second when it is replaced.
#    Write down both, and rely on no default.
# 2. A **stack policy** (`set_stack_policy`, a text in JSON) that denies `Update:Replace` and `Update:Delete` for
#    `LogicalResourceId/Database`. A statement has `Effect`, `Action`, `Principal` (always `"*"`)
#    and `Resource`. Everything else should stay possible.
# 3. **Termination protection** (`update_termination_protection`), so that no single call deletes
#    the stack.

# %% tags=["task"] exercise="protect"
answer = ...

# %% tags=["solution"] exercise="protect"
locked = templates.SHOP.replace(
    "    Type: AWS::RDS::DBInstance\n",
    "    Type: AWS::RDS::DBInstance\n"
    "    DeletionPolicy: Snapshot\n    UpdateReplacePolicy: Snapshot\n",
)
statements = [
    {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
    {"Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*",
     "Resource": "LogicalResourceId/Database"},
]
policy = json.dumps({"Statement": statements})
cloudformation.set_stack_policy(StackName="shop", StackPolicyBody=policy)
cloudformation.update_termination_protection(
    StackName="shop", EnableTerminationProtection=True
)
deploy(lab, "shop", locked)

# %% tags=["wrong"] exercise="protect" message="The two policies are for two different moments"
deploy(lab, "shop", templates.SHOP.replace(
    "    Type: AWS::RDS::DBInstance\n",
    "    Type: AWS::RDS::DBInstance\n    DeletionPolicy: Snapshot\n"))

# %% tags=["wrong"] exercise="protect" message="nobody could work any more"
deploy(lab, "shop", templates.SHOP.replace(
    "    Type: AWS::RDS::DBInstance\n",
    "    Type: AWS::RDS::DBInstance\n"
    "    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n"))
deny = {"Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*",
        "Resource": "LogicalResourceId/Database"}
cloudformation.set_stack_policy(
    StackName="shop", StackPolicyBody=json.dumps({"Statement": [deny]}))
cloudformation.update_termination_protection(
    StackName="shop", EnableTerminationProtection=True)

# %% tags=["wrong"] exercise="protect" message="an update may still replace the database"
deploy(lab, "shop", templates.SHOP.replace(
    "    Type: AWS::RDS::DBInstance\n",
    "    Type: AWS::RDS::DBInstance\n"
    "    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n"))
cloudformation.update_termination_protection(
    StackName="shop", EnableTerminationProtection=True)

# %% tags=["wrong"] exercise="protect" message="should stay possible"
deploy(lab, "shop", templates.SHOP.replace(
    "    Type: AWS::RDS::DBInstance\n",
    "    Type: AWS::RDS::DBInstance\n"
    "    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n"))
allow = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
deny = {"Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*",
        "Resource": "*"}
cloudformation.set_stack_policy(
    StackName="shop", StackPolicyBody=json.dumps({"Statement": [allow, deny]}))
cloudformation.update_termination_protection(
    StackName="shop", EnableTerminationProtection=True)

# %%
lab.check("protect")

# %% [markdown]
# Try the locks: the edit `user`, which would replace the database, and then the deletion. (Without
# your locks, this is where the orders are lost.)

# %%
current = cloudformation.get_template(StackName="shop")["TemplateBody"]
print(deploy(lab, "shop", current.replace("MasterUsername: shop", "MasterUsername: orders")))
if cloudformation.get_stack_policy(StackName="shop").get("StackPolicyBody"):
    try:
        cloudformation.delete_stack(StackName="shop")
    except ClientError as error:
        print(error)
events_table("shop", last=7)

# %% [markdown]
# A stack policy is a guard against accidents, not against people: whoever may update the stack can
# pass another policy for one update (`StackPolicyDuringUpdateBody`).
#
# ### Detect the drift
#
# Orders were sent twice last night, and somebody helped. By hand, in the console. These are the
# notes from the chat:

# %%
from devops_workbook.chapters.infrastructure_as_code import colleagues

lab.catch_up("drift")
print(colleagues.NOTES)

# %% [markdown]
# What does CloudFormation know of it? Detect the drift of `shop`: `detect(lab, "shop")` starts a
# detection and waits for it, and `describe_stack_resource_drifts` has the findings. Answer with a
# dict: for each resource that has drifted, its logical id and the `PropertyPath` of the difference.

# %% tags=["task"] exercise="drift"
drifted = ...

# %% tags=["solution"] exercise="drift"
print(detect(lab, "shop"))
found = cloudformation.describe_stack_resource_drifts(StackName="shop")["StackResourceDrifts"]
drifted = {
    each["LogicalResourceId"]: each["PropertyDifferences"][0]["PropertyPath"]
    for each in found
    if each["StackResourceDriftStatus"] == "MODIFIED"
}

# %% tags=["wrong"] exercise="drift" message="only what it sets explicitly is compared"
drifted = {
    "OrdersQueue": "/VisibilityTimeout",
    "DatabaseAccess": "/SecurityGroupIngress/1",
    "Database": "/BackupRetentionPeriod",
}

# %% tags=["wrong"] exercise="drift" message="More than that has drifted"
drifted = {"OrdersQueue": "/VisibilityTimeout"}

# %%
lab.check("drift", drifted)

# %%
print(detect(lab, "shop"))
drift_table("shop")

# %% [markdown]
# Three things were changed, and two are reported. The backups are nowhere in the template, so
# CloudFormation has nothing to compare with. Set explicitly what you want to be told about.
#
# ### Adopt one, revert the other
#
# The 120 seconds have stopped the double orders: they should stay. The rule for `0.0.0.0/0` should
# go. First see what an ordinary update makes of a template that says nothing new:

# %%
lab.catch_up("reconcile")
found = preview(lab, "shop", templates.SHOP, "ordinary")
print(found["Status"], found["StatusReason"])

# %% [markdown]
# Nothing. The two texts are the same, and an ordinary update looks at nothing else.
#
# Bring template and account together: the queue with 120 seconds in both, the security group closed
# in both. A change set made with `DeploymentMode="REVERT_DRIFT"` also looks at the account. Give it
# the template that you want, look at its table, execute it. `preview` hands on what else
# `create_change_set` takes.

# %% tags=["task"] exercise="reconcile"
answer = ...

# %% tags=["solution"] exercise="reconcile"
adopted = templates.SHOP.replace("VisibilityTimeout: 30", "VisibilityTimeout: 120")
preview(lab, "shop", adopted, "reconcile", DeploymentMode="REVERT_DRIFT")
print(changes_table("shop", "reconcile"))
cloudformation.execute_change_set(StackName="shop", ChangeSetName="reconcile")
settle(lab, "shop")

# %% tags=["wrong"] exercise="reconcile" message="That was the change to keep"
preview(lab, "shop", templates.SHOP, "all", DeploymentMode="REVERT_DRIFT")
cloudformation.execute_change_set(StackName="shop", ChangeSetName="all")
settle(lab, "shop")

# %% tags=["wrong"] exercise="reconcile" message="not reverted"
adopted = templates.SHOP.replace("VisibilityTimeout: 30", "VisibilityTimeout: 120")
deploy(lab, "shop", adopted)

# %% tags=["wrong"] exercise="reconcile" message="it drifts on"
group = cloudformation.describe_stack_resource(
    StackName="shop", LogicalResourceId="DatabaseAccess"
)["StackResourceDetail"]["PhysicalResourceId"]
ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[{
    "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432,
    "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])

# %%
lab.check("reconcile")

# %%
print(detect(lab, "shop"))
drift_table("shop")

# %% [markdown] tags=["instructor"]
# **Instructor.** Ask what should happen to the colleague. Good answers: thank them, and make the
# right way as fast as the console. Drift is rarely malice; it is an incident at two in the night.

# %% [markdown]
# Where the table of a change set says `SyncWithActual`, what the template says now is there already.
#
# ### Out of UPDATE_ROLLBACK_FAILED
#
# This time somebody deleted a queue that "nobody uses". Then a release gave the queue another
# timeout and the database another class.

# %%
lab.catch_up("stuck")
events_table("shop", last=11)

# %% [markdown]
# The update failed, and so did the way back: CloudFormation wanted to give the queue its old
# timeout again, and there is no queue. In this state a stack takes no update, and no change set.
#
# Get it out, so that in the end the stack can be updated **and** the queue that it believes in is
# there. `continue_update_rollback` tries the way back once more. With `ResourcesToSkip` it leaves
# out what you name.

# %% tags=["task"] exercise="stuck"
answer = ...

# %% tags=["solution"] exercise="stuck"
queue = cloudformation.describe_stack_resource(
    StackName="shop", LogicalResourceId="OrdersQueue"
)["StackResourceDetail"]["PhysicalResourceId"]
sqs.create_queue(QueueName=queue.rpartition("/")[2])
cloudformation.continue_update_rollback(StackName="shop")
settle(lab, "shop")

# %% tags=["wrong"] exercise="stuck" message="What is skipped counts as done"
cloudformation.continue_update_rollback(StackName="shop", ResourcesToSkip=["OrdersQueue"])
settle(lab, "shop")

# %% tags=["wrong"] exercise="stuck" message="for the same reason"
cloudformation.continue_update_rollback(StackName="shop")
settle(lab, "shop")

# %% tags=["wrong"] exercise="stuck" message="nobody has told CloudFormation to go on"
queue = cloudformation.describe_stack_resource(
    StackName="shop", LogicalResourceId="OrdersQueue"
)["StackResourceDetail"]["PhysicalResourceId"]
sqs.create_queue(QueueName=queue.rpartition("/")[2])

# %% tags=["wrong"] exercise="stuck" message="the orders are gone"
cloudformation.delete_stack(StackName="shop")
settle(lab, "shop")
deploy(lab, "shop", templates.SHOP)

# %%
lab.check("stuck")

# %% [markdown]
# Skipping gets the stack moving and leaves the lie in it. Where you have to skip, the next step is
# to bring the resource back, or to take it out of the template.
#
# ### Replace an export that is in use
#
# The network has a third zone, and the database should have a subnet there, too. The platform team
# has tried the obvious: a longer list behind the same export, and then to delete everything and
# start again.

# %%
lab.catch_up("third-zone")
longer = templates.NETWORK.replace("!Ref SubnetB]]", "!Ref SubnetB, !Ref SubnetC]]")
print(deploy(lab, "shop-network", longer))
cloudformation.delete_stack(StackName="shop-network")
print(settle(lab, "shop-network"))
events_table("shop-network", last=6)

# %% [markdown]
# Both were refused. An export that somebody imports can be neither changed nor deleted, and that is
# its point: nobody pulls the ground from under another stack.
#
# Replace `shop-subnets` by a new export `shop-database-subnets` with all three subnets, without a
# moment in which something is missing. In the end `shop` imports the new one, and the old one is
# gone. The templates of the two stacks are `templates.NETWORK` and `templates.SHOP`. You know the
# pattern from chapter 05: expand, move, contract.

# %% tags=["task"] exercise="third-zone"
answer = ...

# %% tags=["solution"] exercise="third-zone"
new = """
  DatabaseSubnets:
    Value: !Join [",", [!Ref SubnetA, !Ref SubnetB, !Ref SubnetC]]
    Export: {Name: shop-database-subnets}
"""
deploy(lab, "shop-network", templates.NETWORK + new)
moved = templates.SHOP.replace("shop-subnets", "shop-database-subnets")
deploy(lab, "shop", moved)
deploy(lab, "shop-network", templates.NETWORK.partition("  Subnets:\n")[0] + new)

# %% tags=["wrong"] exercise="third-zone" message="The network's update was rolled back"
longer = templates.NETWORK.replace("!Ref SubnetB]]", "!Ref SubnetB, !Ref SubnetC]]")
deploy(lab, "shop-network", longer.replace("shop-subnets", "shop-database-subnets"))

# %% tags=["wrong"] exercise="third-zone" message="Both exports are there"
new = """
  DatabaseSubnets:
    Value: !Join [",", [!Ref SubnetA, !Ref SubnetB, !Ref SubnetC]]
    Export: {Name: shop-database-subnets}
"""
deploy(lab, "shop-network", templates.NETWORK + new)

# %% tags=["wrong"] exercise="third-zone" message="and still there"
new = """
  DatabaseSubnets:
    Value: !Join [",", [!Ref SubnetA, !Ref SubnetB, !Ref SubnetC]]
    Export: {Name: shop-database-subnets}
"""
deploy(lab, "shop-network", templates.NETWORK + new)
deploy(lab, "shop", templates.SHOP.replace("shop-subnets", "shop-database-subnets"))

# %%
lab.check("third-zone")

# %% [markdown]
# ### Write the shop's rules
#
# A stretch. cfn-lint knows what AWS accepts. It does not know what the shop accepts: a template can
# be valid and dangerous. Write `findings(name, resource)`. It gets a resource's logical id and its
# part of the template as a dict, and returns a list of sentences, each with the logical id, empty
# where nothing is wrong. There are three rules:
#
# - an `AWS::S3::Bucket` sets none of the switches in its `PublicAccessBlockConfiguration` to false
# - an `AWS::EC2::SecurityGroup` has no rule in `SecurityGroupIngress` that is open to everywhere:
#   `0.0.0.0/0` as `CidrIp`, `::/0` as `CidrIpv6`
# - an `AWS::RDS::DBInstance` has `StorageEncrypted` set to true

# %% tags=["task"] exercise="policy"
def findings(name, resource):
    ...

# %% tags=["solution"] exercise="policy"
def findings(name, resource):
    properties = resource.get("Properties", {})
    found = []
    if resource["Type"] == "AWS::S3::Bucket":
        switches = properties.get("PublicAccessBlockConfiguration", {})
        if not all(switches.values()):
            found.append(f"{name} can be made public")
    if resource["Type"] == "AWS::EC2::SecurityGroup":
        for rule in properties.get("SecurityGroupIngress", []):
            if "0.0.0.0/0" in rule.values() or "::/0" in rule.values():
                found.append(f"{name} is open to the internet")
    if resource["Type"] == "AWS::RDS::DBInstance":
        if not properties.get("StorageEncrypted"):
            found.append(f"{name} is not encrypted")
    return found

# %% tags=["wrong"] exercise="policy" message="Tried a database that does not say StorageEncrypted"
def findings(name, resource):
    properties = resource.get("Properties", {})
    found = []
    if not all(properties.get("PublicAccessBlockConfiguration", {}).values()):
        found.append(f"{name} can be made public")
    for rule in properties.get("SecurityGroupIngress", []):
        if {"0.0.0.0/0", "::/0"} & {str(value) for value in rule.values()}:
            found.append(f"{name} is open to the internet")
    if properties.get("StorageEncrypted") is False:
        found.append(f"{name} is not encrypted")
    return found

# %% tags=["wrong"] exercise="policy" message="Tried a bucket without properties"
def findings(name, resource):
    properties = resource.get("Properties", {})
    if resource["Type"] == "AWS::S3::Bucket":
        switches = properties.get("PublicAccessBlockConfiguration", {})
        return [] if switches and all(switches.values()) else [f"{name} can be made public"]
    return []

# %% tags=["wrong"] exercise="policy" message="open to ::/0: no finding"
def findings(name, resource):
    properties = resource.get("Properties", {})
    found = []
    if not all(properties.get("PublicAccessBlockConfiguration", {}).values()):
        found.append(f"{name} can be made public")
    for rule in properties.get("SecurityGroupIngress", []):
        if rule.get("CidrIp") == "0.0.0.0/0":
            found.append(f"{name} is open to the internet")
    return found

# %%
lab.check("policy", findings)

# %% [markdown]
# Now put it where it stops somebody: into a build, as in chapter 03, beside cfn-lint. Your function,
# and nothing else of your notebook, is written into a small program that holds each resource of a
# template against it. (If yours is not there yet, the course's own takes its place.) Here is what a
# colleague would like to merge:

# %%
from devops_workbook.chapters.infrastructure_as_code.template_build import BUILDSPEC, build

lab.catch_up("policy")
print(BUILDSPEC)
hurried = templates.SHOP.replace("CidrIp: 10.0.0.0/16", "CidrIp: 0.0.0.0/0")
build(lab, hurried.replace("      StorageEncrypted: true\n", ""), findings)

# %% [markdown]
# cfn-lint had nothing to say, because all of it is valid. The rules had. The build is red, the
# template never reaches an account, and nobody had to be awake.

# %% [markdown]
# ## In production
#
# **Cost.** CloudFormation is free for AWS's own resource types; you pay for what it makes. Beyond
# that, third-party types and hooks cost a little for each operation. What a `Retain` leaves behind
# goes on costing, and so do snapshots.
#
# **Limits.** A stack has at most 500 resources, a template 1 MB in S3 (51,200 bytes in a call), an
# account 2,000 stacks in a region unless you ask for more. Split by owner and by how often things
# change: the network, the data, the service.
#
# **Rights.** A template that makes roles has to be acknowledged: `CAPABILITY_IAM`, which `deploy`
# passes for you here. Give CloudFormation a service role, so that people need not hold the rights
# that their templates need.
#
# **Drift.** Detection costs nothing, and runs only when somebody asks. Run it every night, and let
# what it finds open a ticket. Drift-aware change sets are of November 2025; older texts tell you to
# edit back and forth.
#
# **New.** Since November 2025 a change set is validated before anything is made: names that are
# taken and wrong properties are found early.

# %% [markdown]
# ## Simulated here
#
# Stacks, rollbacks, change sets and drift follow AWS's rules, and properties are held against AWS's
# own schemas. How long a resource takes is made up: six minutes for a database, seconds for the
# rest. The database has an address and no engine behind it: nothing can be stored there. Types that
# are not simulated are refused by name. Roles are not checked, so a missing right never fails a
# stack here. cfn-lint and the build's commands are real, and run on your machine.

# %% [markdown]
# ## Recap
#
# - An update compares two templates. The account is another matter.
# - In the events, the first failure in time is the cause.
# - `ROLLBACK_COMPLETE` is deleted, `UPDATE_ROLLBACK_FAILED` is helped and continued.
# - Read the change set, and most of all the column Replacement.
# - Both policies, a stack policy and termination protection for what holds data.
# - Drift is seen only where the template says something. Adopt it or revert it; leave none.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-skip", "b")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
right = {"q-first-failure": "b", "q-replacement": "c", "q-drift-limits": "a", "q-skip": "b"}
for question, choice in right.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 07, The CDK](07_cdk.ipynb)
# - [Detect unmanaged configuration changes](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html),
#   with what is and is not compared
# - [Update behaviours of stack resources](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html),
#   the three kinds of updates
# - [Continue rolling back an update](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html),
#   with the usual causes
# - Morris: *Infrastructure as Code* (third edition, 2025)
# - The [glossary](glossary.md), for the words of this chapter
