import LecternCore
import LecternStore
import Testing

@testable import LecternShop

@Suite struct ImportTests {
    private func problems(_ world: World, _ text: String) -> [String] {
        do {
            _ = try world.shop.readLearners(csv: Array(text.utf8), file: "learners.csv")
            return []
        } catch { return error.problems.map(\.description) }
    }

    @Test func `learners come over with names, courses and dates, and coming again changes nothing`() async throws {
        let world = try World()
        let text = """
            \u{FEFF}E-Mail;姓名;课程;since;until
            ann@example.com;"王 \"\"小安\"\"";python | Course swift;2025/3/1;
            BOB@example.com;Bob;课程 python;2025-03-01;2030-01-01

            """
        let table = try world.shop.readLearners(csv: Array(text.utf8), file: "learners.csv")
        #expect(table.rows.map(\.courses) == [["python", "swift"], ["python"]])
        let dry = try await world.shop.importLearners(table, isDry: true)
        #expect((dry.newLearners, dry.newEnrollments) == (2, 3))
        #expect(try world.store.learner(email: World.ann) == nil)
        #expect(try await world.shop.importLearners(table, isDry: false) == dry)
        let again = try await world.shop.importLearners(table, isDry: false)
        #expect((again.newLearners, again.newEnrollments, again.unchanged) == (0, 0, 3))

        let ann = try #require(try world.store.learner(email: World.ann))
        #expect(ann.name == #"王 "小安""#)
        let session = try await world.signIn()
        // The week that its last lesson waits for is long over.
        #expect(try world.key(world.visitor(session), "python/classes") != nil)
        let views = try world.shop.enrollments(world.visitor(session))
        #expect(views.map(\.course).sorted() == ["python", "swift"])
        #expect(views.first { $0.course == "python" }?.next == "python/intro")
    }

    @Test func `a dry run says what the import does, duplicates and courses that are over included, and a second import finds nothing new`() async throws {
        let world = try World()
        let text = """
            email,course,until
            ann@example.com,python,2025-11-01
            bob@example.com,python,
            BOB@example.com,python|swift,
            ann@example.com,python,2025-10-01
            ann@example.com,python,2031-01-01
            """
        let table = try world.shop.readLearners(csv: Array(text.utf8), file: "a.csv")
        let dry = try await world.shop.importLearners(table, isDry: true)
        // Ann's first end is over, her second one later; Bob's second row repeats one course of his.
        #expect((dry.newLearners, dry.newEnrollments, dry.unchanged) == (2, 4, 2))
        #expect(try await world.shop.importLearners(table, isDry: false) == dry)
        for isDry in [true, false] {
            let again = try await world.shop.importLearners(table, isDry: isDry)
            #expect((again.newLearners, again.newEnrollments, again.unchanged) == (0, 0, 6))
        }
        let over = try world.shop.readLearners(csv: Array("email,course,until\neve@example.com,python,2025-11-01".utf8), file: "a.csv")
        #expect(try await world.shop.importLearners(over, isDry: false).newEnrollments == 1)
        for isDry in [true, false] { #expect(try await world.shop.importLearners(over, isDry: isDry).newEnrollments == 0) }
        #expect(try world.store.enrollments(of: #require(try world.store.learner(email: EmailAddress("eve@example.com")!)).id, now: world.clock.now).isEmpty)
    }

    @Test func `a language that the site does not have is said, and no other is put in its place`() throws {
        let world = try World()
        #expect(
            problems(world, "email,course,language\nann@example.com,python,fr\nbob@example.com,python,e n") == [
                "learners.csv:2: error: this site has no language \"fr\"\n  there are: zh, en; leave the field empty for zh",
                "learners.csv:3: error: this site has no language \"e n\"\n  did you mean en?\n  there are: zh, en; leave the field empty for zh",
            ])
        let table = try world.shop.readLearners(
            csv: Array("email,course,language\nann@example.com,python,EN\nbob@example.com,python,en_US\neve@example.com,python,".utf8), file: "a.csv")
        #expect(table.rows.map(\.language) == ["en", "en", "zh"])
    }

    @Test func `access ends when the table says so`() async throws {
        let world = try World()
        let table = try world.shop.readLearners(csv: Array("email,course,until\nann@example.com,python,2025-12-01".utf8), file: "a.csv")
        _ = try await world.shop.importLearners(table, isDry: false)
        let session = try await world.signIn()
        #expect(try world.key(world.visitor(session)) != nil)
        world.clock.pass(days: 30)
        #expect(await refusal { try world.key(world.visitor(session)) } == .notEnrolled)
    }

    @Test func `importing again opens nothing that was closed since, and says so row by row`() async throws {
        let world = try World()
        let table = try world.shop.readLearners(csv: Array("email,course\nann@example.com,python|swift\nbob@example.com,python".utf8), file: "a.csv")
        // Ann's "python" is revoked; Bob bought his, and got his money back.
        _ = try await world.shop.enroll(World.ann, in: "python")
        try await world.shop.revoke(World.ann.text, from: "python")
        let order = try await world.order(email: World.bob).order.order
        try await world.press(.pay, order)
        _ = try await world.shop.refund(order.id.text)
        let closed = [
            LearnersImported.Closed(line: 2, email: World.ann, course: "python", end: .revoked),
            LearnersImported.Closed(line: 3, email: World.bob, course: "python", end: .refunded),
        ]
        for isDry in [true, false] {
            let done = try await world.shop.importLearners(table, isDry: isDry)
            #expect(done.closed == closed && done.newEnrollments == 1 && done.newLearners == 0)
        }
        let ann = try #require(try world.store.learner(email: World.ann)), bob = try #require(try world.store.learner(email: World.bob))
        #expect(try world.store.enrollments(of: ann.id, now: world.clock.now).map(\.course) == ["swift"])
        #expect(try world.store.enrollments(of: bob.id, now: world.clock.now).isEmpty)
        // A person's decision opens it.
        _ = try await world.shop.enroll(World.bob, in: "python")
        #expect(try await world.shop.importLearners(table, isDry: false).closed == [closed[0]])
    }

    @Test func `a disputed payment keeps a course closed to an import, and is not called refunded`() async throws {
        let world = try World()
        let table = try world.shop.readLearners(csv: Array("email,course\nann@example.com,python".utf8), file: "a.csv")
        let order = try await world.order().order.order
        try await world.press(.pay, order)
        for (status, end) in [(DisputeStatus.open, EnrollmentEnd.disputed), (.lost, .chargedBack)] {
            _ = try await world.store.record([.dispute(id: "d", transaction: nil, status: status)], of: order.id, now: world.clock.now)
            #expect(try await world.shop.importLearners(table, isDry: false).closed.map(\.end) == [end])
        }
    }

    @Test func `every bad row is told at once, and nothing is written`() throws {
        let world = try World()
        let text = """
            email,course,since,until
            ann@example,python,,
            bob@example.com,rust,2025-13-01,
            ,python,,
            eve@example.com,,,
            dan@example.com,python,2025-03-01,2025-02-01
            """
        #expect(
            problems(world, text) == [
                "learners.csv:2: error: \"ann@example\" is no e-mail address",
                "learners.csv:3: error: there is no course \"rust\"\n  there are: club, hello, python, swift",
                "learners.csv:3: error: \"2025-13-01\" is no date for \"since\"\n  write it like 2025-03-01",
                "learners.csv:4: error: an e-mail address is missing", "learners.csv:5: error: a course is missing",
                "learners.csv:6: error: this enrollment ends before it begins",
            ])
    }

    @Test func `a table that is none says why`() throws {
        let world = try World()
        #expect(problems(world, "") == ["learners.csv: error: this table is empty"])
        #expect(problems(world, "Name,Kurs\na,b") == ["learners.csv:1: error: the first row names no column \"email\" and \"course\"\n  found here: Name, Kurs"])
        #expect(problems(world, "email,course\n\"ann@example.com,python").first?.hasPrefix("learners.csv:2: error: a quote") == true)
        #expect(problems(world, "email,course\n\"ann\"x,python").first?.hasPrefix("learners.csv:2: error: a quote") == true)
        do {
            _ = try world.shop.readLearners(csv: Array("email,course\n".utf8) + [0xFF], file: "b.csv")
            Issue.record("it was read")
        } catch { #expect(error.problems.map(\.line) == [2]) }
    }

    @Test func `fields in quotes hold line ends and separators`() throws {
        let csv = try CSV(Array("a,b\r\n\"x\ny, z\" ,\" w \"\r\n\r\n1,2".utf8))
        #expect(csv.rows.map(\.fields) == [["a", "b"], ["x\ny, z", " w "], ["1", "2"]])
        #expect(csv.rows.map(\.line) == [1, 2, 5])
    }
}
