// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Ports

/// A file of udev rules that is in force.
public struct RuleFile: Sendable, Hashable {
    public var name: String
    public var path: String
    public var text: String

    public init(name: String, path: String, text: String) {
        self.name = name
        self.path = path
        self.text = text
    }

    /// Whether a line of it, not commented out, is about this USB chip: as `PRODUCT=="1a86/7523/*"` or by idVendor and idProduct.
    public func names(_ chip: USBID) -> Bool {
        let product = "\"\(String(chip.vendor, radix: 16))/\(String(chip.product, radix: 16))/"
        let parts = chip.description.split(separator: ":")
        return text.split(separator: "\n").contains { line in
            let rule = line.drop { $0 == " " || $0 == "\t" }.lowercased()
            guard !rule.hasPrefix("#") else { return false }
            if rule.contains("product}==" + product) { return true }
            return rule.contains("{idvendor}==\"\(parts[0])\"") && rule.contains("{idproduct}==\"\(parts[1])\"")
        }
    }
}

/// The udev rules of a machine as udev sees them: of files with the same name the first folder's counts, and one that is empty or
/// leads to /dev/null switches the others off.
public struct RuleFiles: Sendable, Hashable {
    /// The folders in the order in which udev prefers them.
    static let folders = [
        "/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d",
    ]
    /// The rules that come with the bridge, and those of the site.
    public static let ours = UdevRules.fileName
    public static let local = UdevRules.localFileName

    public var inForce: [RuleFile]

    public init(_ inForce: [RuleFile]) { self.inForce = inForce }

    init(_ root: SystemRoot) {
        var seen: Set<String> = []
        inForce = []
        for folder in Self.folders {
            for name in root.entries(folder) where name.hasSuffix(".rules") && seen.insert(name).inserted {
                let path = "\(folder)/\(name)"
                guard root.target(path) != "/dev/null", let text = root.text(path), !text.isEmpty else { continue }
                inForce.append(RuleFile(name: name, path: path, text: text))
            }
        }
        inForce.sort { $0.name < $1.name }
    }

    public subscript(name: String) -> RuleFile? { inForce.first { $0.name == name } }

    /// The rule of a program, such as `brltty`, that is about this chip.
    func rule(of program: String, naming chip: USBID) -> RuleFile? {
        inForce.first { $0.name.contains(program) && $0.names(chip) }
    }
}
