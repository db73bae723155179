// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Simulators
import Transcripts

extension DeviceScript {
    /// The device's side of recorded dialogues, in the recorded time where there is one. Silence needs no move.
    init(_ transcripts: [Transcript]) {
        self.init(
            transcripts.map { transcript in
                var last = Duration.zero
                return transcript.steps.enumerated().compactMap { index, step -> Move? in
                    let time = max(last, transcript.times[index] ?? last)
                    defer { last = time }
                    return switch step {
                    case .sent(let bytes): .hears(bytes)
                    case .received(let bytes): .says(bytes, after: time - last)
                    case .silence: nil
                    case .gone: .leaves
                    }
                }
            })
    }
}
