// SPDX-License-Identifier: Apache-2.0

/// Prometheus' text format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). Pure.
enum PrometheusText {
    /// All families, by name, each with its lines behind HELP and TYPE.
    static func page(_ families: [String: MetricFamily]) -> String {
        families.keys.sorted().compactMap { name in families[name].map { family(name, $0) } }.joined()
    }

    private static func family(_ name: String, _ family: MetricFamily) -> String {
        var text = ""
        if !family.help.isEmpty {
            text += "# HELP \(name) \(family.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n"))\n"
        }
        text += "# TYPE \(name) \(family.kind.rawValue)\n"
        for labels in family.series.keys.sorted(by: { $0.text < $1.text }) {
            guard let value = family.series[labels] else { continue }
            switch value {
            case .number(let number): text += "\(name)\(braces(labels.text)) \(self.number(number))\n"
            case .histogram(let histogram):
                var below: UInt64 = 0
                for (bound, count) in zip(Histogram.bounds, histogram.counts) {
                    below += count
                    text += "\(name)_bucket\(braces(labels.text, "le=\"\(self.number(bound))\"")) \(below)\n"
                }
                text += "\(name)_bucket\(braces(labels.text, "le=\"+Inf\"")) \(histogram.count)\n"
                text += "\(name)_sum\(braces(labels.text)) \(self.number(histogram.sum))\n"
                text += "\(name)_count\(braces(labels.text)) \(histogram.count)\n"
            }
        }
        return text
    }

    private static func braces(_ labels: String, _ more: String = "") -> String {
        let inner = [labels, more].filter { !$0.isEmpty }.joined(separator: ",")
        return inner.isEmpty ? "" : "{\(inner)}"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)
    }
}

/// Labels of one series, written as they stand between the braces: names in order, values escaped.
struct MetricLabels: Hashable, Sendable {
    let text: String

    init(_ dimensions: [(String, String)]) {
        text = dimensions.sorted { $0.0 < $1.0 }.map { name, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(MetricFamily.name(name))=\"\(escaped)\""
        }.joined(separator: ",")
    }
}
