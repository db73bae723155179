// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Testing

@testable import Metering

@Suite struct BridgeMeterTests {
    private static let encoder = EncoderName("front-desk")

    private static func job(_ state: JobState, fault: Fault? = nil) -> BridgeEvent {
        let (start, end) = (Date(timeIntervalSince1970: 1_790_000_000), Date(timeIntervalSince1970: 1_800_000_000))
        let order = KeyOrder(lockIds: ["101"], validFrom: start, validUntil: end)
        var job = Job(id: JobID("one"), encoder: encoder, order: order, origin: .local, createdAt: start)
        job.state = state
        job.fault = fault
        return .job(JobDocument(job))
    }

    private static func status(_ state: EncoderState) -> EncoderStatus {
        EncoderStatus(
            name: encoder, state: state, driver: "msr", kind: .raw, port: PortStatus(match: "device /dev/x"), capabilities: [])
    }

    private static func page(of meter: BridgeMeter) async -> String {
        await meter.page(encoders: [status(.ready)], connectors: [], unfinishedJobs: 1, undeliveredReports: 2)
    }

    @Test func job_isCountedOnce_withItsFaultAndThePhasesItWentThrough() async {
        let meter = BridgeMeter(version: "0.2.0", encoders: [Self.encoder])
        let start = ContinuousClock.now
        await meter.heard(Self.job(.queued), at: start)
        await meter.heard(Self.job(.waitingForCard), at: start + .seconds(1))
        await meter.heard(Self.job(.failed, fault: Fault(.noCard)), at: start + .seconds(4))
        // Told of again, with a remark.
        await meter.heard(Self.job(.failed, fault: Fault(.noCard)), at: start + .seconds(5))
        let page = await Self.page(of: meter)
        #expect(page.contains(#"encoder_bridge_jobs_total{encoder="front-desk",fault="noCard",outcome="failed"} 1"#))
        #expect(page.contains(#"encoder_bridge_job_phase_seconds_sum{encoder="front-desk",phase="waitingForCard"} 3"#))
    }

    @Test func encoder_hasReturned_onlyAfterItWasAway() async {
        let meter = BridgeMeter(version: "0.2.0", encoders: [Self.encoder])
        for state in [EncoderState.absent, .opening, .ready, .busy, .ready] { await meter.heard(.encoder(Self.status(state))) }
        #expect(await Self.page(of: meter).contains(#"encoder_bridge_encoder_returns_total{encoder="front-desk"} 0"#))
        for state in [EncoderState.absent, .opening, .ready] { await meter.heard(.encoder(Self.status(state))) }
        #expect(await Self.page(of: meter).contains(#"encoder_bridge_encoder_returns_total{encoder="front-desk"} 1"#))
    }

    @Test func page_isReadByPrometheusItself() async throws {
        let meter = BridgeMeter(version: "0.2.0 (\"quoted\")", encoders: [Self.encoder])
        await meter.heard(Self.job(.queued))
        await meter.heard(Self.job(.done))
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("metrics-\(UUID().uuidString)")
        try Data(await Self.page(of: meter).utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // Of no consequence: a temporary file.
        try Self.run("promtool check metrics < \(file.path)")
    }

    @Test func alerts_areReadByPrometheusItself_andKnowOnlyMetricsThatExist() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../packaging/monitoring")
        try Self.run("cd '\(folder.path)' && promtool check config prometheus.yaml")
        let known = Set(MetricName.allCases.map(\.rawValue))
        for name in ["encoder-bridge.rules.yaml", "grafana-dashboard.json"] {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            for found in text.matches(of: /encoder_bridge_[a-z_]+/) {
                let metric = found.output.hasSuffix("_bucket") ? String(found.output.dropLast(7)) : String(found.output)
                #expect(known.contains(metric), "\(name) names \(metric)")
            }
        }
    }

    private static func run(_ command: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command + " >&2"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(command)")
    }
}
