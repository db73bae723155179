// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Reads the bridge's event stream line by line: a type, its data, an empty line.
struct EventLines: Sendable {
    private var type = ""
    private var data = ""
    /// An event of the bridge is a few kilobytes at most.
    private static let longest = 1 << 18

    /// - Returns: an event when this line ends one.
    mutating func take(_ line: String) -> (type: String, data: String)? {
        let line = line.hasSuffix("\r") ? String(line.dropLast()) : line
        if line.isEmpty {
            defer { (type, data) = ("", "") }
            return type.isEmpty ? nil : (type, data)
        }
        if let value = Self.value(of: "event", in: line) { type = value }
        if let value = Self.value(of: "data", in: line), data.count + value.count < Self.longest {
            data += (data.isEmpty ? "" : "\n") + value
        }
        return nil
    }

    private static func value(of field: String, in line: String) -> String? {
        guard line.hasPrefix(field + ":") else { return nil }
        let value = line.dropFirst(field.count + 1)
        return String(value.hasPrefix(" ") ? value.dropFirst() : value)
    }
}

/// The parts of an event's data that a person at the encoder wants to see. The same names mean the same in all of them.
struct EventData: Decodable {
    struct FaultText: Decodable {
        var code: String?
        var advice: String?
        var technician: String?
    }
    var name: String?
    var encoder: String?
    var state: String?
    var technology: String?
    var uid: String?
    var id: String?
    var copies: Int?
    var copiesDone: Int?
    var prompt: String?
    var fault: FaultText?
    var lastFault: FaultText?
}
