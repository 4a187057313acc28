"""What stands in the place of a thread is named by the page's own marks; a page with something to read is none of it."""

from __future__ import annotations

import pytest

from pipeline import platforms
from pipeline.errors import UsageError
from pipeline.platforms import walls

URL = "https://forum.invalid/draad/7"
PROSE = "<p>" + "Op deze pagina staat van alles te lezen over roosters en planning, maar geen draad. " * 30 + "</p>"
PASSWORD = '<form action="/in"><input name="wie"><input type="password" name="geheim"></form>'


def page(title, body):
    return f"<!DOCTYPE html><html lang='nl'><head><title>{title}</title></head><body>{body}</body></html>"


WALLS = {
    "cloudflare": (page("Just a moment...", "<div class='main'>forum.invalid</div><script>window._cf_chl_opt={cvId:'3'};</script>"), "a check against robots (Cloudflare)"),
    "anubis": (page("Making sure you're not a bot!", "<p id='status'>Loading...</p><script src='/.within.website/x/cmd/anubis/static/js/main.mjs'></script>"), "a check against robots (Anubis)"),
    "datadome": (page("forum.invalid", "<script src='https://ct.captcha-delivery.com/c.js'></script>"), "a check against robots (DataDome)"),
    "log-in": (page("Werkforum", f"<h1>Alleen voor leden</h1>{PASSWORD}"), "a log-in page"),
    "log-in with much to read": (page("Inloggen - Werkforum", PROSE + PASSWORD), "a log-in page"),
    "captcha": (page("Controle", "<form><div class='g-recaptcha' data-sitekey='x'></div><button>Verder</button></form>"), "a captcha"),
    "cookies": (page("Privacy gate", f"<h1>Wij willen cookies plaatsen</h1>{PROSE}<button>Akkoord</button>"), "a cookie wall"),
    "consent": (page("Uw keuze voor cookies", "<button>Akkoord</button>"), "a cookie wall"),
    "script": (page("Werkforum", "<div id='app'></div><script src='/app.js'></script>"), "a page that a script fills in the browser"),
}  # fmt: skip


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_named(name):
    body, said = WALLS[name]
    assert walls.instead(body) == said
    with pytest.raises(UsageError, match="no thread found: this is " + said.replace("(", r"\(").replace(")", r"\)")):
        platforms.pages(body, URL)


@pytest.mark.parametrize(
    "body",
    [
        page("Het rooster", PROSE),
        page("Het rooster", PROSE + PASSWORD),  # a field to log in on every page of a site
        page("Het rooster", PROSE + "<form><div class='h-captcha'></div></form>"),  # below a form to reply
        page("Het rooster", PROSE + "<script src='/_Incapsula_Resource?x=1'></script>"),  # let through
        page("Het rooster", "<p>Hier staat niets.</p>"),
        page("Het rooster", "<div style='display: none'>" + PASSWORD + "</div>"),  # for password managers
        "", "<", "geen html", '{"a": 1}',
    ],
)  # fmt: skip
def test_other_pages_are_no_wall(body):
    assert walls.instead(body) is None
    assert walls.advice(body) is None
