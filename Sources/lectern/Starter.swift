/// The texts that a new site begins with.
enum Starter {
    /// By language: path in the site and text.
    static let languages: [String: [(path: String, text: String)]] = ["zh": chinese, "en": english]

    /// What builds make, and the secret.
    static let gitignore = "output/\n.output.lectern/\n.lectern/\n*.secret\n"

    private static let chinese = [
        (
            path: "content/site.yml",
            text: """
                title: 我的课堂
                description: 一句话说清楚：谁来学，学完能做什么。
                # 上线后改成自己的网址；其余一切照旧。
                baseURL: https://example.com/
                languages: [zh]
                author: {name: 你的名字, bio: 一两句自我介绍。}
                currency: CNY
                menu:
                  - {title: 关于, url: /about/}

                """
        ),
        (path: "content/pages/about.md", text: "# 关于\n\n写写你是谁，为什么教这门课。\n"),
        (
            path: "content/courses/my-first-course/course.md",
            text: """
                ---
                title: 我的第一门课
                description: 两节小课，看看一门课是怎么写出来的。
                level: 零基础
                outcomes:
                  - 知道课程、章节和课文放在哪里
                  - 会写一节带代码和练习的课
                # 定价：去掉下面一行的 # 号，没有标明 access 的课就要付费
                # price: 99
                ---

                这里写课程的介绍：给谁上，解决什么问题，和别的课有什么不同。

                """
        ),
        (
            path: "content/courses/my-first-course/01-welcome.md",
            text: """
                ---
                access: free
                ---
                # 欢迎

                一个 Markdown 文件就是一节课。文件名前面的数字决定顺序，不会出现在网址里。

                ## 试着改一改

                运行 `lectern preview`，改这一行，保存，浏览器里马上就能看到。

                > [!TIP]
                > 把视频放进课的文件夹，它就会出现在课文上方。

                下一节：[写一节课](02-write-a-lesson/index.md)。

                """
        ),
        (
            path: "content/courses/my-first-course/02-write-a-lesson/index.md",
            text: """
                # 写一节课

                带图片、视频、测验的课，放进自己的文件夹，课文叫 `index.md`。

                ```python
                print("你好，世界")
                ```

                公式写在美元符号之间：$a^2 + b^2 = c^2$。

                """
        ),
        (
            path: "content/courses/my-first-course/02-write-a-lesson/quiz.yml",
            text: """
                title: 小测
                questions:
                  - prompt: 决定课文顺序的是什么？
                    options:
                      - {text: 文件名前面的数字, correct: true}
                      - {text: 文件的修改日期}
                    explain: 数字只管顺序，网址里没有它。

                """
        ),
    ]

    private static let english = [
        (
            path: "content/site.yml",
            text: """
                title: My school
                description: One sentence that says who it is for and what they can do afterwards.
                # Your own address once the site is online; nothing else changes.
                baseURL: https://example.com/
                languages: [en]
                author: {name: Your Name, bio: A sentence or two about you.}
                currency: USD
                menu:
                  - {title: About, url: /about/}

                """
        ),
        (path: "content/pages/about.md", text: "# About\n\nWho you are, and why you teach this.\n"),
        (
            path: "content/courses/my-first-course/course.md",
            text: """
                ---
                title: My first course
                description: Two short lessons that show how a course is written.
                level: Beginner
                outcomes:
                  - Know where courses, chapters and lessons go
                  - Write a lesson with code and a quiz
                # A price: take the # off the next line, and lessons without `access` must be bought
                # price: 29
                ---

                What the course is about, whom it helps, and how it differs from others.

                """
        ),
        (
            path: "content/courses/my-first-course/01-welcome.md",
            text: """
                ---
                access: free
                ---
                # Welcome

                A Markdown file is a lesson. The number in front of its name gives the order and stays out of the URL.

                ## Change something

                Run `lectern preview`, change this line, save: the browser shows it at once.

                > [!TIP]
                > Put a film into the lesson's folder and it appears above the text.

                Next: [write a lesson](02-write-a-lesson/index.md).

                """
        ),
        (
            path: "content/courses/my-first-course/02-write-a-lesson/index.md",
            text: """
                # Write a lesson

                A lesson with pictures, a film or a quiz has a folder of its own, and its text is called `index.md`.

                ```python
                print("Hello, world")
                ```

                Formulas stand between dollar signs: $a^2 + b^2 = c^2$.

                """
        ),
        (
            path: "content/courses/my-first-course/02-write-a-lesson/quiz.yml",
            text: """
                title: A short quiz
                questions:
                  - prompt: What decides the order of lessons?
                    options:
                      - {text: The number in front of the file's name, correct: true}
                      - {text: The day on which the file was changed}
                    explain: The number gives the order alone; the URL does not have it.

                """
        ),
    ]
}
