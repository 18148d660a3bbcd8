"""Chapter 11 in a real JupyterLab: traces that are drawn, and a service that is instrumented."""

from __future__ import annotations

import re

from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import expect

NOTEBOOK = "11_tracing.ipynb"

ANSWER = """\
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware


def instrument(service, provider):
    service.application = OpenTelemetryMiddleware(service.application, tracer_provider=provider)
    DATABASESQLite3Instrumentor().instrument_connection(
        service.database, tracer_provider=provider)
    RequestsInstrumentor().instrument(tracer_provider=provider)"""


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def test_a_waterfall_says_what_is_on_the_critical_path(notebook: NotebookPage) -> None:
    picture = notebook.page.get_by_role("img", name="Waterfall of").first
    expect(picture).to_have_accessible_name(re.compile("On the critical path: SELECT orders"))


def test_a_service_is_instrumented_after_a_mistake(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    panel = PanelOnPage(notebook)
    task = notebook.cell("def instrument(")
    panel.exercise("Instrument the service").check()
    notebook.write(task, ANSWER.replace("DATABASE", ""))
    panel.button("Check").click()
    expect(panel.result).to_contain_text("no statement in it")
    notebook.write(task, ANSWER.replace("DATABASE", "service.database = "))
    panel.button("Check").click()
    expect(panel.result).to_contain_text("Passed")
    assert jupyterlab.progress.states("tracing")["instrument"] == "passed"


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    pictures = notebook.page.locator(".jp-Notebook img")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert found
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
