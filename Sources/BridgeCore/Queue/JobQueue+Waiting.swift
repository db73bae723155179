// SPDX-License-Identifier: Apache-2.0
import EncoderModel

extension JobQueue {
    /// The jobs that have not ended, encoder by encoder: the one in hand, then those behind it.
    public func waiting() -> [WaitingJob] {
        desks.keys.sorted().flatMap { name -> [WaitingJob] in
            guard let desk = desks[name] else { return [] }
            let line = ([desk.current].compactMap(\.self) + desk.waiting.entries.map(\.id)).compactMap { live[$0] }.filter {
                !$0.state.isFinal
            }
            return line.enumerated().map { place, job in WaitingJob(job, behind: line.count - place - 1) }
        }
    }

    /// The last job of each encoder that ended since the bridge runs.
    public func lastEnded() -> [EndedJob] { desks.keys.sorted().compactMap { desks[$0]?.ended } }
}
