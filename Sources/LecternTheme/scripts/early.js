// Before the first paint: a script runs here, the theme that this reader chose, whether a lesson was opened below this
// page, so that there is room for the way back to it, and whether the paid lessons here open on this device.
{
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("lectern:theme");
    if (theme) root.dataset.theme = theme;
    const opens = JSON.parse(localStorage.getItem(`lectern:${root.dataset.root}opens`) ?? "[]");
    if (opens.some((path) => location.pathname.startsWith(path))) root.classList.add("opens");
    for (const [key, value] of Object.entries(localStorage)) {
      if (key.startsWith(`lectern:${root.dataset.root}course:`) && JSON.parse(value)?.last?.url?.startsWith(location.pathname)) {
        root.classList.add("back");
      }
    }
  } catch { /* storage is blocked or not ours: the system's theme stands */ }
}
