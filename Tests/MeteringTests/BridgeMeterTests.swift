// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import TestKit
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

    @Test func wear_isShownByEncoder() async {
        let now = Date(timeIntervalSince1970: 1_796_000_000)
        let wear = EncoderWear([WearDay(encoder: Self.encoder, day: now - 86_400, keys: 100, secondTries: 3)], now: now)
        let page = await BridgeMeter(version: "0.2.0", encoders: [Self.encoder])
            .page(encoders: [Self.status(.ready)], connectors: [], unfinishedJobs: 0, undeliveredReports: 0, wear: wear)
        #expect(page.contains(#"encoder_bridge_encoder_week_keys{encoder="front-desk"} 100"#))
        #expect(page.contains(#"encoder_bridge_encoder_week_second_tries{encoder="front-desk"} 3"#))
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

    @Test func locksAndGrants_areShown_andAStateThatIsLeftGoesToZero() async {
        let meter = BridgeMeter(version: "0.2.0", encoders: [])
        func page(_ state: String) async -> String {
            let access = AccessStatus(
                doors: [.init(reservation: "1", door: "101", lock: "door-101", state: state, look: .bad, until: .distantFuture)],
                locks: [.init(name: "door-101", state: "offline", battery: 12, backupCodes: 2)], withoutCode: ["2: no lock"])
            return await meter.page(encoders: [], connectors: [], unfinishedJobs: 0, undeliveredReports: 0, access: access)
        }
        let first = await page("overdue")
        for line in [
            #"encoder_bridge_grants{state="overdue"} 1"#, #"encoder_bridge_lock_up{lock="door-101"} 0"#,
            #"encoder_bridge_lock_battery_percent{lock="door-101"} 12"#, #"encoder_bridge_lock_backup_codes{lock="door-101"} 2"#,
            "encoder_bridge_reservations_without_code 1",
        ] { #expect(first.contains(line), "\(line)") }
        #expect(await page("set").contains(#"encoder_bridge_grants{state="overdue"} 0"#))
    }

    @Test func page_isReadByPrometheusItself() async throws {
        let meter = BridgeMeter(version: "0.2.0 (\"quoted\")", encoders: [Self.encoder])
        await meter.heard(Self.job(.queued))
        await meter.heard(Self.job(.done))
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("metrics-\(UUID().uuidString)")
        try Data(await Self.page(of: meter).utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // Of no consequence: a temporary file.
        try await Self.run("promtool check metrics < \(file.path)")
    }

    @Test func alerts_areReadByPrometheusItself_andKnowOnlyMetricsThatExist() async throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../packaging/monitoring")
        try await Self.run("cd '\(folder.path)' && promtool check config prometheus.yaml")
        let known = Set(MetricName.allCases.map(\.rawValue))
        for name in ["encoder-bridge.rules.yaml", "grafana-dashboard.json"] {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            for found in text.matches(of: /encoder_bridge_[a-z_]+/) {
                let metric = found.output.hasSuffix("_bucket") ? String(found.output.dropLast(7)) : String(found.output)
                #expect(known.contains(metric), "\(name) names \(metric)")
            }
        }
    }

    @Test func jobs_areCountedFromNought() async {
        let page = await Self.page(of: BridgeMeter(version: "0.2.0", encoders: [Self.encoder]))
        #expect(page.contains(#"encoder_bridge_jobs_total{encoder="front-desk",fault="",outcome="done"} 0"#))
        #expect(page.contains(#"encoder_bridge_jobs_total{encoder="front-desk",fault="offline",outcome="failed"} 0"#))
    }

    @Test func lineErrors_goOn_whenASessionBeginsAnew() async {
        let meter = BridgeMeter(version: "0.2.0", encoders: [Self.encoder])
        func count(_ errors: Int) async -> Bool {
            let page = await meter.page(
                encoders: [], connectors: [], unfinishedJobs: 0, undeliveredReports: 0, lineErrors: [Self.encoder: errors])
            return page.contains("encoder_bridge_line_errors_total{encoder=\"front-desk\"} \(errors == 1 ? 4 : errors)\n")
        }
        for errors in [0, 2, 3, 1] { #expect(await count(errors), "\(errors)") }
    }

    /// An encoder on which no key ever succeeded has no count of those, and that is when the alert is needed most.
    @Test func alert_comes_whenKeysFailAndNoneWasEverCut() async throws {
        let failed = #"encoder_bridge_jobs_total{instance="hotel", encoder="desk", outcome="failed", fault="offline"}"#
        let done = #"encoder_bridge_jobs_total{instance="hotel", encoder="desk", outcome="done", fault=""}"#
        let alert = RuleTest(
            alert: "KeysFail", severity: "critical", at: "30m", summary: "No key succeeds on desk at hotel",
            description: "4 failed in half an hour and none was cut. journalctl ENCODER=desk -p warning")
        try await Self.hold([
            alert.text([(failed, "0x10 1 2 3 4x30")], fires: true),
            alert.text([(failed, "0x10 1 2 3 4x30"), (done, "0x40")], fires: true),
            alert.text([(failed, "0x10 1 2 3 4x30"), (done, "0x20 1x20")], fires: false),
        ])
    }

    /// As `status` judges it: three keys, and three of a hundred.
    @Test func alert_comes_whenAnEncoderWears() async throws {
        let tries = #"encoder_bridge_encoder_week_second_tries{instance="hotel", encoder="desk"}"#
        let keys = #"encoder_bridge_encoder_week_keys{instance="hotel", encoder="desk"}"#
        let alert = RuleTest(
            alert: "EncoderWears", severity: "warning", at: "90m",
            summary: "3 keys of a week needed a second try on desk at hotel",
            description: "It gets worse for weeks before it fails: clean its reader, try other cards, replace it soon.")
        try await Self.hold([
            alert.text([(tries, "3x100"), (keys, "100x100")], fires: true),
            alert.text([(tries, "3x100"), (keys, "101x100")], fires: false),
            alert.text([(tries, "2x100"), (keys, "10x100")], fires: false),
        ])
    }

    /// A case of `promtool test rules`.
    private struct RuleTest {
        let alert, severity, at, summary, description: String

        func text(_ series: [(String, String)], fires: Bool) -> String {
            let input = series.map { "      - { series: '\($0)', values: '\($1)' }" }.joined(separator: "\n")
            let expected =
                fires
                ? "\n          - exp_labels: { severity: \(severity), encoder: desk, instance: hotel }\n            exp_annotations:"
                    + "\n              summary: '\(summary)'\n              description: '\(description)'" : " []"
            return """
                  - interval: 1m
                    input_series:
                \(input)
                    alert_rule_test:
                      - eval_time: \(at)
                        alertname: \(alert)
                        exp_alerts:\(expected)
                """
        }
    }

    private static func hold(_ tests: [String]) async throws {
        let rules = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../packaging/monitoring/encoder-bridge.rules.yaml"
        ).standardizedFileURL
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("rules-\(UUID().uuidString).yaml")
        try Data("rule_files: ['\(rules.path)']\ntests:\n\(tests.joined(separator: "\n"))\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // Of no consequence: a temporary file.
        try await run("promtool test rules '\(file.path)'")
    }

    private static func run(_ command: String) async throws {
        let program = try await EndedProgram(["/bin/sh", "-c", command])
        #expect(program.status == 0, "\(command): \(program.text)")
    }
}
