// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// Where something stands in an answer.
enum AnswerRule: Sendable, Hashable {
    /// `field 2`: between separators, from 1.
    case field(Int)
    /// `column 6`, `columns 11-12`: bytes behind the start and the address, from 1.
    case columns(ClosedRange<Int>)
    /// `tag RC`: the rest of the field that begins so.
    case tag(String)

    /// - Returns: `nil` for `none`.
    static func read(_ text: String, setting: String) throws(SettingsFault) -> AnswerRule? {
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        switch (words.first ?? "none", words.count) {
        case ("none", 1), ("none", 0): return nil
        case ("field", 2):
            if let number = Int(words[1]), (1...200).contains(number) { return .field(number) }
        case ("column", 2), ("columns", 2):
            let ends = words[1].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            if let first = ends.first, let last = ends.last, ends.count <= 2, first >= 1, last >= first, last <= 1000 {
                return .columns(first...last)
            }
        case ("tag", 2):
            if words[1].utf8.allSatisfy({ (0x21...0x7E).contains($0) }) { return .tag(words[1]) }
        default: break
        }
        throw SettingsFault(
            key: setting, "'\(setting)' is '\(text)': write where it stands, such as field 2, columns 11-12, tag RC, or none")
    }

    /// `nil` if the answer does not have it.
    func text(in body: [UInt8], _ layout: MessageLayout) -> String? {
        switch self {
        case .field(let number): return layout.fields(body)?[number - 1]
        case .columns(let columns):
            let body = layout.text(of: body)
            guard columns.upperBound <= body.count else { return nil }
            return SeparatedFields.text(body[(columns.lowerBound - 1)...(columns.upperBound - 1)])
        case .tag(let tag):
            guard let fields = layout.fields(body) else { return nil }
            for index in 0..<fields.count {
                if let text = fields[index], text.hasPrefix(tag) { return String(text.dropFirst(tag.count)) }
            }
            return nil
        }
    }
}
