"""The JSON-LD of every page: right in schema.org's words, complete for those who read it, and true to its page."""

import html
import json
import re
import urllib.parse

import pyld.jsonld
import pytest
from built_site import plain
from schema_org import registry

# What Google Search Central asks of a type ("Structured data markup that Google Search supports": Course info, Video,
# Breadcrumb, FAQ, Course list, Practice quiz, Subscription and paywalled content), and schema.org's own examples for
# types that no result of theirs is made of.
REQUIRED = {
    "WebSite": {"name", "url"},
    "Person": {"name", "url"},
    "Organization": {"name", "url"},
    "Course": {"name", "description", "provider", "offers", "hasCourseInstance"},
    "CourseInstance": {"courseMode", "courseWorkload"},
    "Offer": {"category", "price", "priceCurrency"},
    "LearningResource": {"name", "url", "isAccessibleForFree"},
    "VideoObject": {"name", "thumbnailUrl", "uploadDate"},
    "Clip": {"name", "startOffset", "url"},
    "BreadcrumbList": {"itemListElement"},
    "ItemList": {"itemListElement"},
    "ListItem": {"position", "name"},
    "FAQPage": {"mainEntity"},
    "Question": set(),
    "Answer": {"text"},
    "Quiz": {"about", "hasPart"},
    "WebPageElement": {"isAccessibleForFree", "cssSelector"},
    "WebPage": {"name", "url"},
    "CollectionPage": {"name", "url"},
}
RECOMMENDED = {
    "WebSite": {"description", "inLanguage", "publisher"},
    "Course": {"image", "inLanguage", "educationalLevel", "teaches", "url", "hasPart", "audience", "isAccessibleForFree"},
    "VideoObject": {"contentUrl", "description", "duration", "hasPart", "transcript", "inLanguage", "isAccessibleForFree"},
    "Clip": {"endOffset"},
    "Quiz": {"name", "inLanguage", "isAccessibleForFree"},
    "WebPage": {"description", "inLanguage"},
}
# Of a lesson's own page; in its course's list a name and an address are enough.
LESSON = {"description", "inLanguage", "learningResourceType", "isPartOf", "author", "dateModified"}
# Google's own word inside a SearchAction, which schema.org does not know.
NOT_SCHEMA_ORG = {"query-input"}


def nodes(value):
    """Every typed object inside, the outermost first."""
    if isinstance(value, list):
        for item in value:
            yield from nodes(item)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for key, inner in value.items():
            if not key.startswith("@"):
                yield from nodes(inner)


def every_node(built):
    for page in built.pages:
        for top in page.graph:
            for node in nodes(top):
                yield page, node


def listed(value):
    return value if isinstance(value, list) else [value]


def kinds(name):
    return {name, *registry.ancestry(name)}


def test_every_page_states_what_it_is(built):
    expected = {
        "home": {"WebSite", "ItemList"}, "course": {"Course", "BreadcrumbList", "FAQPage"},
        "lesson": {"LearningResource", "BreadcrumbList"}, "page": {"WebPage", "BreadcrumbList"},
        "tags": {"CollectionPage", "BreadcrumbList"}, "tag": {"CollectionPage", "BreadcrumbList"}, "search": set(), "missing": set(),
    }
    for page in built.pages:
        types = {node["@type"] for node in page.graph}
        assert types >= expected[page.kind] - ({"FAQPage"} if "faq" not in page.classes else set()), page
        assert ("VideoObject" in types) == ("data-player" in page.attributes), page
        assert ("Quiz" in types) == ("data-quiz" in page.attributes), page


def test_every_word_is_one_of_schema_org(built):
    types = set(registry.MODEL_BY_SCHEMA)  # asked one by one, each would load a whole module
    for page, node in every_node(built):
        name = node["@type"]
        assert name in types, f"{page}: no type {name}"
        for key, value in node.items():
            if key.startswith("@") or key in NOT_SCHEMA_ORG:
                continue
            assert key in registry.PROPERTY_BY_SCHEMA, f"{page}: no property {key}"
            known = registry.PROPERTY_BY_SCHEMA[key]
            assert not known.superseded_by, f"{page}: {key} is called {known.superseded_by} now"
            assert kinds(name) & set(known.domains), f"{page}: {key} is no property of {name}"
            for inner in listed(value):
                if isinstance(inner, dict):
                    assert kinds(inner["@type"]) & set(known.ranges), f"{page}: {inner['@type']} is no value of {key}"
                elif isinstance(inner, bool):
                    assert "Boolean" in known.ranges, f"{page}: {key} {inner}"
                elif isinstance(inner, (int, float)):
                    assert {"Number", "Integer", "Quantity", "QuantitativeValue", "HyperTocEntry"} & set(known.ranges), f"{page}: {key} {inner}"
                else:
                    assert inner.strip() == inner and inner, f"{page}: {key} {inner!r}"


def test_every_address_is_absolute_and_leads_somewhere(built):
    places = {key for key, known in registry.PROPERTY_BY_SCHEMA.items() if known.ranges == ("URL",)} | {"@id", "item", "image", "availability"}
    for page, node in every_node(built):
        for key, value in node.items():
            if key not in places:
                continue
            for url in listed(value):
                if isinstance(url, dict):
                    continue
                parts = urllib.parse.urlsplit(url)
                assert parts.scheme == "https" and parts.netloc, f"{page}: {key} {url}"
                file, _ = built.resolve(url, None)
                assert file is None or file in built.files, f"{page}: {key} {url}"


def test_expands_to_the_same_statements(built):
    """With the vocabulary of schema.org as its context, since a test asks no network for it."""
    def loader(url, _):
        assert url.rstrip("/") == "https://schema.org"
        terms = {key: {"@type": "@id"} for key, known in registry.PROPERTY_BY_SCHEMA.items() if known.ranges == ("URL",)}
        context = {"@vocab": "https://schema.org/", **{key: {"@id": f"https://schema.org/{key}", **more} for key, more in terms.items()}}
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": {"@context": context}}

    for page in built.pages:
        for text in page.data:
            expanded = pyld.jsonld.expand(json.loads(text), {"documentLoader": loader})
            assert len(expanded) == len(page.graph), page
            for before, after in zip(page.graph, expanded, strict=True):
                assert after["@type"] == ["https://schema.org/" + before["@type"]]
                properties = {key.removeprefix("https://schema.org/") for key in after if not key.startswith("@")}
                assert properties == {key for key in before if not key.startswith("@")}, page


def test_what_is_asked_of_each_type_is_there(built):
    missing = []
    for page, node in every_node(built):
        name = node["@type"]
        if name in ("Thing", "EducationalAudience", "SearchAction") or set(node) <= {"@id", "@type", "name", "url"}:
            continue
        wanted = REQUIRED[name] | RECOMMENDED.get(name, set())
        if name == "LearningResource" and node in page.graph:
            wanted = wanted | LESSON
        if name == "ListItem":
            wanted = wanted | ({"item"} if "item" in node else {"url"})
        if name == "Question":
            wanted = {"name", "acceptedAnswer"} if "name" in node else {"text"}
        absent = {key for key in wanted if node.get(key) in (None, "", [])}
        if absent:
            missing.append(f"{page.file}: {name} without {', '.join(sorted(absent))}")
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("name, key, pattern", [
    ("VideoObject", "uploadDate", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"),
    ("VideoObject", "duration", r"PT(?=\d)(\d+H)?(\d+M)?(\d+S)?"),
    ("CourseInstance", "courseWorkload", r"PT(?=\d)(\d+H)?(\d+M)?(\d+S)?"),
    ("CourseInstance", "courseMode", r"(?i)online|onsite|blended"),
    ("Offer", "priceCurrency", r"[A-Z]{3}"),
    ("Offer", "price", r"\d+(\.\d+)?"),
    ("Offer", "category", r"Free|Partially Free|Subscription|Paid"),
    ("LearningResource", "dateModified", r"\d{4}-\d\d-\d\d"),
])
def test_values_have_the_form_that_is_asked(built, name, key, pattern):
    found = [(page, node[key]) for page, node in every_node(built) if node["@type"] == name and key in node]
    assert found
    for page, value in found:
        assert re.fullmatch(pattern, value), f"{page}: {value}"


def test_what_is_said_stands_on_the_page(built):
    """Names, prices, answers, the transcript; a description may stand in the head."""
    untrue = []
    for page, node in every_node(built):
        name = node["@type"]
        text = page.text
        said = [node.get("name")] if name not in ("Organization",) else []
        said += listed(node.get("teaches", [])) + [node.get("educationalLevel"), node.get("audienceType"), node.get("text")]
        said += node.get("transcript", "").splitlines() if name == "VideoObject" else []
        if name == "Offer":
            said.append(node["price"] if node["price"] != "0" else {"zh": "免费", "en": "Free"}[page.language])
        for value in said:
            if value and without_spaces(value) not in without_spaces(text):
                untrue.append(f"{page.file}: {name}: {value[:80]!r}")
        if "description" in node and plain(html.unescape(node["description"])) not in (text + " " + page.meta("description")[0]):
            untrue.append(f"{page.file}: {name}: {node['description'][:80]!r}")
    assert not untrue, "\n".join(untrue[:40])


def without_spaces(text):
    return "".join(text.split())


def test_nothing_is_in_stock_that_cannot_be_bought(built):
    for page, node in every_node(built):
        if node["@type"] == "Offer" and node["category"] == "Paid":
            can_be_bought = any("checkout/" in reference.url for reference in page.references)
            assert ("availability" in node) == can_be_bought, page


def test_breadcrumbs_lead_from_home_to_the_page(built):
    for page in built.pages:
        trails = [node for node in page.graph if node["@type"] == "BreadcrumbList"]
        if not trails:
            continue
        [trail] = trails
        items = trail["itemListElement"]
        assert [item["position"] for item in items] == list(range(1, len(items) + 1))
        assert built.page_at(items[0]["item"]).kind == "home" and built.page_at(items[0]["item"]).language == page.language
        assert items[-1]["item"] == page.canonical, page


def test_a_course_lists_its_lessons_and_they_say_where_they_belong(built):
    for page in built.of_kind("course"):
        [course] = [node for node in page.graph if node["@type"] == "Course"]
        lessons = {built.page_at(part["url"]) for part in course["hasPart"]}
        assert lessons == {other for other in built.of_kind("lesson") if other.path.startswith(page.path)}
        for lesson in lessons:
            [node] = [node for node in lesson.graph if node["@type"] == "LearningResource"]
            assert node["isPartOf"]["@id"] == course["@id"], lesson
            [here] = [part for part in course["hasPart"] if built.page_at(part["url"]) is lesson]
            assert here["name"] == node["name"] and here["isAccessibleForFree"] == node["isAccessibleForFree"]


def test_a_locked_lesson_says_which_part_must_be_bought(built):
    locked = 0
    for page in built.of_kind("lesson"):
        [node] = [node for node in page.graph if node["@type"] == "LearningResource"]
        assert node["isAccessibleForFree"] is ("paywall" not in page.classes), page
        if node["isAccessibleForFree"]:
            continue
        locked += 1
        assert node["hasPart"]["isAccessibleForFree"] is False
        assert node["hasPart"]["cssSelector"] == ".paywall"
        assert not [other for other in page.graph if other["@type"] in ("VideoObject", "Quiz")], page
    assert locked


def test_the_home_page_lists_the_courses_that_it_shows(built):
    for page in built.of_kind("home"):
        [courses] = [node for node in page.graph if node["@type"] == "ItemList"]
        listed_pages = [built.page_at(item["url"]) for item in courses["itemListElement"]]
        assert set(listed_pages) == {course for course in built.of_kind("course") if course.language == page.language}


def test_chapters_of_a_film_follow_each_other_to_its_end(built):
    films = [(page, node) for page, node in every_node(built) if node["@type"] == "VideoObject"]
    assert films
    for page, film in films:
        clips = film["hasPart"]
        hours, minutes, seconds = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", film["duration"]).groups(default="0")
        length = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
        ends = [clip["startOffset"] for clip in clips[1:]] + [length]
        assert [clip["endOffset"] for clip in clips] == ends, page
        for clip in clips:
            assert clip["url"] == f"{page.canonical}#t={clip['startOffset']}"
