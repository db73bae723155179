// SPDX-License-Identifier: Apache-2.0

/// `alerts`: who hears of problems that stand.
public struct AlertSettings: Sendable, Hashable {
    /// `alerts.webhook`
    public struct Webhook: Sendable, Hashable {
        /// Where the URL comes from: written down, or, where it is itself the secret, in a file.
        public enum Address: Sendable, Hashable {
            case url(String)
            case file(String)
        }
        public var address: Address
        public var tokenFile: String?

        public init(address: Address, tokenFile: String? = nil) {
            self.address = address
            self.tokenFile = tokenFile
        }
    }

    /// `alerts.mail`
    public struct Mail: Sendable, Hashable {
        public var to: [String]
        /// `nil`: what the mail program writes.
        public var from: String?
        public var program: String

        /// What every mail program of Debian brings.
        public static let usualProgram = "/usr/sbin/sendmail"

        public init(to: [String], from: String? = nil, program: String = Self.usualProgram) {
            self.to = to
            self.from = from
            self.program = program
        }
    }

    public static let usualPatience: Duration = .seconds(300)

    /// `alerts.after`: how long a problem stands before it leaves.
    public var patience: Duration
    public var webhook: Webhook?
    public var mail: Mail?

    public init(patience: Duration = Self.usualPatience, webhook: Webhook? = nil, mail: Mail? = nil) {
        self.patience = patience
        self.webhook = webhook
        self.mail = mail
    }
}

extension AlertSettings.Webhook {
    /// URL and token as their files have them now.
    public func read() throws(SecretFault) -> (url: String, token: String?) {
        let url: String
        switch address {
        case .url(let text): url = text
        case .file(let path):
            url = try SecretFile.read(path)
            if let objection = AlertsRule.objection(toAddress: url, hasToken: tokenFile != nil) {
                throw SecretFault("the address in \(path) cannot be used: \(objection)")
            }
        }
        guard let tokenFile else { return (url, nil) }
        return (url, try SecretFile.read(tokenFile))
    }
}
