import LecternStore

/// Why a command is not done: for the creator, in words.
public struct ShopProblem: Error, Hashable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

extension Shop {
    func told<Value>(_ body: () throws(StoreError) -> Value) throws(ShopProblem) -> Value {
        do { return try body() } catch { throw ShopProblem(error.description) }
    }

    func told<Value: Sendable>(_ body: () async throws(StoreError) -> Value) async throws(ShopProblem) -> Value {
        do { return try await body() } catch { throw ShopProblem(error.description) }
    }
}
