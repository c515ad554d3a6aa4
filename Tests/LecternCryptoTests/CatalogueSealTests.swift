import LecternCore
import LecternCrypto
import Testing

@Suite struct CatalogueSealTests {
    private let secret = SiteSecret(bytes: Array(0..<32))!
    private let object = """
        {"version":1,"revision":1764547200,"baseURL":"https://me.example/","title":{"zh":"课"},"languages":["zh"],"currency":"CNY",
        "courses":[{"id":"a","title":{"zh":"甲"},"path":{"zh":"courses/a/"},"prices":[{"currency":"CNY","minorUnits":4900}],"epoch":2,
        "previous":{"epoch":1,"until":"2026-12-08T00:00:00Z"},
        "lessons":[{"id":"a/b","title":{"zh":"乙"},"path":{"zh":"courses/a/b/"},"access":"paid","durationSeconds":60,"dripDays":7}]}]}

        """
    private var file: [UInt8] { authenticated(catalogue: Array(object.utf8), secret: secret) }

    @Test func `a catalogue that this secret made is read`() throws {
        let catalogue = try Catalogue.read(bytes: file, secret: secret)
        let course = try #require(catalogue.course("a"))
        #expect(course.price(in: .cny) == Money(minorUnits: 4900, currency: .cny))
        #expect(course.lesson("a/b")?.access == .paid)
        #expect(course.lesson("a/b")?.dripDays == 7)
    }

    @Test func `a changed price, another secret or a missing code is refused`() {
        var cheaper = file
        let price = cheaper.firstRange(of: Array("4900".utf8))!
        cheaper.replaceSubrange(price, with: Array("0001".utf8))
        #expect(throws: CatalogueRefusal.isOfAnotherSecret) { try Catalogue.read(bytes: cheaper, secret: secret) }
        #expect(throws: CatalogueRefusal.isOfAnotherSecret) { try Catalogue.read(bytes: file, secret: SiteSecret(bytes: Array(1...32))!) }
        #expect(throws: CatalogueRefusal.isOfAnotherSecret) { try Catalogue.read(bytes: file + [0x20], secret: secret) }
        #expect(throws: CatalogueRefusal.isNotAuthenticated) { try Catalogue.read(bytes: Array(object.utf8), secret: secret) }
        #expect(throws: CatalogueRefusal.isNotAuthenticated) { try Catalogue.read(bytes: [], secret: secret) }
        let future = authenticated(catalogue: Array("{\"version\":2}".utf8), secret: secret)
        #expect(throws: CatalogueRefusal.isOfAnotherVersion) { try Catalogue.read(bytes: future, secret: secret) }
    }

    @Test func `an older catalogue never takes the place of a newer one`() throws {
        let catalogue = try Catalogue.read(bytes: file, secret: secret)
        var older = catalogue, sameDay = catalogue, newer = catalogue
        older.revision -= 1
        sameDay.courses[0].prices[0].minorUnits = 1
        newer.revision += 1
        #expect(catalogue.replaces(catalogue))
        #expect(newer.replaces(catalogue))
        #expect(!older.replaces(catalogue))
        #expect(!sameDay.replaces(catalogue))
    }

    @Test func `a page of the epoch before opens until its grace is over`() throws {
        let course = try #require(try Catalogue.read(bytes: file, secret: secret).course("a"))
        let during = Moment("2026-12-07T23:59:59Z")!, after = Moment("2026-12-08T00:00:00Z")!
        #expect(course.honours(epoch: 2, at: after))
        #expect(course.honours(epoch: 1, at: during))
        #expect(!course.honours(epoch: 1, at: after))
        #expect(!course.honours(epoch: 3, at: during))
        #expect(!course.honours(epoch: 0, at: during))
    }
}
