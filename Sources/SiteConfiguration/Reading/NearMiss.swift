// SPDX-License-Identifier: Apache-2.0

/// Finds the word that was probably meant.
enum NearMiss {
    /// The closest of the known words, if it is close: case apart, or up to two slips (one in a short word).
    static func of(_ word: String, among known: [String]) -> String? {
        let lowered = word.lowercased()
        if let same = known.first(where: { $0.lowercased() == lowered }) { return same }
        let ranked = known.map { ($0, distance(lowered, $0.lowercased())) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= (best.0.count <= 4 ? 1 : 2) else { return nil }
        return best.0
    }

    /// Letters to add, leave out, change, or swap with their neighbour to make one word of the other. Long words count as far apart.
    static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a), b = Array(b)
        guard a.count <= 64, b.count <= 64 else { return .max }
        var rows = [Array(0...b.count)]
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
