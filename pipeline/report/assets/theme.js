// Before anything is drawn: the reader's choice of light or dark, if one was made.
(() => {
  try {
    const theme = localStorage.getItem("standpunt-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch { /* no storage: the system's setting holds */ }
  document.documentElement.classList.add("js");
})();
