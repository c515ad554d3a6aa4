/// What Node runs: reads "0" or "1" (display) and the TeX, a line each; answers "html - …" or "mistake POSITION …".
///
/// KaTeX wraps MathML into an element of its own and repeats the TeX beside it; neither is of use here. It writes a few
/// inline styles (frames of \fcolorbox), which the policy would block. And it writes MathML 3, of which browsers that
/// keep to MathML Core leave out two things that readers miss: `mathvariant` (ℝ would show as R; Core has Unicode's
/// letters instead, in the ranges of the Mathematical Alphanumeric Symbols block and its older exceptions), and
/// `columnalign` (the equals signs of `aligned` would not stand below each other; a class says it to the style sheet).
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
    const withUnicodeLetters = (html) => html.replace(
      /<(mi|mn|mo|mtext|ms) mathvariant="([a-z-]+)">([^<]*)</g,
      (whole, element, variant, text) => variants[variant] ? `<${element}>${letters(variant, text)}<` : whole);

    const withAlignment = (html) => {
      const tables = [];
      return html.replace(/<(\/?)(mtable|mtr|mtd)\b([^>]*)>/g, (tag, slash, element, attributes) => {
        if (slash) {
          if (element === "mtable") tables.pop();
          return tag;
        }
        if (element === "mtable") {
          const columns = /columnalign="([^"]*)"/.exec(attributes)?.[1].split(" ") ?? [];
          tables.push({ columns, column: 0 });
          return `<mtable${attributes.replace(/ columnalign="[^"]*"/, "")}>`;
        }
        const table = tables.at(-1);
        if (!table) return tag;
        if (element === "mtr") {
          table.column = 0;
          return tag;
        }
        const align = table.columns[table.column++];
        return align === "left" || align === "right" ? `<mtd class="align-${align}"${attributes}>` : tag;
      });
    };

    const answer = (line) => {
      if (!katex) return "missing - ";
      try {
        const html = katex.renderToString(line.slice(1).replaceAll("\0", "\n"), {
          displayMode: line[0] === "1", output: "mathml", throwOnError: true, strict: false, trust: false,
        });
        return "html - " + withAlignment(withUnicodeLetters(html
          .replace(/^<span class="katex">/, "").replace(/<\/span>$/, "")
          .replace(/<annotation [^]*<\/annotation>/, "").replace(/<\/?semantics>/g, "")
          .replace(/ xmlns="[^"]*"/, "").replace(/ style="[^"]*"/g, "").replace(/\n/g, " ")));
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
