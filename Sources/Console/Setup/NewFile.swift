// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A file that is whole from the moment that it is there, and has its mode from its first byte on.
enum NewFile {
    static func keep(_ text: String, in path: String, mode: mode_t) throws(SetupFiles.Trouble) {
        let temporary = path + ".new"
        unlink(temporary)
        guard
            FileManager.default.createFile(
                atPath: temporary, contents: Data(text.utf8), attributes: [.posixPermissions: Int(mode)]),
            rename(temporary, path) == 0
        else { throw refusal(of: path) }
    }

    static func refusal(of path: String) -> SetupFiles.Trouble {
        SetupFiles.Trouble(
            description: "\(path) cannot be written (\(String(cString: strerror(errno)))): check the folder and its free space")
    }
}
