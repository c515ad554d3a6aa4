"""A built site as files: what a crawler reads of each page, without a browser."""

import functools
import html.parser
import json
import pathlib
import posixpath
import re
import urllib.parse
from dataclasses import dataclass, field

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Their text is no text of the page.
UNREAD = {"script", "style", "template", "title"}
URL_ATTRIBUTES = {
    "a": ("href",), "area": ("href",), "link": ("href",), "use": ("href", "xlink:href"), "image": ("href", "xlink:href"),
    "script": ("src",), "img": ("src", "srcset"), "source": ("src", "srcset"), "video": ("src", "poster"), "audio": ("src",),
    "track": ("src",), "iframe": ("src",), "embed": ("src",), "object": ("data",), "form": ("action",), "input": ("src",),
}
# Between these, two texts are two words.
BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "td",
    "th", "tr", "ul", "br", "label", "legend", "fieldset", "option", "button",
}


@dataclass
class Reference:
    """An address that a page mentions."""
    tag: str
    attribute: str
    url: str
    rel: str = ""


@dataclass(eq=False)
class BuiltPage:
    file: str
    """Below the output folder: courses/a/index.html"""
    language: str = ""
    title: str = ""
    headings: list[tuple[int, str]] = field(default_factory=list)
    metas: list[dict[str, str]] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)
    """The attributes of each <link>."""
    references: list[Reference] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    data: list[str] = field(default_factory=list)
    """The text of each JSON-LD script."""
    text: str = ""

    @property
    def path(self):
        """As its address has it: courses/a/"""
        return re.sub(r"(^|/)index\.html$", r"\1", self.file)

    @functools.cached_property
    def graph(self):
        """Every node that the page's structured data states at its top."""
        nodes = []
        for text in self.data:
            value = json.loads(text)
            nodes += value.get("@graph", [value])
        return nodes

    def meta(self, name):
        """The contents of every meta element of this name or property."""
        return [meta.get("content", "") for meta in self.metas if name in (meta.get("name"), meta.get("property"))]

    def rel(self, relation):
        return [link for link in self.links if relation in link.get("rel", "").split()]

    @property
    def canonical(self):
        links = self.rel("canonical")
        return links[0]["href"] if links else ""

    @property
    def alternates(self):
        return {link["hreflang"]: link["href"] for link in self.rel("alternate") if "hreflang" in link}

    @property
    def is_redirect(self):
        return any(meta.get("http-equiv", "").lower() == "refresh" for meta in self.metas)

    @property
    def is_indexed(self):
        return not self.is_redirect and not any("noindex" in robots for robots in self.meta("robots"))

    @property
    def kind(self):
        kinds = [name.removeprefix("on-") for name in self.classes if name.startswith("on-")]
        return kinds[0] if kinds else ""

    def __repr__(self):
        return f"<{self.file}>"


class PageReader(html.parser.HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.page = page
        self.stack = []
        self.heading = None
        self.pieces = []

    def handle_starttag(self, tag, attributes):
        page, attributes = self.page, {name: value or "" for name, value in attributes}
        if tag not in VOID:
            self.stack.append(tag)
        if tag in BLOCKS:
            self.pieces.append(" ")
        if "id" in attributes:
            page.ids.append(attributes["id"])
        page.classes.update(attributes.get("class", "").split())
        page.attributes.update(attributes)
        if tag == "html":
            page.language = attributes.get("lang", "")
        elif tag == "meta":
            page.metas.append(attributes)
        elif tag == "link":
            page.links.append(attributes)
        elif re.fullmatch("h[1-6]", tag) and "template" not in self.stack:
            self.heading = []
        elif tag == "script" and attributes.get("type") == "application/ld+json":
            page.data.append("")
        for name in URL_ATTRIBUTES.get(tag, ()):
            if name not in attributes:
                continue
            urls = [part.split()[0] for part in attributes[name].split(",") if part.split()] if name == "srcset" else [attributes[name]]
            page.references += [Reference(tag, name, url, attributes.get("rel", "")) for url in urls]

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag):
        if tag in self.stack:
            while self.stack.pop() != tag:
                pass
        if tag in BLOCKS:
            self.pieces.append(" ")
        if self.heading is not None and re.fullmatch("h[1-6]", tag):
            self.page.headings.append((int(tag[1]), plain("".join(self.heading))))
            self.heading = None

    def handle_data(self, text):
        tag = self.stack[-1] if self.stack else ""
        if tag == "title" and "svg" not in self.stack:
            self.page.title += text
        elif tag == "script" and self.page.data and self.page.data[-1] == "":
            self.page.data[-1] = text
        if UNREAD.isdisjoint(self.stack):
            self.pieces.append(text)
            if self.heading is not None:
                self.heading.append(text)


def plain(text):
    """The text with one space for every run of them."""
    return " ".join(text.split())


def read_page(output, file):
    page = BuiltPage(file)
    reader = PageReader(page)
    reader.feed((output / file).read_text("utf-8"))
    reader.close()
    page.title = plain(page.title)
    page.text = plain("".join(reader.pieces))
    return page


class BuiltSite:
    """Every page of an output folder, and what lies beside them."""

    def __init__(self, output):
        self.output = pathlib.Path(output)
        self.files = {str(path.relative_to(self.output)) for path in self.output.rglob("*") if path.is_file()}
        everything = [read_page(self.output, file) for file in sorted(self.files) if file.endswith(".html")]
        self.pages = [page for page in everything if not page.is_redirect]
        self.redirects = [page for page in everything if page.is_redirect]
        self.by_file = {page.file: page for page in everything}
        home = self.by_file["index.html"].canonical
        self.base = home if home.endswith("/") else home + "/"
        """Absolute URL of the home page, a slash at its end."""

    @property
    def root(self):
        """The path that the site lives under: / or /learn/"""
        return urllib.parse.urlsplit(self.base).path

    def absolute(self, page):
        """As links should write it: percent-encoded where the path is not ASCII."""
        return self.base + urllib.parse.quote(page.path)

    def of_kind(self, kind):
        return [page for page in self.pages if page.kind == kind]

    def resolve(self, url, page):
        """
        The output file and the fragment that an address of a page means.

        (None, "") when it leads off the site; a file name that is in no folder when nothing is there.
        """
        absolute = urllib.parse.urljoin(self.base + urllib.parse.quote(page.path if page else ""), url)
        parts = urllib.parse.urlsplit(absolute)
        home = urllib.parse.urlsplit(self.base)
        if (parts.scheme, parts.netloc) != (home.scheme, home.netloc):
            return None, ""
        if not parts.path.startswith(home.path):
            return "outside " + home.path + ": " + parts.path, ""
        path = urllib.parse.unquote(parts.path[len(home.path):])
        file = posixpath.normpath(path + "index.html" if path.endswith("/") or not path else path)
        return file, urllib.parse.unquote(parts.fragment)

    def page_at(self, url):
        """The page whose address this is, or nothing."""
        file, _ = self.resolve(url, None)
        return self.by_file.get(file)
