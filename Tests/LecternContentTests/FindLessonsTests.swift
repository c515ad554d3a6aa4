import Foundation
import LecternCore
import Testing

@testable import LecternContent

/// Where lessons lie, for who is told what to mend.
@Suite struct FindLessonsTests {
    private func folder(_ files: [String: String]) throws -> String {
        let root = FileManager.default.temporaryDirectory.appending(path: "lectern-find-" + UUID().uuidString)
        for (path, text) in files {
            let url = root.appending(path: path)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        return root.path
    }

    private let quiz = "questions:\n  - prompt: One?\n    id: first\n    options: [{text: a, correct: true}, b]\n  - prompt: Two?\n    options: [{text: a, correct: true}, b]\n"

    @Test func `each lesson is found by its stable id, with its film, its quiz and the lines of its questions`() throws {
        let root = try folder([
            "content/site.yml": "language: en\nlanguages: [en, zh]\n", "content/courses/python/course.md": "# Python\n",
            "content/courses/python/01-a/index.md": "---\nid: python/kept\ndraft: true\n---\n# A\n", "content/courses/python/01-a/index.zh.md": "# 甲\n",
            "content/courses/python/01-a/film.mp4": "", "content/courses/python/01-a/quiz.yml": quiz, "content/courses/python/02-b.md": "# B\n",
            "content/courses/python/03-c.mp4": "", "content/courses/python/04-broken.md": "---\nid: [\n---\n",
        ])
        defer { try? FileManager.default.removeItem(atPath: root) }
        let found = try findLessons(in: root + "/"), here = root + "/content/courses/python/"
        #expect(found["python/kept"] == LessonPlaces(
            text: here + "01-a/index.md", film: here + "01-a/film.mp4", quiz: here + "01-a/quiz.yml", questionLines: ["first": 2, "q2": 5]))
        #expect(found["python/b"] == LessonPlaces(text: here + "02-b.md"))
        #expect(found["python/c"] == LessonPlaces(text: here + "03-c.mp4", film: here + "03-c.mp4"))
    }

    @Test func `of a folder that is one course files are named below it`() throws {
        let root = try folder(["01-a.md": "# A\n", "output/index.md": "# Not of it\n"])
        defer { try? FileManager.default.removeItem(atPath: root) }
        #expect(Array(try findLessons(in: root).values) == [LessonPlaces(text: root + "/01-a.md")])
    }

    @Test func `where there is no site it is said`() {
        #expect(throws: Problem.self) { try findLessons(in: "/nowhere/at/all") }
    }
}
