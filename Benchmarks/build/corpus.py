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


if __name__ == "__main__":
    import sys

    write_lectern(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
