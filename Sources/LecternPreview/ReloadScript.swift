/// What the preview adds to each page: reloads it after a build, or lays the errors over it and leaves the last good
/// page beneath. Its styles are constructed by script, since the site's policy forbids inline ones.
///
/// Only a page that is shown waits for news: a browser opens six connections to one host (HTTP/1.1), and pages in
/// background tabs would take them all.
let reloadScript = """
    const words = document.documentElement.lang.startsWith("zh")
      ? { title: "这次改动有问题，页面还是上一次的样子", gone: "预览已停止。在终端里重新运行 lectern preview。", close: "收起" }
      : { title: "This change has problems; the page is as it was before", gone: "The preview has stopped. Run lectern preview again.", close: "Hide" };
    const served = Number(new URL(import.meta.url).searchParams.get("version"));
    const isStandIn = document.documentElement.hasAttribute("data-lectern-stand-in");
    let overlay = null;

    function hide() { overlay?.remove(); overlay = null; }

    function show(title, lines) {
      hide();
      overlay = document.createElement("lectern-problems");
      const root = overlay.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`
        :host { position: fixed; inset: auto 0 0 0; z-index: 2147483647; max-height: 60vh; overflow: auto; background: #241716;
          color: #fff3f0; font: 15px/1.5 ui-monospace, monospace; border-block-start: 4px solid #ff6f5e; padding: 1rem 1.25rem; }
        h2 { font: 600 16px/1.4 system-ui, sans-serif; margin: 0 5rem .5rem 0; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 .5rem; }
        button { position: absolute; inset-block-start: .75rem; inset-inline-end: 1rem; font: inherit; padding: .25rem .75rem; }`);
      root.adoptedStyleSheets = [sheet];
      const head = document.createElement("h2");
      head.textContent = title;
      const close = document.createElement("button");
      close.type = "button";
      close.textContent = words.close;
      close.addEventListener("click", hide);
      root.append(head, close, ...lines.map((line) => Object.assign(document.createElement("pre"), { textContent: line })));
      overlay.setAttribute("role", "alert");
      document.body.append(overlay);
    }

    function shown() {
      if (!document.hidden) return Promise.resolve();
      return new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
    }

    async function watch() {
      let seen = -1;
      let failures = 0;
      for (;;) {
        await shown();
        try {
          const answer = await fetch(`/_lectern/changes?after=${seen}`, { cache: "no-store" });
          const news = await answer.json();
          if (failures >= 8) hide();
          failures = 0;
          if (news.version === seen) continue;
          seen = news.version;
          if (news.failed && !isStandIn) show(words.title, news.problems);
          else if (seen !== served) return location.reload();
        } catch {
          failures += 1;
          if (failures === 8) show(words.gone, []);
          await new Promise((done) => setTimeout(done, Math.min(2000, 250 * failures)));
        }
      }
    }
    watch();
    """
