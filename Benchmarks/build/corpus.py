"""Makes the benchmark's course texts: the same words, front matter and code for every generator.

A lesson is about 2.5 KB of Markdown: paragraphs in Chinese or English, a table, a list, a callout, links to its
neighbours, and a highlighted block of code. Nothing here is random: a lesson is made from its number.
"""

import pathlib
import textwrap

ENGLISH = (
    "A loop repeats a piece of work until a condition no longer holds, and most programs are loops in disguise. "
    "Before you write one, say in a sentence what is true each time it begins; that sentence is worth more than any "
    "comment. Readers forgive slow code sooner than they forgive code that surprises them. "
).split()
CHINESE = (
    "循环让一段工作重复进行，直到条件不再成立。动手之前，先用一句话说清楚每次开始时什么是成立的，这句话比任何注释都值钱。"
    "读者更容易原谅慢一点的代码，而不是让人意外的代码。"
)
CODE = {
    "python": '''
        from dataclasses import dataclass

        @dataclass
        class Account{n}:
            """Keeps a balance in cents."""
            owner: str
            cents: int = 0

            def deposit(self, amount: int) -> None:
                if amount <= 0:
                    raise ValueError(f"bad amount: {{amount}}")
                self.cents += amount  # never a float

        print(Account{n}("Ada", {n}).cents)
    ''',
    "javascript": '''
        // Counts words, the longest first.
        export function count{n}(text) {{
          const counts = new Map();
          for (const word of text.split(/\\s+/)) {{
            counts.set(word, (counts.get(word) ?? 0) + {n});
          }}
          return [...counts].sort((a, b) => b[0].length - a[0].length);
        }}
        console.log(count{n}(`to be or not to be`));
    ''',
    "bash": '''
        #!/bin/sh
        # Renames every picture after its day.
        for file in *.jpg; do
          day=$(date -r "$file" +%Y-%m-%d) || exit {n}
          [ -e "$day.jpg" ] || mv -- "$file" "$day.jpg"
        done
        echo "done: {n}"
    ''',
}


def words(seed, count):
    start = seed * 7 % len(ENGLISH)
    return " ".join(ENGLISH[(start + i * (1 + seed % 3)) % len(ENGLISH)] for i in range(count))


def chinese(seed, count):
    start = seed * 11 % len(CHINESE)
    return "".join(CHINESE[(start + i) % len(CHINESE)] for i in range(count))


def front_matter(course, lesson):
    return textwrap.dedent(
        f"""\
        ---
        title: "Lesson {lesson} of course {course}: loops and invariants"
        description: "What is true each time loop {lesson} begins, in course {course}."
        date: 2026-0{1 + lesson % 9}-{1 + lesson % 28:02d}
        tags: [loops, topic-{lesson % 20}]
        ---
        """
    )


def body(course, lesson, link):
    n = course * 1000 + lesson
    language = list(CODE)[lesson % len(CODE)]
    code = textwrap.dedent(CODE[language]).strip().format(n=n)
    return f"""
{words(n, 60)}

## Why loops {n}

{chinese(n, 120)}

- **First**, {words(n + 1, 12)}
- *Second*, see [the lesson before]({link})
- Third, `code_{n}` and ~~{words(n + 2, 3)}~~

```{language}
{code}
```

> {words(n + 3, 30)}

## Costs

| step | cost | note |
|------|-----:|------|
| one  | {n} | {words(n + 4, 4)} |
| two  | {n * 2} | {words(n + 5, 4)} |
| three| {n * 3} | {words(n + 6, 4)} |

### In practice

{words(n + 7, 80)} Visit https://example.org/{n} for more.[^1]

{chinese(n + 8, 100)}

[^1]: {words(n + 9, 12)}
"""


def course_text(course):
    return textwrap.dedent(
        f"""\
        ---
        title: "Course {course}"
        description: "A course of many lessons about loops, number {course}."
        date: 2026-01-05
        ---
        """
    ) + f"\n{words(course, 80)}\n"


def write_lectern(folder: pathlib.Path, courses: int, lessons: int):
    content = folder / "content"
    (content / "courses").mkdir(parents=True, exist_ok=True)
    (content / "site.yml").write_text(
        "title: Benchmark\ndescription: A site to measure\nbaseURL: https://bench.example/\nlanguages: [en]\n"
    )
    for course in range(1, courses + 1):
        place = content / "courses" / f"course-{course:03d}"
        place.mkdir()
        (place / "course.md").write_text(course_text(course))
        for lesson in range(1, lessons + 1):
            chapter = place / f"{(lesson - 1) // 10 + 1:02d}-chapter"
            chapter.mkdir(exist_ok=True)
            before = max(1, lesson - 1)
            link = f"../{(before - 1) // 10 + 1:02d}-chapter/{before:03d}-lesson-{before}.md"
            text = front_matter(course, lesson) + body(course, lesson, link)
            (chapter / f"{lesson:03d}-lesson-{lesson}.md").write_text(text)


HUGO_BASE = """<!doctype html>
<html lang="{{ site.Language.Lang }}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ .Title }} · {{ site.Title }}</title>
<meta name="description" content="{{ .Description }}">
<link rel="canonical" href="{{ .Permalink }}">
<link rel="stylesheet" href="/style.css">
<script type="module" src="/site.js"></script>
<meta property="og:type" content="article">
<meta property="og:title" content="{{ .Title }}">
<meta property="og:description" content="{{ .Description }}">
<meta property="og:url" content="{{ .Permalink }}">
<meta property="og:site_name" content="{{ site.Title }}">
<meta name="twitter:card" content="summary_large_image">
{{ block "data" . }}{{ end }}
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
{{ partialCached "header.html" . }}
<main id="main">
{{ block "main" . }}{{ end }}
</main>
{{ partialCached "footer.html" . }}
</body>
</html>
"""

HUGO_LESSON = """{{ define "data" }}
<script type="application/ld+json">{{ dict "@context" "https://schema.org" "@graph" (slice
  (dict "@type" "LearningResource" "name" .Title "description" .Description "url" .Permalink "inLanguage" "en"
    "learningResourceType" "Lesson" "isAccessibleForFree" true "keywords" .Params.tags "datePublished" (.Date.Format "2006-01-02")
    "isPartOf" (dict "@type" "Course" "name" .Parent.Title "url" .Parent.Permalink))
  (dict "@type" "BreadcrumbList" "itemListElement" (slice
    (dict "@type" "ListItem" "position" 1 "name" site.Title "item" site.BaseURL)
    (dict "@type" "ListItem" "position" 2 "name" .Parent.Title "item" .Parent.Permalink)
    (dict "@type" "ListItem" "position" 3 "name" .Title "item" .Permalink)))) | jsonify | safeJS }}</script>
{{ end }}
{{ define "main" }}
<nav class="outline" aria-label="Outline">
{{ $here := printf "href=%q" .RelPermalink }}
{{ replace (partialCached "outline.html" .Parent .Parent.RelPermalink) $here (printf "%s aria-current=%q" $here "page") | safeHTML }}
</nav>
<article>
<nav class="crumbs"><ol><li><a href="/">{{ site.Title }}</a></li><li><a href="{{ .Parent.RelPermalink }}">{{ .Parent.Title }}</a></li></ol></nav>
<h1>{{ .Title }}</h1>
<p><time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2 January 2006" }}</time></p>
{{ .Content }}
<ul class="tags">{{ range .GetTerms "tags" }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>
<nav class="lesson-nav">{{ with .NextInSection }}<a rel="prev" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .PrevInSection }}<a rel="next" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</nav>
</article>
<aside class="contents">{{ .TableOfContents }}</aside>
{{ end }}
"""

HUGO_LIST = """{{ define "main" }}
<article><h1>{{ .Title }}</h1>
{{ .Content }}
<ol>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a><p>{{ .Description }}</p></li>{{ end }}</ol>
</article>
{{ end }}
"""

HUGO_OUTLINE = """{{ range seq 0 9 }}{{ $chapter := . }}<details open><summary>Chapter {{ add $chapter 1 }}</summary><ol>
{{ range after (mul $chapter 10) (first (mul (add $chapter 1) 10) $.RegularPages.ByWeight) }}<li><a href="{{ .RelPermalink }}"><span>{{ .Title }}</span></a></li>
{{ end }}</ol></details>{{ end }}"""

# Hugo's own feed holds whole pages, and renders each a second time for it; ours hold summaries of the newest fifty.
HUGO_FEED = """{{ printf "<?xml version=\\"1.0\\" encoding=\\"utf-8\\"?>" | safeHTML }}
<rss version="2.0"><channel><title>{{ .Title }}</title><link>{{ .Permalink }}</link><description>{{ .Description }}</description>
{{ range first 50 .RegularPagesRecursive.ByPublishDate.Reverse }}<item><title>{{ .Title }}</title><link>{{ .Permalink }}</link>
<pubDate>{{ .PublishDate.Format "Mon, 02 Jan 2006 15:04:05 -0700" }}</pubDate><description>{{ .Description }}</description></item>
{{ end }}</channel></rss>
"""

HUGO_HEADER = """<header><a href="/">{{ site.Title }}</a><a href="/tags/">Tags</a></header>"""
HUGO_FOOTER = """<footer><p>{{ site.Title }}</p><a href="/index.xml">Feed</a></footer>"""

HUGO_CONFIG = """
baseURL = "https://bench.example/"
locale = "en"
title = "Benchmark"
[taxonomies]
tag = "tags"
[markup.highlight]
noClasses = false
[markup.goldmark.renderer]
unsafe = true
[outputs]
home = ["HTML", "RSS"]
section = ["HTML", "RSS"]
taxonomy = ["HTML"]
term = ["HTML"]
"""


def write_hugo(folder: pathlib.Path, courses: int, lessons: int):
    """The same texts in Hugo's shape, with layouts that show as much: outline, breadcrumbs, contents, JSON-LD."""
    layouts = folder / "layouts"
    (layouts / "_default").mkdir(parents=True)
    (layouts / "partials").mkdir()
    (folder / "hugo.toml").write_text(HUGO_CONFIG)
    (layouts / "_default/baseof.html").write_text(HUGO_BASE)
    (layouts / "_default/single.html").write_text(HUGO_LESSON)
    (layouts / "_default/list.html").write_text(HUGO_LIST)
    (layouts / "_default/rss.xml").write_text(HUGO_FEED)
    (layouts / "partials/outline.html").write_text(HUGO_OUTLINE)
    (layouts / "partials/header.html").write_text(HUGO_HEADER)
    (layouts / "partials/footer.html").write_text(HUGO_FOOTER)
    for course in range(1, courses + 1):
        place = folder / "content/courses" / f"course-{course:03d}"
        place.mkdir(parents=True)
        (place / "_index.md").write_text(course_text(course))
        for lesson in range(1, lessons + 1):
            before = max(1, lesson - 1)
            front = front_matter(course, lesson).replace("---\n", f"---\nweight: {lesson}\n", 1)
            link = f"/courses/course-{course:03d}/lesson-{before}/"
            (place / f"lesson-{lesson}.md").write_text(front + body(course, lesson, link))


if __name__ == "__main__":
    import sys

    write_lectern(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
