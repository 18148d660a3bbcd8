"""The account that the examples of the AWS CLI's help are run against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3

ARN = "arn:aws:codecommit:us-east-1:123456789012:MyDemoRepo"
TOPIC = "arn:aws:sns:us-east-1:123456789012:MyCodeCommitTopic"
RULE = json.dumps(
    {
        "Version": "2018-11-08",
        "DestinationReferences": ["refs/heads/main"],
        "Statements": [{"Type": "Approvers", "NumberOfApprovalsNeeded": 1}],
    }
)
PLAIN_RULE = json.dumps({**json.loads(RULE), "DestinationReferences": None}).replace(
    '"DestinationReferences": null, ', ""
)


class Account:
    """What the examples speak of: repositories, branches, a pull request, a comment."""

    def __init__(self, folder: Path) -> None:
        self.client: Any = boto3.client("codecommit")
        self.folder = folder
        self.tips: dict[str, str] = {}
        for name in ("MyDemoRepo", "MyOtherDemoRepo"):
            self.client.create_repository(repositoryName=name, repositoryDescription="x")
        self.client.tag_resource(resourceArn=ARN, tags={"Status": "Secret", "Team": "Saanvi"})
        files = dict.fromkeys(("readme.md", "ahs_count.py", "cl_sample.js"), "1\n2\n3\n4\n")
        self.first = self.commit("main", {**files, "tmp/example-folder/a": "1\n"})
        for branch in ("MyNewBranch", "bugfix-bug1233", "bugfix-1234"):
            self.branch(branch)
        changed = dict.fromkeys(("cl_sample.js", "ahs_count.py"), "1\n2\n3\n5\n")
        self.commit("MyNewBranch", {**changed, "tmp/renamed-folder/a": "2\n"})
        self.branch("bugfix-bug1234")
        self.commit("bugfix-bug1234", {"fix.py": "1\n"})
        self.commit("bugfix-1234", {"fix.py": "1\n"})
        self.branch("feature-randomizationfeature")
        self.commit("feature-randomizationfeature", {"readme.md": "feature\n2\n3\n4\n"})
        self.ask_for_review()

    def branch(self, name: str) -> None:
        self.client.create_branch(repositoryName="MyDemoRepo", branchName=name, commitId=self.first)
        self.tips[name] = self.first

    def commit(self, branch: str, files: dict[str, str]) -> str:
        """Commit files to a branch."""
        parent = {"parentCommitId": self.tips[branch]} if branch in self.tips else {}
        made = self.client.create_commit(
            repositoryName="MyDemoRepo",
            branchName=branch,
            putFiles=[
                {"filePath": path, "fileContent": text.encode()} for path, text in files.items()
            ],
            **parent,
        )
        self.tips[branch] = str(made["commitId"])
        return self.tips[branch]

    def ask_for_review(self) -> None:
        """Have another user ask for a pull request that is approved, commented on and merged."""
        iam = boto3.client("iam")
        iam.create_user(UserName="Li_Juan")
        key = iam.create_access_key(UserName="Li_Juan")["AccessKey"]
        author = boto3.client(
            "codecommit",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )
        template = {"approvalRuleTemplateName": "two", "approvalRuleTemplateContent": RULE}
        self.client.create_approval_rule_template(**template)
        self.client.associate_approval_rule_template_with_repository(
            approvalRuleTemplateName="two", repositoryName="MyDemoRepo"
        )
        target = {"repositoryName": "MyDemoRepo", "sourceReference": "MyNewBranch"}
        asked = {"description": "why", "clientRequestToken": "token", "targets": [target]}
        request = author.create_pull_request(title="A change", **asked)["pullRequest"]
        self.number, self.revision = request["pullRequestId"], request["revisionId"]
        where = {
            "repositoryName": "MyDemoRepo",
            "beforeCommitId": self.tips["main"],
            "afterCommitId": self.tips["MyNewBranch"],
            "location": {
                "filePath": "ahs_count.py",
                "filePosition": 4,
                "relativeFileVersion": "AFTER",
            },
        }
        posted = self.client.post_comment_for_pull_request(
            pullRequestId=self.number, content="Why?", clientRequestToken="one", **where
        )
        self.client.post_comment_for_compared_commit(
            content="Why?", clientRequestToken="two", **where
        )
        self.comment = posted["comment"]["commentId"]
        self.client.put_comment_reaction(commentId=self.comment, reactionValue=":thumbsup:")

    def approve(self) -> None:
        """Approve the pull request."""
        self.client.update_pull_request_approval_state(
            pullRequestId=self.number, revisionId=self.revision, approvalState="APPROVE"
        )

    def blob(self) -> str:
        """Return the id of some blob."""
        found = self.client.get_file(repositoryName="MyDemoRepo", filePath="readme.md")
        return str(found["blobId"])


def prepare(name: str, options: dict[str, list[str]], account: Account) -> None:
    """Bring about what an example begins with."""
    client = account.client
    templates = {*options.get("--approval-rule-template-name", [])} | {
        *options.get("--old-approval-rule-template-name", [])
    }
    if name != "create-approval-rule-template":
        for template in templates:
            client.create_approval_rule_template(
                approvalRuleTemplateName=template,
                approvalRuleTemplateDescription="x",
                approvalRuleTemplateContent=RULE,
            )
            if name.startswith("list-"):
                client.associate_approval_rule_template_with_repository(
                    approvalRuleTemplateName=template, repositoryName="MyDemoRepo"
                )
    for rule in options.get("--approval-rule-name", []):
        if not name.startswith("create-"):
            client.create_pull_request_approval_rule(
                pullRequestId=account.number, approvalRuleName=rule, approvalRuleContent=PLAIN_RULE
            )
    if name == "describe-pull-request-events":
        client.update_pull_request_status(pullRequestId=account.number, pullRequestStatus="CLOSED")
    if name == "delete-file":
        account.commit("main", {"README.md": "1\n"})
    if name in ("create-repository", "create-commit"):
        client.delete_repository(repositoryName="MyDemoRepo")
    if name == "create-commit":
        client.create_repository(repositoryName="MyDemoRepo")
    if name == "create-branch":
        client.delete_branch(repositoryName="MyDemoRepo", branchName="MyNewBranch")
    if "conflicts" in name:
        account.commit("main", {"readme.md": "main\n2\n3\n4\n"})
    if name == "get-file":
        account.commit("main", {"README.md": "1\n"})
    if name.startswith(("merge-pull-request", "get-pull-request-approval")):
        account.approve()
    if name == "get-merge-commit":
        account.tips["main"] = client.merge_branches_by_three_way(
            repositoryName="MyDemoRepo",
            sourceCommitSpecifier="bugfix-bug1234",
            destinationCommitSpecifier="main",
            targetBranch="main",
        )["commitId"]
    if name == "get-pull-request-override-state":
        client.override_pull_request_approval_rules(
            pullRequestId=account.number, revisionId=account.revision, overrideStatus="OVERRIDE"
        )
    boto3.client("sns").create_topic(Name="MyCodeCommitTopic")
    trigger = {
        "name": "t",
        "destinationArn": TOPIC,
        "branches": [],
        "events": ["all"],
        "customData": "",
    }
    if name == "get-repository-triggers":
        client.put_repository_triggers(repositoryName="MyDemoRepo", triggers=[trigger])
    (account.folder / "ExampleSolution.py").write_text("1\n")
    (account.folder / "MyTriggers.json").write_text(json.dumps([trigger]))
