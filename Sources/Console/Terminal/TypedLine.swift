// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A line of standard input. A secret is not shown while it is typed.
package func typedLine(isSecret: Bool) -> String? {
    var before = termios()
    guard isSecret, tcgetattr(STDIN_FILENO, &before) == 0 else { return readLine() }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
    return readLine()
}
