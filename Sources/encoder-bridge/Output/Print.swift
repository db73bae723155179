// SPDX-License-Identifier: Apache-2.0
import Console

/// Writes to standard output, by the one rule for what may be printed (``EncoderModel/PlainText``): every command's output comes through
/// here, whatever a device, a process or a file calls itself. Only our own colours pass.
func print(_ text: String, terminator: String = "\n") {
    Swift.print(Ink.cleaned(text), terminator: terminator)
}
