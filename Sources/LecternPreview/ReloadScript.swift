/// What the preview adds to each page: reloads it after a build, or lays the errors over it and leaves the last good
/// page beneath. Its styles are constructed by script, since the site's policy forbids inline ones.
let reloadScript = """
    const words = document.documentElement.lang.startsWith("zh")
      ? { title: "这次改动有问题，页面还是上一次的样子", gone: "预览已停止。在终端里重新运行 lectern preview。", close: "收起" }
      : { title: "This change has problems; the page is as it was before", gone: "The preview has stopped. Run lectern preview again.", close: "Hide" };
    let version = -1;
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
        h2 { font: 600 16px/1.4 system-ui, sans-serif; margin: 0 0 .5rem; }
        pre { white-space: pre-wrap; margin: 0 0 .5rem; }
        button { position: absolute; inset-block-start: .75rem; inset-inline-end: 1rem; font: inherit; padding: .25rem .75rem; }`);
      root.adoptedStyleSheets = [sheet];
      const head = document.createElement("h2");
      head.textContent = title;
      const close = document.createElement("button");
      close.textContent = words.close;
      close.addEventListener("click", hide);
      root.append(head, close, ...lines.map((line) => Object.assign(document.createElement("pre"), { textContent: line })));
      overlay.setAttribute("role", "alert");
      document.body.append(overlay);
    }

    async function watch() {
      let failures = 0;
      for (;;) {
        try {
          const answer = await fetch(`/_lectern/changes?after=${version}`, { cache: "no-store" });
          const state = await answer.json();
          failures = 0;
          const isFirst = version < 0;
          const isNewer = state.version !== version;
          version = state.version;
          if (state.failed) show(words.title, state.problems);
          else if (isFirst) hide();
          else if (isNewer) return location.reload();
        } catch {
          failures += 1;
          if (failures === 8) show(words.gone, []);
          await new Promise((done) => setTimeout(done, Math.min(2000, 250 * failures)));
        }
      }
    }
    watch();
    """
