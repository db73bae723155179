// SPDX-License-Identifier: Apache-2.0

/// What many measurements say.
struct Statistics {
    let sorted: [Double]
    init(_ values: [Double]) { sorted = values.sorted() }
    /// 0.5 is the median.
    func quantile(_ q: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        return sorted[min(sorted.count - 1, Int(q * Double(sorted.count)))]
    }
    var median: Double { quantile(0.5) }
}

func fixed(_ value: Double, _ digits: Int = 1) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    var text = "\(rounded)"
    if digits == 0, let dot = text.firstIndex(of: ".") { text = String(text[..<dot]) }
    return text
}

func row(_ cells: [String], widths: [Int]) -> String {
    zip(cells, widths).map { cell, width in
        width < 0
            ? cell + String(repeating: " ", count: max(0, -width - cell.count))
            : String(repeating: " ", count: max(0, width - cell.count)) + cell
    }.joined(separator: "  ")
}
