// SPDX-License-Identifier: Apache-2.0
import Ports

/// The ports there are, from the three sources: udev, paths that a person wrote down, network addresses.
enum PortSnapshot {
    /// A network address that a person wrote down: dialled, or listened on for these.
    struct Address: Hashable {
        var text: String
        var admits: [String]?
    }

    /// One device is one port. A written path that leads to a device udev lists becomes another name of udev's port, so that two
    /// reports of one device cannot come and go apart. `udevDecides` tells of a device that udev will list in a moment: it waits for that.
    /// `kind` tells what a node is that udev does not list.
    static func ports(
        listed: [PortListing.Entry], trails: [String: PathTrail], addresses: [Address], udevDecides: (PathTrail.Node) -> Bool,
        kind: (PathTrail.Node) -> PortKind = { _ in .tty }
    ) -> [DetectedPort] {
        var ports = listed.map(\.port)
        var fixed: [DetectedPort] = []
        for (path, trail) in trails.sorted(by: { $0.key < $1.key }) {
            guard let node = trail.node else { continue }
            if let index = listed.firstIndex(where: { $0.major == node.major && $0.minor == node.minor }) {
                if ports[index].address != path, !ports[index].links.contains(path) { ports[index].links.append(path) }
            } else if !udevDecides(node) {
                fixed.append(DetectedPort(incarnation: .init("\(path) \(node.incarnation)"), kind: kind(node), address: path))
            }
        }
        // Nothing tells whether somebody answers at an address: connecting does.
        // Several encoders may share one: it is one port all the same.
        var seen: Set<Address> = []
        return ports + fixed
            + addresses.filter { seen.insert($0).inserted }.map { address in
                DetectedPort(
                    incarnation: .init((address.admits == nil ? "" : "listen ") + address.text), kind: .tcp, address: address.text,
                    admits: address.admits)
            }
    }
}
