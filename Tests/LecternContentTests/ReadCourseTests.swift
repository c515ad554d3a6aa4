import Foundation
import LecternCore
import Testing

@testable import LecternContent

/// What a folder becomes, before anything is rendered.
@Suite struct ReadCourseTests {
    @Test func `a plain folder of Markdown is a course, titled by headings and names`() throws {
        let course = try #require(
            try read([
                "01-welcome.md": "# Welcome to `Python`\n\nText\n", "02-control_flow.md": "Text\n\n## Introduction\n", "notes.md": "Text\n",
                "README.md": "not a lesson", "10-tens.md": "Ten\n", ".hidden.md": "x", "draft.md~": "x",
            ]).course)
        #expect(course.editions.map(\.language) == ["en"])
        #expect(course.editions[0].lessons.map(\.title) == ["Welcome to Python", "Control flow", "Tens", "Notes"])
        #expect(course.editions[0].lessons.map(\.slug) == ["welcome", "control_flow", "tens", "notes"])
        #expect(course.editions[0].lessons.map(\.id) == ["course-a/welcome", "course-a/control_flow", "course-a/tens", "course-a/notes"])
        #expect(course.title == "Course a")
        #expect(course.editions[0].lessons.allSatisfy { $0.access == .free })
    }

    @Test func `a folder of nothing but films is a course`() throws {
        let course = try #require(try read(["02-second.mp4": "", "01-first.webm": "", "01-first.zh.vtt": "", "part/03-third.mp4": "", "part/third.jpg": ""]).course)
        let lessons = course.editions[0].lessons
        #expect(lessons.map(\.title) == ["First", "Second", "Third"])
        #expect(lessons.map { $0.video?.split(separator: "/").last ?? "" } == ["01-first.webm", "02-second.mp4", "03-third.mp4"])
        #expect(lessons.map { $0.captions.map(\.language) } == [["zh"], [], []])
        #expect(lessons.allSatisfy { $0.text == nil })
    }

    @Test func `a film beside a text of its name, or one that asks for it, is no lesson of its own`() throws {
        let course = try #require(
            try read(["01-a.md": "# A\n", "01-a.mp4": "", "02-b.md": "---\nvideo: talk.mp4\n---\n# B\n", "talk.mp4": "", "03-c.mp4": ""]).course)
        let lessons = course.editions[0].lessons
        #expect(lessons.map(\.title) == ["A", "B", "C"])
        #expect(lessons.map { $0.video?.split(separator: "/").last ?? "" } == ["01-a.mp4", "talk.mp4", "03-c.mp4"])
    }

    @Test func `a lesson in a folder of its own has what lies beside it`() throws {
        let course = try #require(
            try read([
                "01-part/01-lesson/index.md": "# Lesson\n", "01-part/01-lesson/video.mp4": "", "01-part/01-lesson/captions.en.vtt": "",
                "01-part/01-lesson/captions.zh.srt": "", "01-part/01-lesson/poster.jpg": "", "01-part/01-lesson/quiz.yml": "",
                "01-part/01-lesson/slides.pdf": "", "01-part/01-lesson/data.zh.csv": "", "01-part/01-lesson/plan.svg": "",
                "02-quiz/quiz.yml": "", "02-quiz/index.md": "# Quiz\n",
            ]).course)
        let lesson = try #require(course.editions[0].lessons.last)
        #expect(lesson.title == "Lesson")
        #expect(lesson.isBundle)
        #expect(lesson.video?.hasSuffix("video.mp4") == true)
        #expect(lesson.captions.map(\.language) == ["en", "zh"])
        #expect(lesson.poster?.hasSuffix("poster.jpg") == true)
        #expect(lesson.quiz?.hasSuffix("quiz.yml") == true)
        #expect(lesson.downloads.map { String($0.name) } == ["slides.pdf"])
    }

    @Test func `a chapter that a quiz lies in keeps its lessons`() throws {
        let course = try #require(try read(["01-part/01-a.md": "# A\n", "01-part/02-b.md": "# B\n", "01-part/quiz.yml": ""]).course)
        #expect(course.editions[0].lessons.map(\.title) == ["A", "B"])
    }

    @Test func `chapters and lessons stand in the order of weights, then numbers, then names`() throws {
        let course = try #require(
            try read([
                "zero.md": "", "02-b/01-x.md": "", "02-b/y.md": "", "02-b/10-z.md": "", "01-a/chapter.md": "---\nweight: 9\n---\n# Chapter A\n",
                "01-a/01-one.md": "", "01-a/02-two.md": "---\nweight: 0\n---\n",
            ]).course)
        #expect(course.editions[0].chapters.map(\.title) == ["", "B", "Chapter A"])
        #expect(course.editions[0].lessons.map(\.slug) == ["zero", "x", "z", "y", "two", "one"])
    }

    @Test func `lessons of a course that has a price are paid unless they say something else`() throws {
        let course = try #require(
            try read(["course.md": "---\nprice: 10\n---\n", "1-a.md": "", "2-b.md": "---\naccess: free\n---\n", "3-c.md": "---\naccess: preview\n---\n"]).course)
        #expect(course.editions[0].lessons.map(\.access) == [.paid, .free, .preview])
        #expect(course.price == [Money(minorUnits: 1000, currency: .cny)])
    }

    @Test func `a translation takes what is no word from its original`() throws {
        let course = try #require(
            try read([
                "course.md": "---\ntitle: Course\nprice: 10\n---\n", "course.zh.md": "---\ntitle: 课\n---\n",
                "01-a.md": "---\ntitle: A\nslug: first\ndate: 2026-01-01\naccess: preview\nid: a\ntags: [x]\n---\n",
                "01-a.zh.md": "---\ntitle: 甲\nid: b\n---\n", "02-b.md": "---\ntitle: B\n---\n", "03-c.md": "---\ndraft: true\n---\n",
                "03-c.zh.md": "# 丙\n",
            ]).course)
        #expect(course.editions.map(\.language) == ["en", "zh"])
        #expect(course.editions[1].title == "课")
        #expect(course.editions[1].price == course.editions[0].price)
        let lesson = try #require(course.editions[1].lessons.first)
        #expect(course.editions[1].lessons.count == 1)
        #expect((lesson.id, lesson.slug, lesson.title) == ("a", "first", "甲"))
        #expect(lesson.access == .preview)
        #expect(lesson.frontMatter.date == Moment("2026-01-01"))
        #expect(lesson.frontMatter.tags == [])
    }

    @Test func `drafts, later and expired lessons stay out, and it is known until when`() throws {
        let files = [
            "1-now.md": "---\ndate: 2026-03-01\n---\n", "2-later.md": "---\ndate: 2026-12-01\n---\n", "3-draft.md": "---\ndraft: true\n---\n",
            "4-gone.md": "---\nexpiryDate: 2026-06-01\n---\n", "5-publish.md": "---\ndate: 2027-01-01\npublishDate: 2026-01-01\n---\n",
        ]
        let (course, validity, _) = try read(files)
        #expect(course?.editions[0].lessons.map(\.slug) == ["now", "publish"])
        #expect(validity == Validity(from: Moment("2026-06-01")!, until: Moment("2026-12-01")!))
        #expect(try read(files, drafts: true).course?.editions[0].lessons.count == 5)
    }

    @Test func `a course of which nothing is published yet is known until its first day`() throws {
        let (course, validity, problems) = try read(["1-later.md": "---\ndate: 2026-12-01\n---\n"])
        #expect(course == nil)
        #expect(validity.until == Moment("2026-12-01")!)
        #expect(problems.map(\.message) == ["no lesson of this course is published yet"])
    }

    /// Reads "content/courses/course-a" with these files, in English and Chinese, on 2026-11-01.
    private func read(_ files: [String: String], drafts: Bool = false) throws -> (course: Course?, validity: Validity, problems: [Problem]) {
        let root = FileManager.default.temporaryDirectory.appending(path: "lectern-course-\(UUID().uuidString)")
        defer { do { try FileManager.default.removeItem(at: root) } catch { print("\(root.path) stays: \(error)") } }
        let path = "content/courses/course-a"
        for (name, text) in files {
            let file = root.appending(path: path + "/" + name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let (settings, problems) = readSettings(Array("languages: [en, zh]".utf8), file: "site.yml", folderName: "x", baseURL: nil)
        #expect(problems == [])
        return readCourse(
            root: root.path, path: path, files: SourceTree(root: root.path, places: [path]).files, settings: settings,
            publishing: Publishing(now: Moment("2026-11-01")!, drafts: drafts))
    }
}

extension Course {
    fileprivate var title: String { editions[0].title }
    fileprivate var price: [Money] { editions[0].price }
}
