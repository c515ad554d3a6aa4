import LecternCore
import LecternStore
import Testing

@testable import LecternReport

/// What is planted is found, and where nothing is planted there is silence. Benchmarks/report asks two thousand terms; here
/// are a few, always the same ones.
struct AdviceTests {
    private func advice(seed: UInt64, visits: Int = 3600, _ planted: Set<Planted>) async throws -> [Advice] {
        let store = try Store.inMemory()
        let term = try await SimulatedTerm.write(into: store, seed: seed, visits: visits, planted: planted)
        var asked = ReportRequest(courses: term.courses, words: Words(language: "en"), zone: .utc, now: term.now)
        asked.creators = term.creators
        return try makeReport(of: store, asked, keepingTotals: false).advice
    }

    @Test(arguments: [1, 2] as [UInt64]) func `all that is planted is found, what costs most people first`(seed: UInt64) async throws {
        let found = try await advice(seed: seed, Set(Planted.allCases))
        try #require(found.map(\.rule) == [.question, .second, .source])
        #expect(found.first?.question == "q3" && found.first?.lesson == "python/02-functions")
        #expect(found[1].lesson == "python/04-lists" && (185...189).contains(found[1].second ?? 0))
        #expect(found[2].source == "campaign spring")
        #expect(found.allSatisfy { $0.peopleLow <= $0.people && $0.people <= $0.peopleHigh && $0.chance < 0.01 })
    }

    @Test(arguments: [11, 12, 13] as [UInt64]) func `where nothing is planted nothing is said`(seed: UInt64) async throws {
        #expect(try await advice(seed: seed, visits: 2000, []).isEmpty)
    }

    @Test func `a term that lies in no database has the same figures`() async throws {
        let store = try Store.inMemory()
        let term = try await SimulatedTerm.write(into: store, seed: 5, visits: 700)
        var asked = ReportRequest(courses: term.courses, words: Words(language: "en"), zone: .utc, now: term.now)
        (asked.creators, asked.survey) = (term.creators, term.survey)
        let kept = try makeReport(of: store, asked, keepingTotals: false), told = try await SimulatedTerm.report(seed: 5, visits: 700, planted: Set(Planted.allCases))
        func figures(_ report: Report) -> [String: String] {
            Dictionary(uniqueKeysWithValues: report.csv.filter { $0.name != "survey-words.csv" }.map { ($0.name, $0.text) })
        }
        #expect(figures(kept) == figures(told) && kept.notes == told.notes && kept.advice == told.advice)
        #expect(figures(told).count > 20)
    }

    @Test func `few learners are too few`() async throws {
        #expect(try await advice(seed: 1, visits: 60, Set(Planted.allCases)).isEmpty)
    }
}
