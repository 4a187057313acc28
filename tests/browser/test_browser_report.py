"""The report as a reader meets it: from a folder, in light and dark, at any width, by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PAGES = (
    "index.html",
    "camps.html",
    "topics.html",
    "comments-real.html",
    "method.html",
    "data.html",
    "threads/t-real.html",
    "en/threads/t-made-0.html",
)
DRAWN = "document.querySelectorAll('.chart').length === document.querySelectorAll('.chart.drawn').length"
Open = Callable[..., Any]


@pytest.fixture
def visit(browser: Any, site: Path) -> Iterator[Open]:
    """Open a page of the site; every outside request and every error on it fails the test."""
    contexts: list[Any] = []
    troubles: list[str] = []

    def go(path: str, *, width: int = 1280, scheme: str = "light", fragment: str = "") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        inside = site.as_uri()
        page.on("request", lambda r: None if r.url.startswith((inside, "data:", "blob:")) else troubles.append(r.url))
        page.on("console", lambda m: troubles.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto((site / path).as_uri() + fragment)
        page.wait_for_function(DRAWN)
        return page

    go.troubles = troubles  # type: ignore[attr-defined]
    yield go
    for context in contexts:
        context.close()
    assert troubles == []


def unfold(page: Any) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")


def axe(page: Any) -> list[str]:
    """Violations that axe finds, in words."""
    from axe_playwright_python.sync_playwright import Axe

    # without preloading, which would fetch the style sheet and break the page's own policy
    response = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in response["violations"]]


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_quiet_accessible_and_fit(visit: Open, path: str) -> None:
    page = visit(path)
    unfold(page)
    assert axe(page) == [], "light"
    page.emulate_media(color_scheme="dark")
    assert axe(page) == [], "dark"
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    cut = "[...document.querySelectorAll('main :is(p, li, h1, h2, h3, blockquote, .chip)')]"
    assert (
        page.evaluate(f"{cut}.filter((e) => !e.closest('.scroll') && e.getBoundingClientRect().right > 361).length")
        == 0
    )
    assert "broken" not in page.title()


def test_by_keyboard_from_a_number_to_the_words(visit: Open) -> None:
    page = visit("index.html")
    link = page.locator("#real table.findings tbody th a").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("(node) => node === document.activeElement"):
            break
    else:
        pytest.fail("the first estimate cannot be reached with Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/comments-real.html#stance=blame_council")
    rows = page.locator("li.row:visible")
    assert rows.count() == 2
    assert page.locator("#shown").inner_text() == "2 van 12 reacties"
    page.locator("li.row:visible a.source").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/threads/t-real.html#c-t-real-0")
    assert page.locator("#c-t-real-0").evaluate("(node) => node.matches(':target')")


def test_a_bar_of_the_chart_leads_to_its_comments(visit: Open) -> None:
    page = visit("index.html")
    page.locator("#fig-real-stance").scroll_into_view_if_needed()
    # the lowest bar is drawn first: the last stance of the codebook
    page.locator("#fig-real-stance .bars path").last.hover(force=True)
    box = page.locator("#fig-real-stance .bars path").last.bounding_box()
    page.mouse.click(box["x"] + 5, box["y"] + box["height"] / 2)
    page.wait_for_url("**/comments-real.html#stance=blame_council")


def test_choosing_comments_is_kept_in_the_address_and_the_language(visit: Open) -> None:
    page = visit("comments-constructed.html")
    page.locator("select[name=tone]").select_option("negative")
    page.locator("input[name=q]").fill("hek")
    chosen = page.locator("li.row:visible").count()
    assert 0 < chosen < 12
    assert page.url.endswith("#tone=negative&q=hek")
    page.locator("a[data-keep-fragment]").click()
    page.wait_for_url("**/en/comments-constructed.html#tone=negative&q=hek")
    assert page.locator("li.row:visible").count() == chosen
    page.locator("button[type=reset]").click()
    page.wait_for_function("document.getElementById('shown').textContent === '24 of 24 comments'")


def test_a_link_to_a_dropped_comment_unfolds_it(visit: Open) -> None:
    page = visit("threads/t-real.html", fragment="#c-t-real-11")
    assert page.locator("#c-t-real-11 details").get_attribute("open") is not None
    assert page.locator("#c-t-real-11 .text").is_visible()


def test_the_theme_follows_the_reader_and_charts_follow_the_theme(visit: Open) -> None:
    page = visit("index.html")
    bar = page.locator("#fig-real-stance .bars path").first
    light = bar.evaluate("(node) => getComputedStyle(node).fill")
    page.locator("#theme").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.wait_for_function(
        f"getComputedStyle(document.querySelector('#fig-real-stance .bars path')).fill !== '{light}'"
    )


def test_charts_offer_nothing_that_uploads(visit: Open) -> None:
    page = visit("index.html")
    assert page.locator(".modebar, .plotlyjsicon, [data-title*='Share' i]").count() == 0


def test_a_citation_can_be_selected_whole(visit: Open) -> None:
    page = visit("index.html")
    unfold(page)
    page.locator("#real button.copy").first.click()
    selected = page.locator("#real textarea").first.evaluate(
        "(field) => field.value.slice(field.selectionStart, field.selectionEnd)"
    )
    assert "2026-11-01" in selected and "n = 10" in selected


def test_everything_is_read_without_scripts(browser: Any, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "comments-real.html").as_uri())
    assert page.locator("li.row:visible").count() == 12
    page.goto((site / "index.html").as_uri())
    assert page.locator("table.findings").first.is_visible()
    context.close()
