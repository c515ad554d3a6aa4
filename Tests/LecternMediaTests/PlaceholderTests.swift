import Testing
@testable import LecternMedia
