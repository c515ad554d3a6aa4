/// What Node runs: reads "0" or "1" (display) and the TeX, a line each; answers "html - …" or "mistake POSITION …".
///
/// What KaTeX writes is not yet fit for a page, so its tree is read and written anew:
/// - its own wrapper and the repeated TeX go, and inline styles (frames of \fcolorbox), which the policy would block;
/// - some operators hold elements (`\bmod`, `\stackrel`), where MathML has text only;
/// - it is MathML 3, of which browsers that keep to MathML Core leave out `mathvariant` (ℝ would show as R: Core has
///   Unicode's letters instead, in the Mathematical Alphanumeric Symbols block and its older exceptions) and
///   `columnalign` (the equals signs of `aligned` would not stand below each other: a class tells the style sheet).
let katexScript = #"""
    const fs = require("fs");
    let katex;
    try {
      katex = require(process.argv[1]);
    } catch {}

    // Where a variant's A, a, 0, Alpha and alpha stand.
    const variants = {
      "bold": [0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8, 0x1D6C2],
      "italic": [0x1D434, 0x1D44E, 0, 0x1D6E2, 0x1D6FC],
      "bold-italic": [0x1D468, 0x1D482, 0, 0x1D71C, 0x1D736],
      "double-struck": [0x1D538, 0x1D552, 0x1D7D8],
      "script": [0x1D49C, 0x1D4B6],
      "bold-script": [0x1D4D0, 0x1D4EA],
      "fraktur": [0x1D504, 0x1D51E],
      "bold-fraktur": [0x1D56C, 0x1D586],
      "sans-serif": [0x1D5A0, 0x1D5BA, 0x1D7E2],
      "bold-sans-serif": [0x1D5D4, 0x1D5EE, 0x1D7EC],
      "sans-serif-italic": [0x1D608, 0x1D622],
      "sans-serif-bold-italic": [0x1D63C, 0x1D656],
      "monospace": [0x1D670, 0x1D68A, 0x1D7F6],
    };
    const exceptions = {
      "italic": { h: "ℎ" },
      "double-struck": { C: "ℂ", H: "ℍ", N: "ℕ", P: "ℙ", Q: "ℚ", R: "ℝ", Z: "ℤ" },
      "script": { B: "ℬ", E: "ℰ", F: "ℱ", H: "ℋ", I: "ℐ", L: "ℒ", M: "ℳ", R: "ℛ", e: "ℯ", g: "ℊ", o: "ℴ" },
      "fraktur": { C: "ℭ", H: "ℌ", I: "ℑ", R: "ℜ", Z: "ℨ" },
    };
    const letters = (variant, text) => text.replace(/&[^;]*;|[A-Za-z0-9Α-Ωα-ω]/g, (letter) => {
      if (letter.length > 1) return letter;
      const exception = exceptions[variant]?.[letter];
      if (exception) return exception;
      const kind = [/[A-Z]/, /[a-z]/, /[0-9]/, /[Α-Ω]/, /[α-ω]/].findIndex((pattern) => pattern.test(letter));
      const start = variants[variant][kind];
      return start ? String.fromCodePoint(start + letter.codePointAt(0) - "Aa0Αα".codePointAt(kind)) : letter;
    });
    const parse = (html) => {
      const root = { name: "", attributes: {}, children: [] };
      const open = [root];
      for (const [, slash, name, attributes, empty, text] of
        html.matchAll(/<(\/?)([a-z]+)((?:\s+[a-z-]+\s*="[^"]*")*)\s*(\/?)>|([^<]+)/g)) {
        if (text !== undefined) open.at(-1).children.push(text);
        else if (slash) open.pop();
        else {
          const pairs = [...attributes.matchAll(/([a-z-]+)\s*="([^"]*)"/g)].map((match) => [match[1], match[2]]);
          const element = { name, attributes: Object.fromEntries(pairs), children: [] };
          open.at(-1).children.push(element);
          if (!empty) open.push(element);
        }
      }
      return root;
    };
    const print = (node) => {
      if (typeof node === "string") return node;
      const inside = node.children.map(print).join("");
      if (!node.name) return inside;
      const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${value}"`).join("");
      return `<${node.name}${attributes}>${inside}</${node.name}>`;
    };

    const tokens = ["mi", "mn", "mo", "mtext", "ms"];
    const isText = (node) => typeof node === "string" || ([...tokens, "mrow"].includes(node.name) && node.children.every(isText));
    const textOf = (node) => typeof node === "string" ? node : node.children.map(textOf).join("");

    const mend = (node) => {
      if (typeof node === "string") return node.normalize("NFC");
      if (node.name === "semantics") return mend(node.children[0]);
      if (node.name === "span") node.name = "";
      delete node.attributes.xmlns;
      delete node.attributes.style;
      if (node.name === "mtable") {
        const columns = node.attributes.columnalign?.split(" ") ?? [];
        delete node.attributes.columnalign;
        for (const row of node.children) {
          // Cells that only push a number to the margin, which Core does not do.
          row.children = row.children.filter((cell) => cell.attributes.class !== "mtr-glue");
          row.children.forEach((cell, index) => {
            delete cell.attributes.width;
            if (["left", "right"].includes(columns[index])) cell.attributes.class = `align-${columns[index]}`;
          });
        }
      }
      node.children = node.children.map(mend);
      if (tokens.includes(node.name)) {
        const variant = node.attributes.mathvariant;
        if (variants[variant]) node.children = node.children.map((child) => typeof child === "string" ? letters(variant, child) : child);
        if (variants[variant] || node.name !== "mi") delete node.attributes.mathvariant;
        if (node.children.some((child) => typeof child !== "string")) {
          if (node.children.every(isText)) node.children = [textOf(node)];
          else Object.assign(node, { name: "mrow", attributes: {} });
        }
      }
      return node;
    };

    const answer = (line) => {
      if (!katex) return "missing - ";
      try {
        const html = katex.renderToString(line.slice(1).replaceAll("\0", "\n"), {
          displayMode: line[0] === "1", output: "mathml", throwOnError: true, strict: false, trust: false,
        });
        return "html - " + print(mend(parse(html))).replaceAll("\n", " ");
      } catch (error) {
        const words = String(error.message).replace(/\u0332/g, "").replace(/^KaTeX parse error: /, "");
        return `mistake ${Number.isInteger(error.position) ? error.position : "-"} ${words.replace(/\s+/g, " ")}`;
      }
    };

    let unread = Buffer.alloc(0);
    const chunk = Buffer.alloc(65536);
    for (;;) {
      const count = fs.readSync(0, chunk);
      if (count === 0) break;
      unread = Buffer.concat([unread, chunk.subarray(0, count)]);
      for (let end; (end = unread.indexOf(10)) >= 0; unread = unread.subarray(end + 1)) {
        fs.writeSync(1, answer(unread.subarray(0, end).toString()) + "\n");
      }
    }
    """#
