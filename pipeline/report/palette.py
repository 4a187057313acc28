"""One colour per stance and tone, the same on every page, in light and dark.

Charts are written with the colours of the light theme; a page's script puts those of the theme in use in their place,
by the names below, which are the custom properties of `assets/site.css`. The hues are those of Okabe and Ito (2008),
darkened or lightened until text-sized marks stand out, so that they differ under every common colour blindness; tones
are the ends of ColorBrewer's PiYG, which is safe too, and always carry a sign or a word beside the colour.
"""

from __future__ import annotations

from pipeline.settings import Codebook

#: custom property -> its value in the light theme
LIGHT = {
    "--ink": "#1c2126",
    "--muted": "#59626b",
    "--line": "#d9dcd6",
    "--paper": "#fbfaf7",
    "--p1": "#0a6ea9",
    "--p2": "#c2570c",
    "--p3": "#8a6700",
    "--p4": "#5a5fc7",
    "--p5": "#b3417f",
    "--p6": "#5f6324",
    "--both": "#7b4fa0",
    "--other": "#087f5f",
    "--nobody": "#6b737b",
    "--abstained": "#b9bec2",
    "--negative": "#a8326e",
    "--neutral": "#6f767e",
    "--positive": "#577f14",
}

PRIMARY = ("--p1", "--p2", "--p3", "--p4", "--p5", "--p6")
FIXED = {"blame_both": "--both", "no_blame": "--nobody"}


def stance_colours(codebook: Codebook) -> dict[str, str]:
    """Stance -> custom property, in the codebook's order; more than six primary stances share colours."""
    secondary = {party.stance for party in codebook.parties if party.secondary}
    found: dict[str, str] = {}
    for stance in codebook.stance_ids:
        plain = len([s for s in found if s not in FIXED and s not in secondary])
        found[stance] = FIXED.get(stance) or ("--other" if stance in secondary else PRIMARY[plain % len(PRIMARY)])
    return found


def party_colours(codebook: Codebook) -> dict[str, str]:
    """Party -> custom property: that of the stance of whoever blames it alone."""
    stances = stance_colours(codebook)
    return {party.id: stances.get(party.stance, "--other") for party in codebook.parties}
