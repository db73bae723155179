// SPDX-License-Identifier: Apache-2.0

/// What is computed over what.
extension CardLayout {
    /// The parts that a check is computed over, in the order in which they are written in `over=`.
    static func parts(of check: LayoutCheck, at index: PartIndex, in places: [Place]) throws(LayoutFault) -> [PartIndex] {
        var found: [PartIndex] = []
        for reference in check.over {
            let more: [PartIndex] =
                switch reference {
                case .before: (0..<index.part).map { PartIndex(place: index.place, part: $0) }
                case .place(let word):
                    places.indices.filter { places[$0].place.word == word }.flatMap { place in
                        places[place].parts.indices.map { PartIndex(place: place, part: $0) }
                    }
                case .part(let label):
                    places.indices.flatMap { place in
                        places[place].parts.indices.filter { places[place].parts[$0].label == label }.map {
                            PartIndex(place: place, part: $0)
                        }
                    }
                }
            if more.isEmpty {
                let name = places[index.place].parts[index.part].name
                throw LayoutFault(
                    places[index.place].place.path,
                    "{\(name)} is computed over something that is not there: name parts with a label ({end: until ...}), "
                        + "places as track2, block4 or page5, or write over=before")
            }
            found += more
        }
        return found
    }

    /// Every check once, each after those that it is computed over.
    static func orderOfChecks(in places: [Place]) throws(LayoutFault) -> [PartIndex] {
        try refuseLabels(in: places)
        var waiting: [(index: PartIndex, needs: Set<PartIndex>)] = []
        for (place, content) in places.enumerated() {
            for (part, one) in content.parts.enumerated() {
                guard case .check(let check) = one.content else { continue }
                let index = PartIndex(place: place, part: part)
                waiting.append((index, Set(try parts(of: check, at: index, in: places))))
            }
        }
        let all = Set(waiting.map(\.index))
        var order: [PartIndex] = []
        while let ready = waiting.firstIndex(where: { $0.needs.intersection(all).isSubset(of: order) }) {
            order.append(waiting.remove(at: ready).index)
        }
        guard let stuck = waiting.first else { return order }
        let part = places[stuck.index.place].parts[stuck.index.part]
        throw LayoutFault(places[stuck.index.place].place.path, "{\(part.name)} would be computed over itself: change its `over`")
    }

    private static func refuseLabels(in places: [Place]) throws(LayoutFault) {
        var seen: Set<String> = []
        for place in places {
            for label in place.parts.compactMap(\.label) {
                if case .place = LayoutCheck.Reference(word: label) {
                    throw LayoutFault(place.place.path, "'\(label)' names a place: call the part something else")
                }
                guard seen.insert(label).inserted else { throw LayoutFault(place.place.path, "two parts are called '\(label)'") }
            }
        }
    }
}
