"""Build it in an account, up to where an exercise begins."""

from __future__ import annotations

from dataclasses import replace

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


def build_foundation(lab: Lab) -> None:
    """Deploy the ground plan with the foundation, and bring the code."""
    deploy(lab, with_resources(ground_plan(), foundation()))
    commit_files("Bring the shop's code", {**shop_files("orders"), **image_files("orders")})


def build_pipeline(lab: Lab, design: Design = BEST) -> None:
    """Also the pipeline up to the image, and let it run."""
    build_foundation(lab)
    deploy(lab, with_resources(ground_plan(), {**foundation(), **pipeline(design)}))
    lab.clock.advance(minutes=15)


def newest_image() -> str:
    """Return the URI of the image of ``orders`` that was pushed last, "" where there is none.

    Of several tags it has the longest, which is the commit's id and not ``latest``.
    """
    tagged = [each for each in images() if each.get("imageTags")]
    newest = max(tagged, key=lambda each: each["imagePushedAt"], default=None)
    return f"{REGISTRY}:{max(newest['imageTags'], key=len)}" if newest else ""


def released(lab: Lab, design: Design = BEST) -> Template:
    """Return the template up to the release, for what stands in the account now."""
    migrate, stages = release(lab, design)
    parts = {**foundation(), **service(_bare(design), newest_image()), **migrate}
    return with_resources(ground_plan(), {**parts, **pipeline(design, stages)})


def everything(lab: Lab, design: Design = BEST) -> Template:
    """Return the whole template, for what stands in the account now."""
    watched = service(design, newest_image())["Service"]
    return with_resources(released(lab, design), {**watching(design), "Service": watched})


def build_service(lab: Lab, design: Design = BEST) -> None:
    """Also the service, without anything that watches over it."""
    build_pipeline(lab, design)
    parts = {**foundation(), **pipeline(design), **service(_bare(design), newest_image())}
    deploy(lab, with_resources(ground_plan(), parts))


def build_release(lab: Lab, design: Design = BEST) -> None:
    """Also the stages that release."""
    build_pipeline(lab, design)
    _release(lab, released(lab, design))


def build_all(lab: Lab, design: Design = BEST) -> None:
    """Build everything that the design has."""
    build_pipeline(lab, design)
    _release(lab, everything(lab, design))


def _release(lab: Lab, template: Template) -> None:
    """Deploy a template and let its pipeline release what is on main."""
    deploy(lab, template)
    boto3.client("codepipeline").start_pipeline_execution(name=PIPELINE)
    lab.clock.advance(minutes=10)
    approve()
    lab.clock.advance(minutes=20)


def _bare(design: Design) -> Design:
    return replace(design, rollback=False, alarms=False, canary=0.0)
