"""Build it in an account, up to where an exercise begins."""

from __future__ import annotations

import boto3

from devops_workbook.chapters.capstone.account import (
    PIPELINE,
    REGISTRY,
    Template,
    deploy,
    ground_plan,
    with_resources,
)
from devops_workbook.chapters.capstone.looking import images
from devops_workbook.chapters.capstone.reference.delivery import foundation, pipeline, release
from devops_workbook.chapters.capstone.reference.design import BEST, Design
from devops_workbook.chapters.capstone.reference.running import service
from devops_workbook.chapters.capstone.reference.watching import watching
from devops_workbook.lab import Lab
from devops_workbook.quarter.pipeline import approve
from devops_workbook.shop.image_builds import image_files
from devops_workbook.shop_repository import commit_files, shop_files


def build_ground(lab: Lab) -> None:
    """Deploy the ground plan alone."""
    deploy(lab, ground_plan())


def build_foundation(lab: Lab) -> Template:
    """Deploy the ground plan with the foundation, and bring the code; return the template."""
    template = with_resources(ground_plan(), foundation())
    deploy(lab, template)
    commit_files("Bring the shop's code", {**shop_files("orders"), **image_files("orders")})
    return template


def build_pipeline(lab: Lab, design: Design = BEST) -> Template:
    """Also the pipeline up to the image, and let it run; return the template."""
    template = with_resources(build_foundation(lab), pipeline(design))
    deploy(lab, template)
    lab.clock.advance(minutes=15)
    return template


def newest_image() -> str:
    """Return the URI of the image of ``orders`` that was pushed last, "" where there is none."""
    tagged = [each for each in images() if each.get("imageTags")]
    newest = max(tagged, key=lambda each: each["imagePushedAt"], default=None)
    return f"{REGISTRY}:{newest['imageTags'][0]}" if newest else ""


def build_service(lab: Lab, design: Design = BEST) -> Template:
    """Also the service, without anything that watches over it; return the template."""
    template = build_pipeline(lab, design)
    bare = Design(rollback=False, alarms=False, traces=design.traces)
    template = with_resources(template, service(bare, newest_image()))
    deploy(lab, template)
    return template


def released(lab: Lab, design: Design = BEST) -> Template:
    """Return the template up to the release, for what stands in the account now."""
    bare = Design(rollback=False, alarms=False, traces=design.traces)
    migrate, stages = release(lab, design)
    parts = {**foundation(), **service(bare, newest_image()), **migrate}
    return with_resources(ground_plan(), {**parts, **pipeline(design, stages)})


def everything(lab: Lab, design: Design = BEST) -> Template:
    """Return the whole template, for what stands in the account now."""
    watched = service(design, newest_image())["Service"]
    return with_resources(released(lab, design), {**watching(design), "Service": watched})


def build_release(lab: Lab, design: Design = BEST) -> Template:
    """Also the stages that release; return the template."""
    build_pipeline(lab, design)
    return _released(lab, released(lab, design))


def build_all(lab: Lab, design: Design = BEST) -> Template:
    """Build everything that the design has; return the template."""
    build_pipeline(lab, design)
    return _released(lab, everything(lab, design))


def _released(lab: Lab, template: Template) -> Template:
    """Deploy a template and let its pipeline release what is on main; return the template."""
    deploy(lab, template)
    boto3.client("codepipeline").start_pipeline_execution(name=PIPELINE)
    lab.clock.advance(minutes=10)
    approve()
    lab.clock.advance(minutes=20)
    return template
