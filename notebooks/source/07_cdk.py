# %% [markdown]
# # The CDK
#
# You write the shop's infrastructure in Python, reuse and test it, and keep its data through a
# refactoring.
#
# *70 minutes. Level: intermediate. First: [chapter 06](06_infrastructure_as_code.ipynb).*

# %% [markdown]
# ## You will be able to
#
# - build a stack from constructs, and read in the template what they have added
# - write a construct of your own, reuse it and test it
# - say before a deployment whether a refactoring keeps the data
# - let rules watch an app, and answer each finding
# - choose between a template and the CDK for a given team

# %% [markdown]
# ## The story so far
#
# The shop's infrastructure is a template now, and nobody is afraid of it any more. But every queue
# should get a second one for what fails, and an alarm on that: three resources, copied and changed
# by hand, for each queue. Last week somebody forgot the alarm. In Python you would have written a
# class.

# %% [markdown]
# ## The idea
#
# In the AWS **Cloud Development Kit** you write a program whose objects are infrastructure. Each
# object is a **construct**. It gets a scope, the construct that it belongs to, and an id. Running
# the program makes nothing in an account: it writes a template. That is called to **synthesise**.
#
# ![One construct on its way: in the code a tree with shop, Data and Database; in the cloud assembly
# a template with the logical id DataDatabaseA9E9E962; in the account a database. Synth leads from
# the code to the assembly, deploy from the assembly to the account.](images/cdk.svg)
#
# Constructs come in three levels. **L1** is a resource of CloudFormation, property by property.
# **L2** is the same with sensible defaults and with methods, such as `grant_send_messages`. **L3**
# is a pattern of several, such as a service behind a load balancer.

# %% [markdown]
# ## A worked example
#
# The CDK is written in TypeScript and runs on Node.js. The Python package talks to it; both came
# with the workbook. The platform team has run `cdk bootstrap` in the account: there is a bucket for
# what the CDK uploads.

# %%
import json

import boto3

from devops_workbook import open_lab
from devops_workbook.cdk import deploy, diff, drift, findings, first_failure, start, synth

lab = open_lab("cdk")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people leave able to say what of their code reaches the template, and why a
# harmless refactoring can empty a database. Misconceptions to listen for: "the CDK makes the
# resources", "the diff shows what was changed by hand", "a construct's id is only a label", "tests
# on the template replace the deployment". Demonstrate the first template and the prediction. Ask:
# "Who in your team could review this change today?" People get stuck where they look for the fault in
# the Python: it stands in the logical ids of the diff.
#
# With 45 minutes: the worked example, *Add the database*, the prediction, *Mend the refactoring*.
# *Answer the rules* and the comparison stand by themselves.

# %%
cdk = start()

from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

# %%
class Base(cdk.Stack):
    """A network, a bucket for what is built, and the queue of the orders."""

    def __init__(self, scope, id):
        super().__init__(scope, id)
        self.network = ec2.Vpc(self, "Network", max_azs=2, nat_gateways=0)
        self.artifacts = s3.Bucket(self, "Artifacts", versioned=True)
        self.orders = sqs.Queue(
            self, "OrdersQueue", visibility_timeout=cdk.Duration.seconds(30)
        )

app = cdk.App()
Base(app, "shop")
assembly = synth(app)
assembly

# %% [markdown]
# The first synthesis takes some seconds: the CDK also holds the template against AWS's schemas.
# Three constructs have become a long template. Here are its resources by type, and one of them:

# %%
from collections import Counter

template = assembly.template()
for kind, number in Counter(each["Type"] for each in template["Resources"].values()).items():
    print(f"{number} {kind}")
queue = next(name for name in template["Resources"] if name.startswith("OrdersQueue"))
print(json.dumps({queue: template["Resources"][queue]}, indent=2))

# %% [markdown]
# `OrdersQueue` has become a **logical id** with a hash at its end, made of the path to the
# construct. Remember it; it decides over your data later. `deploy` does what `cdk deploy` does: it
# uploads the assets, makes a change set, executes it and waits on the lab's clock.

# %%
deploy(assembly)
print(diff(assembly))

# %% [markdown]
# `diff` compares the app with the running stack, and there is nothing to say. Somebody now gives
# the queue another timeout in the console. What do `diff` and `drift` say?

# %%
sqs_client = boto3.client("sqs")
url = sqs_client.list_queues()["QueueUrls"][0]
sqs_client.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "120"})
print(diff(assembly))
drift("shop")

# %% [markdown]
# The same as in chapter 06: a diff compares texts, drift looks at the account. The CDK changes
# nothing about that. You know how to adopt or revert it; here the code says 30, and wins at the
# next drift-aware change set.
#
# ## Exercises
#
# ### Add the database and the customers
#
# Write a stack `Shop` that extends `Base` by two constructs, and deploy it with the id `"shop"`:
#
# - a `rds.DatabaseInstance` for the orders: its `engine` is
#   `rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17_6)`, its
#   `instance_type` is `ec2.InstanceType("t4g.micro")`. It stands in the network (`vpc`), in the
#   subnets (`vpc_subnets`) that
#   `ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)` selects, with 20 GB
#   (`allocated_storage`) and `storage_encrypted`
# - a `cognito.UserPool` for the customers. Its method `add_client` adds the storefront

# %% tags=["task"] exercise="data"
class Shop(Base):
    """What the shop keeps its data in."""
    ...

# %% tags=["solution"] exercise="data"
class Shop(Base):
    """What the shop keeps its data in."""

    def __init__(self, scope, id):
        super().__init__(scope, id)
        self.database = rds.DatabaseInstance(
            self,
            "Database",
            engine=rds.DatabaseInstanceEngine.postgres(
                version=rds.PostgresEngineVersion.VER_17_6
            ),
            instance_type=ec2.InstanceType("t4g.micro"),
            allocated_storage=20,
            storage_encrypted=True,
            vpc=self.network,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        )
        self.customers = cognito.UserPool(self, "Customers")
        self.customers.add_client("Storefront")

app = cdk.App()
Shop(app, "shop")
deploy(synth(app))

# %% tags=["wrong"] exercise="data" message="as plain bytes"
class Shop(Base):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        engine = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17_6)
        isolated = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        rds.DatabaseInstance(self, "Database", engine=engine, vpc=self.network,
                             instance_type=ec2.InstanceType("t4g.micro"), vpc_subnets=isolated)
        cognito.UserPool(self, "Customers").add_client("Storefront")

app = cdk.App()
Shop(app, "shop")
deploy(synth(app))

# %% tags=["wrong"] exercise="data" message="public subnets"
class Shop(Base):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        engine = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17_6)
        public = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
        rds.DatabaseInstance(self, "Database", engine=engine, vpc=self.network,
                             instance_type=ec2.InstanceType("t4g.micro"), vpc_subnets=public,
                             storage_encrypted=True)
        cognito.UserPool(self, "Customers").add_client("Storefront")

app = cdk.App()
Shop(app, "shop")
deploy(synth(app))

# %% tags=["wrong"] exercise="data" message="has no client"
class Shop(Base):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        engine = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17_6)
        isolated = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        rds.DatabaseInstance(self, "Database", engine=engine, vpc=self.network,
                             instance_type=ec2.InstanceType("t4g.micro"), vpc_subnets=isolated,
                             storage_encrypted=True, allocated_storage=20)
        cognito.UserPool(self, "Customers")

app = cdk.App()
Shop(app, "shop")
deploy(synth(app))

# %% tags=["wrong"] exercise="data" message="has the AllocatedStorage 100"
class Shop(Base):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        engine = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17_6)
        isolated = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        rds.DatabaseInstance(self, "Database", engine=engine, vpc=self.network,
                             instance_type=ec2.InstanceType("t4g.micro"), vpc_subnets=isolated,
                             storage_encrypted=True)
        cognito.UserPool(self, "Customers").add_client("Storefront")

app = cdk.App()
Shop(app, "shop")
deploy(synth(app))

# %%
lab.check("data")

# %% [markdown]
# ### Read what the CDK has added
#
# Reviewers read your code; CloudFormation reads the template. Here is the template of the course's
# own `Shop`, in which the two constructs of the exercise are there.

# %%
import yaml

from devops_workbook.chapters.cdk.scene import the_courses

template = the_courses("Shop").template()
data = {
    name: each for name, each in template["Resources"].items()
    if each["Type"].startswith(("AWS::RDS::", "AWS::SecretsManager::"))
}
print(yaml.safe_dump(data, sort_keys=False))

# %% [markdown]
# Answer from `template`: how many `resources` it has; the logical id of the resource that holds the
# database's `password`; and the `DeletionPolicy` that the CDK has given to the `database` and to
# the `bucket`.

# %% tags=["task"] exercise="added"
added = {"resources": ..., "password": ..., "database": ..., "bucket": ...}

# %% tags=["solution"] exercise="added"
resources = template["Resources"]
by_type = {each["Type"]: (name, each) for name, each in resources.items()}
added = {
    "resources": len(resources),
    "password": by_type["AWS::SecretsManager::Secret"][0],
    "database": by_type["AWS::RDS::DBInstance"][1]["DeletionPolicy"],
    "bucket": by_type["AWS::S3::Bucket"][1]["DeletionPolicy"],
}

# %% tags=["wrong"] exercise="added" message="not the constructs in your code"
added = {"resources": 5, "password": "DatabaseSecret3B817195", "database": "Snapshot", "bucket": "Retain"}

# %% tags=["wrong"] exercise="added" message="is no logical id of the template"
added = {"resources": len(template["Resources"]), "password": "DatabaseSecret", "database": "Snapshot",
         "bucket": "Retain"}

# %% tags=["wrong"] exercise="added" message="Read the DeletionPolicy of the AWS::RDS::DBInstance"
name = next(name for name, each in template["Resources"].items() if each["Type"].endswith("Secret"))
added = {"resources": len(template["Resources"]), "password": name, "database": "Retain", "bucket": "Retain"}

# %%
lab.check("added", added)

# %% [markdown]
# Nobody asked for a generated password, a snapshot or a bucket that survives. These defaults are
# what you pay for with a long template. Some cost money, too: look at what a pattern brings along.
#
# Now the service itself, an L3 pattern in a stack of its own. And since a stack is a class, the shop
# gets a second copy of everything for staging, in one line. The service uses the network, the
# database and the queue of the other stack, and so `deploy` makes that one first.

# %%
import inspect

from devops_workbook.chapters.cdk.shop import Service
from devops_workbook.chapters.cdk.shop import Shop as CourseShop

print(inspect.getsource(Service))
app = cdk.App()
Service(app, "staging-service", shop=CourseShop(app, "staging"))
both = synth(app)
print(both)
print(diff(both, "staging-service").partition("\n\n")[0])

# %% [markdown]
# `grant_send_messages` has become a right for exactly this queue and this role. Such rights are
# written far too wide when people write them by hand. Read this table in every review.

# %%
deploy(both)

# %% [markdown]
# ### Write a construct and use it twice
#
# A queue of the shop should come with everything that belongs to it. Write the construct
# `ReliableQueue`, with three resources inside:
#
# - a queue for **dead letters**, which it keeps for 14 days
# - the queue itself, which tries a message 3 times, then moves it there
# - an alarm that rings as soon as one dead letter is visible
#
# Then make a stack `"shop-queues"` with two of them, `"Orders"` and `"Mails"`, and deploy it.
# (`help(sqs.Queue.__init__)` lists what a queue takes. Its methods `metric_…` give metrics, and a
# metric has the method `create_alarm`.)

# %% tags=["task"] exercise="construct"
class ReliableQueue(Construct):
    """A queue that keeps what could not be processed, and an alarm that says so."""
    ...

# %% tags=["solution"] exercise="construct"
class ReliableQueue(Construct):
    """A queue that keeps what could not be processed, and an alarm that says so."""

    def __init__(self, scope, id):
        super().__init__(scope, id)
        letters = sqs.Queue(self, "DeadLetters", retention_period=cdk.Duration.days(14))
        self.queue = sqs.Queue(
            self, "Queue",
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=3, queue=letters),
        )
        visible = letters.metric_approximate_number_of_messages_visible()
        visible.create_alarm(self, "Alarm", threshold=1, evaluation_periods=1)

app = cdk.App()
stack = cdk.Stack(app, "shop-queues")
ReliableQueue(stack, "Orders")
ReliableQueue(stack, "Mails")
deploy(synth(app))

# %% tags=["wrong"] exercise="construct" message="does not ring at the first dead letter"
class ReliableQueue(Construct):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        letters = sqs.Queue(self, "DeadLetters", retention_period=cdk.Duration.days(14))
        self.queue = sqs.Queue(self, "Queue", dead_letter_queue=sqs.DeadLetterQueue(
            max_receive_count=3, queue=letters))
        letters.metric_approximate_number_of_messages_visible().create_alarm(
            self, "Alarm", threshold=3, evaluation_periods=1)

app = cdk.App()
stack = cdk.Stack(app, "shop-queues")
ReliableQueue(stack, "Orders")
ReliableQueue(stack, "Mails")
deploy(synth(app))

# %% tags=["wrong"] exercise="construct" message="No alarm watches"
class ReliableQueue(Construct):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        letters = sqs.Queue(self, "DeadLetters", retention_period=cdk.Duration.days(14))
        self.queue = sqs.Queue(self, "Queue", dead_letter_queue=sqs.DeadLetterQueue(
            max_receive_count=3, queue=letters))
        self.queue.metric_approximate_number_of_messages_visible().create_alarm(
            self, "Alarm", threshold=1, evaluation_periods=1)

app = cdk.App()
stack = cdk.Stack(app, "shop-queues")
ReliableQueue(stack, "Orders")
ReliableQueue(stack, "Mails")
deploy(synth(app))

# %% tags=["wrong"] exercise="construct" message="are kept for 4 days"
class ReliableQueue(Construct):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        letters = sqs.Queue(self, "DeadLetters")
        self.queue = sqs.Queue(self, "Queue", dead_letter_queue=sqs.DeadLetterQueue(
            max_receive_count=3, queue=letters))
        letters.metric_approximate_number_of_messages_visible().create_alarm(
            self, "Alarm", threshold=1, evaluation_periods=1)

app = cdk.App()
stack = cdk.Stack(app, "shop-queues")
ReliableQueue(stack, "Orders")
ReliableQueue(stack, "Mails")
deploy(synth(app))

# %%
lab.check("construct")

# %% [markdown]
# ### Test the construct
#
# A stretch. A construct is code that others rely on, so it gets tests. They look at the template,
# and need no account. `aws_cdk.assertions` has what they are made of:

# %%
from aws_cdk.assertions import Capture, Match, Template

from devops_workbook.chapters.cdk.shop import ReliableQueue as CourseQueue

stack = cdk.Stack(cdk.App(), "tested")
CourseQueue(stack, "Orders")
tested = Template.from_stack(stack)
tested.resource_count_is("AWS::SQS::Queue", 2)
letters = Capture()
tested.has_resource_properties("AWS::SQS::Queue", {
    "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": [letters, "Arn"]}},
})
print("dead letters go to", letters.as_string())
print(json.dumps(tested.find_resources("AWS::CloudWatch::Alarm"), indent=1))

# %% [markdown]
# An assertion that does not hold raises. Write `test_reliable_queue(template)`: it passes where
# there is a queue that tries 3 times, where the dead letters of **that** queue are kept for 14 days
# (1,209,600 seconds), and where an alarm watches **them**. Other resources may stand beside it. The
# check tries your test on broken constructs: a test that never fails tests nothing.

# %% tags=["task"] exercise="test"
def test_reliable_queue(template):
    ...

# %% tags=["solution"] exercise="test"
def test_reliable_queue(template):
    letters = Capture()
    template.has_resource_properties("AWS::SQS::Queue", {
        "RedrivePolicy": {
            "deadLetterTargetArn": {"Fn::GetAtt": [letters, "Arn"]},
            "maxReceiveCount": 3,
        },
    })
    name = letters.as_string()
    kept = template.find_resources("AWS::SQS::Queue")[name]["Properties"]
    assert kept["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
    watched = {"Name": "QueueName", "Value": {"Fn::GetAtt": [name, "QueueName"]}}
    template.has_resource_properties(
        "AWS::CloudWatch::Alarm", {"Dimensions": Match.array_with([watched])}
    )

# %% tags=["wrong"] exercise="test" message="a queue that tries a hundred times: the test passes"
def test_reliable_queue(template):
    template.has_resource_properties("AWS::SQS::Queue", {"RedrivePolicy": Match.any_value()})
    template.has_resource_properties("AWS::SQS::Queue", {"MessageRetentionPeriod": 1209600})
    template.resource_count_is("AWS::CloudWatch::Alarm", 1)

# %% tags=["wrong"] exercise="test" message="an alarm on the queue instead of its dead letters"
def test_reliable_queue(template):
    template.has_resource_properties(
        "AWS::SQS::Queue", {"RedrivePolicy": Match.object_like({"maxReceiveCount": 3})})
    template.has_resource_properties("AWS::SQS::Queue", {"MessageRetentionPeriod": 1209600})
    template.resource_count_is("AWS::CloudWatch::Alarm", 1)

# %% tags=["wrong"] exercise="test" message="and its dead letters for four: the test passes"
def test_reliable_queue(template):
    letters = Capture()
    template.has_resource_properties("AWS::SQS::Queue", {"RedrivePolicy": {
        "deadLetterTargetArn": {"Fn::GetAtt": [letters, "Arn"]}, "maxReceiveCount": 3}})
    template.has_resource_properties("AWS::SQS::Queue", {"MessageRetentionPeriod": 1209600})
    watched = {"Name": "QueueName", "Value": {"Fn::GetAtt": [letters.as_string(), "QueueName"]}}
    template.has_resource_properties(
        "AWS::CloudWatch::Alarm", {"Dimensions": Match.array_with([watched])})

# %% tags=["wrong"] exercise="test" message="with another queue beside it: the test fails"
def test_reliable_queue(template):
    template.resource_count_is("AWS::SQS::Queue", 2)
    template.has_resource_properties(
        "AWS::SQS::Queue", {"RedrivePolicy": Match.object_like({"maxReceiveCount": 3})})

# %%
lab.check("test", test_reliable_queue)

# %% [markdown]
# ### Predict: is it the same database?
#
# The shop is deployed, database included. Here are five edits of its code.

# %%
from devops_workbook.chapters.cdk.refactoring import EDITS, becomes_of

lab.catch_up("predict")
for name, (before, after) in EDITS.items():
    print(f"{name}:\n  - {before}\n  + {after}")

# %% [markdown]
# What is the database after the edit is deployed? `"same"`, if nothing happens to it; `"changed"`,
# if it is changed in its place; `"new"`, if the app then has a new and empty one.

# %% tags=["task"] exercise="predict"
becomes = {"class": ..., "id": ..., "wrapped": ..., "bigger": ..., "stack": ...}

# %% tags=["solution"] exercise="predict"
becomes = {
    "class": "same",
    "id": "new",
    "wrapped": "new",
    "bigger": "changed",
    "stack": "new",
}

# %% tags=["wrong"] exercise="predict" message="the path has grown"
becomes = {"class": "same", "id": "new", "wrapped": "same", "bigger": "changed", "stack": "new"}

# %% tags=["wrong"] exercise="predict" message="reach the template?"
becomes = {"class": "new", "id": "new", "wrapped": "new", "bigger": "changed", "stack": "new"}

# %% tags=["wrong"] exercise="predict" message="What does it make, and who knows"
becomes = {"class": "same", "id": "new", "wrapped": "new", "bigger": "changed", "stack": "same"}

# %%
lab.check("predict", becomes)

# %% [markdown]
# Now ask CloudFormation, by a change set for each, and read the diff of the second.

# %%
from devops_workbook.chapters.cdk.edits import assembly_of

for name in EDITS:
    print(f"{name:8}", becomes_of(name))
print(diff(assembly_of("id")))

# %% [markdown]
# `[-]` and `[+]` of the same type: this is how a new logical id looks. The new database is empty,
# and the old one goes, with a snapshot at best. `destroy` means that it leaves, `orphan` that it
# stays in the account without a stack. Where a change in place is impossible, the line says
# `replace`.
#
# ### Mend the refactoring
#
# The warehouse waits for a topic with order events. A colleague has added it, and has tidied up on
# the way. The deployment was refused by the stack policy of chapter 06.

# %%
from devops_workbook.chapters.cdk.shop import Tidied, add_customers, add_database

lab.catch_up("keep")
print(inspect.getsource(Tidied))
print(first_failure("shop"))

# %% [markdown]
# Bring the topic into the stack `shop`, without touching the policy: write a class of your own, with
# `add_database` and `add_customers` as above, and deploy it. In the end the stack says
# `UPDATE_COMPLETE`, and **database and user pool are those of before**.
# `diff(the_courses("Tidied"))` shows what was about to happen, and of your own app `diff` shows it
# before you deploy.

# %% tags=["task"] exercise="keep"
answer = ...

# %% tags=["solution"] exercise="keep"
from aws_cdk import aws_sns as sns

class Mended(Base):
    """What holds data is grouped in the code; "Default" does not count in logical ids."""

    def __init__(self, scope, id):
        super().__init__(scope, id)
        data = Construct(self, "Default")
        self.database = add_database(data, self.network)
        self.customers = add_customers(data)
        self.events = sns.Topic(self, "OrderEvents")

app = cdk.App()
Mended(app, "shop")
deploy(synth(app))

# %% tags=["wrong"] exercise="keep" message="does not protect it; your eyes have to"
from aws_cdk import aws_sns as sns

class Mended(Base):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        self.database = add_database(self, self.network)
        self.customers = add_customers(Construct(self, "Data"))
        self.events = sns.Topic(self, "OrderEvents")

app = cdk.App()
Mended(app, "shop")
deploy(synth(app))

# %% tags=["wrong"] exercise="keep" message="the orders stayed in the old one"
boto3.client("cloudformation").set_stack_policy(StackName="shop", StackPolicyBody=json.dumps(
    {"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}))
deploy(the_courses("Tidied"))

# %% tags=["wrong"] exercise="keep" message="has no topic for the warehouse"
app = cdk.App()
shop = CourseShop(app, "shop")
s3.Bucket(shop, "Tidy")
deploy(synth(app))

# %%
lab.check("keep")

# %% [markdown] tags=["instructor"]
# **Instructor.** Ask who would have seen it in a review of the Python alone. Nobody does: the diff
# belongs into the pull request, and a pipeline can refuse `[-]` on what holds data.

# %% [markdown]
# Two ways lead there: leave what holds data where it was, or keep its logical ids. Some teams pin
# the ids of databases from the first day, by `override_logical_id`. Others keep data in a stack of
# its own, which nobody tidies.
#
# ### Answer the rules
#
# **cdk-nag** looks at the constructs of an app while it is synthesised, by AWS's lists of good
# practice. It knows what chapter 06 wrote rules for, and much more.

# %%
from cdk_nag import AwsSolutionsChecks

app = cdk.App()
stack = cdk.Stack(app, "shop-uploads")
bucket = s3.Bucket(stack, "Uploads")
CourseQueue(stack, "Thumbnails")
cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
for each in findings(synth(app)):
    print(f"{each.rule:17} {each.construct}\n    {each.description}")

# %% [markdown]
# Mend what one argument mends: `s3.Bucket` takes `enforce_ssl=True`, and so does `CourseQueue`,
# which hands it on. The access logs (`AwsSolutions-S1`) are not wanted: what is uploaded here is
# public pictures. **Acknowledge** that finding, with a reason that a stranger understands:
# `cdk.Validations.of(bucket).acknowledge(cdk.Acknowledgment(id=…, reason=…))`. Then `watched` is
# what `synth(app)` returns. Begin from the cell above.

# %% tags=["task"] exercise="rules"
watched = ...

# %% tags=["solution"] exercise="rules"
app = cdk.App()
stack = cdk.Stack(app, "shop-uploads")
bucket = s3.Bucket(stack, "Uploads", enforce_ssl=True)
CourseQueue(stack, "Thumbnails", enforce_ssl=True)
cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
cdk.Validations.of(bucket).acknowledge(
    cdk.Acknowledgment(
        id="AwsSolutions-S1",
        reason="Only public product pictures, so nobody needs to know who read them",
    )
)
watched = synth(app)

# %% tags=["wrong"] exercise="rules" message="Still found: AwsSolutions-S1"
app = cdk.App()
stack = cdk.Stack(app, "shop-uploads")
bucket = s3.Bucket(stack, "Uploads", enforce_ssl=True)
CourseQueue(stack, "Thumbnails", enforce_ssl=True)
cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
watched = synth(app)

# %% tags=["wrong"] exercise="rules" message="could be mended by one argument"
app = cdk.App()
stack = cdk.Stack(app, "shop-uploads")
bucket = s3.Bucket(stack, "Uploads")
CourseQueue(stack, "Thumbnails")
cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
cdk.Validations.of(stack).acknowledge(*(
    cdk.Acknowledgment(id=f"AwsSolutions-{rule}", reason="We know this and accept it")
    for rule in ("S1", "S10", "SQS4")
))
watched = synth(app)

# %% tags=["wrong"] exercise="rules" message="so that a stranger understands it"
app = cdk.App()
stack = cdk.Stack(app, "shop-uploads")
bucket = s3.Bucket(stack, "Uploads", enforce_ssl=True)
CourseQueue(stack, "Thumbnails", enforce_ssl=True)
cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
cdk.Validations.of(bucket).acknowledge(
    cdk.Acknowledgment(id="AwsSolutions-S1", reason="not needed"))
watched = synth(app)

# %%
lab.check("rules", watched)

# %% [markdown]
# A rule complains. An **aspect** visits every construct of an app, too, and may change it:
# `cdk.Tags.of(app).add("team", "orders")` is one, and tags whatever can have tags.
#
# ### Template or CDK?
#
# Count it, on your own `ReliableQueue` if it works, else on the course's.

# %%
from devops_workbook.chapters.cdk.comparison import compare, who_can_change

compare(ReliableQueue)

# %% [markdown]
# The CDK is shorter, most of all at the second queue: it is made for what repeats. Where nothing
# repeats, as in a network that stands once and rarely changes, it saves little, and a template has
# an advantage: what is reviewed is what is deployed. With the CDK a reviewer needs the diff as well
# as the code.
#
# Then there are the people. Whoever changes infrastructure has to be at home in its language:

# %%
who_can_change()

# %% [markdown]
# The same stack looks much the same elsewhere (shown, not run here). In TypeScript:
#
# ```typescript
# export class Shop extends Stack {
#   constructor(scope: Construct, id: string) {
#     super(scope, id);
#     const network = new ec2.Vpc(this, 'Network', { maxAzs: 2, natGateways: 0 });
#     new rds.DatabaseInstance(this, 'Database', {
#       engine: rds.DatabaseInstanceEngine.postgres({
#         version: rds.PostgresEngineVersion.VER_17_6,
#       }),
#       instanceType: new ec2.InstanceType('t4g.micro'),
#       allocatedStorage: 20,
#       storageEncrypted: true,
#       vpc: network,
#       vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
#     });
#   }
# }
# ```
#
# And in Java, which the orders team writes all day:
#
# ```java
# public class Shop extends Stack {
#     public Shop(final Construct scope, final String id) {
#         super(scope, id);
#         Vpc network = Vpc.Builder.create(this, "Network")
#             .maxAzs(2).natGateways(0).build();
#         DatabaseInstance.Builder.create(this, "Database")
#             .engine(DatabaseInstanceEngine.postgres(PostgresInstanceEngineProps.builder()
#                 .version(PostgresEngineVersion.VER_17_6).build()))
#             .instanceType(new InstanceType("t4g.micro"))
#             .allocatedStorage(20)
#             .storageEncrypted(true)
#             .vpc(network)
#             .vpcSubnets(SubnetSelection.builder()
#                 .subnetType(SubnetType.PRIVATE_ISOLATED).build())
#             .build();
#     }
# }
# ```
#
# The names are the same and the logical ids, too: a stack can change its language and keep its
# data. Choose a template where little repeats and few people change it. Choose the CDK where things
# repeat, or where those who change infrastructure write that language anyway. Do not mix both in
# one stack.

# %% [markdown]
# ## In production
#
# **Command line.** `cdk synth`, `cdk diff`, `cdk deploy`, `cdk drift` and `cdk destroy` are
# programs of the npm package `aws-cdk`. `cdk init` makes a project with a `cdk.json`, whose feature
# flags decide over defaults: commit it. `cdk deploy` asks before it widens rights.
#
# **Pipelines.** Synthesise once, in a build, and deploy that same assembly to every stage, as
# chapter 05 does with any build. Put the diff into the pull request. Pin the version: new releases
# come every week, and may change a template.
#
# **Refactoring.** `cdk refactor` moves resources to new logical ids without replacing them. It is
# a preview in 2026, behind `--unstable=refactor`.
#
# **Cost.** The CDK is free; what its defaults make is not. A plain `ec2.Vpc` has a NAT gateway in
# each zone, which costs more than the database of this chapter.
#
# **Rights.** Bootstrapping gives CloudFormation administrator rights unless you pass
# `--cloudformation-execution-policies`. Do that in an account that matters.

# %% [markdown]
# ## Simulated here
#
# The CDK, its checks of templates and cdk-nag are the real ones, on the Node.js that came with the
# workbook. `deploy`, `diff` and `drift` are the workbook's own, since the command-line tool is a
# program of npm; they make change sets in offline CloudFormation. The roles of the bootstrapping
# are there, and nobody assumes them. Images built by Docker, look-ups in an account and custom
# resources are refused in one sentence. The CDK reports no usage from here.

# %% [markdown]
# ## Recap
#
# - The CDK writes a template; CloudFormation makes the resources.
# - Defaults and grants are what you gain; a template that nobody wrote is what you read.
# - A path of ids is a logical id. Another path is another resource.
# - Read the diff of every change, most of all `[-]` with `[+]` of the same type.
# - Test constructs on their templates, and try each test on something broken.
# - Choose by what repeats and by who changes it.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-when", "b")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
right = {"q-what-runs": "b", "q-logical-id": "c", "q-diff-or-drift": "a", "q-when": "b"}
for question, choice in right.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 08, Container images](08_container_images.ipynb)
# - [AWS CDK best practices](https://docs.aws.amazon.com/cdk/v2/guide/best-practices.html), with why
#   logical ids of data should not change
# - [Testing CDK applications](https://docs.aws.amazon.com/cdk/v2/guide/testing.html)
# - [Identifiers](https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html): paths, unique ids and
#   logical ids
# - [cdk-nag](https://github.com/cdklabs/cdk-nag), with all its rules
# - The [glossary](glossary.md), for the words of this chapter
