import LecternCore
import Testing

@Suite struct MomentTests {
    /// Other generators write the first day of the calendar where no day is known.
    @Test(arguments: ["0001-01-01", "0987-12-31", "1969-12-31", "2026-03-01"])
    func `a day is written as it was read, with four digits for the year`(_ day: String) {
        #expect(Moment(day)?.day == day)
        #expect(Moment(day)?.rfc3339 == day + "T00:00:00Z")
    }
}
