// SPDX-License-Identifier: Apache-2.0

/// A user with the groups that /etc/group gives, and the ones that a running process really has.
public struct Account: Sendable, Hashable {
    public var name: String
    public var user: UInt32
    public var groups: Set<UInt32>

    public init(name: String, user: UInt32, groups: Set<UInt32>) {
        self.name = name
        self.user = user
        self.groups = groups
    }
}

/// Users and groups of a machine, from /etc/passwd and /etc/group.
public struct Accounts: Sendable, Hashable {
    /// The user that the packaged service runs as.
    public static let serviceName = "encoder-bridge"

    public var users: [Account]
    public var groupNames: [UInt32: String]

    public init(users: [Account], groupNames: [UInt32: String]) {
        self.users = users
        self.groupNames = groupNames
    }

    init(passwd: String, group: String) {
        var members: [String: Set<UInt32>] = [:]
        groupNames = [:]
        for fields in Self.fields(group) where fields.count >= 4 {
            guard let id = UInt32(fields[2]) else { continue }
            groupNames[id] = fields[0]
            for member in fields[3].split(separator: ",") { members[String(member), default: []].insert(id) }
        }
        users = Self.fields(passwd).compactMap { fields in
            guard fields.count >= 4, let user = UInt32(fields[2]), let group = UInt32(fields[3]) else { return nil }
            return Account(name: fields[0], user: user, groups: members[fields[0], default: []].union([group]))
        }
    }

    public var service: Account? { users.first { $0.name == Self.serviceName } }

    private static func fields(_ text: String) -> [[String]] {
        text.split(separator: "\n").map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) }
    }
}

/// Owner and mode of a device node.
public struct NodeFacts: Sendable, Hashable {
    public var user: UInt32
    public var group: UInt32
    public var userName: String
    public var groupName: String
    /// Permission bits only.
    public var mode: UInt32

    public init(user: UInt32, group: UInt32, userName: String, groupName: String, mode: UInt32) {
        self.user = user
        self.group = group
        self.userName = userName
        self.groupName = groupName
        self.mode = mode
    }

    /// Whether the account may read and write.
    public func permits(_ account: Account) -> Bool {
        if account.user == 0 { return true }
        let bits = account.user == user ? mode >> 6 : account.groups.contains(group) ? mode >> 3 : mode
        return bits & 0o6 == 0o6
    }

    /// `root:dialout 0660`
    public var text: String {
        let octal = String(mode & 0o777, radix: 8)
        return "\(userName):\(groupName) 0" + String(repeating: "0", count: max(0, 3 - octal.count)) + octal
    }
}
