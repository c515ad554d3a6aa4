// Before the first paint: a script runs here, and the theme that this reader chose.
{
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("lectern:theme");
    if (theme) root.dataset.theme = theme;
  } catch { /* storage is blocked: the system's theme stands */ }
}
