// Draws each chart from the JSON beside it, in the colours and the font of the page, and again when the theme changes.
// The figures carry the colours of the light theme; the palette in the page says which custom property each is.
(() => {
  const COLOURS = JSON.parse(document.getElementById("palette").textContent);
  const CONFIG = {
    displayModeBar: false, displaylogo: false, showSendToCloud: false, responsive: true, scrollZoom: false, doubleClick: false,
  };

  const themed = (value, style) => {
    if (Array.isArray(value)) return value.map((item) => themed(item, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, themed(item, style)]));
    }
    if (value === "sans-serif") return style.fontFamily;
    return COLOURS[value] ? style.getPropertyValue(COLOURS[value]).trim() : value;
  };

  const draw = () => {
    const style = getComputedStyle(document.body);
    for (const place of document.querySelectorAll(".chart")) {
      const figure = JSON.parse(document.getElementById(`${place.id}-data`).textContent);
      const { data, layout } = themed(figure, style);
      const first = !place.classList.contains("drawn");
      Plotly.react(place, data, layout, CONFIG);
      if (!first) continue;
      place.classList.add("drawn");
      place.on("plotly_click", (event) => {
        const href = event.points[0].customdata;
        if (typeof href === "string" && href) location.href = href;
      });
    }
  };

  draw();
  addEventListener("standpunt-theme", draw);
  matchMedia("print").addEventListener("change", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
