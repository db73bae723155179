// SPDX-License-Identifier: Apache-2.0

/// Every metric of the bridge. packaging/monitoring holds alerts and a dashboard that know these names.
enum MetricName: String, CaseIterable {
    case jobs = "encoder_bridge_jobs_total"
    case phase = "encoder_bridge_job_phase_seconds"
    case encoderUp = "encoder_bridge_encoder_up"
    case encoderQueue = "encoder_bridge_encoder_queued_jobs"
    case returns = "encoder_bridge_encoder_returns_total"
    case lineErrors = "encoder_bridge_line_errors_total"
    case weekKeys = "encoder_bridge_encoder_week_keys"
    case weekSecondTries = "encoder_bridge_encoder_week_second_tries"
    case connectorUp = "encoder_bridge_connector_up"
    case problems = "encoder_bridge_connector_problems"
    case outbox = "encoder_bridge_undelivered_reports"
    case outboxAge = "encoder_bridge_oldest_undelivered_order_seconds"
    case commit = "encoder_bridge_journal_longest_commit_seconds"
    case unfinished = "encoder_bridge_unfinished_jobs"
    case clockSkew = "encoder_bridge_clock_skew_seconds"
    case grants = "encoder_bridge_grants"
    case withoutCode = "encoder_bridge_reservations_without_code"
    case lockUp = "encoder_bridge_lock_up"
    case battery = "encoder_bridge_lock_battery_percent"
    case backupCodes = "encoder_bridge_lock_backup_codes"
    case build = "encoder_bridge_build_info"

    var help: String {
        switch self {
        case .jobs: "Orders that ended, by outcome and fault."
        case .phase: "Time that orders spent in a state, in seconds."
        case .encoderUp: "1 while an encoder is ready or busy."
        case .encoderQueue: "Orders that wait behind the one in hand."
        case .returns: "How often an encoder came back after it was away or faulted."
        case .lineErrors: "How often bytes came from an encoder that were no frame: bad check, cut off, noise."
        case .weekKeys: "Keys of the last seven days, those that did not come out among them."
        case .weekSecondTries: "Keys of the last seven days that needed a second try: a worn encoder has more and more of them."
        case .connectorUp: "1 while the way to the PMS is open."
        case .problems: "What a connector knows to be wrong now."
        case .outbox: "Reports that the PMS has not taken yet."
        case .outboxAge: "Age of the oldest order of which a report waits; 0 when none does."
        case .commit: "The slowest commit of the journal since the last scrape."
        case .unfinished: "Orders that have not ended."
        case .clockSkew: "How far the clock of the PMS is ahead of this machine's."
        case .grants: "Door codes that are not over, by state; overdue ones may still open a door."
        case .withoutCode: "Reservations that are checked in and get no code."
        case .lockUp: "1 while a lock can be reached."
        case .battery: "What is left in a lock's battery."
        case .backupCodes: "Back-up codes on a lock, ready for a guest who comes while it is offline."
        case .build: "Version and commit of the program; always 1."
        }
    }

    static var help: [String: String] { Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.help) }) }
}
