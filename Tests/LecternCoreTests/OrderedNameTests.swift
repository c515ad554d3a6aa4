import Testing

@testable import LecternCore

@Suite struct OrderedNameTests {
    @Test(arguments: [
        ("01-if", 1, "if"), ("2 变量", 2, "变量"), ("2024-03-05-if", 20_240_305, "if"), ("2024-03-05-变量", 20_240_305, "变量"),
        ("2024-03-notes", 2024, "03-notes"), ("2024-03-05-", 2024, "03-05-"), ("1984", 1984, "1984"), ("if", nil, "if"), ("", nil, ""),
    ])
    func `a number or a date before a name gives the order and stays out of it`(written: String, order: Int?, name: String) {
        let found = orderedName(Substring(written))
        #expect(found.order == order)
        #expect(found.name == name)
    }
}
