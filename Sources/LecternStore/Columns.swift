import GRDB
import LecternCore

// How values stand in columns. A row that does not hold what the schema promises is `.broken`, never a crash.
extension Row {
    func text(_ column: String) throws -> String { try value(column) }
    func number(_ column: String) throws -> Int64 { try value(column) }
    func int(_ column: String) throws -> Int { try value(column) }
    func flag(_ column: String) throws -> Bool { try number(column) != 0 }
    func id<Of>(_ column: String) throws -> ID<Of> { ID(try text(column)) }
    func instant(_ column: String) throws -> Instant { Instant(milliseconds: try number(column)) }
    func optionalText(_ column: String) -> String? { self[column] }
    func optionalInstant(_ column: String) -> Instant? { (self[column] as Int64?).map(Instant.init(milliseconds:)) }
    func optionalID<Of>(_ column: String) -> ID<Of>? { optionalText(column).map { ID($0) } }

    func word<Word: RawRepresentable>(_ column: String) throws -> Word where Word.RawValue == String {
        let text = try text(column)
        guard let word = Word(rawValue: text) else { throw StoreError.broken("\(column) holds an unknown word") }
        return word
    }

    func money(_ column: String, currency: String = "currency") throws -> Money {
        guard let currency = Currency(try text(currency)) else { throw StoreError.broken("an unknown currency") }
        return Money(minorUnits: try number(column), currency: currency)
    }

    /// By position, where a name would cost more than the value. GRDB's own subscript ends the program where it finds nothing.
    func at<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ position: Int) throws -> Value {
        do { return try decode(Value.self, atIndex: position) } catch { throw StoreError.broken("column \(position) is empty") }
    }

    private func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        guard let value = self[column] as Value? else { throw StoreError.broken("\(column) is empty") }
        return value
    }
}

extension Instant { var sql: Int64 { milliseconds } }

/// Adds the columns' values by position; nil where there is none.
typealias Values = StatementArguments

extension Database {
    /// Runs a statement that is prepared once for each connection.
    func run(_ sql: String, _ values: Values = []) throws { try prepared(sql, values).execute() }

    func row(_ sql: String, _ values: Values = []) throws -> Row? { try Row.fetchOne(prepared(sql, values)) }

    func rows(_ sql: String, _ values: Values = []) throws -> [Row] { try Row.fetchAll(prepared(sql, values)) }

    /// Whether the statement, which ends in RETURNING, changed anything.
    func didChange(_ sql: String, _ values: Values = []) throws -> Bool { try !rows(sql, values).isEmpty }

    private func prepared(_ sql: String, _ values: Values) throws -> Statement {
        let statement = try cachedStatement(sql: sql)
        // As many values as there are questions: true of each line of code or of none, so that debug builds look.
        assert((try? statement.validateArguments(values)) != nil, sql)
        statement.setUncheckedArguments(values)
        return statement
    }
}
