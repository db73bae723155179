// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// An address that others dial in on, with `from`: who may. Protocols of lock servers have no password, so off this machine the list of
/// addresses is all that stands between a stranger and a key.
enum DoorRule {
    /// `nil` after a problem was reported.
    static func read(_ scalar: Scalar, _ section: Section) -> (HostAndPort, from: [String])? {
        guard let address = HostAndPort(scalar.text), let host = figures(address.host) else {
            section.log.report(
                scalar, "'\(scalar.text)' is no address to listen on: write one of this machine in figures, such as 127.0.0.1:5010")
            return nil
        }
        guard let from = addresses(section) else { return nil }
        guard address.isLoopback || !from.isEmpty else {
            section.log.report(
                scalar,
                "'\(address.host)' can be reached from other machines, and this protocol has no password: write from: [ADDRESS], the "
                    + "addresses that may dial in")
            return nil
        }
        var plain = address
        plain.host = host
        return (plain, from)
    }

    /// The addresses of `from`; empty where it is not written, `nil` after a problem.
    private static func addresses(_ section: Section) -> [String]? {
        guard section.keys.contains("from") || section.log.environment[EnvironmentName.of(section.path + ["from"])] != nil else {
            return []
        }
        guard let words = section.list("from") else { return nil }
        var addresses: [String] = []
        for word in words {
            guard let address = figures(word.text), !["0.0.0.0", "::"].contains(address) else {
                section.log.report(
                    word, "'\(word.text)' is no address: write those that may dial in, in figures and each in full, such as [10.0.0.5]")
                return nil
            }
            addresses.append(address)
        }
        if addresses.isEmpty {
            section.log.report(
                section.place(of: "from"), section.path + ["from"], "is empty: name at least one address, such as [10.0.0.5]")
            return nil
        }
        return addresses
    }

    /// An address in figures, in one spelling; `nil` for anything else.
    private static func figures(_ text: String) -> String? {
        if text.lowercased() == "localhost" { return "127.0.0.1" }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return text }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        var spelled = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &six, &spelled, socklen_t(spelled.count)) != nil else { return nil }
        return String(decoding: spelled.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
