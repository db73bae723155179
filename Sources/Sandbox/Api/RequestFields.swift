// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A request body, taken apart field by field. What nobody took is unknown and refused: the real API declares its requests closed.
struct RequestFields {
    private var members: [String: JSONValue]

    init(body: Data) throws(ApiRefusal) {
        guard case .object(let members)? = JSONValue(parsing: body) else { throw .notJson }
        self.members = members
    }

    init(_ members: [String: JSONValue]) {
        self.members = members
    }

    /// The commands that a request names; none if it cannot be read.
    static func commandIds(in body: Data) -> Set<String> {
        guard case .object(let members)? = JSONValue(parsing: body) else { return [] }
        let several = members["CommandIds"]?.elements?.compactMap(\.text) ?? []
        return Set((several + [members["CommandId"]?.text].compactMap(\.self)).map { $0.lowercased() })
    }

    /// Whether the request has the field at all; null counts.
    func has(_ name: String) -> Bool { members[name] != nil }

    /// The field's value; null and absent are the same.
    private mutating func take(_ name: String) -> JSONValue? {
        guard let value = members.removeValue(forKey: name), value != .null else { return nil }
        return value
    }

    mutating func optionalText(_ name: String) throws(ApiRefusal) -> String? {
        guard let value = take(name) else { return nil }
        guard let text = value.text else { throw .invalid(name, "a string is expected") }
        return text
    }

    mutating func text(_ name: String) throws(ApiRefusal) -> String {
        guard let text = try optionalText(name), !text.isEmpty else { throw .invalid(name, "it is required and must not be empty") }
        return text
    }

    mutating func optionalIdentifier(_ name: String) throws(ApiRefusal) -> String? {
        guard let text = try optionalText(name) else { return nil }
        return try Self.identifier(text, name)
    }

    mutating func identifier(_ name: String) throws(ApiRefusal) -> String {
        try Self.identifier(try text(name), name)
    }

    mutating func identifiers(_ name: String, count: ClosedRange<Int>) throws(ApiRefusal) -> [String] {
        guard let elements = take(name)?.elements, count.contains(elements.count) else {
            throw .invalid(name, "\(count.lowerBound) to \(count.upperBound) identifiers are expected")
        }
        var found: [String] = []
        for element in elements {
            guard let text = element.text else { throw .invalid(name, "a string is expected") }
            found.append(try Self.identifier(text, name))
        }
        return found
    }

    /// A list of identifiers that may be left out, at most 1000.
    mutating func optionalIdentifiers(_ name: String) throws(ApiRefusal) -> Set<String>? {
        guard has(name), members[name] != .null else { return nil }
        return Set(try identifiers(name, count: 1...1000))
    }

    /// A list of texts that may be left out.
    mutating func optionalTexts(_ name: String) throws(ApiRefusal) -> [String]? {
        guard let value = take(name) else { return nil }
        guard let elements = value.elements else { throw .invalid(name, "a list is expected") }
        var found: [String] = []
        for element in elements {
            guard let text = element.text else { throw .invalid(name, "a string is expected") }
            found.append(text)
        }
        return found
    }

    /// A list of objects, 1 to 1000.
    mutating func objects(_ name: String) throws(ApiRefusal) -> [RequestFields] {
        guard let elements = take(name)?.elements, (1...1000).contains(elements.count) else {
            throw .invalid(name, "1 to 1000 objects are expected")
        }
        var found: [RequestFields] = []
        for element in elements {
            guard case .object(let members) = element else { throw .invalid(name, "an object is expected") }
            found.append(RequestFields(members))
        }
        return found
    }

    mutating func optionalInteger(_ name: String) throws(ApiRefusal) -> Int? {
        guard let found = take(name) else { return nil }
        guard case .integer(let value) = found, Int32(exactly: value) != nil else { throw .invalid(name, "a whole number is expected") }
        return value
    }

    mutating func integer(_ name: String) throws(ApiRefusal) -> Int {
        guard let value = try optionalInteger(name) else { throw .invalid(name, "it is required") }
        return value
    }

    mutating func optionalNumber(_ name: String) throws(ApiRefusal) -> Double? {
        switch take(name) {
        case nil: return nil
        case .integer(let value): return Double(value)
        case .number(let value): return value
        default: throw .invalid(name, "a number is expected")
        }
    }

    mutating func optionalFlag(_ name: String) throws(ApiRefusal) -> Bool? {
        switch take(name) {
        case nil: return nil
        case .bool(let value): return value
        default: throw .invalid(name, "true or false is expected")
        }
    }

    /// A text, or a number as a text.
    mutating func optionalScalar(_ name: String) throws(ApiRefusal) -> String? {
        switch take(name) {
        case nil: return nil
        case .integer(let value): return String(value)
        case .number(let value): return String(value)
        case .string(let text): return text
        default: throw .invalid(name, "a number or a text is expected")
        }
    }

    mutating func moment(_ name: String) throws(ApiRefusal) -> Date {
        guard let moment = UtcTime.moment(try text(name)) else {
            throw .invalid(name, "a time in UTC is expected, like 2026-03-01T14:00:00Z")
        }
        return moment
    }

    mutating func optionalObject(_ name: String) throws(ApiRefusal) -> RequestFields? {
        switch take(name) {
        case nil: return nil
        case .object(let members): return RequestFields(members)
        default: throw .invalid(name, "an object is expected")
        }
    }

    /// Takes a field whose value does not matter.
    mutating func ignore(_ name: String) { members[name] = nil }

    /// Refuses what is left over. `owner` is the object's name, if the fields are not the request itself.
    func finish(in owner: String? = nil) throws(ApiRefusal) {
        guard let name = members.keys.min() else { return }
        let shown = String(name.prefix(60))
        throw .invalid(owner.map { "\($0).\(shown)" } ?? shown, "there is no such field")
    }

    private static func identifier(_ text: String, _ name: String) throws(ApiRefusal) -> String {
        guard UUID(uuidString: text) != nil else { throw .invalid(name, "a UUID is expected") }
        return text.lowercased()
    }
}
