import LecternContent
import LecternCore
import LecternMarkup

/// A lesson whose text, film and quiz are read and rendered, before any page is written.
///
/// A paid lesson is rendered like any other, so that its mistakes are found; what leaves this machine of it unsealed is
/// its excerpt alone.
struct RenderedLesson {
    let lesson: Lesson
    let path: String
    /// From 1, in the order of the course.
    let number: Int
    let body: MarkdownPage?
    /// What stands above `<!--more-->` in a paid lesson.
    let excerpt: MarkdownPage?
    let description: String
    let film: Film?
    let quiz: RenderedQuiz?
    let durationSeconds: Int
    /// Below the site's root, of what everybody may see.
    let pictures: [String]

    /// nil for what anybody may read, and on a site without a secret.
    let seal: LessonSeal?

    var isLocked: Bool { lesson.access == .paid }

    init(_ lesson: Lesson, of course: Course, path: String, number: Int, language: String, in unit: UnitBuilder) {
        self.lesson = lesson
        self.path = path
        self.number = number
        let isLocked = lesson.access == .paid
        let seal = isLocked ? unit.seal(course: course.id, lesson: lesson.id, page: path) : nil
        self.seal = seal
        let publication = isLocked ? seal.map { .sealed($0) } ?? .withheld : Publication.open
        var body: MarkdownPage?
        var excerpt: MarkdownPage?
        unit.pictures = []
        if let text = lesson.text {
            let source = LinkSource(file: text.path, language: language, page: path, publication: publication)
            body = unit.render(text, title: lesson.frontMatter.title, source: source)
            if isLocked, let above = text.aboveMore {
                let problems = unit.facts.problems.count
                excerpt = unit.render(
                    above, title: lesson.frontMatter.title,
                    source: LinkSource(file: text.path, language: language, page: path, publication: .open))
                // What is wrong with it was said of the whole text.
                unit.facts.problems.removeLast(unit.facts.problems.count - problems)
            }
        }
        self.body = body
        self.excerpt = excerpt
        pictures = unit.pictures
        description = lesson.frontMatter.description ?? (isLocked ? excerpt?.description : body?.description) ?? ""
        let film = lesson.video.map { Film($0, of: lesson, page: path, language: language, publication: publication, in: unit) }
        self.film = film
        quiz = lesson.quiz.flatMap { file in
            unit.quiz(file).map {
                unit.check($0, file: file, film: film)
                return unit.render($0, file: file, lesson: lesson.id, page: path, language: language, publication: publication)
            }
        }
        durationSeconds = lesson.frontMatter.durationSeconds ?? film?.durationSeconds ?? 0
    }
}

extension TextFile {
    /// The text above a line `<!--more-->`, or nil when there is none.
    var aboveMore: TextFile? {
        let mark = Array("<!--more-->".utf8)
        var at = 0
        while at < body.count {
            var end = at
            while end < body.count, body[end] != 0x0A { end += 1 }
            let line = body[at..<end].filter { $0 > 0x20 }
            if line.elementsEqual(mark) {
                var text = self
                text.body = Array(body[..<at])
                return text
            }
            at = end + 1
        }
        return nil
    }
}

extension UnitBuilder {
    /// A question that a film never comes to is asked below it all the same.
    fileprivate func check(_ quiz: Quiz, file: String, film: Film?) {
        for question in quiz.questions {
            guard let at = question.atSeconds else { continue }
            if film == nil {
                warn("this question has a time, and the lesson has no film", file: file, line: question.line, help: ["remove at:"])
            } else if let film, film.durationSeconds > 0, at >= film.durationSeconds {
                warn(
                    "the film ends before it comes to this question, at \(timeText(seconds: at))", file: file, line: question.line,
                    help: ["the film lasts \(timeText(seconds: film.durationSeconds))"])
            }
        }
    }

    func quiz(_ path: String) -> Quiz? {
        do throws(Problem) {
            let bytes = try readText(context.folder + "/" + path, shownAs: path, limitBytes: TextLimit.yamlBytes)
            let (quiz, problems) = Quiz.read(bytes: bytes, file: path)
            facts.problems += problems
            return quiz
        } catch {
            facts.problems.append(error)
            return nil
        }
    }
}
