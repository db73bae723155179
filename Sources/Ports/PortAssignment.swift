// SPDX-License-Identifier: Apache-2.0
import EncoderModel

extension PortMatch {
    /// Whether this port is the one meant. A serial number that every unit of the chip has never matches.
    public func matches(_ port: DetectedPort) -> Bool {
        switch self {
        case .serial(let serial): port.serial == serial && port.hasUsableSerial
        case .path(let path): port.idPath == path
        case .device(let device): port.address == device || port.links.contains(device)
        case .reader(let reader): port.kind == .pcsc && (port.address == reader || port.links.contains(reader))
        case .tcp(let host, let number):
            port.kind == .tcp && port.admits == nil && port.address == HostAndPort(host: host, port: number).description
        case .tcpListen(let host, let number, let from):
            port.kind == .tcp && port.admits == from && port.address == HostAndPort(host: host, port: number).description
        }
    }

    /// How surely the match finds the same device again.
    public var strength: IdentityStrength {
        switch self {
        case .serial: .strong
        case .path: .port
        case .device, .reader, .tcp, .tcpListen: .fixed
        }
    }
}
