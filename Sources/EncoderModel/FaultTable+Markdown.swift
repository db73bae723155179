// SPDX-License-Identifier: Apache-2.0

/// The table of faults as a page for people: docs/faults.md.
public enum FaultTable {
    /// The whole page. A test holds docs/faults.md against it.
    public static func markdown() -> String {
        let rows = FaultKind.examples.map { kind in
            row([
                "`\(kind.code)`", kind.owner.rawValue, kind.retry.rawValue, String(kind.httpStatus), forTheClerk(kind, .untouched),
                kind.technicianAdvice,
            ])
        }
        return """
            <!-- Generated from Sources/EncoderModel/FaultTable.swift by `make generate`. Change the table there. -->

            # Faults

            Why a key was not cut, sorted by who must act. The code is the word in the HTTP API, in events and in metrics; the clerk
            reads the advice in the PMS, the technician's is in `status` and in the log. Names, rooms, paths and the cause of `rejected`
            are examples.

            | code | who acts | again | HTTP | for the clerk | for the technician |
            |---|---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            **again**: `never` without a change to the request, `afterPrompt` as soon as the clerk did what the advice says, `later` by
            itself, `afterReplug` when the encoder answers again.

            ## When it is not known whether the card was written

            Each fault also says what is known of the card: `untouched`, `written` or `unknown`. What is unknown is never cut again by the
            bridge: the old card may open the door. The clerk then reads this instead:

            | code | for the clerk |
            |---|---|
            \(doubtful().joined(separator: "\n"))

            """
    }

    /// Rows for the kinds that have other advice when a card may have been written.
    private static func doubtful() -> [String] {
        FaultKind.examples.filter { forTheClerk($0, .unknown) != forTheClerk($0, .untouched) }
            .map { row(["`\($0.code)`", forTheClerk($0, .unknown)]) }
    }

    /// As the PMS and the page have it. A refusal is said by its cause.
    private static func forTheClerk(_ kind: FaultKind, _ card: CardKnowledge) -> String {
        var fault = Fault(kind, card: card)
        if case .rejected = kind { fault.cause = .unknownRoom }
        return fault.worded(.english, rooms: ["1207"]).advice
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }.joined(separator: " | ")
            + " |"
    }
}
