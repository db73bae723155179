// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Something that a look at the journal found.
struct JournalFinding: Sendable, Hashable {
    var sentence: String
    var weight: HealthProblem.Weight

    init(_ sentence: String, _ weight: HealthProblem.Weight = .trouble) {
        self.sentence = sentence
        self.weight = weight
    }
}
