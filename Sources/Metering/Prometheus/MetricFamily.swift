// SPDX-License-Identifier: Apache-2.0

/// All series of one name.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable { case counter, gauge, histogram }

    enum Value: Sendable {
        case number(Double)
        case histogram(Histogram)
    }

    var kind: Kind
    var help: String
    var series: [MetricLabels: Value] = [:]

    /// A name as Prometheus takes it: letters, digits and `_`, no digit in front.
    static func name(_ text: String) -> String {
        let letters = text.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) ? Character(scalar) : "_"
        }
        return letters.first?.isNumber == true ? "_" + String(letters) : String(letters)
    }
}

/// Times in seconds, from a line of an encoder to a clerk who walks for a card.
struct Histogram: Sendable, Hashable {
    static let bounds: [Double] = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60]
    var counts = [UInt64](repeating: 0, count: bounds.count)
    var count: UInt64 = 0
    var sum: Double = 0

    mutating func record(_ value: Double) {
        if let place = Self.bounds.firstIndex(where: { value <= $0 }) { counts[place] += 1 }
        count += 1
        sum += value
    }
}
