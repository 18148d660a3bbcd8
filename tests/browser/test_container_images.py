"""Chapter 08 in a real JupyterLab: a Dockerfile that is judged, and a policy that is undone."""

from __future__ import annotations

import re

from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import expect

NOTEBOOK = "08_container_images.ipynb"

DOCKERFILE = '''\
dockerfile = """
FROM shop/node:2025.11 AS build
WORKDIR /web
COPY package.json ./
RUN npm install
COPY . .
RUN npm run build

FROM shop/nginx:2025.11
COPY nginx.conf /etc/nginx/conf.d/shop.conf
COPY --from=build /web/dist /usr/share/nginx/html
USER WHO
HEALTHCHECK CMD ["wget", "-q", "-O", "-", "http://localhost:8080/health"]
"""'''


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def test_the_build_is_a_table_that_says_what_was_not_executed(notebook: NotebookPage) -> None:
    row = notebook.page.get_by_role("row", name=re.compile("RUN mvn package"))
    expect(row.first).to_contain_text("shown, not executed")


def test_a_dockerfile_is_judged_by_the_image_that_it_makes(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    panel = PanelOnPage(notebook)
    task = notebook.cell('dockerfile_of("storefront")')
    panel.exercise("The Dockerfile of the front end").check()
    for who, said in (("root", "DL3002"), ("10001:10001", "Passed")):
        notebook.write(task, DOCKERFILE.replace("WHO", who))
        panel.button("Check").click()
        expect(panel.result).to_contain_text(said)
    assert jupyterlab.progress.states("container-images")["storefront-dockerfile"] == "passed"


def test_a_prediction_that_does_not_hold_is_told_why(notebook: NotebookPage) -> None:
    panel = PanelOnPage(notebook)
    task = notebook.cell("expired = ...")
    panel.exercise("Predict: two rules and six images").check()
    notebook.write(task, 'expired = ["A", "B", "D", "E"]')
    panel.button("Check").click()
    expect(panel.result).to_contain_text("What rule 1 selects, rule 2 cannot take")


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    pictures = notebook.page.locator(".jp-Notebook img")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert found
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
