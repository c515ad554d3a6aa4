/// Who may read a lesson.
public enum Access: String, Sendable, Codable, CaseIterable {
    /// Anybody; the course itself costs nothing.
    case free
    /// Anybody, out of a course that is sold.
    case preview
    /// Who has bought the course.
    case paid
}
