// What a page does beyond being read: theme, copying a citation, choosing comments, opening what an address points to.
// Everything works from the address: a link to `#stance=x&month=2026-03` shows those comments.
(() => {
  const root = document.documentElement;

  const themeButton = document.getElementById("theme");
  if (themeButton) {
    themeButton.hidden = false;
    themeButton.addEventListener("click", () => {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try { localStorage.setItem("standpunt-theme", root.dataset.theme); } catch { /* not kept */ }
      dispatchEvent(new Event("standpunt-theme"));
    });
  }

  for (const button of document.querySelectorAll("button.copy")) {
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      const label = button.textContent;
      field.select();
      try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  }

  // A link to something folded opens it; the language switch keeps the place.
  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    for (const link of document.querySelectorAll("a[data-keep-fragment]")) link.hash = location.hash;
    const target = id && !id.includes("=") ? document.getElementById(id) : null;
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
    const folded = target.querySelector(":scope > article > details.dropped");
    if (folded) folded.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();

  addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("details.table, details.dropped")) fold.open = true;
  });

  const form = document.getElementById("filters");
  if (!form) return;
  form.hidden = false;
  const rows = [...document.querySelectorAll("li.row")];
  const groups = [...document.querySelectorAll("section.group")];
  const shown = document.getElementById("shown");
  const none = document.getElementById("none");
  const number = new Intl.NumberFormat(root.lang);

  const fits = (row, choice) => {
    for (const [key, value] of choice) {
      if (!value) continue;
      const data = row.dataset;
      if (key === "q") { if (!row.textContent.toLocaleLowerCase().includes(value.toLocaleLowerCase())) return false; }
      else if (key === "topic") { if (!data.topic.split(" ").includes(value)) return false; }
      else if (key === "state") { if (value === "analysed" ? data.analysed !== "1" : data.state !== value) return false; }
      else if (["stance", "tone", "thread", "month"].includes(key) && data[key] !== value) return false;
    }
    return true;
  };

  const apply = () => {
    const choice = [...new FormData(form)];
    let count = 0;
    for (const row of rows) {
      const fit = fits(row, choice);
      row.hidden = !fit;
      if (fit) count += 1;
    }
    for (const group of groups) group.hidden = !group.querySelector("li.row:not([hidden])");
    none.hidden = count > 0;
    shown.textContent = shown.dataset.template
      .replace("{n}", number.format(count)).replace("{total}", number.format(Number(shown.dataset.total)));
  };

  const readAddress = () => {
    const wanted = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    for (const field of form.elements) if (field.name) field.value = wanted.get(field.name) ?? "";
    apply();
  };

  const writeAddress = () => {
    const chosen = [...new FormData(form)].filter(([, value]) => value);
    history.replaceState(null, "", `#${new URLSearchParams(chosen)}`);
    for (const link of document.querySelectorAll("a[data-keep-fragment]")) link.hash = location.hash;
    apply();
  };

  form.addEventListener("input", writeAddress);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(writeAddress));
  addEventListener("hashchange", readAddress);
  readAddress();
})();
