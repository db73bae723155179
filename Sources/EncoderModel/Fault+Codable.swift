// SPDX-License-Identifier: Apache-2.0

/// In the API and the journal a fault is one object: what happened, who acts, what is known of the card, and the advice.
extension Fault: Codable {
    enum CodingKeys: String, CodingKey {
        case code, owner, card, advice, retry, detail, path, process, reason, cause, bytesHeard
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(kind.code, forKey: .code)
        try values.encode(kind.owner, forKey: .owner)
        try values.encode(card, forKey: .card)
        try values.encode(advice, forKey: .advice)
        try values.encode(kind.retry, forKey: .retry)
        try values.encode(detail, forKey: .detail)
        try values.encodeIfPresent(heard?.bytes, forKey: .bytesHeard)
        switch kind {
        case .notPermitted(let path): try values.encode(path, forKey: .path)
        case .heldBy(let process): try values.encodeIfPresent(process, forKey: .process)
        case .rejected(let reason): try values.encode(reason, forKey: .reason)
        default: break
        }
        try values.encodeIfPresent(cause, forKey: .cause)
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let code = try values.decode(String.self, forKey: .code)
        let kind: FaultKind
        switch code {
        case "notPermitted": kind = .notPermitted(path: try values.decodeIfPresent(String.self, forKey: .path) ?? "")
        case "heldBy": kind = .heldBy(process: try values.decodeIfPresent(HoldingProcess.self, forKey: .process))
        case "rejected": kind = .rejected(reason: try values.decodeIfPresent(String.self, forKey: .reason) ?? "")
        default:
            guard let plain = FaultKind.examples.first(where: { $0.code == code }) else {
                throw DecodingError.dataCorruptedError(forKey: .code, in: values, debugDescription: "unknown fault \(code)")
            }
            kind = plain
        }
        self.init(
            kind, card: try values.decodeIfPresent(CardKnowledge.self, forKey: .card) ?? .untouched,
            detail: try values.decodeIfPresent(String.self, forKey: .detail),
            // A cause of a newer version says less, not nothing.
            cause: try values.decodeIfPresent(String.self, forKey: .cause).flatMap(RefusalCause.init),
            heard: try values.decodeIfPresent(Int.self, forKey: .bytesHeard).map(Heard.init(bytes:)))
        let told = try values.decodeIfPresent(String.self, forKey: .advice)
        if told != advice { sentence = told }
    }
}
