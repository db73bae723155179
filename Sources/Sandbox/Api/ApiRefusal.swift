// SPDX-License-Identifier: Apache-2.0

/// A request that is not granted: the status and the sentence that goes back.
struct ApiRefusal: Error, Sendable, Equatable {
    var status: Int
    var message: String
    /// Seconds or a date, for the header `Retry-After`.
    var retryAfter: String?

    /// 400: a field is missing, of the wrong kind, unknown, or names what does not exist.
    static func invalid(_ field: String, _ why: String) -> ApiRefusal {
        ApiRefusal(status: 400, message: "Invalid \(field): \(why).")
    }

    /// 403: a rule of the hotel's business; meant to be shown to the user.
    static func rule(_ message: String) -> ApiRefusal { ApiRefusal(status: 403, message: message) }

    static let notJson = ApiRefusal(status: 400, message: "Invalid JSON")

    static func credentials(_ what: String) -> ApiRefusal {
        ApiRefusal(status: 401, message: "\(what) is not valid for this hotel.")
    }
}
