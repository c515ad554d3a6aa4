"""What must be bought is nowhere in what is published."""

import re

import pytest
from conftest import REPOSITORY

COURSES = REPOSITORY / "content" / "courses"
NUMBER = re.compile(r"^\d+-")


def address(file):
    """Where a lesson's text is published: courses/a/lesson/"""
    stem = re.sub(r"(\.[a-z]{2})?\.md$", "", file.name)
    language = re.search(r"\.([a-z]{2})\.md$", file.name)
    name = NUMBER.sub("", file.parent.name if stem == "index" else stem)
    return f"{language[1] + '/' if language else ''}courses/{file.relative_to(COURSES).parts[0]}/{name}/"


@pytest.fixture(scope="module")
def locked_texts(built):
    """(source file, what stands below `<!--more-->`) of every lesson that must be bought."""
    locked = {page.path for page in built.of_kind("lesson") if "paywall" in page.classes}
    texts = []
    for file in sorted(COURSES.rglob("*.md")):
        if address(file) in locked:
            body = file.read_text("utf-8").split("---", 2)[2]
            texts.append((file, body.partition("<!--more-->")[2] if "<!--more-->" in body else body))
    assert len(texts) == len(locked)
    return texts


def sentences(text):
    """Lines of prose and code that say enough to be recognised."""
    for line in text.splitlines():
        words = re.sub(r"[`*_#>|\[\]]|\(.*?\)", " ", line).strip()
        if len(words) >= 24:
            yield words


@pytest.fixture(scope="module")
def published(built):
    texts = []
    for file in built.files:
        if file.endswith((".html", ".json", ".txt", ".xml", ".js", ".vtt")):
            texts.append((file, "".join((built.output / file).read_text("utf-8").split())))
    return texts


def test_no_sentence_of_a_locked_lesson_is_published(published, locked_texts):
    found, looked = [], 0
    everything = "\n".join(text for _, text in published)
    for source, text in locked_texts:
        for sentence in sentences(text):
            looked += 1
            if "".join(sentence.split()) in everything:
                found.append(f"{source.name}: {sentence}")
    assert looked > 100
    assert not found, "\n".join(found)


def test_no_quiz_file_or_film_of_a_locked_lesson_is_published(built):
    locked = [page for page in built.of_kind("lesson") if "paywall" in page.classes]
    assert locked
    for page in locked:
        beside = [file for file in built.files if file.startswith(page.path) and file != page.file]
        assert not [file for file in beside if not re.search(r"/sealed\.|/media/sealed/", file)], page
        assert "data-quiz" not in page.attributes and "data-player" not in page.attributes, page


def test_the_words_that_only_buyers_read_are_not_in_the_search_index(built, locked_texts):
    """The index holds single words and pairs, which no sentence gives away: a rare word of a locked text must be missing."""
    index = " ".join((built.output / file).read_text("utf-8") for file in built.files if file.startswith("search/") and file.endswith(".txt"))
    visible = " ".join(page.text.lower() for page in built.pages)
    rare = {
        word for _, text in locked_texts for word in re.findall(r"\b[a-z]{8,}\b", text)
        if not re.search(rf"\b{word}\b", visible)}
    assert len(rare) > 10
    told = [word for word in sorted(rare) if re.search(rf"(^|\n){word} ", index)]
    assert not told, told
