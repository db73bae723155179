// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation

/// A queue without jobs, for measuring a session alone.
struct NoHost: SessionHost {
    func nextJob(for encoder: EncoderName) async -> Job? { nil }
    func record(_ event: JobEvent, of job: JobID) async throws(Fault) {}
    func note(_ text: String, about job: JobID) async {}
    func keep(_ questions: [UnansweredJob], of encoder: EncoderName) async {}
    func wantsCancel(_ job: JobID) async -> Bool { false }
    func clock() async -> PropertyClock { PropertyClock(timeZone: .gmt) }
    func changed(_ status: EncoderStatus) async {}
    func sighted(_ card: CardPresence, on encoder: EncoderName) async {}
    func lastKey(of encoder: EncoderName) async -> String? { nil }
    func sequence(of job: JobID, on encoder: EncoderName) async throws(Fault) -> Int { 1 }
}
